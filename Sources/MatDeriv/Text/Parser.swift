// Tokens into the tree of the language, by recursive descent: sum, term, sign, power, transpose, atom. A sign binds looser than a power and
// tighter than a product, as in MATLAB.

struct Parser {
  let text: String
  private let tokens: [Token]
  private var next = 0
  private var depth = 0
  /// Names that were declared: called, they select rows and columns.
  private let variables: Set<String>
  private var brackets: [Token] = []

  /// Parentheses may nest so deep.
  static let depthLimit = 200

  init(_ text: String, variables: Set<String> = []) throws(LanguageError) {
    self.text = text
    let tokens = try Lexer.tokens(text)
    // What the text itself declares or defines, before or after its use.
    let own = zip(tokens, tokens.dropFirst()).compactMap { token, next -> String? in
      guard case .name(let name) = token.kind, next.kind == .mark(":") || next.kind == .mark("=") else { return nil }
      return name
    }
    self.variables = variables.union(own)
    self.tokens = tokens
  }

  // MARK: Tokens

  private var token: Token { tokens[next] }

  private mutating func skipLines() { while token.kind == .separator { next += 1 } }

  private func isMark(_ mark: String) -> Bool { token.kind == .mark(mark) }

  private mutating func take(_ mark: String) -> Bool {
    guard isMark(mark) else { return false }
    next += 1
    return true
  }

  private mutating func expect(_ mark: String, opened: Token? = nil) throws(LanguageError) {
    if !brackets.isEmpty { skipLines() }
    guard take(mark) else {
      var error = failure("expected \"\(mark)\" and found \(found)")
      if let opened {
        error.related = .init(text: text, range: opened.range, message: "this bracket is still open")
      }
      throw error
    }
  }

  private var found: String {
    switch token.kind {
    case .number, .name: "\"\(source(token.range))\""
    case .mark(let mark): "\"\(mark)\""
    case .separator: "the end of the line"
    case .end: "the end"
    }
  }

  private func source(_ range: Range<Int>) -> String {
    let bytes = Array(text.utf8)
    return String(decoding: bytes[range], as: UTF8.self)
  }

  private func failure(_ message: String, mend: String? = nil) -> LanguageError {
    LanguageError(message, in: text, at: token.range, mend: mend)
  }

  // MARK: Program

  /// An item of a program.
  enum Item {
    case expression(Syntax)
    case definition(name: String, range: Range<Int>, value: Syntax)
    case declaration(String, at: Int)
  }

  /// `expression where name = expression, declaration, ...`, items also on lines of their own.
  mutating func program() throws(LanguageError) -> [Item] {
    var items: [Item] = []
    skipSeparators()
    while token.kind != .end {
      items.append(try item())
      if case .name("where") = token.kind {
        next += 1
        skipSeparators()
        continue
      }
      if token.kind == .end { break }
      guard token.kind == .separator || isMark(",") || isMark(";") else {
        if case .name("where") = lookaheadPastLines {
          skipSeparators()
          next += 1
          skipSeparators()
          continue
        }
        throw failure("expected an operator and found \(found)", mend: hintAfterExpression)
      }
      skipSeparators()
      if case .name("where") = token.kind {
        next += 1
        skipSeparators()
      }
    }
    return items
  }

  private var lookaheadPastLines: Token.Kind { tokens[next...].first { $0.kind != .separator }!.kind }

  private var hintAfterExpression: String? {
    switch token.kind {
    case .name, .number, .mark("("): "a product is written with *"
    default: nil
    }
  }

  private mutating func skipSeparators() {
    while token.kind == .separator || isMark(",") || isMark(";") { next += 1 }
  }

