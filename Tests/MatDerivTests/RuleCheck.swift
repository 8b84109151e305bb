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

/// Two steps of a difference disagree: a kink or a singularity is near.
struct NotSmooth: Error {}

/// Runs all checks of one primitive on one example, records what fails, and returns the rules that are missing.
func checkRule(
  _ primitive: any Primitive, _ example: Example, vocabulary: Vocabulary = .standard,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Set<MissingRule> {
  for seed in UInt64(5)..<10 {
    do {
      return try RuleCheck(primitive, example, vocabulary, sourceLocation, seed: seed).missingRules()
    } catch is NotSmooth { continue }
  }
  Issue.record("\(primitive.name), \(example.expression): no smooth point was found", sourceLocation: sourceLocation)
  return []
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
    _ primitive: any Primitive, _ example: Example, _ vocabulary: Vocabulary, _ sourceLocation: SourceLocation,
    seed: UInt64
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
    var generator = SeededGenerator(seed: seed)
    point = try graph.admissibleValues(
      of: roots, sizes: graph.testSizes(of: roots, given: declarations.sizes), using: &generator)
  }

  /// All checks.
  func missingRules() throws -> Set<MissingRule> {
    try values()
    try roundTrip(expression)
    try linearity()
    var missing: Set<MissingRule> = []
    for x in variables {
      do {
        try differential(x)
        try first(x)
      } catch DerivationError.noRule(let primitive, _) {
        missing.insert(MissingRule(order: 1, primitive: primitive))
        continue
      }
      do { try second(x) } catch DerivationError.noRule(let primitive, _) {
        missing.insert(MissingRule(order: 2, primitive: primitive))
      }
    }
    return missing
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

  func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition {
      Issue.record("\(primitive.name), \(expression.syntax): \(message())", sourceLocation: sourceLocation)
    }
  }

  /// The value, the same in Float as in Double.
  func value(_ e: Expression, _ values: Values<Double>? = nil) throws -> Matrix<Double> {
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
}
