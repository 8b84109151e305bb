// Derivatives in a direction: forward and reverse mode as they are, and the Hessian as an operator; and the derivatives by several variables that
// share one graph.

/// The differential of f when x moves along dx: forward mode.
///
/// **Shapes**: dx that of x, the result that of f.
/// **Throws**: `noRule` where a primitive has none.
/// **Cost**: of the order of f itself, when evaluated.
public func jvp(of f: Expression, wrt x: Expression, _ dx: Expression) throws(DerivationError) -> Expression {
  require(dx.shape == x.shape, "a direction has the shape of its variable; these are \(dx.shape) and \(x.shape)")
  let g = f.graph
  return Expression(g, g.best(try g.differential(of: f.node, [x.node: dx.node])))
}

/// The expression h with tr(cotangent*dF) = tr(h*dX) for every dX: reverse mode.
///
/// **Shapes**: numerator layout, as in the trace method: the cotangent has the shape of f transposed, the result that of x transposed.
/// **Throws**: `noRule` where a primitive has none.
/// **Cost**: of the order of f itself, when evaluated, however many entries x has.
public func vjp(of f: Expression, wrt x: Expression, cotangent: Expression) throws(DerivationError) -> Expression {
  require(
    cotangent.shape == f.shape.transposed,
    "a cotangent has the shape of the transposed function; these are \(cotangent.shape) and \(f.shape)")
  let g = f.graph
  return Expression(g, g.best(try g.gradients(of: f.node, cotangent.node, with: [x.node])[0]))
}

/// The Hessian of a scalar applied to a direction: the differential of its derivative when x moves along the direction.
///
/// **Shapes**: the direction that of x, the result that of the derivative, x transposed.
/// **Throws**: `noHessian` if f is no scalar; `noRule` where a primitive has no second derivative.
/// **Cost**: of the order of the derivative, when evaluated; no Hessian is formed.
public func hessianOperator(
  of f: Expression, wrt x: Expression, direction: Expression
) throws(DerivationError) -> Expression {
  guard f.shape.isScalar else { throw .noHessian(expression: f.shape.description, variable: x.shape.description) }
  require(
    direction.shape == x.shape, "a direction has the shape of its variable; these are \(direction.shape) and \(x.shape)"
  )
  let g = f.graph
  let gradient = g.best(try g.gradients(of: f.node, g.one, with: [x.node])[0])
  return Expression(g, g.best(try g.differential(of: gradient, [x.node: direction.node])))
}

/// The derivatives with respect to several variables, in their order. Shared parts of the answers are shared in the graph.
///
/// **Shapes**: each as `derivative(of:wrt:)`.
/// **Throws**: `noRule` where a primitive has none.
/// **Cost**: of a scalar, one pass of reverse mode for all variables, named intermediates and what lies below them apart.
public func derivatives(
  of f: Expression, wrt variables: [Expression], layout: Layout = .numerator, convention: Convention = .projected
) throws(DerivationError) -> [Derivative] {
  let g = f.graph
  let nodes = variables.map(\.node)
  // Reverse mode stops at a variable: one that lies below another needs a pass of its own.
  let isIndependent = nodes.allSatisfy { z in nodes.allSatisfy { $0 == z || !g.depends(z, on: [$0]) } }
  let gradients = f.shape.isScalar && isIndependent ? try g.gradients(of: f.node, g.one, with: nodes) : []
  var result: [Derivative] = []
  for (place, x) in variables.enumerated() {
    result.append(
      try derivative(of: f, wrt: x, layout, convention, gradient: gradients.isEmpty ? nil : gradients[place]))
  }
  return result
}
