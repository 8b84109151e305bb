// Walking and rebuilding: the children of a node, what depends on what, and the same node over other children.

extension Graph {
  /// The nodes directly below. A definition is above the node that it names.
  func children(_ node: Node) -> [Node] {
    switch operation(node) {
    case .size, .zeros, .eye, .ones, .commutation: []
    case .symbol(let index):
      if case .definition(let value) = symbols[Int(index)].role { [value] } else { [] }
    case .product(_, let scalars, let chain): scalars.flatMap { [$0.base, $0.exponent] } + chain
    case .dot(let chain): chain
    case .sum(let terms): terms.map(\.unit)
    case .hadamard(let powers): powers.flatMap { [$0.base, $0.exponent] }
    case .transpose(let x): [x]
    case .apply(_, let arguments): arguments
    }
  }

  /// All nodes from which `target` can be reached going down from `root`, `target` included; children before parents.
  func dependents(of targets: Set<Node>, in root: Node) -> [Node] {
    var known: [Node: Bool] = [:]
    for target in targets { known[target] = true }
    var found: [Node] = targets.filter { $0 == root }
    var stack: [(node: Node, children: [Node], next: Int)] = [(root, children(root), 0)]
    if known[root] != nil { return found }
    var seen: Set<Node> = [root]
    found = []
    var used: Set<Node> = []
    while var top = stack.popLast() {
      if top.next < top.children.count {
        let child = top.children[top.next]
        top.next += 1
        stack.append(top)
        if known[child] == nil, seen.insert(child).inserted { stack.append((child, children(child), 0)) }
      } else {
        let depends = top.children.contains { known[$0] == true }
        known[top.node] = depends
        if depends {
          for child in top.children where targets.contains(child) && used.insert(child).inserted { found.append(child) }
          found.append(top.node)
        }
      }
    }
    return found
  }

  /// Whether any of the targets occurs in the node.
  func depends(_ node: Node, on targets: Set<Node>) -> Bool {
    if targets.contains(node) { return true }
    var stack = [node]
    var seen: Set<Node> = [node]
    while let top = stack.popLast() {
      for child in children(top) where seen.insert(child).inserted {
        if targets.contains(child) { return true }
        stack.append(child)
      }
    }
    return false
  }

  /// The node over other children, made normal again.
  func rebuild(_ node: Node, _ replace: (Node) -> Node) -> Node {
    switch operation(node) {
    case .symbol, .size, .zeros, .eye, .ones, .commutation: return node
    case .product(let c, let scalars, let chain):
      var product = ProductBuilder(self)
      product.append(number(c))
      for power in scalars { product.raise(replace(power.base), to: replace(power.exponent)) }
      for factor in chain { product.append(replace(factor)) }
      return product.node
    case .dot(let chain): return multiply(chain.map(replace))
    case .sum(let terms): return sum(of: terms.map { ($0.coefficient, replace($0.unit)) }, shape(node))
    case .hadamard(let powers):
      return hadamard(powers.map { Power(base: replace($0.base), exponent: replace($0.exponent)) }, shape(node))
    case .transpose(let x): return transpose(replace(x))
    case .apply(let index, let arguments): return apply(primitives[Int(index)], arguments.map(replace))
    }
  }

  /// The node with others in place of some; what does not change stays as it is.
  func substituting(_ values: [Node: Node], in root: Node) -> Node {
    if values.isEmpty { return root }
    var result = values
    for node in dependents(of: Set(values.keys), in: root) where result[node] == nil {
      result[node] = symbol(node) == nil ? rebuild(node) { result[$0] ?? $0 } : node
    }
    return result[root] ?? root
  }
}
