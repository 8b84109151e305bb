// Whether a value is what its name was declared to be. Derivatives are derived from declarations: a value that contradicts them would give a
// number that means nothing.
import MatDeriv

enum Admissible {
  /// Mirrored entries may differ by rounding, relative to the largest entry.
  private static let tolerance = 1e-12

  /// Which declaration the value contradicts, and how; nil if none.
  static func reason(_ x: Matrix<Double>, _ facts: Facts) -> (declared: String, found: String)? {
    let largest = x.columnMajor.reduce(0) { max($0, abs($1)) }
    let slack = tolerance * largest
    func first(_ isWrong: (_ i: Int, _ j: Int) -> Bool) -> (i: Int, j: Int)? {
      for j in 0..<x.columns { for i in 0..<x.rows where isWrong(i, j) { return (i, j) } }
      return nil
    }
    func entry(_ i: Int, _ j: Int) -> String { "entry (\(i + 1),\(j + 1)) is \(Numbers.human(x[i, j]))" }
    /// The first of some facts that is declared and that an entry contradicts.
    let entries: [(Facts, String, (Int, Int) -> Bool)] = [
      (.positive, "positive", { x[$0, $1] <= 0 }), (.nonnegative, "nonnegative", { x[$0, $1] < 0 }),
      (.binary, "binary", { abs(x[$0, $1]) != 1 }), (.diagonal, "diagonal", { $0 != $1 && x[$0, $1] != 0 }),
      (.lower, "lower", { $0 < $1 && x[$0, $1] != 0 }), (.upper, "upper", { $0 > $1 && x[$0, $1] != 0 }),
    ]
    for (fact, word, isWrong) in entries where facts.contains(fact) {
      if let (i, j) = first(isWrong) { return (word, entry(i, j)) }
    }
    if facts.contains(.stochastic) {
      for j in 0..<x.columns {
        let total = x.column(j).reduce(0, +)
        if abs(total - 1) > 1e-9 { return ("stochastic", "column \(j + 1) sums to \(Numbers.human(total))") }
      }
    }
    // What follows needs a square matrix; another shape is told where shapes are compared.
    guard x.isSquare, !x.isEmpty else { return nil }
    if facts.contains(.symmetric), let (i, j) = first({ abs(x[$0, $1] - x[$1, $0]) > slack }) {
      let word = facts.attributes.first { !["invertible", "posdet"].contains($0) } ?? "symmetric"
      return (word, "\(entry(j, i)), \(entry(i, j))")
    }
    if facts.contains(.skew), let (i, j) = first({ abs(x[$0, $1] + x[$1, $0]) > slack }) {
      return ("skew", "\(entry(j, i)), \(entry(i, j))")
    }
    if facts.contains(.orthogonal) {
      let gram = x.transposed * x
      for j in 0..<x.columns {
        for i in 0..<x.columns where abs(gram[i, j] - (i == j ? 1 : 0)) > 1e-8 {
          return ("orthogonal", "columns \(i + 1) and \(j + 1) have the product \(Numbers.human(gram[i, j]))")
        }
      }
    }
    return spectral(x, facts, slack)
  }

  /// Definiteness and invertibility, which no single entry shows.
  private static func spectral(_ x: Matrix<Double>, _ facts: Facts, _ slack: Double) -> (String, String)? {
    if facts.contains(.semidefinite) {
      guard let least = (try? SymmetricEigen(0.5 * (x + Matrix(x.transposed)), vectors: .none))?.values.first else {
        return nil
      }
      let isDefinite = facts.contains(.definite)
      if isDefinite ? least <= 0 : least < -slack * Double(x.rows) {
        return (isDefinite ? "spd" : "psd", "its smallest eigenvalue is \(Numbers.human(least))")
      }
    }
    if facts.contains(.invertible) {
      guard let lu = try? LU(x) else { return ("invertible", "it is singular") }
      if facts.contains(.posdet), lu.determinantSign < 0 { return ("posdet", "its determinant is negative") }
    }
    return nil
  }
}
