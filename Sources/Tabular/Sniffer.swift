// Finds out how a file is written from its head: skipped lines, line ends, comments, delimiter, decimal mark, header.
// Whatever the user has fixed is taken as given; every choice that could change numbers leaves a note.
import CKernels

/// Reads the head of a file and decides.
struct Sniffer {
  /// Records that are looked at when candidates are compared.
  static let sampleRecords = 200

  let file: String
  let options: ReadingOptions
  private var notes: [ReadingNote] = []

  init(file: String, options: ReadingOptions) {
    self.file = file
    self.options = options
  }

  /// The schema of a file that begins with `head`; `isWhole` says that nothing follows.
  mutating func sniff(_ head: [UInt8], isWhole: Bool) throws(TabularError) -> Schema {
    try refuseWhatIsNoText(head)
    var start = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let ending = lineEnding(head)
    var lines = 0
    for _ in 0..<options.skippedLines {
      guard let end = head[start...].firstIndex(of: ending.terminator) else {
        start = head.count
        break
      }
      start = end + 1
      lines += 1
    }
    if head[start...].allSatisfy({ $0 == 0x0a || $0 == 0x0d || $0 == 0x20 }) {
      throw .badData(
        Diagnostic(
          file: file, message: head.isEmpty ? "is empty (0 bytes)" : "holds no records, only blank lines",
          mend: options.skippedLines > 0 ? "--skip \(options.skippedLines) leaves nothing: skip fewer lines" : nil))
    }
    var dialect = Dialect(
      delimiter: options.delimiter ?? UInt8(ascii: ","), quote: UInt8(ascii: "\""),
      decimalMark: options.decimalMark ?? UInt8(ascii: "."), lineEnding: ending, comment: options.comment,
      skippedLines: options.skippedLines, hasHeader: options.header ?? true, encoding: options.encoding,
      missingSpellings: options.missingSpellings, ragged: options.ragged)
    switch options.quote {
    case .character(let byte): dialect.quote = byte
    case .some(.none): dialect.quote = nil
    case nil: break
    }
    let body = Array(head[start...])
    if options.comment == nil { dialect.comment = foundComment(body, ending) }
    let sample = Block(wholeRecords(body, ending, isWhole: isWhole), terminator: ending.terminator)
    if options.delimiter == nil || options.decimalMark == nil { chooseMarks(sample, &dialect) }
    sample.forgetIndex()
    let records = Sniffer.records(sample, dialect, limit: Int.max)
    var builder = SchemaBuilder(
      file: file, options: options, dialect: dialect, sample: sample, records: records, headerOffset: start,
      headerLines: lines, notes: notes, isWhole: isWhole)
    return try builder.build()
  }

