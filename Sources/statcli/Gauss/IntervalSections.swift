// Intervals of `--intervals` on the page, in records and in JSON.
import GaussFit
import JSONText

extension FitReport {
  func sections(of table: IntervalTable) -> [Section] {
    let shown = table.entries.count > 2 * FitReport.tableRows ? 2 * FitReport.tableRows : table.entries.count
    let hasPairs = table.entries.contains { $0.column != nil }
    let rows: [[Table.Cell]] = table.entries.prefix(shown).map { entry in
      [.text(entry.quantity), .text(entry.row)] + (hasPairs ? [.text(entry.column ?? "")] : [])
        + IntervalTable.cells(entry)
    }
    let titles: [Table.Column] =
      [.text("of"), .text("")] + (hasPairs ? [.text("")] : [])
      + [.number("estimate"), .number("std error"), .number("\(percent) from"), .number("to")]
    let rest = table.entries.count - shown
    return [
      Section(
        "intervals", note: table.note,
        [.table(Table(columns: titles, rows: rows))]
          + (rest > 0 ? [.text("and \(rest) more: --json or --format csv has all")] : []))
    ]
  }

  func json(_ table: IntervalTable?) -> JSON {
    guard let table else { return nil }
    var members: [(String, JSON)] = [("kind", .string(table.kind.rawValue)), ("level", .number(request.level))]
    if let bootstrap = table.bootstrap {
      members += [
        ("resampling", .string(bootstrap.resampling.name)), ("replicates", .integer(bootstrap.replicates)),
        ("failed", .integer(bootstrap.failed)), ("seed", .integer(Int(bootstrap.seed))),
      ]
    }
    let entries = table.entries.map { entry -> JSON in
      [
        "quantity": .string(entry.quantity), "row": .string(entry.row), "column": entry.column.map(JSON.string) ?? nil,
        "estimate": .finite(entry.estimate), "standardError": entry.error.map(JSON.finite) ?? nil,
        "lower": entry.interval.map { .finite($0.lower) } ?? nil,
        "upper": entry.interval.map { .finite($0.upper) } ?? nil,
      ]
    }
    return .object(members + [("entries", .array(entries))])
  }

  func records(_ table: IntervalTable?) -> [[Table.Cell]] {
    guard let table else { return [] }
    return table.entries.map { entry in
      [
        .blank, .text("\(entry.quantity).\(table.kind.rawValue)"), .text(entry.row),
        entry.column.map(Table.Cell.text) ?? .blank,
      ] + IntervalTable.cells(entry)
    }
  }
}

extension IntervalTable {
  var note: String {
    switch kind {
    case .wald: return "Wald: standard errors times the normal quantile"
    case .profile: return "profile likelihood: what the likelihood ratio does not reject"
    case .bootstrap:
      guard let bootstrap else { return "" }
      let from = bootstrap.resampling.name == "rows" ? "rows drawn again" : "moments drawn from the fitted Gaussian"
      return "percentiles of \(bootstrap.replicates) replicates, seed \(bootstrap.seed): \(from)"
        + (bootstrap.failed > 0 ? "; \(bootstrap.failed) have no fit" : "")
    }
  }

  fileprivate static func cells(_ entry: Entry) -> [Table.Cell] {
    [
      .number(entry.estimate), entry.error.map { $0.isFinite ? .number($0) : .blank } ?? .blank,
      entry.interval.map { .number($0.lower) } ?? .blank, entry.interval.map { .number($0.upper) } ?? .blank,
    ]
  }
}
