// Hyperbolic functions, entry by entry.
import RealModule

/// The hyperbolic sine of every entry.
public func sinh(_ x: Expression) -> Expression { .apply(Sinh(), x) }
/// The hyperbolic cosine of every entry.
public func cosh(_ x: Expression) -> Expression { .apply(Cosh(), x) }
/// The hyperbolic tangent of every entry.
public func tanh(_ x: Expression) -> Expression { .apply(Tanh(), x) }
/// The inverse hyperbolic sine of every entry.
public func asinh(_ x: Expression) -> Expression { .apply(Asinh(), x) }
/// The inverse hyperbolic cosine of every entry.
public func acosh(_ x: Expression) -> Expression { .apply(Acosh(), x) }
/// The inverse hyperbolic tangent of every entry.
public func atanh(_ x: Expression) -> Expression { .apply(Atanh(), x) }

struct Sinh: ElementwisePrimitive {
  var name: String { "sinh" }
  var kernel: ElementKernel? { .sinh }
  var parity: Parity { .odd }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { cosh(x) }
  func value<Element: Scalar>(_ x: Element) -> Element { .sinh(x) }
  var examples: [Example] { [Example("sinh(X)", "X: matrix(m,n)")] }
}

struct Cosh: ElementwisePrimitive {
  var name: String { "cosh" }
  var kernel: ElementKernel? { .cosh }
  var parity: Parity { .even }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.positive) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { sinh(x) }
  func value<Element: Scalar>(_ x: Element) -> Element { .cosh(x) }
  var examples: [Example] { [Example("cosh(X)", "X: matrix(m,n)")] }
}

struct Tanh: ElementwisePrimitive {
  var name: String { "tanh" }
  var kernel: ElementKernel? { .tanh }
  var parity: Parity { .odd }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { x.ones - y .** 2 }
  func value<Element: Scalar>(_ x: Element) -> Element { .tanh(x) }
  var examples: [Example] {
    [Example("tanh(X)", "X: matrix(m,n)"), Example("sum(tanh(A*x))", "A: matrix(m,n)", "x: vector(n)")]
  }
}

struct Asinh: ElementwisePrimitive {
  var name: String { "asinh" }
  var parity: Parity { .odd }
  func formula(_ x: [Formula]) -> Formula { .function("arsinh", x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { (x.ones + x .** 2) .** Coefficient(-1, over: 2) }
  func value<Element: Scalar>(_ x: Element) -> Element { .asinh(x) }
  var examples: [Example] { [Example("asinh(X)", "X: matrix(m,n)")] }
}

struct Acosh: ElementwisePrimitive {
  var name: String { "acosh" }
  func formula(_ x: [Formula]) -> Formula { .function("arcosh", x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { (x .** 2 - x.ones) .** Coefficient(-1, over: 2) }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.nonnegative, x[0] - x[0].ones)] }
  func value<Element: Scalar>(_ x: Element) -> Element { .acosh(x) }
  var examples: [Example] { [Example("acosh(X + 2*ones(m,n))", "X: matrix(m,n) positive")] }
}

struct Atanh: ElementwisePrimitive {
  var name: String { "atanh" }
  var parity: Parity { .odd }
  func formula(_ x: [Formula]) -> Formula { .function("artanh", x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { (x.ones - x .** 2) .** -1 }
  func value<Element: Scalar>(_ x: Element) -> Element { .atanh(x) }
  var examples: [Example] { [Example("atanh(0.9*sin(X))", "X: matrix(m,n)")] }
}
