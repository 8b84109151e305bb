// The maximum-likelihood Gaussian of data with missing cells: a closed form where the pattern is monotone, EM to the neighbourhood of the maximum
// otherwise, Newton on the derived Hessian to the end, and what that Hessian says of uncertainty and of the information that is missing.
import MatDeriv

/// How much is to be known of a fit of data with missing cells.
public enum IncompleteDetail: Sendable {
  /// Mean, covariance and log-likelihood.
  case estimates
  /// Standard errors and the share of missing information as well; of large problems as far as they cost seconds at most.
  case full
}

/// The Gaussian that makes the observed cells most likely.
///
/// **Source**: R. J. A. Little, D. B. Rubin, Statistical analysis with missing data, 2nd ed. (2002), chapters 7 and 11: the mechanism is
/// ignorable where cells are missing at random.
public struct IncompleteFit: Sendable {
  /// The rows that were fitted, by pattern.
  public let sample: IncompleteSample
  /// The fitted distribution.
  public let gaussian: Gaussian
  /// The fitted covariance.
  public let covariance: Matrix<Double>
  /// From the observed information, mean and covariance together; nil where they were not asked for or cost too much.
  public let meanStandardError: [Double]?
  public let covarianceStandardError: Matrix<Double>?
  /// Those of the columns that were asked for, where not all are there.
  public let askedStandardErrors: (columns: [Int], mean: [Double], covariance: Matrix<Double>)?
  /// Of the observed cells, with all constants.
  public let logLikelihood: Double
  /// The largest share of the information about a direction of the parameters that the missing cells take: the rate of EM. Below one the
  /// observed information is positive definite.
  public let worstFractionMissing: Double?
  /// Where the search began.
  public let start: Start
  /// Steps of EM, and iterations of Newton behind them.
  public let steps: Int
  public let iterations: Int
  /// The largest derivative of the mean log-likelihood at the end, by parameters in which the information is the identity: the distance from the
  /// maximum in standard errors of one row, whatever the condition of the covariance. Nil where only estimates were asked for.
  public let score: Double?
  /// Whether ``score`` is at most 1e-10; where only estimates were asked for, whether EM's last step was that short.
  public let converged: Bool
  /// In units of the sample.
  let estimate: Estimate

  /// Where a search begins.
  public enum Start: String, Sendable {
    /// The sample is monotone: the start is the maximum.
    case monotone
    /// The closed form of its largest monotone part.
    case monotonePart
    /// Means and variances of the observed cells.
    case availableCells
  }

  /// Fits.
  ///
  /// - Parameter asked: columns whose standard errors are wanted whatever they cost: a solution of the information for each mean and covariance.
  /// **Throws**: `notIdentified` where a pair of columns is never seen together or the observed information is singular; `notPositiveDefinite`
  /// where the likelihood grows without bound.
  /// **Cost**: an EM step takes 2*d^2 operations a row of few columns, 4*k*(d - k) a row of k cells of many; the Hessian d^4/2 a pattern.
  public init(
    _ sample: IncompleteSample, detail: IncompleteDetail = .full, asked: [Int] = [], threads: Int = 1
  ) throws(GaussFitError) {
    let never = sample.pairsNeverTogether
    if !never.isEmpty { throw .notIdentified(never) }
    let found = try IncompleteSearch(sample, detail: detail, asked: asked, threads: threads).run()
    let (d, scale, fitted) = (sample.dimension, sample.scale, found.estimate)
    self.sample = sample
    estimate = fitted
    covariance = Matrix(rows: d, columns: d) { i, j in scale[i] * scale[j] * fitted.covariance[i, j] }
    gaussian = try Gaussian(
      mean: (0..<d).map { (sample.centre[$0] + scale[$0] * fitted.mean[$0]).rounded }, covariance: covariance)
    meanStandardError = found.errors.map { errors in (0..<d).map { scale[$0] * errors.mean[$0] } }
    covarianceStandardError = found.errors?.covariance.map { errors in
      Matrix(rows: d, columns: d) { i, j in scale[i] * scale[j] * errors[i, j] }
    }
    askedStandardErrors = found.asked.map { columns, mean, errors in
      (
        columns, zip(columns, mean).map { scale[$0] * $1 },
        Matrix(rows: columns.count, columns: columns.count) { i, j in
          scale[columns[i]] * scale[columns[j]] * errors[i, j]
        }
      )
    }
    logLikelihood = IncompleteFit.logLikelihood(found.value, sample)
    worstFractionMissing = found.worstFractionMissing
    start = found.start
    steps = found.steps
    iterations = found.iterations
    score = found.score
    converged = found.converged
  }

  /// With constants and units: d/2 log(2 pi) and the logarithm of the scale for every observed cell.
  private static func logLikelihood(_ value: Double, _ sample: IncompleteSample) -> Double {
    let logScale = sample.scale.map { 0.5 * logTwoPi + Double.log($0) }
    let constant = sample.patterns.reduce(0.0) { total, pattern in
      total + pattern.weight * pattern.observed.reduce(0.0) { $0 + logScale[$1] }
    }
    return sample.sampleSize * value - constant
  }

  /// Free parameters of mean and covariance.
  public var parameters: Int { sample.dimension * (sample.dimension + 3) / 2 }

  /// Information criteria; the sample size is that of the rows with a cell.
  public var criteria: Criteria {
    Criteria(logLikelihood: logLikelihood, parameters: parameters, sampleSize: sample.sampleSize)
  }

  /// Cells that are missing in rows that have others.
  public var missingCells: Double {
    sample.patterns.reduce(0) { $0 + Double($1.rows) * Double($1.missing.count) }
  }
}
