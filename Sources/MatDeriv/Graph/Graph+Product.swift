// The one product node: an exact coefficient, powers of scalars, and a chain of matrices. Scalars commute and sit in the powers, so
// s*A*t*B = (s*t)*A*B needs no rule; neighbours in the chain meet the table of rewrites.

extension Graph {
  /// The parts of a node as a product.
  func parts(_ node: Node) -> (coefficient: Coefficient, scalars: [Power], chain: [Node]) {
    if case .product(let c, let scalars, let chain) = operation(node) { return (c, scalars, chain) }
    return isScalar(node) ? (.one, [Power(base: node, exponent: one)], []) : (.one, [], [node])
  }

  /// The node without its coefficient, and the coefficient.
  func unit(_ node: Node) -> (coefficient: Coefficient, unit: Node) {
    guard case .product(let c, let scalars, let chain) = operation(node), !c.isOne else { return (.one, node) }
    return (c, product(.one, scalars, chain, shape(node)))
  }

  func scale(_ c: Coefficient, _ node: Node) -> Node {
    if c.isOne { return node }
    if c.isZero || isZero(node) { return zeros(shape(node)) }
    let (own, scalars, chain) = parts(node)
    return product(c * own, scalars, chain, shape(node))
  }

  /// The matrix product of factors that fit; scalars scale.
  func multiply(_ factors: [Node]) -> Node {
    var product = ProductBuilder(self)
    for factor in factors { product.append(factor) }
    return product.node
  }

  /// A product from parts that are normal already.
  func product(_ c: Coefficient, _ scalars: [Power], _ chain: [Node], _ shape: Shape) -> Node {
    if c.isZero { return zeros(shape) }
    if c.isOne {
      if scalars.isEmpty, chain.count == 1 { return chain[0] }
      if chain.isEmpty, scalars.count == 1, scalars[0].exponent == one { return scalars[0].base }
    }
    return intern(.product(c, scalars, chain), shape)
  }

  /// A 1 x 1 chain of at least two factors, or the equal of it with another name.
  func dot(_ chain: [Node]) -> Node {
    if chain.count == 1 { return chain[0] }
    if isOnes(chain[0]) { return apply(Sum(), [multiply(Array(chain[1...]))]) }
    if isOnes(chain[chain.count - 1]) { return apply(Sum(), [multiply(Array(chain.dropLast()))]) }
    if allows(.dotOfHadamard) {
      let (first, last) = (chain[0], chain[chain.count - 1])
      let rest = chain.count == 2 ? (last, first) : (multiply(Array(chain[1...])), multiply(Array(chain.dropLast())))
      if let sum = sumOfHadamard(transpose(first), rest.0) ?? sumOfHadamard(transpose(rest.1), last) { return sum }
    }
    let mirrored = parts(uncutProduct(chain.reversed().map { transpose($0) }))
    // A mirrored chain that is its own negative is zero: x'*G*x with G skew.
    if mirrored.scalars.isEmpty, mirrored.chain == chain, mirrored.coefficient == -1 { return zeros(.scalar) }
    if mirrored.scalars.isEmpty, mirrored.chain.count == chain.count, mirrored.chain != chain,
      isBetter(mirrored.chain, than: chain)
    {
      return scale(mirrored.coefficient, intern(.dot(mirrored.chain), .scalar))
    }
    return intern(.dot(chain), .scalar)
  }

  /// Fewer transposed factors, then the order of nodes.
  private func isBetter(_ a: [Node], than b: [Node]) -> Bool {
    let (x, y) = (transposedCount(a), transposedCount(b))
    if x != y { return x < y }
    for (p, q) in zip(a, b) where p != q { return precedes(p, q) }
    return false
  }

  func transposedCount(_ nodes: [Node]) -> Int {
    nodes.reduce(0) { if case .transpose = operation($1) { $0 + 1 } else { $0 } }
  }

  private func uncutProduct(_ factors: [Node]) -> Node {
    var product = ProductBuilder(self)
    for factor in factors { product.append(factor) }
    return product.uncut
  }
}

/// Collects the factors of a product.
struct ProductBuilder {
  private let graph: Graph
  private(set) var coefficient = Coefficient.one
  private(set) var scalars: [Power] = []
  private var chain: [Node] = []
  /// Rows of the first and columns of the last factor that is no scalar.
  private var rows: Size?
  private var columns = Size.one

  init(_ graph: Graph) { self.graph = graph }

  mutating func append(_ factor: Node) {
    let shape = graph.shape(factor)
    if shape.isScalar {
      raise(factor, to: graph.one)
      return
    }
    if rows == nil { rows = shape.rows }
    columns = shape.columns
    push(factor)
  }

