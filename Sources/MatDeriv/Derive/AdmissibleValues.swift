// Random values that satisfy declarations, well conditioned, for checks; and the directions in which a structured matrix may move.
import RealModule

/// A small generator of random bits with a seed: the same seed gives the same values everywhere.
/// Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014 (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The generator that this seed begins.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A standard normal number (Box and Muller).
  mutating func normal() -> Double {
    let u = Double.random(in: Double.leastNormalMagnitude..<1, using: &self)
    let v = Double.random(in: 0..<1, using: &self)
    return (-2 * Double.log(u)).squareRoot() * Double.cos(2 * .pi * v)
  }

  mutating func normals(_ m: Int, _ n: Int) -> Matrix<Double> {
    Matrix(rows: m, columns: n, columnMajor: (0..<(m * n)).map { _ in normal() })
  }
}

extension Graph {
  /// Different small values for the named sizes of an expression, except those that are given.
  func testSizes(of roots: [Node], given: [String: Int], isReversed: Bool = false) -> [String: Int] {
    var sizes = given
    let free = isReversed ? [4, 3, 2, 5, 6, 7, 8, 9] : [3, 4, 2, 5, 6, 7, 8, 9]
    var next = 0
    for node in reachable(from: roots) {
      let shape = shape(node)
      let own: [String] = if case .size(let size) = operation(node) { size.names } else { [] }
      for name in own + shape.rows.names + shape.columns.names where sizes[name] == nil {
        while next < free.count - 1, sizes.values.contains(free[next]) { next += 1 }
        sizes[name] = free[next]
      }
    }
    // Independent columns need at least as many rows.
    for node in reachable(from: roots) {
      guard let symbol = symbol(node), symbol.facts.contains(.fullColumnRank),
        case .name(let rows) = symbol.shape.rows.form, case .name(let columns) = symbol.shape.columns.form,
        given[rows] == nil, given[columns] == nil, let m = sizes[rows], let n = sizes[columns], m < n
      else { continue }
      sizes[rows] = n
      sizes[columns] = m
    }
    return sizes
  }

  /// Entries of the largest matrix that is drawn for a check, and of the largest variable, which is moved entry by entry.
  static let largestTestValue = 1 << 22
  static let largestTestVariable = 1 << 14

  /// Random admissible values of all variables that occur.
  func admissibleValues(
    of roots: [Node], sizes: [String: Int], using generator: inout SeededGenerator
  ) throws(EvaluationError) -> Values<Double> {
    var values = Values<Double>(sizes: sizes)
    for node in reachable(from: roots).sorted(by: { $0.index < $1.index }) {
      guard let symbol = symbol(node), symbol.role == .variable else { continue }
      guard let m = symbol.shape.rows.value(sizes) else { throw .size(symbol.shape.rows.description) }
      guard let n = symbol.shape.columns.value(sizes) else { throw .size(symbol.shape.columns.description) }
      guard m.multipliedReportingOverflow(by: n).overflow == false, m * n <= Graph.largestTestValue else {
        throw .tooLarge(name: symbol.name, rows: m, columns: n)
      }
      values[symbol.name] = Graph.admissibleValue(m, n, symbol.facts, using: &generator)
    }
    return values
  }

  /// One random matrix with these properties.
  static func admissibleValue(_ m: Int, _ n: Int, _ facts: Facts, using generator: inout SeededGenerator) -> Matrix<
    Double
  > {
    var x = generator.normals(m, n)
    let identity = { Matrix<Double>(rows: m, columns: n) { i, j in i == j ? 1 : 0 } }
    if facts.contains(.positive) {
      x = x.map { Swift.abs($0) + 0.3 }
    } else if facts.contains(.nonnegative) {
      x = x.map { Swift.abs($0) }
    }
    if facts.contains(.binary) { return x.map { $0 < 0 ? -1 : 1 } }
    if facts.contains(.stochastic) {
      let positive = x.map { Double.exp($0) }
      let totals = (0..<n).map { positive.column($0).reduce(0, +) }
      return Matrix(rows: m, columns: n) { i, j in positive[i, j] / totals[j] }
    }
    if facts.contains(.diagonal) {
      return Matrix(rows: m, columns: n) { i, j in i == j ? Swift.abs(x[i, j]) + 0.5 : 0 }
    }
    if facts.contains(.orthogonal) { return (try? QR(x).q) ?? identity() }
    if facts.contains(.definite) {
      let gram = x * x.transposed
      return gram / Double(Swift.max(n, 1)) + identity()
    }
    if facts.contains(.semidefinite) {
      let gram = x * x.transposed
      return gram / Double(Swift.max(n, 1))
    }
    if facts.contains(.symmetric) {
      x = x.symmetricPart
      return facts.contains(.invertible) ? x + 4 * identity() : x
    }
    if facts.contains(.skew) { return Matrix(rows: m, columns: n) { i, j in x[i, j] - x[j, i] } }
    if facts.contains(.lower) {
      return Matrix(rows: m, columns: n) { i, j in i > j ? x[i, j] : i == j ? Swift.abs(x[i, j]) + 1 : 0 }
    }
    if facts.contains(.upper) {
      return Matrix(rows: m, columns: n) { i, j in i < j ? x[i, j] : i == j ? Swift.abs(x[i, j]) + 1 : 0 }
    }
    if facts.contains(.invertible), m == n, m > 0 {
      for _ in 0..<100 {
        let candidate = x + 2.5 * identity()
        if let lu = try? LU(candidate), lu.reciprocalCondition > 0.05 {
          return facts.contains(.posdet) && lu.determinantSign < 0
            ? Matrix(rows: m, columns: n) { i, j in i == 0 ? -candidate[i, j] : candidate[i, j] } : candidate
        }
        x = generator.normals(m, n)
      }
    }
    return x
  }

  /// Directions that span the space in which a matrix of this structure moves, column by column.
  static func tangentBasis(_ m: Int, _ n: Int, _ facts: Facts) -> [Matrix<Double>] {
    func unit(_ i: Int, _ j: Int, _ mirrored: Double) -> Matrix<Double> {
      Matrix(rows: m, columns: n) { r, c in (r, c) == (i, j) ? 1 : (r, c) == (j, i) ? mirrored : 0 }
    }
    var basis: [Matrix<Double>] = []
    for j in 0..<n {
      for i in 0..<m {
        if facts.contains(.diagonal) {
          if i == j { basis.append(unit(i, j, 0)) }
        } else if facts.contains(.symmetric) {
          if i >= j { basis.append(unit(i, j, 1)) }
        } else if facts.contains(.skew) {
          if i > j { basis.append(unit(i, j, -1)) }
        } else if facts.contains(.lower) {
          if i >= j { basis.append(unit(i, j, 0)) }
        } else if facts.contains(.upper) {
          if i <= j { basis.append(unit(i, j, 0)) }
        } else {
          basis.append(unit(i, j, 0))
        }
      }
    }
    return basis
  }
}
