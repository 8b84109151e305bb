// What two neighbours in a product become. A table: each row has a name, a condition and a result, and each pair of forms is rewritten in
// one direction only, so that the table terminates.

/// A rewrite of two neighbours in a chain; nil where it does not apply.
struct ProductRewrite: Sendable {
  var rewrite: Rewrite
  var apply: @Sendable (_ g: Graph, _ a: Node, _ b: Node) -> Node?

  init(_ rewrite: Rewrite, _ apply: @escaping @Sendable (_ g: Graph, _ a: Node, _ b: Node) -> Node?) {
    self.rewrite = rewrite
    self.apply = apply
  }
}

extension Graph {
  /// The product of two neighbours, if a rewrite joins them.
  func join(_ a: Node, _ b: Node) -> Node? {
    if isInert(a), isInert(b) { return nil }
    for rewrite in ProductRewrite.all where allows(rewrite.rewrite) {
      if let result = rewrite.apply(self, a, b) { return result }
    }
    return nil
  }

  /// Whether no rewrite looks at the node unless its neighbour calls for one: most neighbours are plain names and sums.
  private func isInert(_ node: Node) -> Bool {
    switch operation(node) {
    case .symbol(let index): !symbols[Int(index)].facts.contains(.orthogonal)
    case .transpose(let x): isInert(x)
    case .sum, .hadamard, .ones: true
    default: false
    }
  }

  /// The node under a transpose, if there is one.
  func untransposed(_ node: Node) -> Node? {
    if case .transpose(let x) = operation(node) { x } else { nil }
  }

  /// The single argument, also through a transpose: x of P(x) and of P(x)'.
  func argument<P: Primitive>(_ node: Node, of type: P.Type) -> Node? { arguments(node, of: type)?.first }

  /// Whether one is the inverse of the other.
  func areInverse(_ a: Node, _ b: Node) -> Bool {
    if let x = argument(a, of: Inv.self) { return x == b }
    if let x = argument(b, of: Inv.self) { return x == a }
    if let p = untransposed(a), let x = argument(p, of: Inv.self) { return transpose(x) == b }
    if let p = untransposed(b), let x = argument(p, of: Inv.self) { return transpose(x) == a }
    return false
  }

  /// The product of the factors of a gram matrix Y'*Y, if the node is one: Y.
  func gramFactor(_ node: Node) -> Node? {
    guard case .product(let c, let scalars, let chain) = operation(node), c.isOne, scalars.isEmpty,
      chain.count % 2 == 0,
      mirrors(chain[..<(chain.count / 2)], chain[(chain.count / 2)...])
    else { return nil }
    return multiply(Array(chain[(chain.count / 2)...]))
  }
}

