// Declarations of names: `S: matrix(d,d) spd`, `x: vector(n)`, `a: scalar positive`, `n: dim(3)`, and the shorthand `S: spd(d)`.

/// What a name stands for.
public struct Declaration: Hashable, Sendable {
  /// What is declared.
  public var name: String
  /// Rows and columns.
  public var shape: Shape
  /// What was said of it, with all that follows.
  public var facts: Facts
  /// Whether the name is a size: `n: dim`.
  public var isSize = false
  /// The value of a size, for `n: dim(3)`.
  public var size: Int?
  /// As it was written.
  public var text: String
}

/// Declarations in their order.
public struct Declarations: Sendable {
  /// The declarations, in their order.
  public private(set) var items: [Declaration] = []

  /// No declarations.
  public init() {}

  /// Reads declarations, one per text.
  /// **Throws**: what is not a declaration, and names declared twice.
  public init(_ texts: [String]) throws(LanguageError) {
    for text in texts { try add(text) }
  }

  /// Reads one declaration and adds it.
  public mutating func add(_ text: String) throws(LanguageError) {
    var parser = try DeclarationParser(text)
    let declaration = try parser.declaration()
    if let known = self[declaration.name] {
      var error = LanguageError("\(declaration.name) is declared twice", in: text, at: 0..<declaration.name.utf8.count)
      error.related = LanguageError.Related(
        text: known.text, range: 0..<known.name.utf8.count, message: "declared here before")
      throw error
    }
    items.append(declaration)
  }

  /// The declaration of a name, if there is one.
  public subscript(name: String) -> Declaration? { items.first { $0.name == name } }

  /// The values of sizes that were declared with `dim`.
  public var sizes: [String: Int] {
    items.reduce(into: [:]) { if let size = $1.size { $0[$1.name] = size } }
  }

  /// Names of sizes that stand in shapes or in `dim`.
  var sizeNames: Set<String> {
    Set(items.flatMap { $0.isSize ? [$0.name] : $0.shape.rows.names + $0.shape.columns.names })
  }
}

/// Reads one declaration.
private struct DeclarationParser {
  let text: String
  private var tokens: [Token]
  private var next = 0

  private static let kinds = ["scalar", "vector", "matrix", "dim"]
  private static let attributes = Facts.words.map(\.word) + ["general", "singular"]
  private static let needsSquare: Facts = [
    .symmetric, .skew, .diagonal, .lower, .upper, .orthogonal, .invertible, .semidefinite, .definite, .posdet,
  ]

  init(_ text: String) throws(LanguageError) {
    self.text = text
    tokens = try Lexer.tokens(text)
  }

  private func failure(_ message: String, mend: String? = nil) -> LanguageError {
    LanguageError(message, in: text, at: tokens[next].range, mend: mend)
  }

  private mutating func word(_ expected: String) throws(LanguageError) -> String {
    guard case .name(let name) = tokens[next].kind else {
      throw failure("expected \(expected)", mend: "a declaration reads: S: matrix(n,n) spd")
    }
    next += 1
    return name
  }

