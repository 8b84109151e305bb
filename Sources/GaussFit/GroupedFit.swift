// Fits by group: each group its own Gaussian, or tied ones that share a covariance about their own means.
import MatDeriv

/// What the covariances of groups have in common.
public enum Pooling: String, Sendable, CaseIterable {
  /// Nothing: a fit for each group.
  case separate
  /// All: one covariance, pooled within groups; only the means differ.
  case tied
}

/// Gaussians fitted to groups of rows.
///
/// With reliability weights tied groups are scaled together, so that all weights sum to the number of all rows; a group's
/// sample size is then its share. **Source**: K. V. Mardia, J. T. Kent, J. M. Bibby, Multivariate analysis (1979), section 11.2.
public struct GroupedFit: Sendable {
  /// What the covariances have in common.
  public let pooling: Pooling
  /// Names of the groups.
  public let names: [String]
  /// One fit for each group, in the order of ``names``; with tied covariance each carries the common one.
  public let fits: [Fit]
  /// Sum of the log-likelihoods, free parameters of all groups together (a tied covariance counted once), and the size of
  /// the whole sample.
  public let criteria: Criteria

  /// Fits each group, or all with one covariance.
  ///
  /// - Parameters: as of ``Fit/init(_:structure:ridge:constantColumns:)``. Columns are dropped in all groups or in none, so
  ///   that the log-likelihoods that are summed are of the same columns: with separate covariances those that are constant
  ///   in any group, with a tied one those that vary in no group.
  /// **Throws**: ``GaussFitError``: `singularGroups` names every group whose covariance is singular; `singular` for a tied
  /// covariance; `differentColumns`, `differentWeighting`, `noRows`, `allColumnsConstant` where every column is constant in
  /// some group, `overflow`.
  public init(
    _ groups: [(name: String, moments: Moments)], pooling: Pooling = .separate, structure: Structure = .full,
    ridge: Double? = nil, constantColumns: ConstantColumns = .refuse
  ) throws(GaussFitError) {
    guard let first = groups.first else { throw .noRows }
    for group in groups.dropFirst() { try first.moments.requireSameColumns(as: group.moments) }
    guard groups.allSatisfy({ $0.moments.weight > 0 }) else { throw .noRows }
    let fits =
      switch pooling {
      case .separate: try Self.separate(groups, structure, ridge, constantColumns)
      case .tied: try Self.tied(groups.map(\.moments), structure, ridge, constantColumns)
      }
    let covarianceParameters = fits.map { $0.structure.covarianceParameters(dimension: $0.dimension) }
    self.pooling = pooling
    self.fits = fits
    names = groups.map(\.name)
    criteria = Criteria(
      logLikelihood: fits.reduce(0) { $0 + $1.logLikelihood },
      parameters: fits.reduce(0) { $0 + $1.dimension }
        + (pooling == .tied ? covarianceParameters[0] : covarianceParameters.reduce(0, +)),
      sampleSize: fits.reduce(0) { $0 + $1.sampleSize })
  }

  private static func separate(
    _ groups: [(name: String, moments: Moments)], _ structure: Structure, _ ridge: Double?,
    _ constantColumns: ConstantColumns
  ) throws(GaussFitError) -> [Fit] {
    var fits: [Fit] = []
    var singular: [GroupSingularity] = []
    let (kept, dropped) = try groups.map(\.moments).treatingConstantColumns(constantColumns, in: .separate)
    for (name, moments) in zip(groups.map(\.name), kept) {
      do throws(GaussFitError) {
        fits.append(try Fit(moments, without: dropped, structure: structure, ridge: ridge))
      } catch .singular(let singularity) {
        singular.append(GroupSingularity(group: name, singularity: singularity))
      }
    }
    guard singular.isEmpty else { throw .singularGroups(singular) }
    return fits
  }

  private static func tied(
    _ groups: [Moments], _ structure: Structure, _ ridge: Double?, _ constantColumns: ConstantColumns
  ) throws(GaussFitError) -> [Fit] {
    let (kept, dropped) = try groups.treatingConstantColumns(constantColumns, in: .tied)
    let sample = SampleCovariance(pooling: kept)
    let estimate = try CovarianceEstimate(sample, structure: structure, ridge: ridge)
    let unridged =
      try? ridge.map { _ throws(GaussFitError) in try CovarianceEstimate(sample, structure: structure, ridge: nil) }
    let weight = kept.reduce(0) { $0 + $1.weight }
    let n = kept.reduce(0) { $0 + $1.sampleSize }
    let unbiasedDivisor = kept.reduce(0) { $0 + $1.unbiasedDivisor }
    return kept.map { moments in
      Fit(
        moments: moments, estimate: estimate, unridged: unridged, pooling: kept.count == 1 ? .separate : .tied,
        sampleSize: n * (moments.weight / weight),
        covarianceSampleSize: n, degreesOfFreedom: n - Double(kept.count),
        unbiasedDivisor: unbiasedDivisor / weight, droppedColumns: dropped)
    }
  }
}

extension GroupedFit {
  /// Sum of the log-likelihoods of all groups.
  public var logLikelihood: Double { criteria.logLikelihood }
  /// Free parameters of all groups together; a tied covariance counts once.
  public var parameters: Int { criteria.parameters }
  /// Size of the whole sample.
  public var sampleSize: Double { criteria.sampleSize }
  /// Akaike's criterion, ``Criteria/aic``.
  public var aic: Double { criteria.aic }
  /// Akaike's criterion for small samples, ``Criteria/aicc``.
  public var aicc: Double? { criteria.aicc }
  /// Schwarz's criterion, ``Criteria/bic``.
  public var bic: Double { criteria.bic }
}
