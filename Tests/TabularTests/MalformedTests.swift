// Malformed files, each with what is said about it; and odd but readable ones, each with what is read.
import Foundation
import Testing

@testable import Tabular

/// One file of `Fixtures/malformed.json`.
struct MalformedFile: Decodable, Sendable, CustomTestStringConvertible {
  struct Options: Decodable {
    var comment, ragged, encoding: String?
    var skip: Int?
    var na: [String]?
  }

  enum Part: Decodable {
    case text(String)
    case times(Int)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let times = try? container.decode(Int.self) {
        self = .times(times)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  var name: String
  var text: String?
  var hex: String?
  /// Texts and how often each is repeated.
  var parts: [[Part]]?
  var options: Options?
  /// The messages, for files that cannot be read.
  var errors: [String]?
  /// The mend of the first message.
  var mend: String?
  /// Rows that are complete, for files that can.
  var rows: Int?
  var records: Int?
  var notes: [String]?

  var testDescription: String { name }

  var bytes: [UInt8] {
    if let hex {
      let digits = Array(hex)
      return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
    }
    if let parts {
      return parts.flatMap { part -> [UInt8] in
        guard case .text(let text) = part[0], case .times(let times) = part[1] else { return [] }
        return Array(String(repeating: text, count: times).utf8)
      }
    }
    return Array(text!.utf8)
  }

  var reading: ReadingOptions {
    var reading = ReadingOptions()
    reading.comment = options?.comment?.utf8.first
    reading.skippedLines = options?.skip ?? 0
    reading.additionalMissing = options?.na ?? []
    if let ragged = options?.ragged { reading.ragged = RaggedPolicy(rawValue: ragged)! }
    if let encoding = options?.encoding { reading.encoding = TextEncoding(rawValue: encoding)! }
    return reading
  }

  static let all: [MalformedFile] = {
    let url = Bundle.module.url(forResource: "Fixtures/malformed", withExtension: "json")!
    return try! JSONDecoder().decode([MalformedFile].self, from: Data(contentsOf: url))
  }()
}

@Suite struct MalformedTests {
  @Test func thereAreEnough() {
    #expect(MalformedFile.all.count { $0.errors != nil } >= 40)
  }

  /// Reads all columns that are not text.
  func read(_ file: MalformedFile, threads: Int) throws -> (rows: Int, tally: ReadingTally, notes: [String]) {
    let input = try DelimitedInput(name: "f.csv", bytes: file.bytes, options: file.reading)
    let columns = input.schema.columns.indices.filter { input.schema.columns[$0].type != .text }
    let (values, tally) = try input.read(ReadingPlan(deviations: columns), threads: threads) { Numbers() }
    return (values?.count ?? 0, tally, input.schema.notes.map(\.code))
  }

  @Test(arguments: MalformedFile.all.filter { $0.errors != nil }) func isRefused(_ file: MalformedFile) {
    for threads in [1, 2] {
      do {
        _ = try read(file, threads: threads)
        Issue.record("\(file.name) was read")
      } catch {
        guard case .badData(let groups)? = error as? TabularError else {
          Issue.record("\(file.name): \(error)")
          continue
        }
        #expect(groups.flatMap(\.shown).map(\.description) == file.errors)
        if let mend = file.mend { #expect(groups[0].shown[0].mend == mend) }
      }
    }
  }

  @Test(arguments: MalformedFile.all.filter { $0.errors == nil }) func isRead(_ file: MalformedFile) throws {
    for threads in [1, 2] {
      let read = try read(file, threads: threads)
      #expect(read.rows == file.rows)
      #expect(read.tally.records == file.records ?? file.rows)
      #expect(read.notes == file.notes ?? [])
    }
  }

  @Test func manyErrorsAreGroupedAndCounted() {
    let text = "a,b\n1,2\n" + (0..<5000).map { $0 % 3 == 0 ? "x,1\n" : "1,2\n" }.joined()
    do throws(TabularError) {
      let input = try DelimitedInput(name: "f.csv", bytes: Array(text.utf8))
      _ = try input.read(ReadingPlan(deviations: [0, 1]), threads: 2, blockSize: 300) { Numbers() }
      Issue.record("was read")
    } catch {
      guard case .badData(let groups) = error else { return }
      #expect(groups.count == 1)
      #expect(groups[0].total == 1667)
      #expect(groups[0].shown.map(\.line) == [3, 6, 9, 12, 15])
    }
  }

  @Test func filesThatAreNotThere() {
    #expect { try DelimitedInput(paths: ["/nowhere/data.csv"]) } throws: {
      $0 as? TabularError == .notFound(path: "/nowhere/data.csv")
    }
    #expect { try DelimitedInput(paths: ["/tmp"]) } throws: {
      "\($0)" == "/tmp: is a directory; name a file in it"
    }
  }

  @Test func severalFilesMustHaveTheSameColumns() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tabular-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = { (name: String) in folder.appending(path: name).path }
    try "a,b\n1,2\n3,4\n".write(toFile: path("1.csv"), atomically: true, encoding: .utf8)
    try "b,a\n20,10\n".write(toFile: path("2.csv"), atomically: true, encoding: .utf8)
    try "a,c\n1,2\n".write(toFile: path("3.csv"), atomically: true, encoding: .utf8)
    let input = try DelimitedInput(paths: [path("1.csv"), path("2.csv")])
    let (values, tally) = try input.read(ReadingPlan(values: [0]), threads: 1) { Numbers() }
    #expect(values == [1, 3, 10])
    #expect(tally.records == 3)
    #expect { try DelimitedInput(paths: [path("1.csv"), path("3.csv")]) } throws: {
      "\($0)" == "\(path("3.csv")): has other columns than \(path("1.csv")): it lacks \"b\" and has \"c\" besides"
    }
  }

  @Test func hundredThousandColumns() throws {
    let count = 100_000
    let names = (0..<count).map { "x\($0)" }.joined(separator: ",")
    let rows = (0..<3).map { row -> String in
      (0..<count).map { "\($0 + row).25" }.joined(separator: ",")
    }
    let input = try DelimitedInput(name: "f.csv", bytes: Array(([names] + rows).joined(separator: "\n").utf8))
    #expect(input.schema.columns.count == count)
    let (values, tally) = try input.read(ReadingPlan(values: [count - 1]), threads: 2) { Numbers() }
    #expect(values == [99_999.25, 100_000.25, 100_001.25])
    #expect(tally.records == 3)
  }
}
