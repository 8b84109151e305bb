// The views of a derivative agree: the operator along random directions, and the index form at every entry, with the matrix on vec; both read
// from what is written, not from what stands behind it.
import Testing

@testable import MatDeriv

@Suite struct ViewTests {
  @Test(arguments: Identity.all) func viewsOfAnIdentityAgree(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let failure = try ViewReading.failure(answer, identity.declarations, sizes: program.declarations.sizes)
    #expect(failure == nil, "\(failure ?? "")")
  }

  @Test func viewsOfRandomExpressionsAgree() throws {
    for seed in UInt64(1)...150 {
      let random = RandomExpression(seed: seed)
      let program = try Program(random.text, Declarations(random.declarations))
      guard let x = program.variable(random.variable) else { continue }
      do {
        let answer =
          random.isSecond ? try hessian(of: program.expression, wrt: x) : try derivative(of: program.expression, wrt: x)
        let failure = try ViewReading.failure(answer, random.declarations, sizes: RandomExpression.sizes)
        #expect(failure == nil, "seed \(seed), \(random): \(failure ?? "")")
      } catch DerivationError.noRule { continue }
    }
  }

  @Test(arguments: [
    (
      "inv(X)", "X: matrix(n,n) invertible", "X", "dF = -inv(X)*dX*inv(X)",
      "dF(i, j)/dX(k, l) = -inv(X)(i, k)*inv(X)(l, j)"
    ),
    ("A*X*B", "X: matrix(n,p)", "X", "dF = A*dX*B", "dF(i, j)/dX(k, l) = A(i, k)*B(l, j)"),
    ("X'", "X: matrix(n,p)", "X", "dF = dX'", "dF(i, j)/dX(k, l) = delta(j, k)*delta(i, l)"),
    ("tr(A*X)", "X: matrix(n,p)", "X", "df = tr(A*dX)", "df/dX(k, l) = A(l, k)"),
    ("A*x", "x: vector(n)", "x", "df = A*dx", "df(i)/dx(k) = A(i, k)"),
    (
      "tr(X)*X", "X: matrix(n,n)", "X", "dF = tr(dX)*X + tr(X)*dX",
      "dF(i, j)/dX(k, l) = delta(k, l)*X(i, j) + tr(X)*delta(i, k)*delta(j, l)"
    ),
    (
      "tanh(X)", "X: matrix(n,p)", "X", "dF = dX - dX.*tanh(X).^2",
      "dF(i, j)/dX(k, l) = delta(i, k)*delta(j, l) - (tanh(X).^2)(i, j)*delta(i, k)*delta(j, l)"
    ),
    ("a*A", "a: scalar", "a", "dF = A*da", "dF(i, j)/da = A(i, j)"),
  ]) func textsOfViews(
    _ text: String, _ declaration: String, _ variable: String, _ asOperator: String, _ asIndex: String
  ) throws {
    let program = try Program(text, Declarations([declaration]))
    let answer = try derivative(of: program.expression, wrt: try #require(program.variable(variable)))
    #expect(try answer.equation(.operator).description == asOperator)
    #expect(try answer.equation(.index).description == asIndex)
  }

  /// A size that is called like an index makes the index take another name; where there is no closed form, the matrix is named.
  @Test func indicesAreFreeNames() throws {
    let program = try Program("kron(X, A)", Declarations(["X: matrix(i,k)", "A: matrix(p,q)"]))
    let answer = try derivative(of: program.expression, wrt: try #require(program.variable("X")))
    let equation = try answer.equation(.index)
    #expect(equation.left.description == "dF(i1, j)/dX(k1, l)")
    #expect(equation.right.description == "J(i1 + (j - 1)*(i*p), k1 + (l - 1)*i)")
    #expect(equation.matrix?.value == answer.value.syntax)
  }
}

/// Reads a view with numbers for its names.
struct ViewReading {
  let declarations: [String]
  var values: Values<Double>

  /// What disagrees at a random admissible point; nil if all views agree.
  static func failure(_ answer: Derivative, _ declarations: [String], sizes: [String: Int]) throws -> String? {
    let g = answer.expression.graph
    let roots = answer.parts
    let sizes = g.testSizes(of: roots, given: sizes)
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20 {
      let values = try g.admissibleValues(of: roots, sizes: sizes, using: &generator)
      do {
        guard try answer.conditions.allSatisfy({ try $0.holds(at: values) }) else { continue }
        let matrix = try answer.value.value(at: values)
        guard matrix.columnMajor.allSatisfy(\.isFinite) else { continue }
        var reading = ViewReading(declarations: declarations, values: values)
        return try reading.operatorFailure(answer, matrix, &generator) ?? reading.indexFailure(answer, matrix)
      } catch EvaluationError.domain { continue }
    }
    return nil
  }

  /// What the derivative as a matrix says of a direction, as vec(dF).
  private func predict(_ answer: Derivative, _ d: Matrix<Double>, _ dx: Matrix<Double>) -> [Double] {
    if dx.count == 1 { return d.columnMajor.map { $0 * dx[0, 0] } }
    if answer.expression.shape.isScalar, answer.form == .numerator {
      return [(0..<dx.columns).reduce(0) { s, j in (0..<dx.rows).reduce(s) { $0 + d[j, $1] * dx[$1, j] } }]
    }
    return (d * Matrix(column: dx.columnMajor)).columnMajor
  }

  private mutating func operatorFailure(
    _ answer: Derivative, _ d: Matrix<Double>, _ generator: inout SeededGenerator
  ) throws -> String? {
    if answer.form == .tied { return nil }
    let g = answer.expression.graph
    let x = answer.variable
    let (m, n) = (x.shape.rows.value(values.sizes)!, x.shape.columns.value(values.sizes)!)
    var direction = Matrix<Double>(rows: m, columns: n, repeating: 0)
    for e in Graph.tangentBasis(m, n, g.structure(of: x.node)) { direction += generator.normal() * e }
    let equation = try answer.equation(.operator)
    let name = "d\(x.syntax)"
    values[name] = direction
    let own = declarations + ["\(name): matrix(\(x.shape.rows), \(x.shape.columns))"]
    let value = try parse(equation.right, own).value(at: values)
    let expected = predict(answer, d, direction)
    return isClose(Matrix(column: value.columnMajor), Matrix(column: expected), 1e-8)
      ? nil : "\(equation) and \(answer.value.syntax)"
  }

  private func indexFailure(_ answer: Derivative, _ d: Matrix<Double>) throws -> String? {
    let g = answer.expression.graph
    let (f, x) = (answer.form == .hessian ? answer.variable.shape : answer.expression.shape, answer.variable.shape)
    let equation = try answer.equation(.index)
    func size(_ s: Size) -> Int { s.value(values.sizes)! }
    let isScalar = answer.expression.shape.isScalar && answer.form != .hessian
    var entries = IndexEntries(reading: self, equation: equation)
    /// dF(i,j) by dX(k,l), as written.
    func entry(_ i: Int, _ j: Int, _ k: Int, _ l: Int) throws -> Double { try entries.value(i, j, k, l) }
    let structure = g.structure(of: answer.variable.node)
    for j in 0..<size(f.columns) {
      for i in 0..<size(f.rows) {
        // A structured variable moves along its directions only: along these the views agree.
        let isFree = structure.isEmpty || (isScalar && answer.form != .hessian)
        let basis = Graph.tangentBasis(size(x.rows), size(x.columns), isFree ? [] : structure)
        for e in basis {
          var own = 0.0
          for l in 0..<e.columns { for k in 0..<e.rows where e[k, l] != 0 { own += e[k, l] * (try entry(i, j, k, l)) } }
          let expected: Double
          if x.isScalar {
            expected = d[i, j]
          } else if isScalar {
            expected = predictTied(d, e)
          } else {
            expected = (d * Matrix(column: e.columnMajor))[i + j * size(f.rows), 0]
          }
          guard Swift.abs(own - expected) < 1e-8 * (1 + Swift.abs(expected)) else {
            return "\(equation) at \(i) \(j), \(e.columnMajor): \(own) and \(expected)"
          }
        }
      }
    }
    return nil
  }

  private func predictTied(_ d: Matrix<Double>, _ e: Matrix<Double>) -> Double {
    (0..<e.columns).reduce(0) { s, j in (0..<e.rows).reduce(s) { $0 + d[j, $1] * e[$1, j] } }
  }

  func parse(_ x: Syntax, _ declarations: [String]) throws -> Expression {
    var declarations = declarations
    for (size, value) in values.sizes where !declarations.contains(where: { $0.hasPrefix("\(size):") }) {
      declarations.append("\(size): dim(\(value))")
    }
    return try Program("\(x)", Declarations(declarations)).expression
  }
}

/// The right side of an index view at given indices.
struct IndexEntries {
  let reading: ViewReading
  let equation: ViewEquation
  private var matrices: [Syntax: Matrix<Double>] = [:]

  init(reading: ViewReading, equation: ViewEquation) {
    self.reading = reading
    self.equation = equation
  }

  mutating func value(_ i: Int, _ j: Int, _ k: Int, _ l: Int) throws -> Double {
    // The names of the indices are those of the left side, in their order.
    var left = equation.left
    if case .call("tied", let inner) = left.form { left = inner[0] }
    guard case .binary(.divide, let above, let below) = left.form else { return .nan }
    var at: [String: Int] = [:]
    for (part, places) in [(above, [i, j]), (below, [k, l])] {
      guard case .select(_, let r, let c) = part.form else { continue }
      for (selection, place) in zip([r, c], places) { if case .named(let name) = selection { at[name] = place + 1 } }
    }
    return try value(equation.right, at)
  }

  private mutating func value(_ x: Syntax, _ at: [String: Int]) throws -> Double {
    switch x.form {
    case .number(let c): return c.value
    case .name(let name) where at[name] != nil: return Double(at[name]!)
    case .negate(let a): return -(try value(a, at))
    case .binary(let op, let a, let b) where [.add, .subtract, .multiply, .divide].contains(op) && x.mentions(at):
      let (p, q) = (try value(a, at), try value(b, at))
      switch op {
      case .add: return p + q
      case .subtract: return p - q
      case .divide: return p / q
      default: return p * q
      }
    case .call("delta", let arguments): return try value(arguments[0], at) == value(arguments[1], at) ? 1 : 0
    case .call(let word, let arguments) where equation.matrix?.name.form == .name(word):
      let j = try matrix(equation.matrix!.value)
      return j[Int(try value(arguments[0], at)) - 1, Int(try value(arguments[1], at)) - 1]
    case .select(let inner, let r, let c):
      let m = try matrix(inner)
      return m[place(r, at), place(c, at)]
    default: return try matrix(x)[0, 0]
    }
  }

  private func place(_ selection: Syntax.Selection, _ at: [String: Int]) -> Int {
    if case .named(let name) = selection { at[name]! - 1 } else { 0 }
  }

  private mutating func matrix(_ x: Syntax) throws -> Matrix<Double> {
    if let known = matrices[x] { return known }
    let value = try reading.parse(x, reading.declarations).value(at: reading.values)
    matrices[x] = value
    return value
  }
}

extension Syntax {
  /// Whether an index occurs in it.
  fileprivate func mentions(_ at: [String: Int]) -> Bool {
    switch form {
    case .number: false
    case .name(let name): at[name] != nil
    case .negate(let x), .transpose(let x): x.mentions(at)
    case .binary(_, let a, let b): a.mentions(at) || b.mentions(at)
    case .call(let word, let arguments): word == "delta" || arguments.contains { $0.mentions(at) }
    case .select: true
    case .assemble: false
    }
  }
}
