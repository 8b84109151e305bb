// Absolute value and sign, entry by entry.

/// The absolute value of every entry.
public func abs(_ x: Expression) -> Expression { .apply(Abs(), x) }
/// The sign of every entry: -1, 0 or 1.
public func sign(_ x: Expression) -> Expression { .apply(Sign(), x) }

struct Abs: ElementwisePrimitive {
  var name: String { "abs" }
  var kernel: ElementKernel? { .abs }
  var parity: Parity { .even }
  func formula(_ x: [Formula]) -> Formula { x[0].isScalar ? x[0].fenced(.bars) : .function("abs", x[0]) }
  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].facts.contains(.nonnegative) { return x[0] }
    let (c, unit) = g.unit(x[0].node)
    return c.isOne ? nil : c.magnitude * abs(Expression(g, unit))
  }
  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.intersection([.symmetric, .nonzero]).union(x[0].facts.contains(.nonzero) ? .positive : .nonnegative)
  }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { sign(x) }
  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.nonzero, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { Swift.abs(x) }
  var examples: [Example] {
    [Example("abs(X)", "X: matrix(m,n)"), Example("sum(abs(A*x))", "A: matrix(m,n)", "x: vector(n)")]
  }
}

struct Sign: ElementwisePrimitive {
  var name: String { "sign" }
  var kernel: ElementKernel? { .sign }
  var parity: Parity { .odd }
  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].facts.contains(.positive) { return g.ones(x[0].shape.rows, x[0].shape.columns) }
    if x[0].facts.contains(.binary) { return x[0] }
    let (c, unit) = g.unit(x[0].node)
    return c.isOne || c.isZero ? nil : (c.isNegative ? -1 : 1) * sign(Expression(g, unit))
  }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.symmetric, .binary]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { x.graph.zeros(x.shape.rows, x.shape.columns) }
  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.nonzero, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { x > 0 ? 1 : x < 0 ? -1 : 0 }
  var examples: [Example] { [Example("u'*sign(X)", "X: matrix(m,n)", "u: vector(m)")] }
}
