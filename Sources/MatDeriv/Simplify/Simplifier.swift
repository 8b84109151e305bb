// The shortest equal form: constructors have normalised already; here sums are factored from below, and each node is tried expanded. Every step
// makes the print shorter, so it ends; nothing depends on hashes, so the same input gives the same text.

extension Graph {
  /// So many ways to join terms are tried for one answer; textbook expressions need a few hundred. The bound is on work, not
  /// on time, so that the same input gives the same text on every machine.
  static let effortLimit = 1500
  private static let deep: Int32 = 100

  /// The shortest of the node, its improvement, and the same after writing out all sums.
  func best(_ node: Node) -> Node {
    effort = Graph.effortLimit
    // From below, so that nothing recurses as deep as the expression.
    if heights[Int(node.index)] > Graph.deep {
      for part in reachable(from: [node]).sorted(by: { $0.index < $1.index }) {
        _ = print(part)
        _ = improve(part)
      }
    }
    var result = node
    for candidate in [improve(node), improve(expand(node))] where isShorter(candidate, than: result) {
      result = candidate
    }
    return result
  }

  /// The shortest of several forms of one thing.
  func best(of nodes: [Node]) -> Node {
    nodes.dropFirst().reduce(nodes[0]) { isShorter($1, than: $0) ? $1 : $0 }
  }

  private func isShorter(_ a: Node, than b: Node) -> Bool { a != b && print(a).isBetter(than: print(b)) }

  /// The node with its children improved, its sums factored, and itself expanded and factored where that is shorter.
  func improve(_ node: Node) -> Node {
    if let known = improved[node] { return known }
    // A node met again on the way is as good as it gets.
    improved[node] = node
    var changed: [Node: Node] = [:]
    if symbol(node) == nil {
      for child in children(node) {
        let better = improve(child)
        if better != child { changed[child] = better }
      }
    }
    var result = changed.isEmpty ? node : rebuild(node) { changed[$0] ?? $0 }
    if cost(result) > cost(node) { result = node }
    result = shorterOf(result, factored(result))
    let (_, unit) = unit(result)
    switch operation(unit) {
    case .product, .dot, .hadamard, .transpose, .apply:
      let expanded = expandOnce(result)
      if expanded != result { result = shorterOf(result, factored(expanded)) }
    default: break
    }
    improved[node] = result
    improved[result] = result
    return result
  }

  private func shorterOf(_ a: Node, _ b: Node) -> Node { cost(b) < cost(a) ? b : a }
}
