// What --data, --start and --save take: a name, an equals sign, and a number, a matrix as it is typed, or a file with a choice of its columns.
import MatDeriv

/// `M=m.csv`, `M=data.csv:1-3`, `x=0`, `x=[1; 2]`.
struct Assignment {
  enum Source {
    /// One number for every entry.
    case number(Double)
    case matrix(NamedValue)
    /// A table and, behind a colon, the columns that are wanted.
    case file(path: String, columns: String?)
  }

  let name: String
  let source: Source

  /// - Parameter flag: `--data` or `--start`, for messages.
  init(_ text: String, flag: String) throws(Failure) {
    let (name, rest) = try Assignment.sides(text, flag: flag, form: "NAME=FILE, NAME=NUMBER or 'NAME=[1 2; 3 4]'")
    self.name = name
    if rest.hasPrefix("[") {
      let values = try MatrixText.parse(text, flag: flag)
      guard values.count == 1 else {
        throw Failure(.usage, "\(flag) takes one name at a time", mend: "\(flag) \(name)=...")
      }
      source = .matrix(values[0])
    } else if let number = Real(argument: rest) {
      source = .number(number.value)
    } else {
      let (path, columns) = Assignment.file(rest)
      source = .file(path: path, columns: columns)
    }
  }

  /// Name and value on both sides of the equals sign.
  static func sides(_ text: String, flag: String, form: String) throws(Failure) -> (name: String, value: String) {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
    guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
      throw Failure(.usage, "\(flag) \(text): it takes \(form)", mend: "\(flag) M=m.csv")
    }
    return (sides[0], sides[1])
  }

  /// Path and columns: a path may have colons of its own, so that the longest part which exists counts.
  private static func file(_ text: String) -> (path: String, columns: String?) {
    if System.exists(text) || text == "-" { return (text, nil) }
    let colons = text.indices.filter { text[$0] == ":" }
    let end = colons.last { text[..<$0] == "-" || System.exists(String(text[..<$0])) } ?? colons.first
    guard let end else { return (text, nil) }
    return (String(text[..<end]), String(text[text.index(after: end)...]))
  }

  /// All values of a flag.
  ///
  /// **Throws**: status 64 for a name that is given twice.
  static func all(_ texts: [String], flag: String) throws(Failure) -> [Assignment] {
    var found: [Assignment] = []
    for text in texts {
      let next = try Assignment(text, flag: flag)
      if found.contains(where: { $0.name == next.name }) {
        throw Failure(.usage, "\(flag): \(next.name) has two values")
      }
      found.append(next)
    }
    return found
  }

  /// The file; nil for what is typed.
  var path: String? { if case .file(let path, _) = source { path } else { nil } }
}
