// The operations of the graph in the words of a dialect.

extension CodeWriter {
  func compute(_ node: Node) throws(CodeError) -> Code {
    let shape = graph.shape(node)
    switch graph.operation(node) {
    case .symbol: return try value(node)
    case .size(let s): return dialect.number(ofSize: size(s))
    case .zeros(let s):
      return s.isScalar ? dialect.number(0) : dialect.zeros(size(s.rows), size(s.columns), isColumn: s.isColumn)
    case .eye(let n): return dialect.eye(size(n))
    case .ones(let n): return dialect.ones(size(n), Code("1"), isColumn: true)
    case .commutation(let m, let n): return dialect.call("commutation($1, $2)", [size(m), size(n)])
    case .transpose(let x):
      if case .ones(let n) = graph.operation(x) { return dialect.ones(Code("1"), size(n), isColumn: false) }
      return dialect.transpose(try value(x), isColumn: shape.isColumn)
    case .sum(let terms): return try sum(terms)
    case .dot(let chain): return try self.chain(chain)
    case .product(let c, let scalars, let chain):
      if let difference = try negated(c, scalars, chain) { return difference }
      return try product(c, scalars, chain)
    case .hadamard(let powers): return try hadamard(powers)
    case .apply(let index, let arguments): return try apply(graph.primitives[Int(index)], arguments, shape)
    }
  }

  /// Terms in reading order, a positive one first.
  private func sum(_ terms: [Term]) throws(CodeError) -> Code {
    var ordered = terms.sorted { graph.print($0.unit).stands(before: graph.print($1.unit)) }
    if let first = ordered.firstIndex(where: { !$0.coefficient.isNegative }), first > 0 {
      ordered.insert(ordered.remove(at: first), at: 0)
    }
    var result: Code?
    for term in ordered {
      let isSubtracted = result != nil && term.coefficient.isNegative
      let c = isSubtracted ? term.coefficient.magnitude : term.coefficient
      let part = try scaled(c, try value(term.unit))
      result = result.map { isSubtracted ? dialect.difference($0, part) : dialect.sum($0, part) } ?? part
    }
    return result!
  }

  /// -(a - b) as b - a, where the difference has no name.
  private func negated(_ c: Coefficient, _ scalars: [Power], _ chain: [Node]) throws(CodeError) -> Code? {
    guard c == -1, scalars.count + chain.count == 1, scalars.first.map({ $0.exponent == graph.one }) ?? true else {
      return nil
    }
    let whole = chain.first ?? scalars[0].base
    guard case .sum(let terms) = graph.operation(whole), terms.contains(where: \.coefficient.isNegative),
      isWrittenOnce(whole)
    else { return nil }
    return try sum(terms.map { Term(coefficient: -$0.coefficient, unit: $0.unit) })
  }

  /// The number times code.
  private func scaled(_ c: Coefficient, _ code: Code) throws(CodeError) -> Code {
    if c.isOne { return code }
    if c == -1 { return dialect.negate(code) }
    guard c.isExact, !c.isDecimal else { return dialect.scale(dialect.number(c.value), code) }
    let above = Coefficient(c.numerator)
    return dialect.divide(try scaled(above, code), dialect.number(Double(c.denominator)))
  }

  private func product(_ c: Coefficient, _ scalars: [Power], _ chain: [Node]) throws(CodeError) -> Code {
    var above: [Code] = []
    var below: [Code] = []
    for power in scalars {
      if let e = graph.coefficient(power.exponent), e.isNegative {
        below.append(try raise(power.base, to: graph.number(-e)))
      } else {
        above.append(try raise(power.base, to: power.exponent))
      }
    }
    let size = c.magnitude
    var numerator: Coefficient? = size
    if size.isExact, !size.isDecimal {
      numerator = Coefficient(size.numerator)
      below.insert(dialect.number(Double(size.denominator)), at: 0)
    }
    if numerator!.isOne, !above.isEmpty || !chain.isEmpty { numerator = nil }
    var isNegative = c.isNegative
    if let number = numerator {
      above.insert(dialect.number(isNegative ? -number.value : number.value), at: 0)
      isNegative = false
    }
    if !chain.isEmpty { above.append(try self.chain(chain)) }
    var result = above.dropFirst().reduce(above[0]) { dialect.scale($0, $1) }
    if let first = below.first {
      result = dialect.divide(result, below.dropFirst().reduce(first) { dialect.scale($0, $1) })
    }
    return isNegative ? dialect.negate(result) : result
  }

