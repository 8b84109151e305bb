// Sections of the page of a single fit, and of one that does not exist.
import GaussFit
import MatDeriv

extension FitReport {
  func sections(of fit: Fit) -> [Section] {
    [estimates(fit)] + covarianceSections(fit) + [fitSection(fit)]
  }

  /// The heading of standard deviations with the other divisor.
  private var unbiasedName: String {
    data.groups[0].moments.weighting == .reliability ? "sd (unbiased)" : "sd (n-1)"
  }

  private var unbiasedDivisor: String {
    data.groups[0].moments.weighting == .reliability ? "sum w - sum w^2 / sum w" : "n - 1"
  }

  var percent: String { "\(Numbers.human(100 * request.level)) %" }

  private func estimates(_ fit: Fit) -> Section {
    let (mean, error, sd) = (fit.mean, fit.meanStandardError, fit.standardDeviation)
    let unbiased = fit.unbiasedCovariance
    var columns: [Table.Column] = [
      .text("column"), .number("mean"), .number("std error"), .number("\(percent) from"), .number("to"), .number("sd"),
      .number(unbiasedName),
    ]
    let shown = fit.dimension > FitReport.tableRows + 5 ? FitReport.tableRows : fit.dimension
    var rows: [[Table.Cell]] = (0..<shown).map { j in
      let interval = fit.meanInterval(j, level: request.level)
      return [
        .text(fit.columns[j]), .number(mean[j]), .number(error[j]), interval.map { .number($0.lower) } ?? .blank,
        interval.map { .number($0.upper) } ?? .blank, .number(sd[j]),
        unbiased.map { .number($0[j, j].squareRoot()) } ?? .blank,
      ]
    }
    if unbiased == nil {
      columns.removeLast()
      for row in rows.indices { rows[row].removeLast() }
    }
    if fit.meanSource == .known {
      // A known mean has no error, and the divisor n is unbiased.
      columns = [columns[0], columns[1], columns[5]]
      rows = rows.map { [$0[0], $0[1], $0[5]] }
    }
    var blocks: [Block] = [.table(Table(columns: columns, rows: rows))]
    if shown < fit.dimension { blocks.append(more(fit.dimension - shown, "column")) }
    blocks.append(
      .text(
        fit.meanSource == .known
          ? "the mean is known; the covariance is taken about it"
          : "std error: sd / sqrt(n); intervals: Student's t, with divisor n - 1"))
    let ridge = fit.ridge.map { " plus ridge \(Numbers.human($0.value, digits: 15))" } ?? ""
    return Section(
      "estimates", note: "maximum likelihood\(ridge), divisor n = \(Numbers.human(fit.sampleSize, digits: 15))", blocks)
  }

  /// What is left out of a long table, and where it is.
  func more(_ count: Int, _ noun: String) -> Block {
    .text("and \(Numbers.counted(count, "more \(noun)")): --json or --format csv has all")
  }

  // MARK: Covariance

  private func covarianceSections(_ fit: Fit) -> [Section] {
    guard fit.dimension > 1 else { return [] }
    switch fit.structure {
    case .diagonal: return []
    case .spherical, .compoundSymmetry: return [commonCovariance(fit)]
    case .full:
      return fit.dimension <= FitReport.matrixColumns
        ? [covarianceMatrix(fit), correlationMatrix(fit)] : [largestCorrelations(fit)]
    }
  }

  /// The few numbers of a structured covariance.
  private func commonCovariance(_ fit: Fit) -> Section {
    let error = fit.covarianceStandardError
    var facts = [
      ("variance", "\(Numbers.human(fit.covariance[0, 0])), standard error \(Numbers.human(error[0, 0]))")
    ]
    if fit.structure == .compoundSymmetry {
      facts.append(
        ("covariance", "\(Numbers.human(fit.covariance[1, 0])), standard error \(Numbers.human(error[1, 0]))"))
      let interval = fit.correlationInterval(1, 0, level: request.level)
      let range = interval.map { ", \(percent) from \(Numbers.human($0.lower)) to \(Numbers.human($0.upper))" } ?? ""
      facts.append(("correlation", Numbers.human(fit.correlation[1, 0]) + range))
    }
    return Section("covariance", note: "the same for all columns; divisor n", [.facts(facts)])
  }

