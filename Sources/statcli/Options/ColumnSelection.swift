// Which columns a list on the command line means: from the names of a file and the text of the flag to indices, and nothing else.

/// The parts of `--columns` and `--exclude`, in the order given.
struct ColumnSelection: Equatable {
  enum Part: Equatable {
    /// A name, a number from 1, or a range of numbers: which of them depends on the names of the file.
    case word(String)
    /// A name in double quotes: never a number.
    case name(String)
    case pattern(String)
    indirect case not(Part)
  }

  let parts: [Part]
  /// As typed, for messages.
  let flag: String
  /// What a column is typed behind: the flag and a blank, or all that leads to a list.
  let lead: String

  /// - Parameter texts: the values of the flag, each a comma-separated list.
  init(_ texts: [String], flag: String, lead: String? = nil) throws(Failure) {
    self.flag = flag
    self.lead = lead ?? flag + " "
    var parts: [Part] = []
    for text in texts { parts += try ColumnSelection.parse(text, flag: flag) }
    self.parts = parts
  }

  /// A name as `--columns` and `--exclude` take it on a command line: what would mean a list, a pattern or "all but" is quoted.
  static func word(for name: String) -> String {
    let isPlain = !name.contains(",") && !["!", "/", "\""].contains { name.hasPrefix($0) } && !name.isEmpty
    return shellQuoted(isPlain ? name : "\"\(name)\"")
  }

  private static func parse(_ text: String, flag: String) throws(Failure) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(text)
    while true {
      let negative = rest.first == "!"
      if negative { rest.removeFirst() }
      let part: Part
      if let mark = rest.first, mark == "/" || mark == "\"", let end = closing(mark, in: rest) {
        let inner = String(rest[rest.index(after: rest.startIndex)..<end])
        part = mark == "/" ? .pattern(inner) : .name(inner)
        rest = rest[rest.index(after: end)...]
      } else {
        let word = rest.prefix { $0 != "," }
        guard !word.isEmpty else {
          throw Failure(.usage, "\(flag) \(text): an entry is empty", mend: "statcli help csv")
        }
        part = .word(String(word))
        rest = rest[word.endIndex...]
      }
      parts.append(negative ? .not(part) : part)
      if rest.isEmpty { return parts }
      guard rest.removeFirst() == ",", !rest.isEmpty else {
        throw Failure(.usage, "\(flag) \(text): entries are separated by commas", mend: "statcli help csv")
      }
    }
  }

  /// The mark that ends an entry: the last before a comma or the end.
  private static func closing(_ mark: Character, in text: Substring) -> Substring.Index? {
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
      let after = text.index(after: index)
      if text[index] == mark && (after == text.endIndex || text[after] == ",") { return index }
      index = after
    }
    return nil
  }

  /// The columns meant, in the order of the list, each once. A list that begins with `!` begins with all columns.
  func indices(in names: [String]) throws(Failure) -> [Int] {
    var chosen: [Int] = []
    if let first = parts.first, case .not = first { chosen = Array(names.indices) }
    for part in parts {
      if case .not(let inner) = part {
        let removed = Set(try find(inner, in: names))
        chosen.removeAll { removed.contains($0) }
      } else {
        let present = Set(chosen)
        chosen += try find(part, in: names).filter { !present.contains($0) }
      }
    }
    return chosen
  }

  /// The columns that the list means one by one, by name or number, and not by a range or a pattern.
  func named(in names: [String]) -> Set<Int> {
    var named: Set<Int> = []
    for part in parts {
      switch part {
      case .name(let name): if let index = names.firstIndex(of: name) { named.insert(index) }
      case .word(let word):
        if let index = names.firstIndex(of: word) {
          named.insert(index)
        } else if let number = Int(word), names.indices.contains(number - 1) {
          named.insert(number - 1)
        }
      case .pattern, .not: break
      }
    }
    return named
  }

  private func find(_ part: Part, in names: [String]) throws(Failure) -> [Int] {
    switch part {
    case .not(let inner): return try find(inner, in: names)
    case .name(let name): return [try index(of: name, in: names)]
    case .pattern(let pattern):
      guard let regex = try? Regex(pattern) else {
        throw Failure(.usage, "\(flag) /\(pattern)/ is not a regular expression", mend: "statcli help csv")
      }
      let found = names.indices.filter { names[$0].contains(regex) }
      if found.isEmpty { throw Failure(.badData, "no column matches \(flag) /\(pattern)/", mend: known(names)) }
      return found
    case .word(let word):
      if let index = names.firstIndex(of: word) { return [index] }
      guard let range = ColumnSelection.range(word, count: names.count) else { return [try index(of: word, in: names)] }
      guard range.lowerBound >= 1, range.upperBound <= names.count else {
        throw Failure(.badData, "\(flag) \(word): the file has \(names.count) columns", mend: known(names))
      }
      return Array(range.lowerBound - 1..<range.upperBound)
    }
  }

  /// `3`, `3-7` or `3-` as numbers.
  private static func range(_ word: String, count: Int) -> ClosedRange<Int>? {
    let ends = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let low = Int(ends[0]), ends[0].allSatisfy(\.isNumber) else { return nil }
    guard ends.count == 2 else { return low...low }
    if ends[1].isEmpty { return low...max(low, count) }
    guard let high = Int(ends[1]), high >= low else { return nil }
    return low...high
  }

  private func index(of name: String, in names: [String]) throws(Failure) -> Int {
    if let index = names.firstIndex(of: name) { return index }
    if let near = Similar.nearest(to: name, in: names) {
      throw Failure(
        .badData, "there is no column \"\(name)\"; did you mean \"\(near)\"?",
        mend: lead + ColumnSelection.word(for: near))
    }
    throw Failure(.badData, "there is no column \"\(name)\" (\(flag))", mend: known(names))
  }

  private func known(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    return "one of \(shown)" + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}

/// A column on its own, as `--by` and `--weights` take it: a name, or a number from 1.
func columnIndex(_ text: String, flag: String, in names: [String]) throws(Failure) -> Int {
  let found = try ColumnSelection([names.contains(text) ? "\"\(text)\"" : text], flag: flag).indices(in: names)
  guard found.count == 1 else {
    throw Failure(.usage, "\(flag) \(text) means \(found.count) columns; it takes one", mend: "statcli help csv")
  }
  return found[0]
}

/// The text as one word of a shell command, quoted only if it must be.
func shellQuoted(_ text: String) -> String {
  let safe = text.utf8.allSatisfy { byte in
    (48..<58).contains(byte) || (65..<91).contains(byte) || (97..<123).contains(byte)
      || "_-./,:@%+=".utf8.contains(byte)
  }
  if safe && !text.isEmpty { return text }
  return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}
