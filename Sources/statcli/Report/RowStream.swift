// Records that are written while they are made: their text, field by field, and the stream that it goes to. Memory does not grow with their number.
import JSONText
import Tabular

/// The forms of records that can be written one by one.
enum RowFormat: String {
  case csv, tsv, jsonl
}

extension OutputFlags {
  /// The form of records; nil where the report is asked for. `standard` holds where no flag and no extension says otherwise.
  func rowFormat(standard: RowFormat?) -> RowFormat? {
    let isChosen = json || plain || format != nil || output.flatMap(Format.init(extensionOf:)) != nil
    return isChosen ? RowFormat(rawValue: chosenFormat.rawValue) : standard
  }
}

/// Text of records, appended field by field.
struct RowText: Sendable {
  let format: RowFormat
  var bytes: [UInt8] = []
  /// What stands between fields, for jsonl with the name before each field, and at the end of a record.
  private let separator: UInt8
  private let names: [[UInt8]]
  /// The line of names; nothing for jsonl.
  let header: [UInt8]
  private var field = 0

  init(_ format: RowFormat, names: [String]) {
    self.format = format
    switch format {
    case .csv, .tsv:
      separator = format == .csv ? UInt8(ascii: ",") : 9
      self.names = []
      header =
        Array(names.map { Records.field($0, format) }.joined(separator: format == .csv ? "," : "\t").utf8) + [10]
    case .jsonl:
      separator = UInt8(ascii: ",")
      self.names = names.map { Array((JSON.string($0).text(indented: false) + ":").utf8) }
      header = []
    }
  }

  private mutating func begin() {
    if field > 0 {
      bytes.append(separator)
    } else if format == .jsonl {
      bytes.append(UInt8(ascii: "{"))
    }
    if format == .jsonl { bytes += names[field] }
    field += 1
  }

  mutating func add(_ value: Int) {
    begin()
    bytes.appendDecimal(value)
  }

  /// What is no finite number is an empty field, or null.
  mutating func add(_ value: Double?) {
    begin()
    if let value, value.isFinite {
      bytes.appendShortest(value)
    } else if format == .jsonl {
      bytes += "null".utf8
    }
  }

  mutating func add(_ text: String?) {
    begin()
    if format == .jsonl {
      bytes += (text.map(JSON.string) ?? .null).text(indented: false).utf8
    } else if let text {
      bytes += Records.field(text, format).utf8
    }
  }

  mutating func end() {
    if format == .jsonl { bytes.append(UInt8(ascii: "}")) }
    bytes.append(10)
    field = 0
  }

  /// What was written since the last time.
  mutating func take() -> [UInt8] {
    let taken = bytes
    bytes = []
    bytes.reserveCapacity(taken.count + taken.count / 8)
    return taken
  }
}

/// Where records go while they are made: standard output, or a file that gets its name at the end.
final class RowStream: @unchecked Sendable {
  // Used by one thread at a time: the one that hands on what is next.
  private var file: OutputFile?
  private var failure: Failure?

  convenience init(_ output: OutputFlags) throws(Failure) { try self.init(output.file, replacing: output.force) }

  /// Claims the file; nil is standard output.
  init(_ path: String?, replacing: Bool) throws(Failure) {
    if let path {
      file = try OutputFile(path, replacing: replacing)
    } else {
      file = nil
    }
  }

  func write(_ bytes: [UInt8]) -> Continuation {
    do throws(Failure) {
      if file != nil {
        try file!.append(bytes)
      } else {
        try StandardOutput.write(bytes)
      }
      return .goOn
    } catch {
      failure = error
      return .stop
    }
  }

  /// Gives the file its name.
  ///
  /// **Throws**: what went wrong in writing.
  func finish() throws(Failure) {
    if let failure { throw failure }
    if file != nil { try file!.commit([]) }
  }
}
