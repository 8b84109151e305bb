// The page as LaTeX, to be put into a paper with \input; the tables need the package booktabs.

enum LaTeX {
  static func render(_ report: Report) -> String {
    var parts = ["% needs \\usepackage{booktabs}", escape(report.verdict)] + report.furtherAnswers.map(escape)
    for section in report.sections {
      parts.append("\\paragraph{\(escape(section.title))}" + (section.note.map { " " + escape($0) } ?? ""))
      parts += section.blocks.map(block)
    }
    if !report.warnings.isEmpty {
      let items = report.warnings.map { "  \\item[\($0.code)] \(escape($0.text))" }.joined(separator: "\n")
      parts += ["\\paragraph{warnings}", "\\begin{description}\n\(items)\n\\end{description}"]
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func block(_ block: Block) -> String {
    switch block {
    case .text(let text): return escape(text)
    case .facts(let facts):
      let rows = facts.map { "  \(escape($0.0)) & \(escape($0.1)) \\\\" }.joined(separator: "\n")
      return "\\begin{tabular}{lp{0.7\\linewidth}}\n\(rows)\n\\end{tabular}"
    case .table(let table):
      let alignment = table.columns.map { $0.kind == .number ? "r" : "l" }.joined()
      let lines =
        ["\\begin{tabular}{\(alignment)}", "  \\toprule", line(table.columns.map { escape($0.title) }), "  \\midrule"]
        + table.rows.map { line($0.map(cell)) } + ["  \\bottomrule", "\\end{tabular}"]
      return lines.joined(separator: "\n")
    }
  }

  private static func line(_ cells: [String]) -> String { "  " + cells.joined(separator: " & ") + " \\\\" }

  /// Numbers in mathematics, so that the minus is one and powers of ten are written as such.
  private static func cell(_ cell: Table.Cell) -> String {
    guard case .number = cell else { return escape(cell.human) }
    let text = cell.human
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else {
      return "$\(text)$"
    }
    return "$\(text[..<mark]) \\times 10^{\(exponent)}$"
  }

  private static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text.printable {
      switch character {
      case "\\": escaped += "\\textbackslash{}"
      case "~": escaped += "\\textasciitilde{}"
      case "^": escaped += "\\textasciicircum{}"
      case "<", ">", "|", "\"": escaped += "\\symbol{\(character.asciiValue ?? 0)}"
      case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(character)"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
