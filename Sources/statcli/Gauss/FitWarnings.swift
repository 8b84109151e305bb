// What a reader of a fit must know before believing it: each remark has a stable code and, where there is one, the way out.
import GaussFit
import MatDeriv

extension GaussData {
  /// What was decided in reading.
  var allWarnings: [Warning] { warnings + rowWarnings + weightWarnings }

  /// Weights that cannot be counts of rows.
  private var weightWarnings: [Warning] {
    guard let weightedBy, groups[0].moments.weighting == .frequency,
      groups.contains(where: { $0.moments.weight.rounded() != $0.moments.weight })
    else { return [] }
    return [
      Warning(
        code: "W010",
        text: "the frequency weights of \"\(weightedBy)\" sum to \(Numbers.human(weight)): they are no whole numbers, "
          + "so no counts of rows; standard errors and criteria take their sum for the sample size",
        mend: "--weight-kind reliability")
    ]
  }

  /// Rows that were left out.
  private var rowWarnings: [Warning] {
    guard rowsDropped > 0 else { return [] }
    let reasons = dropped.map { "\($0.rows) \($0.reason)" }.joined(separator: ", ")
    var text = "\(rowsDropped) of \(Numbers.counted(rowsRead, "row")) left out: \(reasons)"
    var mend: String?
    let isForCells = dropped.contains { $0.reason == GaussData.withMissingCells }
    if isForCells, let most = missing.max(), most > 0, let column = missing.firstIndex(of: most), columns.count > 1 {
      text += "; column \"\(columns[column])\" has \(Numbers.counted(most, "missing cell"))"
      mend = "--exclude \(ColumnSelection.word(for: columns[column]))"
    }
    return [Warning(code: "W002", text: text, mend: mend)]
  }
}

extension Warning {
  /// Flags that mend become the command as it was typed with these flags added.
  func completed(_ command: String) -> Warning {
    var warning = self
    if let mend, mend.hasPrefix("--") { warning.mend = "\(command) \(mend)" }
    return warning
  }
}

extension FitReport {
  /// Condition number of the correlation matrix above which columns count as nearly collinear.
  ///
  /// **Source**: D. A. Belsley, E. Kuh, R. E. Welsch, Regression diagnostics (1980): condition index 30, its square root.
  static let collinear = 900.0

  var warnings: [Warning] {
    let all = (data.allWarnings + fitWarnings).map { warning -> Warning in
      guard request.isOfAllRows, warning.mend?.hasPrefix("--by ") == true else { return warning }
      return Warning(code: warning.code, text: warning.text, mend: nil)
    }
    return all.map { $0.completed(command) }
  }

  /// Constant columns that a search does without.
  private var leftOut: [Warning] {
    let fitted = Set(fittedColumns)
    let names = data.columns.indices.filter { !fitted.contains($0) }.map { data.columns[$0] }
    guard !names.isEmpty else { return [] }
    return [
      Warning(
        code: "W003",
        text: "\(Numbers.counted(names.count, "constant column")) left out, as asked: \(ColumnChoice.list(names))")
    ]
  }

  /// One remark for all groups.
  private func undetermined(_ grouped: GroupedStructuredFit) -> [Warning] {
    let found = zip(grouped.names, grouped.fits).flatMap { name, fit in
      undetermined(fit).map { Warning(code: $0.code, text: "in group \"\(name)\": \($0.text)", mend: nil) }
    }
    guard var first = found.first else { return [] }
    if found.count > 1 { first.text += "; likewise in \(found.count - 1) more of \(grouped.fits.count) groups" }
    return [first]
  }

  /// Parameters that the likelihood hardly depends on where it is largest.
  private func undetermined(_ fit: StructuredFit) -> [Warning] {
    guard fit.isIdentified != nil else { return [] }
    let names = fit.parameters.filter { parameter in
      zip(parameter.value.columnMajor, parameter.standardError.columnMajor).contains { !($1 <= 1e4 * (1 + abs($0))) }
    }.map(\.name)
    guard !names.isEmpty else { return [] }
    let list = FitReport.brief(names)
    let text =
      fit.isIdentified == true
      ? "the likelihood hardly depends on \(list): the maximum lies at the edge of the family, as where a variance goes to zero"
      : "\(list) cannot be determined: other values give the same covariance, or the maximum lies at the edge of the family"
    return [Warning(code: "W012", text: text)]
  }

  private var fitWarnings: [Warning] {
    switch outcome {
    case .single(let fit): dropped(fit, in: "") + ridge(fit) + size(fit, in: "") + collinearity(fit, in: "")
    case .grouped(let grouped): groupWarnings(grouped)
    case .searched: leftOut
    case .structured(let fit): leftOut + undetermined(fit)
    case .structuredGroups(let grouped): leftOut + undetermined(grouped)
    case .knownCovariance: []
    case .incomplete(let fits): gaps(fits)
    case .shrunk(let fit): leftOut + warnings(of: fit)
    case .compared: leftOut
    case .singular(let singularity):
      [Warning(code: "W004", text: singularity.sentence, mend: waysOut(of: singularity).first?.flags)]
    case .singularGroups(let groups, _):
      [Warning(code: "W004", text: singularGroups(groups), mend: waysOut(of: groups).first?.flags)]
    }
  }

