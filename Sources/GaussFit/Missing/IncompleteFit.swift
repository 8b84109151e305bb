// The maximum-likelihood Gaussian of data with missing cells: EM to the neighbourhood of the maximum, Newton on the derived Hessian to the end,
// and what that Hessian says of uncertainty and of the information that is missing.
import MatDeriv

/// The Gaussian that makes the observed cells most likely.
///
/// **Source**: R. J. A. Little, D. B. Rubin, Statistical analysis with missing data, 2nd ed. (2002), chapters 7 and 11: the mechanism is
/// ignorable where cells are missing at random.
public struct IncompleteFit: Sendable {
  public let sample: IncompleteSample
  public let gaussian: Gaussian
  public let covariance: Matrix<Double>
  /// From the observed information, mean and covariance together.
  public let meanStandardError: [Double]
  public let covarianceStandardError: Matrix<Double>
  /// Of the observed cells, with all constants.
  public let logLikelihood: Double
  /// The largest share of the information about a direction of the parameters that the missing cells take: the rate of EM.
  public let worstFractionMissing: Double
  /// Steps of EM, and iterations of Newton behind them.
  public let steps: Int
  public let iterations: Int
  /// The largest derivative of the mean log-likelihood at the end, by parameters in which its Hessian is the identity: the distance from the
  /// maximum in standard errors of one row, whatever the condition of the covariance.
  public let score: Double
  public let converged: Bool

  /// Fits.
  ///
  /// **Throws**: `notIdentified` where the observed information is singular; `notPositiveDefinite` where the likelihood grows without bound.
  public init(_ sample: IncompleteSample) throws(GaussFitError) {
    let d = sample.dimension
    let likelihood = ObservedLikelihood(sample)
    let begin = Estimate(mean: [Double](repeating: 0, count: d), covariance: .identity(d))
    let rough = ExpectationMaximization(sample: sample).run(from: begin)
    let start = IncompleteFit.parameters(rough.estimate)
    let result: MinimizationResult
    do throws(MinimizationError) {
      result = try minimize(
        likelihood, from: start, by: Newton(),
        until: StoppingRules(gradient: 1e-13, gradientScale: .absolute, step: 1e-14, iterations: 100))
    } catch { throw .notPositiveDefinite("the covariance that EM ends at: \(error)") }
    let fitted = IncompleteFit.estimate(result.x, d)
    let information = try IncompleteFit.information(likelihood, result.x, sample)
    let scale = sample.scale
    self.sample = sample
    covariance = Matrix(rows: d, columns: d) { i, j in scale[i] * scale[j] * fitted.covariance[i, j] }
    gaussian = try Gaussian(
      mean: (0..<d).map { sample.centre[$0] + scale[$0] * fitted.mean[$0] }, covariance: covariance)
    let errors = information.inverse.diagonal.map { ($0 / sample.rows).squareRoot() }
    meanStandardError = (0..<d).map { scale[$0] * errors[d * (d + 1) / 2 + $0] }
    covarianceStandardError = Matrix(rows: d, columns: d) { i, j in
      let (low, high) = (min(i, j), max(i, j))
      return scale[i] * scale[j] * errors[low * d - low * (low - 1) / 2 + high - low]
    }
    logLikelihood = IncompleteFit.logLikelihood(result.value, sample)
    worstFractionMissing = try IncompleteFit.worstFraction(information, fitted)
    steps = rough.steps
    iterations = result.iterations
    score = information.solveLower(Matrix(column: result.gradient)).columnMajor.map { abs($0) }.max() ?? 0
    converged = score <= 1e-10
  }

  /// With constants and units: d/2 log(2 pi) and the logarithm of the scale for every observed cell.
  private static func logLikelihood(_ value: Double, _ sample: IncompleteSample) -> Double {
    let constant = sample.patterns.reduce(0.0) { total, pattern in
      total + pattern.count * pattern.observed.reduce(0.0) { $0 + 0.5 * logTwoPi + Double.log(sample.scale[$1]) }
    }
    return -sample.rows * value - constant
  }

