// From the graph to statements. One pass counts how often every part is wanted, the next writes; what is wanted twice becomes a local
// variable, in the order in which it is needed.

/// Writes one function.
final class CodeWriter {
  let expression: Expression
  let graph: Graph
  let language: Language
  let dialect: any Dialect
  /// How often parts and factorizations were wanted; nil while counting.
  private let counted: CodeWriter?
  private(set) var counts: [Node: Int] = [:]
  private(set) var factorCounts: [Node: Int] = [:]
  private var locals: [Node: String] = [:]
  private var factors: [Node: String] = [:]
  private(set) var statements: [String] = []
  private var taken: Set<String>
  private var words: [Node: String] = [:]
  private(set) var sizeWords: [String: String] = [:]
  /// Named sizes that the code needs, in the order of their need.
  private(set) var sizes: [String] = []
  var ownDefinitions: [String] = []

  /// Longer lines are cut into local variables.
  private static let lineLength = 72

  init(_ expression: Expression, _ language: Language, _ dialect: any Dialect, counted: CodeWriter?) {
    self.expression = expression
    graph = expression.graph
    self.language = language
    self.dialect = dialect
    self.counted = counted
    taken = dialect.reserved.union(dialect.definitions.keys)
    let symbols = graph.reachable(from: [expression.node]).filter {
      switch graph.symbol($0)?.role {
      case .variable, .definition, .differential: true
      case .constant, nil: false
      }
    }
    .sorted { $0.index < $1.index }
    for node in symbols { words[node] = fresh(graph.symbol(node)!.name) }
  }

  // MARK: Names

