// The one place where inputs become moments: text files through the reader, `.gauss` files as they are; and what a report has to
// tell about that.
import GaussFit
import MatDeriv
import Tabular

/// Moments of all rows or of groups, and what was read to get them.
struct GaussData {
  struct Group {
    /// nil where the rows were not divided; the number of a fold.
    var label: String?
    /// Of the complete rows.
    var moments: Moments
    /// All rows by pattern, where some lack cells and these were asked for.
    var incomplete: IncompleteSample? = nil
    /// The rows, where they were asked for and are there.
    var rows: Matrix<Double>? = nil
    /// Where they stand in their files.
    var places: [RowPlace]? = nil
  }

  var files: [String]
  /// False for `.gauss` files, whose rows are gone.
  var hasRows: Bool
  var groupedBy: String?
  var weightedBy: String?
  var groups: [Group]
  var rowsRead: Int
  /// Rows that were left out, by reason.
  var dropped: [(reason: String, rows: Int)]
  /// Missing cells of each column used; empty where that is not known.
  var missing: [Int]
  var ignored: [(name: String, reason: String)]
  /// The text column to group by, and numeric columns that look like labels, which are to be doubted.
  var groupable: String?
  var likelyLabels: [(name: String, values: Int)]
  var warnings: [Warning]

  var columns: [String] { groups[0].moments.columns }
  var rowsUsed: Int { groups.reduce(0) { $0 + ($1.incomplete?.rows ?? $1.moments.rows) } }
  /// Whether rows with missing cells are among those that are used.
  var isIncomplete: Bool { groups.contains { $0.incomplete != nil } }
  var rowsDropped: Int { dropped.reduce(0) { $0 + $1.rows } }
  var weight: Double { groups.reduce(0) { $0 + ($1.incomplete?.sampleSize ?? $1.moments.weight) } }
  /// `data.csv`, or `a.gauss and 2 more files`.
  var name: String {
    let first = files[0] == "-" ? "standard input" : files[0]
    return files.count == 1 ? first : "\(first) and \(Numbers.counted(files.count - 1, "more file"))"
  }
}

extension GaussData {
  /// Leaves rows with missing cells out, and tells so; returns all rows by pattern, for each group.
  mutating func leaveOutIncomplete() -> [IncompleteSample?] {
    let samples = groups.map(\.incomplete)
    var rows = 0
    for i in groups.indices {
      rows += (groups[i].incomplete?.rows ?? groups[i].moments.rows) - groups[i].moments.rows
      groups[i].incomplete = nil
    }
    if rows > 0 {
      if dropped.first?.reason == GaussData.withMissingCells {
        dropped[0].rows += rows
      } else {
        dropped.insert((GaussData.withMissingCells, rows), at: 0)
      }
    }
    return samples
  }
}

/// Whether the groups of a `.gauss` file are kept: where they are asked for, or always.
enum FileGrouping { case asAsked, asInFile }

extension GaussData {
  /// Opens the inputs and makes moments of them.
  init(
    paths: [String], columns: ColumnFlags, data: DataFlags, reading flags: ReadingFlags, quiet: Bool,
    grouping: FileGrouping = .asAsked, keeping: MomentsRequest.Keeping = .moments,
    missing: MomentsRequest.Missing = .dropped, folds: Folds? = nil
  ) throws(Failure) {
    let isMoments = paths.map(GaussData.isMomentsFile)
    if isMoments.allSatisfy(\.self) {
      try self.init(momentsFiles: paths, columns: columns, data: data, grouping: grouping)
    } else if let odd = zip(paths, isMoments).first(where: { $0.1 }) {
      throw Failure(
        .usage, "moments and tables cannot be mixed", at: odd.0,
        mend: "statcli gauss moments FILE -o part.gauss (for each table, then fit the .gauss files)")
    } else {
      try self.init(
        tables: paths, columns: columns, data: data, reading: flags, quiet: quiet, keeping: keeping,
        missing: missing, folds: folds)
    }
  }

  /// Whether a path is one of a moments file: by its extension, since standard input is taken for a table.
  static func isMomentsFile(_ path: String) -> Bool { path.hasSuffix(".gauss") }