  /// The power of a number, or of every entry.
  private func raise(_ base: Node, to exponent: Node) throws(CodeError) -> Code {
    let isScalar = graph.isScalar(base)
    if exponent == graph.one { return try value(base) }
    var code = try value(base)
    if graph.coefficient(exponent) == Coefficient(1, over: 2) {
      if isConstant(base) { code = dialect.lifted(code) }
      return dialect.squareRoot(code, isScalar: isScalar)
    }
    return dialect.power(code, try value(exponent), isScalar: isScalar)
  }

  private func hadamard(_ powers: [Power]) throws(CodeError) -> Code {
    var above: [Code] = []
    var below: [Code] = []
    let ordered = powers.sorted { graph.print($0.base).isFactor(before: graph.print($1.base)) }
    for power in ordered {
      if let e = graph.coefficient(power.exponent), e.isNegative {
        below.append(try raise(power.base, to: graph.number(-e)))
      } else {
        above.append(try raise(power.base, to: power.exponent))
      }
    }
    let dividend = above.dropFirst().reduce(above.first) { dialect.hadamard($0!, $1) }
    guard let first = below.first else { return dividend! }
    return dialect.hadamardQuotient(dividend, below.dropFirst().reduce(first) { dialect.hadamard($0, $1) })
  }

  private func apply(_ primitive: any Primitive, _ arguments: [Node], _ shape: Shape) throws(CodeError) -> Code {
    switch primitive {
    case let pick as Pick: return dialect.rows(dialect.eye(size(pick.n)), .list(pick.indices), isColumn: false)
    case let block as Block: return dialect.rows(dialect.eye(size(block.n)), taken(block), isColumn: false)
    case let iota as Iota: return dialect.call(try spelling(iota).template, [size(iota.n)])
    case let layout as Toeplitz.Layout: return dialect.call(try spelling(layout).template, [size(layout.n)])
    case let unvec as Unvec:
      return dialect.call(
        try spelling(unvec).template, [try value(arguments[0]), size(unvec.rows), size(unvec.columns)])
    case is LogDet where graph.facts(arguments[0]).contains(.definite): return try logdet(arguments[0])
    default: break
    }
    let spelling = try spelling(primitive)
    if let definition = spelling.definition, !ownDefinitions.contains(definition) { ownDefinitions.append(definition) }
    var codes: [Code] = []
    for argument in arguments {
      let code = try value(argument)
      codes.append(isConstant(argument) ? dialect.lifted(code) : code)
    }
    switch spelling.form {
    case .elementwise: return dialect.elementwise(spelling.template, codes[0], isScalar: shape.isScalar)
    case .call: return dialect.call(spelling.template, codes)
    case .columns:
      let columns = dialect.call(spelling.template, codes)
      return shape.isScalar ? dialect.entry(columns) : columns
    }
  }

  private func spelling(_ primitive: any Primitive) throws(CodeError) -> Spelling {
    if let own = primitive.spelling(in: language) { return own }
    // Both words are diag.
    let word = primitive is DiagOf ? "diagonal" : primitive.name
    guard let known = dialect.spellings[word] else {
      throw .noCounterpart(primitive: primitive.name, language: language)
    }
    return known
  }

  func taken(_ block: Block) -> Taken { .range(offset: size(block.offset), count: size(block.k)) }
}
