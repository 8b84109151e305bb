// In which order chains of products are multiplied: all chains together, so that a product that several contain is computed once. A pair
// of neighbours is chosen, by the flops of all that remains, and put in the place of every occurrence; a trace may be rotated.

/// A chosen split of every chain of more than two factors.
struct Contraction {
  /// The two factors of a product, each of them a factor of the graph's chain or again a product.
  private(set) var splits: [Node: (Node, Node)] = [:]
  /// How many chains want a product, by the product or its transpose.
  private(set) var demand: [Node: Int] = [:]

  private struct Chain {
    var node: Node
    var factors: [Node]
    /// The trace of a product: the last factor meets the first.
    var isCyclic: Bool
    /// Traces and dots end with two factors, products with one.
    var goal: Int

    var isDone: Bool { factors.count <= goal }
  }

  private let graph: Graph
  private let sizes: [String: Int]
  private let explicitInverses: Set<Node>

  init(
    _ graph: Graph, _ nodes: [Node], uses: [Node: Int], _ sizes: [String: Int], _ explicitInverses: Set<Node>
  ) throws(PlanError) {
    self.graph = graph
    self.sizes = sizes
    self.explicitInverses = explicitInverses
    var chains = nodes.compactMap { Contraction.chain(graph, $0) }
    // The product under a trace or a sum is never computed, if nothing else wants it.
    let hidden = Set(chains.filter { $0.goal == 2 }.flatMap { graph.children($0.node) }.filter { uses[$0] == 1 })
    chains.removeAll { $0.goal == 1 && hidden.contains($0.node) }
    var finished: [Chain] = []
    while true {
      finished += chains.filter(\.isDone)
      chains.removeAll(where: \.isDone)
      guard let pair = try cheapest(chains) else { break }
      let product = graph.multiply([pair.0, pair.1])
      splits[product] = pair
      let mirrored = graph.transpose(product)
      if mirrored != product { splits[mirrored] = (graph.transpose(pair.1), graph.transpose(pair.0)) }
      for i in chains.indices { replace(pair, by: product, in: &chains[i]) }
    }
    for chain in finished where chain.goal == 2 && chain.factors.count == 2 {
      splits[chain.node] = (chain.factors[0], chain.factors[1])
    }
  }

  private static func chain(_ graph: Graph, _ node: Node) -> Chain? {
    switch graph.operation(node) {
    case .product(_, _, let chain) where chain.count > 1:
      return Chain(node: node, factors: chain, isCyclic: false, goal: 1)
    case .dot(let chain): return Chain(node: node, factors: chain, isCyclic: false, goal: 2)
    case .apply(_, let arguments):
      let isTrace = graph.argument(node, of: Tr.self) != nil
      guard isTrace || graph.argument(node, of: Sum.self) != nil,
        case .product(_, _, let chain) = graph.operation(arguments[0]), chain.count > 1
      else { return nil }
      if isTrace { return Chain(node: node, factors: chain, isCyclic: true, goal: 2) }
      // sum(A*B) = 1'*A*B*1
      let (rows, columns) = (graph.shape(arguments[0]).rows, graph.shape(arguments[0]).columns)
      let (before, behind) = (
        rows.isOne ? [] : [graph.transpose(graph.ones(rows))], columns.isOne ? [] : [graph.ones(columns)]
      )
      return Chain(node: node, factors: before + chain + behind, isCyclic: false, goal: 2)
    default: return nil
    }
  }

  // MARK: Choice

  /// The pair of neighbours after which least is left to do.
  private func cheapest(_ chains: [Chain]) throws(PlanError) -> (Node, Node)? {
    var best: (pair: (Node, Node), cost: Double)?
    var seen: [Node: Set<Node>] = [:]
    for chain in chains {
      for i in chain.factors.indices {
        guard i + 1 < chain.factors.count || chain.isCyclic else { continue }
        let pair = (chain.factors[i], chain.factors[(i + 1) % chain.factors.count])
        guard seen[pair.0, default: []].insert(pair.1).inserted else { continue }
        var cost = try self.cost(pair.0, pair.1)
        for other in chains { cost += try remaining(other, pair) }
        if cost < best?.cost ?? .infinity { best = (pair, cost) }
      }
    }
    return best?.pair
  }

  /// The flops of a chain by itself, once the pair is there.
  private func remaining(_ chain: Chain, _ pair: (Node, Node)) throws(PlanError) -> Double {
    let (p, q) = pair
    let (tq, tp) = (graph.transpose(q), graph.transpose(p))
    var sizes: [(rows: Double, columns: Double, kind: Kind)] = []
    var i = 0
    let factors = chain.factors
    while i < factors.count {
      let next = i + 1 < factors.count ? factors[i + 1] : nil
      if let next, (factors[i] == p && next == q) || (factors[i] == tq && next == tp) {
        let (m, _) = try dimensions(factors[i])
        let (_, n) = try dimensions(next)
        sizes.append((m, n, .general))
        i += 2
      } else {
        let (m, n) = try dimensions(factors[i])
        sizes.append((m, n, kind(factors[i])))
        i += 1
      }
    }
    if chain.isCyclic, sizes.count > 2, let last = factors.last, sizes.count == factors.count,
      (last == p && factors[0] == q) || (last == tq && factors[0] == tp)
    {
      sizes[sizes.count - 1] = (sizes[sizes.count - 1].rows, sizes[0].columns, .general)
      sizes.removeFirst()
    }
    return chain.isCyclic ? cyclicCost(sizes) : chainCost(sizes, goal: chain.goal)
  }