  mutating func declaration() throws(LanguageError) -> Declaration {
    let name = try word("a name")
    guard tokens[next].kind == .mark(":") else {
      throw failure("expected \":\" after \(name)", mend: "\(name): matrix(m,n)")
    }
    next += 1
    if name == "pi" {
      throw LanguageError("pi is the number", in: text, at: tokens[0].range, mend: "choose another name")
    }
    let kindToken = tokens[next]
    let kind = try word("scalar, vector(n), matrix(m,n) or dim(3)")
    var facts: Facts = []
    var sizes: [Size] = []
    if tokens[next].kind == .mark("(") { sizes = try arguments() }
    var shape: Shape
    switch kind {
    case "scalar":
      try expect(sizes, 0, kindToken, "scalar")
      shape = .scalar
    case "vector":
      try expect(sizes, 1, kindToken, "vector(n)")
      shape = Shape(sizes[0], .one)
    case "matrix":
      try expect(sizes, 2, kindToken, "matrix(m,n)")
      shape = Shape(sizes[0], sizes[1])
    case "dim":
      if sizes.isEmpty { return Declaration(name: name, shape: .scalar, facts: [], isSize: true, text: text) }
      guard sizes.count == 1, let value = sizes[0].constant else {
        throw failure("dim needs a number", mend: "\(name): dim(3)")
      }
      return Declaration(name: name, shape: .scalar, facts: [], isSize: true, size: value, text: text)
    default:
      // spd(d): the attribute names a square matrix of one size.
      if let fact = fact(kind), Self.needsSquare.contains(fact), sizes.count != 1 {
        throw LanguageError(
          "\(kind) takes one size: the matrix is square", in: text, at: kindToken.range, mend: "\(name): \(kind)(n)")
      }
      guard let fact = fact(kind), Self.needsSquare.contains(fact), sizes.count == 1 else {
        let mend = resembling(kind, in: Self.kinds + Self.attributes).map { "did you mean \($0)?" }
        throw LanguageError(
          "\"\(kind)\" is no kind of declaration", in: text, at: kindToken.range, mend: mend ?? "\(name): matrix(m,n)")
      }
      facts.insert(fact)
      shape = Shape(sizes[0], sizes[0])
    }
    while tokens[next].kind != .end {
      let token = tokens[next]
      let attribute = try word("an attribute such as spd")
      if attribute == "general" || attribute == "singular" { continue }
      guard let fact = fact(attribute) else {
        let mend = resembling(attribute, in: Self.attributes).map { "did you mean \($0)?" }
        throw LanguageError(
          "\"\(attribute)\" is no attribute", in: text, at: token.range,
          mend: mend ?? "attributes are \(Self.attributes.joined(separator: ", "))")
      }
      if !Self.needsSquare.isDisjoint(with: fact), !shape.isSquare {
        throw LanguageError("\(attribute) needs a square matrix; \(name) is \(shape)", in: text, at: token.range)
      }
      facts.insert(fact)
    }
    try checkTogether(facts.closed, name)
    return Declaration(name: name, shape: shape, facts: facts.closed, size: nil, text: text)
  }

  /// Attributes that leave nothing, or next to nothing, together.
  private func checkTogether(_ facts: Facts, _ name: String) throws(LanguageError) {
    let triangular = facts.contains(.lower) || facts.contains(.upper)
    let contradiction: String? =
      if facts.contains(.skew), facts.contains(.symmetric) {
        "a matrix that is skew and symmetric is zero"
      } else if facts
        .contains(.skew), triangular
      {
        "a triangular matrix that is skew is zero"
      } else if facts.contains(.binary),
        !facts.isDisjoint(with: [.lower, .upper, .skew, .diagonal, .definite])
      { "entries of 1 and -1 leave no zeros for this structure" } else { nil }
    if let contradiction {
      throw LanguageError(contradiction, in: text, at: 0..<name.utf8.count, mend: "leave one of the attributes out")
    }
  }

  private func fact(_ word: String) -> Facts? { Facts.words.first { $0.word == word }?.facts }

  private func expect(_ sizes: [Size], _ count: Int, _ token: Token, _ form: String) throws(LanguageError) {
    guard sizes.count == count else { throw LanguageError("expected \(form)", in: text, at: token.range) }
  }

  private mutating func arguments() throws(LanguageError) -> [Size] {
    next += 1
    var sizes: [Size] = []
    while true {
      sizes.append(try size())
      if tokens[next].kind == .mark(",") {
        next += 1
        continue
      }
      guard tokens[next].kind == .mark(")") else { throw failure("expected \",\" or \")\"") }
      next += 1
      return sizes
    }
  }

  private mutating func size() throws(LanguageError) -> Size {
    var total = try product()
    while tokens[next].kind == .mark("+") {
      next += 1
      total = total + (try product())
    }
    return total
  }

  private mutating func product() throws(LanguageError) -> Size {
    var result = try factor()
    while tokens[next].kind == .mark("*") {
      next += 1
      result = result * (try factor())
    }
    return result
  }

  private mutating func factor() throws(LanguageError) -> Size {
    switch tokens[next].kind {
    case .name(let name):
      next += 1
      return Size(name)
    case .number(let value):
      guard let size = value.integer, size < 1 << 31 else { throw failure("a size is a whole number") }
      next += 1
      return Size(size)
    default: throw failure("expected a size: a name or a whole number")
    }
  }
}