  // MARK: Tables

  private init(
    tables paths: [String], columns flags: ColumnFlags, data: DataFlags, reading: ReadingFlags, quiet: Bool,
    keeping: MomentsRequest.Keeping, missing handling: MomentsRequest.Missing, folds: Folds?
  ) throws(Failure) {
    let input = try statcli.reading { () throws(TabularError) in
      try DelimitedInput(paths: paths, options: reading.options)
    }
    let choice = try ColumnChoice(input.schema, file: paths[0], columns: flags, by: data.by, weights: data.weights)
    try GaussData.requireRoom(columns: choice.used.count, file: paths[0])
    let request = MomentsRequest(
      columns: choice.used, groupColumn: choice.group, folds: folds, weightColumn: choice.weight,
      weighting: data.weighting, keeping: keeping, missing: handling)
    let found = try ProgressLine.during(input, quiet: quiet) { () throws(Failure) in
      try statcli.reading { () throws(TabularError) in
        try MomentsReading(input, request, threads: reading.threadCount)
      }
    }
    let names = input.schema.names
    if let (rows, example) = found.negativeWeights {
      throw Failure(
        .badData,
        "\(Numbers.counted(rows, "weight")) of column \"\(names[choice.weight!])\" \(rows == 1 ? "is" : "are") negative, "
          + "such as \(Numbers.exact(example))", at: paths[0], mend: "another column: --weights COLUMN")
    }
    if found.undecodableLabels > 0 {
      throw Failure(
        .badData,
        "\(Numbers.counted(found.undecodableLabels, "label")) of column \"\(names[choice.group!])\" "
          + "\(found.undecodableLabels == 1 ? "is" : "are") not valid \(input.schema.dialect.encoding.rawValue)",
        at: paths[0], mend: "--encoding latin1", "--encoding windows-1252")
    }
    let tally = found.tally
    files = paths
    hasRows = true
    groupedBy = choice.group.map { names[$0] }
    weightedBy = choice.weight.map { names[$0] }
    groups = try GaussData.groups(found, file: paths[0])
    rowsRead = tally.records
    dropped = [
      (GaussData.withMissingCells, tally.leftOut), ("without any cell", found.emptyRows),
      ("of a wrong number of fields", tally.dropped),
      ("of weight zero", found.zeroWeightRows),
    ].filter { $0.rows > 0 }
    missing = Array(tally.missing.prefix(choice.used.count))
    ignored = choice.ignored
    groupable = choice.groupable
    likelyLabels = choice.likelyLabels.filter { 4 * $0.values <= tally.records }
    warnings = input.schema.notes.map(Warning.init) + choice.warnings
    warnings += likelyLabels.map { name, values in
      Warning(
        code: "W008", text: "column \"\(name)\" looks like a label (\(values) whole numbers) and is used as a number",
        mend: "--exclude \(ColumnSelection.word(for: name))")
    }
    if tally.padded > 0 {
      warnings.append(
        Warning(
          code: "W107", text: "\(Numbers.counted(tally.padded, "short row")) filled up with missing cells",
          mend: "--ragged error"))
    }
    if groups.isEmpty {
      throw GaussData.noRows(paths[0], rowsRead, dropped, names: choice.used.map { names[$0] }, missing)
    }
  }

  /// Groups with their rows by pattern; where one of them has rows that lack cells, all are taken so.
  private static func groups(_ found: MomentsReading, file: String) throws(Failure) -> [Group] {
    let isIncomplete = found.groups.contains(where: \.hasMissingCells)
    var groups: [Group] = []
    for group in found.groups {
      var incomplete: IncompleteSample?
      if isIncomplete {
        do throws(GaussFitError) { incomplete = try group.incompleteSample() } catch {
          throw GaussData.failure(error, group.label, file, columns: group.moments.columns.count)
        }
      }
      groups.append(
        Group(
          label: group.label, moments: group.moments, incomplete: incomplete, rows: group.rows,
          places: group.places))
    }
    return groups
  }

  static let withMissingCells = "with missing cells"

