// A `.fit` file on the command line: read, and its columns found in a table by their names.
import GaussFit
import JSONText
import Tabular

struct Model {
  let path: String
  let file: FitFile

  var columns: [String] { file.columns }
  /// Names of the groups; empty where there are none.
  var groups: [String] { file.distributions.compactMap(\.group) }

  init(path: String, file: FitFile) {
    self.path = path
    self.file = file
  }

  init(_ path: String) throws(Failure) {
    self.path = path
    let bytes = try System.read(path)
    do throws(GaussFitError) { file = try FitFile(parsing: bytes) } catch {
      var failure = Failure(.badData, error.description, at: path == "-" ? "standard input" : path)
      if path.hasSuffix(".gauss") {
        failure.mends = ["statcli gauss fit \(shellQuoted(path)) --save model.fit"]
      } else if case .notAFit(let reason) = error, reason.hasPrefix("line 1,") {
        failure.mends = ["statcli gauss \(shellQuoted(path)) --save model.fit"]
      }
      throw failure
    }
  }

  /// The places of the model's columns in a table, in the model's order.
  ///
  /// **Throws**: status 65 for a column that is not there, or holds text.
  func columns(in schema: Schema, of table: String) throws(Failure) -> [Int] {
    let names = schema.names
    var places: [Int] = []
    var items: [Failure.Item] = []
    var mends: [String] = []
    for name in columns {
      guard let place = names.firstIndex(of: name) else {
        let near = Similar.nearest(to: name, in: names.filter { !columns.contains($0) })
        items.append(
          Failure.Item(
            location: table,
            text: "there is no column \"\(name)\" of the model" + (near.map { "; did you mean \"\($0)\"?" } ?? "")))
        if mends.isEmpty { mends.append("statcli sniff \(shellQuoted(table))") }
        continue
      }
      if schema.columns[place].type == .text {
        items.append(Failure.Item(location: table, text: "column \"\(name)\" is text, and a number in the model"))
        if mends.isEmpty { mends.append("statcli sniff \(shellQuoted(table))") }
      }
      places.append(place)
    }
    guard items.isEmpty else {
      throw Failure(.badData, items: Array(items.prefix(5)), more: max(0, items.count - 5), mends: mends)
    }
    return places
  }

  /// The column of a table that names the group of each row: that of `--by`, or the one that the model was grouped by.
  func groupColumn(_ by: String?, in schema: Schema) throws(Failure) -> Int? {
    guard let groupedBy = file.groupedBy else {
      guard by == nil else {
        throw Failure(
          .usage, "--by needs a model of groups", at: path, mend: "statcli gauss data.csv --by COLUMN --save model.fit")
      }
      return nil
    }
    if let by { return try columnIndex(by, flag: "--by", in: schema.names) }
    return schema.names.firstIndex(of: groupedBy)
  }

  /// Two inputs cannot both be standard input.
  static func requireOneStandardInput(_ paths: [String]) throws(Failure) {
    if paths.filter({ $0 == "-" }).count > 1 {
      throw Failure(.usage, "standard input can be read only once: - stands twice")
    }
  }

  /// Facts of a page.
  var facts: [(String, String)] {
    let first = file.distributions[0]
    let rows = Numbers.human(file.distributions.reduce(0) { $0 + $1.sampleSize }, digits: 15)
    var facts = [
      ("model", path == "-" ? "standard input" : path), ("columns", "\(columns.count): \(FitReport.brief(columns))"),
      ("fitted to", "\(rows) rows, covariance \(first.structure)"),
    ]
    if let groupedBy = file.groupedBy { facts.append(("groups", "\(groups.count), by \"\(groupedBy)\"")) }
    return facts
  }

  var json: JSON {
    [
      "file": .string(path), "columns": JSON(columns), "structure": .string(file.distributions[0].structure),
      "groupedBy": file.groupedBy.map(JSON.string) ?? nil,
      "groups": .object(
        zip(file.distributions, file.priors).compactMap { distribution, prior in
          distribution.group.map {
            ($0, ["sampleSize": .number(distribution.sampleSize), "prior": .number(prior)])
          }
        }),
      "sampleSize": .number(file.distributions.reduce(0) { $0 + $1.sampleSize }),
    ]
  }
}

/// The group of each row of a chunk, by its label.
struct RowGroups: Sendable {
  private let places: [String: Int]
  private var labels = LabelIndex()
  /// The group of each label met; nil for one that the model does not have.
  private var known: [Int?] = []

  init(_ names: [String]) { places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }) }

  /// The groups of all rows; `column` counts the texts of the plan.
  mutating func groups(_ chunk: borrowing Chunk, column: Int = 0) -> [Int?] {
    var groups: [Int?] = []
    groups.reserveCapacity(chunk.rows)
    for row in 0..<chunk.rows {
      let number = labels.number(chunk, row: row, column: column)
      while known.count <= number { known.append(labels.labels[known.count].flatMap { places[$0] }) }
      groups.append(known[number])
    }
    return groups
  }

  /// The label of a row.
  mutating func label(_ chunk: borrowing Chunk, row: Int, column: Int = 0) -> String? {
    let number = labels.number(chunk, row: row, column: column)
    return labels.labels[number]
  }
}

extension Chunk {
  /// The cells of some rows, column after column.
  borrowing func gathered(_ rows: [Int], columns: Int) -> [Double] {
    var cells: [Double] = []
    cells.reserveCapacity(rows.count * columns)
    for c in 0..<columns { for row in rows { cells.append(numbers[c * stride + row]) } }
    return cells
  }
}
