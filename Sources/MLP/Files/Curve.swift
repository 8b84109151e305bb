// What a graph applies to a sum, as a function of it: whichever operators spell an activation, it is known by its values.

/// A function of one number; with slope and offset where it is a line.
struct Curve {
  let value: (Double) -> Double
  let line: (slope: Double, offset: Double)?
  /// Operations that a value takes.
  var size = 1

  /// More operations than any activation has.
  static let sizeLimit = 200

  /// The sum itself.
  static var sum: Curve { Curve(value: { $0 }, line: (1, 0)) }

  static func number(_ c: Double) -> Curve { Curve(value: { _ in c }, line: (0, c)) }

  /// One of two functions, by a third that is 1 or 0.
  static func chosen(_ condition: Curve, _ a: Curve, _ b: Curve) -> Curve {
    Curve(
      value: { condition.value($0) != 0 ? a.value($0) : b.value($0) }, line: nil,
      size: condition.size + a.size + b.size + 1)
  }

  /// A function of the values of two.
  static func both(_ a: Curve, _ b: Curve, _ f: @escaping (Double, Double) -> Double) -> Curve {
    Curve(value: { f(a.value($0), b.value($0)) }, line: nil, size: a.size + b.size + 1)
  }

  /// Another function of this one's values.
  func then(_ f: @escaping (Double) -> Double) -> Curve {
    let value = value
    return Curve(value: { f(value($0)) }, line: nil, size: size + 1)
  }

  private func constant() -> Double? { line.flatMap { $0.slope == 0 ? $0.offset : nil } }

  static func + (a: Curve, b: Curve) -> Curve {
    Curve(
      value: { a.value($0) + b.value($0) },
      line: a.line.flatMap { x in b.line.map { (x.slope + $0.slope, x.offset + $0.offset) } }, size: a.size + b.size + 1
    )
  }

  static func * (a: Curve, b: Curve) -> Curve {
    let line: (Double, Double)? =
      if let c = a.constant(), let y = b.line {
        (c * y.slope, c * y.offset)
      } else if let c = b.constant(), let x = a.line {
        (c * x.slope, c * x.offset)
      } else { nil }
    return Curve(value: { a.value($0) * b.value($0) }, line: line, size: a.size + b.size + 1)
  }

  static func / (a: Curve, b: Curve) -> Curve {
    let line: (Double, Double)? =
      if let c = b.constant(), let x = a.line { (x.slope / c, x.offset / c) } else { nil }
    return Curve(value: { a.value($0) / b.value($0) }, line: line, size: a.size + b.size + 1)
  }

  static func - (a: Curve, b: Curve) -> Curve { a + .number(-1) * b }

  /// Where functions are compared; constants in single precision are within the tolerance, the approximation of gelu by tanh is not.
  private static let points = stride(from: -9.0, through: 9, by: 0.375)

  func isClose(to f: (Double) -> Double) -> Bool {
    Curve.points.allSatisfy { z in
      let expected = f(z)
      return abs(value(z) - expected) <= 1e-6 * max(1, abs(expected))
    }
  }

  /// The activation that this is; nil if it is none of them.
  var activation: Activation? { Activation.allCases.first { isClose(to: $0.value) } }

  /// The activation of which this is a multiple, shifted.
  var scaledActivation: (activation: Activation, slope: Double, offset: Double)? {
    for activation in Activation.allCases {
      let (a, b) = (activation.value(-1.5), activation.value(2.25))
      guard a != b else { continue }
      let slope = (value(2.25) - value(-1.5)) / (b - a)
      let offset = value(2.25) - slope * b
      if slope != 0, slope.isFinite, isClose(to: { slope * activation.value($0) + offset }) {
        return (activation, slope, offset)
      }
    }
    return nil
  }
}
