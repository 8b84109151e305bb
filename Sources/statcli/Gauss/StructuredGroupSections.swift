// The page and the JSON of structured fits by group, and of a known covariance.
import GaussFit
import JSONText
import MatDeriv

extension FitReport {
  func verdict(_ grouped: GroupedStructuredFit) -> String {
    "\(Numbers.counted(grouped.fits.count, "Gaussian")) with covariance \(request.covariance.text) fitted to the groups of "
      + "\"\(data.groupedBy ?? "")\", \(rowsPhrase) of \(Numbers.counted(fittedColumns.count, "column"))\(droppedPhrase): "
      + "log-likelihood \(Numbers.human(grouped.criteria.logLikelihood)), BIC \(Numbers.human(grouped.criteria.bic))"
      + (grouped.converged ? "" : "; not converged")
  }

  func sections(of grouped: GroupedStructuredFit) -> [Section] {
    let shown = min(grouped.fits.count, FitReport.tableRows)
    let rows: [[Table.Cell]] = zip(grouped.names, grouped.fits).prefix(shown).map { name, fit in
      [
        .text(name), .count(fit.moments.rows), .number(fit.logLikelihood), .count(fit.parameterCount),
        .number(fit.criteria.bic), .text(fit.converged ? "" : "not converged"),
      ]
    }
    let table = Table(
      columns: [
        .text(data.groupedBy ?? "group"), .number("rows"), .number("log-likelihood"), .number("parameters"),
        .number("BIC"), .text(""),
      ], rows: rows)
    let rest = grouped.fits.count > shown ? [more(grouped.fits.count - shown, "group")] : []
    var sections = [Section("groups", [.table(table)] + rest)]
    if fittedColumns.count <= FitReport.matrixColumns {
      sections.append(Section("means", [byGroup(grouped) { $0.gaussian.mean }]))
      sections.append(
        Section(
          "standard deviations", note: "divisor n",
          [byGroup(grouped) { $0.covariance.diagonal.map { $0.squareRoot() } }])
      )
      for (name, fit) in zip(grouped.names, grouped.fits).prefix(6) {
        sections += matrix("covariance of \(name)", note: "divisor n", fit.moments.columns, fit.covariance)
      }
      if grouped.fits.count > 6 {
        sections.append(Section("further covariances", [more(grouped.fits.count - 6, "group")]))
      }
    }
    return sections + [
      Section(
        "fit",
        [
          .facts([
            ("log-likelihood", Numbers.human(grouped.criteria.logLikelihood)),
            ("criteria", FitReport.criteria(grouped.criteria) + " (lower is better)"),
            ("parameters", "\(grouped.criteria.parameters)"),
          ])
        ])
    ]
  }

  private func byGroup(_ grouped: GroupedStructuredFit, _ values: (StructuredFit) -> [Double]) -> Block {
    let columns = grouped.fits[0].moments.columns
    let rows: [[Table.Cell]] = zip(grouped.names, grouped.fits).prefix(FitReport.tableRows).map { name, fit in
      [.text(name)] + values(fit).map(Table.Cell.number)
    }
    return .table(Table(columns: [.text(data.groupedBy ?? "group")] + columns.map(Table.Column.number), rows: rows))
  }

  func json(_ grouped: GroupedStructuredFit) -> JSON {
    let criteria = grouped.criteria
    return [
      "structure": .string(request.covariance.text), "sampleSize": .number(criteria.sampleSize),
      "logLikelihood": .number(criteria.logLikelihood), "parameters": .integer(criteria.parameters),
      "aic": .number(criteria.aic), "aicc": criteria.aicc.map(JSON.number) ?? nil, "bic": .number(criteria.bic),
      "converged": .bool(grouped.converged),
    ]
  }

  // MARK: Known covariance

  func verdict(_ fit: KnownCovarianceFit) -> String {
    "Gaussian of a known covariance fitted to \(rowsPhrase) of \(Numbers.counted(fit.moments.columns.count, "column"))"
      + "\(droppedPhrase): log-likelihood \(Numbers.human(fit.logLikelihood)), BIC \(Numbers.human(fit.criteria.bic))"
  }

  func sections(of fit: KnownCovarianceFit) -> [Section] {
    let (columns, n) = (fit.moments.columns, fit.moments.sampleSize)
    let facts = [
      ("log-likelihood", "\(Numbers.human(fit.logLikelihood)), per row \(Numbers.human(fit.logLikelihood / n))"),
      ("criteria", FitReport.criteria(fit.criteria) + " (lower is better)"),
      ("parameters", "\(fit.criteria.parameters) of the mean; the covariance is known"),
    ]
    return means(
      columns, fit.gaussian.mean, fit.meanStandardError, fit.covariance, n, law: "normal, by the known covariance"
    ) { fit.meanInterval($0, level: request.level) }
      + matrix("covariance", note: "as it was given", columns, fit.covariance) + [Section("fit", [.facts(facts)])]
  }

  func json(_ fit: KnownCovarianceFit) -> JSON {
    let criteria = fit.criteria
    return [
      "structure": "known", "method": "closedForm", "columns": JSON(fit.moments.columns),
      "rows": .integer(fit.moments.rows), "sampleSize": .number(fit.moments.sampleSize),
      "mean": JSON(fit.gaussian.mean), "meanStandardError": JSON(fit.meanStandardError),
      "meanInterval": intervals(fit.moments.columns.indices.map { fit.meanInterval($0, level: request.level) }),
      "covariance": JSON(fit.covariance), "logLikelihood": .number(fit.logLikelihood),
      "parameters": .integer(criteria.parameters), "aic": .number(criteria.aic),
      "aicc": criteria.aicc.map(JSON.number) ?? nil, "bic": .number(criteria.bic),
    ]
  }
}
