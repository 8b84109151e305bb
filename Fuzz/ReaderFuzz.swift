// The reader under libFuzzer, compiled into one module with it. The first bytes choose how the rest is read; whatever
// the rest is, reading must end in rows or in an error, and the size of blocks and the number of workers must not matter.
import CKernels

/// Everything that came out of a reading, in a form that can be compared.
private struct Reading: Equatable {
  var names: [String] = []
  var texts: [[String]] = []
  var numbers: [[UInt64]] = []
  var records = 0
  var error: String?
}

private struct Everything: ChunkConsumer {
  let numberColumns: Int
  let textColumns: Int
  var texts: [[String]] = []
  var numbers: [[UInt64]] = []

  mutating func consume(_ chunk: borrowing Chunk) {
    for row in 0..<chunk.rows {
      var cells: [String] = []
      for column in 0..<textColumns { cells.append(chunk.text(row: row, column: column) ?? "<invalid>") }
      texts.append(cells)
      numbers.append((0..<numberColumns).map { chunk.numbers[$0 * chunk.stride + row].bitPattern })
    }
  }

  mutating func finishBlock() -> ([[String]], [[UInt64]]) {
    defer { (texts, numbers) = ([], []) }
    return (texts, numbers)
  }

  static func merge(_ partial: inout ([[String]], [[UInt64]]), with later: ([[String]], [[UInt64]])) {
    partial.0 += later.0
    partial.1 += later.1
  }
}

private func options(_ choice: UInt8, _ second: UInt8) -> ReadingOptions {
  var options = ReadingOptions()
  options.delimiter = [nil, nil, 0x2c, 0x3b, 0x09, 0x20][Int(choice) % 6]
  options.quote = [nil, nil, ReadingOptions.Quote.none, .character(0x27)][Int(choice >> 3) % 4]
  options.decimalMark = options.delimiter == 0x3b && choice & 0x40 != 0 ? 0x2c : nil
  options.header = [nil, true, false, nil][Int(second) % 4]
  options.comment = second & 4 != 0 ? 0x23 : nil
  options.ragged = [RaggedPolicy.pad, .drop, .error, .pad][Int(second >> 3) % 4]
  options.encoding = second & 0x20 != 0 ? .windows1252 : .utf8
  options.additionalMissing = second & 0x40 != 0 ? ["-999", "?"] : []
  options.skippedLines = second & 0x80 != 0 ? 1 : 0
  return options
}

private func read(_ text: [UInt8], _ options: ReadingOptions, blockSize: Int, threads: Int) -> Reading {
  var reading = Reading()
  do throws(TabularError) {
    let input = try DelimitedInput(name: "f", bytes: text, options: options)
    reading.names = input.schema.names
    let numeric = input.schema.columns.indices.filter { input.schema.columns[$0].type.isNumeric }
    let plan = ReadingPlan(
      deviations: numeric, values: numeric, texts: Array(input.schema.columns.indices), missing: .stays)
    let columns = input.schema.columns.count
    let (result, tally) = try input.read(plan, threads: threads, blockSize: blockSize) {
      Everything(numberColumns: 2 * numeric.count, textColumns: columns)
    }
    reading.texts = result?.0 ?? []
    reading.numbers = result?.1 ?? []
    reading.records = tally.records
  } catch {
    // Which problems are shown may depend on where blocks end; that there are some may not.
    reading = Reading(error: "refused")
  }
  return reading
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 3, count < 1 << 16 else { return 0 }
  let options = options(data[0], data[1])
  let text = Array(UnsafeBufferPointer(start: data + 3, count: count - 3))
  let whole = read(text, options, blockSize: 1 << 18, threads: 1)
  let cut = read(text, options, blockSize: 1 + Int(data[2]), threads: 2)
  precondition(whole == cut, "blocks of \(1 + Int(data[2])) bytes read otherwise than one block")
  return 0
}