  private mutating func item() throws(LanguageError) -> Item {
    if case .name(let name) = token.kind, next + 1 < tokens.count {
      if name == "where", tokens[next + 1].kind == .mark("=") || tokens[next + 1].kind == .mark(":") {
        throw failure("where begins the definitions and is no name", mend: "z = W*x")
      }
      if tokens[next + 1].kind == .mark("=") {
        let range = token.range
        next += 2
        skipLines()
        return .definition(name: name, range: range, value: try sum())
      }
      if tokens[next + 1].kind == .mark(":") {
        let start = token.range.lowerBound
        var level = 0
        while token.kind != .end, token.kind != .separator {
          if isMark("(") { level += 1 }
          if isMark(")") { level -= 1 }
          if level == 0, isMark(",") || isMark(";") { break }
          if case .name("where") = token.kind { break }
          next += 1
        }
        return .declaration(source(start..<tokens[next - 1].range.upperBound), at: start)
      }
    }
    return .expression(try sum())
  }

  /// The one expression of a text without definitions.
  mutating func expression() throws(LanguageError) -> Syntax {
    skipLines()
    let result = try sum()
    skipLines()
    guard token.kind == .end else {
      throw failure("expected an operator and found \(found)", mend: hintAfterExpression)
    }
    return result
  }

  // MARK: Grammar

  private func node(_ form: Syntax.Form, from start: Int) -> Syntax {
    Syntax(form, range: start..<max(start, tokens[max(0, next - 1)].range.upperBound))
  }

  private mutating func sum() throws(LanguageError) -> Syntax {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Parser.depthLimit else {
      throw failure(
        "the expression nests deeper than \(Parser.depthLimit) levels", mend: "name parts of it in a where clause")
    }
    let start = token.range.lowerBound
    var result = try term()
    while true {
      if !brackets.isEmpty, brackets.last?.kind != .mark("[") { skipLines() }
      guard isMark("+") || isMark("-") else { return result }
      // In a matrix of blocks `[A -B]` a blank before and none after separates.
      if separatesBlocks { return result }
      let op: Syntax.Operator = isMark("+") ? .add : .subtract
      next += 1
      skipLines()
      result = node(.binary(op, result, try term()), from: start)
    }
  }

  private var separatesBlocks: Bool {
    brackets.last?.kind == .mark("[") && token.followsBlank && !tokens[next + 1].followsBlank
  }

  private mutating func term() throws(LanguageError) -> Syntax {
    let start = token.range.lowerBound
    var result = try sign()
    while true {
      if !brackets.isEmpty, brackets.last?.kind != .mark("[") { skipLines() }
      let op: Syntax.Operator
      switch token.kind {
      case .mark("*"): op = .multiply
      case .mark("/"): op = .divide
      case .mark(".*"): op = .hadamard
      case .mark("./"): op = .hadamardDivide
      default: return result
      }
      next += 1
      skipLines()
      result = node(.binary(op, result, try sign()), from: start)
    }
  }

  private mutating func sign() throws(LanguageError) -> Syntax {
    let start = token.range.lowerBound
    var signs = 0
    while take("-") { signs += 1 }
    guard signs <= Parser.depthLimit else { throw failure("too many signs") }
    var result = try power()
    for i in 0..<signs { result = node(.negate(result), from: start + signs - 1 - i) }
    return result
  }

  private mutating func power() throws(LanguageError) -> Syntax {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 2 * Parser.depthLimit else { throw failure("the expression nests too deep") }
    let start = token.range.lowerBound
    let base = try postfix()
    guard isMark("^") || isMark(".^") else { return base }
    let op: Syntax.Operator = isMark("^") ? .power : .hadamardPower
    next += 1
    skipLines()
    return node(.binary(op, base, try sign()), from: start)
  }

  private mutating func postfix() throws(LanguageError) -> Syntax {
    let start = token.range.lowerBound
    var result = try atom()
    var count = 0
    while isMark("'") {
      next += 1
      count += 1
      guard count <= Parser.depthLimit else { throw failure("too many transposes") }
      result = node(.transpose(result), from: start)
    }
    return result
  }

