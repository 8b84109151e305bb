// The page as Markdown, with tables as GitHub and Pandoc read them.

enum Markdown {
  static func render(_ report: Report) -> String {
    var parts = ([report.verdict] + report.furtherAnswers).map { "**" + escape($0) + "**" }
    for section in report.sections {
      parts.append("## " + escape(section.title))
      if let note = section.note { parts.append("*" + escape(note) + "*") }
      parts += section.blocks.map(block)
    }
    if !report.warnings.isEmpty {
      parts.append("## warnings")
      parts.append(
        report.warnings.map { warning in
          "- \(warning.code): " + escape(warning.text)
            + (warning.mend.map { " (`\($0.replacing("`", with: "'"))`)" } ?? "")
        }.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func block(_ block: Block) -> String {
    switch block {
    case .text(let text): escape(text)
    case .facts(let facts): facts.map { "- \(escape($0.0)): \(escape($0.1))" }.joined(separator: "\n")
    case .table(let table):
      ([
        line(table.columns.map { escape($0.title) }), line(table.columns.map { $0.kind == .number ? "---:" : "---" }),
      ] + table.rows.map { line($0.map { escape($0.human) }) }).joined(separator: "\n")
    }
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  /// Characters that would be read as markup.
  private static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text.printable {
      if "\\`*_{}[]<>#|~$".contains(character) { escaped += "\\" }
      escaped.append(character)
    }
    return escaped
  }
}
