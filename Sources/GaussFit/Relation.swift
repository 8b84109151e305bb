// A linear relation between columns, `total = a + b`, in the plainest form that the moments bear out: small rational
// coefficients, the column that reads best on the left, and the constant that the means leave.
import MatDeriv

/// `column = sum of coefficient * column + constant`, exact up to the rounding of the moments.
public struct Relation: Equatable, Sendable {
  public struct Term: Equatable, Sendable {
    public let column: String
    public let coefficient: Double
  }

  /// The column on the left.
  public let column: String
  public let terms: [Term]
  /// Nil where it differs from group to group.
  public let constant: Double?
  /// Whether every coefficient is a small rational number. If not, they are known to about six digits.
  public let isRational: Bool
}

extension Relation: CustomStringConvertible {
  /// `"total" = "a" + 2*"b" - 1`; a long combination is cut after six columns.
  public var description: String {
    var text = "\"\(column)\" = "
    if terms.count > 8 {
      return text + "a linear combination of " + quotedList(terms.map(\.column))
    }
    for (k, term) in terms.enumerated() {
      let magnitude = abs(term.coefficient)
      let sign = term.coefficient < 0 ? (k == 0 ? "-" : " - ") : (k == 0 ? "" : " + ")
      let number = Self.text(of: magnitude, rational: isRational)
      let factor = number == "1" ? "" : number + "*"
      text += sign + factor + "\"\(term.column)\""
    }
    guard let constant else { return text + " + a constant of the group" }
    if constant != 0 { text += (constant < 0 ? " - " : " + ") + shortDecimal(abs(constant), digits: 9) }
    return text
  }

  private static func text(of value: Double, rational: Bool) -> String {
    guard rational else { return shortDecimal(value, digits: 6) }
    let decimal = shortDecimal(value, digits: 17)
    if decimal.count <= 7 { return decimal }
    let ratio = Rational(nearest: value, tolerance: 1e-12)
    return ratio.map { "\($0.numerator)/\($0.denominator)" } ?? decimal
  }
}

/// The shortest decimal that reads back as `value` rounded to so many significant digits.
func shortDecimal(_ value: Double, digits: Int) -> String {
  guard value != 0, value.isFinite, digits < 17 else { return trimmed(value) }
  let magnitude = Int(Double.log10(abs(value)).rounded(.down))
  let scale = digits - 1 - magnitude
  guard abs(scale) <= 22 else { return trimmed(value) }
  let power = DoubleDouble.powerOfTen[abs(scale)]
  return trimmed(scale >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power)
}

private func trimmed(_ value: Double) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A fraction in lowest terms.
struct Rational: Equatable {
  let numerator: Int
  let denominator: Int

  /// The fraction of smallest denominator, at most 1000, within the relative tolerance of `value`: by continued fraction.
  init?(nearest value: Double, tolerance: Double) {
    var (p0, q0, p1, q1) = (0, 1, 1, 0)
    var x = abs(value)
    guard x < 1e6, x > 1e-6 else { return nil }
    for _ in 0..<20 {
      let a = x.rounded(.down)
      guard a < 1e9 else { return nil }
      (p0, q0, p1, q1) = (p1, q1, Int(a) * p1 + p0, Int(a) * q1 + q0)
      guard q1 <= 1000 else { return nil }
      if abs(Double(p1) / Double(q1) - abs(value)) <= tolerance * abs(value) {
        numerator = value < 0 ? -p1 : p1
        denominator = q1
        return
      }
      x = 1 / (x - a)
    }
    return nil
  }
}
