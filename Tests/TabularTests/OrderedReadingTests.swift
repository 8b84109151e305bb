// Results in the order of the input, line numbers of rows, and the text between them: whatever the edges of blocks and the number of threads.
import Testing

@testable import Tabular

/// Notes line and number of each row, and copies the text with every missing cell of the first column replaced by `?`.
private struct Copier: ChunkConsumer {
  struct Part: Sendable {
    var text: [UInt8] = []
    var rows: [String] = []
  }

  var part = Part()

  mutating func consume(_ chunk: borrowing Chunk) {
    let source = chunk.source
    var copied = 0
    for row in 0..<chunk.rows {
      part.rows.append("\(chunk.line(row: row)):\(chunk.numbers[row])")
      guard chunk.numbers[row].isNaN else { continue }
      let place = chunk.place(row: row, column: 0)
      part.text += source[copied..<place.lowerBound]
      part.text.append(UInt8(ascii: "?"))
      copied = place.upperBound
    }
    part.text += source[copied...]
  }

  mutating func finishBlock() -> Part {
    defer { part = Part() }
    return part
  }

  static func merge(_ partial: inout Part, with later: Part) {
    partial.text += later.text
    partial.rows += later.rows
  }
}

private func copy(_ text: String, blockSize: Int, threads: Int) throws -> (text: String, rows: [String]) {
  let input = try DelimitedInput(name: "test.csv", bytes: Array(text.utf8), options: ReadingOptions())
  let plan = ReadingPlan(values: [1], places: [1], missing: .stays, lines: .counted)
  let total = Lock(Copier.Part())
  _ = try input.read(
    plan, threads: threads, blockSize: blockSize, consumer: { Copier() },
    inOrder: { part in
      total.withLock { Copier.merge(&$0, with: part) }
      return .goOn
    })
  let part = total.withLock { $0 }
  return (String(decoding: input.head + part.text, as: UTF8.self), part.rows)
}

@Suite struct OrderedReadingTests {
  private let text =
    "name,x\na,1\n\nb,NA\n\"two\nlines\",3\n\n\nc,\nd, 5\n" + (0..<40).map { "row\($0),\($0)\n" }.joined()
    + "e,NA\nend,7"

  @Test(arguments: [16, 17, 23, 64, 4096], [1, 2, 5]) func orderLinesAndText(blockSize: Int, threads: Int) throws {
    let (copied, rows) = try copy(text, blockSize: blockSize, threads: threads)
    let numbered = (0..<40).map { "\($0 + 11):\(Double($0))" }
    let expected = ["2:1.0", "4:nan", "5:3.0", "9:nan", "10:5.0"] + numbered + ["51:nan", "52:7.0"]
    #expect(rows == expected)
    let replaced = text.replacing("b,NA", with: "b,?").replacing("c,\n", with: "c,?\n").replacing("e,NA", with: "e,?")
    #expect(copied == replaced, "no byte else has changed, and no line end was added")
  }

  @Test func byteOrderMarkAndCarriageReturnsStay() throws {
    let text = "\u{FEFF}name,x\r\na,1\r\nb,NA\r\nc,3\r\n"
    #expect(try copy(text, blockSize: 16, threads: 2).text == text.replacing("NA", with: "?"))
  }

  /// Nothing behind the first thing that is wrong is handed on, and all that is wrong is told.
  @Test func whatIsWrongEndsTheOutput() throws {
    let text = "name,x\n" + (0..<200).map { "r\($0),\($0 == 100 || $0 == 150 ? "oops" : "\($0)")\n" }.joined()
    let input = try DelimitedInput(name: "test.csv", bytes: Array(text.utf8), options: ReadingOptions())
    let plan = ReadingPlan(values: [1], places: [1], missing: .stays, lines: .counted)
    let rows = Lock<[String]>([])
    let error = #expect(throws: TabularError.self) {
      try input.read(
        plan, threads: 2, blockSize: 64, consumer: { Copier() },
        inOrder: { part in
          rows.withLock { $0 += part.rows }
          return .goOn
        })
    }
    guard case .badData(let groups) = error else { return }
    #expect(groups.map(\.total) == [2] && groups[0].shown.map(\.line) == [102, 152])
    let handed = rows.withLock { $0 }
    let expected = (0..<handed.count).map { "\($0 + 2):\(Double($0))" }
    #expect(handed == expected)
    #expect(handed.count <= 100)
  }

  @Test func theSinkEndsReading() throws {
    let text = "name,x\n" + (0..<2000).map { "r\($0),\($0)\n" }.joined()
    let input = try DelimitedInput(name: "test.csv", bytes: Array(text.utf8), options: ReadingOptions())
    let calls = Lock(0)
    let tally = try input.read(
      ReadingPlan(values: [1], missing: .stays), threads: 2, blockSize: 64, consumer: { Nothing() },
      inOrder: { _ in
        calls.withLock { $0 += 1 }
        return .stop
      })
    #expect(calls.withLock { $0 } == 1 && tally.records < 2000)
  }

  @Test(arguments: [1, 2, 7]) func deliveryIsInOrder(threads: Int) {
    let found = Lock<[Int]>([])
    OrderedDelivery<Int>.run(
      count: 300, threads: threads, make: { $0 * $0 },
      to: { value in
        found.withLock { $0.append(value) }
        return .goOn
      })
    let squares = (0..<300).map { $0 * $0 }
    #expect(found.withLock { $0 } == squares)
  }

  /// Against Swift's own shortest digits, which read back to the same bits.
  @Test func shortestDigits() {
    let values: [Double] = [
      0, -0.0, 1, -1, 100_000, 0.1, 1 / 3, 1e-4, 9.9e-5, 1e-300, .leastNonzeroMagnitude, 1.7976931348623157e308, 1e16,
      2e16, 123456.789, -2.5e-7,
    ]
    for value in values {
      var bytes: [UInt8] = []
      bytes.appendShortest(value)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(Double(text)!.bitPattern == value.bitPattern)
      let swift = value.description
      #expect(text == (swift.hasSuffix(".0") ? String(swift.dropLast(2)) : swift))
    }
    var bytes: [UInt8] = []
    bytes.appendShortest(-1.25, decimalMark: UInt8(ascii: ","))
    bytes.append(UInt8(ascii: " "))
    bytes.appendDecimal(0)
    bytes.appendDecimal(10_407)
    #expect(String(decoding: bytes, as: UTF8.self) == "-1,25 010407")
  }
}

/// Takes rows and makes nothing of them.
private struct Nothing: ChunkConsumer {
  mutating func consume(_ chunk: borrowing Chunk) {}
  mutating func finishBlock() -> Int { 0 }
  static func merge(_ partial: inout Int, with later: Int) {}
}
