// Exponential, logarithm and their relatives, entry by entry.
import RealModule

/// The exponential of every entry.
public func exp(_ x: Expression) -> Expression { .apply(Exp(), x) }
/// The natural logarithm of every entry.
public func log(_ x: Expression) -> Expression { .apply(Log(), x) }

struct Exp: ElementwisePrimitive {
  var name: String { "exp" }
  var kernel: ElementKernel? { .exp }
  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].isZero { return g.ones(x[0].shape.rows, x[0].shape.columns) }
    if let y = g.argument(x[0].node, of: Log.self) { return Expression(g, y) }
    return nil
  }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.positive) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { y }
  func value<Element: Scalar>(_ x: Element) -> Element { .exp(x) }
  var examples: [Example] {
    [Example("exp(X)", "X: matrix(m,n)"), Example("u'*exp(A*x)", "u: vector(m)", "A: matrix(m,n)", "x: vector(n)")]
  }
}

struct Log: ElementwisePrimitive {
  var name: String { "log" }
  var kernel: ElementKernel? { .log }
  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if let y = g.argument(node, of: Exp.self) { return Expression(g, y) }
    // Stable: log(softmax(z)) = z - logsumexp(z).
    if let z = g.argument(node, of: Softmax.self), x[0].shape.isColumn {
      return Expression(g, z) - logsumexp(Expression(g, z)) * x[0].ones
    }
    guard x[0].shape.isScalar else { return g.isOnes(node) ? g.zeros(x[0].shape.rows, x[0].shape.columns) : nil }
    if g.isOne(node) { return g.constant(0) }
    if let y = g.argument(node, of: Det.self) { return logdet(Expression(g, y)) }
    // log(s^k) = k*log(s), where the power does not forget a sign; log(a*b) with positive a.
    guard case .product(let c, let powers, let chain) = g.operation(node), chain.isEmpty, !powers.isEmpty else {
      return nil
    }
    if powers.count == 1, c.isOne {
      let (base, exponent) = (powers[0].base, powers[0].exponent)
      if let y = g.argument(base, of: Det.self) { return Expression(g, exponent) * logdet(Expression(g, y)) }
      guard g.has(.positive, base) || !g.isEven(exponent) else { return nil }
      return Expression(g, exponent) * log(Expression(g, base))
    }
    // Determinants leave: their logarithms neither over- nor underflow. The rest must be positive by itself.
    let determinants = powers.filter { g.argument($0.base, of: Det.self) != nil }
    let others = powers.filter { g.argument($0.base, of: Det.self) == nil }
    guard !determinants.isEmpty else { return nil }
    let rest = Expression(g, g.product(c, others, [], .scalar))
    guard g.isOne(rest.node) || rest.facts.contains(.positive) else { return nil }
    return determinants.reduce(log(rest)) {
      $0 + Expression(g, $1.exponent) * logdet(Expression(g, g.argument($1.base, of: Det.self)!))
    }
  }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { x .** -1 }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.positive, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { .log(x) }
  var examples: [Example] {
    [Example("log(X)", "X: matrix(m,n) positive"), Example("sum(log(x))", "x: vector(n) positive")]
  }
}
