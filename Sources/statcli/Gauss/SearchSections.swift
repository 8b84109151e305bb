// Pages of fits that were searched for: any covariance by gradients, and covariances of a written form.
import GaussFit
import MatDeriv

extension FitReport {
  // MARK: Any covariance

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
      + means(columns, fit.gaussian.mean, fit.covariance, fit.moments.sampleSize)
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

  // MARK: A written form

  func verdict(_ fit: StructuredFit) -> String {
    "Gaussian with covariance \(request.covariance.text) fitted to \(rowsPhrase) of "
      + "\(Numbers.counted(fit.moments.columns.count, "column"))\(droppedPhrase): log-likelihood "
      + "\(Numbers.human(fit.logLikelihood)), BIC \(Numbers.human(fit.criteria.bic))"
      + (fit.converged ? "" : "; not converged")
  }

  func sections(of fit: StructuredFit) -> [Section] {
    let columns = fit.moments.columns
    let isNamed = fit.formula.text != request.covariance.text
    let agreement = "\(fit.starts.agreed) of \(Numbers.counted(fit.starts.tried, "start")) ended here"
    let search = Section(
      "search",
      [
        .facts([
          ("covariance", fit.formula.text), ("iterations", "\(fit.iterations), with \(fit.evaluations) evaluations"),
          ("starts", agreement), ("gradient", Numbers.human(fit.gradientNorm, digits: 2)),
          (
            "information",
            fit.isIdentified ? "positive definite: an isolated maximum" : "singular: not all parameters are determined"
          ),
        ])
      ])
    var result = means(columns, fit.gaussian.mean, fit.covariance, fit.moments.sampleSize)
    if !isNamed { result += [parameters(fit)] }
    result += covariance(fit)
    return result + [search, fitSection(fit)]
  }

  private func parameters(_ fit: StructuredFit) -> Section {
    var rows: [[Table.Cell]] = []
    for parameter in fit.parameters {
      for j in 0..<parameter.value.columns {
        for i in 0..<parameter.value.rows {
          let place =
            parameter.value.count == 1 ? "" : parameter.value.columns == 1 ? "(\(i + 1))" : "(\(i + 1), \(j + 1))"
          rows.append([
            .text(parameter.name + place), .number(parameter.value[i, j]), .number(parameter.standardError[i, j]),
          ])
        }
      }
    }
    let shown = rows.count > FitReport.tableRows + 5 ? FitReport.tableRows : rows.count
    let table = Table(
      columns: [.text("parameter"), .number("estimate"), .number("std error")], rows: Array(rows.prefix(shown)))
    return Section(
      "parameters", note: "standard errors from the observed information",
      [.table(table)] + (shown < rows.count ? [more(rows.count - shown, "parameter")] : []))
  }

  private func covariance(_ fit: StructuredFit) -> [Section] {
    let columns = fit.moments.columns
    return matrix("covariance", note: "divisor n", columns, fit.covariance)
      + matrix(
        "standard errors of the covariance", note: "observed information, delta method", columns,
        fit.covarianceStandardError)
  }

  private func fitSection(_ fit: StructuredFit) -> Section {
    let n = fit.moments.sampleSize
    return Section(
      "fit",
      [
        .facts([
          ("log-likelihood", "\(Numbers.human(fit.logLikelihood)), per row \(Numbers.human(fit.logLikelihood / n))"),
          ("criteria", FitReport.criteria(fit.criteria) + " (lower is better)"),
          (
            "parameters",
            "\(fit.parameterCount): \(fit.moments.columns.count) of the mean, \(fit.covarianceParameters) of the covariance"
          ),
        ])
      ])
  }

  // MARK: Tables

  private func means(
    _ columns: [String], _ mean: [Double], _ covariance: Matrix<Double>, _ n: Double
  ) -> [Section] {
    let sd = covariance.diagonal.map { $0.squareRoot() }
    let shown = columns.count > FitReport.tableRows + 5 ? FitReport.tableRows : columns.count
    let rows: [[Table.Cell]] = (0..<shown).map { j in
      [.text(columns[j]), .number(mean[j]), .number(sd[j] / n.squareRoot()), .number(sd[j])]
    }
    let table = Table(columns: [.text("column"), .number("mean"), .number("std error"), .number("sd")], rows: rows)
    return [
      Section(
        "estimates", note: "maximum likelihood, n = \(Numbers.human(n, digits: 15))",
        [.table(table)] + (shown < columns.count ? [more(columns.count - shown, "column")] : []))
    ]
  }

  private func matrix(_ title: String, note: String, _ columns: [String], _ matrix: Matrix<Double>) -> [Section] {
    guard columns.count <= FitReport.matrixColumns else {
      return [
        Section(title, note: note, [.text("\(columns.count) x \(columns.count): --json or --format csv has all")])
      ]
    }
    return [Section(title, note: note, [.table(FitReport.matrixTable(columns) { .number(matrix[$0, $1]) })])]
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
