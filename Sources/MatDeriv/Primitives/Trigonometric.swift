// Sine, cosine, tangent and their inverses, entry by entry.
import RealModule

/// The sine of every entry.
public func sin(_ x: Expression) -> Expression { .apply(Sin(), x) }
/// The cosine of every entry.
public func cos(_ x: Expression) -> Expression { .apply(Cos(), x) }
/// The tangent of every entry.
public func tan(_ x: Expression) -> Expression { .apply(Tan(), x) }
/// The inverse sine of every entry.
public func asin(_ x: Expression) -> Expression { .apply(Asin(), x) }
/// The inverse cosine of every entry.
public func acos(_ x: Expression) -> Expression { .apply(Acos(), x) }
/// The inverse tangent of every entry.
public func atan(_ x: Expression) -> Expression { .apply(Atan(), x) }

extension Expression {
  /// Ones of the same shape.
  var ones: Expression { graph.ones(shape.rows, shape.columns) }
  /// Zeros of the same shape.
  var zeros: Expression { graph.zeros(shape.rows, shape.columns) }
  /// Half of the expression.
  var half: Expression { Coefficient(1, over: 2) * self }
}

extension ElementwisePrimitive {
  /// f(-x) in terms of f(x), for odd and even f.
  func normalSign(_ x: Expression) -> Expression? {
    guard parity != .none else { return nil }
    let (c, _) = x.graph.unit(x.node)
    guard c.isNegative else { return nil }
    let positive = Expression.apply(self, -x)
    return parity == .odd ? -positive : positive
  }

  public func simplified(_ x: [Expression]) -> Expression? { normalSign(x[0]) }
  public func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric) }
}

struct Sin: ElementwisePrimitive {
  var name: String { "sin" }
  var kernel: ElementKernel? { .sin }
  var parity: Parity { .odd }
  func simplified(_ x: [Expression]) -> Expression? { x[0].isZero ? x[0] : normalSign(x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { cos(x) }
  func value<Element: Scalar>(_ x: Element) -> Element { .sin(x) }
  var examples: [Example] { [Example("sin(X)", "X: matrix(m,n)")] }
}

struct Cos: ElementwisePrimitive {
  var name: String { "cos" }
  var kernel: ElementKernel? { .cos }
  var parity: Parity { .even }
  func simplified(_ x: [Expression]) -> Expression? { x[0].isZero ? x[0].ones : normalSign(x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { -sin(x) }
  func value<Element: Scalar>(_ x: Element) -> Element { .cos(x) }
  var examples: [Example] { [Example("cos(X)", "X: matrix(m,n)")] }
}

struct Tan: ElementwisePrimitive {
  var name: String { "tan" }
  var kernel: ElementKernel? { .tan }
  var parity: Parity { .odd }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { x.ones + y .** 2 }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.nonzero, cos(x[0]))] }
  func value<Element: Scalar>(_ x: Element) -> Element { .tan(x) }
  var examples: [Example] { [Example("tan(X)", "X: matrix(m,n)")] }
}

struct Asin: ElementwisePrimitive {
  var name: String { "asin" }
  var kernel: ElementKernel? { .asin }
  var parity: Parity { .odd }
  func formula(_ x: [Formula]) -> Formula { .function("arcsin", x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { (x.ones - x .** 2) .** Coefficient(-1, over: 2) }
  func value<Element: Scalar>(_ x: Element) -> Element { .asin(x) }
  var examples: [Example] { [Example("asin(tanh(X))", "X: matrix(m,n)")] }
}

struct Acos: ElementwisePrimitive {
  var name: String { "acos" }
  func formula(_ x: [Formula]) -> Formula { .function("arccos", x[0]) }
  var kernel: ElementKernel? { .acos }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? {
    -((x.ones - x .** 2) .** Coefficient(-1, over: 2))
  }
  func value<Element: Scalar>(_ x: Element) -> Element { .acos(x) }
  var examples: [Example] { [Example("acos(tanh(X))", "X: matrix(m,n)")] }
}

struct Atan: ElementwisePrimitive {
  var name: String { "atan" }
  var kernel: ElementKernel? { .atan }
  var parity: Parity { .odd }
  func formula(_ x: [Formula]) -> Formula { .function("arctan", x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { (x.ones + x .** 2) .** -1 }
  func value<Element: Scalar>(_ x: Element) -> Element { .atan(x) }
  var examples: [Example] { [Example("atan(X)", "X: matrix(m,n)")] }
}
