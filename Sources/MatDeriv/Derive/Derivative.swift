// The answer to a question: derivative or Hessian, its form, layout and conditions. All nine kinds come through here.

/// A derivative in its shortest form.
public struct Derivative {
  /// What was differentiated.
  public let expression: Expression
  /// With respect to what.
  public let variable: Expression
  /// `s/M`: scalar, vector or matrix by scalar, vector or matrix.
  public let kind: String
  /// What the entries mean.
  public let form: DerivativeForm
  /// Whether rows or columns belong to the numerator.
  public let layout: Layout
  /// What the derivative by a structured matrix is.
  public let convention: Convention
  /// The derivative.
  public let value: Expression
  /// As the rules gave it, before it was simplified.
  public let unsimplified: Expression
  /// The structure by which it was projected; empty for an unrestricted variable.
  public let structure: Facts
  /// The first derivative, where this is a second one: its conditions are conditions of this.
  var first: Expression?

  /// All that has to have a value where the derivative is checked: what a condition speaks of may have left the normal form.
  var parts: [Node] { [expression.node, variable.node, value.node] + conditions.map(\.subject.node) }

  /// What must hold for the derivative to exist, the weakest conditions that its form needs.
  public var conditions: [Condition] {
    let roots = [expression.node] + (first.map { [$0.node] } ?? [])
    return value.graph.conditions(of: roots, wrt: variable.node, derivative: value.node)
  }
}

/// The derivative of an expression with respect to a variable or a named intermediate of it.
///
/// **Shapes**: scalars by anything, anything by scalars, columns by columns in numerator layout; all else as `vecjac`, the matrix J with
/// d vec(F) = J d vec(X).
/// **Throws**: `noRule` where a primitive has none.
public func derivative(
  of f: Expression, wrt x: Expression, layout: Layout = .numerator, convention: Convention = .projected
) throws(DerivationError) -> Derivative {
  try derivative(of: f, wrt: x, layout, convention, gradient: nil)
}

/// The derivative; of a scalar, from the gradient if reverse mode has found it already.
func derivative(
  of f: Expression, wrt x: Expression, _ layout: Layout, _ convention: Convention, gradient: Node?
) throws(DerivationError) -> Derivative {
  let g = f.graph
  let (root, variable) = (f.node, x.node)
  let (shape, by) = (g.shape(root), g.shape(variable))
  let structure = g.structure(of: variable)
  var form = DerivativeForm.numerator
  var unsimplified: Node
  var value: Node
  var restriction: Facts = []
  if by.isScalar {
    unsimplified = try g.differential(of: root, [variable: g.one])
    value = g.best(unsimplified)
  } else if shape.isScalar {
    if let gradient {
      unsimplified = gradient
    } else {
      unsimplified = try g.gradients(of: root, g.one, with: [variable])[0]
    }
    value = g.best(unsimplified)
    if !structure.isEmpty {
      restriction = structure
      if convention == .tied {
        form = .tied
        unsimplified = g.tied(unsimplified, structure)
        value = g.best(g.tied(value, structure))
      } else {
        unsimplified = g.projected(unsimplified, structure)
        value = g.best(g.projected(value, structure))
      }
    }
  } else {
    if !shape.isColumn || !by.isColumn { form = .vecjac }
    let candidates = try g.jacobians(of: root, with: variable)
    unsimplified = candidates[0]
    value = g.best(of: candidates.map { g.best($0) })
  }
  if convention == .tied, form != .tied {
    throw .notTied("this is \(shape) by \(by)\(structure.isEmpty ? " without declared structure" : "")")
  }
  if layout == .denominator {
    unsimplified = g.transpose(unsimplified)
    value = g.best(g.transpose(value))
  }
  return Derivative(
    expression: f, variable: x, kind: g.kind(shape, by), form: form, layout: layout, convention: convention,
    value: Expression(g, value), unsimplified: Expression(g, unsimplified), structure: restriction)
}

/// The Hessian of a scalar, d^2 f / d vec(x) d vec(x)', or the second derivative of anything with respect to a scalar.
///
/// **Throws**: `noHessian` if neither is a scalar; `noRule` where a primitive has no second derivative.
public func hessian(of f: Expression, wrt x: Expression) throws(DerivationError) -> Derivative {
  let g = f.graph
  let (shape, by) = (g.shape(f.node), g.shape(x.node))
  let unsimplified: Node
  let value: Node
  let form: DerivativeForm
  let first: Node
  if by.isScalar {
    form = .second
    first = try g.differential(of: f.node, [x.node: g.one])
    unsimplified = try g.differential(of: first, [x.node: g.one])
    value = g.best(of: [
      g.best(unsimplified), g.best(try g.differential(of: g.best(first), [x.node: g.one])),
    ])
  } else {
    guard shape.isScalar else { throw .noHessian(expression: shape.description, variable: by.description) }
    form = .hessian
    first = g.best(try g.gradients(of: f.node, g.one, with: [x.node])[0])
    let candidates = try g.jacobians(of: g.transpose(first), with: x.node)
    unsimplified = candidates[0]
    value = g.best(of: candidates.map { g.best($0) })
  }
  return Derivative(
    expression: f, variable: x, kind: g.kind(shape, by), form: form, layout: .numerator, convention: .projected,
    value: Expression(g, value), unsimplified: Expression(g, unsimplified), structure: [],
    first: Expression(g, first))
}

extension Graph {
  /// The Jacobian written down in several ways: from the expression, from its differential, and from the differential with sums written out.
  func jacobians(of root: Node, with variable: Node) throws(DerivationError) -> [Node] {
    var result = [try jacobian(of: root, with: variable)]
    let dx = differentialSymbol(of: variable)
    let dy = try differential(of: root, [variable: dx])
    for form in [expand(dy), best(dy)] {
      let candidate = try jacobian(of: form, with: dx)
      if !result.contains(candidate) { result.append(candidate) }
    }
    return result
  }

  func kind(_ shape: Shape, _ by: Shape) -> String {
    func letter(_ s: Shape) -> String { s.isScalar ? "s" : s.isColumn || s.isRow ? "v" : "M" }
    return "\(letter(shape))/\(letter(by))"
  }
}

extension Expression {
  /// The shortest way to write the expression, with shapes.
  public var syntax: Syntax { graph.print(node).syntax }

  /// The shortest equal expression that the rewrites find.
  public var simplified: Expression { Expression(graph, graph.best(node)) }
}
