// The closed-form maximum-likelihood fit of a Gaussian to moments: estimates and what follows from them by algebra.
// Standard errors and intervals stand in Fit+Inference.swift, groups in GroupedFit.swift.
import MatDeriv

/// What a fit does with columns that do not vary.
public enum ConstantColumns: Sendable {
  /// The covariance is singular: the fit is refused and says so.
  case refuse
  /// They are left out, and named in ``Fit/droppedColumns``.
  case drop
}

/// A Gaussian fitted by maximum likelihood.
///
/// The sample size n is the number of rows; with frequency weights the sum of the weights. Reliability weights are scaled
/// to sum to the number of rows, which is then n: estimates, standard errors and intervals are those of rows
/// `x_i ~ N(mu, S / w_i)`, and ``unbiasedCovariance`` is that of R's `cov.wt`; ``logLikelihood`` is the weighted sum
/// `sum w_i log p(x_i)` of the log densities of `N(mu, S)`, n times its weighted mean.
///
/// **Source**: T. W. Anderson, An introduction to multivariate statistical analysis, 3rd ed. (2003), section 3.2.
public struct Fit: Sendable {
  /// The moments that were fitted, without the dropped columns.
  public let moments: Moments
  /// The form of the covariance.
  public let structure: Structure
  /// The fitted distribution.
  public let gaussian: Gaussian
  /// The maximum-likelihood estimate: divisor n, in the structure, with the ridge if one was asked for.
  public let covariance: Matrix<Double>
  /// Sample size n; of this group, where groups are tied.
  public let sampleSize: Double
  /// Sample size of the covariance: of all groups together, where they are tied.
  public let covarianceSampleSize: Double
  /// Whether the mean was estimated or known.
  public let meanSource: MeanSource
  /// Degrees of freedom of the variance of one column: n - 1, or n less the number of tied groups; n about a known mean.
  public let degreesOfFreedom: Double
  /// The covariance with the divisor n - 1 (tied: n less the number of groups; reliability weights: sum w - sum w^2 / sum w;
  /// about a known mean: n).
  ///
  /// Nil where that divisor is not positive. A ridge is not scaled.
  public let unbiasedCovariance: Matrix<Double>?
  /// Log-likelihood of the rows at the fit, natural logarithm, with all constants.
  ///
  /// With weights the weighted sum of the rows' log densities. With reliability weights, scaled to sum to n, it is
  /// that of rows `x_i ~ N(mu, S / w_i)` but for `(d / 2) sum log w_i`, which is the same for every structure.
  public let logLikelihood: Double
  /// Effective rank of the correlation matrix of the sample, whatever the structure: as far as rounding allows to tell.
  public let rank: Int
  /// The ridge that was added, if one was asked for.
  public let ridge: Ridge?
  /// Constant columns that were left out, as asked for; of a group also those that are constant in another one, see
  /// ``GroupedFit/init(_:pooling:structure:ridge:constantColumns:)``.
  public let droppedColumns: [String]
  let estimate: CovarianceEstimate
  let keptCondition = Kept<Condition>()

  /// Fits a Gaussian.
  ///
  /// - Parameters:
  ///   - moments: columns, mean and scatter of the rows.
  ///   - knownMean: a mean that is known: the covariance is taken about it, and only the covariance has parameters.
  ///   - structure: form of the covariance.
  ///   - ridge: added to each variance of the estimate, in the squared units of the data; never added unasked.
  ///   - constantColumns: what to do with columns that do not vary.
  ///
  /// **Shapes**: traps unless the known mean has as many entries as there are columns.
  /// **Throws**: ``GaussFitError``: `singular` with the reason by name, `noRows`, `invalidRidge`, `allColumnsConstant`, `overflow`.
  /// **Cost**: d^3.
  public init(
    _ moments: Moments, knownMean: [Double]? = nil, structure: Structure = .full, ridge: Double? = nil,
    constantColumns: ConstantColumns = .refuse
  ) throws(GaussFitError) {
    guard moments.weight > 0 else { throw .noRows }
    let sample = knownMean.map(moments.about) ?? moments
    let (kept, dropped) = try [sample].treatingConstantColumns(constantColumns, in: .separate)
    try self.init(
      kept[0], mean: knownMean == nil ? .estimated : .known, without: dropped, structure: structure, ridge: ridge)
  }

  /// A fit of moments that columns were dropped from already.
  init(
    _ moments: Moments, mean: MeanSource = .estimated, without dropped: [String], structure: Structure, ridge: Double?
  ) throws(GaussFitError) {
    let sample = SampleCovariance(moments, mean: mean)
    let estimate = try CovarianceEstimate(sample, structure: structure, ridge: ridge)
    let n = moments.sampleSize
    let unridged =
      try? ridge.map { _ throws(GaussFitError) in try CovarianceEstimate(sample, structure: structure, ridge: nil) }
    self.init(
      moments: moments, mean: mean, estimate: estimate, unridged: unridged, pooling: .separate, sampleSize: n,
      covarianceSampleSize: n, degreesOfFreedom: n - Double(mean.estimated),
      unbiasedDivisor: mean == .known ? 1 : moments.unbiasedDivisor / moments.weight, droppedColumns: dropped)
  }

