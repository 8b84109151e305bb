// From the records of a file's head to its columns: is there a header, what are the names, which columns are numbers,
// and with how many decimal places.
import CKernels

struct SchemaBuilder {
  let file: String
  let options: ReadingOptions
  var dialect: Dialect
  let sample: Block
  let records: [[Range<Int>]]
  let headerOffset: Int
  let headerLines: Int
  var notes: [ReadingNote]
  let isWhole: Bool

  mutating func build() throws(TabularError) -> Schema {
    guard let first = records.first else {
      throw .badData(Diagnostic(file: file, message: "holds no records, only comments and blank lines"))
    }
    let notation = Notation(dialect)
    dialect.hasHeader = options.header ?? looksLikeHeader(notation)
    if !dialect.hasHeader && options.header == nil {
      notes.append(
        ReadingNote(code: "no-header", text: "no header found: columns are named col1, col2, ... (--no-header)"))
    }
    let data = dialect.hasHeader ? Array(records.dropFirst()) : records
    if data.isEmpty && isWhole {
      throw .badData(
        Diagnostic(
          file: file, line: headerLines + 1, message: "has a header and no records",
          mend: "if the first line is data, say --no-header"))
    }
    var names: [String]
    if dialect.hasHeader {
      names = []
      for (i, field) in first.enumerated() { names.append(try name(field, i)) }
    } else {
      names = (1...max(1, usualFieldCount(data))).map { "col\($0)" }
    }
    let usual = usualFieldCount(data)
    if dialect.hasHeader && usual == names.count + 1 {
      // R's write.table leaves the name of the row names out.
      names.insert("row", at: 0)
      notes.append(
        ReadingNote(
          code: "row-names", text: "the header has one name less than the records: the first column is called \"row\""))
    }
    var columns = names.enumerated().map { describe($1, field: $0, data, notation) }
    let fields = columns.count
    if let last = columns.last, columns.count > 1, last.type == .empty,
      first.last?.isEmpty == true || !dialect.hasHeader
    {
      columns.removeLast()
      notes.append(
        ReadingNote(
          code: "trailing-delimiter", text: "every record ends with a delimiter: the empty last column is left out"))
    }
    makeUnique(&columns)
    let dataStart = data.first?.first?.lowerBound ?? sample.length
    let headerLength = dialect.hasHeader ? (first.last!.upperBound + 1) : 0
    // Blank lines and comments before the header belong to it; those after it are skipped by the reader.
    let consumed = dialect.hasHeader ? endOfRecord(after: headerLength - 1) : 0
    return Schema(
      dialect: dialect, columns: columns, fields: fields, notes: notes, headerBytes: headerOffset + consumed,
      headerLines: headerLines + ck_count(sample.text, consumed, dialect.lineEnding.terminator),
      bytesPerRecord: max(1, (sample.length - min(dataStart, sample.length)) / max(1, data.count)))
  }

  /// The offset after the terminator at or after `offset`.
  private func endOfRecord(after offset: Int) -> Int {
    var end = offset
    while end < sample.length && sample.text[end] != dialect.lineEnding.terminator { end += 1 }
    return min(end + 1, sample.length)
  }

