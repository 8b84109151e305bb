// The derivatives of a scalar expression, found once and compiled for as many sizes as are asked for: what a sum over many instances of one
// expression is made of. `Objective` is the same for one instance.

/// Value, gradients, products with the Hessian, and the Kronecker factors of the Hessian of a scalar expression.
public final class DerivativeForms {
  /// What is derived.
  public let expression: Expression
  /// By which it is derived, in the order of the gradients.
  public let variables: [Expression]
  private let gradients: [Node]
  private var productForm: (gradients: [Node], directions: [String])?
  private var hessianForm: (terms: [HessianTerm], factors: [Node])?

  /// A term of the Hessian: a block of rows and columns of two variables to which kron(left, right) is added; the factors are outputs of
  /// ``factorPlan(sizes:)``.
  public struct HessianTerm: Sendable, Equatable {
    /// The variable of the block's rows, by its place among the variables.
    public let row: Int
    /// The variable of the block's columns.
    public let column: Int
    /// The first factor, by its place among the factors.
    public let left: Int
    /// The second factor.
    public let right: Int
  }

  /// **Throws**: `noRule` where a derivative does not exist. **Shapes**: traps unless the expression is scalar.
  public init(_ expression: Expression, wrt variables: [Expression]) throws(DerivationError) {
    let g = expression.graph
    require(expression.shape.isScalar, "derivative forms are of scalars; this expression is \(expression.shape)")
    self.expression = expression
    self.variables = variables
    gradients = try g.gradients(of: expression.node, g.one, with: variables.map(\.node))
  }

  /// Value first, then the gradient by each variable, in the variable's own shape.
  public func gradientPlan(sizes: [String: Int]) throws(PlanError) -> Plan<Double> {
    let g = expression.graph
    return try Plan(
      [expression] + gradients.map { Expression(g, $0) }, transposed: [false] + variables.map { _ in true },
      sizes: sizes)
  }

  /// The product of the Hessian with directions, by each variable in its own shape.
  ///
  /// - Returns: the plan, and the names of its inputs for the directions, in the order of the variables.
  public func productPlan(sizes: [String: Int]) throws(ObjectiveError) -> (plan: Plan<Double>, directions: [String]) {
    let form = try products()
    let g = expression.graph
    do throws(PlanError) {
      let plan = try Plan<Double>(
        form.gradients.map { Expression(g, $0) }, transposed: variables.map { _ in true }, sizes: sizes)
      return (plan, form.directions)
    } catch { throw .plan(error) }
  }

  private func products() throws(ObjectiveError) -> (gradients: [Node], directions: [String]) {
    if let known = productForm { return known }
    let g = expression.graph
    let (directions, names) = g.directions(of: variables)
    var changes: [Node] = []
    do throws(DerivationError) {
      for gradient in gradients { changes.append(try g.differential(of: gradient, directions)) }
    } catch { throw .derivative(error) }
    productForm = (changes, names)
    return (changes, names)
  }

  // MARK: Hessian

  /// The terms of the Hessian on and above its block diagonal; nil if it is no sum of Kronecker products.
  public func hessianTerms() throws(ObjectiveError) -> [HessianTerm]? { try hessian()?.terms }

  /// The factors of ``hessianTerms()``.
  ///
  /// Nil where there are no terms.
  public func factorPlan(sizes: [String: Int]) throws(ObjectiveError) -> Plan<Double>? {
    guard let factors = try hessianFactors() else { return nil }
    do throws(PlanError) { return try Plan<Double>(factors, sizes: sizes) } catch { throw .plan(error) }
  }

  /// The factors as expressions; nil where there are no terms.
  public func hessianFactors() throws(ObjectiveError) -> [Expression]? {
    try hessian()?.factors.map { Expression(expression.graph, $0) }
  }

  private func hessian() throws(ObjectiveError) -> (terms: [HessianTerm], factors: [Node])? {
    if let known = hessianForm { return known }
    let g = expression.graph
    var reader = KroneckerReader(g)
    for (j, x) in variables.enumerated() {
      for i in 0...j {
        do throws(DerivationError) {
          let written = try g.jacobians(of: g.transpose(gradients[i]), with: x.node)
          let candidates = written.map { g.best($0) } + written + written.map { g.expand($0) }
          // Between columns a matrix is its own product with one; of a matrix variable it has entries for pairs of entries.
          let isColumn = variables[i].shape.isColumn && x.shape.isColumn
          guard candidates.contains(where: { reader.read($0, row: i, column: j, takesMatrices: isColumn) }) else {
            return nil
          }
        } catch { throw .derivative(error) }
      }
    }
    hessianForm = (reader.terms, reader.factors)
    return hessianForm
  }
}

extension Graph {
  /// For each variable the symbol of its change, and the names of these in the order of the variables.
  func directions(of variables: [Expression]) -> (symbols: [Node: Node], names: [String]) {
    let symbols = variables.map { differentialSymbol(of: $0.node) }
    return (
      Dictionary(zip(variables.map(\.node), symbols), uniquingKeysWith: { first, _ in first }),
      symbols.map { symbol($0)!.name }
    )
  }
}

/// Reads expressions as sums of Kronecker products.
private struct KroneckerReader {
  let graph: Graph
  private(set) var terms: [DerivativeForms.HessianTerm] = []
  private(set) var factors: [Node] = []
  private var places: [Node: Int] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// False, and nothing has happened, where a summand has another form.
  mutating func read(_ node: Node, row: Int, column: Int, takesMatrices: Bool) -> Bool {
    var found: [(left: Node, right: Node)] = []
    guard collect(node, graph.one, takesMatrices, &found) else { return false }
    for (left, right) in found {
      terms.append(
        DerivativeForms.HessianTerm(row: row, column: column, left: place(left), right: place(right)))
    }
    return true
  }

  private mutating func place(_ node: Node) -> Int {
    if let known = places[node] { return known }
    places[node] = factors.count
    factors.append(node)
    return factors.count - 1
  }

  private func collect(
    _ node: Node, _ factor: Node, _ takesMatrices: Bool, _ found: inout [(left: Node, right: Node)]
  ) -> Bool {
    if graph.isZero(node) { return true }
    for (coefficient, unit) in graph.summands(node) {
      let (c, scalars, chain) = graph.parts(unit)
      let scalar = graph.multiply([factor, graph.number(coefficient), graph.product(c, scalars, [], .scalar)])
      guard let first = chain.first else { return false }
      if chain.count == 1, case .sum = graph.operation(first) {
        guard collect(first, scalar, takesMatrices, &found) else { return false }
      } else if chain.count == 1, let parts = graph.arguments(first, of: Kron.self) {
        found.append((parts[0], graph.multiply([scalar, parts[1]])))
      } else if takesMatrices {
        found.append((graph.one, graph.multiply([scalar] + chain)))
      } else {
        return false
      }
    }
    return true
  }
}
