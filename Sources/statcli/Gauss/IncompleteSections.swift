// The page of a fit of data with missing cells: which cells are missing together, what the others say, and how sure the maximum is.
import GaussFit
import MatDeriv

extension FitReport {
  func verdict(_ fits: [Outcome.Incomplete]) -> String {
    let columns = Numbers.counted(data.columns.count, "column")
    let missing = fits.reduce(0) { $0 + $1.fit.missingCells }
    let cells = fits.reduce(0) { $0 + Double($1.fit.sample.rows * $1.fit.sample.dimension) }
    let value = fits.reduce(0) { $0 + $1.fit.logLikelihood }
    let what = fits.count == 1 && fits[0].name == nil ? "Gaussian" : Numbers.counted(fits.count, "Gaussian")
    let groups = data.groupedBy.map { " by \"\($0)\"" } ?? ""
    let criteria = FitReport.criteria(of: fits)
    return "\(what) fitted\(groups) to \(rowsPhrase) of \(columns), \(Numbers.human(missing, digits: 15)) of "
      + "\(Numbers.human(cells, digits: 15)) cells missing\(droppedPhrase): log-likelihood of the observed cells "
      + "\(Numbers.human(value)), BIC \(Numbers.human(criteria.bic))"
      + (fits.allSatisfy(\.fit.converged) ? "" : "; not converged")
  }

  /// Of all groups together.
  static func criteria(of fits: [Outcome.Incomplete]) -> Criteria {
    Criteria(
      logLikelihood: fits.reduce(0) { $0 + $1.fit.logLikelihood },
      parameters: fits.reduce(0) { $0 + $1.fit.parameters },
      sampleSize: fits.reduce(0) { $0 + $1.fit.sample.sampleSize })
  }

  func sections(of fits: [Outcome.Incomplete]) -> [Section] {
    fits.flatMap { name, fit in
      let group = name.map { "group \"\($0)\": " } ?? ""
      var sections = [patterns(fit.sample), estimates(fit)]
      let d = fit.sample.dimension
      if d > 1, d <= FitReport.matrixColumns {
        sections.append(covariance(fit))
        sections.append(correlation(fit))
      } else if d > 1 {
        sections += matrix("covariance", note: "maximum likelihood", fit.sample.columns, fit.covariance)
      }
      sections.append(maximum(fit))
      if !group.isEmpty { for i in sections.indices { sections[i].title = group + sections[i].title } }
      return sections
    }
  }

  // MARK: Patterns

  /// The most frequent patterns, a mark for each column.
  private func patterns(_ sample: IncompleteSample) -> Section {
    let d = sample.dimension
    let shown = 12
    let order = sample.patterns.indices.sorted { (sample.patterns[$1].rows, $0) < (sample.patterns[$0].rows, $1) }
    let rows: [[Table.Cell]] = order.prefix(shown).map { number in
      let pattern = sample.patterns[number]
      let share = 100 * Double(pattern.rows) / Double(sample.rows)
      let observed = Set(pattern.observed)
      let picture = (0..<min(d, 64)).map { observed.contains($0) ? "#" : "." }.joined()
      let missing = pattern.missing.map { sample.columns[$0] }
      return [
        .text(picture + (d > 64 ? "..." : "")), .count(pattern.rows), .number(share),
        .text(missing.isEmpty ? "nothing" : FitReport.brief(missing)),
      ]
    }
    let table = Table(
      columns: [.text("pattern"), .number("rows"), .number("% of rows"), .text("missing")], rows: rows)
    let more = order.count - min(order.count, shown)
    var blocks: [Block] = [.table(table)]
    if more > 0 { blocks.append(.text("and \(Numbers.counted(more, "more pattern")): --json has all")) }
    let kind = sample.isMonotone ? "monotone" : "not monotone"
    return Section(
      "missing cells",
      note: "\(Numbers.counted(sample.patterns.count, "pattern")), \(kind); # a cell, . a gap, columns in their order",
      blocks)
  }

  // MARK: Estimates