  private func chainCost(_ factors: [(rows: Double, columns: Double, kind: Kind)], goal: Int) -> Double {
    let n = factors.count
    if n <= goal { return n == 2 ? factors[1].rows : 0 }
    var cost = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for length in 1..<n {
      for i in 0..<(n - length) {
        let j = i + length
        cost[i][j] = .infinity
        for k in i..<j {
          let left = k == i ? factors[i].kind : .general
          let right = k + 1 == j ? factors[j].kind : .general
          let own = flops(factors[i].rows, factors[k].columns, factors[j].columns, left, right)
          cost[i][j] = Swift.min(cost[i][j], cost[i][k] + cost[k + 1][j] + own)
        }
      }
    }
    return cost[0][n - 1]
  }

  private func cyclicCost(_ factors: [(rows: Double, columns: Double, kind: Kind)]) -> Double {
    let n = factors.count
    if n <= 2 { return n == 2 ? factors[0].rows * factors[0].columns : 0 }
    var best = Double.infinity
    for start in 0..<n {
      for length in 1...(n / 2) {
        let doubled = factors + factors
        let a = Array(doubled[start..<(start + length)])
        let b = Array(doubled[(start + length)..<(start + n)])
        let dot = a[0].rows * b[0].rows
        best = Swift.min(best, chainCost(a, goal: 1) + chainCost(b, goal: 1) + dot)
      }
    }
    return best
  }

  private mutating func replace(_ pair: (Node, Node), by product: Node, in chain: inout Chain) {
    let (tq, tp) = (graph.transpose(pair.1), graph.transpose(pair.0))
    let mirrored = graph.transpose(product)
    var result: [Node] = []
    var i = 0
    while i < chain.factors.count {
      let next = i + 1 < chain.factors.count ? chain.factors[i + 1] : nil
      // A dot or a trace keeps two factors.
      let isLast = result.count + (chain.factors.count - i) <= chain.goal
      if let next, !isLast, chain.factors[i] == pair.0, next == pair.1 {
        result.append(product)
        i += 2
      } else if let next, !isLast, chain.factors[i] == tq, next == tp {
        result.append(mirrored)
        i += 2
      } else {
        result.append(chain.factors[i])
        i += 1
      }
    }
    if chain.isCyclic, result.count == chain.factors.count, result.count > chain.goal, let last = result.last {
      let isPair = last == pair.0 && result[0] == pair.1
      if isPair || (last == tq && result[0] == tp) {
        result[result.count - 1] = isPair ? product : mirrored
        result.removeFirst()
      }
    }
    if result.count < chain.factors.count {
      demand[product, default: 0] += 1
      if mirrored != product { demand[mirrored, default: 0] += 1 }
    }
    chain.factors = result
  }

  // MARK: Costs

  enum Kind {
    case general, triangular, diagonal, ones, identity
    /// Solved with, not multiplied: the factorization is there in any case.
    case inverse
  }

  private func kind(_ node: Node) -> Kind {
    let plain = graph.untransposed(node) ?? node
    if graph.isDiag(plain) { return .diagonal }
    if graph.isOnes(plain) { return .ones }
    if graph.isEye(plain) { return .identity }
    if graph.argument(plain, of: Inv.self) != nil, !explicitInverses.contains(plain) { return .inverse }
    let facts = graph.facts(plain)
    return facts.contains(.lower) || facts.contains(.upper) ? .triangular : .general
  }

  private func dimensions(_ node: Node) throws(PlanError) -> (Double, Double) {
    let shape = graph.shape(node)
    guard let m = shape.rows.value(sizes) else { throw .size(shape.rows.description) }
    guard let n = shape.columns.value(sizes) else { throw .size(shape.columns.description) }
    return (Double(m), Double(n))
  }

  private func cost(_ a: Node, _ b: Node) throws(PlanError) -> Double {
    let (m, k) = try dimensions(a)
    let (_, n) = try dimensions(b)
    return flops(m, k, n, kind(a), kind(b))
  }

  private func flops(_ m: Double, _ k: Double, _ n: Double, _ a: Kind, _ b: Kind) -> Double {
    if a == .diagonal || b == .diagonal || a == .identity || b == .identity { return m * n }
    if a == .ones || b == .ones { return k == 1 ? 0 : m * k + k * n }
    // Two inverses: one of them has to be stored, at a cost of its own.
    if a == .inverse, b == .inverse { return 4 * m * k * n }
    if a == .triangular || b == .triangular { return m * k * n }
    return 2 * m * k * n
  }
}
