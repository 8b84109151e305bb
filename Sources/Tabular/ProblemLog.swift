// Problems that the kernels report while rows are read: a few of each kind are kept with their place, all are counted.
import CKernels

/// Problems of one worker.
final class ProblemLog {
  /// Diagnostics shown of each kind.
  static let shown = 5

  struct Entry {
    var file: Int
    var block: Int
    var offset: Int
    var linesBefore: Int
    var diagnostic: Diagnostic
  }

  private(set) var entries: [Int: [Entry]] = [:]
  private(set) var totals: [Int: Int] = [:]
  private let schema: Schema
  private let dialect: Dialect

  // The place that the next reports come from.
  var file = 0
  var fileName = ""
  var block: Block?
  /// Names of this file's fields.
  var names: [String] = []

  init(schema: Schema) {
    self.schema = schema
    dialect = schema.dialect
  }

  var isEmpty: Bool { totals.isEmpty }

  func note(_ problem: ck_problem) {
    guard let block else { return }
    let kind = Int(problem.kind.rawValue)
    totals[kind, default: 0] += 1
    // Enough of each block to show the first few of the whole input, whatever the order of the blocks.
    let fromHere = entries[kind, default: []].reversed().prefix { $0.file == file && $0.block == block.number }.count
    guard fromHere < ProblemLog.shown else { return }
    let start = Int(problem.cell.start)
    let end = Int(problem.cell.end)
    let lines = ck_count(block.text, start, dialect.lineEnding.terminator)
    var diagnostic = describe(problem, block)
    diagnostic.byteOffset = block.offset + start
    addExcerpt(&diagnostic, block, record: problem.record_start, cell: start..<end, kind: problem.kind)
    entries[kind, default: []].append(
      Entry(file: file, block: block.number, offset: start, linesBefore: lines, diagnostic: diagnostic))
    if entries[kind]!.count > 64 {
      entries[kind]!.sort { ($0.file, $0.block, $0.offset) < ($1.file, $1.block, $1.offset) }
      entries[kind]!.removeLast(entries[kind]!.count - 16)
    }
  }

  private func describe(_ problem: ck_problem, _ block: Block) -> Diagnostic {
    let isCell = problem.kind != ck_problem_short_record && problem.kind != ck_problem_long_record
    guard isCell else {
      let count = problem.field
      let message = "record of \(count) field\(count == 1 ? "" : "s"), where \(schema.fields) are expected"
      let long = problem.kind == ck_problem_long_record
      let mend =
        long
        ? "--ragged drop leaves such records out; if a delimiter is part of a text, quote that text"
        : "--ragged pad fills the record up with missing values, --ragged drop leaves it out"
      // The first field that is surplus, or that is not there.
      return Diagnostic(file: fileName, field: min(count, schema.fields) + 1, message: message, mend: mend)
    }
    let cell = block.cell(Int(problem.cell.start)..<Int(problem.cell.end))
    let text =
      CellText.decode(cell, quote: dialect.quote, encoding: dialect.encoding)
      ?? CellText.decode(cell, quote: dialect.quote, encoding: .latin1) ?? ""
    let shown = ProblemLog.printable(text, limit: 40)
    let name = problem.field < names.count ? names[problem.field] : "col\(problem.field + 1)"
    if problem.kind == ck_problem_missing {
      let what = text.isEmpty ? "an empty cell" : "\"\(shown)\" means missing"
      return Diagnostic(
        file: fileName, field: problem.field + 1, column: name,
        message: "\(what), and a missing value has no place here (column \"\(name)\")",
        mend: "fill the cell in, or leave its row or column out")
    }
    let what = problem.kind == ck_problem_infinite ? "is not finite" : "is not a number"
    return Diagnostic(
      file: fileName, field: problem.field + 1, column: name, message: "\"\(shown)\" \(what) (column \"\(name)\")",
      mend: mend(text: text, shown: shown, name: name))
  }

  private func mend(text: String, shown: String, name: String) -> String {
    let digits = text.filter { $0.isASCII && $0.isNumber }.count
    if dialect.decimalMark == UInt8(ascii: "."), dialect.delimiter != UInt8(ascii: ","), digits > 0,
      text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "," || $0 == "-") })
    {
      return "for decimal commas: --decimal ,"
    }
    return "if \"\(shown)\" means missing: --na \(ProblemLog.shellQuoted(shown)); "
      + "to leave the column out: --exclude \(ProblemLog.selection(name))"
  }

  /// The record around the cell, cut to a readable length.
  private func addExcerpt(
    _ diagnostic: inout Diagnostic, _ block: Block, record: Int, cell: Range<Int>, kind: ck_problem_kind
  ) {
    let terminator = dialect.lineEnding.terminator
    var lineStart = cell.lowerBound
    while lineStart > record && block.text[lineStart - 1] != terminator { lineStart -= 1 }
    var lineEnd = cell.upperBound
    while lineEnd < block.length && block.text[lineEnd] != terminator { lineEnd += 1 }
    let from = max(lineStart, cell.lowerBound - 60)
    let to = min(lineEnd, max(cell.lowerBound + 1, min(cell.upperBound, from + 100)) + 40, from + 140)
    let decode = { (range: Range<Int>) in
      ProblemLog.printable(String(decoding: block.cell(range), as: UTF8.self), limit: 200)
    }
    guard from <= cell.lowerBound, cell.lowerBound <= to else { return }
    let before = decode(from..<cell.lowerBound)
    let inside = decode(cell.lowerBound..<min(cell.upperBound, to))
    let after = decode(min(cell.upperBound, to)..<to)
    diagnostic.excerpt = before + inside + after
    diagnostic.excerptRange = before.count..<(before.count + max(1, inside.count))
  }

  /// Control characters and what is no text are shown as escapes.
  static func printable(_ text: String, limit: Int) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      if shown.count >= limit { return shown + "…" }
      switch scalar.value {
      case 0x09: shown += "\t" == text ? "\\t" : " "
      case 0x0a: shown += "\\n"
      case 0x0d: shown += "\\r"
      case 0..<0x20, 0x7f: shown += "\\x" + String(scalar.value, radix: 16)
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// A column's name as `--exclude` takes it: in double quotes where it could be read as something else.
  static func selection(_ name: String) -> String {
    let isPosition = name.allSatisfy { $0.isNumber || $0 == "-" }
    let special = name.contains(",") || isPosition || name.first.map { "!/\"".contains($0) } ?? true
    return shellQuoted(special ? "\"" + name + "\"" : name)
  }

  /// A word as a shell reads it back.
  static func shellQuoted(_ word: String) -> String {
    let plain = !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/:".contains($0)) }
    return plain && word.first != "-"
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// All workers' problems, the first of each kind shown with its line.
  static func groups(
    _ logs: [ProblemLog], lineOf: (_ file: Int, _ block: Int) -> Int
  ) -> [DiagnosticGroup] {
    var groups: [DiagnosticGroup] = []
    for kind in Set(logs.flatMap { $0.totals.keys }).sorted() {
      let all = logs.flatMap { $0.entries[kind] ?? [] }
        .sorted { ($0.file, $0.block, $0.offset) < ($1.file, $1.block, $1.offset) }
      let shown = all.prefix(ProblemLog.shown).map { entry in
        var diagnostic = entry.diagnostic
        diagnostic.line = lineOf(entry.file, entry.block) + entry.linesBefore
        return diagnostic
      }
      groups.append(DiagnosticGroup(shown: shown, total: logs.reduce(0) { $0 + ($1.totals[kind] ?? 0) }))
    }
    return groups
  }
}
