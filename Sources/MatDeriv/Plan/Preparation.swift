// Before compilation: a product of a sum and a vector is written out, which saves the sum: x'*(A + A') = x'*A + x'*A'.

extension Graph {
  /// The expression in the form that is cheapest to compute.
  func prepared(_ root: Node) -> Node {
    var result: [Node: Node] = [:]
    // Children before parents, without recursion: expressions may be deep.
    for node in reachable(from: [root]).sorted(by: { $0.index < $1.index }) {
      guard symbol(node) == nil else { continue }
      let children = children(node)
      let changed = children.contains { (result[$0] ?? $0) != $0 }
      let rebuilt = changed ? rebuild(node) { result[$0] ?? $0 } : node
      result[node] = distributed(rebuilt)
    }
    return result[root] ?? root
  }

  /// A chain whose first or last factor is a vector, with the sums that the vector meets written out.
  private func distributed(_ node: Node) -> Node {
    switch operation(node) {
    case .product(_, _, let chain) where chain.count > 1: break
    case .dot: break
    default: return node
    }
    let (c, scalars, chain) = chainParts(node)
    guard let place = chain.indices.first(where: { isSumOfProducts(chain[$0]) && meetsVector(chain, $0) }) else {
      return node
    }
    let scalar = product(c, scalars, [], .scalar)
    let terms = summands(chain[place]).map { coefficient, unit in
      (coefficient, distributed(multiply([scalar] + chain[..<place] + [unit] + chain[(place + 1)...])))
    }
    return sum(of: terms, shape(node))
  }

  private func chainParts(_ node: Node) -> (Coefficient, [Power], [Node]) {
    if case .dot(let chain) = operation(node) { return (.one, [], chain) }
    let (c, scalars, chain) = parts(node)
    return (c, scalars, chain)
  }

  private func meetsVector(_ chain: [Node], _ place: Int) -> Bool {
    (place > 0 && shape(chain[0]).isRow) || (place < chain.count - 1 && shape(chain[chain.count - 1]).isColumn)
  }

  /// Whether all terms of a sum are products of stored matrices: none has to be computed entry by entry.
  private func isSumOfProducts(_ node: Node) -> Bool {
    let terms = summands(node)
    guard terms.count > 1, !shape(node).isColumn, !shape(node).isRow else { return false }
    return terms.allSatisfy { _, unit in
      parts(unit).chain.allSatisfy { factor in
        let plain = untransposed(factor) ?? factor
        return symbol(plain) != nil || isEye(plain) || isDiag(plain) || argument(plain, of: Inv.self) != nil
      }
    }
  }
}
