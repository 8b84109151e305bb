// The page, the records and the JSON of `--compare`.
import GaussFit
import JSONText

extension FitReport {
  func verdict(_ comparison: Comparison) -> String {
    let count = Numbers.counted(comparison.members.count, "structure")
    let place =
      "\(count) compared on \(rowsPhrase) of \(Numbers.counted(fittedColumns.count, "column"))\(droppedPhrase)"
    guard let bic = comparison.lowestBIC, let aic = comparison.lowestAIC else {
      return "\(place): none could be fitted"
    }
    let best = comparison.members[bic]
    return place + ": \(best.name) has the lowest BIC, \(Numbers.human(best.criteria!.bic))"
      + (aic == bic
        ? ", and the lowest AIC"
        : "; \(comparison.members[aic].name) the lowest AIC, \(Numbers.human(comparison.members[aic].criteria!.aic))")
  }

  func sections(of comparison: Comparison) -> [Section] {
    let rows = comparison.members.enumerated().map { place, member -> [Table.Cell] in
      guard let criteria = member.criteria else {
        return [.text(member.name)] + Array(repeating: .blank, count: 8) + [.text("not fitted, see below")]
      }
      let remarks = [
        place == comparison.lowestBIC ? "lowest BIC" : nil, place == comparison.lowestAIC ? "lowest AIC" : nil,
        member.converged ? nil : "not converged",
      ]
      return [
        .text(member.name), .number(criteria.logLikelihood), .count(criteria.parameters), .number(criteria.aic),
        .number(criteria.bic), .text(member.test?.against ?? ""),
      ] + FitReport.cells(member.test?.result) + [.text(remarks.compactMap(\.self).joined(separator: ", "))]
    }
    let table = Table(
      columns: [
        .text("--covariance"), .number("log-likelihood"), .number("parameters"), .number("AIC"), .number("BIC"),
        .text("against"), .number("LRT"), .number("df"), .number("p"), .text(""),
      ], rows: rows)
    let failures = comparison.members.compactMap { member in member.failure.map { (member.name, $0) } }
    return [
      Section(
        "structures",
        [
          .table(table),
          .text(
            "LRT: twice the log-likelihood that the smallest wider structure of the list gains, by chi-square; a small p speaks for the wider one"
          ),
        ])
    ] + (failures.isEmpty ? [] : [Section("not fitted", [.facts(failures)])])
  }

  private static func cells(_ test: TestResult?) -> [Table.Cell] {
    guard let test else { return [.blank, .blank, .blank] }
    return [.number(test.statistic), .number(test.df ?? 0), .number(test.pValue)]
  }

  /// The command of the fit that BIC prefers.
  func next(_ comparison: Comparison) -> String? {
    guard let best = comparison.lowestBIC else { return nil }
    let plain = command.replacing(/\s--compare[=\s]('[^']*'|[^\s]+)/, with: "")
    return "\(plain) --covariance \(shellQuoted(comparison.members[best].name))"
  }

  // MARK: Records, JSON

  static func records(_ comparison: Comparison) -> Table {
    Table(
      columns: [
        .text("structure"), .number("logLikelihood"), .number("parameters"), .number("aic"), .number("aicc"),
        .number("bic"), .text("against"), .number("statistic"), .number("df"), .number("pValue"),
      ],
      rows: comparison.members.map { member in
        guard let criteria = member.criteria else { return [.text(member.name)] + Array(repeating: .blank, count: 9) }
        return [
          .text(member.name), .number(criteria.logLikelihood), .count(criteria.parameters), .number(criteria.aic),
          criteria.aicc.map(Table.Cell.number) ?? .blank, .number(criteria.bic),
          member.test.map { .text($0.against) } ?? .blank,
        ] + cells(member.test?.result)
      })
  }

  func json(_ comparison: Comparison) -> JSON {
    [
      "schema": "statcli.gauss.compare/1", "command": .string(command), "version": .string(Version.number),
      "data": dataJSON, "structures": .array(comparison.members.map(FitReport.json)),
      "lowestBIC": comparison.lowestBIC.map { .string(comparison.members[$0].name) } ?? nil,
      "lowestAIC": comparison.lowestAIC.map { .string(comparison.members[$0].name) } ?? nil,
      "warnings": warningsJSON,
    ]
  }

  private static func json(_ member: Comparison.Member) -> JSON {
    guard let criteria = member.criteria else {
      return ["structure": .string(member.name), "failure": member.failure.map(JSON.string) ?? nil]
    }
    return [
      "structure": .string(member.name), "logLikelihood": .number(criteria.logLikelihood),
      "parameters": .integer(criteria.parameters), "aic": .number(criteria.aic),
      "aicc": criteria.aicc.map(JSON.number) ?? nil, "bic": .number(criteria.bic), "converged": .bool(member.converged),
      "likelihoodRatio": member.test.map { test in
        [
          "against": .string(test.against), "statistic": .number(test.result.statistic),
          "df": test.result.df.map(JSON.number) ?? nil, "pValue": .finite(test.result.pValue),
        ]
      } ?? nil,
    ]
  }
}
