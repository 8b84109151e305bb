// A table in cells of a terminal: text to the left, numbers aligned at the decimal point, a thin rule below the header.

struct TextTable {
  let table: Table
  let style: Style
  /// Cells that a line may have; nil for any number. A wider table is continued below with its first column repeated.
  let width: Int?

  static let indent = "  "
  static let gap = "  "
  /// On a terminal a longer text is cut.
  static let widestText = 32

  var lines: [String] {
    let columns = table.columns.indices.map(column)
    guard let first = columns.first else { return [] }
    var lines: [String] = []
    for group in groups(columns.map(\.width)) {
      if !lines.isEmpty { lines.append("") }
      let parts = (group.lowerBound == 0 ? [] : [first]) + columns[group]
      lines.append(line(parts.map(\.title)))
      lines.append(style.paint(line(parts.map { String(repeating: style.rule, count: $0.width) }), .faint))
      for row in table.rows.indices { lines.append(line(parts.map { $0.cells[row] })) }
    }
    return lines
  }

  private func line(_ cells: [String]) -> String {
    let text = TextTable.indent + cells.joined(separator: TextTable.gap)
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// Ranges of columns that fit the width together.
  private func groups(_ widths: [Int]) -> [Range<Int>] {
    guard let width, widths.count > 2 else { return [0..<widths.count] }
    let margin = TextTable.indent.count + widths[0]
    var groups: [Range<Int>] = []
    var start = 0
    var used = margin
    for index in 1..<widths.count {
      let needed = TextTable.gap.count + widths[index]
      if used + needed > width && index > max(start, 1) {
        groups.append(start..<index)
        start = index
        used = margin
      }
      used += needed
    }
    return groups + [start..<widths.count]
  }

  /// A column with all cells padded to one width.
  private func column(_ index: Int) -> (title: String, cells: [String], width: Int) {
    let limit = width == nil || table.columns[index].kind == .verbatim ? Int.max : TextTable.widestText
    let title = table.columns[index].title.printable.cut(to: limit, ellipsis: style.ellipsis)
    let cells = table.rows.map { $0[index] }
    guard table.columns[index].kind == .number else {
      let texts = cells.map { $0.human.printable.cut(to: limit, ellipsis: style.ellipsis) }
      let width = max(title.cells, texts.map(\.cells).max() ?? 0)
      return (title.padded(right: width), texts.map { $0.padded(right: width) }, width)
    }
    let texts = TextTable.aligned(cells.map(\.human))
    let width = max(title.cells, texts.map(\.cells).max() ?? 0)
    let padded = zip(cells, texts).map { cell, text in
      if case .muted = cell { return style.paint(text.padded(left: width), .faint) }
      return text.padded(left: width)
    }
    return (title.padded(left: width), padded, width)
  }

  /// Numbers padded on the right so that their points stand below each other when their ends do.
  static func aligned(_ texts: [String]) -> [String] {
    let tails = texts.map { text in text.firstIndex { $0 == "." || $0 == "e" }.map { text[$0...].count } ?? 0 }
    let longest = tails.max() ?? 0
    return zip(texts, tails).map { text, tail in
      text.isEmpty ? text : text + String(repeating: " ", count: longest - tail)
    }
  }
}
