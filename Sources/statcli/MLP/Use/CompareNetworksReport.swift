// The page, the records and the JSON of `statcli mlp compare`.
import JSONText
import MLP

struct CompareNetworksReport {
  let files: [NetworkFile]
  let path: String
  let target: String
  let figures: CompareNetworksFigures
  let level: Double
  /// The command as it was typed.
  let command: String

  var report: Report {
    Report(
      verdict: verdict, sections: sections, warnings: warnings, records: { records }, json: { json })
  }

  private var percent: String { "\(Numbers.human(100 * level)) %" }
  private var names: [String] { files.map { NetworkFile.name($0.path) } }
  private var pValue: Double? { figures.isOfClasses ? figures.classes.midPValue : figures.errors.test?.pValue }

  private var verdict: String {
    let rows = Numbers.counted(figures.rows, "row")
    let difference = figures.isOfClasses ? figures.classes.difference : -figures.errors.difference
    guard difference != 0, let pValue else { return "\(names[0]) and \(names[1]) are equally good on \(rows)" }
    let (better, worse) = difference > 0 ? (names[0], names[1]) : (names[1], names[0])
    let p = "p = \(Numbers.human(pValue, digits: 3))"
    return pValue < 1 - level
      ? "\(better) is better than \(worse) on \(rows) (\(p))"
      : "On \(rows) \(better) is better than \(worse), which may well be chance (\(p))"
  }

  private var warnings: [Warning] {
    var warnings = zip(files, figures.gaps).flatMap { $1.warnings($0.model) }
    if figures.withoutTruth > 0 {
      warnings.append(
        Warning(
          code: "W413",
          text: "\(Numbers.counted(figures.withoutTruth, "row")) not judged: without a value of \"\(target)\""))
    }
    return warnings.enumerated().filter { i, warning in !warnings[..<i].contains(warning) }.map(\.element)
  }

  private var sections: [Section] {
    let rows = "\(figures.rows + figures.withoutTruth) read, \(figures.rows) judged"
    var sections = [
      Section(
        "data", [.facts([("file", NetworkFile.name(path)), ("rows", rows), ("truth", "\"\(target)\"")])])
    ]
    for (title, file) in zip(["first", "second"], files) { sections.append(Section(title, [.facts(file.facts)])) }
    if figures.isOfClasses {
      let f = figures.classes
      let (low, high) = f.interval(level: level)
      sections.append(
        Section(
          "accuracy",
          [
            .facts([
              ("first", Numbers.human(f.accuracies.first)), ("second", Numbers.human(f.accuracies.second)),
              (
                "difference",
                "\(Numbers.human(f.difference)), \(percent) interval \(Numbers.human(low)) to \(Numbers.human(high)) (Newcombe)"
              ),
            ])
          ]))
      sections.append(
        Section(
          "rows",
          [
            .table(
              Table(
                columns: [.text(""), .number("second right"), .number("second wrong")],
                rows: [
                  [.text("first right"), .count(f.both), .count(f.first)],
                  [.text("first wrong"), .count(f.second), .count(f.neither)],
                ]))
          ]))
      var facts = [
        ("exact", "p = \(Numbers.human(f.exactPValue))"), ("mid-p", "p = \(Numbers.human(f.midPValue))"),
      ]
      if let chi = f.chiSquare {
        facts.append(
          ("chi-square", "\(Numbers.human(chi.statistic)) with correction, 1 df, p = \(Numbers.human(chi.pValue))"))
      }
      sections.append(Section("McNemar", note: "\(f.discordant) discordant rows", [.facts(facts)]))
    } else {
      let f = figures.errors
      var facts = [
        ("first", "root mean squared error \(Numbers.human(f.rmse.first))"),
        ("second", "root mean squared error \(Numbers.human(f.rmse.second))"),
        ("difference", "of mean squared errors \(Numbers.human(f.difference))"),
      ]
      if let (low, high) = f.interval(level: level) {
        facts[2].1 += ", \(percent) interval \(Numbers.human(low)) to \(Numbers.human(high))"
      }
      if let t = f.test {
        facts.append(("paired t", "\(Numbers.human(t.statistic)), \(t.degrees) df, p = \(Numbers.human(t.pValue))"))
      }
      sections.append(Section("errors", [.facts(facts)]))
    }
    return sections
  }

  /// Figures by name, as records and document have them.
  private var values: [(String, Double?)] {
    if figures.isOfClasses {
      let f = figures.classes
      let (low, high) = f.interval(level: level)
      return [
        ("accuracyFirst", f.accuracies.first), ("accuracySecond", f.accuracies.second), ("difference", f.difference),
        ("differenceLow", low), ("differenceHigh", high), ("pExact", f.exactPValue), ("pMid", f.midPValue),
        ("chiSquare", f.chiSquare?.statistic), ("pChiSquare", f.chiSquare?.pValue),
      ]
    }
    let f = figures.errors
    let interval = f.interval(level: level)
    return [
      ("rmseFirst", f.rmse.first), ("rmseSecond", f.rmse.second), ("difference", f.difference),
      ("differenceLow", interval?.low), ("differenceHigh", interval?.high), ("t", f.test?.statistic),
      ("pT", f.test?.pValue),
    ]
  }

  private var records: Table {
    Table(
      columns: [.text("figure"), .number("value")],
      rows: values.map { [.text($0), $1.map { .number($0) } ?? .blank] })
  }

  private var json: JSON {
    var members: [(String, JSON)] = [
      ("schema", "statcli.mlp.compare/1"), ("command", .string(command)), ("version", .string(Version.number)),
      ("models", .array(files.map(\.json))),
      (
        "data",
        [
          "file": .string(path), "target": .string(target), "rows": .integer(figures.rows),
          "rowsWithoutTarget": .integer(figures.withoutTruth),
        ]
      ), ("level", .number(level)),
    ]
    if figures.isOfClasses {
      let f = figures.classes
      members.append(
        (
          "counts",
          [
            "both": .integer(f.both), "firstAlone": .integer(f.first), "secondAlone": .integer(f.second),
            "neither": .integer(f.neither),
          ]
        ))
    } else if let t = figures.errors.test {
      members.append(("degrees", .integer(t.degrees)))
    }
    members += values.map { ($0, $1.map(JSON.finite) ?? nil) }
    members.append(("warnings", JSON(warnings)))
    return .object(members)
  }
}