  private mutating func atom() throws(LanguageError) -> Syntax {
    let opened = token
    switch token.kind {
    case .number(let value):
      next += 1
      return node(.number(value), from: opened.range.lowerBound)
    case .name("where"): throw failure("expected an expression before where")
    case .name(let name):
      next += 1
      guard isMark("("), !(brackets.last?.kind == .mark("[") && token.followsBlank) else {
        return node(.name(name), from: opened.range.lowerBound)
      }
      return variables.contains(name)
        ? try selection(of: node(.name(name), from: opened.range.lowerBound)) : try call(name, opened)
    case .mark("("):
      next += 1
      brackets.append(opened)
      skipLines()
      let inner = try sum()
      try expect(")", opened: opened)
      brackets.removeLast()
      return Syntax(inner.form, range: opened.range.lowerBound..<tokens[next - 1].range.upperBound)
    case .mark("["): return try blocks(opened)
    default:
      throw failure("expected a name, a number or \"(\" and found \(found)")
    }
  }

  private mutating func call(_ name: String, _ opened: Token) throws(LanguageError) -> Syntax {
    let bracket = token
    next += 1
    brackets.append(bracket)
    skipLines()
    var arguments: [Syntax] = []
    if !isMark(")") {
      arguments.append(try sum())
      skipLines()
      while take(",") {
        skipLines()
        arguments.append(try sum())
        skipLines()
      }
    }
    try expect(")", opened: bracket)
    brackets.removeLast()
    return node(.call(name, arguments), from: opened.range.lowerBound)
  }

  /// `[A B; C D]`: rows by semicolons or lines, blocks by commas or blanks.
  private mutating func blocks(_ opened: Token) throws(LanguageError) -> Syntax {
    next += 1
    brackets.append(opened)
    skipLines()
    var rows: [[Syntax]] = [[]]
    while !isMark("]") {
      if token.kind == .end {
        var error = failure("expected \"]\" and found the end")
        error.related = .init(text: text, range: opened.range, message: "this bracket is still open")
        throw error
      }
      if isMark(";") || token.kind == .separator {
        while isMark(";") || token.kind == .separator { next += 1 }
        if !isMark("]"), !rows[rows.count - 1].isEmpty { rows.append([]) }
      } else if !take(",") {
        rows[rows.count - 1].append(try sum())
      }
    }
    next += 1
    brackets.removeLast()
    guard rows.allSatisfy({ $0.count == rows[0].count }), !rows[0].isEmpty else {
      throw LanguageError(
        "every row of blocks needs as many blocks; these have \(rows.map { String($0.count) }.joined(separator: ", "))",
        in: text,
        at: opened.range)
    }
    return node(.assemble(rows), from: opened.range.lowerBound)
  }

  // MARK: Selection

  private mutating func selection(of base: Syntax) throws(LanguageError) -> Syntax {
    let bracket = token
    next += 1
    let rows = try indices()
    var columns = Syntax.Selection.list([1])
    if take(",") { columns = try indices() }
    try expect(")", opened: bracket)
    return node(.select(base, rows, columns), from: base.range!.lowerBound)
  }

  private mutating func indices() throws(LanguageError) -> Syntax.Selection {
    if take(":") { return .all }
    if case .name(let name) = token.kind {
      next += 1
      return .named(name)
    }
    if isMark("[") {
      let opened = token
      next += 1
      var list: [Int] = []
      while !isMark("]") {
        if take(",") { continue }
        list.append(try index())
      }
      try expect("]", opened: opened)
      guard !list.isEmpty else { throw failure("expected an index") }
      return .list(list)
    }
    let first = try index()
    if take(":") {
      let last = try index()
      guard last >= first else { throw failure("the range \(first):\(last) is empty") }
      return .range(first, last)
    }
    return .list([first])
  }

  private mutating func index() throws(LanguageError) -> Int {
    guard case .number(let value) = token.kind, let index = value.integer, index >= 1 else {
      throw failure("expected an index, a whole number from 1, and found \(found)")
    }
    next += 1
    return index
  }
}
