// The page, the records and the JSON of `statcli gauss test`.
import GaussFit
import JSONText

struct TestReport {
  let data: GaussData
  let outcome: TestOutcome
  /// The command as it was typed.
  let command: String

  /// Outliers of the page.
  private static let shownOutliers = 10
  /// A p-value below this counts as evidence in the verdict.
  private static let level = 0.05

  var report: Report {
    Report(
      verdict: verdict, sections: sections, warnings: data.allWarnings.map { $0.completed(command) }, next: next,
      records: { records }, json: { json })
  }

  // MARK: Page

  private var verdict: String {
    let rows = Numbers.counted(data.rowsUsed, "row")
    let columns = Numbers.counted(data.columns.count, "column")
    let place = data.groupedBy.map { " in \(Numbers.counted(outcome.parts.count, "group")) of \"\($0)\"" } ?? ""
    let results = outcome.parts.flatMap(\.normality).compactMap(\.result)
    guard !results.isEmpty else { return "Tests of \(rows) of \(columns)\(place), without those of normality" }
    let rejected = results.count { $0.pValue < TestReport.level }
    let outliers = outcome.parts.reduce(0) { $0 + $1.outliers.count }
    return
      "Normality of \(rows) of \(columns)\(place) rejected by \(rejected) of \(Numbers.counted(results.count, "test")) "
      + "at the level \(Numbers.human(TestReport.level)); \(Numbers.counted(outliers, "outlier"))"
  }

  private var sections: [Section] {
    var sections = [dataSection]
    sections.append(Section("normality", [.table(table(outcome.parts.map { ($0.label, $0.normality) }))]))
    sections.append(
      Section("covariance and mean", [.table(table(outcome.parts.map { ($0.label, $0.covariance) }))]))
    if outcome.parts.contains(where: { !$0.missing.isEmpty }) {
      sections.append(
        Section("missing cells", [.table(table(outcome.parts.map { ($0.label, $0.missing) }))]))
    }
    if !outcome.comparisons.isEmpty {
      sections.append(Section("groups", [.table(table([(nil, outcome.comparisons)]))]))
    }
    if outcome.parts.contains(where: { !$0.outliers.isEmpty }) { sections.append(outlierSection) }
    return sections
  }

  private var dataSection: Section {
    let names = data.files.map { $0 == "-" ? "standard input" : $0 }
    var facts = [
      (names.count == 1 ? "file" : "files", names.prefix(5).joined(separator: ", ")),
      ("rows", "\(data.rowsRead) read, \(data.rowsUsed) used"),
      ("columns", "\(data.columns.count) used: \(FitReport.brief(data.columns))"),
    ]
    if let by = data.groupedBy { facts.append(("groups", "\(data.groups.count), by \"\(by)\"")) }
    return Section("data", [.facts(facts)])
  }

  private func table(_ parts: [(label: String?, entries: [TestEntry])]) -> Table {
    let grouped = parts.contains { $0.label != nil }
    let hasSecondDegrees = parts.contains { $0.entries.contains { $0.result?.df2 != nil } }
    let rows = parts.flatMap { part in
      part.entries.map { entry -> [Table.Cell] in
        var cells: [Table.Cell] = grouped ? [.text(part.label ?? "")] : []
        cells.append(.text(entry.title))
        switch entry.content {
        case .result(let result):
          cells += [.number(result.statistic), result.df.map(Table.Cell.number) ?? .blank]
          if hasSecondDegrees { cells.append(result.df2.map(Table.Cell.number) ?? .blank) }
          cells += [.number(result.pValue), .text(result.law.phrase)]
        case .missing(let reason):
          cells += Array(repeating: .blank, count: hasSecondDegrees ? 4 : 3) + [.text("not done: \(reason)")]
        }
        return cells
      }
    }
    var columns: [Table.Column] = grouped ? [.text("group")] : []
    columns += [.text("test"), .number("statistic"), .number("df")]
    if hasSecondDegrees { columns.append(.number("df2")) }
    return Table(columns: columns + [.number("p"), .text("law")], rows: rows)
  }

