// The forms for programs with one record per line: csv, tsv, jsonl. Numbers with full precision.
import JSONText

enum Records {
  /// RFC 4180 with LF: a field is quoted only if it must be.
  static func csv(_ table: Table) -> String {
    lines(table) {
      field($0, .csv)
    } separator: {
      ","
    }
  }

  /// Tabs, line ends and backslashes inside a field are written `\t`, `\n`, `\r`, `\\`.
  static func tsv(_ table: Table) -> String {
    lines(table) {
      field($0, .tsv)
    } separator: {
      "\t"
    }
  }

  /// A text as a field of one of the two.
  static func field(_ text: String, _ format: RowFormat) -> String {
    if format == .csv {
      let plain = text.utf8.allSatisfy { $0 != 44 && $0 != 34 && $0 != 10 && $0 != 13 }
      return plain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 13 || $0 == 92 }) else { return text }
    return text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
      .replacing("\r", with: "\\r")
  }

  /// One object per record; blank cells are null.
  static func jsonl(_ table: Table) -> String {
    var text = ""
    for row in table.rows {
      let members = zip(table.columns, row).map { column, cell in (column.title, cell.json) }
      text += JSON.object(members).text(indented: false) + "\n"
    }
    return text
  }

  private static func lines(_ table: Table, escape: (String) -> String, separator: () -> String) -> String {
    var text = table.columns.map { escape($0.title) }.joined(separator: separator()) + "\n"
    for row in table.rows { text += row.map { escape($0.exact) }.joined(separator: separator()) + "\n" }
    return text
  }
}

extension Table.Cell {
  var json: JSON {
    switch self {
    case .text(let text): .string(text)
    case .number(let value): .finite(value)
    case .count(let count), .muted(let count): .integer(count)
    case .blank: .null
    }
  }
}
