// Which column of a table is predicted and which it is predicted from, by flags, names and types, and why the others are not used.
import ArgumentParser
import MLP
import Tabular

/// What is predicted, and how rows count.
struct TargetFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column to predict (default: the one called label, class, target or y, else the only text column).",
      valueName: "column"))
  var target: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the target is: a class or a number (default: classes are texts, and whole numbers with few values).",
      valueName: "kind"))
  var task: Task?

  @Option(name: .long, help: ArgumentHelp("Weight rows by this column.", valueName: "column"))
  var weights: String?
}

enum Task: String, CaseIterable, ExpressibleByArgument {
  case classification, regression
}

struct MLPColumns {
  var columns: TableColumns
  /// Text columns that were asked for by name.
  var named: Set<Int> = []
  var ignored: [(name: String, reason: String)] = []
  var warnings: [Warning] = []

  /// Names that a target usually has, the likeliest first.
  private static let targetNames = ["label", "class", "target", "y"]
  /// Different whole numbers up to which a target is taken for classes, where its name does not say so.
  private static let mostClasses = 10
  /// Different values of a text column up to which it is used.
  static let mostCategories = 50

  init(_ schema: Schema, file: String, columns flags: ColumnFlags, target: TargetFlags) throws(Failure) {
    let names = schema.names
    let excluded =
      flags.exclude.isEmpty ? [] : Set(try ColumnSelection(flags.exclude, flag: "--exclude").indices(in: names))
    let weights = try target.weights.map { text throws(Failure) in
      try columnIndex(text, flag: "--weights", in: names)
    }
    if let weights, !schema.columns[weights].type.isNumeric {
      throw Failure(
        .badData, "column \"\(names[weights])\" of --weights is \(schema.columns[weights].type.rawValue), not numeric",
        at: file, mend: "statcli sniff \(shellQuoted(file))")
    }
    let predicted = try MLPColumns.target(schema, target, file, without: excluded.union(weights.map { [$0] } ?? []))
    if predicted == weights {
      throw Failure(.usage, "column \"\(names[predicted])\" is both --target and --weights", mend: "--target COLUMN")
    }
    columns = TableColumns(numbers: [], target: predicted, isOfClasses: true, weights: weights)
    try decideTask(schema.columns[predicted], target.task, file)
    try chooseInputs(schema, flags, excluded, file)
  }

  /// The column to predict.
  private static func target(
    _ schema: Schema, _ flags: TargetFlags, _ file: String, without excluded: Set<Int>
  ) throws(Failure) -> Int {
    let names = schema.names
    if let text = flags.target { return try columnIndex(text, flag: "--target", in: names) }
    let free = names.indices.filter { !excluded.contains($0) }
    for word in targetNames {
      if let index = free.first(where: { names[$0].lowercased() == word }) { return index }
    }
    let texts = free.filter { schema.columns[$0].type == .text }
    if texts.count == 1 { return texts[0] }
    // The last column is the likeliest of numbers.
    let candidates = texts.isEmpty ? Array(free.reversed()) : texts
    var failure = Failure(
      .usage,
      "which column is to be predicted? None is called label, class, target or y, and "
        + (texts.isEmpty ? "none is text" : "\(texts.count) are text: \(ColumnChoice.list(texts.map { names[$0] }))"),
      at: file)
    failure.mends = candidates.prefix(5).map { "--target \(shellQuoted(names[$0]))" }
    throw failure
  }

  /// Class or number.
  private mutating func decideTask(_ column: ColumnDescription, _ task: Task?, _ file: String) throws(Failure) {
    if task == .regression && column.type == .text {
      throw Failure(
        .badData, "column \"\(column.name)\" of --target is text, not numeric", at: file,
        mend: "--task classification")
    }
    if let task {
      columns.isOfClasses = task == .classification
      return
    }
    guard column.type.isNumeric else { return }
    let isNamed = ColumnChoice.labelNames.contains(column.name.lowercased())
    guard let values = column.distinctIntegers, isNamed || values <= MLPColumns.mostClasses else {
      columns.isOfClasses = false
      return
    }
    if !isNamed {
      warnings.append(
        Warning(
          code: "W408", text: "the \(values) whole numbers of \"\(column.name)\" are taken for classes",
          mend: "--task regression"))
    }
  }

  /// Numbers and categories to predict from.
  private mutating func chooseInputs(
    _ schema: Schema, _ flags: ColumnFlags, _ excluded: Set<Int>, _ file: String
  ) throws(Failure) {
    let names = schema.names
    var wanted = Array(names.indices)
    if !flags.columns.isEmpty {
      let selection = try ColumnSelection(flags.columns, flag: "--columns")
      wanted = try selection.indices(in: names).sorted()
      named = selection.named(in: names)
    }
    let roles: Set<Int> = Set([columns.target] + (columns.weights.map { [$0] } ?? []))
    var empty: [String] = []
    for index in wanted where !excluded.contains(index) && !roles.contains(index) {
      let column = schema.columns[index]
      switch column.type {
      case .integer, .number:
        columns.numbers.append(index)
        if column.type == .integer, !named.contains(index),
          ColumnChoice.rowNumberNames.contains(column.name.lowercased())
        {
          warnings.append(
            Warning(
              code: "W009", text: "column \"\(column.name)\" looks like a row number and is used as a number",
              mend: "--exclude \(ColumnSelection.word(for: column.name))"))
        }
      case .text: columns.categories.append(index)
      case .empty where named.contains(index): columns.numbers.append(index)
      case .empty:
        ignored.append((column.name, "no values"))
        empty.append(column.name)
      }
    }
    let chosen = Set(wanted)
    for index in names.indices where (!chosen.contains(index) || excluded.contains(index)) && !roles.contains(index) {
      ignored.append((names[index], "left out by flag"))
    }
    if !empty.isEmpty {
      warnings.append(
        Warning(
          code: "W401",
          text:
            "\(empty.count == 1 ? "column" : "columns") \(ColumnChoice.list(empty)) left out: no value in the first rows"
        ))
    }
    if columns.numbers.isEmpty && columns.categories.isEmpty {
      throw Failure(
        .badData, "no column is left to predict \"\(names[columns.target])\" from", at: file,
        mend: "--target COLUMN", "statcli sniff \(shellQuoted(file))")
    }
  }
}