  // MARK: Information

  /// The factor of the information of one row; not definite where something is not identified.
  private static func information(
    _ likelihood: ObservedLikelihood, _ x: [Double], _ sample: IncompleteSample
  ) throws(GaussFitError) -> Cholesky<Double> {
    guard let hessian = try? likelihood.hessian(at: x), let factor = try? Cholesky(hessian),
      factor.lower.diagonal.allSatisfy({ $0 * $0 > 1e-12 })
    else { throw .notIdentified(sample.pairsNeverTogether.map { "\($0.0) and \($0.1)" }) }
    return factor
  }

  /// The largest eigenvalue of I - inv(C)*I_observed, with the information C of complete rows.
  private static func worstFraction(_ information: Cholesky<Double>, _ fitted: Estimate) throws(GaussFitError) -> Double
  {
    let d = fitted.mean.count
    var data = Values<Double>(sizes: ["d": d])
    data["C"] = fitted.covariance
    data["b"] = Matrix(column: fitted.mean)
    let complete = try! Objective(try! Program(GaussianLikelihood.byCovariance), wrt: ["S", "m"], data: data)
    guard let hessian = try? complete.hessian(at: parameters(fitted)), let factor = try? Cholesky(hessian),
      case let observed = information.lower * information.lower.transposed,
      case let half = factor.solveLower(observed), case let whole = factor.solveLower(Matrix(half.transposed)),
      let eigen = try? SymmetricEigen(
        Matrix<Double>(rows: whole.rows, columns: whole.rows) { (whole[$0, $1] + whole[$1, $0]) / 2 }, vectors: .none)
    else { return .nan }
    return 1 - eigen.values[0]
  }

  // MARK: Parameters

  /// The lower triangle by columns, then the mean.
  private static func parameters(_ estimate: Estimate) -> [Double] {
    let d = estimate.mean.count
    return (0..<d).flatMap { j in (j..<d).map { estimate.covariance[$0, j] } } + estimate.mean
  }

  private static func estimate(_ x: [Double], _ d: Int) -> Estimate {
    let covariance = Matrix<Double>(rows: d, columns: d) { i, j in
      let (low, high) = (min(i, j), max(i, j))
      return x[low * d - low * (low - 1) / 2 + high - low]
    }
    return Estimate(mean: Array(x[(d * (d + 1) / 2)...]), covariance: covariance)
  }
}

/// Little's test that cells are missing completely at random.
///
/// **Source**: R. J. A. Little, A test of missing completely at random for multivariate data with missing values, J. Am. Stat. Assoc. 83 (1988),
/// with the maximum-likelihood covariance.
public struct LittleTest: Sendable {
  public let statistic: Double
  public let degreesOfFreedom: Int
  public let pValue: Double

  public init(_ fit: IncompleteFit) {
    let sample = fit.sample
    var statistic = 0.0
    for pattern in sample.patterns {
      let o = pattern.observed
      let delta = o.indices.map { i in
        pattern.mean[i] - (fit.gaussian.mean[o[i]] - sample.centre[o[i]]) / sample.scale[o[i]]
      }
      let part = Matrix<Double>(rows: o.count, columns: o.count) { i, j in
        fit.covariance[o[i], o[j]] / sample.scale[o[i]] / sample.scale[o[j]]
      }
      guard let factor = try? Cholesky(part) else { continue }
      let half = factor.solveLower(Matrix(column: delta)).columnMajor
      statistic += pattern.count * half.reduce(0) { $0 + $1 * $1 }
    }
    self.statistic = statistic
    degreesOfFreedom = sample.patterns.reduce(0) { $0 + $1.observed.count } - sample.dimension
    pValue = degreesOfFreedom > 0 ? ChiSquare(degreesOfFreedom: Double(degreesOfFreedom)).survival(statistic) : 1
  }
}
