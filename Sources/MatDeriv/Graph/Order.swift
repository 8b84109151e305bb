// A total order of nodes that depends on their structure alone: never on addresses, on hashes or on the order of creation, so that the
// same input gives the same text. Shared parts are equal at once, because nodes are interned.

extension Graph {
  /// Nodes higher than this are ordered by their height first.
  private static let tower: Int32 = 32

  /// Whether `a` stands before `b`.
  func precedes(_ a: Node, _ b: Node) -> Bool { compare(a, b) < 0 }

  func compare(_ a: Node, _ b: Node) -> Int {
    if a == b { return 0 }
    let (x, y) = (operation(a), operation(b))
    if x.rank != y.rank { return x.rank < y.rank ? -1 : 1 }
    // Towers of functions would be compared down to their feet.
    let (h, k) = (Swift.max(heights[Int(a.index)], Graph.tower), Swift.max(heights[Int(b.index)], Graph.tower))
    if h != k { return h < k ? -1 : 1 }
    switch (x, y) {
    case (.symbol(let i), .symbol(let j)):
      return symbols[Int(i)].name < symbols[Int(j)].name ? -1 : 1
    case (.size(let m), .size(let n)), (.eye(let m), .eye(let n)), (.ones(let m), .ones(let n)):
      return m < n ? -1 : 1
    case (.zeros(let m), .zeros(let n)):
      return m.rows == n.rows ? (m.columns < n.columns ? -1 : 1) : (m.rows < n.rows ? -1 : 1)
    case (.commutation(let m, let n), .commutation(let p, let q)):
      return m == p ? (n < q ? -1 : 1) : (m < p ? -1 : 1)
    case (.transpose(let p), .transpose(let q)):
      return compare(p, q)
    case (.dot(let p), .dot(let q)):
      return compare(p, q)
    case (.hadamard(let p), .hadamard(let q)):
      return compare(p, q)
    case (.apply(let i, let p), .apply(let j, let q)):
      if i != j {
        let (f, g) = (primitives[Int(i)], primitives[Int(j)])
        if f.name != g.name { return f.name < g.name ? -1 : 1 }
        if f.parameters != g.parameters { return f.parameters < g.parameters ? -1 : 1 }
      }
      return compare(p, q)
    case (.product(let c, let s, let p), .product(let d, let t, let q)):
      let chains = compare(p, q)
      if chains != 0 { return chains }
      let scalars = compare(s, t)
      return scalars != 0 ? scalars : c < d ? -1 : 1
    case (.sum(let p), .sum(let q)):
      if p.count != q.count { return p.count < q.count ? -1 : 1 }
      for (s, t) in zip(p, q) where s != t {
        let units = compare(s.unit, t.unit)
        return units != 0 ? units : s.coefficient < t.coefficient ? -1 : 1
      }
      return 0
    default:
      return 0
    }
  }

  private func compare(_ a: [Node], _ b: [Node]) -> Int {
    if a.count != b.count { return a.count < b.count ? -1 : 1 }
    for (x, y) in zip(a, b) where x != y { return compare(x, y) }
    return 0
  }

  private func compare(_ a: [Power], _ b: [Power]) -> Int {
    if a.count != b.count { return a.count < b.count ? -1 : 1 }
    for (x, y) in zip(a, b) where x != y {
      return x.base != y.base ? compare(x.base, y.base) : compare(x.exponent, y.exponent)
    }
    return 0
  }
}
