// Sections of the page of fits by group: the groups side by side, then what they share.
import GaussFit
import MatDeriv

extension FitReport {
  func sections(of grouped: GroupedFit) -> [Section] {
    var sections = [groups(grouped)]
    if data.columns.count <= FitReport.matrixColumns {
      sections.append(Section("means", [byGroup(grouped, \.mean)]))
      if grouped.pooling == .separate {
        sections.append(Section("standard deviations", note: "divisor n", [byGroup(grouped, \.standardDeviation)]))
      }
    }
    if grouped.pooling == .tied { sections += tied(grouped.fits[0]) }
    sections.append(fitSection(grouped))
    return sections
  }

  private func groups(_ grouped: GroupedFit) -> Section {
    let shown = min(grouped.fits.count, FitReport.tableRows)
    let weighted = data.weightedBy != nil
    let separate = grouped.pooling == .separate
    var columns: [Table.Column] = [.text(data.groupedBy ?? "group"), .number("rows")]
    if weighted { columns.append(.number("sample size")) }
    columns.append(.number("log-likelihood"))
    if separate { columns += [.number("log determinant"), .number("condition"), .number("scaled")] }
    let rows: [[Table.Cell]] = (0..<shown).map { index in
      let fit = grouped.fits[index]
      var row: [Table.Cell] = [.text(grouped.names[index]), .count(fit.moments.rows)]
      if weighted { row.append(.number(fit.sampleSize)) }
      row.append(.number(fit.logLikelihood))
      if separate {
        let condition = fit.condition
        row += [.number(fit.logDeterminant), .number(condition.raw), .number(condition.scaled)]
      }
      return row
    }
    let rest = grouped.fits.count > shown ? [more(grouped.fits.count - shown, "group")] : []
    return Section("groups", [.table(Table(columns: columns, rows: rows))] + rest)
  }

  /// One row for each group, one column for each column; blank where the group left it out as constant.
  private func byGroup(_ grouped: GroupedFit, _ values: (Fit) -> [Double]) -> Block {
    let columns = fittedColumns.map { data.columns[$0] }
    let rows: [[Table.Cell]] = zip(grouped.names, grouped.fits).prefix(FitReport.tableRows).map { name, fit in
      let row = values(fit)
      return [.text(name)]
        + columns.map { column in fit.columns.firstIndex(of: column).map { .number(row[$0]) } ?? .blank }
    }
    return .table(
      Table(columns: [.text(data.groupedBy ?? "group")] + columns.map(Table.Column.number), rows: rows))
  }

  /// The covariance that all groups share.
  private func tied(_ fit: Fit) -> [Section] {
    guard fit.dimension <= FitReport.matrixColumns else { return [] }
    let matrix = request.unbiased ? fit.unbiasedCovariance ?? fit.covariance : fit.covariance
    let correlation = fit.correlation
    let note =
      request.unbiased ? "pooled within groups, divisor n - \(data.groups.count)" : "pooled within groups, divisor n"
    return [
      Section("covariance", note: note, [.table(FitReport.matrixTable(fit.columns) { .number(matrix[$0, $1]) })]),
      Section(
        "correlation", note: "within groups",
        [.table(FitReport.matrixTable(fit.columns) { $0 == $1 ? .number(1) : .number(correlation[$0, $1]) })]),
    ]
  }

  private func fitSection(_ grouped: GroupedFit) -> Section {
    var facts = [
      ("log-likelihood", Numbers.human(grouped.logLikelihood)),
      ("criteria", FitReport.criteria(grouped.criteria) + " (lower is better)"),
      ("parameters", "\(grouped.parameters)"),
    ]
    if grouped.pooling == .tied, data.columns.count > 1 {
      let condition = grouped.fits[0].condition
      facts.append(
        ("condition", "\(Numbers.human(condition.raw)); \(Numbers.human(condition.scaled)) with columns scaled"))
    }
    let models = alternatives(to: grouped)
    let table =
      models.count > 1
      ? [
        Block.table(
          FitReport.comparison(models, chosen: grouped.pooling == .tied ? "tied" : request.structure.rawValue))
      ] : []
    return Section("fit", [.facts(facts)] + table)
  }

  /// Separate and tied covariances on the same moments.
  func alternatives(to grouped: GroupedFit) -> [(name: String, criteria: Criteria)] {
    guard request.ridge == nil, request.structure == .full, data.columns.count <= 100 else { return [] }
    let groups = data.groups.map { (name: $0.label ?? "", moments: $0.moments) }
    return Pooling.allCases.compactMap { pooling in
      let other =
        pooling == grouped.pooling
        ? grouped : try? GroupedFit(groups, pooling: pooling, constantColumns: request.constantColumns)
      return other.map { (pooling == .tied ? "tied" : "full", $0.criteria) }
    }
  }
}
