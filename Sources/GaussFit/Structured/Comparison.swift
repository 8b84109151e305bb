// Several forms of the covariance on the same rows: criteria side by side, and the likelihood ratio of each against the smallest wider one.
import MatDeriv

/// Structures of the covariance fitted to the same moments.
public struct Comparison: Sendable {
  /// What came of one structure.
  public struct Member: Sendable {
    /// As it was named.
    public let name: String
    public let form: CovarianceForm
    /// Nil where there is no fit; ``failure`` says why.
    public let criteria: Criteria?
    public let failure: String?
    /// Whether the search, if there was one, came to its end.
    public let converged: Bool
    /// The likelihood-ratio test against the smallest wider structure of the comparison; nil where there is none.
    public fileprivate(set) var test: (against: String, result: TestResult)?
  }

  /// Names of the columns.
  public let columns: [String]
  /// In the order in which they were given.
  public let members: [Member]

  /// Fits all structures.
  ///
  /// A member is tested against the one with the fewest parameters among those that it is nested in, see
  /// ``CovarianceForm/isNested(in:dimension:)``.
  ///
  /// **Throws**: `noRows`, `overflow`; `formula` for a written covariance that cannot be used. What is singular is a ``Member/failure``.
  /// **Cost**: that of the fits.
  /// **Source**: S. S. Wilks, The large-sample distribution of the likelihood ratio, Ann. Math. Stat. 9 (1938).
  public init(_ moments: Moments, _ structures: [(name: String, form: CovarianceForm)]) throws(GaussFitError) {
    let d = moments.columns.count
    columns = moments.columns
    var members: [Member] = []
    for (name, form) in structures { members.append(try Comparison.member(name, form, moments)) }
    for (place, member) in members.enumerated() {
      guard let criteria = member.criteria else { continue }
      // A search that has not ended says nothing of the largest likelihood.
      guard member.converged else { continue }
      let wider = members.filter { other in
        other.converged && other.criteria.map { $0.parameters > criteria.parameters } == true
          && member.form.isNested(in: other.form, dimension: d)
      }
      guard let smallest = wider.min(by: { $0.criteria!.parameters < $1.criteria!.parameters }) else { continue }
      let statistic = max(2 * (smallest.criteria!.logLikelihood - criteria.logLikelihood), 0)
      let df = Double(smallest.criteria!.parameters - criteria.parameters)
      members[place].test = (smallest.name, .chiSquare("likelihoodRatio", statistic, df: df))
    }
    self.members = members
  }

  private static func member(
    _ name: String, _ form: CovarianceForm, _ moments: Moments
  ) throws(GaussFitError) -> Member {
    do throws(GaussFitError) {
      let (criteria, converged): (Criteria, Bool)
      if case .closed(let structure) = form {
        (criteria, converged) = (try Fit(moments, structure: structure).criteria, true)
      } else {
        let fit = try StructuredFit(moments, form.formula(dimension: moments.columns.count)!)
        (criteria, converged) = (fit.criteria, fit.converged)
      }
      return Member(name: name, form: form, criteria: criteria, failure: nil, converged: converged, test: nil)
    } catch .singular(let singularity) {
      return Member(
        name: name, form: form, criteria: nil, failure: singularity.description, converged: false, test: nil)
    }
  }

  /// The member with the lowest Schwarz criterion; nil where nothing was fitted.
  public var lowestBIC: Int? { lowest { $0.bic } }

  /// The member with the lowest Akaike criterion.
  public var lowestAIC: Int? { lowest { $0.aic } }

  private func lowest(_ criterion: (Criteria) -> Double) -> Int? {
    let fitted = members.indices.filter { members[$0].criteria != nil && members[$0].converged }
    return fitted.min { criterion(members[$0].criteria!) < criterion(members[$1].criteria!) }
  }
}
