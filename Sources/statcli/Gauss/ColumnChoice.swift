// Which columns of a table are used as numbers, by flags and by type, and why the others are not.
import Tabular

struct ColumnChoice {
  /// Indices of the columns of the Gaussian.
  var used: [Int] = []
  var group: Int?
  var weight: Int?
  var ignored: [(name: String, reason: String)] = []
  /// Text columns that no flag has left out.
  var texts: [String] = []
  /// The text column that `--by` can be tried with: the only one, and none whose name speaks of dates or names.
  var groupable: String?
  /// Columns with the name of a label; of a label each value stands in several rows, which is known after reading.
  var likelyLabels: [(name: String, values: Int)] = []
  var warnings: [Warning] = []

  /// Names that a column of class labels or row numbers usually has.
  static let labelNames: Set<String> = [
    "label", "class", "target", "group", "species", "category", "cluster",
  ]
  /// Parts of names of text columns in which each row has a value of its own.
  private static let rowwiseNames = ["date", "time", "name", "comment", "note"]
  static let rowNumberNames: Set<String> = ["id", "index", "row", "rowid", "row_id", "rownames", "unnamed: 0"]

  init(_ schema: Schema, file: String, columns flags: ColumnFlags, by: String? = nil, weights: String? = nil)
    throws(Failure)
  {
    let names = schema.names
    if let by { group = try columnIndex(by, flag: "--by", in: names) }
    if let weights { weight = try columnIndex(weights, flag: "--weights", in: names) }
    if let weight, !schema.columns[weight].type.isNumeric {
      throw Failure(
        .badData, "column \"\(names[weight])\" of --weights is \(schema.columns[weight].type.rawValue), not numeric",
        at: file,
        mend: "statcli sniff \(shellQuoted(file))")
    }
    let excluded =
      flags.exclude.isEmpty ? [] : Set(try ColumnSelection(flags.exclude, flag: "--exclude").indices(in: names))
    var wanted = Array(names.indices)
    var named: Set<Int> = []
    if !flags.columns.isEmpty {
      let selection = try ColumnSelection(flags.columns, flag: "--columns")
      wanted = try selection.indices(in: names)
      named = selection.named(in: names)
    }
    let wantedSet = Set(wanted)
    var leftOut: [String] = []
    for index in wanted where index != group && index != weight && !excluded.contains(index) {
      let column = schema.columns[index]
      // A column without a value in the rows that were looked at is taken where it is asked for by name: its values come later.
      if column.type.isNumeric || (column.type == .empty && named.contains(index)) {
        used.append(index)
        note(column, chosen: named.contains(index))
      } else if named.contains(index) {
        throw Failure(
          .badData, "column \"\(column.name)\" is \(column.type.rawValue), not numeric (--columns)", at: file,
          mend: "--exclude \(ColumnSelection.word(for: column.name))",
          column.type == .text ? "--by \(shellQuoted(column.name))" : "statcli sniff \(shellQuoted(file))")
      } else {
        ignored.append((column.name, column.type == .text ? "text" : "no values"))
        leftOut.append(column.name)
        if column.type == .text { texts.append(column.name) }
      }
    }
    for index in names.indices where !wantedSet.contains(index) || excluded.contains(index) {
      if index != group && index != weight { ignored.append((names[index], "left out by flag")) }
    }
    if used.isEmpty {
      throw Failure(
        .badData,
        "no column is numeric"
          + (leftOut.isEmpty
            ? " among those chosen" : ": \(ColumnChoice.list(leftOut)) \(leftOut.count == 1 ? "is" : "are") text"),
        at: file, mend: "statcli sniff \(shellQuoted(file))")
    }
    if !texts.isEmpty {
      let isRowwise = { (name: String) in
        ColumnChoice.rowNumberNames.contains(name.lowercased())
          || ColumnChoice.rowwiseNames.contains { name.lowercased().contains($0) }
      }
      groupable = texts.count == 1 && by == nil && !isRowwise(texts[0]) ? texts[0] : nil
      warnings.append(
        Warning(
          code: "W001",
          text: "\(texts.count == 1 ? "column" : "columns") \(ColumnChoice.list(texts)) left out: not numeric",
          mend: groupable.map { "--by \(shellQuoted($0))" }))
    }
    let empty = leftOut.filter { !texts.contains($0) }
    if !empty.isEmpty {
      warnings.append(
        Warning(
          code: "W001",
          text:
            "\(empty.count == 1 ? "column" : "columns") \(ColumnChoice.list(empty)) left out: no value in the first rows",
          mend: used.count > 12
            ? nil
            : "--columns "
              + (used.map { names[$0] } + empty).map { ColumnSelection.word(for: $0) }.joined(separator: ",")))
    }
  }

  /// Doubts whether a column is a number that means something.
  private mutating func note(_ column: ColumnDescription, chosen: Bool) {
    guard !chosen, column.type == .integer else { return }
    let name = column.name.lowercased()
    if ColumnChoice.rowNumberNames.contains(name) {
      warnings.append(
        Warning(
          code: "W009", text: "column \"\(column.name)\" looks like a row number and is used as a number",
          mend: "--exclude \(ColumnSelection.word(for: column.name))"))
    } else if ColumnChoice.labelNames.contains(name), let values = column.distinctIntegers {
      likelyLabels.append((column.name, values))
    }
  }

  /// `"a", "b" and 3 more`.
  static func list(_ names: [String], limit: Int = 5) -> String {
    let quoted = names.prefix(limit).map { "\"\($0)\"" }
    if names.count > limit { return quoted.joined(separator: ", ") + " and \(names.count - limit) more" }
    return quoted.count < 2
      ? quoted.joined() : quoted.dropLast().joined(separator: ", ") + " and " + quoted[quoted.count - 1]
  }
}
