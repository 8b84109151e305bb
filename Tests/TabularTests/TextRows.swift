// Reading everything as text: what the tests compare with the truth of a file.
import CKernels
import Testing

@testable import Tabular

/// Collects all rows as strings.
struct TextRows: ChunkConsumer {
  let columns: Int
  var rows: [[String]] = []

  mutating func consume(_ chunk: borrowing Chunk) {
    for row in 0..<chunk.rows {
      var cells: [String] = []
      for column in 0..<columns { cells.append(chunk.text(row: row, column: column) ?? "<invalid>") }
      rows.append(cells)
    }
  }

  mutating func finishBlock() -> [[String]] {
    defer { rows = [] }
    return rows
  }

  static func merge(_ partial: inout [[String]], with later: [[String]]) { partial += later }
}

/// Collects one column of numbers.
struct Numbers: ChunkConsumer {
  var values: [Double] = []

  mutating func consume(_ chunk: borrowing Chunk) {
    values += UnsafeBufferPointer(start: chunk.numbers, count: chunk.rows)
  }

  mutating func finishBlock() -> [Double] {
    defer { values = [] }
    return values
  }

  static func merge(_ partial: inout [Double], with later: [Double]) { partial += later }
}

/// All rows of a text as strings, read in blocks of `blockSize` bytes.
func textRows(
  _ text: [UInt8], options: ReadingOptions = ReadingOptions(), blockSize: Int = 1 << 18, threads: Int = 1
) throws -> (names: [String], rows: [[String]]) {
  let input = try DelimitedInput(name: "test.csv", bytes: text, options: options)
  let columns = input.schema.columns.count
  let plan = ReadingPlan(texts: Array(0..<columns), missing: .stays)
  let (rows, _) = try input.read(plan, threads: threads, blockSize: blockSize) { TextRows(columns: columns) }
  return (input.schema.names, rows ?? [])
}

/// The numbers of the only column of a text.
func numbers(
  _ text: String, decimal: ReadingPlan.Arithmetic? = nil, options: ReadingOptions = ReadingOptions()
) throws -> (values: [Double], scale: DeviationScale) {
  let input = try DelimitedInput(name: "test.csv", bytes: Array(text.utf8), options: options)
  let plan =
    if let decimal { ReadingPlan(deviations: [0], arithmetic: decimal) } else { ReadingPlan(values: [0]) }
  let (values, _) = try input.read(plan, threads: 1) { Numbers() }
  return (values ?? [], input.deviationScale(of: 0, decimal ?? .binary))
}

/// A small generator with a fixed seed: the same cases in every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