  private func covarianceMatrix(_ fit: Fit) -> Section {
    let unbiased = request.unbiased ? fit.unbiasedCovariance : nil
    let matrix = unbiased ?? fit.covariance
    let ratio = fit.meanSource == .known ? nil : fit.unbiasedCovariance.map { $0[0, 0] / fit.covariance[0, 0] }
    let note =
      unbiased != nil
      ? "divisor \(unbiasedDivisor)"
      : "divisor n"
        + (fit.ridge == nil ? ratio.map { "; times \(Numbers.human($0)) for divisor \(unbiasedDivisor)" } ?? "" : "")
    return Section("covariance", note: note, [.table(FitReport.matrixTable(fit.columns) { .number(matrix[$0, $1]) })])
  }

  private func correlationMatrix(_ fit: Fit) -> Section {
    let (r, p) = (fit.correlation, fit.partialCorrelation)
    let table = FitReport.matrixTable(fit.columns) { i, j in
      i == j ? .text(terminalDash) : .number(i > j ? r[i, j] : p[i, j])
    }
    let note =
      fit.dimension == 2 ? nil : "below the diagonal; above it partial correlations, given all other columns"
    if fit.dimension == 2 {
      let interval = fit.correlationInterval(1, 0, level: request.level)
      let range = interval.map { ", \(percent) from \(Numbers.human($0.lower)) to \(Numbers.human($0.upper))" } ?? ""
      return Section("correlation", [.text(Numbers.human(r[1, 0]) + range)])
    }
    return Section("correlation", note: note, [.table(table)])
  }

  private var terminalDash: String { "." }

  static func matrixTable(_ names: [String], _ cell: (Int, Int) -> Table.Cell) -> Table {
    Table(
      columns: [.text("")] + names.map(Table.Column.number),
      rows: names.indices.map { i in [.text(names[i])] + names.indices.map { cell(i, $0) } })
  }

  /// Of many columns the pairs that are most correlated.
  private func largestCorrelations(_ fit: Fit) -> Section {
    let (r, p) = (fit.correlation, fit.partialCorrelation)
    let shown = 12
    var best: [(i: Int, j: Int, size: Double)] = []
    for j in 0..<fit.dimension {
      for i in (j + 1)..<max(fit.dimension, j + 1) {
        let size = abs(r[i, j])
        guard best.count < shown || size > best[best.count - 1].size else { continue }
        // After all of at least its size, so that ties keep the order of the columns.
        let place = best.firstIndex { $0.size < size } ?? best.count
        best.insert((i, j, size), at: place)
        if best.count > shown { best.removeLast() }
      }
    }
    let rows: [[Table.Cell]] = best.map { i, j, _ in
      let interval = fit.correlationInterval(i, j, level: request.level)
      return [
        .text(fit.columns[j]), .text(fit.columns[i]), .number(r[i, j]), interval.map { .number($0.lower) } ?? .blank,
        interval.map { .number($0.upper) } ?? .blank, .number(p[i, j]),
      ]
    }
    let pairs = fit.dimension * (fit.dimension - 1) / 2
    let table = Table(
      columns: [
        .text("column"), .text("column"), .number("correlation"), .number("\(percent) from"), .number("to"),
        .number("partial"),
      ], rows: rows)
    return Section(
      "largest correlations", note: "partial: given all other columns",
      [.table(table)] + (pairs > shown ? [more(pairs - shown, "pair")] : []))
  }

  // MARK: Fit

