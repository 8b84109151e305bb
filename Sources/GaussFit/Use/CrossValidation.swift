// Cross-validation of covariance structures from one pass over the rows: moments per fold are all it needs, since the log densities of a fold's rows sum
// up to a function of the fold's mean and scatter.
import MatDeriv
import RandomStreams

/// How rows are dealt to folds: by a counter-based hash of seed and row number, so that any part of the rows can be dealt alone.
public struct Folds: Sendable, Equatable {
  public let count: Int
  public let seed: UInt64

  /// **Domain**: at least 2 folds.
  public init(_ count: Int, seed: UInt64) {
    require(count >= 2, "cross-validation needs at least 2 folds, not \(count)")
    self.count = count
    self.seed = seed
  }

  /// The fold of a row, from block (file, 3, row) of ``Philox``.
  public func fold(ofRow row: Int, file: Int = 0) -> Int {
    let number = UInt64(row)
    let (low, high) = (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
    let word = Philox(seed: seed).block((UInt32(truncatingIfNeeded: file), 3, low, high)).0
    return Int((UInt64(word) * UInt64(count)) >> 32)
  }
}

/// The folds of a sample, each with the moments of its own rows and of all others.
public struct CrossValidation: Sendable {
  /// Moments of each fold.
  public let folds: [Moments]
  /// For each fold, the moments of the rows of all others.
  ///
  /// The others are merged, never subtracted from the whole: a difference would lose digits where a fold is nearly everything.
  public let training: [Moments]

  /// **Throws**: `noRows` if a fold has none; `differentColumns`, `differentWeighting`. **Cost**: three merges a fold.
  public init(folds: [Moments]) throws(GaussFitError) {
    guard folds.count >= 2, folds.allSatisfy({ $0.weight > 0 }) else { throw .noRows }
    let none = Moments(columns: folds[0].columns, weighting: folds[0].weighting)
    var before = [none]
    for fold in folds.dropLast() { before.append(try before[before.count - 1].merging(fold)) }
    var after = none
    var training: [Moments] = []
    for k in folds.indices.reversed() {
      training.append(try before[k].merging(after))
      after = try folds[k].merging(after)
    }
    self.folds = folds
    self.training = training.reversed()
  }

  /// The log density of each fold's rows under what is fitted to all others.
  ///
  /// **Throws**: what `fit` throws. **Cost**: a fit and d^3 for each fold.
  public func score(_ fit: (Moments) throws(GaussFitError) -> Gaussian) throws(GaussFitError) -> CrossScore {
    var sums: [Double] = []
    for (fold, rest) in zip(folds, training) { sums.append(try fit(rest).logDensity(sum: fold)) }
    return CrossScore(sums: sums, sizes: folds.map(\.weight))
  }
}

/// What cross-validation says of one structure.
public struct CrossScore: Sendable, Equatable {
  /// Mean log density of the rows of each fold.
  public let folds: [Double]
  /// Mean log density of all rows.
  public let mean: Double

  init(sums: [Double], sizes: [Double]) {
    folds = zip(sums, sizes).map { $0 / $1 }
    mean = sums.reduce(0, +) / sizes.reduce(0, +)
  }

  /// The standard error of ``mean`` from the scatter of the folds' means: s / sqrt(k).
  public var standardError: Double { CrossScore.standardError(folds) }

  /// The standard error of the difference from another structure on the same folds.
  public func standardError(ofDifferenceFrom other: CrossScore) -> Double {
    CrossScore.standardError(zip(folds, other.folds).map { $0 - $1 })
  }

  private static func standardError(_ values: [Double]) -> Double {
    let k = Double(values.count)
    let mean = values.reduce(0, +) / k
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (k - 1) / k).squareRoot()
  }
}

extension Gaussian {
  /// The sum of the weighted log densities of the rows that moments stand for.
  ///
  /// `-w/2 (d log 2 pi + log det S + tr(inv(S) T) / w + delta' inv(S) delta)` with scatter T, weight w and delta the mean's distance  // M15
  /// **Shapes**: moments of d columns. **Cost**: d^3.
  public func logDensity(sum moments: Moments) -> Double {
    let d = dimension
    require(
      moments.columns.count == d, "moments of \(moments.columns.count) columns have no density in \(d) dimensions")
    let delta = (0..<d).map { (moments.shift[$0] + moments.meanDeviation[$0] + -mean[$0]).rounded }
    let distance = factor.solveLower(delta).reduce(0) { $0 + $1 * $1 }
    let half = factor.solveLower(moments.scatter)
    let trace = factor.solveLower(Matrix(half.transposed)).trace
    return moments.weight * (logDensityAtMean - 0.5 * distance) - 0.5 * trace
  }
}
