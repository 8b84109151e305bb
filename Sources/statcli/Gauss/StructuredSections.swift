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
          ("information", FitReport.information(fit)),
        ])
      ])
    var result = means(
      columns, fit.gaussian.mean, fit.meanStandardError, fit.covariance, fit.moments.sampleSize,
      law: fit.meanSource == .known ? "the mean is known" : "Wald, by the normal law"
    ) { fit.meanInterval($0, level: request.level) }
    if !isNamed { result += [parameters(fit)] }
    result += covariance(fit)
    return result + [search, fitSection(fit)]
  }

  private static func information(_ fit: StructuredFit) -> String {
    switch fit.isIdentified {
    case true: "positive definite: an isolated maximum"
    case false: "singular: not all parameters are determined"
    case nil: "not asked for: \(fit.covarianceParameters) parameters"
    }
  }

  private func parameters(_ fit: StructuredFit) -> Section {
    var rows: [[Table.Cell]] = []
    for parameter in fit.parameters {
      for (i, j) in parameter.entries {
        let interval = fit.interval(of: parameter, i, j, level: request.level)
        rows.append([
          .text(parameter.name + FitReport.place(of: parameter, i, j)), .number(parameter.value[i, j]),
          .number(parameter.standardError[i, j]), interval.map { .number($0.lower) } ?? .blank,
          interval.map { .number($0.upper) } ?? .blank,
        ])
      }
    }
    let shown = rows.count > FitReport.tableRows + 5 ? FitReport.tableRows : rows.count
    let table = Table(
      columns: [
        .text("parameter"), .number("estimate"), .number("std error"), .number("\(percent) from"), .number("to"),
      ], rows: Array(rows.prefix(shown)))
    return Section(
      "parameters", note: "standard errors from the observed information; intervals: Wald",
      [.table(table)] + (shown < rows.count ? [more(rows.count - shown, "parameter")] : []))
  }

  /// `(2, 1)` behind a matrix, `(2)` behind a column, nothing behind a number.
  static func place(of parameter: StructuredFit.Parameter, _ i: Int, _ j: Int) -> String {
    if parameter.value.count == 1 { return "" }
    return parameter.value.columns == 1 ? "(\(i + 1))" : "(\(i + 1), \(j + 1))"
  }

  private func covariance(_ fit: StructuredFit) -> [Section] {
    let columns = fit.moments.columns
    if fit.isIdentified == nil { return matrix("covariance", note: "divisor n", columns, fit.covariance) }
    return matrix("covariance", note: "divisor n", columns, fit.covariance)
      + matrix(
        "standard errors of the covariance",
        note: fit.formula.isClosed ? "of each block" : "observed information, delta method", columns,
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
            "\(fit.parameterCount): \(fit.parameterCount - fit.covarianceParameters) of the mean, \(fit.covarianceParameters) of the covariance"
          ),
        ])
      ])
  }

  // MARK: Tables of searched fits

  func means(
    _ columns: [String], _ mean: [Double], _ errors: [Double], _ covariance: Matrix<Double>, _ n: Double,
    method: String = "maximum likelihood", law: String, interval: (Int) -> Interval?
  ) -> [Section] {
    let sd = covariance.diagonal.map { $0.squareRoot() }
    let shown = columns.count > FitReport.tableRows + 5 ? FitReport.tableRows : columns.count
    let rows: [[Table.Cell]] = (0..<shown).map { j in
      let ends = interval(j)
      return [
        .text(columns[j]), .number(mean[j]), .number(errors[j]), ends.map { .number($0.lower) } ?? .blank,
        ends.map { .number($0.upper) } ?? .blank, .number(sd[j]),
      ]
    }
    // A known mean has no error.
    let isKnown = !errors.contains { $0 > 0 }
    let titles: [Table.Column] = [
      .text("column"), .number("mean"), .number("std error"), .number("\(percent) from"), .number("to"), .number("sd"),
    ]
    let table = Table(
      columns: isKnown ? [titles[0], titles[1], titles[5]] : titles,
      rows: isKnown ? rows.map { [$0[0], $0[1], $0[5]] } : rows)
    return [
      Section(
        "estimates", note: "\(method), n = \(Numbers.human(n, digits: 15))",
        [.table(table)] + (shown < columns.count ? [more(columns.count - shown, "column")] : [])
          + [.text(isKnown ? law : "intervals: \(law)")])
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
