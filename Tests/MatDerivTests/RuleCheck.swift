// Everything that must hold of a primitive, on one of its examples: what it says of shapes and facts is true of values, and the derivatives
// that follow from its rule agree with differences. Primitives of an application go through the same checks.
import Testing

@testable import MatDeriv

/// The rule that a derivation lacked, by the name of its primitive.
struct MissingRule: Hashable, CustomStringConvertible {
  /// 1 for first derivatives, 2 for second ones.
  var order: Int
  var primitive: String
  var description: String { "\(primitive), order \(order)" }
}

/// Runs all checks of one primitive on one example, records what fails, and returns the rules that are missing.
func checkRule(
  _ primitive: any Primitive, _ example: Example, vocabulary: Vocabulary = .standard,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Set<MissingRule> {
  let check = try RuleCheck(primitive, example, vocabulary, sourceLocation)
  try check.values()
  try check.roundTrip(check.expression)
  try check.linearity()
  var missing: Set<MissingRule> = []
  for x in check.variables {
    do {
      try check.differential(x)
      try check.first(x)
    } catch DerivationError.noRule(let primitive, _) {
      missing.insert(MissingRule(order: 1, primitive: primitive))
      continue
    }
    do { try check.second(x) } catch DerivationError.noRule(let primitive, _) {
      missing.insert(MissingRule(order: 2, primitive: primitive))
    }
  }
  return missing
}

/// One example with values at which everything is evaluated.
struct RuleCheck {
  let primitive: any Primitive
  let vocabulary: Vocabulary
  let graph: Graph
  let declarations: Declarations
  let expression: Expression
  /// A cotangent of the expression and the scalar tr(cotangent*expression).
  let cotangent: Expression
  let scalar: Expression
  let point: Values<Double>
  let sourceLocation: SourceLocation

  init(
    _ primitive: any Primitive, _ example: Example, _ vocabulary: Vocabulary, _ sourceLocation: SourceLocation
  ) throws {
    self.primitive = primitive
    self.vocabulary = vocabulary
    self.sourceLocation = sourceLocation
    var declarations = try Declarations(example.declarations)
    let program = try Program(example.expression, declarations, vocabulary: vocabulary)
    graph = program.graph
    expression = program.expression
    let shape = expression.shape
    try declarations.add("Gbar: matrix(\(shape.columns), \(shape.rows))")
    self.declarations = declarations
    cotangent = graph.variable("Gbar", shape.columns, shape.rows)
    scalar = shape.isScalar ? expression : tr(cotangent * expression)
    let roots = [expression.node, cotangent.node]
    var generator = SeededGenerator(seed: 5)
    point = try graph.admissibleValues(
      of: roots, sizes: graph.testSizes(of: roots, given: declarations.sizes), using: &generator)
  }

  private var applications: [(node: Node, arguments: [Expression])] {
    graph.reachable(from: [expression.node]).compactMap { node in
      guard case .apply(let index, let arguments) = graph.operation(node) else { return nil }
      let other = graph.primitives[Int(index)]
      guard type(of: other) == type(of: primitive), other.name == primitive.name else { return nil }
      return (node, arguments.map { Expression(graph, $0) })
    }
  }

  var variables: [Expression] {
    graph.reachable(from: [expression.node]).filter { graph.symbol($0)?.role == .variable }
      .map { Expression(graph, $0) }
  }

  private func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition {
      Issue.record("\(primitive.name), \(expression.syntax): \(message())", sourceLocation: sourceLocation)
    }
  }

  /// The value, the same in Float as in Double.
  private func value(_ e: Expression, _ values: Values<Double>? = nil) throws -> Matrix<Double> {
    let values = values ?? point
    let exact = try e.value(at: values)
    var narrow = Values<Float>(sizes: values.sizes)
    for (name, x) in values.matrices {
      narrow[name] = Matrix(rows: x.rows, columns: x.columns, columnMajor: x.columnMajor.map { Float($0) })
    }
    let single = try e.value(at: narrow)
    let widened = Matrix(rows: single.rows, columns: single.columns, columnMajor: single.columnMajor.map { Double($0) })
    let error = distance(widened, exact)
    expect(error <= Tolerance.precision.double, "\(e.syntax) in Float differs by \(error)")
    return exact
  }

  /// Shapes and facts of everything in the expression, in Double and in Float.
  func values() throws {
    for node in graph.reachable(from: [expression.node]) {
      let e = Expression(graph, node)
      let x = try value(e)
      let shape = (e.shape.rows.value(point.sizes), e.shape.columns.value(point.sizes))
      expect(shape == (x.rows, x.columns), "\(e.syntax) is \(e.shape), its value \(x.rows) x \(x.columns)")
      let violations = e.facts.violations(by: x)
      expect(violations.isEmpty, "\(e.syntax) is not \(violations.joined(separator: ", "))")
      let single = Matrix<Float>(rows: x.rows, columns: x.columns, columnMajor: x.columnMajor.map { Float($0) })
      let inFloat = e.facts.subtracting([.definite, .invertible]).violations(by: single)
      expect(inFloat.isEmpty, "\(e.syntax) is not \(inFloat.joined(separator: ", ")) in Float")
    }
  }

  /// Text and back is the same node.
  func roundTrip(_ e: Expression) throws {
    let text = e.syntax.description
    let again = try Program(text, declarations, vocabulary: vocabulary, in: graph).expression
    expect(again == e, "\(text) is read as \(again.syntax)")
  }

  /// Adjoint and matrix of a linear primitive: tr(g*L(dx)) = tr(h*dx), M*vec(dx) = vec(L(dx)).
  func linearity() throws {
    guard let linear = primitive as? any LinearPrimitive else { return }
    for (node, arguments) in applications {
      for (i, argument) in arguments.enumerated() where linear.isLinear(in: i) {
        let shape = graph.shape(node)
        let g = graph.variable("g\(node.index)", shape.columns, shape.rows)
        let dx = graph.variable("dx\(node.index)_\(i)", argument.shape.rows, argument.shape.columns)
        var values = point
        for (name, shape) in [("g\(node.index)", g.shape), ("dx\(node.index)_\(i)", dx.shape)] {
          values[name] = Matrix.random(shape.rows.value(point.sizes)!, shape.columns.value(point.sizes)!, seed: 3)
        }
        var moved = arguments
        moved[i] = dx
        let image = Expression(graph, graph.apply(linear, moved.map(\.node)))
        if let h = linear.adjoint(g, arguments, argument: i) {
          let (a, b) = (try value(tr(g * image), values), try value(tr(h * dx), values))
          expect(distance(a, b) <= Tolerance.same.double, "adjoint of argument \(i + 1): \(h.syntax)")
        } else {
          expect(false, "argument \(i + 1) has no adjoint")
        }
        if let m = linear.matrix(arguments, argument: i) {
          let (a, b) = (try value(m * vec(dx), values), try value(vec(image), values))
          expect(distance(a, b) <= Tolerance.same.double, "matrix of argument \(i + 1): \(m.syntax)")
        } else {
          expect(false, "argument \(i + 1) has no matrix")
        }
      }
    }
  }

  // MARK: Derivatives

  private func name(_ x: Expression) -> String { graph.symbol(x.node)!.name }

  /// A random direction in which the variable may move.
  private func direction(_ x: Expression, _ seed: UInt64) -> Matrix<Double> {
    let value = point[name(x)]!
    var generator = SeededGenerator(seed: seed)
    return Graph.tangentBasis(value.rows, value.columns, graph.structure(of: x.node))
      .reduce(Matrix(rows: value.rows, columns: value.columns, repeating: 0)) { $0 + generator.normal() * $1 }
  }

  /// The change of an expression in a direction; nil where two steps disagree.
  private func change(_ e: Expression, _ x: Expression, _ direction: Matrix<Double>) throws -> Matrix<Double>? {
    let (name, start) = (name(x), point[name(x)]!)
    func moved(_ value: Matrix<Double>) throws(EvaluationError) -> Matrix<Double> {
      var values = point
      values[name] = value
      return try e.value(at: values)
    }
    let stencil = CentralDifference()
    let coarse = try stencil.derivative(moved, at: start, along: direction, step: 2e-3)
    let fine = try stencil.derivative(moved, at: start, along: direction, step: 5e-4)
    return distance(coarse, fine) <= Tolerance.smooth.double ? coarse : nil
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
    guard let measured = try change(expression, x, d) else {
      expect(false, "the point is not smooth in \(name(x))")
      return
    }
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
    guard let measured = try change(first.value, x, answer.form == .second ? [[1]] : b) else {
      expect(false, "the derivative by \(name(x)) is not smooth")
      return
    }
    let expected = answer.form == .second ? measured : Matrix(column: [(measured * a).trace])
    let error = distance(contract(answer, value, a, b), expected)
    expect(error <= Tolerance.difference.double, "second by \(name(x)), \(answer.value.syntax), is off by \(error)")
  }
}
