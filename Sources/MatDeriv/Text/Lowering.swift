// Trees with shapes into the graph.

struct Lowering {
  let text: String
  let graph: Graph
  let inference: Inference
  let needs = WrittenNeeds()

  func lower(_ x: Syntax) throws(LanguageError) -> Expression {
    let g = graph
    switch x.form {
    case .number(let c): return g.constant(c)
    case .name(let name): return try named(name, x.range ?? 0..<0)
    case .negate(let a): return try -lower(a)
    case .transpose(let a): return try lower(a).transposed
    case .binary(let op, let a, let b): return try binary(op, a, b)
    case .call(let word, let arguments): return try call(word, arguments, x)
    case .select(let a, let rows, let columns): return try select(lower(a), rows, columns)
    case .assemble(let rows):
      var blocks: [[Expression]] = []
      for row in rows {
        var line: [Expression] = []
        for block in row { line.append(try lower(block)) }
        blocks.append(line)
      }
      return assemble(blocks)
    }
  }

  func named(_ name: String, _ range: Range<Int>) throws(LanguageError) -> Expression {
    let g = graph
    if let declared = inference.declarations[name] {
      if declared.isSize { return g.number(of: Size(name)) }
      return g.variable(name, declared.shape.rows, declared.shape.columns, declared.facts)
    }
    if inference.definitions[name] != nil {
      if let known = g.symbol(named: name), case .definition = g.symbol(known)!.role { return Expression(g, known) }
      let value = try lower(inference.resolvedShapes(inference.inferred[name]!))
      return g.name(name, value)
    }
    if let known = inference.names.first(where: { $0.name == name }) {
      let shape = inference.resolved(known.shape)
      return g.variable(name, shape.rows, shape.columns)
    }
    if name == "pi" { return Expression(g, g.pi) }
    return g.number(of: Size(name))
  }

  private func binary(_ op: Syntax.Operator, _ a: Syntax, _ b: Syntax) throws(LanguageError) -> Expression {
    let x = try lower(a)
    switch op {
    case .power where !x.shape.isScalar:
      let exponent = Inference.integer(b)!
      if exponent < 0 { needs.add(Condition(.invertible, x)) }
      return x.power(Coefficient(exponent))
    default: break
    }
    let y = try lower(b)
    switch op {
    case .add: return x + y
    case .subtract: return x - y
    case .multiply: return x * y
    case .divide:
      needs.add(Condition(.nonzero, y))
      return x / y
    case .hadamard: return x .* y
    case .hadamardDivide:
      needs.add(Condition(.nonzero, y))
      return x ./ y
    case .power:
      needs.add(powerOf: x, y)
      return x .** y
    case .hadamardPower:
      needs.add(powerOf: x, y)
      if y.shape.isScalar { return x .** y }
      // Entries as exponents: x.^Y = exp(Y.*log(x)).
      return exp(y .* log(x))
    }
  }

  private func call(_ word: String, _ arguments: [Syntax], _ x: Syntax) throws(LanguageError) -> Expression {
    let g = graph
    let shape = x.shape!
    switch word {
    case "eye": return g.eye(shape.rows)
    case "ones": return g.ones(shape.rows, shape.columns)
    case "zeros": return g.zeros(shape.rows, shape.columns)
    case "vector": return try lower(arguments[0]) * g.ones(shape.rows, .one)
    case "K":
      var inference = self.inference
      return g.K(try inference.size(arguments[0]), try inference.size(arguments[1]))
    case "unvec": return Expression(g, g.apply(Unvec(shape.rows, shape.columns), [try lower(arguments[0]).node]))
    case "iota": return iota(g, shape.rows)
    case "toeplitzlayout": return Expression(g, g.apply(Toeplitz.Layout(n: shape.columns), []))
    case "pick": return MatDeriv.pick(g, arguments.dropLast().map { Inference.integer($0)! }, of: shape.columns)
    case "block":
      var inference = self.inference
      return block(g, try inference.size(arguments[0]), shape.rows, of: shape.columns)
    default: break
    }
    if arguments.count == 2, Vocabulary.axial.contains(word), case .name(let axis) = arguments[1].form,
      axis == "rows" || axis == "columns"
    {
      return axial(word, try lower(arguments[0]), axis == "rows")
    }
    var lowered: [Expression] = []
    for argument in arguments { lowered.append(try lower(argument)) }
    for candidate in inference.vocabulary.words(word) {
      if candidate.signatures.contains(where: { $0.result(for: lowered.map(\.shape)) != nil }) {
        for condition in candidate.domain(lowered) { needs.add(condition) }
        return candidate.build(g, lowered)
      }
    }
    throw LanguageError(
      "\(word) cannot take \(lowered.map { "\($0.shape)" }.joined(separator: ", "))", in: text, at: x.range ?? 0..<0)
  }

  /// One value for each row or each column.
  private func axial(_ word: String, _ z: Expression, _ byRows: Bool) -> Expression {
    let g = graph
    let (m, n) = (z.shape.rows, z.shape.columns)
    switch word {
    case "sum": return byRows ? z * g.ones(n, .one) : g.ones(.one, m) * z
    case "mean":
      return byRows ? z * g.ones(n, .one) / g.number(of: n) : g.ones(.one, m) * z / g.number(of: m)
    case "softmax": return byRows ? softmax(z.transposed).transposed : softmax(z)
    case "logsumexp": return byRows ? logsumexp(z.transposed) : logsumexp(z).transposed
    default: return byRows ? max(z.transposed) : max(z).transposed
    }
  }

  private func select(_ x: Expression, _ rows: Syntax.Selection, _ columns: Syntax.Selection) throws(LanguageError)
    -> Expression
  {
    let left = try pick(rows, x.shape.rows)
    let right = x.shape.isColumn && columns == .list([1]) ? nil : try pick(columns, x.shape.columns)
    let taken = left.map { $0 * x } ?? x
    return right.map { taken * $0.transposed } ?? taken
  }

  private func pick(_ selection: Syntax.Selection, _ n: Size) throws(LanguageError) -> Expression? {
    switch selection {
    case .all: nil
    case .range(let first, let last): MatDeriv.pick(graph, Array(first...last), of: n)
    case .list(let list): MatDeriv.pick(graph, list, of: n)
    case .named(let name): try named(name, 0..<0)
    }
  }
}

/// What the parts of a text need for their values: kept, because normal forms forget it.
final class WrittenNeeds {
  private(set) var conditions: [Condition] = []

  func add(_ condition: Condition) {
    if !conditions.contains(condition) { conditions.append(condition) }
  }

  func add(powerOf base: Expression, _ exponent: Expression) {
    let g = base.graph
    guard let e = g.coefficient(exponent.node) else {
      if !g.isWhole(exponent.node) { add(Condition(.positive, base)) }
      return
    }
    if e.isInteger {
      if e.isNegative { add(Condition(.nonzero, base)) }
    } else {
      add(Condition(e.isNegative ? .positive : .nonnegative, base))
    }
  }
}