  private func usualFieldCount(_ data: [[Range<Int>]]) -> Int {
    var counts: [Int: Int] = [:]
    for record in data { counts[record.count, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? records.first?.count ?? 1
  }

  /// A header names at least one column whose cells below are mostly numbers, or there are no numbers at all.
  private func looksLikeHeader(_ notation: Notation) -> Bool {
    let first = records[0]
    let kinds = first.map { notation.read(sample.cell($0)).class_ }
    if kinds.allSatisfy({ $0 == ck_cell_text }) { return true }
    if !kinds.contains(ck_cell_text) {
      // An empty name beside numbers says nothing; numbers alone are data.
      return false
    }
    for (field, kind) in kinds.enumerated() where kind == ck_cell_text {
      var numbers = 0
      var texts = 0
      for record in records.dropFirst().prefix(Sniffer.sampleRecords) where field < record.count {
        switch notation.read(sample.cell(record[field])).class_ {
        case ck_cell_text: texts += 1
        case ck_cell_missing: break
        default: numbers += 1
        }
      }
      if numbers > texts { return true }
    }
    // Text over text in the text columns: a header if the other names are not numbers of their columns' kind.
    return !kinds.contains(ck_cell_decimal) && !kinds.contains(ck_cell_long)
  }

  private func name(_ field: Range<Int>, _ position: Int) throws(TabularError) -> String {
    guard let text = CellText.decode(sample.cell(field), quote: dialect.quote, encoding: dialect.encoding) else {
      throw .badData(
        Diagnostic(
          file: file, line: headerLines + 1 + ck_count(sample.text, field.lowerBound, dialect.lineEnding.terminator),
          field: position + 1, byteOffset: headerOffset + field.lowerBound,
          message: "the column's name is not valid UTF-8",
          mend: "name the encoding: --encoding latin1 or --encoding windows-1252"))
    }
    return text
  }

  private mutating func makeUnique(_ columns: inout [ColumnDescription]) {
    var taken = Set(columns.map(\.name))
    var seen: Set<String> = []
    var lastCopy: [String: Int] = [:]
    var renamed: [(column: Int, from: String)] = []
    for i in columns.indices {
      if columns[i].name.isEmpty { columns[i].name = "col\(i + 1)" }
      let base = columns[i].name
      guard !seen.insert(base).inserted else { continue }
      var copy = lastCopy[base] ?? 1
      repeat { copy += 1 } while !taken.insert("\(base)_\(copy)").inserted
      lastCopy[base] = copy
      columns[i].name = "\(base)_\(copy)"
      seen.insert(columns[i].name)
      renamed.append((i, base))
    }
    guard let first = renamed.first else { return }
    let others = renamed.count > 1 ? ", and \(renamed.count - 1) more in the same way" : ""
    notes.append(
      ReadingNote(
        code: "duplicate-name",
        text: "column \(first.column + 1) has the name \"\(first.from)\" again: it is called "
          + "\"\(columns[first.column].name)\"" + others))
  }

  private func describe(
    _ name: String, field: Int, _ data: [[Range<Int>]], _ notation: Notation
  ) -> ColumnDescription {
    var integers = 0
    var decimals = 0
    var missing = 0
    var texts = 0
    var places = 0
    var largest = 0.0
    var first: ck_cell?
    var distinct: Set<Int64> = []
    for record in data {
      guard field < record.count else {
        missing += 1
        continue
      }
      let cell = notation.read(sample.cell(record[field]))
      switch cell.class_ {
      case ck_cell_missing: missing += 1
      case ck_cell_decimal:
        if cell.integer { integers += 1 } else { decimals += 1 }
        if first == nil { first = cell }
        places = max(places, Int(cell.scale))
        largest = max(largest, magnitude(cell))
        if distinct.count <= 40 && cell.scale == 0 { distinct.insert(cell.significand) }
      case ck_cell_long, ck_cell_infinite: decimals += 1
      default: texts += 1
      }
    }
    let numbers = integers + decimals
    let type: ColumnType =
      numbers == 0 && texts == 0 ? .empty : texts >= numbers ? .text : decimals == 0 ? .integer : .number
    // Scaled values must stay well inside 63 bits.
    places = min(places, 18)
    while places > 0 && largest * Double.powerOfTen(places) > 0x1p60 { places -= 1 }
    return ColumnDescription(
      name: name, type: type, decimalPlaces: places, origin: scaled(first, places), missingInSample: missing,
      distinctIntegers: decimals == 0 && texts == 0 && distinct.count <= 40 ? distinct.count : nil)
  }

  /// The size of a decimal, to a few roundings.
  private func magnitude(_ cell: ck_cell) -> Double {
    let significand = Double(cell.significand.magnitude)
    guard 0...22 ~= cell.scale else { return abs(ck_decimal_to_double(cell.significand, cell.scale)) }
    return significand / Double.powerOfTen(Int(cell.scale))
  }

  /// The value in units of 10^-places, or the nearest such number; 0 where it does not fit.
  private func scaled(_ cell: ck_cell?, _ places: Int) -> Int64 {
    guard let cell else { return 0 }
    guard magnitude(cell) * Double.powerOfTen(places) < 0x1p61 else { return 0 }
    let steps = places - Int(cell.scale)
    if steps >= 0 { return cell.significand * Int64(Double.powerOfTen(min(steps, 18))) }
    return steps < -18 ? 0 : cell.significand / Int64(Double.powerOfTen(-steps))
  }
}

extension Double {
  /// 10^k for k in 0...22, exact.
  static func powerOfTen(_ k: Int) -> Double { powers[k] }

  private static let powers: [Double] = (1...22).reduce(into: [1]) { powers, _ in
    powers.append(powers[powers.count - 1] * 10)
  }
}
