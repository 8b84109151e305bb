// The page of a fit: verdict first, then data, estimates, fit, warnings, next command. Sections of a single fit stand in
// FitSections.swift, of groups in GroupSections.swift.
import GaussFit

struct FitReport {
  let data: GaussData
  let request: FitRequest
  let outcome: Outcome
  /// Further intervals, if they were asked for.
  var furtherIntervals: IntervalTable?
  /// The command as it was typed.
  let command: String

  /// Columns of which whole matrices are shown; of more the largest correlations.
  static let matrixColumns = 8
  /// Rows of a table about columns or groups.
  static let tableRows = 30

  var report: Report {
    var report = Report(
      verdict: verdict, sections: sections + (furtherIntervals.map { sections(of: $0) } ?? []), warnings: warnings,
      next: next, records: { records }, json: { json })
    report.isNegative = outcome.isSingular || !outcome.isConverged
    return report
  }

  // MARK: Verdict

  var rowsPhrase: String {
    if data.rowsDropped == 0 { return Numbers.counted(data.rowsUsed, "row") }
    return "\(data.rowsUsed) of \(Numbers.counted(data.rowsRead, "row"))"
  }

  /// `(42 rows with missing cells left out)`.
  var droppedPhrase: String {
    guard data.rowsDropped > 0 else { return "" }
    let reasons = data.dropped.map { "\(Numbers.counted($0.rows, "row")) \($0.reason)" }.joined(separator: ", ")
    return " (\(reasons) left out)"
  }

  private var verdict: String {
    switch outcome {
    case .single(let fit):
      let columns = Numbers.counted(fit.dimension, "column")
      return "\(FitReport.name(fit.structure)) fitted to \(rowsPhrase) of \(columns)\(droppedPhrase): log-likelihood "
        + "\(Numbers.human(fit.logLikelihood)), BIC \(Numbers.human(fit.bic))" + FitReport.conditionPhrase(fit)
    case .grouped(let grouped):
      let kind = grouped.pooling == .tied ? "one covariance" : "separate covariances"
      return
        "\(Numbers.counted(grouped.fits.count, "Gaussian")) with \(kind) fitted to the groups of \"\(data.groupedBy ?? "")\", "
        + "\(rowsPhrase) of \(Numbers.counted(fittedColumns.count, "column"))\(droppedPhrase): log-likelihood "
        + "\(Numbers.human(grouped.logLikelihood)), BIC \(Numbers.human(grouped.bic))"
    case .searched(let fit): return verdict(fit)
    case .structured(let fit): return verdict(fit)
    case .structuredGroups(let grouped): return verdict(grouped)
    case .knownCovariance(let fit): return verdict(fit)
    case .shrunk(let fit): return verdict(fit)
    case .compared(let comparison): return verdict(comparison)
    case .incomplete(let fits): return verdict(fits)
    case .singular(let singularity) where singularity.isOneRow: return "No fit: \(singularity.sentence)\(droppedPhrase)"
    case .singular(let singularity):
      return "No fit to \(rowsPhrase)\(droppedPhrase): \(singularity.sentence)"
    case .singularGroups(let groups, _): return "No fit: \(singularGroups(groups))"
    }
  }

  static func name(_ structure: Structure) -> String {
    switch structure {
    case .full: "Gaussian"
    case .diagonal: "Gaussian of uncorrelated columns"
    case .spherical: "Gaussian of uncorrelated columns with one variance"
    case .compoundSymmetry: "Gaussian with one variance and one correlation"
    }
  }

  /// In words, where correlations were estimated.
  static func conditionPhrase(_ fit: Fit) -> String {
    guard fit.structure == .full, fit.dimension > 1 else { return "" }
    let scaled = fit.condition.scaled
    if scaled >= collinear { return "; columns nearly collinear" }
    return scaled >= 100 ? "; columns moderately collinear" : "; well conditioned"
  }

  // MARK: Sections

  private var sections: [Section] {
    switch outcome {
    case .single(let fit): [dataSection] + sections(of: fit)
    case .grouped(let grouped): [dataSection] + sections(of: grouped)
    case .searched(let fit): [dataSection] + sections(of: fit)
    case .structured(let fit): [dataSection] + sections(of: fit)
    case .structuredGroups(let grouped): [dataSection] + sections(of: grouped)
    case .knownCovariance(let fit): [dataSection] + sections(of: fit)
    case .shrunk(let fit): [dataSection] + sections(of: fit)
    case .compared(let comparison): [dataSection] + sections(of: comparison)
    case .incomplete(let fits): [dataSection] + sections(of: fits)
    case .singular(let singularity): [dataSection] + sections(of: singularity)
    case .singularGroups(let groups, _): [dataSection] + sections(of: groups)
    }
  }

