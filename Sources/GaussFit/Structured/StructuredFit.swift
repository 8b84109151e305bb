// The Gaussian with a covariance of a written form: the mean in closed form, the parameters of the covariance by search, standard errors from
// the derived Hessian.
import MatDeriv

/// The maximum-likelihood Gaussian whose covariance is a formula.
///
/// The mean is that of the sample, whatever the formula. The parameters maximise M15; their standard errors come from the observed
/// information, those of the covariance from it by the delta method.
public struct StructuredFit: Sendable {
  /// A parameter of the formula, with the shape that it was declared with.
  public struct Parameter: Sendable {
    public let name: String
    public let value: Matrix<Double>
    /// NaN where the information is singular: the formula does not identify it.
    public let standardError: Matrix<Double>
  }

  /// The moments that were fitted.
  public let moments: Moments
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
  /// Whether the observed information is positive definite: an isolated maximum.
  public let isIdentified: Bool

  /// Searches for the fit.
  ///
  /// **Throws**: `formula` for what is wrong with the text, or where no start has a likelihood; `noRows`. **Cost**: `d^3` for each evaluation,
  /// and as many again for the standard errors as there are parameters.
  public init(_ moments: Moments, _ formula: CovarianceFormula) throws(GaussFitError) {
    guard moments.weight > 0 else { throw .noRows }
    let d = moments.columns.count
    let sample = moments.scatter / moments.weight
    guard sample.diagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .singular(Singularity(of: SampleCovariance(moments), structure: .diagonal, ridge: nil))
    }
    let scale = StructuredFit.scale(sample, formula.scaling)
    let scaled = Matrix<Double>(rows: d, columns: d) { i, j in sample[max(i, j), min(i, j)] / scale[i] / scale[j] }
    let search = try FormulaSearch(formula, sample: scaled)
    let found = try search.run()
    let n = moments.sampleSize
    let information = StructuredFit.information(found.hessian, n)
    let fitted = search.covariance(found.x)
    self.moments = moments
    self.formula = formula
    covariance = Matrix(rows: d, columns: d) { i, j in scale[i] * scale[j] * fitted[max(i, j), min(i, j)] }
    let errors = StructuredFit.covarianceErrors(search, found.x, information)
    covarianceStandardError = Matrix(rows: d, columns: d) { i, j in scale[i] * scale[j] * errors[i, j] }
    gaussian = try Gaussian(mean: moments.mean, covariance: covariance)
    parameters = search.parameters(found.x, information)
    covarianceParameters = search.count
    let logScale = scale.reduce(0) { $0 + Double.log($1) }
    logLikelihood = -n * (found.value + 0.5 * Double(d) * logTwoPi + logScale)
    starts = (search.starts.count, found.agreed)
    iterations = found.iterations
    evaluations = found.evaluations
    gradientNorm = found.gradientNorm
    converged = found.converged
    reason = found.reason
    isIdentified = information != nil
  }

  /// By what each column is divided, in the family of the formula.
  private static func scale(_ sample: Matrix<Double>, _ scaling: CovarianceFormula.Scaling) -> [Double] {
    let deviations = sample.diagonal.map { $0.squareRoot() }
    switch scaling {
    case .none: return deviations.map { _ in 1 }
    case .byColumn: return deviations
    case .common:
      let mean = deviations.reduce(0) { $0 + Double.log($1) } / Double(deviations.count)
      return deviations.map { _ in Double.exp(mean) }
    }
  }

  /// The factor of the observed information of all rows; nil where that is not definite.
  private static func information(_ hessian: Matrix<Double>?, _ n: Double) -> Cholesky<Double>? {
    guard let hessian else { return nil }
    // Scaled to a diagonal of ones, so that units of the parameters do not decide.
    let root = hessian.diagonal.map { $0.squareRoot() }
    guard root.allSatisfy({ $0 > 0 }) else { return nil }
    let unit = Matrix<Double>(rows: root.count, columns: root.count) { i, j in hessian[i, j] / root[i] / root[j] }
    guard let check = try? Cholesky(unit), check.lower.diagonal.allSatisfy({ $0 * $0 > 1e-10 }) else { return nil }
    return try? Cholesky(n * hessian)
  }

  /// The delta method: the square root of j'*inv(I)*j for the derivative j of each entry.
  private static func covarianceErrors(
    _ search: FormulaSearch, _ x: [Double], _ information: Cholesky<Double>?
  ) -> Matrix<Double> {
    let d = search.dimension
    guard let information else { return Matrix(rows: d, columns: d, repeating: .nan) }
    let whitened = information.solveLower(Matrix(search.jacobian(x).transposed))
    return Matrix(rows: d, columns: d) { i, j in
      let entry = max(i, j) + min(i, j) * d
      return (0..<whitened.rows).reduce(0) { $0 + whitened[$1, entry] * whitened[$1, entry] }.squareRoot()
    }
  }

  /// Free parameters, those of the mean included.
  public var parameterCount: Int { moments.columns.count + covarianceParameters }

  /// The information criteria of this fit.
  public var criteria: Criteria {
    Criteria(logLikelihood: logLikelihood, parameters: parameterCount, sampleSize: moments.sampleSize)
  }
}
