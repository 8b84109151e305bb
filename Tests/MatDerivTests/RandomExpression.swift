// Well-shaped random expressions over the whole language, as text: a seed gives the same expression everywhere. Functions stand where they are
// defined: logarithms of positive things, factors of definite ones.

@testable import MatDeriv

/// A random expression with declarations and a variable of it.
struct RandomExpression: Sendable {
  var seed: UInt64
  var text: String
  var declarations: [String]
  var variable: String
  var isSecond: Bool

  static let sizes = ["m": 3, "n": 2, "p": 4]

  private static let symbols: [(name: String, shape: String, kind: String)] = [
    ("a", "1,1", "scalar"), ("b", "1,1", "scalar"), ("c", "1,1", "scalar positive"),
    ("x", "n,1", "vector(n)"), ("y", "n,1", "vector(n) positive"), ("u", "m,1", "vector(m)"), ("v", "m,1", "vector(m)"),
    ("w", "p,1", "vector(p)"), ("t", "m,1", "vector(m) binary"),
    ("A", "n,n", "matrix(n,n)"), ("B", "n,n", "matrix(n,n) invertible"), ("S", "n,n", "matrix(n,n) spd"),
    ("G", "n,n", "matrix(n,n) symmetric"), ("D", "n,n", "matrix(n,n) diagonal"), ("L", "n,n", "matrix(n,n) lower"),
    ("U", "n,n", "matrix(n,n) upper"), ("W", "n,n", "matrix(n,n) skew"), ("Q", "n,n", "matrix(n,n) orthogonal"),
    ("M", "m,n", "matrix(m,n)"), ("X", "m,n", "matrix(m,n)"), ("Y", "n,m", "matrix(n,m)"), ("T", "m,m", "matrix(m,m)"),
    ("R", "m,m", "matrix(m,m) spd"), ("P", "p,n", "matrix(p,n)"), ("Z", "m,p", "matrix(m,p)"),
  ]

  init(seed: UInt64) {
    self.seed = seed
    var generator = Generator(seed: seed &* 0x9E37_79B9 &+ 77)
    while true {
      generator.used = []
      let shapes = [
        ("1", "1"), ("1", "1"), ("1", "1"), ("n", "1"), ("m", "1"), ("1", "n"), ("n", "n"), ("m", "n"), ("n", "m"),
      ]
      let (rows, columns) = generator.choose(shapes)
      let text = generator.make(rows, columns, generator.below(9) + 3)
      let names = generator.used.filter { $0 != "Q" && $0 != "t" }
      guard !names.isEmpty else { continue }
      self.text = text
      let variable = generator.choose(names)
      self.variable = variable
      declarations =
        Self.symbols.filter { generator.used.contains($0.name) }.map { "\($0.name): \($0.kind)" }
        + Self.sizes.keys.sorted().map { "\($0): dim" }
      let isScalarVariable = Self.symbols.first { $0.name == variable }!.shape == "1,1"
      isSecond = generator.below(4) == 0 && (isScalarVariable || (rows == "1" && columns == "1"))
      return
    }
  }

  private struct Generator {
    var random: SeededGenerator
    var used: [String] = []

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func below(_ n: Int) -> Int { Int(random.next() % UInt64(n)) }
    mutating func choose<T>(_ list: [T]) -> T { list[below(list.count)] }
    mutating func size() -> String { choose(["n", "m", "n", "p", "1"]) }

    mutating func leaf(_ r: String, _ c: String) -> String {
      var options = RandomExpression.symbols.filter { $0.shape == "\(r),\(c)" }.map { ($0.name, $0.name) }
      if r != "1" || c != "1" {
        options += RandomExpression.symbols.filter { $0.shape == "\(c),\(r)" }.map { ($0.name, $0.name + "'") }
      }
      if options.isEmpty || below(12) == 0 {
        if r == "1", c == "1" { return choose(["2", "0.5", "3", "n"]) }
        return r == c && below(2) == 0 ? "eye(\(r))" : "ones(\(r),\(c))"
      }
      let (name, text) = choose(options)
      if !used.contains(name) { used.append(name) }
      return text
    }

    /// Symmetric positive definite.
    mutating func definite(_ n: String, _ budget: Int) -> String {
      let inner = size()
      switch below(4) {
      case 0 where n == "n": return note("S")
      case 1 where n == "m": return note("R")
      case 2:
        let part = make(n, inner, budget - 3)
        return "(eye(\(n)) + (\(part))*(\(part))')"
      default:
        let part = make(inner, n, budget - 3)
        return "((\(part))'*(\(part)) + eye(\(n)))"
      }
    }

    private mutating func note(_ name: String) -> String {
      if !used.contains(name) { used.append(name) }
      return name
    }

