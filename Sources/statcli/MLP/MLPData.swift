// The rows that a network is trained on: read from files, with what a report has to tell about them.
import MLP
import Tabular

struct MLPData {
  let files: [String]
  /// The file of rows that judge, if they have one of their own.
  let validationFile: String?
  let columns: MLPColumns
  let names: [String]
  let table: MLP.Table
  /// Rows of the files that train, where a file of its own judges.
  let trainingRows: Int
  let ignored: [(name: String, reason: String)]
  let warnings: [Warning]

  /// `data.csv`, or `a.csv and 2 more files`.
  var name: String {
    let first = files[0] == "-" ? "standard input" : files[0]
    return files.count == 1 ? first : "\(first) and \(Numbers.counted(files.count - 1, "more file"))"
  }

  var rowsRead: Int { table.tally?.records ?? table.rows }

  /// Opens the files and reads them as one table.
  init(
    _ paths: [String], validation: String?, columns flags: ColumnFlags, target: TargetFlags, reading: ReadingFlags,
    quiet: Bool
  ) throws(Failure) {
    let input = try MLPData.open(paths, validation, reading)
    let schema = input.schema
    let choice = try MLPColumns(schema, file: paths[0], columns: flags, target: target)
    let table = try ProgressLine.during(input, quiet: quiet) { () throws(Failure) in
      try statcli.reading { () throws(TabularError) in
        try MLP.Table.read(input, choice.columns, threads: reading.threadCount)
      }
    }
    files = paths
    validationFile = validation
    columns = choice
    names = schema.names
    trainingRows = table.rowsOfFiles.prefix(paths.count).reduce(0, +)
    let many = try MLPData.crowded(table, choice, names, paths[0])
    self.table = many.isEmpty ? table : table.removing(Set(many))
    let crowded = many.map { table.columns[$0].name }
    ignored = choice.ignored + crowded.map { ($0, "too many different texts") }
    var warnings = schema.notes.map(Warning.init) + choice.warnings
    if !crowded.isEmpty {
      warnings.append(
        Warning(
          code: "W401",
          text:
            "\(crowded.count == 1 ? "column" : "columns") \(ColumnChoice.list(crowded)) left out: more than "
            + "\(MLPColumns.mostCategories) different texts",
          mend: "--exclude \(crowded.map { ColumnSelection.word(for: $0) }.joined(separator: ","))"))
    }
    self.warnings = warnings + MLPData.warnings(table, target: names[choice.columns.target], weights: target.weights)
    try requireClasses(paths[0])
  }

  /// All files as one input.
  static func open(
    _ paths: [String], _ validation: String?, _ reading: ReadingFlags
  ) throws(Failure) -> DelimitedInput {
    try statcli.reading { () throws(TabularError) in
      try DelimitedInput(paths: paths + (validation.map { [$0] } ?? []), options: reading.options)
    }
  }

  /// Categories with too many values, as positions in the table.
  private static func crowded(
    _ table: MLP.Table, _ choice: MLPColumns, _ names: [String], _ file: String
  ) throws(Failure) -> [Int] {
    let many = table.columns.indices.filter { (table.columns[$0].values?.count ?? 0) > MLPColumns.mostCategories }
    let named = Set(choice.named.map { names[$0] })
    if let asked = many.first(where: { named.contains(table.columns[$0].name) }) {
      throw Failure(
        .badData,
        "column \"\(table.columns[asked].name)\" has \(table.columns[asked].values!.count) different texts; at most "
          + "\(MLPColumns.mostCategories) are taken for categories", at: file,
        mend: "--exclude \(ColumnSelection.word(for: table.columns[asked].name))")
    }
    return many
  }

  /// **Throws**: status 65 if the target is a text of which nearly each row has its own.
  private func requireClasses(_ file: String) throws(Failure) {
    guard case .classes(let column, _, let classes) = table.targets, classes.count > 20,
      2 * classes.count > table.rows
    else { return }
    throw Failure(
      .badData,
      "column \"\(column)\" has \(classes.count) different values in \(Numbers.counted(table.rows, "row")): they are no classes",
      at: file, mend: "--target COLUMN", "--task regression (if it is a number)")
  }

  private static func warnings(_ table: MLP.Table, target: String, weights: String?) -> [Warning] {
    var warnings: [Warning] = []
    if table.rowsWithoutTarget > 0 {
      warnings.append(
        Warning(
          code: "W404",
          text: "\(Numbers.counted(table.rowsWithoutTarget, "row")) left out: no \"\(target)\""
            + (weights.map { ", or no weight \"\($0)\" above zero" } ?? "")))
    }
    if let tally = table.tally {
      if tally.dropped > 0 {
        warnings.append(
          Warning(
            code: "W002", text: "\(Numbers.counted(tally.dropped, "row")) left out: a wrong number of fields",
            mend: "--ragged error"))
      }
      if tally.padded > 0 {
        warnings.append(
          Warning(
            code: "W107", text: "\(Numbers.counted(tally.padded, "short row")) filled up with missing cells",
            mend: "--ragged error"))
      }
    }
    return warnings
  }
}