extension ProductRewrite {
  static let all: [ProductRewrite] = [
    ProductRewrite(.inverseCancels) { g, a, b in g.areInverse(a, b) ? g.identity(g.shape(a).rows) : nil },
    ProductRewrite(.orthogonal) { g, a, b in
      g.transpose(a) == b && g.has(.orthogonal, a) ? g.identity(g.shape(a).rows) : nil
    },
    ProductRewrite(.choleskyProduct) { g, a, b in
      guard let x = g.argument(a, of: Chol.self), g.transpose(a) == b else { return nil }
      return x
    },

    // Diagonal matrices.
    ProductRewrite(.diagonalProduct) { g, a, b in
      guard let u = g.argument(a, of: Diag.self), let v = g.argument(b, of: Diag.self) else { return nil }
      return g.apply(Diag(), [g.hadamard([u, v])])
    },
    ProductRewrite(.diagonalTimesVector) { g, a, b in
      if let u = g.argument(a, of: Diag.self), g.shape(b).isColumn { return g.hadamard([u, b]) }
      if let v = g.argument(b, of: Diag.self), g.shape(a).isRow { return g.transpose(g.hadamard([g.transpose(a), v])) }
      return nil
    },

    // Kronecker and Khatri-Rao products.
    ProductRewrite(.kroneckerProduct) { g, a, b in
      guard let p = g.arguments(a, of: Kron.self), let q = g.arguments(b, of: Kron.self),
        g.shape(p[0]).columns == g.shape(q[0]).rows, g.shape(p[1]).columns == g.shape(q[1]).rows
      else { return nil }
      return g.apply(Kron(), [g.multiply([p[0], q[0]]), g.multiply([p[1], q[1]])])
    },
    ProductRewrite(.kroneckerVec) { g, a, b in
      guard let p = g.arguments(a, of: Kron.self), let c = g.argument(b, of: Vec.self),
        g.shape(p[1]).columns == g.shape(c).rows, g.shape(p[0]).columns == g.shape(c).columns
      else { return nil }
      return g.apply(Vec(), [g.multiply([p[1], c, g.transpose(p[0])])])
    },
    ProductRewrite(.kroneckerVec) { g, a, b in
      guard let q = g.arguments(b, of: Kron.self), let t = g.untransposed(a), let c = g.argument(t, of: Vec.self),
        g.shape(q[1]).rows == g.shape(c).rows, g.shape(q[0]).rows == g.shape(c).columns
      else { return nil }
      return g.transpose(g.apply(Vec(), [g.multiply([g.transpose(q[1]), c, q[0]])]))
    },
    ProductRewrite(.kroneckerKhatri) { g, a, b in
      guard let p = g.arguments(a, of: Kron.self), let q = g.arguments(b, of: Khatri.self),
        g.shape(p[0]).columns == g.shape(q[0]).rows, g.shape(p[1]).columns == g.shape(q[1]).rows
      else { return nil }
      return g.apply(Khatri(), [g.multiply([p[0], q[0]]), g.multiply([p[1], q[1]])])
    },
    ProductRewrite(.kroneckerKhatri) { g, a, b in
      guard let q = g.arguments(b, of: Kron.self), let t = g.untransposed(a), let p = g.arguments(t, of: Khatri.self),
        g.shape(q[0]).rows == g.shape(p[0]).rows, g.shape(q[1]).rows == g.shape(p[1]).rows
      else { return nil }
      return g.transpose(
        g.apply(Khatri(), [g.multiply([g.transpose(q[0]), p[0]]), g.multiply([g.transpose(q[1]), p[1]])]))
    },
    ProductRewrite(.khatriGram) { g, a, b in
      guard let t = g.untransposed(a), let p = g.arguments(t, of: Khatri.self), let q = g.arguments(b, of: Khatri.self),
        g.shape(p[0]).rows == g.shape(q[0]).rows, g.shape(p[1]).rows == g.shape(q[1]).rows
      else { return nil }
      return g.hadamard([g.multiply([g.transpose(p[0]), q[0]]), g.multiply([g.transpose(p[1]), q[1]])])
    },
    ProductRewrite(.khatriDiagonal) { g, a, b in
      guard let p = g.arguments(a, of: Khatri.self), g.argument(b, of: Diag.self) != nil else { return nil }
      return g.apply(Khatri(), [p[0], g.multiply([p[1], b])])
    },
    ProductRewrite(.khatriDiagonal) { g, a, b in
      guard g.argument(a, of: Diag.self) != nil, let t = g.untransposed(b), let p = g.arguments(t, of: Khatri.self)
      else { return nil }
      return g.transpose(g.apply(Khatri(), [p[0], g.multiply([p[1], a])]))
    },
    ProductRewrite(.khatriVector) { g, a, b in
      guard let p = g.arguments(a, of: Khatri.self), g.shape(b).isColumn else { return nil }
      return g.apply(Vec(), [g.multiply([p[1], g.apply(Diag(), [b]), g.transpose(p[0])])])
    },
    ProductRewrite(.kroneckerAbsorbs) { g, a, b in
      // M*kron(r', B) = kron(r', M*B): a row on one side leaves the other side's product alone.
      guard let q = g.arguments(b, of: Kron.self), g.arguments(a, of: Kron.self) == nil else { return nil }
      if case .commutation = g.operation(a) { return nil }
      if g.shape(q[0]).isRow { return g.apply(Kron(), [q[0], g.multiply([a, q[1]])]) }
      if g.shape(q[1]).isRow { return g.apply(Kron(), [g.multiply([a, q[0]]), q[1]]) }
      return nil
    },
    ProductRewrite(.kroneckerAbsorbs) { g, a, b in
      guard let p = g.arguments(a, of: Kron.self), g.arguments(b, of: Kron.self) == nil else { return nil }
      if case .commutation = g.operation(b) { return nil }
      if g.shape(p[0]).isColumn { return g.apply(Kron(), [p[0], g.multiply([p[1], b])]) }
      if g.shape(p[1]).isColumn { return g.apply(Kron(), [g.multiply([p[0], b]), p[1]]) }
      return nil
    },

    // The commutation matrix moves to the right and vanishes where it can.
    ProductRewrite(.commutationCancels) { g, a, b in
      guard case .commutation(let m, let n) = g.operation(a), case .commutation(let p, let q) = g.operation(b), m == q,
        n == p
      else { return nil }
      return g.identity(m * n)
    },
    ProductRewrite(.commutationVec) { g, a, b in
      if case .commutation(let m, let n) = g.operation(a), let c = g.argument(b, of: Vec.self),
        g.shape(c) == Shape(m, n)
      {
        return g.apply(Vec(), [g.transpose(c)])
      }
      if case .commutation(let m, let n) = g.operation(b), let t = g.untransposed(a),
        let c = g.argument(t, of: Vec.self),
        g.shape(c) == Shape(n, m)
      {
        return g.transpose(g.apply(Vec(), [g.transpose(c)]))
      }
      return nil
    },
    ProductRewrite(.commutationKhatri) { g, a, b in
      guard case .commutation(let p, let m) = g.operation(a), let q = g.arguments(b, of: Khatri.self),
        g.shape(q[0]).rows == m, g.shape(q[1]).rows == p
      else { return nil }
      return g.apply(Khatri(), [q[1], q[0]])
    },
    ProductRewrite(.commutationRight) { g, a, b in
      // K(p,m)*kron(A,B) = kron(B,A)*K(q,n), A m x n, B p x q.
      if case .commutation(let p, let m) = g.operation(a), let k = g.arguments(b, of: Kron.self),
        g.shape(k[0]).rows == m, g.shape(k[1]).rows == p
      {
        let (n, q) = (g.shape(k[0]).columns, g.shape(k[1]).columns)
        return g.multiply([g.apply(Kron(), [k[1], k[0]]), g.commutation(q, n)])
      }
      // kron(A,B)*K = kron(B,A) where one of them is a row.
      if case .commutation(let m, let n) = g.operation(b), let k = g.arguments(a, of: Kron.self),
        g.shape(k[0]).columns == m, g.shape(k[1]).columns == n, g.shape(k[0]).isRow || g.shape(k[1]).isRow
      {
        return g.apply(Kron(), [k[1], k[0]])
      }
      return nil
    },
    ProductRewrite(.vecDot) { g, a, b in
      guard let t = g.untransposed(a), let x = g.argument(t, of: Vec.self), let y = g.argument(b, of: Vec.self),
        g.shape(x) == g.shape(y)
      else { return nil }
      return g.apply(Tr(), [g.multiply([g.transpose(x), y])])
    },

    // inv(Y'*Y)*Y' = pinv(Y). For a wide Y the argument stays Y', whose columns are independent.
    ProductRewrite(.pseudoInverse) { g, a, b in
      if let p = g.argument(a, of: Inv.self), let y = g.gramFactor(p), g.transpose(y) == b {
        return g.apply(Pinv(), [y])
      }
      if let p = g.argument(b, of: Inv.self), let y = g.gramFactor(p), y == a {
        return g.transpose(g.apply(Pinv(), [y]))
      }
      return nil
    },
    ProductRewrite(.projector) { g, a, b in
      // pinv(Y)'*Y' = Y*pinv(Y): one spelling of the projector.
      if let t = g.untransposed(a), let y = g.argument(t, of: Pinv.self), g.transpose(y) == b {
        return g.intern(.product(.one, [], [y, t]), Shape(g.shape(y).rows, g.shape(y).rows))
      }
      if let y = g.argument(a, of: Pinv.self), y == b, g.has(.fullColumnRank, y) {
        return g.identity(g.shape(y).columns)
      }
      return nil
    },
  ]
}
