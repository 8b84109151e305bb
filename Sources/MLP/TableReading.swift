// A table from delimited text: columns of numbers, columns of categories, the target, in one pass.
import CKernels
import Tabular

/// Which columns of an input are what, as positions in its schema.
public struct TableColumns: Sendable, Equatable {
  /// Columns of numbers.
  public var numbers: [Int]
  /// Columns of categories.
  public var categories: [Int]
  public var target: Int
  /// Whether the target is a class.
  public var isOfClasses: Bool
  public var weights: Int?

  public init(numbers: [Int], categories: [Int] = [], target: Int, isOfClasses: Bool, weights: Int? = nil) {
    self.numbers = numbers
    self.categories = categories
    self.target = target
    self.isOfClasses = isOfClasses
    self.weights = weights
  }
}

extension Table {
  /// Reads a whole input, with missing cells kept; rows without a target or a weight are left out and counted.
  ///
  /// **Throws**: `TabularError` with all problems of the pass. **Cost**: one pass; memory for the numbers in single precision.
  public static func read(
    _ input: DelimitedInput, _ columns: TableColumns, threads: Int
  ) throws(TabularError) -> Table {
    let schema = input.schema
    let numeric = columns.numbers + (columns.isOfClasses ? [] : [columns.target]) + (columns.weights.map { [$0] } ?? [])
    let texts = columns.categories + (columns.isOfClasses ? [columns.target] : [])
    let plan = ReadingPlan(values: numeric, texts: texts, missing: .stays)
    let origins = columns.numbers.map { c in
      let column = schema.columns[c]
      return ck_decimal_to_double(column.origin, Int32(column.decimalPlaces))
    }
    let gathering = Lock(
      TableGathering(columns, origins, schema.names, missing: Set(schema.dialect.missingSpellings)))
    let tally = try input.read(
      plan, threads: threads, consumer: { RowsConsumer(texts: texts.count, numbers: numeric.count) },
      inOrder: { part in
        gathering.withLock { $0.add(part) }
        return .goOn
      })
    let table = gathering.withLock { $0.table() }
    table.tally = tally
    return table
  }
}

/// Rows of one block, copied out: numbers by rows, texts as positions in a list of the block.
struct RowsConsumer: ChunkConsumer {
  struct Part: Sendable {
    var file = 0
    var rows = 0
    var numbers: [Double] = []
    var codes: [Int32] = []
    var labels: [[String?]] = []
  }

  private var part = Part()
  private var indices: [LabelIndex]
  private let numbers: Int

  init(texts: Int, numbers: Int) {
    indices = Array(repeating: LabelIndex(), count: texts)
    self.numbers = numbers
  }

  mutating func consume(_ chunk: borrowing Chunk) {
    part.file = chunk.file
    part.rows += chunk.rows
    let start = part.numbers.count
    part.numbers.append(contentsOf: repeatElement(0, count: chunk.rows * numbers))
    part.numbers.withUnsafeMutableBufferPointer { to in
      for c in 0..<numbers {
        let column = chunk.numbers + c * chunk.stride
        for row in 0..<chunk.rows { to[start + row * numbers + c] = column[row] }
      }
    }
    for row in 0..<chunk.rows {
      for t in indices.indices { part.codes.append(Int32(indices[t].number(chunk, row: row, column: t))) }
    }
  }

  mutating func finishBlock() -> Part {
    defer {
      part = Part()
      for t in indices.indices { indices[t] = LabelIndex() }
    }
    part.labels = indices.map(\.labels)
    return part
  }

  static func merge(_ partial: inout Part, with later: Part) {
    fatalError("blocks of a table are handed on in order, and never merged")
  }
}

