// The checks of a primitive that differentiate: forward and reverse mode, gradient, Jacobian and second order, each against differences; what
// is simplified against what is not; prints.
import Testing

@testable import MatDeriv

extension RuleCheck {
  private func name(_ x: Expression) -> String { graph.symbol(x.node)!.name }

  /// A random direction in which the variable may move.
  private func direction(_ x: Expression, _ seed: UInt64) -> Matrix<Double> {
    let value = point[name(x)]!
    var generator = SeededGenerator(seed: seed)
    return Graph.tangentBasis(value.rows, value.columns, graph.structure(of: x.node))
      .reduce(Matrix(rows: value.rows, columns: value.columns, repeating: 0)) { $0 + generator.normal() * $1 }
  }

  /// The change of an expression in a direction.
  private func change(_ e: Expression, _ x: Expression, _ direction: Matrix<Double>) throws -> Matrix<Double> {
    let (name, start) = (name(x), point[name(x)]!)
    func moved(_ value: Matrix<Double>) throws(EvaluationError) -> Matrix<Double> {
      var values = point
      values[name] = value
      return try e.value(at: values)
    }
    let stencil = CentralDifference()
    let coarse = try stencil.derivative(moved, at: start, along: direction, step: 2e-3)
    let fine = try stencil.derivative(moved, at: start, along: direction, step: 5e-4)
    guard distance(coarse, fine) <= Tolerance.smooth.double else { throw NotSmooth() }
    return coarse
  }

  /// The differential against the change, and against reverse mode: tr(g*dF) = tr(h*dX).
  func differential(_ x: Expression) throws {
    let d = direction(x, 8)
    let moved = "E" + name(x)
    let dx = graph.variable(moved, x.shape.rows, x.shape.columns, graph.structure(of: x.node))
    var values = point
    values[moved] = d
    let df = Expression(graph, try graph.differential(of: expression.node, [x.node: dx.node]))
    let predicted = try value(df, values)
    let measured = try change(expression, x, d)
    let error = distance(predicted, measured)
    expect(error <= Tolerance.difference.double, "differential by \(name(x)), \(df.syntax), is off by \(error)")
    let h = Expression(graph, try graph.gradients(of: expression.node, cotangent.node, with: [x.node])[0])
    let (a, b) = (try value(tr(cotangent * df), values), try value(tr(h * dx), values))
    expect(distance(a, b) <= Tolerance.same.double, "reverse mode by \(name(x)), \(h.syntax): \(b), not \(a)")
  }

  /// What a derivative says of two directions.
  private func contract(_ answer: Derivative, _ m: Matrix<Double>, _ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<
    Double
  > {
    let (u, v) = (Matrix(column: a.columnMajor), Matrix(column: b.columnMajor))
    switch answer.form {
    case .hessian: return u.transposed * (m * v)
    case .second: return m
    case .vecjac: return m * u
    default:
      if answer.variable.shape.isScalar { return a[0, 0] * m }
      if answer.expression.shape.isScalar { return Matrix(column: [(m * a).trace]) }
      return m * a
    }
  }

  /// The shortest form says what the rules gave, and is read back.
  private func expectSimplified(_ answer: Derivative, _ x: Expression) throws -> Matrix<Double> {
    let (a, b) = (direction(x, 21), direction(x, 22))
    let (short, long) = (try value(answer.value), try value(answer.unsimplified))
    let error = distance(contract(answer, short, a, b), contract(answer, long, a, b))
    expect(
      error <= Tolerance.same.double,
      "by \(name(x)): \(answer.value.syntax) against \(answer.unsimplified.syntax): \(error)")
    try roundTrip(answer.value)
    return short
  }

  /// The gradient of a scalar of the expression, and its Jacobian, against all differences.
  func first(_ x: Expression) throws {
    for f in expression.shape.isScalar ? [expression] : [scalar, expression] {
      let answer = try derivative(of: f, wrt: x)
      _ = try expectSimplified(answer, x)
      let result = try answer.check(sizes: point.sizes, points: 1)
      expect(result.holds, "by \(name(x)): \(answer.value.syntax): \(result)")
    }
  }

  /// The second derivative against differences of the first.
  func second(_ x: Expression) throws {
    let answer = try hessian(of: x.shape.isScalar ? expression : scalar, wrt: x)
    let value = try expectSimplified(answer, x)
    let first = try derivative(of: answer.expression, wrt: x)
    let (a, b) = (direction(x, 21), direction(x, 22))
    let measured = try change(first.value, x, answer.form == .second ? [[1]] : b)
    let expected = answer.form == .second ? measured : Matrix(column: [(measured * a).trace])
    let error = distance(contract(answer, value, a, b), expected)
    expect(error <= Tolerance.difference.double, "second by \(name(x)), \(answer.value.syntax), is off by \(error)")
  }
}