  private static func failure(
    _ error: GaussFitError, _ group: String?, _ file: String, columns width: Int
  ) -> Failure {
    let place = group.map { "group \"\($0)\": " } ?? ""
    let columns: [String] =
      switch error {
      case .allMissing(let names), .constantColumns(let names): names
      default: []
      }
    let mend =
      columns.isEmpty || columns.count == width
      ? "--missing drop" : "--exclude \(columns.map { ColumnSelection.word(for: $0) }.joined(separator: ","))"
    return Failure(.badData, place + error.description, at: file, mend: mend)
  }

  /// Columns of which a covariance is made: that of 16,384 takes 2 GB, and a fit holds several matrices of its size.
  private static let mostColumns = 16_384

  private static func requireRoom(columns: Int, file: String) throws(Failure) {
    guard columns > mostColumns else { return }
    let gigabytes = 8 * Double(columns) * Double(columns) / 1e9
    throw Failure(
      .badData,
      "a covariance of \(columns) columns needs \(Numbers.human(gigabytes, digits: 3)) GB, and a fit several times "
        + "that; at most \(mostColumns) columns are taken: choose columns", at: file, mend: "--columns 1-1000")
  }

  private static func noRows(
    _ path: String, _ read: Int, _ dropped: [(reason: String, rows: Int)], names: [String], _ missing: [Int]
  ) -> Failure {
    let reasons = dropped.map { "\($0.rows) \($0.reason)" }.joined(separator: ", ")
    var failure = Failure(
      .badData, "none of \(Numbers.counted(read, "row")) can be used" + (reasons.isEmpty ? "" : ": \(reasons)"),
      at: path)
    if let most = missing.max(), most > 0, names.count > 1, let column = missing.firstIndex(of: most) {
      failure.items[0].text += "; column \"\(names[column])\" has the most, \(most)"
      failure.mends = ["--exclude \(ColumnSelection.word(for: names[column]))"]
    } else {
      failure.mends = ["statcli sniff \(shellQuoted(path))"]
    }
    return failure
  }

  // MARK: Moments files

  private init(
    momentsFiles paths: [String], columns flags: ColumnFlags, data: DataFlags, grouping: FileGrouping
  ) throws(Failure) {
    if let flag = data.weights == nil ? nil : "--weights" {
      throw Failure(
        .usage, "\(flag) needs rows, and a .gauss file has none left",
        mend: "statcli gauss moments data.csv \(flag) COLUMN -o new.gauss")
    }
    var whole: MomentsFile?
    for path in paths {
      let bytes = try System.read(path)
      do throws(GaussFitError) {
        let part = try MomentsFile(parsing: bytes)
        whole = try whole?.merging(part) ?? part
      } catch {
        throw Failure(.badData, error.description, at: path)
      }
    }
    let file = whole!
    if let by = data.by, by != file.groupedBy {
      throw Failure(
        .usage,
        "--by \(by) needs rows, or moments that were made with it; these are "
          + (file.groupedBy.map { "grouped by \"\($0)\"" } ?? "not grouped"),
        mend: "statcli gauss moments data.csv --by \(shellQuoted(by)) -o new.gauss")
    }
    let by = grouping == .asInFile ? file.groupedBy : data.by
    let names = file.moments.columns
    let chosen = try flags.chosen(of: names)
    let select = { (moments: Moments) in chosen == Array(names.indices) ? moments : moments.selecting(chosen) }
    files = paths
    hasRows = false
    groupedBy = by
    groups =
      by == nil
      ? [Group(label: nil, moments: select(file.moments))]
      : file.groups.map { Group(label: $0.name, moments: select($0.moments)) }
    rowsRead = file.moments.rows
    dropped = []
    missing = []
    ignored = names.indices.filter { !chosen.contains($0) }.map { (names[$0], "left out by flag") }
    groupable = nil
    likelyLabels = []
    warnings = []
    if by == nil, let divided = file.groupedBy {
      warnings.append(
        Warning(
          code: "W011",
          text: "the moments are of \(Numbers.counted(file.groups.count, "group")) of \"\(divided)\"; all rows are "
            + "fitted together", mend: "--by \(shellQuoted(divided))"))
    }
    if rowsRead == 0 { throw Failure(.badData, "holds the moments of no rows", at: paths[0]) }
  }
}
