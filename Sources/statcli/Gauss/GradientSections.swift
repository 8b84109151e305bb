// The page of a fit of any covariance by gradients.
import GaussFit
import MatDeriv

extension FitReport {
  func verdict(_ fit: GradientFit) -> String {
    "Gaussian found by \(FitReport.name(fit.optimizer)) in \(Numbers.counted(fit.iterations, "iteration")), "
      + "\(rowsPhrase) of \(Numbers.counted(fit.gaussian.dimension, "column"))\(droppedPhrase): log-likelihood "
      + Numbers.human(fit.logLikelihood) + (fit.converged ? "" : "; not converged")
  }

  static func name(_ optimizer: LikelihoodOptimizer) -> String {
    switch optimizer {
    case .gd: "steepest descent"
    case .lbfgs: "L-BFGS"
    case .newton: "Newton"
    case .natural: "the natural gradient"
    }
  }

  func sections(of fit: GradientFit) -> [Section] {
    let first = fit.path[0]
    let facts = [
      ("method", FitReport.name(fit.optimizer)),
      (
        "from",
        "mean 0 (or near by, for columns far off), uncorrelated columns: log-likelihood \(Numbers.human(first.logLikelihood))"
      ),
      ("iterations", "\(fit.iterations), with \(Numbers.counted(fit.evaluations, "evaluation"))"),
      ("gradient", Numbers.human(fit.gradientNorm, digits: 2)),
      ("stopped", fit.reason),
      ("log-likelihood", Numbers.human(fit.logLikelihood)),
    ]
    let search = Section(
      "search", note: "gradient: the largest entry, of the mean log-likelihood by standard deviations", [.facts(facts)])
    let columns = fit.moments.columns
    return [search] + (request.explains ? explanation(fit) : [])
      + means(
        columns, fit.gaussian.mean, fit.covariance.diagonal.map { ($0 / fit.moments.sampleSize).squareRoot() },
        fit.covariance, fit.moments.sampleSize, law: "Student's t, with divisor n - 1"
      ) { fit.meanInterval($0, level: request.level) }
      + matrix("covariance", note: "divisor n", columns, fit.covariance)
  }

  private func explanation(_ fit: GradientFit) -> [Section] {
    let text = fit.likelihood.text.split(separator: "\n").joined(separator: " ")
    let facts = [("likelihood", text)] + fit.likelihood.derivatives.map { ("derivative", $0) }
    return [
      Section(
        "likelihood",
        note: "minus the mean over the rows, without d/2 log(2*pi); C and b are covariance and mean of the sample",
        [.facts(facts)])
    ] + fit.likelihood.derivations.map(\.section)
  }
}

extension GradientFit {
  /// The path as CSV.
  var traceCSV: String {
    Records.csv(
      Table(
        columns: [.text("iteration"), .number("logLikelihood"), .number("gradientNorm")],
        rows: path.map { [.count($0.iteration), .number($0.logLikelihood), .number($0.gradientNorm)] }))
  }
}