    mutating func make(_ r: String, _ c: String, _ budget: Int) -> String {
      if budget <= 1 { return leaf(r, c) }
      let left = 1 + below(max(1, budget - 1))
      let right = max(1, budget - left)
      let (isScalar, isColumn, isSquare) = (r == "1" && c == "1", c == "1", r == c)
      switch below(isScalar ? 22 : 16) {
      case 0, 1: return "(\(make(r, c, left)) \(choose(["+", "-"])) \(make(r, c, right)))"
      case 2, 3, 4:
        let k = size()
        return "(\(make(r, k, left)))*(\(make(k, c, right)))"
      case 5:
        return isScalar
          ? "(\(make(r, c, left)))*(\(make(r, c, right)))" : "(\(make(r, c, left))).*(\(make(r, c, right)))"
      case 6:
        return
          "\(choose(["tanh", "sin", "cos", "sigmoid", "exp", "softplus", "atan", "relu", "abs", "erf", "silu"]))(\(make(r, c, budget - 1)))"
      case 7:
        return isScalar
          ? "\(choose(["2", "0.5", "-1"]))*\(make(r, c, budget - 1))"
          : "(\(make("1", "1", left)))*(\(make(r, c, right)))"
      case 8: return "(\(make(c, r, budget - 1)))'"
      case 9:
        let inner = make(r, c, budget - 2)
        let one = isScalar ? "1" : "ones(\(r),\(c))"
        return choose([
          "log((\(inner)).*(\(inner)) + \(one))", "sqrt((\(inner)).^2 + \(one))", "(\(inner)).^2", "(\(inner)).^3",
        ])
      case 10:
        let inner = make(r, c, right)
        let one = isScalar ? "1" : "ones(\(r),\(c))"
        return "(\(make(r, c, left)))./((\(inner)).^2 + \(one))"
      case 11:
        if isSquare, !isScalar { return "inv(\(definite(r, budget - 1)))" }
        if isColumn, !isScalar {
          return choose(["diag(\(make(r, r, budget - 1)))", "softmax(\(make(r, "1", budget - 1)))"])
        }
        return "-\(leaf(r, c))"
      case 12:
        if isSquare, !isScalar {
          return choose([
            "diag(\(make(r, "1", budget - 1)))", "tril(\(make(r, r, budget - 1)))", "triu(\(make(r, r, budget - 1)))",
          ])
        }
        if isColumn, !isScalar { return "inv(\(definite(r, left)))*(\(make(r, "1", right)))" }
        return leaf(r, c)
      case 13:
        if isSquare, !isScalar {
          return choose([
            "adj(\(make(r, r, budget - 1)))", "chol(\(definite(r, budget - 1)))", "expm(0.3*\(make(r, r, budget - 1)))",
            "sqrtm(\(definite(r, budget - 1)))", "(\(make(r, r, budget - 1)))^2",
          ])
        }
        if isColumn, !isScalar { return "sum(\(make(r, size(), budget - 1)), rows)" }
        return "softmax(\(make(r, c, budget - 1)), columns)"
      case 14:
        if isSquare, !isScalar { return "(\(definite(r, left)))*(\(make(r, c, right)))" }
        if r == "n", !isScalar { return "(ones(n,2))*(pick(1, 3, m)*(\(make("m", c, budget - 1))))" }
        return leaf(r, c)
      case 15: return leaf(r, c)
      case 16:
        let k = size()
        return "tr(\(make(k, k, budget - 1)))"
      case 17: return "logdet(\(definite(choose(["n", "m"]), budget - 1)))"
      case 18:
        let k = choose(["n", "m"])
        return "det(\(make(k, k, budget - 1)))"
      case 19: return "\(choose(["sum", "norm2", "norm1", "sum", "norm2"]))(\(make(size(), size(), budget - 1)))"
      case 20:
        return choose([
          "logsumexp(\(make(choose(["n", "m"]), "1", budget - 1)))", "max(\(make("m", "1", budget - 1)))",
          "eigmax(\(definite("n", budget - 1)))",
        ])
      default:
        let k = choose(["n", "m", "p"])
        return "tr(kron(\(make(k, k, left)), \(make("n", "n", right))))"
      }
    }
  }
}

/// What became of one random expression.
enum RandomOutcome: Sendable {
  case right(seconds: Double)
  /// No smooth point, or no rule for a third derivative.
  case skipped(String)
  case wrong(String)
}

extension RandomExpression {
  /// Derives and compares with finite differences; also prints and parses back.
  func outcome() -> RandomOutcome {
    do {
      let program = try Program(text, Declarations(declarations))
      guard let x = program.variable(variable) else { return .skipped("the variable vanished") }
      return try outcome(program, x)
    } catch DerivationError.noRule(let primitive, _) {
      return .skipped("no rule of this order: \(primitive)")
    } catch {
      return .wrong("\(error)")
    }
  }

  private func outcome(_ program: Program, _ x: Expression) throws -> RandomOutcome {
    let clock = ContinuousClock()
    let start = clock.now
    let answer = isSecond ? try hessian(of: program.expression, wrt: x) : try derivative(of: program.expression, wrt: x)
    let printed = answer.value.syntax.description
    let seconds = (clock.now - start) / .seconds(1)
    let again = try Program(printed, Declarations(declarations), in: program.graph).expression
    guard again == answer.value else { return .wrong("\(printed) parses to \(again.syntax)") }
    let result = try answer.check(sizes: Self.sizes, seed: seed, points: 1)
    if let failure = result.failure { return .skipped(failure) }
    return result.holds ? .right(seconds: seconds) : .wrong("\(printed): error \(result.relativeError)")
  }
}

extension RandomExpression: CustomStringConvertible {
  var description: String {
    "\(isSecond ? "second derivative" : "derivative") of \(text) by \(variable), \(declarations.joined(separator: "; "))"
  }
}
