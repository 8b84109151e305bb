// From --data and --start to matrices of the right shapes: files are read, sizes follow from them, single numbers fill what the sizes leave.
import MatDeriv

struct MinimizeValues {
  /// A matrix and where it is from.
  struct Given {
    let name: String
    var matrix: Matrix<Double>
    /// The file, or the flag where it was typed.
    let origin: String
    /// The value in a few words.
    let summary: String
    var isFile = false
  }

  /// The data, in the order given.
  private(set) var data: [Given] = []
  /// The start of each variable.
  private(set) var start: [Given] = []
  /// Everything that has a value, with all sizes.
  private(set) var values: Values<Double>
  /// What the rows of variables are called: names of columns, by the size that counts them.
  private(set) var labels: [String: [String]] = [:]
  private(set) var warnings: [Warning] = []
  private let question: DerivQuestion

  init(_ question: DerivQuestion, data: [Assignment], start: [Assignment], _ reader: Reader) throws(Failure) {
    self.question = question
    let variables = question.variables.map(\.name)
    for item in start where !variables.contains(item.name) {
      throw Failure(
        .usage,
        "--start \(item.name)=...: \(item.name) is no variable of the minimisation; these are "
          + variables.joined(separator: ", "), mend: "--wrt \((variables + [item.name]).joined(separator: ","))")
    }
    for item in data where variables.contains(item.name) {
      throw Failure(
        .usage, "\(item.name) is minimised over and has no data", mend: "--start \(item.name)=... (for its first value)"
      )
    }
    let known = Set(question.program.names)
    for item in data where !known.contains(item.name) {
      warnings.append(
        Warning(code: "W202", text: "\(item.name) has a value and does not occur in the expression"))
    }
    let needed = data.filter { known.contains($0.name) }
    try MinimizeValues.requireAll(question, data)
    values = Values<Double>(sizes: question.sizes)
    // What is read decides sizes, and they decide what single numbers fill.
    for item in needed { if let given = try read(item, "--data", reader) { self.data.append(given) } }
    for item in start { if let given = try read(item, "--start", reader) { self.start.append(given) } }
    try bind(self.data + self.start)
    try requireSizes(needed.map(\.name))
    for item in needed {
      guard case .number(let number) = item.source else { continue }
      self.data.append(try filled(item.name, number, "--data"))
    }
    for name in variables where !self.start.contains(where: { $0.name == name }) {
      var number: Double?
      if case .number(let given)? = start.first(where: { $0.name == name })?.source { number = given }
      self.start.append(try filled(name, number, "--start"))
    }
    for given in self.data + self.start {
      try check(given)
      values[given.name] = given.matrix
    }
  }

  private func variable(_ name: String) -> Expression { question.program.variable(name)! }

  /// **Throws**: all names without a value at once.
  private static func requireAll(_ question: DerivQuestion, _ data: [Assignment]) throws(Failure) {
    let variables = question.variables.map(\.name)
    let missing = question.occurring.filter { name in
      !variables.contains(name) && !data.contains { $0.name == name }
    }
    guard let first = missing.first else { return }
    let unused = data.map(\.name).filter { !question.occurring.contains($0) }
    let near = missing.compactMap { DerivQuestion.resembling($0, in: unused) }.first
    let list = missing.count == 1 ? "\(first) has" : "\(missing.joined(separator: ", ")) have"
    throw Failure(
      .usage, "\(list) no value",
      mend: near.map { "is \"\($0)\" the name of \(first)?" } ?? "--data \(first)=\(first.lowercased()).csv",
      "--wrt \((variables + [first]).joined(separator: ",")) (to minimise over it)")
  }

  /// How files are read.
  struct Reader {
    let flags: ReadingFlags
    let quiet: Bool
  }

  private mutating func read(_ item: Assignment, _ flag: String, _ reader: Reader) throws(Failure) -> Given? {
    let shape = variable(item.name).shape
    switch item.source {
    case .number: return nil
    case .matrix(let value):
      return Given(
        name: item.name, matrix: MinimizeValues.oriented(value.matrix, shape), origin: flag, summary: "as typed")
    case .file(let path, let columns):
      let file = try MatrixFile(
        path: path, columns: columns, lead: "\(flag) \(item.name)=\(path):", reading: reader.flags, quiet: reader.quiet)
      warnings += file.warnings
      let matrix = MinimizeValues.oriented(file.matrix, shape)
      if let names = file.columnNames, matrix.columns == names.count, shape.columns.names == ["\(shape.columns)"] {
        labels["\(shape.columns)"] = labels["\(shape.columns)"] ?? names
      }
      let place = path == "-" ? "standard input" : path
      return Given(name: item.name, matrix: matrix, origin: place, summary: place, isFile: true)
    }
  }