  private func fitSection(_ fit: Fit) -> Section {
    let condition = fit.condition
    var facts = [
      (
        "log-likelihood",
        "\(Numbers.human(fit.logLikelihood)), per row \(Numbers.human(fit.logLikelihood / fit.sampleSize))"
      ),
      ("criteria", FitReport.criteria(fit.criteria) + " (lower is better)"),
      (
        "parameters",
        "\(fit.parameters): \(fit.meanParameters) of the mean, \(fit.parameters - fit.meanParameters) of the covariance"
      ),
    ]
    if fit.dimension > 1 {
      facts.append(("log determinant", Numbers.human(fit.logDeterminant)))
      facts.append(
        (
          "condition",
          "\(Numbers.human(condition.raw)); \(Numbers.human(condition.scaled)) with columns scaled; rank \(fit.rank) of \(fit.dimension)"
        ))
    }
    var blocks: [Block] = [.facts(facts)]
    let others = alternatives(to: fit)
    if others.count > 1 { blocks.append(.table(FitReport.comparison(others, chosen: fit.structure.rawValue))) }
    return Section("fit", blocks)
  }

  static func criteria(_ criteria: Criteria) -> String {
    "AIC \(Numbers.human(criteria.aic))" + (criteria.aicc.map { ", AICc \(Numbers.human($0))" } ?? "")
      + ", BIC \(Numbers.human(criteria.bic))"
  }

  /// The other structures on the same moments: they cost nothing beside reading, and show whether fewer parameters do.
  private func alternatives(to fit: Fit) -> [(name: String, criteria: Criteria)] {
    guard fit.dimension > 1, fit.dimension <= 100, fit.ridge == nil else { return [] }
    return Structure.allCases.compactMap { structure in
      let known = fit.meanSource == .known ? fit.mean : nil
      let other = structure == fit.structure ? fit : try? Fit(fit.moments, knownMean: known, structure: structure)
      return other.map { (structure.rawValue, $0.criteria) }
    }
  }

  static func comparison(_ models: [(name: String, criteria: Criteria)], chosen: String) -> Table {
    Table(
      columns: [
        .text("--covariance"), .number("parameters"), .number("log-likelihood"), .number("AIC"), .number("BIC"),
        .text(""),
      ],
      rows: models.map { name, criteria in
        let best = models.allSatisfy { criteria.bic <= $0.criteria.bic }
        let remark = [name == chosen ? "fit" : nil, best ? "lowest BIC" : nil].compactMap(\.self).joined(
          separator: ", ")
        return [
          .text(name), .count(criteria.parameters), .number(criteria.logLikelihood), .number(criteria.aic),
          .number(criteria.bic), .text(remark),
        ]
      })
  }

  // MARK: Singular

  func sections(of singularity: Singularity) -> [Section] {
    var sections = data.groupedBy == nil ? [plainEstimates(data.groups[0].moments)] : []
    var facts = [("rank", "\(singularity.rank) of \(singularity.dimension)")]
    if !singularity.constantColumns.isEmpty && !singularity.isOneRow {
      facts.append(("constant", ColumnChoice.list(singularity.constantColumns, limit: 20)))
    }
    if singularity.isOneRow {
      facts.append(("rows", "1, at least 2 are needed"))
    } else if singularity.hasTooFewRows {
      facts.append(("rows", "\(singularity.rows), at least \(singularity.dimension + singularity.groups) are needed"))
    }
    for (index, relation) in singularity.relations.prefix(8).enumerated() {
      facts.append((index == 0 ? "relations" : "", relation.description))
    }
    if singularity.relations.count > 8 { facts.append(("", "and \(singularity.relations.count - 8) more")) }
    sections.append(Section("why the covariance is singular", [.facts(facts)]))
    return sections
      + FitReport.section(of: waysOut(of: singularity), note: "each suffices alone")
  }

  /// Means and standard deviations exist without a covariance that can be inverted.
  private func plainEstimates(_ moments: Moments) -> Section {
    let mean = moments.mean
    let n = moments.weight
    let divisor = moments.unbiasedDivisor
    let count = moments.columns.count
    let shown = count > FitReport.tableRows + 5 ? FitReport.tableRows : count
    let rows: [[Table.Cell]] = (0..<shown).map { j in
      [
        .text(moments.columns[j]), .number(mean[j]), .number((moments.scatter[j, j] / n).squareRoot()),
        divisor > 0 ? .number((moments.scatter[j, j] / divisor).squareRoot()) : .blank,
      ]
    }
    let table = Table(columns: [.text("column"), .number("mean"), .number("sd"), .number(unbiasedName)], rows: rows)
    return Section(
      "estimates", note: "each column by itself",
      [.table(table)] + (shown < count ? [more(count - shown, "column")] : []))
  }