  private func estimates(_ fit: IncompleteFit) -> Section {
    let (columns, mean) = (fit.sample.columns, fit.gaussian.mean)
    let z = StandardNormal().quantile(0.5 + request.level / 2)
    let observed = fit.sample.observedWeights
    let shown = columns.count > FitReport.tableRows + 5 ? FitReport.tableRows : columns.count
    let hasErrors = fit.meanStandardError != nil
    let rows: [[Table.Cell]] = (0..<shown).map { j in
      let uncertainty: [Table.Cell] =
        fit.meanStandardError.map { [.number($0[j]), .number(mean[j] - z * $0[j]), .number(mean[j] + z * $0[j])] } ?? []
      return [.text(columns[j]), .number(mean[j])] + uncertainty
        + [.number(fit.covariance[j, j].squareRoot()), .number(observed[j])]
    }
    let uncertainty: [Table.Column] =
      hasErrors ? [.number("std error"), .number("\(Numbers.human(100 * request.level)) % from"), .number("to")] : []
    let table = Table(
      columns: [.text("column"), .number("mean")] + uncertainty + [.number("sd"), .number("cells")], rows: rows)
    var blocks: [Block] = [.table(table)]
    if shown < columns.count { blocks.append(more(columns.count - shown, "column")) }
    blocks.append(
      .text(
        fit.meanStandardError == nil
          ? request.detail == .estimates
            ? "no standard errors, as asked"
            : "no standard errors: \(Numbers.counted(fit.parameters, "parameter")) make them dear; --standard-errors NAMES has those of some columns"
          : "std error: observed information, mean and covariance together; intervals: normal"))
    if let asked = fit.askedStandardErrors {
      let names = asked.columns.map { columns[$0] }
      let rows: [[Table.Cell]] = asked.columns.indices.map { a in
        [.text(names[a]), .number(asked.mean[a])] + asked.columns.indices.map { .number(asked.covariance[a, $0]) }
      }
      blocks.append(.text("standard errors of the columns asked for: mean, covariances"))
      blocks.append(
        .table(Table(columns: [.text("column"), .number("mean")] + names.map { .number($0) }, rows: rows)))
    }
    return Section(
      "estimates", note: "maximum likelihood of the observed cells, as if missing at random",
      blocks)
  }

  private func covariance(_ fit: IncompleteFit) -> Section {
    Section(
      "covariance", note: "maximum likelihood",
      [.table(FitReport.matrixTable(fit.sample.columns) { .number(fit.covariance[$0, $1]) })])
  }

  private func correlation(_ fit: IncompleteFit) -> Section {
    let (r, p) = (fit.gaussian.correlation, fit.gaussian.partialCorrelation)
    let table = FitReport.matrixTable(fit.sample.columns) { i, j in
      i == j ? .text(".") : .number(i > j ? r[i, j] : p[i, j])
    }
    return Section(
      "correlation", note: "below the diagonal; above it partial correlations, given all other columns", [.table(table)]
    )
  }

  // MARK: The maximum

  private func maximum(_ fit: IncompleteFit) -> Section {
    let n = fit.sample.sampleSize
    var facts = [
      (
        "log-likelihood",
        "\(Numbers.human(fit.logLikelihood)), per row \(Numbers.human(fit.logLikelihood / n))"
      ), ("criteria", FitReport.criteria(fit.criteria) + " (lower is better)"),
      (
        "parameters",
        "\(fit.parameters): \(fit.sample.dimension) of the mean, \(fit.parameters - fit.sample.dimension) of the covariance"
      ),
      (
        "search",
        "\(FitReport.phrase(fit.start)), \(Numbers.counted(fit.steps, "step")) of EM"
          + (fit.iterations > 0 ? ", \(Numbers.counted(fit.iterations, "iteration")) of Newton" : "")
      ),
    ]
    if let score = fit.score {
      // Below that it is rounding, which other processors have otherwise.
      let size = score <= 1e-10 ? "at most 1e-10" : Numbers.human(score, digits: 2)
      facts.append(("score", "\(size) standard errors of one row away from the maximum"))
    }
    if let worst = fit.worstFractionMissing {
      facts.append(
        ("information", "positive definite; at worst \(Numbers.human(100 * worst, digits: 4)) % of it is missing"))
    }
    return Section("fit", [.facts(facts)])
  }

  static func phrase(_ start: IncompleteFit.Start) -> String {
    switch start {
    case .monotone: "closed form of the monotone pattern"
    case .monotonePart: "from the closed form of the largest monotone part"
    case .availableCells: "from the means and variances of the observed cells"
    }
  }
}
