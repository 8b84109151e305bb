// The page of a fit whose covariance has a written form, and the tables that it shares with fits by gradients.
import GaussFit
import MatDeriv

extension FitReport {
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
          ("starts", agreement), ("stopped", fit.reason), ("gradient", Numbers.human(fit.gradientNorm, digits: 2)),
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

  // MARK: Tables of searched fits

  func means(
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

  func matrix(_ title: String, note: String, _ columns: [String], _ matrix: Matrix<Double>) -> [Section] {
    guard columns.count <= FitReport.matrixColumns else {
      return [
        Section(title, note: note, [.text("\(columns.count) x \(columns.count): --json or --format csv has all")])
      ]
    }
    return [Section(title, note: note, [.table(FitReport.matrixTable(columns) { .number(matrix[$0, $1]) })])]
  }
}
