// The product of many pivots without overflow or underflow, and with one logarithm.
// Cholesky and LU share it: a sum of n logarithms would round n times at the size of the sum.

/// A product held as `significand * 2^exponent`, with a significand between sqrt(1/2) and sqrt(2) in magnitude.
struct ScaledProduct<Element: Scalar> {
  private(set) var significand: Element = 1
  private(set) var exponent = 0

  /// The product of the given factors, which are finite.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  init(_ factors: [Element]) {
    for factor in factors { multiply(by: factor) }
  }

  private mutating func multiply(by factor: Element) {
    guard factor != 0 && significand != 0 else {
      (significand, exponent) = (0, 0)
      return
    }
    exponent += Int(factor.exponent)
    significand *= factor.sign == .minus ? -factor.significand : factor.significand
    if significand.magnitude > Element.sqrt(2) {
      significand /= 2
      exponent += 1
    }
  }

  /// log |product|, minus infinity where it is zero.
  ///
  /// Its error is the sum of the relative errors of the products, n / 2 rounding units at most, and one rounding of its own.
  var logMagnitude: Element {
    significand == 0 ? -.infinity : .log(significand.magnitude) + Element(exponent) * .log(2)
  }

  /// The product, rounded once; zero or infinite only where it is outside the range of the type.
  var value: Element { Element(sign: .plus, exponent: Element.Exponent(exponent), significand: significand) }
}