  /// A single row stands for a column where the name is one, and the other way round: no other reading is possible.
  private static func oriented(_ matrix: Matrix<Double>, _ shape: Shape) -> Matrix<Double> {
    let isTurned =
      (shape.isColumn && matrix.rows == 1 && matrix.columns > 1)
      || (shape.isRow && matrix.columns == 1 && matrix.rows > 1)
    return isTurned && !shape.isScalar ? Matrix(matrix.transposed) : matrix
  }

  /// Finds the sizes that follow, one value after the other, so that a contradiction is told with the value that makes it.
  private mutating func bind(_ given: [Given]) throws(Failure) {
    for item in given {
      values[item.name] = item.matrix
      do throws(EvaluationError) { values = try question.program.binding(values) } catch {
        guard case .shape(_, let expected, _, _) = error else { throw ValuesInput.failure(error, "") }
        let declared = "\(variable(item.name).shape)"
        let shape = declared == expected ? declared : "\(declared) = \(expected)"
        let found = "\(item.matrix.rows) x \(item.matrix.columns)"
        var items = [
          Failure.Item(
            location: item.origin,
            text: "\(item.name) is \(shape); \(item.isFile ? "this file has" : "the value given is") \(found)")
        ]
        items += sources(of: variable(item.name).shape, before: item.name, given)
        throw Failure(
          .badData, items: items,
          mends: item.isFile ? ["\(item.name)=FILE:COLUMNS chooses columns; statcli sniff tells what a file holds"] : []
        )
      }
    }
  }

  /// Where the sizes of a shape are from: the values before that have them.
  private func sources(of shape: Shape, before name: String, _ given: [Given]) -> [Failure.Item] {
    (shape.rows.names + shape.columns.names).compactMap { size in
      if let value = question.sizes[size] {
        return Failure.Item(text: "\(size) is \(value) by --size or a declaration", role: .remark)
      }
      for item in given.prefix(while: { $0.name != name }) {
        let other = variable(item.name).shape
        for (place, count) in [(other.rows, item.matrix.rows), (other.columns, item.matrix.columns)]
        where "\(place)" == size {
          return Failure.Item(
            location: item.origin, text: "\(size) is \(count) by \(item.name), \(other)", role: .remark)
        }
      }
      return nil
    }
  }

  /// **Throws**: all sizes at once that no value decides.
  private func requireSizes(_ names: [String]) throws(Failure) {
    let shapes = (names + question.variables.map(\.name)).map { variable($0).shape }
    let needed = Set(shapes.flatMap { $0.rows.names + $0.columns.names })
    let missing = needed.filter { values.sizes[$0] == nil }.sorted()
    if !missing.isEmpty { throw DerivQuestion.sizesMissing(missing) }
  }

  /// A matrix made of one number: on the diagonal where the structure has one, else in every entry.
  private func filled(_ name: String, _ number: Double?, _ flag: String) throws(Failure) -> Given {
    let (shape, facts) = (variable(name).shape, variable(name).facts)
    let (rows, columns) = (shape.rows.value(values.sizes)!, shape.columns.value(values.sizes)!)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow || count > 1 << 28 {
      throw Failure(.badData, "\(name) would be \(rows) x \(columns), too large", at: flag)
    }
    let structured: [Facts] = [.definite, .diagonal, .lower, .upper, .invertible]
    let isDiagonal = rows == columns && structured.contains { facts.contains($0) }
    let isOne = facts.contains(.positive) || (isDiagonal && (facts.contains(.invertible) || facts.contains(.definite)))
    let value = number ?? (isOne ? 1 : 0)
    var matrix = Matrix<Double>(rows: rows, columns: columns, repeating: isDiagonal ? 0 : value)
    if isDiagonal { for i in 0..<rows { matrix[i, i] = value } }
    let factor = Numbers.human(value)
    return Given(
      name: name, matrix: matrix, origin: number == nil ? "the start without --start" : flag,
      summary: !isDiagonal || value == 0 ? factor : value == 1 ? "the identity" : "\(factor) times the identity")
  }

  private func check(_ given: Given) throws(Failure) {
    if let reason = Admissible.reason(given.matrix, variable(given.name).facts) {
      throw Failure(.badData, "\(given.name) is declared \(reason.declared): \(reason.found)", at: given.origin)
    }
  }
}
