// The rows that a network is trained on or judged by, as they were read: nothing standardized, nothing filled in.
import Tabular

/// Rows of numbers and categories with their targets.
///
/// A number is kept as its distance from an origin of its column, so that single precision loses nothing of a column that lies far from
/// zero; a missing one is NaN. A category is kept as the position of its text among the values of its column, a missing one as -1.
public final class Table: @unchecked Sendable {
  // Filled while it is read, then shared.

  /// A column of inputs.
  public struct Column: Sendable, Equatable {
    public let name: String
    /// What is subtracted from the numbers; 0 for categories.
    let origin: Double
    /// The values of a category, in order of first appearance; nil for numbers.
    public internal(set) var values: [String]?
    /// Cells that are missing.
    public internal(set) var missing = 0
  }

  /// What is to be predicted.
  public enum Targets: Sendable {
    /// Class of each row as a position among the names, which are sorted.
    case classes(column: String, [Int32], names: [String])
    case numbers(column: String, [Double])

    var count: Int {
      switch self {
      case .classes(_, let labels, _): labels.count
      case .numbers(_, let values): values.count
      }
    }
  }

  /// Numbers first, then categories.
  public internal(set) var columns: [Column]
  public internal(set) var targets: Targets
  /// Weights of rows; nil if all count the same.
  public internal(set) var weights: [Double]?
  let store: RowStore<Float>
  /// Rows that were left out for want of a target or a weight.
  public internal(set) var rowsWithoutTarget = 0
  /// What was met in reading; nil for a table that was not read from text.
  public internal(set) var tally: ReadingTally?
  /// Rows of each file, where several were read as one table.
  public internal(set) var rowsOfFiles: [Int] = []

  init(columns: [Column], targets: Targets, weights: [Double]? = nil, store: RowStore<Float>) {
    self.columns = columns
    self.targets = targets
    self.weights = weights
    self.store = store
  }

  /// Number of rows.
  public var rows: Int { store.rows }

  /// **Throws**: `outOfRange` for a number that is none in single precision.
  func requireFinite(_ rows: [Int32]) throws(MLPError) {
    let d = numbers
    for row in rows {
      let x = store[Int(row)]
      for c in 0..<d where x[c].isInfinite { throw .outOfRange(columns[c].name) }
    }
  }

  /// A hash of names, numbers, categories, weights and targets, 16 hexadecimal digits: the same rows in the same order have the same.
  public var fingerprint: String {
    var hash = Fingerprint()
    for column in columns {
      for text in [column.name] + (column.values ?? []) { Array(text.utf8).withUnsafeBytes { hash.add($0) } }
      withUnsafeBytes(of: column.origin) { hash.add($0) }
    }
    weights?.withUnsafeBytes { hash.add($0) }
    for row in 0..<rows { hash.add(UnsafeRawBufferPointer(start: store[row], count: store.width * 4)) }
    switch targets {
    case .classes(_, let labels, let names):
      labels.withUnsafeBytes { hash.add($0) }
      for name in names { Array(name.utf8).withUnsafeBytes { hash.add($0) } }
    case .numbers(_, let values): values.withUnsafeBytes { hash.add($0) }
    }
    return hash.text
  }
  /// Columns of numbers.
  var numbers: Int { columns.count { $0.values == nil } }
}

extension Table {
  /// The same rows without some of the columns, given by their positions.
  ///
  /// **Cost**: a copy of the rows.
  public func removing(_ removed: Set<Int>) -> Table {
    let kept = columns.indices.filter { !removed.contains($0) }
    let store = RowStore<Float>(width: max(1, kept.count))
    for row in 0..<rows {
      let (from, to) = (self.store[row], store.append())
      for (place, column) in kept.enumerated() { to[place] = from[column] }
    }
    let table = Table(columns: kept.map { columns[$0] }, targets: targets, weights: weights, store: store)
    table.rowsWithoutTarget = rowsWithoutTarget
    table.rowsOfFiles = rowsOfFiles
    table.tally = tally
    return table
  }

  /// A table of numbers, for programs that have their rows in memory.
  ///
  /// **Shapes**: traps unless every row has a number for every name, and there is a label for every row.
  public convenience init(columns names: [String], rows: [[Double]], labels: [String], target: String = "class") {
    precondition(rows.count == labels.count, "\(rows.count) rows and \(labels.count) labels")
    let classes = Table.sorted(Array(Set(labels)))
    let number = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($0.element, Int32($0.offset)) })
    self.init(
      names, rows, .classes(column: target, labels.map { number[$0]! }, names: classes))
  }

  /// The same with numbers to be predicted.
  public convenience init(columns names: [String], rows: [[Double]], values: [Double], target: String = "y") {
    precondition(rows.count == values.count, "\(rows.count) rows and \(values.count) values")
    self.init(names, rows, .numbers(column: target, values))
  }

  private convenience init(_ names: [String], _ rows: [[Double]], _ targets: Targets) {
    let store = RowStore<Float>(width: names.count)
    let columns = names.enumerated().map { c, name in
      Column(name: name, origin: rows.first { $0[c].isFinite }?[c] ?? 0, missing: rows.count { $0[c].isNaN })
    }
    for row in rows {
      precondition(row.count == names.count, "a row has \(row.count) numbers for \(names.count) columns")
      let place = store.append()
      for c in names.indices { place[c] = Float(row[c] - columns[c].origin) }
    }
    self.init(columns: columns, targets: targets, store: store)
  }

  /// The name of the class that a cell stands for: a whole number with a fraction of zeros, as some programs write labels, is that number.
  public static func className(_ text: String) -> String {
    guard text.contains("."), let value = Double(text), value == value.rounded(), abs(value) < 1e15 else { return text }
    return String(Int(value))
  }

  /// Names of classes in order: numbers by value, texts by their characters.
  static func sorted(_ names: [String]) -> [String] {
    let numbers = names.map { Double($0) }
    if numbers.allSatisfy({ $0 != nil }) {
      return zip(names, numbers).sorted { ($0.1!, $0.0) < ($1.1!, $1.0) }.map(\.0)
    }
    return names.sorted()
  }
}
