// The values at which an expression and its derivative are evaluated: from `--at` text or JSON files, checked against shapes and declarations.
import JSONText
import MatDeriv

struct ValuesInput {
  private let program: MatDeriv.Program
  private var given: [NamedValue] = []
  /// Names that have a value and are neither variables nor sizes.
  private(set) var unused: [String] = []

  /// Whether a word after `--at` is the path of a file, and no text of values.
  static func isPath(_ word: String) -> Bool {
    word == "-" || System.exists(word) || !(word.contains("=") || isJSON(word))
  }

  private static func isJSON(_ word: String) -> Bool { word.first { !$0.isWhitespace } == "{" }

  init(_ words: [String], _ program: MatDeriv.Program) throws(Failure) {
    self.program = program
    for word in words {
      let values =
        ValuesInput.isPath(word)
        ? try ValuesInput.file(word)
        : ValuesInput.isJSON(word) ? try ValuesInput.json(Array(word.utf8), "--at") : try MatrixText.parse(word)
      for value in values {
        if let known = given.first(where: { $0.name == value.name }) {
          throw Failure(
            .usage,
            items: [value.origin.saying("\(value.name) has two values"), known.origin.saying("the first one").remark])
        }
        given.append(value)
      }
    }
    unused = unknown
  }

  private static func file(_ path: String) throws(Failure) -> [NamedValue] {
    let name = path == "-" ? "standard input" : path
    if System.isDirectory(path) { throw Failure(.inputMissing, "is a directory", at: name) }
    let bytes: [UInt8]
    do throws(Failure) { bytes = try System.read(path) } catch {
      var failure = error
      if failure.status == .inputMissing { failure.mends = ["--at 'X = [2 1; 1 2]', or the name of a JSON file"] }
      throw failure
    }
    return try json(bytes, name)
  }

  private static func json(_ bytes: [UInt8], _ name: String) throws(Failure) -> [NamedValue] {
    let json: JSON
    do throws(JSONError) { json = try JSON(parsing: bytes) } catch {
      throw Failure(.badData, error.reason, at: "\(name):\(error.line):\(error.column)")
    }
    let form = "{\"X\": [[2, 1], [1, 2]], \"x\": [1, 2], \"a\": 3}"
    guard let members = json.objectValue else {
      throw Failure(.badData, "values are an object of names: \(form)", at: name)
    }
    var values: [NamedValue] = []
    for (key, value) in members {
      let origin = Failure.Item(location: name, text: "")
      if let number = value.doubleValue {
        values.append(NamedValue(name: key, matrix: [[number]], isList: false, origin: origin))
      } else if let list = value.doublesValue {
        values.append(
          NamedValue(
            name: key, matrix: Matrix(rows: 1, columns: list.count, columnMajor: list), isList: true, origin: origin))
      } else if let rows = value.arrayValue?.map(\.doublesValue),
        rows.allSatisfy({ $0 != nil && $0!.count == rows[0]!.count })
      {
        let matrix = Matrix<Double>(rows: rows.count, columns: rows[0]!.count) { rows[$0]![$1] }
        values.append(NamedValue(name: key, matrix: matrix, isList: false, origin: origin))
      } else {
        throw Failure(
          .badData, "\(key) is no number, no list of numbers and no list of rows of one length: \(form)", at: name)
      }
    }
    return values
  }

  /// The values by name, with the sizes that follow.
  ///
  /// **Throws**: all names without a value at once; a value of another shape or structure than declared, with status 65.
  func values(for question: DerivQuestion) throws(Failure) -> Values<Double> {
    var values = Values<Double>()
    values.sizes = question.sizes
    let sizes = program.sizes
    for item in given {
      if let variable = program.variable(item.name) {
        let fitted = ValuesInput.oriented(item, variable.shape)
        if let reason = Admissible.reason(fitted, variable.facts) {
          throw Failure(
            .badData, items: [item.origin.saying("\(item.name) is declared \(reason.declared): \(reason.found)")])
        }
        values[item.name] = fitted
      } else if sizes.contains(item.name) {
        guard item.matrix.count == 1, let size = Int(exactly: item.matrix[0, 0]), size >= 0 else {
          throw Failure(.badData, items: [item.origin.saying("\(item.name) is a size: a whole number from 0")])
        }
        if let declared = question.sizes[item.name], declared != size {
          throw Failure(.badData, items: [item.origin.saying("\(item.name) is declared as \(declared), not \(size)")])
        }
        values.sizes[item.name] = size
      }
    }
    let missing = question.occurring.filter { values[$0] == nil }
    if !missing.isEmpty {
      let list = missing.count == 1 ? "\(missing[0]) has" : "\(missing.joined(separator: ", ")) have"
      let near = missing.compactMap { name in DerivQuestion.resembling(name, in: unknown) }
      throw Failure(
        .usage, "\(list) no value", at: "--at",
        mend: near.first.map { "is \"\($0)\" the name of \(missing[0])?" } ?? example(missing[0]))
    }
    do throws(EvaluationError) { return try program.binding(values) } catch { throw ValuesInput.failure(error, "") }
  }

  /// Names that have a value and are neither variables nor sizes.
  private var unknown: [String] {
    let known = Set(program.names + program.sizes)
    return given.map(\.name).filter { !known.contains($0) }
  }

  private func example(_ name: String) -> String {
    let shape = program.variable(name)?.shape ?? .scalar
    let value = shape.isScalar ? "0.5" : shape.isColumn ? "[1; 2]" : shape.isRow ? "[1 2]" : "[2 1; 1 2]"
    return "--at '\(name) = \(value)'"
  }

  /// A list stands for a column where the name is one: no other reading is possible.
  private static func oriented(_ item: NamedValue, _ shape: Shape) -> Matrix<Double> {
    item.isList && shape.isColumn && !shape.isScalar ? Matrix(item.matrix.transposed) : item.matrix
  }

  static func failure(_ error: EvaluationError, _ needs: String) -> Failure {
    switch error {
    case .size(let name):
      return Failure(.usage, "the size \(name) has no value", at: "--at", mend: "--at '\(name) = 3'")
    case .missing, .shape, .tooLarge: return Failure(.badData, error.description, at: "--at")
    case .domain: return Failure(.badData, error.description + needs, at: "--at")
    }
  }
}

extension Failure.Item {
  func saying(_ text: String) -> Failure.Item {
    var item = self
    item.text = text
    return item
  }

  var remark: Failure.Item {
    var item = self
    item.role = .remark
    return item
  }
}
