// The Gaussian with a covariance of a written form: the mean in closed form, the parameters of the covariance by search, standard errors from
// the derived Hessian.
import MatDeriv

/// The maximum-likelihood Gaussian whose covariance is a formula.
///
/// The mean is that of the sample, whatever the formula, unless it is known. The parameters maximise M15; their standard errors come from the
/// observed information, those of the covariance from it by the delta method. Blocks have a closed form, which is taken.
public struct StructuredFit: Sendable {
  /// A parameter of the formula, with the shape that it was declared with.
  public struct Parameter: Sendable {
    public let name: String
    public let value: Matrix<Double>
    /// NaN where the information is singular: the formula does not identify it. 0 for entries that are fixed.
    public let standardError: Matrix<Double>
    /// The entries that are free, by columns; of mirrored ones that below the diagonal.
    public let entries: [(row: Int, column: Int)]
  }

  /// The moments that were fitted.
  public let moments: Moments
  /// Whether the mean was estimated or known.
  public let meanSource: MeanSource
  public let formula: CovarianceFormula
  /// The fitted distribution.
  public let gaussian: Gaussian
  /// The fitted covariance, and the standard errors of its entries.
  public let covariance: Matrix<Double>
  public let covarianceStandardError: Matrix<Double>
  /// In the order of the formula. Of structures with a name in units of the scaled columns.
  public let parameters: [Parameter]
  /// Free parameters of the covariance.
  public let covarianceParameters: Int
  /// Log-likelihood of the rows, with all constants.
  public let logLikelihood: Double
  /// Starts that were tried, and how many of them ended at the best value.
  public let starts: (tried: Int, agreed: Int)
  /// Iterations and evaluations from the best start.
  public let iterations: Int
  public let evaluations: Int
  /// The largest entry of the gradient of the mean log-likelihood.
  public let gradientNorm: Double
  public let converged: Bool
  /// Why the search ended.
  public let reason: String
  /// What is known of the maximum: nil where there are too many parameters to ask.
  public let isIdentified: Bool?
  /// The free parameters, as a search takes them; empty for a closed form.
  let point: [Double]

  /// Searches for the fit.
  ///
  /// - Parameter knownMean: a mean that is known: the covariance is taken about it.
  ///
  /// **Shapes**: traps unless the known mean has as many entries as there are columns.
  /// **Throws**: `formula` for what is wrong with the text, or where no start has a likelihood; `noRows`, `overflow`; `singular` for constant
  /// columns, and for blocks without a covariance. **Cost**: `d^3` for each evaluation, and as many again for the standard errors as there are
  /// parameters; above 2000 parameters there are no standard errors.
  public init(
    _ moments: Moments, _ formula: CovarianceFormula, knownMean: [Double]? = nil
  ) throws(GaussFitError) {
    guard moments.weight > 0 else { throw .noRows }
    try moments.requireFinite()
    let source = knownMean == nil ? MeanSource.estimated : .known
    let about = knownMean.map(moments.about) ?? moments
    let sample = about.scatter / about.weight
    guard SampleCovariance(about, mean: source).constantColumns.isEmpty else {
      throw .singular(Singularity(of: SampleCovariance(about, mean: source), structure: .diagonal, ridge: nil))
    }
    let solution =
      if let blocks = formula.blocks {
        try Solution(blocks: blocks, about, source)
      } else {
        try Solution(formula, sample, about.sampleSize)
      }
    self.moments = about
    meanSource = source
    self.formula = formula
    covariance = solution.covariance
    covarianceStandardError = solution.covarianceStandardError
    gaussian = try Gaussian(mean: about.mean, covariance: solution.covariance)
    parameters = solution.parameters
    covarianceParameters = solution.count
    logLikelihood = solution.logLikelihood
    starts = solution.starts
    iterations = solution.iterations
    evaluations = solution.evaluations
    gradientNorm = solution.gradientNorm
    converged = solution.converged
    reason = solution.reason
    isIdentified = solution.isIdentified
    point = solution.point
  }

  /// Free parameters, those of the mean included.
  public var parameterCount: Int { moments.columns.count * meanSource.estimated + covarianceParameters }

  /// Standard errors of the mean, `sqrt(s_jj / n)`; 0 for a known mean.
  public var meanStandardError: [Double] {
    covariance.diagonal.map { meanSource == .known ? 0 : ($0 / moments.sampleSize).squareRoot() }
  }

  /// The information criteria of this fit.
  public var criteria: Criteria {
    Criteria(logLikelihood: logLikelihood, parameters: parameterCount, sampleSize: moments.sampleSize)
  }
}
