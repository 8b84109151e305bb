// The page for people: verdict, sections, warnings, next command.

struct Page {
  let terminal: Terminal

  func render(_ report: Report) -> String {
    let style = terminal.style
    // One line, however long: a terminal folds it, and `head -1` has the whole answer.
    var lines = ([report.verdict] + report.furtherAnswers).map {
      style.paint($0.printable, report.isNegative ? .failure : .success)
    }
    for section in report.sections { lines += [""] + self.lines(section) }
    // What the verdict has said is not said again.
    let warnings = report.warnings.filter { !report.verdict.contains($0.text) }
    if !warnings.isEmpty {
      lines += ["", style.paint("warnings", .heading)]
      for warning in warnings {
        let code = style.paint(warning.code, .warning)
        let text = wrap(warning.text, indent: "        ")
        lines.append("  \(code)  " + text[0].dropFirst(8))
        lines += text.dropFirst()
        if let mend = warning.mend { lines.append("        \(style.paint("hint:", .hint)) \(mend.printable)") }
      }
    }
    if let next = report.next { lines += ["", "\(style.paint("next:", .hint)) \(next.printable)"] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Sections alone, for what is printed before there is a verdict.
  func render(_ sections: [Section]) -> String {
    sections.map { lines($0).joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private func lines(_ section: Section) -> [String] {
    let style = terminal.style
    let note = section.note.map { "  " + style.paint($0.printable, .faint) } ?? ""
    var lines = [style.paint(section.title.printable, .heading) + note]
    for (index, block) in section.blocks.enumerated() {
      if index > 0, case .table = block { lines.append("") }
      lines += self.lines(block)
    }
    return lines
  }

  private func lines(_ block: Block) -> [String] {
    switch block {
    case .text(let text): return wrap(text, indent: "  ")
    case .table(let table):
      let lines = TextTable(table: table, style: terminal.style, width: terminal.width).lines
      return table.columns.allSatisfy { $0.kind == .verbatim } && !fits(lines) ? listed(table) : lines
    case .facts(let facts):
      let width = facts.map(\.0.cells).max() ?? 0
      return facts.flatMap { name, value in
        var lines = wrap(value, indent: String(repeating: " ", count: width + 4))
        lines[0] = "  " + name.padded(right: width) + "  " + lines[0].dropFirst(width + 4)
        return lines
      }
    }
  }

  private func fits(_ lines: [String]) -> Bool {
    // Without the rule, which may be coloured.
    terminal.width.map { width in lines.enumerated().allSatisfy { $0.offset == 1 || $0.element.cells <= width } }
      ?? true
  }

  /// A table of texts that are not to be cut, each on lines of its own.
  private func listed(_ table: Table) -> [String] {
    table.rows.flatMap { row in
      ["  " + (row.first?.human.printable ?? "")] + row.dropFirst().flatMap { wrap($0.human, indent: "      ") }
    }
  }

  /// The text in lines that fit the terminal, or in lines of 100 cells where the output is no terminal.
  private func wrap(_ text: String, indent: String) -> [String] {
    Page.wrap(text, indent: indent, width: min(terminal.width ?? 100, 120))
  }

  /// The text in lines of at most `width` cells; words are not cut.
  static func wrap(_ text: String, indent: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = indent
    for word in text.printable.split(separator: " ") {
      if line.cells + 1 + String(word).cells > width && line.cells > indent.cells {
        lines.append(line)
        line = indent
      }
      line += (line.cells > indent.cells ? " " : "") + word
    }
    return lines + [line]
  }
}
