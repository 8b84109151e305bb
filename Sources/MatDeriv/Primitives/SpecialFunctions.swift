// Error function and the logarithm of the gamma function with its derivatives; log1p and expm1, which keep digits near zero.
import RealModule

/// log(1 + x), accurate near 0.
public func log1p(_ x: Expression) -> Expression { .apply(Log1p(), x) }
/// exp(x) - 1, accurate near 0.
public func expm1(_ x: Expression) -> Expression { .apply(Expm1(), x) }
/// The error function of every entry.
public func erf(_ x: Expression) -> Expression { .apply(Erf(), x) }
/// The complementary error function of every entry.
public func erfc(_ x: Expression) -> Expression { .apply(Erfc(), x) }
/// The logarithm of the gamma function of every entry.
public func lgamma(_ x: Expression) -> Expression { .apply(LogGamma(), x) }
/// The derivative of lgamma.
public func digamma(_ x: Expression) -> Expression { .apply(Digamma(), x) }
/// The derivative of digamma.
public func trigamma(_ x: Expression) -> Expression { .apply(Trigamma(), x) }

struct Log1p: ElementwisePrimitive {
  var name: String { "log1p" }
  var kernel: ElementKernel? { .log1p }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.symmetric, .nonnegative, .positive]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { (x.ones + x) .** -1 }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.positive, x[0].ones + x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { .log(onePlus: x) }
  var examples: [Example] { [Example("log1p(X)", "X: matrix(m,n) positive")] }
}

struct Expm1: ElementwisePrimitive {
  var name: String { "expm1" }
  var kernel: ElementKernel? { .expm1 }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.symmetric, .nonnegative, .positive]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { exp(x) }
  func value<Element: Scalar>(_ x: Element) -> Element { .expMinusOne(x) }
  var examples: [Example] { [Example("expm1(X)", "X: matrix(m,n)")] }
}

/// d erf(x)/dx = 2/sqrt(pi) exp(-x^2).
struct Erf: ElementwisePrimitive {
  var name: String { "erf" }
  var kernel: ElementKernel? { .erf }
  var parity: Parity { .odd }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? {
    2 * exp(-(x .** 2)) / sqrt(x.graph.constantPi)
  }
  func value<Element: Scalar>(_ x: Element) -> Element { .erf(x) }
  var examples: [Example] { [Example("erf(X)", "X: matrix(m,n)")] }
}

struct Erfc: ElementwisePrimitive {
  var name: String { "erfc" }
  var kernel: ElementKernel? { .erfc }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.positive) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? {
    -2 * exp(-(x .** 2)) / sqrt(x.graph.constantPi)
  }
  func value<Element: Scalar>(_ x: Element) -> Element { .erfc(x) }
  var examples: [Example] { [Example("erfc(X)", "X: matrix(m,n)")] }
}

struct LogGamma: ElementwisePrimitive {
  var name: String { "lgamma" }
  func formula(_ x: [Formula]) -> Formula { .function("log", .letter("Γ", x[0])) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { digamma(x) }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.positive, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element { .logGamma(x) }
  var examples: [Example] { [Example("lgamma(X)", "X: matrix(m,n) positive")] }
}

/// Recurrence to arguments of at least 10, then the asymptotic series. Source: Abramowitz and Stegun, 6.3.5 and 6.3.18.
struct Digamma: ElementwisePrimitive {
  var name: String { "digamma" }
  func formula(_ x: [Formula]) -> Formula { .letter("ψ", x[0]) }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { trigamma(x) }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.positive, x[0])] }
  func value<Element: Scalar>(_ x: Element) -> Element {
    var (x, shift) = (x, Element(0))
    while x < 10 {
      shift -= 1 / x
      x += 1
    }
    let w = 1 / (x * x)
    // B(2k)/(2k)
    let series: [Element] = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160]
    let tail = series.reversed().reduce(Element(0)) { ($0 + $1) * w }
    return shift + .log(x) - 1 / (2 * x) - tail
  }
  var examples: [Example] { [Example("digamma(X)", "X: matrix(m,n) positive")] }
}

/// Recurrence to arguments of at least 10, then the asymptotic series. Source: Abramowitz and Stegun, 6.4.6 and 6.4.12.
struct Trigamma: ElementwisePrimitive {
  var name: String { "trigamma" }
  func formula(_ x: [Formula]) -> Formula { .letter("ψ", above: "′", x[0]) }
  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection(.symmetric).union(.positive) }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.positive, x[0])] }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { nil }
  func value<Element: Scalar>(_ x: Element) -> Element {
    var (x, shift) = (x, Element(0))
    while x < 10 {
      shift += 1 / (x * x)
      x += 1
    }
    let w = 1 / (x * x)
    // B(2k)
    let series: [Element] = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]
    let tail = series.reversed().reduce(Element(0)) { ($0 + $1) * w }
    return shift + 1 / x + w / 2 + tail / x
  }
  var examples: [Example] { [Example("trigamma(X)", "X: matrix(m,n) positive")] }
}
