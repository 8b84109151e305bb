// One step of the differential: what stands for d(z) in terms of the differentials of what z is made of. D1 to D8, as forward and reverse mode
// apply them.

extension Rule {
  static let sum = Rule("D1", "differential of a sum")
  static let product = Rule("D2", "differential of a product")
  static let transpose = Rule("D3", "differential of a transpose")
  static let hadamard = Rule("D7", "differential of an elementwise product")
  static let elementwise = Rule("D8", "differential of an elementwise function")
  static let power = Rule("R1", "differential of a power")
}

/// Opens differentials, down to those that shall stay.
struct Opening {
  let graph: Graph
  /// What depends on the variable.
  let active: Set<Node>
  /// Nodes whose differentials stay as they are: the variable, and named nodes until it is their turn.
  let closed: Set<Node>
  /// The names that the input gave to nodes.
  let names: [Node: Node]
  /// The rules that were used.
  var rules: [Rule] = []

  init(_ graph: Graph, _ order: [Node], closed: Set<Node>) {
    self.graph = graph
    active = Set(order)
    names = graph.names(among: order)
    self.closed = closed
  }

  /// One line of a derivation: every differential opened once, constant factors passed on the way.
  mutating func level(_ x: Linear) throws(DerivationError) -> Linear {
    try map(x) { opening, z throws(DerivationError) in try opening.opened(z) }
  }

  /// The differential of a node, opened even if it is to stay closed otherwise.
  mutating func opened(_ z: Node) throws(DerivationError) -> Linear {
    let inner = try step(z)
    return isCheap(z)
      ? try level(inner)
      : try map(inner) { opening, z throws(DerivationError) in try opening.passed(z) }
  }

  /// Constant factors and transposes passed; nothing else opened.
  private mutating func passed(_ z: Node) throws(DerivationError) -> Linear {
    guard isCheap(z) else { return .d(z) }
    return try map(try step(z)) { opening, z throws(DerivationError) in try opening.passed(z) }
  }

  private mutating func map(
    _ x: Linear, _ body: (inout Opening, Node) throws(DerivationError) -> Linear
  ) throws(DerivationError) -> Linear {
    switch x {
    case .d(let z): return closed.contains(z) ? x : try body(&self, z)
    case .zero: return x
    case .sum(let parts):
      var mapped: [Linear.Part] = []
      for part in parts {
        let inner = try map(part.x, body)
        if case .zero = inner { continue }
        mapped.append(Linear.Part(coefficient: part.coefficient, x: inner))
      }
      return mapped.isEmpty ? .zero(graph.shape(x)) : .sum(mapped)
    case .product(let l, let inner, let r): return wrap(x, try map(inner, body)) { .product(l, $0, r) }
    case .transpose(let inner): return wrap(x, try map(inner, body)) { .transpose($0) }
    case .hadamard(let weight, let inner): return wrap(x, try map(inner, body)) { .hadamard(weight, $0) }
    case .scaled(let inner, let matrix): return wrap(x, try map(inner, body)) { .scaled($0, matrix) }
    case .apply(let index, let arguments, let place, let inner):
      return wrap(x, try map(inner, body)) { .apply(index, arguments, place, $0) }
    }
  }

  private func wrap(_ outer: Linear, _ inner: Linear, _ build: (Linear) -> Linear) -> Linear {
    if case .zero = inner { return .zero(graph.shape(outer)) }
    return build(inner)
  }

  /// Whether opening shows nothing that needs a line: names, transposes, products with one factor that moves.
  private func isCheap(_ z: Node) -> Bool {
    switch graph.operation(z) {
    case .symbol, .transpose: return true
    case .dot(let chain): return chain.count { isActive($0) } == 1
    case .product(_, let scalars, let chain):
      let moving = scalars.filter { isActive($0.base) || isActive($0.exponent) }
      return moving.count + chain.count { isActive($0) } == 1 && moving.allSatisfy { $0.exponent == graph.one }
    default: return false
    }
  }

  /// Whether a node depends on the variable; transposes of what does do as well, wherever a trace was written the other way round.
  private func isActive(_ z: Node) -> Bool { active.contains(z) || active.contains(graph.transpose(z)) }

  private mutating func note(_ rule: Rule) { if !rules.contains(rule) { rules.append(rule) } }

  /// d(z) by one rule.
  private mutating func step(_ z: Node) throws(DerivationError) -> Linear {
    let g = graph
    switch g.operation(z) {
    case .size, .zeros, .eye, .ones, .commutation: return .zero(g.shape(z))
    case .symbol(let index):
      guard case .definition(let value) = g.symbols[Int(index)].role, isActive(value) else {
        return .zero(g.shape(z))
      }
      return .d(value)
    case .transpose(let x):
      note(.transpose)
      return .transpose(.d(x))
    case .sum(let terms):
      note(.sum)
      return joined(
        terms.filter { isActive($0.unit) }.map { Linear.Part(coefficient: $0.coefficient, x: .d($0.unit)) }, z)
    case .dot(let chain): return product(.one, [], chain, z)
    case .product(let c, let scalars, let chain): return product(c, scalars, chain, z)
    case .hadamard(let powers): return hadamard(powers, z)
    case .apply(let index, let arguments): return try apply(index, arguments, z)
    }
  }