  /// What the default supposes of missing cells.
  private func gaps(_ fits: [Outcome.Incomplete]) -> [Warning] {
    let missing = fits.reduce(0) { $0 + $1.fit.missingCells }
    let rows = fits.reduce(0) { $0 + $1.fit.sample.rows }
    let complete = fits.reduce(0) { total, fit in
      total + (fit.fit.sample.patterns.first { $0.missing.isEmpty }?.rows ?? 0)
    }
    return [
      Warning(
        code: "W013",
        text:
          "\(Numbers.counted(Int(missing), "missing cell")); all \(Numbers.counted(rows, "row")) count by the cells that they "
          + "have, as if cells were missing at random; \(Numbers.counted(complete, "row")) are complete",
        mend: "--missing drop")
    ]
  }

  func singularGroups(_ groups: [GroupSingularity]) -> String {
    "covariance is singular in \(groups.count) of \(Numbers.counted(data.groups.count, "group")): "
      + ColumnChoice.list(groups.map(\.group))
  }

  private func groupWarnings(_ grouped: GroupedFit) -> [Warning] {
    guard grouped.pooling == .separate else {
      // What is told about the covariance holds for all groups.
      return grouped.fits.first.map { dropped($0, in: "") + ridge($0) + collinearity($0, in: "") } ?? []
    }
    let named = Array(zip(grouped.names, grouped.fits))
    let each = named.map { name, fit in
      let place = " in group \"\(name)\""
      return dropped(fit, in: place) + size(fit, in: place) + collinearity(fit, in: place)
    }
    // One remark of each kind, with the number of groups that it is true of.
    var merged = grouped.fits.first.map(ridge) ?? []
    for code in ["W003", "W007", "W005"] {
      let found = each.flatMap { $0.filter { $0.code == code } }
      guard var first = found.first else { continue }
      if found.count > 1 {
        first.text += "; likewise in \(found.count - 1) more of \(grouped.fits.count) groups"
        if code != "W003" { first.mend = "--covariance tied" }
      }
      merged.append(first)
    }
    return merged
  }

  private func dropped(_ fit: Fit, in place: String) -> [Warning] {
    guard !fit.droppedColumns.isEmpty else { return [] }
    let count = Numbers.counted(fit.droppedColumns.count, "constant column")
    return [
      Warning(code: "W003", text: "\(count) left out\(place), as asked: \(ColumnChoice.list(fit.droppedColumns))")
    ]
  }

  private func ridge(_ fit: Fit) -> [Warning] {
    guard let ridge = fit.ridge else { return [] }
    let effect =
      ridge.logLikelihoodWithout.map {
        "the log-likelihood is \(Numbers.human(fit.logLikelihood)) instead of \(Numbers.human($0))"
      } ?? "without it the covariance is singular"
    return [
      Warning(code: "W006", text: "ridge \(Numbers.exact(ridge.value)) added to every variance, as asked: \(effect)")
    ]
  }

  private func size(_ fit: Fit, in place: String) -> [Warning] {
    guard fit.structure == .full, fit.dimension > 1, fit.sampleSize < 5 * Double(fit.dimension) else { return [] }
    return [
      Warning(
        code: "W007",
        text: "few rows\(place): \(Numbers.human(fit.sampleSize)) for \(fit.dimension) columns; correlations and the "
          + "inverse of the covariance are uncertain", mend: "--covariance diag")
    ]
  }

  private func collinearity(_ fit: Fit, in place: String) -> [Warning] {
    guard fit.structure == .full, fit.dimension > 1 else { return [] }
    let scaled = fit.condition.scaled
    guard scaled >= FitReport.collinear, let factor = try? Cholesky(fit.correlation) else { return [] }
    // The diagonal of the inverse of the correlation matrix: variance inflation, 1 / (1 - R^2) of a column on all others.
    let inflation = factor.inverse.diagonal
    guard let most = inflation.indices.max(by: { inflation[$0] < inflation[$1] }) else { return [] }
    let explained = 1 - 1 / inflation[most]
    return [
      Warning(
        code: "W005",
        text:
          "columns nearly collinear\(place): condition \(Numbers.human(scaled, digits: 4)) after scaling; \"\(fit.columns[most])\" "
          + "is explained to \(Numbers.human(100 * explained, digits: 5)) % by the others",
        mend: "--exclude \(ColumnSelection.word(for: fit.columns[most]))")
    ]
  }
}
