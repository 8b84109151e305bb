// What the factors of an elementwise product become together.

/// A rewrite of the factors: changes them, or gives the whole product; nil where it does not apply.
struct HadamardRewrite: Sendable {
  var rewrite: Rewrite
  var apply: @Sendable (_ g: Graph, _ factors: inout [Power], _ shape: Shape) -> Node?

  init(_ rewrite: Rewrite, _ apply: @escaping @Sendable (_ g: Graph, _ factors: inout [Power], _ shape: Shape) -> Node?)
  {
    self.rewrite = rewrite
    self.apply = apply
  }
}

extension HadamardRewrite {
  static let all: [HadamardRewrite] = [
    HadamardRewrite(.binarySquare) { g, factors, _ in
      for index in factors.indices.reversed() where g.has(.binary, factors[index].base) {
        guard let e = g.coefficient(factors[index].exponent)?.integer else { continue }
        if e & 1 == 0 { factors.remove(at: index) } else { factors[index].exponent = g.one }
      }
      return nil
    },
    // eye.*A = diag(diagof(A)), one node less than A.*eye(n).
    HadamardRewrite(.eyeHadamard) { g, factors, shape in
      guard shape.isSquare,
        let place = factors.firstIndex(where: {
          (g.isEye($0.base) || g.argument($0.base, of: Diag.self) != nil)
            && g.coefficient($0.exponent).map { $0.isInteger && !$0.isNegative } ?? false
        })
      else { return nil }
      let diagonal = factors.map { Power(base: g.apply(DiagOf(), [$0.base]), exponent: $0.exponent) }
      _ = place
      return g.apply(Diag(), [g.hadamard(diagonal, Shape(shape.rows, .one))])
    },
    HadamardRewrite(.vecHadamard) { g, factors, shape in
      let arguments = factors.compactMap { g.argument($0.base, of: Vec.self) }
      guard factors.count > 1 || factors.first.map({ $0.exponent != g.one }) ?? false, arguments.count == factors.count,
        Set(arguments.map { g.shape($0) }).count == 1
      else { return nil }
      let inner = zip(arguments, factors).map { Power(base: $0, exponent: $1.exponent) }
      return g.apply(Vec(), [g.hadamard(inner, g.shape(arguments[0]))])
    },
    // A column spread over a matrix: (f.^a .* g.^b)*ones(1,n) = (f*ones(1,n)).^a .* (g*ones(1,n)).^b, and rows likewise.
    HadamardRewrite(.broadcastHadamard) { g, factors, shape in
      guard !shape.isColumn, !shape.isRow else { return nil }
      var spread: [Power] = []
      var changed = false
      for factor in factors {
        let (c, scalars, chain) = g.parts(factor.base)
        var inner: [Power]?
        if c.isOne, scalars.isEmpty, chain.count == 2 {
          if g.isOnes(chain[1]), case .hadamard(let powers) = g.operation(chain[0]) {
            inner = powers.map { Power(base: g.multiply([$0.base, chain[1]]), exponent: $0.exponent) }
          } else if g.isOnes(chain[0]), let column = g.untransposed(chain[1]),
            case .hadamard(let powers) = g.operation(column)
          {
            inner = powers.map { Power(base: g.multiply([chain[0], g.transpose($0.base)]), exponent: $0.exponent) }
          }
        }
        if let inner, factors.count > 1, inner.allSatisfy({ g.merges($0.exponent, factor.exponent, of: $0.base) }) {
          changed = true
          spread += inner.map { Power(base: $0.base, exponent: g.multiply([$0.exponent, factor.exponent])) }
        } else {
          spread.append(factor)
        }
      }
      return changed ? g.hadamard(spread, shape) : nil
    },
    HadamardRewrite(.rankOneHadamard) { g, factors, shape in
      guard !shape.isColumn, !shape.isRow else { return nil }
      func outer(_ node: Node) -> (Node, Node)? {
        let parts = g.parts(node)
        guard parts.chain.count == 2, parts.coefficient.isOne, parts.scalars.isEmpty, g.shape(parts.chain[0]).isColumn
        else { return nil }
        return (parts.chain[0], parts.chain[1])
      }
      // (u*v').*(w*z') = (u.*w)*(v.*z)', and (u*v').^k likewise; exponents must distribute.
      let places = factors.indices.filter {
        guard outer(factors[$0].base) != nil else { return false }
        return g.coefficient(factors[$0].exponent)?.isInteger ?? false
      }
      guard places.count > 1 || (places.count == 1 && factors[places[0]].exponent != g.one) else { return nil }
      let pairs = places.map { (outer(factors[$0].base)!, factors[$0].exponent) }
      guard pairs.allSatisfy({ !g.isOnes($0.0.0) && !g.isOnes($0.0.1) }) else { return nil }
      let u = g.hadamard(pairs.map { Power(base: $0.0.0, exponent: $0.1) }, Shape(shape.rows, .one))
      let v = g.hadamard(pairs.map { Power(base: g.transpose($0.0.1), exponent: $0.1) }, Shape(shape.columns, .one))
      let joined = g.multiply([u, g.transpose(v)])
      let rest = factors.indices.filter { !places.contains($0) }.map { factors[$0] }
      return rest.isEmpty ? joined : g.hadamard([Power(base: joined, exponent: g.one)] + rest, shape)
    },
  ]
}