  func sections(of groups: [GroupSingularity]) -> [Section] {
    let rows: [[Table.Cell]] = groups.prefix(FitReport.tableRows).map { group in
      let sentence = group.singularity.sentence
      let reason =
        group.singularity.isOneRow
        ? sentence : sentence.split(separator: ": ", maxSplits: 1).last.map(String.init)
      return [
        .text(group.group), .count(group.singularity.rows), .count(group.singularity.dimension),
        .count(group.singularity.rank), .text(reason ?? ""),
      ]
    }
    let table = Table(
      columns: [
        .text(data.groupedBy ?? "group"), .number("rows"), .number("columns"), .number("rank"), .text("reason"),
      ], rows: rows)
    let rest = groups.count > FitReport.tableRows ? [more(groups.count - FitReport.tableRows, "group")] : []
    return [Section("singular groups", [.table(table)] + rest)] + FitReport.section(of: waysOut(of: groups), note: nil)
  }

  /// What mends a single covariance; each way suffices alone.
  func waysOut(of singularity: Singularity) -> [(flags: String, effect: String)] {
    // One row has no variances that a flag could save.
    guard !singularity.isOneRow else { return [] }
    // A search takes no ridge, and one for any covariance no other structure.
    let mends = singularity.mends.filter { mend in
      !(request.isSearched && mend.flags.contains("--ridge"))
        && !(request.optimizer != nil && mend.flags.contains("--covariance"))
    }
    // The library names columns as words of a shell; a selection of columns has quotes of its own.
    return mends.map { mend in
      let flags = singularity.relations.map(\.column).reduce(mend.flags) { flags, column in
        let word = ColumnSelection.word(for: column)
        guard word != shellQuoted(column), let place = flags.range(of: "--exclude \(shellQuoted(column))") else {
          return flags
        }
        return flags[..<place.lowerBound] + "--exclude \(word)" + flags[place.upperBound...]
      }
      return (flags, mend.effect)
    }
  }

  /// What mends all groups at once.
  func waysOut(of groups: [GroupSingularity]) -> [(flags: String, effect: String)] {
    var ways: [(flags: String, effect: String)] = []
    let constant =
      groups.contains { !$0.singularity.constantColumns.isEmpty && !$0.singularity.isOneRow } ? "--drop-constant" : nil
    var excluded: [String] = []
    for column in groups.flatMap(\.singularity.relations).map(\.column) where !excluded.contains(column) {
      excluded.append(column)
    }
    let tooFew = groups.contains { $0.singularity.hasTooFewRows || $0.singularity.isOneRow }
    if !tooFew && excluded.count < data.columns.count && excluded.count <= 20 {
      let flags = [constant].compactMap(\.self) + excluded.map { "--exclude \(ColumnSelection.word(for: $0))" }
      let effects =
        [constant.map { _ in "leave out the constant columns of each group" }].compactMap(\.self)
        + (excluded.isEmpty ? [] : ["leave out \(ColumnChoice.list(excluded)) in all groups"])
      if !flags.isEmpty { ways.append((flags.joined(separator: " "), effects.joined(separator: " and "))) }
    }
    let dropping = constant.map { " \($0)" } ?? ""
    ways.append(("--covariance tied\(dropping)", "one covariance for all groups"))
    if !groups.contains(where: \.singularity.isOneRow) {
      ways.append(("--covariance diag\(dropping)", "estimate variances only, no correlations"))
    }
    return ways
  }

  static func section(of ways: [(flags: String, effect: String)], note: String?) -> [Section] {
    guard !ways.isEmpty else { return [] }
    let rows: [[Table.Cell]] = ways.map { [.text($0.flags), .text($0.effect)] }
    return [
      Section("ways out", note: note, [.table(Table(columns: [.verbatim("flags"), .verbatim("effect")], rows: rows))])
    ]
  }
}

extension Singularity {
  /// Nothing varies in one row: all else that could be said follows from it.
  var isOneRow: Bool { rows == 1 }

  var sentence: String { isOneRow ? "1 row: a covariance needs at least 2 rows" : description }
}
