// The names of a text, seen from outside: what occurs where, which of them are sizes, and the sizes that given values decide.

extension Syntax {
  /// The names that stand in the expression, each once, from left to right.
  public var names: [String] {
    var found: [String] = []
    collect(&found)
    return found
  }

  private func collect(_ found: inout [String]) {
    func add(_ name: String) { if !found.contains(name) { found.append(name) } }
    switch form {
    case .number: break
    case .name(let name): add(name)
    case .negate(let x), .transpose(let x): x.collect(&found)
    case .binary(_, let a, let b):
      a.collect(&found)
      b.collect(&found)
    case .call(_, let arguments): for argument in arguments { argument.collect(&found) }
    case .select(let x, let rows, let columns):
      x.collect(&found)
      for case .named(let name) in [rows, columns] { add(name) }
    case .assemble(let rows): for block in rows.joined() { block.collect(&found) }
    }
  }
}

extension Program {
  /// The names of sizes in the shapes of the variables, in the expression and in the declarations, sorted.
  public var sizes: [String] {
    let shapes = names.compactMap { variable($0)?.shape } + declarations.items.map(\.shape)
    let words: Set = ["rows", "columns", "pi"]
    let written = ([syntax] + definitions.map(\.syntax)).flatMap(\.names)
    let free = written.filter { variable($0) == nil && !words.contains($0) }
    return Set(shapes.flatMap { $0.rows.names + $0.columns.names } + declarations.sizes.keys + free).sorted()
  }

  /// The values with all sizes that follow from them, whether or not an expression that is evaluated shows them: the derivative of `tr(X)`
  /// is an identity of the size of X.
  ///
  /// **Throws**: `shape` where a value contradicts its declaration or another value.
  public func binding<Element: Scalar>(_ values: Values<Element>) throws(EvaluationError) -> Values<Element> {
    var bound = values
    for (name, size) in declarations.sizes where bound.sizes[name] == nil { bound.sizes[name] = size }
    try bound.bindSizes(of: graph.symbols.filter { $0.role == .variable })
    return bound
  }
}