  private mutating func push(_ factor: Node) {
    if coefficient.isZero { return }
    switch graph.operation(factor) {
    case .zeros: coefficient = .zero
    case .product(let c, let powers, let factors):
      coefficient = coefficient * c
      for power in powers { raise(power.base, to: power.exponent) }
      for factor in factors { push(factor) }
    case .eye where !chain.isEmpty: break
    default:
      if let last = chain.last, case .eye = graph.operation(last) {
        chain.removeLast()
        push(factor)
      } else if let last = chain.last, let joined = graph.join(last, factor) {
        chain.removeLast()
        if graph.isScalar(joined) { raise(joined, to: graph.one) } else { push(joined) }
      } else if graph.allows(.diagonalTimesVector), let absorbed = absorbDiagonal(factor) {
        push(absorbed)
      } else {
        chain.append(factor)
      }
    }
  }

  /// diag(v)*A*u = v.*(A*u) and u'*A*diag(v) = ((A'*u).*v)': takes what is absorbed off the chain.
  private mutating func absorbDiagonal(_ factor: Node) -> Node? {
    let start = (chain.lastIndex { graph.shape($0).columns.isOne }).map { $0 + 1 } ?? 0
    guard start < chain.count else { return nil }
    if graph.shape(factor).isColumn, let place = chain[start...].lastIndex(where: { graph.isDiag($0) }) {
      let vector = graph.multiply(Array(chain[(place + 1)...]) + [factor])
      let v = graph.argument(chain[place], of: Diag.self)!
      chain.removeSubrange(place...)
      return graph.hadamard([v, vector])
    }
    guard graph.shape(chain[start]).isRow, let v = graph.argument(factor, of: Diag.self) else { return nil }
    let row = graph.multiply(Array(chain[start...]))
    chain.removeSubrange(start...)
    return graph.transpose(graph.hadamard([graph.transpose(row), v]))
  }

  /// Multiplies by a power of a scalar.
  mutating func raise(_ base: Node, to exponent: Node) {
    if coefficient.isZero { return }
    switch graph.operation(base) {
    case .zeros:
      if let e = graph.coefficient(exponent), e > 0 { coefficient = .zero } else { multiply(base, exponent) }
    case .product(let c, let powers, let chain) where chain.isEmpty:
      guard graph.distributes(exponent, over: base) else {
        // Only a positive number leaves a power whose exponent is not whole.
        if !c.isNegative, !c.isOne, let e = graph.coefficient(exponent), let number = c.raised(to: e) {
          coefficient = coefficient * number
          multiply(graph.product(.one, powers, [], .scalar), exponent)
        } else {
          multiply(base, exponent)
        }
        return
      }
      if !c.isOne {
        if let e = graph.coefficient(exponent), let number = c.raised(to: e) {
          coefficient = coefficient * number
        } else {
          multiply(graph.number(c), exponent)
        }
      }
      for power in powers {
        raise(power.base, to: exponent == graph.one ? power.exponent : graph.multiply([power.exponent, exponent]))
      }
    default: multiply(base, exponent)
    }
  }

  private mutating func multiply(_ base: Node, _ exponent: Node) {
    if let index = scalars.firstIndex(where: { $0.base == base }) {
      let total = graph.add([scalars[index].exponent, exponent])
      scalars.remove(at: index)
      if graph.isZero(total) { return }
      // An exponent that became whole may open a product that was kept closed.
      if graph.coefficient(total) != nil, case .product = graph.operation(base) {
        raise(base, to: total)
      } else {
        scalars.append(Power(base: base, exponent: total))
      }
    } else if !graph.isZero(exponent) {
      scalars.append(Power(base: base, exponent: exponent))
    }
  }

  private var shape: Shape { Shape(rows ?? .one, columns) }

  /// The product without cutting it where a size is one.
  var uncut: Node { finish() }

  /// The product. Segments between two places where the size is one are scalars and move to them: x*x'*y is (x'*y)*x.
  var node: Node {
    var builder = self
    builder.cut()
    return builder.finish()
  }

  private mutating func cut() {
    guard chain.count > 1 || (chain.count == 1 && shape.isScalar) else { return }
    var segments: [[Node]] = [[]]
    for factor in chain {
      segments[segments.count - 1].append(factor)
      if graph.shape(factor).columns.isOne { segments.append([]) }
    }
    if segments.last!.isEmpty { segments.removeLast() }
    var rest: [Node] = []
    var moved = false
    for segment in segments {
      let isScalar = graph.shape(segment[0]).rows.isOne && graph.shape(segment[segment.count - 1]).columns.isOne
      if isScalar {
        raise(graph.dot(segment), to: graph.one)
        moved = true
        if coefficient.isZero { return }
      } else {
        rest += segment
      }
    }
    guard moved else { return }
    // New neighbours may meet a rewrite.
    chain = []
    for factor in rest { push(factor) }
  }

  private func finish() -> Node {
    if coefficient.isZero { return graph.zeros(shape) }
    let shape = self.shape
    if chain.isEmpty, !shape.isScalar {
      return graph.product(coefficient, sorted, [graph.identity(shape.rows)], shape)
    }
    return graph.product(coefficient, sorted, chain, shape)
  }

  private var sorted: [Power] {
    scalars.count < 2 ? scalars : scalars.sorted { graph.precedes($0.base, $1.base) }
  }
}
