// Structured fits of groups, each by itself.
import MatDeriv

/// Gaussians of one structure, fitted to groups of rows one by one.
public struct GroupedStructuredFit: Sendable {
  /// Names of the groups.
  public let names: [String]
  /// One fit for each group, in the order of ``names``.
  public let fits: [StructuredFit]

  /// Fits each group.
  ///
  /// **Throws**: as ``StructuredFit``; `singularGroups` names every group whose covariance is singular; `differentColumns`.
  public init(
    _ groups: [(name: String, moments: Moments)], _ formula: CovarianceFormula
  ) throws(GaussFitError) {
    guard let first = groups.first else { throw .noRows }
    var fits: [StructuredFit] = []
    var singular: [GroupSingularity] = []
    for group in groups {
      try first.moments.requireSameColumns(as: group.moments)
      do throws(GaussFitError) {
        fits.append(try StructuredFit(group.moments, formula))
      } catch .singular(let singularity) {
        singular.append(GroupSingularity(group: group.name, singularity: singularity))
      }
    }
    guard singular.isEmpty else { throw .singularGroups(singular) }
    self.fits = fits
    names = groups.map(\.name)
  }

  /// Sum of the log-likelihoods, free parameters of all groups, and the size of the whole sample.
  public var criteria: Criteria {
    Criteria(
      logLikelihood: fits.reduce(0) { $0 + $1.logLikelihood }, parameters: fits.reduce(0) { $0 + $1.parameterCount },
      sampleSize: fits.reduce(0) { $0 + $1.moments.sampleSize })
  }

  /// Whether every search came to its end.
  public var converged: Bool { fits.allSatisfy(\.converged) }
}
