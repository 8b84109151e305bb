// One pass over an input that counts: rows, missing cells, different values of the columns that may be labels.
import Tabular

struct Survey {
  struct Column {
    let name: String
    let type: String
    let isNumeric: Bool
    let missing: Int
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
    let plan = ReadingPlan(values: numeric, texts: texts, arithmetic: .binary, missing: .stays)
    let count = (numeric.count, texts.count)
    let (labels, tally) = try reading { () throws(TabularError) in
      try input.read(plan, threads: threads) { LabelCounter(numbers: count.0, texts: count.1) }
    }
    self.schema = schema
    rows = tally.records
    var missing = Array(repeating: 0, count: schema.columns.count)
    for (place, column) in (numeric + texts).enumerated() where place < tally.missing.count {
      missing[column] = tally.missing[place]
    }
    columns = schema.columns.indices.map { index in
      let column = schema.columns[index]
      let place = texts.firstIndex(of: index)
      let found = place.flatMap { place in labels.map { $0.texts[place] } }
      return Column(
        name: column.name, type: column.type.rawValue, isNumeric: column.type.isNumeric, missing: missing[index],
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

  init(numbers: Int, texts: Int) { partial = Partial(texts: Array(repeating: [], count: texts)) }

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
