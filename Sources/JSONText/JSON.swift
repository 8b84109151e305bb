// One JSON value that keeps the order of its keys and the exact bits of its doubles: what reports, moments and fits
// are written as and read from. It stands alone, without Foundation, so that a program that prints JSON starts fast.

/// A JSON value (RFC 8259). Objects keep their keys in the given order.
///
/// Numbers without fraction and exponent that fit are `integer`, all others `number`; `doubleValue` reads both.
public enum JSON: Sendable {
  case object([(String, JSON)])
  case array([JSON])
  case number(Double)
  case integer(Int)
  case string(String)
  case bool(Bool)
  case null
}

extension JSON {
  /// An array of numbers.
  ///
  /// **Domain**: finite values.
  public init(_ values: [Double]) { self = .array(values.map(JSON.number)) }

  public init(_ values: [String]) { self = .array(values.map(JSON.string)) }

  /// The number, or null where it is NaN or infinite: JSON has no spelling for either.
  public static func finite(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }

  /// The value of a key of an object; nil where there is none, or where this is no object.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == key }?.1
  }

  public var objectValue: [(String, JSON)]? { if case .object(let members) = self { members } else { nil } }

  public var arrayValue: [JSON]? { if case .array(let values) = self { values } else { nil } }

  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }

  /// The integer; nil for a number with a fraction or an exponent, even if its value is whole.
  public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The number, whichever way it was written.
  public var doubleValue: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The entries of an array of numbers; nil if one of them is no number.
  public var doublesValue: [Double]? {
    guard case .array(let values) = self else { return nil }
    var doubles: [Double] = []
    doubles.reserveCapacity(values.count)
    for value in values {
      guard let double = value.doubleValue else { return nil }
      doubles.append(double)
    }
    return doubles
  }

  /// The entries of an array of strings; nil if one of them is no string.
  public var stringsValue: [String]? {
    guard case .array(let values) = self else { return nil }
    let strings = values.compactMap(\.stringValue)
    return strings.count == values.count ? strings : nil
  }

  var isContainer: Bool {
    switch self {
    case .object, .array: true
    default: false
    }
  }
}

extension JSON: Equatable {
  /// Equal kind and content, keys in the same order; `integer(1)` and `number(1)` differ, as do 0.0 and -0.0 not.
  public static func == (a: JSON, b: JSON) -> Bool {
    switch (a, b) {
    case (.object(let x), .object(let y)): x.count == y.count && zip(x, y).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
    case (.array(let x), .array(let y)): x == y
    case (.number(let x), .number(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.string(let x), .string(let y)): x == y
    case (.bool(let x), .bool(let y)): x == y
    case (.null, .null): true
    default: false
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
  public init(nilLiteral: ()) { self = .null }
}
