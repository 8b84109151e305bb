// Formulas in LaTeX, for amsmath: \operatorname, \boldsymbol, bmatrix.

extension Syntax {
  /// The expression in LaTeX, without the dollar signs; needs `amsmath`.
  ///
  /// Vectors are bold and scalars and matrices in italics, as far as shapes are known; Greek names are Greek letters, digits and what
  /// follows an underscore are indices, and dX is a differential.
  public var latex: String { latex(.standard) }

  /// The same, with the words of another vocabulary.
  public func latex(_ vocabulary: Vocabulary) -> String { Typesetting(vocabulary: vocabulary).formula(self).latex }
}

extension Formula {
  /// The formula in LaTeX.
  public var latex: String {
    switch form {
    case .identifier(let text, let style): Formula.latex(text, style)
    case .number(let text): text
    case .mark(let text, let role): Formula.latex(mark: text, role)
    case .row(let parts): Formula.latex(row: parts)
    case .application(let head, let argument): head.latex + argument.latex
    case .scripts(let base, let below, let above):
      base.latex + (below.map { "_{\($0.latex)}" } ?? "") + (above.map { "^{\($0.latex)}" } ?? "")
    case .fraction(let above, let below): "\\frac{\(above.latex)}{\(below.latex)}"
    case .root(let inner): "\\sqrt{\(inner.latex)}"
    case .fence(let fence, let inner): Formula.latex(fence, inner)
    case .table(let rows):
      "\\begin{bmatrix} " + rows.map { $0.map(\.latex).joined(separator: " & ") }.joined(separator: " \\\\ ")
        + " \\end{bmatrix}"
    }
  }

  /// Functions that have a command of their own.
  private static let commands: Set<String> = [
    "arccos", "arcsin", "arctan", "cos", "cosh", "det", "exp", "log", "max", "min", "sin", "sinh", "tan", "tanh",
  ]

  private static let marks: [String: String] = [
    "−": "-", "⊙": "\\odot", "⊘": "\\oslash", "⊗": "\\otimes", "∗": "\\ast", "·": "\\cdot", "×": "\\times",
    "⊤": "\\top", "…": "\\dots", "′": "\\prime",
  ]

  private static func latex(_ text: String, _ style: Style) -> String {
    let command = Letters.names[text].map { $0 == "epsilon" ? "\\varepsilon" : "\\" + $0 }
    let body = command ?? text.replacing("_", with: "\\_")
    switch style {
    case .italic: return command != nil || text.count == 1 ? body : "\\mathit{\(body)}"
    case .bold: return command != nil ? "\\boldsymbol{\(body)}" : "\\mathbf{\(body)}"
    case .upright: return "\\mathrm{\(body)}"
    case .function: return commands.contains(text) ? "\\" + text : "\\operatorname{\(body)}"
    }
  }

  private static func latex(mark text: String, _ role: Role) -> String {
    let sign = marks[text] ?? text
    switch role {
    case .infix: return " \(sign) "
    case .prefix: return sign
    case .comma: return ", "
    // These stand in scripts, where operators have no space.
    case .close: return text == "×" ? " \(sign) " : text == "⊙" ? sign + " " : sign
    }
  }

  private static func latex(row parts: [Formula]) -> String {
    var result = ""
    for (i, part) in parts.enumerated() {
      if i > 0, part.isFactor(after: parts[i - 1]) {
        result += part.isDifferential || parts[i - 1].isDifferential ? " \\, " : " "
      }
      result += part.latex
    }
    return result
  }

  private static func latex(_ fence: Fence, _ inner: Formula) -> String {
    let (open, close) =
      switch fence {
      case .brackets: ("(", ")")
      case .bars: ("\\lvert", "\\rvert")
      case .norm: ("\\lVert", "\\rVert")
      case .braces: ("\\{", "\\}")
      }
    let space = fence == .brackets || fence == .braces ? "" : " "
    return inner.isTall
      ? "\\left\(open) \(inner.latex) \\right\(close)" : open + space + inner.latex + space + close
  }

  /// Whether a product is what joins it to the part before: not a sign, and not the d of a differential, which stands close.
  func isFactor(after part: Formula) -> Bool {
    switch (part.form, form) {
    case (.mark, _), (_, .mark), (.identifier("d", .upright), _): false
    default: true
    }
  }

  /// Whether it begins with the d of a differential.
  var isDifferential: Bool {
    switch form {
    case .identifier("d", .upright): true
    case .row(let parts): parts.first?.isDifferential ?? false
    case .application(let head, _): head.isDifferential
    default: false
    }
  }
}
