// Bootstrap intervals: the estimates of many replicates, sorted. Each thread has an estimator of its own; which replicates it takes changes no bit.
import Dispatch
import MatDeriv
import RandomStreams
import Synchronization

/// The estimates of replicates of a sample.
public struct Bootstrap: Sendable {
  /// An estimate: mean, and lower triangle of the covariance by columns.
  typealias Estimate = (mean: [Double], covariance: Matrix<Double>)

  public let resampling: Resampling
  public let seed: UInt64
  /// Replicates that were drawn.
  public let replicates: Int
  /// Those of them that have no fit.
  public let failed: Int
  private let dimension: Int
  /// Of each mean and of each entry of covariance and correlation, the values of all replicates, ascending.
  private let means: [[Double]]
  private let covariances: [[Double]]
  private let correlations: [[Double]]

  /// Replicates of a fit in closed form; the estimate is that without a ridge.
  ///
  /// - Parameter resampling: where replicates come from; rows have to be those of the fit.
  /// **Throws**: `testUndefined` where the resampling is not defined: weights for rows, fewer rows than columns for parametric replicates; and
  /// where the estimates of all replicates are more than 10^8 numbers.
  /// **Cost**: for each replicate n d (d + 1) / 2, or d^3 of parametric ones.
  /// **Source**: B. Efron, R. J. Tibshirani, An introduction to the bootstrap (1993), chapters 6 and 13.
  public init(
    _ fit: Fit, _ resampling: Resampling, replicates: Int = 999, seed: UInt64, threads: Int = 1
  ) throws(GaussFitError) {
    let (structure, mean) = (fit.structure, fit.mean)
    let source = fit.meanSource
    try self.init(
      fit.moments, Gaussian(mean: mean, lower: fit.gaussian.lower), source, resampling, replicates: replicates,
      seed: seed, threads: threads
    ) {
      { moments in
        (source == .known ? mean : moments.mean, structure.estimate(from: moments.scatter / moments.weight))
      }
    }
  }

  /// Replicates of a structured fit: each is searched for, from where the fit is.
  public init(
    _ fit: StructuredFit, _ resampling: Resampling, replicates: Int = 999, seed: UInt64, threads: Int = 1
  ) throws(GaussFitError) {
    let formula = fit.formula
    let sample = fit.moments.scatter / fit.moments.weight
    let units = SearchUnits(sample, formula.scaling)
    let source = fit.meanSource
    // What is wrong with a formula is told by the fit; here it compiles again, for each thread.
    try self.init(
      fit.moments, fit.gaussian, source, resampling, replicates: replicates, seed: seed, threads: threads
    ) {
      if formula.isClosed {
        return { moments in
          (try? Solution(blocks: formula.blocks!, moments, source)).map { (moments.mean, $0.covariance) }
        }
      }
      let search = try! FormulaSearch(formula, sample: units.scaled(sample))
      return { moments in
        search.bind(units.scaled(moments.scatter / moments.weight))
        guard let x = search.refined(from: fit.point) else { return nil }
        return (moments.mean, units.unscaled(search.covariance(x)))
      }
    }
  }

