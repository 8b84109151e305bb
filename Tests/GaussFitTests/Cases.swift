// The reference cases and values of Fixtures/, read with Foundation's JSON, and moments made from them by plain loops.
import Foundation
import GaussFit
import MatDeriv

/// A JSON value with subscripts that trap where the fixture is not as the test expects.
enum Value: Decodable, Sendable {
  case number(Double)
  case text(String)
  case list([Value])
  case members([String: Value])
  case none

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([Value].self) {
      self = .list(list)
    } else {
      self = .members(try container.decode([String: Value].self))
    }
  }

  subscript(key: String) -> Value {
    guard case .members(let members) = self else { fatalError("no members, but \(key) was asked for") }
    return members[key] ?? .none
  }

  /// A number, also one that the fixture keeps as text.
  var number: Double {
    switch self {
    case .number(let number): number
    case .text(let text): Double(text)!
    default: fatalError("\(self) is not a number")
    }
  }
  var text: String { if case .text(let text) = self { text } else { fatalError("\(self) is not text") } }
  var list: [Value] { if case .list(let list) = self { list } else { fatalError("\(self) is not a list") } }
  var numbers: [Double] { list.map(\.number) }
  var matrix: [[Double]] { list.map(\.numbers) }
  var keys: [String] {
    if case .members(let members) = self { Array(members.keys) } else { fatalError("\(self) has no members") }
  }
  var isNone: Bool { if case .none = self { true } else { false } }
}

enum Fixture {
  static func read(_ name: String) -> Value {
    let url = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)!
    return try! JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }

  static let reference = read("reference.json")
  static let cases = read("gaussian_cases.json")
  static let inference = read("inference.json")

  static func expected(_ id: String) -> Value { cases["cases"].list.first { $0["id"].text == id }!["expected"] }

  /// The rows of a data set, or of one of its groups.
  static func rows(_ dataset: String, group: String? = nil) -> [[Double]] {
    if dataset == "vandermonde_20_6" {
      return (1...20).map { i in (1...6).map { j in (0..<j).reduce(1.0) { product, _ in product * Double(i) } } }
    }
    let rows = cases["datasets"][dataset]["rows"].matrix
    guard let group else { return rows }
    let range = cases["datasets"][dataset]["groups"][group].numbers
    return Array(rows[Int(range[0])..<Int(range[1])])
  }

  static func moments(_ dataset: String, group: String? = nil) -> Moments {
    let names = cases["datasets"][dataset]["columns"]
    return Moments(rows: rows(dataset, group: group), columns: names.isNone ? nil : names.list.map(\.text))
  }

  /// One column of decimal text.
  static func decimals(_ dataset: String) -> [String] {
    let data = cases["datasets"][dataset]
    if !data["text_values"].isNone { return data["text_values"].list.map(\.text) }
    if !data["digit_string"].isNone { return data["digit_string"].text.map { String($0) } }
    switch dataset {
    case "NIST_NumAcc2": return ["1.2"] + (0..<500).flatMap { _ in ["1.1", "1.3"] }
    case "NIST_NumAcc4": return ["10000000.2"] + (0..<500).flatMap { _ in ["10000000.1", "10000000.3"] }
    default: fatalError("\(dataset) has no decimal text")
    }
  }
}

extension Moments {
  /// Moments in two passes, about the first row of positive weight.
  init(rows: [[Double]], columns: [String]? = nil, weights: [Double]? = nil, weighting: Weighting = .none) {
    let d = rows[0].count
    let w = weights ?? rows.map { _ in 1 }
    let shift = rows[w.firstIndex { $0 > 0 }!]
    self.init(
      deviations: rows.map { zip($0, shift).map { $0 - $1 } }, shift: shift.map { DoubleDouble($0) },
      columns: columns ?? (1...d).map { "x\($0)" }, weights: w, weighting: weighting)
  }

  /// Moments of one column of decimals: mean and sum of squares in integers, each divided once.
  init(decimals: [String]) {
    let scale = decimals.map { $0.split(separator: ".").dropFirst().first?.count ?? 0 }.max()!
    let scaled = decimals.map { text -> Int64 in
      let parts = text.split(separator: ".")
      let fraction = parts.count > 1 ? String(parts[1]) : ""
      return Int64("\(parts[0])\(fraction)\(String(repeating: "0", count: scale - fraction.count))")!
    }
    let power = (0..<scale).reduce(1.0) { product, _ in product * 10 }
    let n = Int128(scaled.count)
    let deviations = scaled.map { Int128($0 - scaled[0]) }
    let sum = deviations.reduce(0, +)
    let squares = deviations.reduce(0) { $0 + $1 * $1 }
    self.init(
      columns: ["x"], rows: scaled.count, weight: Double(n), squaredWeight: Double(n),
      shift: [DoubleDouble(significand: scaled[0], scale: scale)], meanDeviation: [Double(sum) / (Double(n) * power)],
      scatter: [[Double(n * squares - sum * sum) / (Double(n) * power * power)]])
  }

  private init(
    deviations: [[Double]], shift: [DoubleDouble], columns: [String], weights w: [Double], weighting: Weighting
  ) {
    let d = shift.count
    let total = w.reduce(0, +)
    let mean = (0..<d).map { j in zip(w, deviations).reduce(0) { $0 + $1.0 * $1.1[j] } / total }
    var scatter = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for (weight, x) in zip(w, deviations) {
      for i in 0..<d {
        for j in 0...i { scatter[i, j] += weight * (x[i] - mean[i]) * (x[j] - mean[j]) }
      }
    }
    for i in 0..<d { for j in 0..<i { scatter[j, i] = scatter[i, j] } }
    self.init(
      columns: columns, weighting: weighting, rows: w.count { $0 > 0 }, weight: total,
      squaredWeight: w.reduce(0) { $0 + $1 * $1 }, shift: shift, meanDeviation: mean, scatter: scatter)
  }
}

/// The error of `value`, relative to `expected`.
func relativeError(_ value: Double, _ expected: Double) -> Double {
  value == expected ? 0 : abs(value - expected) / max(abs(expected), .leastNormalMagnitude)
}

/// The largest difference of entries, relative to the largest of `expected`.
func relativeError(_ value: [Double], _ expected: [Double]) -> Double {
  guard value.count == expected.count else { return .infinity }
  let size = expected.reduce(0) { max($0, abs($1)) }
  return zip(value, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / max(size, .leastNormalMagnitude)
}

func relativeError(_ value: Matrix<Double>, _ expected: Matrix<Double>) -> Double {
  relativeError(value.columnMajor, expected.columnMajor)
}

/// The largest relative error of single entries: each has its own digits.
func entrywiseError(_ value: Matrix<Double>, _ expected: [[Double]]) -> Double {
  zip(value.rowArrays.joined(), expected.joined()).reduce(0) { max($0, relativeError($1.0, $1.1)) }
}

/// Rows of a Gaussian with the given columns' scales and some correlation, rounded to `digits` decimals.
func randomRows(_ n: Int, _ d: Int, seed: UInt64, digits: Int = 3) -> [[Double]] {
  let lower = Matrix<Double>(rows: d, columns: d) { i, j in i == j ? 1 + Double(i) / 2 : (i > j ? 0.4 : 0) }
  let sample = Gaussian(mean: (0..<d).map { Double(3 * $0 + 1) }, lower: lower).sample(rows: n, seed: seed)
  let power = (0..<digits).reduce(1.0) { product, _ in product * 10 }
  return (0..<n).map { i in (0..<d).map { (sample[i, $0] * power).rounded() / power } }
}
