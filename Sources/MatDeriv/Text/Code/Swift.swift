// Swift with this library: numbers are Double, everything else Matrix<Double>; what has no function on matrices is evaluated as an
// expression.

struct SwiftDialect: Dialect {
  var reserved: Set<String> {
    [
      "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else",
      "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init",
      "inout", "internal", "is", "let", "nil", "operator", "private", "precedencegroup", "protocol", "public",
      "repeat", "rethrows", "return", "self", "Self", "static", "struct", "subscript", "super", "switch", "throw",
      "throws", "true", "try", "typealias", "var", "where", "while", "exp", "log", "abs", "sin", "cos", "tan", "asin",
      "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "log1p", "expm1", "erf", "erfc", "lgamma",
      "pow", "max", "min", "Matrix", "LU", "Cholesky", "SVD", "Double", "Int", "Size", "Graph",
    ]
  }

  /// A promise of a transpose as a matrix.
  private func matrix(_ a: Code) -> Code { a.isPromise ? Code("Matrix(\(a.text))") : a }

  func number(_ value: Double) -> Code { Code("\(value)", value < 0 ? .sign : .atom) }
  func number(ofSize size: Code) -> Code { Code("Double(\(size.text))") }
  func zeros(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code {
    Code("Matrix<Double>(rows: \(rows.text), columns: \(columns.text), repeating: 0)")
  }
  func ones(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code {
    Code("Matrix<Double>(rows: \(rows.text), columns: \(columns.text), repeating: 1)")
  }
  func eye(_ n: Code) -> Code { Code("Matrix<Double>.identity(\(n.text))") }

  func transpose(_ a: Code, isColumn: Bool) -> Code {
    if let inner = a.untransposed.first { return inner }
    var result = Code(a.at(.atom) + ".transposed")
    result.untransposed = [a]
    result.isPromise = true
    return result
  }
  func sum(_ a: Code, _ b: Code) -> Code { Code("\(matrix(a).at(.sum)) + \(matrix(b).at(.product))", .sum) }
  func difference(_ a: Code, _ b: Code) -> Code { Code("\(matrix(a).at(.sum)) - \(matrix(b).at(.product))", .sum) }
  func negate(_ a: Code) -> Code { Code("-" + matrix(a).at(.atom), .sign) }
  func scale(_ s: Code, _ a: Code) -> Code { Code("\(s.at(.product)) * \(matrix(a).at(.sign))", .product) }
  func divide(_ a: Code, _ s: Code) -> Code { Code("\(matrix(a).at(.product)) / \(s.at(.sign))", .product) }
  func hadamard(_ a: Code, _ b: Code) -> Code { Code("\(matrix(a).at(.atom)).zip(\(matrix(b).text)) { $0 * $1 }") }
  func hadamardQuotient(_ a: Code?, _ b: Code) -> Code {
    guard let a else { return Code("\(matrix(b).at(.atom)).map { 1 / $0 }") }
    return Code("\(matrix(a).at(.atom)).zip(\(matrix(b).text)) { $0 / $1 }")
  }
  func power(_ a: Code, _ exponent: Code, isScalar: Bool) -> Code {
    Code(isScalar ? "pow(\(a.text), \(exponent.text))" : "\(matrix(a).at(.atom)).map { pow($0, \(exponent.text)) }")
  }
  func squareRoot(_ a: Code, isScalar: Bool) -> Code {
    Code(isScalar ? "\(a.at(.atom)).squareRoot()" : "\(matrix(a).at(.atom)).map { $0.squareRoot() }")
  }
  func product(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) * \(b.at(.sign))", .product) }
  func dot(_ a: Code, _ b: Code) -> Code {
    Code("(\(transpose(matrix(a), isColumn: false).text) * \(matrix(b).at(.sign)))[0, 0]")
  }
  func scaleRows(_ v: Code, _ a: Code) -> Code { Code("scaleRows(\(matrix(v).text), \(matrix(a).text))") }
  func scaleColumns(_ a: Code, _ v: Code) -> Code { Code("scaleColumns(\(matrix(a).text), \(matrix(v).text))") }
  func rowSums(_ a: Code) -> Code { Code("rowSums(\(matrix(a).text))") }
  func columnSums(_ a: Code) -> Code { Code("columnSums(\(matrix(a).text))") }
  private func index(_ taken: Taken) -> String {
    switch taken {
    case .list(let list): return "[\(list.map { String($0 - 1) }.joined(separator: ", "))]"
    case .range(let offset, let count):
      return offset.text == "0" ? "0..<(\(count.text))" : "(\(offset.text))..<(\(offset.text) + \(count.text))"
    }
  }
  func rows(_ a: Code, _ taken: Taken, isColumn: Bool) -> Code { Code("\(matrix(a).at(.atom))[rows: \(index(taken))]") }
  func columns(_ a: Code, _ taken: Taken) -> Code { Code("\(matrix(a).at(.atom))[columns: \(index(taken))]") }
  func elementwise(_ function: String, _ a: Code, isScalar: Bool) -> Code {
    Code(isScalar ? "\(function)(\(a.text))" : "\(matrix(a).at(.atom)).map { \(function)($0) }")
  }
  func entry(_ a: Code) -> Code { Code(a.at(.atom) + "[0, 0]") }
  func call(_ template: String, _ arguments: [Code]) -> Code {
    var text = template
    for (i, argument) in arguments.enumerated().reversed() {
      let whole = matrix(argument)
      text = text.replacing("$\(i + 1)", with: whole.text).replacing("@\(i + 1)", with: whole.at(.atom))
    }
    return Code(text)
  }

  func factor(_ kind: WrittenFactor, _ a: Code, named name: String) -> String {
    "let \(name) = try \(kind == .lu ? "LU" : "Cholesky")(\(matrix(a).text))"
  }
  func solve(_ kind: WrittenFactor, named name: String, _ b: Code, isTransposed: Bool) -> Code {
    Code("\(name).\(isTransposed && kind == .lu ? "solveTransposed" : "solve")(\(matrix(b).text))")
  }
  func solve(_ kind: WrittenFactor, _ a: Code, _ b: Code, isTransposed: Bool) -> Code {
    solve(kind, named: "\(kind == .lu ? "LU" : "Cholesky")(\(matrix(a).text))", b, isTransposed: isTransposed)
  }
  func logdet(named name: String) -> Code { Code("\(name).logDeterminant") }
  func logdetOfDefinite(_ a: Code) -> Code { Code("Cholesky(\(matrix(a).text)).logDeterminant") }

  func assignment(_ name: String, _ value: Code) -> String {
    "let \(name) = \(attempt(value.text))\(matrix(value).text)"
  }
  func size(_ argument: String, _ axis: Int) -> Code { Code("\(argument).\(axis == 0 ? "rows" : "columns")") }
  func wholeQuotient(_ a: Code, _ b: Code) -> Code { divide(a, b) }

  /// What throws is tried where the statement begins.
  private func attempt(_ text: String) -> String {
    let throwing: Set<String> = ["LU", "Cholesky", "SVD", "evaluate", "inv"]
    let words = Code.words(text)
    let solvesWithLU = words.contains { $0.hasPrefix("lu") && text.contains("\($0).solve") }
    return solvesWithLU || !words.isDisjoint(with: throwing) ? "try " : ""
  }

  func function(_ function: CodeFunction) -> String {
    let arguments = function.arguments.map {
      "_ \($0.word): \($0.isSize ? "Int" : $0.shape.isScalar ? "Double" : "Matrix<Double>")"
    }.joined(separator: ", ")
    let definitions = function.definitions.flatMap { $0.split(separator: "\n").map(String.init) }
    let body =
      definitions + function.body
      + ["return \(attempt(function.result.text))\(matrix(function.result).text)"]
    let throwing = function.body.contains { $0.contains("try ") } || body.last!.contains("try ")
    let result = function.shape.isScalar ? "Double" : "Matrix<Double>"
    let head = "func \(function.name)(\(arguments)) \(throwing ? "throws " : "")-> \(result) {"
    let doc = ([function.title, ""] + remarks(function, vector: "")).map { $0.isEmpty ? "///" : "/// " + $0 }
    return (["import Foundation", "import MatDeriv", ""] + doc + [head] + body.map { "  " + $0 } + ["}"])
      .joined(separator: "\n") + "\n"
  }

  var spellings: [String: Spelling] { Self.table }
  var definitions: [String: String] { Self.functions }

  /// A primitive by its word, on matrices.
  private static func evaluated(_ word: String, _ count: Int) -> String {
    let names = (1...count).map { "X\($0)" }.joined(separator: ", ")
    return "evaluate(\"\(word)(\(names))\", \((1...count).map { "$\($0)" }.joined(separator: ", ")))"
  }

  private static let table: [String: Spelling] = {
    var table = elementwise(
      Dictionary(
        uniqueKeysWithValues: [
          "exp", "log", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
          "acosh", "atanh", "relu", "step", "sigmoid", "softplus", "silu", "gelu", "elu", "log1p", "expm1", "erf",
          "erfc", "digamma", "trigamma",
        ].map { ($0, $0) }))
    table.merge([
      "lgamma": .elementwise("logGamma"), "inv": .call("inv($1)"), "pinv": .call("SVD($1).pseudoInverse()"),
      "det": .call("LU($1).determinant"), "logdet": .call("LU($1).logAbsoluteDeterminant"), "tr": .call("@1.trace"),
      "sum": .call("@1.columnMajor.reduce(0, +)"), "diag": .call("Matrix.diagonal(@1.columnMajor)"),
      "diagonal": .call("Matrix(column: @1.diagonal)"), "tril": .call("tril($1)"), "triu": .call("triu($1)"),
      "vec": .call("Matrix(column: @1.columnMajor)"),
      "unvec": .call("Matrix(rows: $2, columns: $3, columnMajor: @1.columnMajor)"), "kron": .call("kron($1, $2)"),
      "khatri": .call("khatri($1, $2)"), "chol": .call("Cholesky($1).lower"), "softmax": .call("softmax($1)"),
      "logsumexp": .columns("logsumexp($1)"), "max": .columns("columnMaxima($1)"), "argmax": .call("firstMaximum($1)"),
      "nucnorm": .call("SVD($1, vectors: .none).values.reduce(0, +)"),
      "eigmax": .call(evaluated("eigmax", 1) + "[0, 0]"),
      "toeplitzlayout": .call("evaluate(\"toeplitzlayout(\\($1))\")"),
      "iota": .call("Matrix(column: (1...$1).map { Double($0) })"),
    ]) { own, _ in own }
    for word in ["adj", "expm", "sinm", "cosm", "sqrtm", "jexpm", "jsinm", "jcosm", "eigvecmax", "eigresolvent"] {
      table[word] = .call(evaluated(word, 1))
    }
    for word in ["toeplitz", "toeplitzsums"] { table[word] = .call(evaluated(word, 1)) }
    for word in ["dexpm", "dsinm", "dcosm", "j2expm", "j2sinm", "j2cosm"] { table[word] = .call(evaluated(word, 2)) }
    for word in ["d2expm", "d2sinm", "d2cosm", "sylvester"] { table[word] = .call(evaluated(word, 3)) }
    return table
  }()

  private static let functions: [String: String] = [
    "sign": "func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }",
    "relu": "func relu(_ x: Double) -> Double { max(x, 0) }",
    "step": "func step(_ x: Double) -> Double { x > 0 ? 1 : 0 }",
    "sigmoid": "func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }",
    "softplus": "func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }",
    "silu": "func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }",
    "gelu": "func gelu(_ x: Double) -> Double { x * erfc(-x * 0.5.squareRoot()) / 2 }",
    "elu": "func elu(_ x: Double) -> Double { x > 0 ? x : expm1(x) }",
    "logGamma": "func logGamma(_ x: Double) -> Double { lgamma(x).0 }",
    "digamma": """
    func digamma(_ x: Double) -> Double {
      if x < 10 { return digamma(x + 1) - 1 / x }
      let w = 1 / (x * x)
      let tail = w * (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240 - w * (1.0 / 132)))))
      return log(x) - 1 / (2 * x) - tail
    }
    """,
    "trigamma": """
    func trigamma(_ x: Double) -> Double {
      if x < 10 { return trigamma(x + 1) + 1 / (x * x) }
      let w = 1 / (x * x)
      let tail = w * (1.0 / 6 - w * (1.0 / 30 - w * (1.0 / 42 - w * (1.0 / 30 - w * (5.0 / 66)))))
      return 1 / x + w / 2 + tail / x
    }
    """,
    "scaleRows": """
    func scaleRows(_ v: Matrix<Double>, _ a: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows, columns: a.columns) { i, j in v[i, 0] * a[i, j] }
    }
    """,
    "scaleColumns": """
    func scaleColumns(_ a: Matrix<Double>, _ v: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows, columns: a.columns) { i, j in a[i, j] * v[j, 0] }
    }
    """,
    "rowSums": """
    func rowSums(_ a: Matrix<Double>) -> Matrix<Double> { Matrix(column: (0..<a.rows).map { a.row($0).reduce(0, +) }) }
    """,
    "columnSums": """
    func columnSums(_ a: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: 1, columns: a.columns) { _, j in a.column(j).reduce(0, +) }
    }
    """,
    "inv": """
    func inv(_ a: Matrix<Double>) throws -> Matrix<Double> { try LU(a).solve(.identity(a.rows)) }
    """,
    "tril": """
    func tril(_ a: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows, columns: a.columns) { i, j in i >= j ? a[i, j] : 0 }
    }
    """,
    "triu": """
    func triu(_ a: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows, columns: a.columns) { i, j in i <= j ? a[i, j] : 0 }
    }
    """,
    "kron": """
    func kron(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows * b.rows, columns: a.columns * b.columns) { i, j in
        a[i / b.rows, j / b.columns] * b[i % b.rows, j % b.columns]
      }
    }
    """,
    "khatri": """
    func khatri(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows * b.rows, columns: a.columns) { i, j in a[i / b.rows, j] * b[i % b.rows, j] }
    }
    """,
    "commutation": """
    // K * vec(A) = vec(A') for A m x n.
    func commutation(_ m: Int, _ n: Int) -> Matrix<Double> {
      Matrix(rows: m * n, columns: m * n) { i, j in i / n == j % m && i % n == j / m ? 1 : 0 }
    }
    """,
    "softmax": """
    func softmax(_ z: Matrix<Double>) -> Matrix<Double> {
      let columns = (0..<z.columns).flatMap { j in
        let top = z.column(j).max() ?? 0
        let weights = z.column(j).map { exp($0 - top) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
      }
      return Matrix(rows: z.rows, columns: z.columns, columnMajor: columns)
    }
    """,
    "logsumexp": """
    func logsumexp(_ z: Matrix<Double>) -> Matrix<Double> {
      Matrix(
        column: (0..<z.columns).map { j in
          let top = z.column(j).max() ?? 0
          return top + log(z.column(j).map { exp($0 - top) }.reduce(0, +))
        })
    }
    """,
    "columnMaxima": """
    func columnMaxima(_ z: Matrix<Double>) -> Matrix<Double> {
      Matrix(column: (0..<z.columns).map { z.column($0).max()! })
    }
    """,
    "firstMaximum": """
    func firstMaximum(_ z: Matrix<Double>) -> Matrix<Double> {
      let places = (0..<z.columns).map { z.column($0).firstIndex(of: z.column($0).max()!)! }
      return Matrix(rows: z.rows, columns: z.columns) { i, j in i == places[j] ? 1 : 0 }
    }
    """,
    "evaluate": #"""
    // What has no function on matrices, as an expression in X1, X2, ...
    func evaluate(_ text: String, _ x: Matrix<Double>...) throws -> Matrix<Double> {
      let names = x.indices.map { "X\($0 + 1)" }
      let declarations = zip(names, x).map { "\($0): matrix(\($1.rows),\($1.columns))" }
      let values = Values(Dictionary(uniqueKeysWithValues: zip(names, x)))
      return try Graph().parse(text, declarations).value(at: values)
    }
    """#,
  ]
}