  init(
    _ moments: Moments, _ gaussian: Gaussian, _ source: MeanSource, _ resampling: Resampling, replicates: Int,
    seed: UInt64, threads: Int, makeEstimator: @Sendable () -> (Moments) -> Estimate?
  ) throws(GaussFitError) {
    let d = moments.columns.count
    try Bootstrap.check(moments, source, resampling)
    require(replicates > 0, "a bootstrap has replicates; \(replicates) were asked for")
    let numbers = Double(replicates) * Double(d) * Double(d + 3) / 2
    guard numbers <= Bootstrap.mostNumbers else {
      throw .testUndefined(
        name: "bootstrap",
        reason:
          "\(replicates) replicates of \(d) columns are \(shortDecimal(numbers / 1e6, digits: 3)) million numbers, "
          + "and at most \(shortDecimal(Bootstrap.mostNumbers / 1e6, digits: 3)) million are kept")
    }
    let source = Replicates(
      resampling: resampling, moments: moments, gaussian: gaussian, source: source, generator: Philox(seed: seed))
    // One array for each replicate: means, then the lower triangle by columns.
    let all = Mutex([[Double]?](repeating: nil, count: replicates))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, replicates))) { _ in
      let estimator = makeEstimator()
      while true {
        let replicate = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if replicate >= replicates { break }
        guard let estimate = estimator(source.moments(replicate)) else { continue }
        var values = estimate.mean
        for j in 0..<d { for i in j..<d { values.append(estimate.covariance[i, j]) } }
        all.withLock { $0[replicate] = values }
      }
    }
    let found = all.withLock { $0 }.compactMap(\.self)
    self.resampling = resampling
    self.seed = seed
    self.replicates = replicates
    failed = replicates - found.count
    dimension = d
    means = (0..<d).map { j in found.map { $0[j] }.sorted() }
    let entries = (0..<d).flatMap { j in (j..<d).map { (i: $0, j: j) } }
    covariances = entries.indices.map { e in found.map { $0[d + e] }.sorted() }
    let variances = (0..<d).map { Bootstrap.place($0, $0, d) }
    correlations = entries.enumerated().map { e, entry in
      guard entry.i != entry.j else { return [] }
      return found.map { values in
        let product = values[d + variances[entry.i]] * values[d + variances[entry.j]]
        return product > 0 ? values[d + e] / product.squareRoot() : 0
      }.sorted()
    }
  }

  private static func check(
    _ moments: Moments, _ source: MeanSource, _ resampling: Resampling
  ) throws(GaussFitError) {
    let name = "bootstrap"
    switch resampling {
    case .rows(let rows):
      require(
        rows.columns == moments.columns.count,
        "the rows of a bootstrap have \(moments.columns.count) columns; these have \(rows.columns)")
      guard moments.weighting == .none, rows.rows == moments.rows else {
        throw .testUndefined(name: name, reason: "rows that have weights cannot be drawn again one by one")
      }
    case .parametric:
      guard moments.weighting != .reliability else {
        throw .testUndefined(name: name, reason: "with reliability weights the rows have different variances")
      }
      guard moments.sampleSize - Double(source.estimated) > Double(moments.columns.count - 1) else {
        throw .testUndefined(
          name: name,
          reason: "n = \(shortDecimal(moments.sampleSize, digits: 6)) is too small for \(moments.columns.count) columns"
        )
      }
    }
  }

  /// Estimates of all replicates that are kept: 800 MB.
  private static let mostNumbers = 1e8

  /// Where entry (i, j) of a lower triangle stands, i >= j.
  private static func place(_ i: Int, _ j: Int, _ d: Int) -> Int { j * d - j * (j - 1) / 2 + i - j }

  private func place(_ i: Int, _ j: Int) -> Int { Bootstrap.place(max(i, j), min(i, j), dimension) }
}

// MARK: Intervals

extension Bootstrap {
  /// The percentile interval of the mean of column j; nil where the replicates are too few for the level.
  ///
  /// **Domain**: level in (0, 1). **Source**: Efron and Tibshirani (1993), section 13.3; quantiles at (B + 1) p.
  public func meanInterval(_ j: Int, level: Double = 0.95) -> Interval? { Bootstrap.interval(means[j], level) }

  /// The percentile interval of an entry of the covariance.
  public func covarianceInterval(_ i: Int, _ j: Int, level: Double = 0.95) -> Interval? {
    Bootstrap.interval(covariances[place(i, j)], level)
  }

  /// The percentile interval of the correlation of two columns.
  ///
  /// **Domain**: i != j.
  public func correlationInterval(_ i: Int, _ j: Int, level: Double = 0.95) -> Interval? {
    require(i != j, "the correlation of column \(i) with itself is 1 and has no interval")
    return Bootstrap.interval(correlations[place(i, j)], level)
  }

  /// Standard deviations of the replicates: of the mean of column j, of an entry of the covariance, of a correlation. Nil for fewer than two.
  public func meanStandardError(_ j: Int) -> Double? { Bootstrap.deviation(means[j]) }
  public func covarianceStandardError(_ i: Int, _ j: Int) -> Double? { Bootstrap.deviation(covariances[place(i, j)]) }
  public func correlationStandardError(_ i: Int, _ j: Int) -> Double? { Bootstrap.deviation(correlations[place(i, j)]) }

  /// The fewest replicates whose percentiles reach the tails of a level.
  public static func fewestReplicates(level: Double) -> Int {
    Int((1 / tailProbability(level) * (1 - 1e-9)).rounded(.up)) - 1
  }

  private static func interval(_ sorted: [Double], _ level: Double) -> Interval? {
    let tail = tailProbability(level)
    let count = Double(sorted.count + 1)
    // A tail of 0.025 of 39 replicates is the first of them, but for rounding.
    guard count * tail >= 1 - 1e-9 else { return nil }
    func quantile(_ p: Double) -> Double {
      let h = min(max(count * p, 1), Double(sorted.count))
      let k = Int(h)
      let below = sorted[k - 1]
      return k < sorted.count ? below + (h - Double(k)) * (sorted[k] - below) : below
    }
    return Interval(lower: quantile(tail), upper: quantile(1 - tail))
  }

  private static func deviation(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