  private func refuseWhatIsNoText(_ head: [UInt8]) throws(TabularError) {
    let utf16 = head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff])
    if utf16 {
      throw .badData(
        Diagnostic(
          file: file, byteOffset: 0, message: "is UTF-16 text; UTF-8 is read",
          mend: "iconv -f UTF-16 -t UTF-8 FILE | statcli ... -"))
    }
    if let zero = head.firstIndex(of: 0) {
      let line = 1 + head[..<zero].count { $0 == 0x0a }
      throw .badData(
        Diagnostic(
          file: file, line: line, byteOffset: zero,
          message: "holds a NUL byte: it is binary, or text in UTF-16 or UTF-32",
          mend: "convert it to UTF-8 text first"))
    }
  }

  private func lineEnding(_ head: [UInt8]) -> LineEnding {
    guard let feed = head.firstIndex(of: 0x0a) else {
      return head.contains(0x0d) ? .carriageReturn : .lineFeed
    }
    return feed > 0 && head[feed - 1] == 0x0d ? .carriageReturnLineFeed : .lineFeed
  }

  /// The head without the record that may go on beyond it.
  private func wholeRecords(_ body: [UInt8], _ ending: LineEnding, isWhole: Bool) -> [UInt8] {
    if isWhole { return body }
    guard let last = body.lastIndex(of: ending.terminator) else { return body }
    return Array(body[...last])
  }

  /// `#` at the start of the first line, if a later line does without.
  private mutating func foundComment(_ body: [UInt8], _ ending: LineEnding) -> UInt8? {
    let mark = UInt8(ascii: "#")
    guard body.first == mark else { return nil }
    let lines = body.split(separator: ending.terminator, maxSplits: 100)
    guard lines.dropLast().contains(where: { $0.first != mark }) || lines.count == 1 else { return nil }
    notes.append(ReadingNote(code: "comments", text: "lines that begin with # are left out (--comment '#')"))
    return mark
  }

  /// The records of a block as ranges of offsets; blank lines and comments are left out.
  static func records(_ block: Block, _ dialect: Dialect, limit: Int) -> [[Range<Int>]] {
    var records: [[Range<Int>]] = []
    block.forEachRecord(dialect) { start, fields in
      let first = block.text[start]
      let isBlank = fields.count == 1 && fields[0].isEmpty
      let isComment = dialect.comment == first && dialect.comment != nil
      if !isBlank && !isComment { records.append(fields) }
      return records.count < limit
    }
    return records
  }

  // MARK: Delimiter and decimal mark

  /// How well a pair of delimiter and decimal mark explains the sample.
  private struct Score {
    var share: Double  // of records that have the usual number of fields
    var numeric: Double  // of cells that are numbers or missing
    var fields: Int
  }

  private mutating func chooseMarks(_ sample: Block, _ dialect: inout Dialect) {
    let comma = UInt8(ascii: ",")
    let point = UInt8(ascii: ".")
    let delimiters: [UInt8] =
      options.delimiter.map { [$0] } ?? [comma, UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|"), 0x20]
    var best: (score: Score, delimiter: UInt8, mark: UInt8)?
    for delimiter in delimiters {
      let marks = options.decimalMark.map { [$0] } ?? (delimiter == comma ? [point] : [point, comma])
      for mark in marks where mark != delimiter {
        var candidate = dialect
        candidate.delimiter = delimiter
        candidate.decimalMark = mark
        let found = score(sample, candidate)
        // A blank is a delimiter only where nothing else divides the lines.
        if delimiter == 0x20 && (best?.score.fields ?? 1) > 1 { continue }
        if let current = best?.score {
          let better =
            found.fields > 1
            && (current.fields == 1
              || (found.share, found.numeric, Double(found.fields))
                > (current.share, current.numeric, Double(mark == comma ? Int.max : current.fields)))
          if !better { continue }
        }
        best = (found, delimiter, mark)
      }
    }
    guard let best else { return }
    dialect.delimiter = best.score.fields > 1 ? best.delimiter : (options.delimiter ?? comma)
    dialect.decimalMark = best.mark
    if best.mark == comma && options.decimalMark == nil {
      notes.append(ReadingNote(code: "decimal-comma", text: "numbers are written with a decimal comma (--decimal ,)"))
    }
  }

  private func score(_ sample: Block, _ dialect: Dialect) -> Score {
    sample.forgetIndex()
    let records = Sniffer.records(sample, dialect, limit: Sniffer.sampleRecords)
    var counts: [Int: Int] = [:]
    for record in records { counts[record.count, default: 0] += 1 }
    guard let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
      return Score(share: 0, numeric: 0, fields: 1)
    }
    let notation = Notation(dialect)
    var cells = 0
    var numbers = 0
    for record in records.dropFirst().prefix(50) where record.count == usual.key {
      for field in record.prefix(200) {
        cells += 1
        let kind = notation.read(sample.cell(field)).class_
        if kind != ck_cell_text { numbers += 1 }
      }
    }
    return Score(
      share: (Double(usual.value) / Double(records.count) * 10).rounded() / 10,
      numeric: cells == 0 ? 0 : Double(numbers) / Double(cells), fields: usual.key)
  }
}
