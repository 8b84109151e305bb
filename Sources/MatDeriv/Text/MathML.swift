// Formulas in presentation MathML, with nothing beyond MathML Core: bold letters are the bold letters of Unicode.

extension Syntax {
  /// The expression as a `math` element of MathML Core, by the conventions of `latex`.
  public var mathML: String { mathML(.standard) }

  /// The same, with the words of another vocabulary.
  public func mathML(_ vocabulary: Vocabulary) -> String { Typesetting(vocabulary: vocabulary).formula(self).mathML }
}

extension Formula {
  /// The formula as a `math` element, set as a display.
  public var mathML: String {
    "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">\(element)</math>"
  }

  private var element: String {
    switch form {
    case .identifier(let text, let style): Formula.element(text, style)
    case .number(let text): "<mn>\(text)</mn>"
    case .mark(let text, let role): Formula.element(mark: text, role)
    case .row(let parts): "<mrow>\(Formula.elements(row: parts))</mrow>"
    case .application(let head, let argument):
      "<mrow>\(head.element)<mo>&#x2061;</mo>\(argument.element)</mrow>"
    case .scripts(let base, let below?, let above?):
      "<msubsup>\(base.element)\(below.element)\(above.element)</msubsup>"
    case .scripts(let base, let below?, nil): "<msub>\(base.element)\(below.element)</msub>"
    case .scripts(let base, nil, let above?): "<msup>\(base.element)\(above.element)</msup>"
    case .scripts(let base, nil, nil): base.element
    case .fraction(let above, let below): "<mfrac>\(above.element)\(below.element)</mfrac>"
    case .root(let inner): "<msqrt>\(inner.element)</msqrt>"
    case .fence(let fence, let inner): Formula.element(fence, inner)
    case .table(let rows):
      "<mrow><mo>[</mo><mtable>"
        + rows.map { "<mtr>" + $0.map { "<mtd>\($0.element)</mtd>" }.joined() + "</mtr>" }.joined()
        + "</mtable><mo>]</mo></mrow>"
    }
  }

  private static func element(_ text: String, _ style: Style) -> String {
    let isGreekCapital = Letters.names[text]?.first?.isUppercase ?? false
    switch style {
    case .italic where isGreekCapital: return "<mi mathvariant=\"normal\">\(text)</mi>"
    case .italic: return "<mi>\(escaped(text))</mi>"
    case .bold:
      let bold = String(String.UnicodeScalarView(text.unicodeScalars.map(bold)))
      return text.allSatisfy(\.isNumber) ? "<mn>\(bold)</mn>" : "<mi>\(escaped(bold))</mi>"
    case .upright, .function:
      return text.count == 1 ? "<mi mathvariant=\"normal\">\(text)</mi>" : "<mi>\(escaped(text))</mi>"
    }
  }

  /// The bold letter of the mathematical alphabets: upright for Latin letters and digits, italic for Greek ones.
  private static func bold(_ letter: Unicode.Scalar) -> Unicode.Scalar {
    let (start, first): (UInt32, Unicode.Scalar) =
      switch letter {
      case "A"..."Z": (0x1D400, "A")
      case "a"..."z": (0x1D41A, "a")
      case "0"..."9": (0x1D7CE, "0")
      case "Α"..."Ω": (0x1D71C, "Α")
      case "α"..."ω": (0x1D736, "α")
      default: (letter.value, letter)
      }
    return Unicode.Scalar(start + letter.value - first.value)!
  }

  private static func element(mark text: String, _ role: Role) -> String {
    let sign = escaped(text)
    switch role {
    case .infix: return "<mo>\(sign)</mo>"
    case .prefix: return "<mo form=\"prefix\">\(sign)</mo>"
    case .comma: return "<mo separator=\"true\">\(sign)</mo>"
    case .close: return text == "⊤" ? "<mi>⊤</mi>" : "<mo lspace=\"0\" rspace=\"0\">\(sign)</mo>"
    }
  }

  private static func elements(row parts: [Formula]) -> String {
    var result = ""
    for (i, part) in parts.enumerated() {
      if i > 0, part.isFactor(after: parts[i - 1]) {
        let isApart = [part, parts[i - 1]].contains { $0.isDifferential || $0.isFunction }
        result += isApart ? "<mspace width=\"0.1667em\"/>" : "<mo>&#x2062;</mo>"
      }
      result += part.element
    }
    return result
  }

  /// Whether it is a function with its arguments, which keep a distance from other factors.
  private var isFunction: Bool {
    switch form {
    case .application: true
    case .scripts(let base, _, _): base.isFunction
    default: false
    }
  }

  private static func element(_ fence: Fence, _ inner: Formula) -> String {
    let (open, close) =
      switch fence {
      case .brackets: ("(", ")")
      case .bars: ("|", "|")
      case .norm: ("‖", "‖")
      case .braces: ("{", "}")
      }
    let stretch = inner.isTall ? "true" : "false"
    return "<mrow><mo form=\"prefix\" stretchy=\"\(stretch)\">\(open)</mo>\(inner.element)"
      + "<mo form=\"postfix\" stretchy=\"\(stretch)\">\(close)</mo></mrow>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