  private var dataSection: Section {
    var facts: [(String, String)] = []
    facts.append((data.files.count == 1 ? "file" : "files", fileNames))
    var rows = "\(data.rowsRead) read, \(data.rowsUsed) used"
    for (reason, count) in data.dropped { rows += ", \(count) left out \(reason)" }
    facts.append(("rows", rows))
    if let weights = data.weightedBy {
      let kind = data.groups[0].moments.weighting.rawValue
      facts.append(("weights", "\"\(weights)\", \(kind), \(Numbers.human(data.weight)) in all"))
    }
    if let by = data.groupedBy { facts.append(("groups", "\(data.groups.count), by \"\(by)\"")) }
    facts.append(("columns", "\(fittedColumns.count) used: \(FitReport.brief(fittedColumns.map { data.columns[$0] }))"))
    let gaps = data.missing.indices.filter { data.missing[$0] > 0 }
    if !gaps.isEmpty {
      let shown = gaps.prefix(12).map { "\(data.columns[$0]) \(data.missing[$0])" }.joined(separator: ", ")
      facts.append(("missing", "cells: " + shown + (gaps.count > 12 ? " and in \(gaps.count - 12) more columns" : "")))
    }
    if !ignored.isEmpty {
      let shown = ignored.prefix(8).map { "\($0.name) (\($0.reason))" }.joined(separator: ", ")
      facts.append(("ignored", shown + (ignored.count > 8 ? " and \(ignored.count - 8) more" : "")))
    }
    return Section("data", [.facts(facts)])
  }

  /// The columns of which there is a fit: not those that `--drop-constant` left out everywhere.
  var fittedColumns: [Int] {
    var dropped: Set<String> = []
    switch outcome {
    case .single(let fit): dropped = Set(fit.droppedColumns)
    case .grouped(let grouped):
      dropped = Set(grouped.fits.first?.droppedColumns ?? [])
      for fit in grouped.fits.dropFirst() { dropped.formIntersection(fit.droppedColumns) }
    case .searched(let fit): dropped = Set(data.columns).subtracting(fit.moments.columns)
    case .structured(let fit): dropped = Set(data.columns).subtracting(fit.moments.columns)
    case .structuredGroups(let grouped): dropped = Set(data.columns).subtracting(grouped.fits[0].moments.columns)
    case .shrunk(let fit): dropped = Set(data.columns).subtracting(fit.moments.columns)
    case .compared(let comparison): dropped = Set(data.columns).subtracting(comparison.columns)
    case .singular, .singularGroups, .knownCovariance, .incomplete: break
    }
    return data.columns.indices.filter { !dropped.contains(data.columns[$0]) }
  }

  /// What was left out, `--drop-constant` included.
  var ignored: [(name: String, reason: String)] {
    let fitted = Set(fittedColumns)
    return data.ignored + data.columns.indices.filter { !fitted.contains($0) }.map { (data.columns[$0], "constant") }
  }

  private var fileNames: String {
    let names = data.files.prefix(5).map { $0 == "-" ? "standard input" : $0 }.joined(separator: ", ")
    return names + (data.files.count > 5 ? " and \(data.files.count - 5) more" : "")
  }

  /// All of few names; of many the first and the last.
  static func brief(_ names: [String]) -> String {
    if names.count <= 12 { return names.joined(separator: ", ") }
    return names.prefix(3).joined(separator: ", ") + ", ..., " + names[names.count - 1]
  }

  // MARK: Next

  private var next: String? {
    switch outcome {
    case .singular(let singularity):
      return waysOut(of: singularity).first.map { "\(command) \($0.flags)" }
        ?? "statcli sniff \(data.files.map(shellQuoted).joined(separator: " "))"
    case .singularGroups(let groups, _):
      return waysOut(of: groups).first.map { "\(command) \($0.flags)" }
    case .single:
      if let label = data.groupable ?? data.likelyLabels.first?.name, data.hasRows, !request.isOfAllRows {
        return "\(command) --by \(shellQuoted(label))"
      }
      return "\(command) --save \(shellQuoted(modelName))"
    case .compared(let comparison): return next(comparison)
    case .searched, .structured, .structuredGroups, .knownCovariance, .shrunk: return nil
    case .incomplete: return "\(command) --save \(shellQuoted(modelName))"
    case .grouped(let grouped):
      let tiedIsBetter = alternatives(to: grouped).contains { $0.criteria.bic < grouped.bic }
      return grouped.pooling == .separate && tiedIsBetter
        ? "\(command) --covariance tied" : "\(command) --save \(shellQuoted(modelName))"
    }
  }

  /// `iris.fit` for `data/iris.csv.gz`.
  private var modelName: String {
    let file = data.files[0].split(separator: "/").last.map(String.init) ?? "model"
    let base = file.split(separator: ".").first.map(String.init) ?? "model"
    return (base == "-" ? "model" : base) + ".fit"
  }
}
