// Activations of neurons, entry by entry; derivatives in terms of outputs where that is natural.
import RealModule

/// max(x, 0); the derivative at 0 is taken as 0.
public func relu(_ x: Expression) -> Expression { .apply(Relu(), x) }
/// 1 for positive entries, 0 for others.
public func step(_ x: Expression) -> Expression { .apply(Step(), x) }
/// 1/(1 + exp(-x)).
public func sigmoid(_ x: Expression) -> Expression { .apply(Sigmoid(), x) }
/// log(1 + exp(x)), without overflow.
public func softplus(_ x: Expression) -> Expression { .apply(Softplus(), x) }
/// x*sigmoid(x).
public func silu(_ x: Expression) -> Expression { .apply(Silu(), x) }
/// x times the normal distribution function of x, exactly.
public func gelu(_ x: Expression) -> Expression { .apply(Gelu(), x) }
/// x for positive entries, exp(x) - 1 for others.
public func elu(_ x: Expression) -> Expression { .apply(Elu(), x) }

struct Relu: ElementwisePrimitive {
  var name: String { "relu" }
  var kernel: ElementKernel? { .relu }
  func simplified(_ x: [Expression]) -> Expression? { x[0].facts.contains(.nonnegative) ? x[0] : nil }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.nonnegative) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { step(x) }
  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.nonzero, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { x > 0 ? x : x.isNaN ? x : 0 }
  var examples: [Example] {
    [Example("relu(X)", "X: matrix(m,n)"), Example("sum(relu(A*x))", "A: matrix(m,n)", "x: vector(n)")]
  }
}

struct Step: ElementwisePrimitive {
  var name: String { "step" }
  var kernel: ElementKernel? { .step }
  func simplified(_ x: [Expression]) -> Expression? { x[0].facts.contains(.positive) ? x[0].ones : nil }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.nonnegative) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { x.zeros }
  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.nonzero, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { x > 0 ? 1 : 0 }
  var examples: [Example] { [Example("u'*step(X)", "X: matrix(m,n)", "u: vector(m)")] }
}

struct Sigmoid: ElementwisePrimitive {
  var name: String { "sigmoid" }
  func formula(_ x: [Formula]) -> Formula { .letter("σ", x[0]) }
  var kernel: ElementKernel? { .sigmoid }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.positive) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { y .* (x.ones - y) }
  func value<Element: Scalar>(_ x: Element) -> Element {
    // exp of a positive number would overflow.
    let e = Element.exp(-Swift.abs(x))
    return (x < 0 ? e : 1) / (1 + e)
  }
  var examples: [Example] {
    [
      Example("sigmoid(X)", "X: matrix(m,n)"),
      Example("u'*sigmoid(A*x)", "u: vector(m)", "A: matrix(m,n)", "x: vector(n)"),
    ]
  }
}

struct Softplus: ElementwisePrimitive {
  var name: String { "softplus" }
  var kernel: ElementKernel? { .softplus }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.positive) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { sigmoid(x) }
  func value<Element: Scalar>(_ x: Element) -> Element { Swift.max(x, 0) + .log(onePlus: .exp(-Swift.abs(x))) }
  var examples: [Example] { [Example("softplus(X)", "X: matrix(m,n)")] }
}

struct Silu: ElementwisePrimitive {
  var name: String { "silu" }
  var kernel: ElementKernel? { .silu }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? {
    let s = sigmoid(x)
    return s + y .* (x.ones - s)
  }
  func value<Element: Scalar>(_ x: Element) -> Element { x * Sigmoid().value(x) }
  var examples: [Example] { [Example("silu(X)", "X: matrix(m,n)")] }
}

/// d/dx x*Phi(x) = Phi(x) + x*phi(x). Source: Hendrycks and Gimpel, arXiv:1606.08415.
struct Gelu: ElementwisePrimitive {
  var name: String { "gelu" }
  var kernel: ElementKernel? { .gelu }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? {
    let two = x.graph.constant(2)
    let density = exp(-(x .** 2).half) / sqrt(2 * x.graph.constantPi)
    return (x.ones + erf(x / sqrt(two))).half + x .* density
  }
  func value<Element: Scalar>(_ x: Element) -> Element { x * Element.erfc(-x * Element(0.7071067811865476)) / 2 }
  var examples: [Example] { [Example("gelu(X)", "X: matrix(m,n)")] }
}

struct Elu: ElementwisePrimitive {
  var name: String { "elu" }
  var kernel: ElementKernel? { .elu }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { step(x) + exp(-relu(-x)) .* (x.ones - step(x)) }
  func value<Element: Scalar>(_ x: Element) -> Element { x > 0 ? x : .expMinusOne(x) }
  var examples: [Example] { [Example("elu(X)", "X: matrix(m,n)")] }
}
