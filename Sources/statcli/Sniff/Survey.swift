// One pass over an input that counts: rows, missing cells, different values of the columns that may be labels.
import Tabular

struct Survey {
  struct Column {
    let name: String
    let type: String
    let isNumeric: Bool
    let missing: Int
    /// Cells of a numeric column that are no numbers: a fit will refuse them, each with its place.
    let notNumbers: Int
    /// Different values; nil beyond `mostLabels`, and for numbers that are no labels.
    let distinct: Int?
  }

  /// A column with more different values is not counted as a label.
  static let mostLabels = 1000

  let schema: Schema
  let rows: Int
  let columns: [Column]

  init(_ input: DelimitedInput, threads: Int) throws(Failure) {
    let schema = input.schema
    let numeric = schema.columns.indices.filter { schema.columns[$0].type.isNumeric }
    let texts = schema.columns.indices.filter { !schema.columns[$0].type.isNumeric }
    let plan = ReadingPlan(texts: texts, probes: numeric, missing: .stays)
    let (labels, tally) = try reading { () throws(TabularError) in
      try input.read(plan, threads: threads) { LabelCounter(texts: texts.count) }
    }
    self.schema = schema
    rows = tally.records
    var missing = Array(repeating: 0, count: schema.columns.count)
    var notNumbers = missing
    for (place, column) in (texts + numeric).enumerated() where place < tally.missing.count {
      missing[column] = tally.missing[place]
    }
    for (place, column) in numeric.enumerated() where place < tally.labels.count {
      notNumbers[column] = tally.labels[place]
    }
    columns = schema.columns.indices.map { index in
      let column = schema.columns[index]
      let place = texts.firstIndex(of: index)
      let found = place.flatMap { place in labels.map { $0.texts[place] } }
      return Column(
        name: column.name, type: column.type.rawValue, isNumeric: column.type.isNumeric, missing: missing[index],
        notNumbers: notNumbers[index],
        distinct: column.type == .text
          ? found.flatMap { $0.count > Survey.mostLabels ? nil : $0.count } : column.distinctIntegers)
    }
  }
}

/// Collects the different texts of each text column.
private struct LabelCounter: ChunkConsumer {
  struct Partial: Sendable {
    var texts: [Set<[UInt8]>]
  }

  var partial: Partial

  init(texts: Int) { partial = Partial(texts: Array(repeating: [], count: texts)) }

  mutating func consume(_ chunk: borrowing Chunk) {
    for column in partial.texts.indices {
      for row in 0..<chunk.rows where partial.texts[column].count <= Survey.mostLabels {
        let bytes = chunk.bytes(row: row, column: column)
        if !bytes.isEmpty { partial.texts[column].insert(Array(bytes)) }
      }
    }
  }

  mutating func finishBlock() -> Partial {
    defer { partial = Partial(texts: Array(repeating: [], count: partial.texts.count)) }
    return partial
  }

  static func merge(_ partial: inout Partial, with later: Partial) {
    for index in partial.texts.indices where partial.texts[index].count <= Survey.mostLabels {
      partial.texts[index].formUnion(later.texts[index])
    }
  }
}