  private var outlierSection: Section {
    let all = outcome.parts.flatMap { part in part.outliers.map { (part.label, $0) } }
    let rows = all.prefix(TestReport.shownOutliers).map { label, outlier -> [Table.Cell] in
      let driving = outlier.contributions.prefix(3).filter { $0.share >= 0.1 }.map {
        "\($0.column) (\(Numbers.human(100 * $0.share, digits: 2)) %, \(Numbers.human($0.deviation, digits: 3)) sd)"
      }
      return (label.map { [.text($0)] } ?? []) + [
        .count(outlier.row + 1), .number(outlier.squaredDistance), .number(outlier.pValue),
        .text(driving.joined(separator: ", ")),
      ]
    }
    let group: [Table.Column] = data.groupedBy == nil ? [] : [.text("group")]
    var blocks: [Block] = [
      .table(
        Table(
          columns: group + [.number("row"), .number("distance^2"), .number("p"), .text("driven by")], rows: Array(rows))
      )
    ]
    if all.count > rows.count { blocks.append(.text("and \(all.count - rows.count) more: --json has all")) }
    let among = data.groupedBy == nil ? "" : " of the group"
    blocks.append(
      .text("row: counted from 1 among the rows used\(among); share of the distance, deviation from the mean"))
    return Section("outliers", note: "beyond what the farthest row passes in 5 % of normal samples", blocks)
  }

  private var next: String? {
    guard data.groupedBy == nil, let label = data.groupable ?? data.likelyLabels.first?.name, data.hasRows else {
      return nil
    }
    return "\(command) --by \(shellQuoted(label))"
  }

  // MARK: Records

  private var records: Table {
    let parts =
      outcome.parts.map { ($0.label, $0.normality + $0.covariance + $0.missing) } + [(nil, outcome.comparisons)]
    let rows = parts.flatMap { label, entries in
      entries.compactMap { entry -> [Table.Cell]? in
        guard let result = entry.result else { return nil }
        return [
          label.map(Table.Cell.text) ?? .blank, .text(entry.name), .number(result.statistic),
          result.df.map(Table.Cell.number) ?? .blank, result.df2.map(Table.Cell.number) ?? .blank,
          .number(result.pValue),
        ]
      }
    }
    return Table(
      columns: [
        .text("group"), .text("test"), .number("statistic"), .number("df"), .number("df2"), .number("pValue"),
      ], rows: rows)
  }
}

// MARK: JSON

extension TestReport {
  private var json: JSON {
    let single = data.groupedBy == nil
    let tests =
      single ? outcome.parts[0].normality + outcome.parts[0].covariance + outcome.parts[0].missing : outcome.comparisons
    let groups = single ? [] : outcome.parts
    return [
      "schema": "statcli.gauss.test/1", "command": .string(command), "version": .string(Version.number),
      "data": [
        "files": JSON(data.files), "rowsRead": .integer(data.rowsRead), "rowsUsed": .integer(data.rowsUsed),
        "columns": JSON(data.columns), "by": data.groupedBy.map(JSON.string) ?? nil,
      ],
      "tests": json(tests), "outliers": single ? json(outcome.parts[0].outliers) : .array([]),
      "groups": .object(
        groups.map {
          ($0.label ?? "", ["tests": json($0.normality + $0.covariance + $0.missing), "outliers": json($0.outliers)])
        }),
      "warnings": .array(
        data.allWarnings.map { $0.completed(command) }.map { warning in
          ["code": .string(warning.code), "text": .string(warning.text), "mend": warning.mend.map(JSON.string) ?? nil]
        }),
    ]
  }

  private func json(_ entries: [TestEntry]) -> JSON {
    .object(
      entries.map { entry in
        switch entry.content {
        case .result(let result):
          let numbers: [(String, JSON)] = [
            ("statistic", .finite(result.statistic)), ("df", result.df.map(JSON.finite) ?? nil),
            ("df2", result.df2.map(JSON.finite) ?? nil), ("pValue", .finite(result.pValue)),
            ("law", .string(result.law.rawValue)),
          ]
          return (entry.name, .object(numbers + entry.details.map { ($0.name, .finite($0.value)) }))
        case .missing(let reason):
          return (entry.name, ["statistic": nil, "df": nil, "df2": nil, "pValue": nil, "reason": .string(reason)])
        }
      })
  }

  private func json(_ outliers: [Outlier]) -> JSON {
    .array(
      outliers.map { outlier in
        [
          "row": .integer(outlier.row + 1), "squaredDistance": .finite(outlier.squaredDistance),
          "pValue": .finite(outlier.pValue),
          "contributions": .array(
            outlier.contributions.map {
              ["column": .string($0.column), "deviation": .finite($0.deviation), "share": .finite($0.share)]
            }),
        ]
      })
  }
}

extension TestEntry {
  var result: TestResult? {
    if case .result(let result) = content { return result }
    return nil
  }
}

extension TestResult.Law {
  fileprivate var phrase: String {
    switch self {
    case .chiSquare: "chi-square"
    case .f: "F"
    case .normal: "normal"
    case .logNormal: "log-normal"
    }
  }
}