  /// The name, or one like it that is free.
  func fresh(_ name: String) -> String {
    var word = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? $0 : "_" })
    if word.first?.isNumber ?? true { word = "v" + word }
    while !taken.insert(word).inserted { word += "_" }
    return word
  }

  private func fresh(numbered prefix: String) -> String {
    var serial = 0
    while !taken.insert("\(prefix)\(serial)").inserted { serial += 1 }
    return "\(prefix)\(serial)"
  }

  /// The variables of the expression in the order of their appearance.
  var variables: [Node] {
    words.keys.filter {
      if case .definition = graph.symbol($0)!.role { false } else { true }
    }.sorted { $0.index < $1.index }
  }

  func word(_ node: Node) -> String { words[node]! }

  /// A size in whole numbers.
  func size(_ size: Size) -> Code {
    let terms = size.monomials.map { term -> Code in
      let names = term.names.map { name -> String in
        if let word = sizeWords[name] { return word }
        let word = fresh(name)
        sizeWords[name] = word
        sizes.append(name)
        return word
      }
      let factors = (term.coefficient == 1 && !names.isEmpty ? [] : [String(term.coefficient)]) + names
      return Code(factors.joined(separator: " * "), factors.count > 1 ? .product : .atom)
    }
    return terms.dropFirst().reduce(terms.first ?? Code("0")) { Code("\($0.text) + \($1.text)", .sum) }
  }

  // MARK: Parts

  /// The code of a part: the name of its local variable, if it has one or deserves one.
  func value(_ node: Node) throws(CodeError) -> Code {
    if let local = locals[node] { return Code(local) }
    if let symbol = graph.symbol(node) {
      if case .constant(let number) = symbol.role { return dialect.number(number) }
      guard case .definition(let definition) = symbol.role else { return Code(word(node)) }
      counts[node, default: 0] += 1
      if counts[node]! == 1 {
        let code: Code
        if let local = locals[definition] { code = Code(local) } else { code = try compute(definition) }
        assign(code, to: word(node))
        locals[node] = word(node)
        locals[definition] = word(node)
      }
      return Code(word(node))
    }
    counts[node, default: 0] += 1
    guard let counted else { return counts[node]! > 1 ? Code("t") : try compute(node) }
    let code = try compute(node)
    let isShared = counted.counts[node, default: 0] > 1 && deservesName(node)
    let isLong = code.text.utf8.count > CodeWriter.lineLength && node != expression.node
    guard isShared || isLong else { return code }
    let name = fresh(numbered: "t")
    assign(code, to: name)
    locals[node] = name
    return Code(name)
  }

  /// Whether a second computation is worth a variable: more than three nodes, or a product or a function of matrices.
  private func deservesName(_ node: Node) -> Bool {
    if graph.print(node).syntax.nodes > 3 { return true }
    switch graph.operation(node) {
    case .product(_, _, let chain): return chain.count > 1
    case .apply(let index, _): return !(graph.primitives[Int(index)] is any LinearPrimitive)
    default: return false
    }
  }

  /// Whether a part has one place, and no name therefore; known once all is counted.
  func isWrittenOnce(_ node: Node) -> Bool {
    guard let counted else { return false }
    return counted.counts[node, default: 0] < 2 && locals[node] == nil
  }

  private func assign(_ code: Code, to name: String) {
    if counted != nil { statements.append(dialect.assignment(name, code)) }
  }

  /// What has no named size and no variable in it, and is a number of the language therefore.
  func isConstant(_ node: Node) -> Bool {
    graph.isScalar(node)
      && graph.reachable(from: [node]).allSatisfy {
        switch graph.operation($0) {
        case .size, .zeros: true
        case .product(_, _, let chain): chain.isEmpty
        case .sum: graph.isScalar($0)
        default: false
        }
      }
  }

  // MARK: Factorizations

  private func factorization(of a: Node) -> WrittenFactor {
    graph.facts(a).contains(.definite) ? .cholesky : .lu
  }

  /// The name of the factorization of a matrix that is used more than once.
  private func factor(_ a: Node) throws(CodeError) -> String? {
    factorCounts[a, default: 0] += 1
    guard let counted, counted.factorCounts[a, default: 0] > 1 else { return nil }
    if let known = factors[a] { return known }
    let kind = factorization(of: a)
    let matrix = try value(a)
    let prefix = kind == .cholesky ? "chol" : "lu"
    let name = graph.symbol(a) != nil ? fresh("\(prefix)_\(word(a))") : fresh(numbered: prefix)
    statements.append(dialect.factor(kind, matrix, named: name))
    factors[a] = name
    return name
  }

  /// inv(A)*b or inv(A)'*b.
  func solve(_ a: Node, _ b: Code, isTransposed: Bool) throws(CodeError) -> Code {
    let kind = factorization(of: a)
    let isTransposed = isTransposed && !graph.facts(a).contains(.symmetric)
    if let name = try factor(a) { return dialect.solve(kind, named: name, b, isTransposed: isTransposed) }
    return dialect.solve(kind, try value(a), b, isTransposed: isTransposed)
  }

  /// The log determinant of a positive definite matrix.
  func logdet(_ a: Node) throws(CodeError) -> Code {
    if let name = try factor(a) { return dialect.logdet(named: name) }
    return dialect.logdetOfDefinite(try value(a))
  }

  // MARK: The function

  func program(named name: String) throws(CodeError) -> CodeProgram {
    taken.insert(name)
    var result = try value(expression.node)
    if isConstant(expression.node) { result = dialect.lifted(result) }
    var arguments = variables.map {
      CodeArgument(name: graph.symbol($0)!.name, word: word($0), shape: graph.shape($0), isSize: false)
    }
    let (bindings, open) = sizeBindings(arguments)
    arguments += open.map { CodeArgument(name: $0, word: sizeWords[$0]!, shape: .scalar, isSize: true) }
    let body = bindings + statements
    let function = CodeFunction(
      name: name, title: title, arguments: arguments, shape: expression.shape, body: body,
      result: result, definitions: definitions(for: body + [result.text]))
    return CodeProgram(text: dialect.function(function), arguments: arguments)
  }

  /// The expression, unless shared parts make it longer than anybody reads.
  private var title: String {
    let syntax = expression.syntax
    return syntax.nodes <= 200 ? syntax.description : "An expression of \(syntax.nodes) nodes."
  }

  /// The definitions that occur in the code, those that others need first.
  private func definitions(for lines: [String]) -> [String] {
    var found: [String] = []
    func visit(_ text: String) {
      for word in Code.words(text).sorted() where !found.contains(word) {
        guard let definition = dialect.definitions[word], definition != text else { continue }
        visit(definition)
        if !found.contains(word) { found.append(word) }
      }
    }
    for text in ownDefinitions + lines { visit(text) }
    return found.map { dialect.definitions[$0]! } + ownDefinitions
  }

  /// Statements that read named sizes off the arguments, and the sizes that no argument tells.
  private func sizeBindings(_ arguments: [CodeArgument]) -> (statements: [String], open: [String]) {
    var statements: [String] = []
    var known: Set<String> = []
    let sides = arguments.filter { !$0.shape.isScalar }.flatMap { argument in
      [(argument.word, 0, argument.shape.rows), (argument.word, 1, argument.shape.columns)]
    }
    for name in sizes {
      guard let side = sides.first(where: { $0.2 == Size(name) }) else { continue }
      statements.append(dialect.assignment(sizeWords[name]!, dialect.size(side.0, side.1)))
      known.insert(name)
    }
    // m*n rows tell n, once m is known.
    for name in sizes where !known.contains(name) {
      for side in sides where Set(side.2.names).subtracting(known) == [name] && side.2.monomials.count == 1 {
        let term = side.2.monomials[0]
        guard term.names.count(where: { $0 == name }) == 1 else { continue }
        let others = term.names.filter { $0 != name }.map { sizeWords[$0]! }
        let divisor = (term.coefficient == 1 ? [] : [String(term.coefficient)]) + others
        let whole = dialect.size(side.0, side.1)
        let quotient = dialect.wholeQuotient(
          whole, Code(divisor.joined(separator: " * "), divisor.count > 1 ? .product : .atom))
        statements.append(dialect.assignment(sizeWords[name]!, quotient))
        known.insert(name)
        break
      }
    }
    return (statements, sizes.filter { !known.contains($0) })
  }
}