  /// A fit with a covariance that was estimated already, on these moments alone or on tied groups.
  ///
  /// - Parameters:
  ///   - pooling: whether the estimate is of these moments alone or of several groups.
  ///   - unbiasedDivisor: as a fraction of the divisor of the maximum-likelihood estimate.
  init(
    moments: Moments, mean: MeanSource = .estimated, estimate: CovarianceEstimate, unridged: CovarianceEstimate?,
    pooling: Pooling,
    sampleSize: Double, covarianceSampleSize: Double, degreesOfFreedom: Double, unbiasedDivisor: Double,
    droppedColumns: [String]
  ) {
    let own = moments.scatter / moments.weight
    let isOwn = pooling == .separate
    self.moments = moments
    meanSource = mean
    self.estimate = estimate
    self.sampleSize = sampleSize
    self.covarianceSampleSize = covarianceSampleSize
    self.degreesOfFreedom = degreesOfFreedom
    self.droppedColumns = droppedColumns
    structure = estimate.structure
    gaussian = Gaussian(mean: moments.mean, lower: estimate.factor.lower)
    covariance = estimate.matrix
    rank = estimate.rank
    unbiasedCovariance = unbiasedDivisor > 0 ? estimate.scaled(by: 1 / unbiasedDivisor) : nil
    logLikelihood = estimate.logLikelihood(of: sampleSize, covariance: own, isOwnSample: isOwn)
    ridge = estimate.ridge.map {
      Ridge(
        value: $0,
        logLikelihoodWithout: unridged?.logLikelihood(of: sampleSize, covariance: own, isOwnSample: isOwn))
    }
  }
}

// MARK: Estimates

extension Fit {
  /// Names of the columns.
  public var columns: [String] { moments.columns }

  /// The maximum-likelihood estimate in the structure, before a ridge was added.
  public var covarianceWithoutRidge: Matrix<Double> { estimate.withoutRidge }

  /// Number of columns.
  public var dimension: Int { columns.count }

  /// The estimated mean.
  public var mean: [Double] { gaussian.mean }

  /// Standard deviations, divisor n.
  public var standardDeviation: [Double] { covariance.diagonal.map { $0.squareRoot() } }

  /// Correlations of the fitted covariance, with a diagonal of ones.
  public var correlation: Matrix<Double> { covariance.correlation }

  /// Correlation of each two columns given all others, `-p_ij / sqrt(p_ii p_jj)` of `P = inv(S)`, with a diagonal of ones.
  public var partialCorrelation: Matrix<Double> { estimate.factor.scaledInverse.partialCorrelationOfInverse }

  /// Natural logarithm of the determinant of ``covariance``.
  public var logDeterminant: Double { estimate.factor.logDeterminant }
}

// MARK: Criteria

extension Fit {
  /// Free parameters: the mean's, unless it is known, and the covariance's; of tied groups each counts the common covariance.
  public var parameters: Int { meanParameters + structure.covarianceParameters(dimension: dimension) }

  /// Free parameters of the mean.
  public var meanParameters: Int { dimension * meanSource.estimated }

  /// The information criteria of this fit.
  public var criteria: Criteria {
    Criteria(logLikelihood: logLikelihood, parameters: parameters, sampleSize: sampleSize)
  }

  /// Akaike's criterion, ``Criteria/aic``.
  public var aic: Double { criteria.aic }
  /// Akaike's criterion for small samples, ``Criteria/aicc``.
  public var aicc: Double? { criteria.aicc }
  /// Schwarz's criterion, ``Criteria/bic``.
  public var bic: Double { criteria.bic }
}

/// Information criteria: lower is better.
public struct Criteria: Sendable, Equatable {
  /// Log-likelihood l.
  public let logLikelihood: Double
  /// Free parameters k.
  public let parameters: Int
  /// Sample size n.
  public let sampleSize: Double

  public init(logLikelihood: Double, parameters: Int, sampleSize: Double) {
    self.logLikelihood = logLikelihood
    self.parameters = parameters
    self.sampleSize = sampleSize
  }

  /// `-2 l + 2 k`.
  public var aic: Double { 2 * Double(parameters) - 2 * logLikelihood }

  /// AIC with its small-sample correction, `2 k (k + 1) / (n - k - 1)`; nil unless n > k + 1.
  ///
  /// The correction was derived for univariate regression; here k counts all parameters, of the mean and the covariance,
  /// and n the rows, not their entries.
  /// **Source**: C. M. Hurvich, C.-L. Tsai, Regression and time series model selection in small samples, Biometrika 76 (1989).
  public var aicc: Double? {
    let k = Double(parameters)
    let rest = sampleSize - k - 1
    return rest > 0 ? aic + 2 * k * (k + 1) / rest : nil
  }

  /// `-2 l + k log n`.
  public var bic: Double { Double(parameters) * Double.log(sampleSize) - 2 * logLikelihood }
}
