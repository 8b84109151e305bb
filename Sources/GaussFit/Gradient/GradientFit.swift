// The Gaussian by search: the likelihood as an expression of mean and covariance, derived and compiled, maximised from a start that is not the
// answer.
import MatDeriv

/// How the likelihood is climbed. The raw values are the words of the command line.
public enum LikelihoodOptimizer: String, Sendable, CaseIterable {
  /// Steepest descent with a line search.
  case gd
  /// Quasi-Newton with limited memory.
  case lbfgs
  /// Newton with the derived Hessian.
  case newton
  /// Against the gradient in the metric of the Fisher information.
  case natural
}

/// Where a search begins; the mean at 0 in both cases.
public enum SearchStart: Sendable {
  /// Uncorrelated columns with the variances of the sample.
  case variances
  /// The identity, whatever the units.
  case identity
}

/// A point on the way of a search.
public struct SearchPoint: Sendable, Equatable {
  /// The iteration; 0 is the start.
  public let iteration: Int
  /// The log-likelihood of the rows there.
  public let logLikelihood: Double
  /// The largest entry of the gradient of the mean log-likelihood, in units of the standard deviations.
  public let gradientNorm: Double
}

/// The maximum-likelihood Gaussian, found by gradients.
///
/// The search begins at the mean 0 and the covariance diag(variances), for columns that lie more than 1,000 standard deviations from 0 at the shift of
/// the moments. The likelihood is one of the sample's moments; that they are its maximum is what the search has to find.
public struct GradientFit: Sendable {
  /// The moments that were fitted.
  public let moments: Moments
  /// The method of the search.
  public let optimizer: LikelihoodOptimizer
  /// The fitted distribution.
  public let gaussian: Gaussian
  /// Log-likelihood of the rows at the fit, with all constants.
  public let logLikelihood: Double
  /// Iterations, and evaluations of value and gradient.
  public let iterations: Int
  public let evaluations: Int
  /// The largest entry of the gradient of the mean log-likelihood, in units of the standard deviations.
  public let gradientNorm: Double
  /// Why the search ended, in words, and whether that is convergence.
  public let reason: String
  public let converged: Bool
  /// The way, from the start to the end.
  public let path: [SearchPoint]
  /// What was climbed, and its derivatives.
  public let likelihood: DerivedLikelihood

  /// Searches for the fit.
  ///
  /// - Parameters:
  ///   - tolerance: of the gradient of the mean log-likelihood per standard deviation.
  ///   - relativeTolerance: the same as a part of the gradient at the start; the larger of the two counts.
  /// **Throws**: `noRows`; `singular` where the likelihood has no maximum. **Cost**: `d^3` for each evaluation.
  public init(
    _ moments: Moments, optimizer: LikelihoodOptimizer = .lbfgs, start: SearchStart = .variances,
    tolerance: Double = 1e-12,
    relativeTolerance: Double = 0, iterations limit: Int = 5000
  ) throws(GaussFitError) {
    guard moments.weight > 0 else { throw .noRows }
    let sample = SampleCovariance(moments)
    // Where the sample has no full rank the likelihood has no maximum to be found.
    _ = try CovarianceEstimate(sample, structure: .full, ridge: nil)
    let standardized = StandardizedSample(moments)
    let n = moments.sampleSize
    var path: [SearchPoint] = []
    let unit = standardized.scale.map { 1 / $0 }
    let search = LikelihoodSearch(
      standardized, optimizer,
      from: start == .variances ? nil : Matrix(rows: unit.count, columns: unit.count) { $0 == $1 ? unit[$0] : 0 })
    let least = relativeTolerance > 0 ? relativeTolerance * search.gradientAtStart : 0
    let rules = StoppingRules(gradient: max(tolerance, least), gradientScale: .absolute, iterations: limit)
    let found = search.run(until: rules) { point in
      path.append(
        SearchPoint(
          iteration: point.iteration, logLikelihood: standardized.logLikelihood(point.value, sampleSize: n),
          gradientNorm: point.gradientNorm))
    }
    self.moments = moments
    self.optimizer = optimizer
    self.path = path
    likelihood = DerivedLikelihood(optimizer)
    gaussian = Gaussian(mean: standardized.mean(found.mean), lower: standardized.lower(found.lower))
    logLikelihood = standardized.logLikelihood(found.result.value, sampleSize: n)
    iterations = found.result.iterations
    evaluations = found.result.evaluations
    gradientNorm = found.result.gradientNorm
    reason = found.result.reason.description
    converged = found.result.converged
  }

  /// The fitted covariance.
  public var covariance: Matrix<Double> { gaussian.covariance }
}

/// A likelihood as it was written, with the derivatives that MatDeriv finds: what the search compiles, simplified for reading.
public struct DerivedLikelihood: Sendable {
  /// Minus the mean log-likelihood, without its constant, in the language of expressions.
  public let text: String
  private let names: [String]

  init(_ optimizer: LikelihoodOptimizer) {
    let isByCovariance = optimizer == .natural
    text = isByCovariance ? GaussianLikelihood.byCovariance : GaussianLikelihood.byFactor
    names = [isByCovariance ? "S" : "K", "m"]
  }

  /// `dl/dm = ...`. Made when asked for.
  public var derivatives: [String] { answers.map { "dl/d\($0.name) = \($0.answer.value.syntax)" } }

  /// The derivation by each parameter, step by step. Made when asked for.
  public var derivations: [Derivation] { answers.compactMap { try? $0.answer.derivation(of: $0.syntax) } }

  private var answers: [(name: String, answer: Derivative, syntax: Syntax)] {
    // The text is part of this program.
    let program = try! Program(text)
    return names.map { name in
      (name, try! derivative(of: program.expression, wrt: program.variable(name)!), program.syntax)
    }
  }
}
