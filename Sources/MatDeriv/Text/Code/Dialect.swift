// What a programming language has to tell: its operators, its calls, its definitions of what it lacks, and the form of a function.

protocol Dialect: Sendable {
  /// Words that names must not be.
  var reserved: Set<String> { get }
  /// The calls of primitives, by their words.
  var spellings: [String: Spelling] { get }
  /// Functions that the language lacks, by their names.
  var definitions: [String: String] { get }

  func number(_ value: Double) -> Code
  /// A whole number of rows or columns as a number.
  func number(ofSize size: Code) -> Code
  /// A number of the language where functions take arrays alone.
  func lifted(_ constant: Code) -> Code

  func zeros(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code
  func ones(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code
  func eye(_ n: Code) -> Code

  func transpose(_ a: Code, isColumn: Bool) -> Code
  func sum(_ a: Code, _ b: Code) -> Code
  func difference(_ a: Code, _ b: Code) -> Code
  func negate(_ a: Code) -> Code
  func scale(_ s: Code, _ a: Code) -> Code
  func divide(_ a: Code, _ s: Code) -> Code
  func hadamard(_ a: Code, _ b: Code) -> Code
  /// The quotient entry by entry; without a dividend, the reciprocals.
  func hadamardQuotient(_ a: Code?, _ b: Code) -> Code
  func power(_ a: Code, _ exponent: Code, isScalar: Bool) -> Code
  func squareRoot(_ a: Code, isScalar: Bool) -> Code
  func product(_ a: Code, _ b: Code) -> Code
  /// The inner product of two columns, as a number.
  func dot(_ a: Code, _ b: Code) -> Code
  /// diag(v)*A and A*diag(v).
  func scaleRows(_ v: Code, _ a: Code) -> Code
  func scaleColumns(_ a: Code, _ v: Code) -> Code
  func rowSums(_ a: Code) -> Code
  func columnSums(_ a: Code) -> Code
  func rows(_ a: Code, _ taken: Taken, isColumn: Bool) -> Code
  func columns(_ a: Code, _ taken: Taken) -> Code
  func elementwise(_ function: String, _ a: Code, isScalar: Bool) -> Code
  /// A call with its arguments put in: `$1` as it is, `@1` in brackets if it needs them.
  func call(_ template: String, _ arguments: [Code]) -> Code
  /// The entry of a column that has one.
  func entry(_ a: Code) -> Code

  /// The statement that factors a matrix.
  func factor(_ kind: WrittenFactor, _ a: Code, named name: String) -> String
  /// A solve with a factored matrix or its transpose.
  func solve(_ kind: WrittenFactor, named name: String, _ b: Code, isTransposed: Bool) -> Code
  /// A solve with a matrix or its transpose.
  func solve(_ kind: WrittenFactor, _ a: Code, _ b: Code, isTransposed: Bool) -> Code
  /// The logarithm of the determinant of a matrix that was factored by Cholesky, or that will be.
  func logdet(named name: String) -> Code
  func logdetOfDefinite(_ a: Code) -> Code

  func assignment(_ name: String, _ value: Code) -> String
  /// The size of an argument: rows (0) or columns (1).
  func size(_ argument: String, _ axis: Int) -> Code
  func wholeQuotient(_ a: Code, _ b: Code) -> Code
  func function(_ function: CodeFunction) -> String
}

extension Dialect {
  func lifted(_ constant: Code) -> Code { constant }
  func number(ofSize size: Code) -> Code { size }

  func number(_ value: Double) -> Code {
    let text = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    return Code(text, value < 0 ? .sign : .atom)
  }

  func sum(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.sum)) + \(b.at(.product))", .sum) }
  func difference(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.sum)) - \(b.at(.product))", .sum) }
  func negate(_ a: Code) -> Code { Code("-" + a.at(.sign), .sign) }
  func scale(_ s: Code, _ a: Code) -> Code { Code("\(s.at(.product)) * \(a.at(.sign))", .product) }
  func divide(_ a: Code, _ s: Code) -> Code { Code("\(a.at(.product)) / \(s.at(.sign))", .product) }
  func entry(_ a: Code) -> Code { a }

  func call(_ template: String, _ arguments: [Code]) -> Code {
    var text = template
    for (i, argument) in arguments.enumerated().reversed() {
      text = text.replacing("$\(i + 1)", with: argument.text).replacing("@\(i + 1)", with: argument.at(.atom))
    }
    return Code(text)
  }

  /// The spellings of functions of a number.
  static func elementwise(_ functions: [String: String]) -> [String: Spelling] {
    functions.mapValues { .elementwise($0) }
  }

  /// What stands above a function: shapes of arguments and result.
  func remarks(_ function: CodeFunction, vector: String) -> [String] {
    func kind(_ shape: Shape) -> String {
      if shape.isScalar { return "number" }
      if shape.isColumn { return "vector, \(shape.rows) entries\(vector)" }
      return "matrix, \(shape)"
    }
    return function.arguments.map { "\($0.word): \($0.isSize ? "size, a whole number" : kind($0.shape))" }
      + ["result: \(function.shape.isScalar ? "number" : "\(function.shape)")"]
  }
}
