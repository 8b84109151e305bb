// An unevaluated sum of two doubles: 106 bits, enough to hold any decimal of 31 digits.
// Moments keep their shift in it, so that data with a large offset lose nothing when parts are merged or saved.

/// A number held as `high + low`, with `|low|` at most half a unit in the last place of `high`.
///
/// **Source**: T. J. Dekker, A floating-point technique for extending the available precision, Numer. Math. 18 (1971).
public struct DoubleDouble: Hashable, Sendable {
  /// The nearest double.
  public let high: Double
  /// What ``high`` leaves.
  public let low: Double

  /// The sum of two doubles, exactly (Knuth's TwoSum).
  public init(sum a: Double, _ b: Double) {
    high = a + b
    let bRounded = high - a
    low = (a - (high - bRounded)) + (b - bRounded)
  }

  /// A double, exactly.
  public init(_ value: Double) {
    high = value
    low = 0
  }

  /// The decimal `significand * 10^-scale`, to 106 bits.
  ///
  /// **Domain**: `scale` in -280...300, so that neither part over- or underflows.
  public init(significand: Int64, scale: Int) {
    let top = Double(significand)
    // `top` may be 2^63, which Int64 cannot hold: take the remainder in 128 bits.
    let rest = Double(Int64(Int128(significand) - Int128(top)))
    var value = DoubleDouble(sum: top, rest)
    var remaining = abs(scale)
    while remaining > 0 {
      let step = min(remaining, 22)  // 10^22 is the largest power of ten that a double holds exactly
      let power = DoubleDouble.powerOfTen[step]
      value = scale > 0 ? value / power : value * power
      remaining -= step
    }
    self = value
  }

  /// `10^k` for k in 0...22, exact.
  static let powerOfTen: [Double] = (1...22).reduce(into: [1]) { powers, _ in
    powers.append(powers[powers.count - 1] * 10)
  }

  /// The difference, to about 2^-104 of the larger part.
  public static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let top = DoubleDouble(sum: a.high, -b.high)
    let bottom = DoubleDouble(sum: a.low, -b.low)
    let carried = DoubleDouble(sum: top.high, top.low + bottom.high)
    return DoubleDouble(sum: carried.high, carried.low + bottom.low)
  }

  /// The sum with a double, to about 2^-104 of the larger part.
  public static func + (a: DoubleDouble, b: Double) -> DoubleDouble {
    let top = DoubleDouble(sum: a.high, b)
    return DoubleDouble(sum: top.high, top.low + a.low)
  }

  static func * (a: DoubleDouble, b: Double) -> DoubleDouble {
    let high = a.high * b
    let error = (-high).addingProduct(a.high, b)  // exact: fused multiply-add
    return DoubleDouble(sum: high, error.addingProduct(a.low, b))
  }

  static func / (a: DoubleDouble, b: Double) -> DoubleDouble {
    let quotient = a.high / b
    let remainder = a.high.addingProduct(-quotient, b)  // exact
    return DoubleDouble(sum: quotient, (remainder + a.low) / b)
  }

  /// The nearest double.
  public var rounded: Double { high + low }
}
