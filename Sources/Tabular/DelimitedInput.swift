// One or several files of delimited text with the same columns, opened and understood, ready to be read once.
import CKernels
import Glibc

/// An opened input: the first file has been looked at, nothing has been consumed.
public final class DelimitedInput: @unchecked Sendable {
  // Safe to share: files are read by one worker at a time, under a lock.
  /// What the first file holds; all others must hold the same columns.
  public let schema: Schema
  let files: [OpenFile]

  struct OpenFile {
    let source: ByteSource
    let schema: Schema
    /// For each column of the first file, its field in this one.
    let fields: [Int]
    /// The text before the first record: what was skipped, and the header.
    let head: [UInt8]
  }

  /// The first file's text up to its first record, as it stands there.
  public var head: [UInt8] { files[0].head }

  /// Stored bytes read so far, and in all if no file is a pipe; any thread may ask while another reads.
  public var progress: (bytesRead: Int, total: Int?) {
    let sizes = files.map(\.source.size)
    return (
      files.reduce(0) { $0 + $1.source.bytesRead.load(ordering: .relaxed) },
      sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + $1! }
    )
  }

  /// Opens files in order; `-` is standard input.
  ///
  /// **Throws**: `TabularError` if a file is not there, is no delimited text, or has other columns than the first.
  public convenience init(paths: [String], options: ReadingOptions = ReadingOptions()) throws(TabularError) {
    var sources: [ByteSource] = []
    for path in paths { sources.append(try ByteSource(path: path)) }
    try self.init(sources: sources, options: options)
  }

  /// Reads delimited text from memory; `name` stands for it in messages.
  public convenience init(
    name: String, bytes: [UInt8], options: ReadingOptions = ReadingOptions()
  ) throws(TabularError) {
    try self.init(sources: [ByteSource(name: name, bytes: bytes)], options: options)
  }

  init(sources: [ByteSource], options: ReadingOptions) throws(TabularError) {
    precondition(!sources.isEmpty, "an input needs at least one file")
    var options = options
    var files: [OpenFile] = []
    for source in sources {
      let (schema, head) = try DelimitedInput.understand(source, options)
      if let first = files.first {
        let fields = try DelimitedInput.match(source, schema, first)
        files.append(OpenFile(source: source, schema: schema, fields: fields, head: head))
      } else {
        files.append(OpenFile(source: source, schema: schema, fields: Array(schema.columns.indices), head: head))
        // The other files are written the same way.
        options.delimiter = schema.dialect.delimiter
        options.decimalMark = schema.dialect.decimalMark
        options.header = schema.dialect.hasHeader
      }
    }
    self.files = files
    schema = files[0].schema
  }

  /// Wide records may need a long head, but not a longer one.
  private static let longestHead = 1 << 24

  /// Reads the head of a file, finds out how it is written, and hands the rest back.
  private static func understand(_ source: ByteSource, _ options: ReadingOptions) throws(TabularError) -> (
    Schema, head: [UInt8]
  ) {
    var head: [UInt8] = []
    var isWhole = false
    var wanted = 1 << 16
    while true {
      isWhole = try fill(&head, to: wanted, from: source)
      // Wide records: go on until there are a dozen of them.
      let lines = head.lazy.filter { $0 == 0x0a || $0 == 0x0d }.prefix(17).count
      if isWhole || lines > 16 { break }
      if wanted >= longestHead {
        if lines > 0 { break }
        throw .badData(
          Diagnostic(
            file: source.name, line: 1, message: "the first \(longestHead >> 20) MiB hold no line end",
            mend: "is it delimited text? `file` and `head -c 200` tell"))
      }
      wanted *= 2
    }
    var sniffer = Sniffer(file: source.name, options: options)
    let schema = try sniffer.sniff(head, isWhole: isWhole)
    let end = min(schema.headerBytes, head.count)
    source.pushBack(Array(head[end...]))
    return (schema, Array(head[..<end]))
  }

  /// Reads until `head` has `wanted` bytes; true if the file ends before.
  private static func fill(_ head: inout [UInt8], to wanted: Int, from source: ByteSource) throws(TabularError) -> Bool
  {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted, alignment: 64)
    defer { buffer.deallocate() }
    while head.count < wanted {
      let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(wanted - head.count)]))
      if count == 0 { return true }
      head.append(contentsOf: buffer[..<count])
    }
    return false
  }

  private static func match(
    _ source: ByteSource, _ schema: Schema, _ first: OpenFile
  ) throws(TabularError) -> [Int] {
    let places = Dictionary(uniqueKeysWithValues: schema.names.enumerated().map { ($1, $0) })
    let wanted = Set(first.schema.names)
    let missing = first.schema.names.filter { places[$0] == nil }
    let surplus = schema.names.filter { !wanted.contains($0) }
    guard missing.isEmpty && surplus.isEmpty else {
      let quoted = { (names: [String]) in names.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ") }
      var parts: [String] = []
      if !missing.isEmpty { parts.append("lacks \(quoted(missing))") }
      if !surplus.isEmpty { parts.append("has \(quoted(surplus)) besides") }
      throw .badData(
        Diagnostic(
          file: source.name,
          message: "has other columns than \(first.source.name): it \(parts.joined(separator: " and "))",
          mend: "give files with the same columns, in any order"))
    }
    return first.schema.names.map { places[$0]! }
  }
}
