// Numbers in expressions: exact fractions as long as they fit, doubles when they no longer do. Exactness is what lets like terms meet.

import RealModule

/// A constant factor: an exact fraction, or a double where a fraction of 64-bit integers cannot hold it.
public struct Coefficient: Hashable, Sendable {
  /// In lowest terms, the denominator positive; a denominator of zero marks an inexact number, kept in `real`.
  let numerator: Int
  let denominator: Int
  let real: Double

  /// The whole number.
  public init(_ value: Int) { self.init(exact: value, 1) }

  private init(exact numerator: Int, _ denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
    real = 0
  }

  /// The fraction in lowest terms.
  public init(_ numerator: Int, over denominator: Int) {
    require(denominator != 0, "a fraction has a denominator of zero")
    let divisor = gcd(numerator.magnitude, denominator.magnitude)
    if let n = Int(exactly: numerator.magnitude / divisor), let d = Int(exactly: denominator.magnitude / divisor) {
      self.init(exact: (numerator < 0) == (denominator < 0) ? n : -n, d)
    } else {
      self.init(real: Double(numerator) / Double(denominator))
    }
  }

  /// The double, as a whole number if it is one of moderate size.
  public init(real value: Double) {
    if value == value.rounded(), abs(value) < 9e15 {
      self.init(exact: Int(value), 1)
    } else {
      self.init(inexact: value)
    }
  }

  private init(inexact value: Double) {
    numerator = 0
    denominator = 0
    real = value
  }

  /// The number 0.
  public static let zero = Coefficient(0)
  /// The number 1.
  public static let one = Coefficient(1)

  /// Whether this is a fraction, not a double.
  public var isExact: Bool { denominator != 0 }
  /// Whether this is 0.
  public var isZero: Bool { denominator != 0 ? numerator == 0 : real == 0 }
  /// Whether this is 1.
  public var isOne: Bool { numerator == 1 && denominator == 1 }
  /// Whether this is less than 0.
  public var isNegative: Bool { denominator != 0 ? numerator < 0 : real < 0 }
  /// Whether this is an exact whole number.
  public var isInteger: Bool { denominator == 1 }
  /// The whole number, if it is one.
  public var integer: Int? { denominator == 1 ? numerator : nil }
  /// Whether this is an exact even number.
  public var isEvenInteger: Bool { denominator == 1 && numerator & 1 == 0 }
  /// The absolute value.
  public var magnitude: Coefficient { isNegative ? -self : self }

  /// The nearest double.
  public var value: Double { denominator != 0 ? Double(numerator) / Double(denominator) : real }

  /// The negative.
  public static prefix func - (a: Coefficient) -> Coefficient {
    if a.denominator != 0, a.numerator != Int.min { return Coefficient(exact: -a.numerator, a.denominator) }
    return Coefficient(real: -a.value)
  }

  /// The product; exact as long as it fits.
  public static func * (a: Coefficient, b: Coefficient) -> Coefficient {
    if a.isOne { return b }
    if b.isOne { return a }
    if a.isExact, b.isExact {
      let (n, n0) = a.numerator.multipliedReportingOverflow(by: b.numerator)
      let (d, d0) = a.denominator.multipliedReportingOverflow(by: b.denominator)
      if !n0, !d0 { return Coefficient(n, over: d) }
    }
    return Coefficient(real: a.value * b.value)
  }

  /// The quotient; exact as long as it fits.
  public static func / (a: Coefficient, b: Coefficient) -> Coefficient { a * b.reciprocal }

  /// The sum; exact as long as it fits.
  public static func + (a: Coefficient, b: Coefficient) -> Coefficient {
    if a.isExact, b.isExact {
      let (x, x0) = a.numerator.multipliedReportingOverflow(by: b.denominator)
      let (y, y0) = b.numerator.multipliedReportingOverflow(by: a.denominator)
      let (n, n0) = x.addingReportingOverflow(y)
      let (d, d0) = a.denominator.multipliedReportingOverflow(by: b.denominator)
      if !x0, !y0, !n0, !d0 { return Coefficient(n, over: d) }
    }
    return Coefficient(real: a.value + b.value)
  }

  /// The difference; exact as long as it fits.
  public static func - (a: Coefficient, b: Coefficient) -> Coefficient { a + -b }

  /// One over the number.
  public var reciprocal: Coefficient {
    isExact && numerator != 0 ? Coefficient(denominator, over: numerator) : Coefficient(real: 1 / value)
  }

  /// The power, if it is a number: any exponent of a positive base whose power is exact, whole exponents of any base.
  public func raised(to exponent: Coefficient) -> Coefficient? {
    if isOne { return self }
    if let k = exponent.integer {
      if isZero { return k > 0 ? .zero : k == 0 ? .one : nil }
      guard k.magnitude <= 64 else { return Coefficient(real: Double.pow(value, k)) }
      var result = Coefficient.one
      for _ in 0..<k.magnitude { result = result * self }
      return k < 0 ? result.reciprocal : result
    }
    guard isExact, exponent.isExact, numerator > 0, exponent.denominator == 2 else { return nil }
    let n = Int(Double(numerator).squareRoot().rounded())
    let d = Int(Double(denominator).squareRoot().rounded())
    guard n.multipliedReportingOverflow(by: n) == (numerator, false),
      d.multipliedReportingOverflow(by: d) == (denominator, false)
    else { return nil }
    return Coefficient(n, over: d).raised(to: Coefficient(exponent.numerator))
  }

  /// The largest number of which both are whole multiples; one if an inexact number is involved.
  static func content(_ a: Coefficient, _ b: Coefficient) -> Coefficient {
    guard a.isExact, b.isExact else { return .one }
    let n = gcd(a.numerator.magnitude, b.numerator.magnitude)
    let (d, overflow) = (a.denominator / Int(gcd(a.denominator.magnitude, b.denominator.magnitude)))
      .multipliedReportingOverflow(by: b.denominator)
    guard !overflow, let n = Int(exactly: n) else { return .one }
    return Coefficient(n, over: d)
  }
}

extension Coefficient: Comparable, ExpressibleByIntegerLiteral {
  public static func < (a: Coefficient, b: Coefficient) -> Bool { a.value < b.value }
  public init(integerLiteral value: Int) { self.init(value) }
}

private func gcd(_ a: UInt, _ b: UInt) -> UInt {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return max(a, 1)
}