/// The table as it grows, block by block in the order of the input.
private struct TableGathering {
  private let columns: TableColumns
  private let origins: [Double]
  private let names: [String]
  private let spellings: Set<String>
  private let isOfClasses: Bool
  private let hasWeights: Bool
  private let store: RowStore<Float>
  private var missing: [Int]
  /// By text column (categories, then the target of classes): numbers of its texts.
  private var known: [[String: Int32]]
  private var order: [[String]]
  private var labels: [Int32] = []
  private var values: [Double] = []
  private var weights: [Double] = []
  private var rowsWithoutTarget = 0
  private var rowsOfFiles: [Int] = []

  init(_ columns: TableColumns, _ origins: [Double], _ names: [String], missing spellings: Set<String>) {
    self.columns = columns
    self.origins = origins
    self.names = names
    self.spellings = spellings
    isOfClasses = columns.isOfClasses
    hasWeights = columns.weights != nil
    store = RowStore(width: max(1, columns.numbers.count + columns.categories.count))
    missing = Array(repeating: 0, count: columns.numbers.count + columns.categories.count)
    let texts = columns.categories.count + (isOfClasses ? 1 : 0)
    known = Array(repeating: [:], count: texts)
    order = Array(repeating: [], count: texts)
  }

  mutating func add(_ part: RowsConsumer.Part) {
    while rowsOfFiles.count <= part.file { rowsOfFiles.append(0) }
    let (d, categories) = (columns.numbers.count, columns.categories.count)
    let width = d + (isOfClasses ? 0 : 1) + (hasWeights ? 1 : 0)
    let texts = known.count
    // Positions of the block's texts among those of the table; a missing one is -1.
    var position: [[Int32]] = []
    for t in 0..<texts {
      position.append(
        part.labels[t].map { text in
          let isTarget = isOfClasses && t == texts - 1
          guard let text = isTarget ? text.map(Table.className) : text, !text.isEmpty, !spellings.contains(text) else {
            return -1
          }
          if let found = known[t][text] { return found }
          let number = Int32(order[t].count)
          known[t][text] = number
          order[t].append(text)
          return number
        })
    }
    part.numbers.withUnsafeBufferPointer { numbers in
      for row in 0..<part.rows {
        let base = row * width
        let weight = hasWeights ? numbers[base + width - 1] : 1
        if isOfClasses {
          let label = position[texts - 1][Int(part.codes[row * texts + texts - 1])]
          guard label >= 0, weight > 0 else {
            rowsWithoutTarget += 1
            continue
          }
          labels.append(label)
        } else {
          let value = numbers[base + d]
          guard value.isFinite, weight > 0 else {
            rowsWithoutTarget += 1
            continue
          }
          values.append(value)
        }
        if hasWeights { weights.append(weight) }
        let x = store.append()
        for c in 0..<d {
          let value = numbers[base + c]
          if value.isNaN { missing[c] += 1 }
          x[c] = Float(value - origins[c])
        }
        for t in 0..<categories {
          let code = position[t][Int(part.codes[row * texts + t])]
          if code < 0 { missing[d + t] += 1 }
          x[d + t] = Float(code)
        }
        rowsOfFiles[part.file] += 1
      }
    }
  }

  func table() -> Table {
    let d = columns.numbers.count
    var described: [Table.Column] = []
    for (c, index) in columns.numbers.enumerated() {
      described.append(Table.Column(name: names[index], origin: origins[c], missing: missing[c]))
    }
    for (t, index) in columns.categories.enumerated() {
      described.append(Table.Column(name: names[index], origin: 0, values: order[t], missing: missing[d + t]))
    }
    let name = names[columns.target]
    var targets = Table.Targets.numbers(column: name, values)
    if isOfClasses {
      let sorted = Table.sorted(order.last!)
      let place = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, Int32($0.offset)) })
      let places = order.last!.map { place[$0]! }
      targets = .classes(column: name, labels.map { places[Int($0)] }, names: sorted)
    }
    let table = Table(columns: described, targets: targets, weights: hasWeights ? weights : nil, store: store)
    table.rowsWithoutTarget = rowsWithoutTarget
    table.rowsOfFiles = rowsOfFiles
    return table
  }
}