  private func joined(_ all: [Linear.Part], _ z: Node) -> Linear {
    let parts = all.filter { if case .zero = $0.x { false } else { true } }
    if parts.isEmpty { return .zero(graph.shape(z)) }
    return parts.count > 1 ? .sum(parts) : graph.scaled(parts[0].coefficient, parts[0].x)
  }

  private func joined(_ parts: [Linear], _ z: Node) -> Linear {
    joined(parts.map { Linear.Part(coefficient: .one, x: $0) }, z)
  }

  private mutating func product(_ c: Coefficient, _ scalars: [Power], _ chain: [Node], _ z: Node) -> Linear {
    let g = graph
    var parts: [Linear] = []
    for (i, power) in scalars.enumerated() {
      let rest = scalars.indices.filter { $0 != i }.map { g.power(scalars[$0].base, scalars[$0].exponent) }
      func part(_ factors: [Node], _ x: Node) -> Linear {
        let factor = g.multiply([g.number(c)] + rest + factors)
        let scalar: Linear = g.isOne(factor) ? .d(x) : .product([factor], .d(x), [])
        return chain.isEmpty ? scalar : .scaled(scalar, g.multiply(chain))
      }
      if isActive(power.base) {
        note(power.exponent == g.one ? .product : .power)
        let lowered = g.power(power.base, g.add([power.exponent, g.number(-1)]))
        parts.append(part(power.exponent == g.one ? [] : [power.exponent, lowered], power.base))
      }
      if isActive(power.exponent) {
        note(.power)
        let own = g.power(power.base, power.exponent)
        parts.append(part([own, g.apply(Log(), [power.base])], power.exponent))
      }
    }
    if parts.count > 1 { note(.product) }
    let scalar = g.product(c, scalars, [], .scalar)
    for i in chain.indices where isActive(chain[i]) {
      note(.product)
      parts.append(.product((g.isOne(scalar) ? [] : [scalar]) + chain[..<i], .d(chain[i]), Array(chain[(i + 1)...])))
    }
    return joined(parts, z)
  }

  private mutating func hadamard(_ powers: [Power], _ z: Node) -> Linear {
    let g = graph
    let shape = g.shape(z)
    var parts: [Linear] = []
    if powers.count > 1 { note(.hadamard) }
    for i in powers.indices {
      let rest = powers.indices.filter { $0 != i }.map { powers[$0] }
      if isActive(powers[i].base) {
        if powers[i].exponent != g.one { note(.elementwise) }
        let lowered = Power(base: powers[i].base, exponent: g.add([powers[i].exponent, g.number(-1)]))
        let weight = g.multiply([powers[i].exponent, g.hadamard(rest + [lowered], shape)])
        parts.append(g.isOnes(weight) ? .d(powers[i].base) : .hadamard(weight, .d(powers[i].base)))
      }
      if isActive(powers[i].exponent) {
        note(.elementwise)
        let logarithm = Power(base: g.apply(Log(), [powers[i].base]), exponent: g.one)
        parts.append(.scaled(.d(powers[i].exponent), g.hadamard(rest + [powers[i], logarithm], shape)))
      }
    }
    return joined(parts, z)
  }

  private mutating func apply(_ index: Int32, _ arguments: [Node], _ z: Node) throws(DerivationError) -> Linear {
    let g = graph
    let primitive = g.primitives[Int(index)]
    if primitive is Tr {
      note(primitive.rule)
      let argument = g.writtenTrace(arguments[0])
      return .apply(index, [argument], 0, .d(argument))
    }
    let x = arguments.map { Expression(g, $0) }
    let (shape, isElementwise) = (g.shape(z), primitive is any ElementwisePrimitive)
    var parts: [Linear] = []
    for (i, argument) in arguments.enumerated() where isActive(argument) {
      note(primitive.rule)
      if let linear = primitive as? any LinearPrimitive, linear.isLinear(in: i) {
        parts.append(.apply(index, arguments, i, .d(argument)))
        continue
      }
      let dx = g.differentialSymbol(of: argument)
      guard let dy = primitive.differential(Expression(g, names[z] ?? z), x, argument: i, Expression(g, dx)) else {
        throw .noRule(primitive: primitive.name, argument: i)
      }
      // R3 and its like, from columns to columns: the matrix before dx.
      if !isElementwise, shape.isColumn, g.shape(argument).isColumn, !g.isScalar(argument), !dy.isZero {
        parts.append(.product([try g.jacobian(of: dy.node, with: dx)], .d(argument), []))
        continue
      }
      parts.append(try g.linear(dy.node, [dx: argument]))
    }
    return joined(parts, z)
  }
}
