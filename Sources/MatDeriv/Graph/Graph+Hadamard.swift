// Elementwise products of powers: commutative, scalars and coefficients outside, columns of ones gone.

extension Graph {
  func hadamard(_ factors: [Node]) -> Node {
    hadamard(factors.map { Power(base: $0, exponent: one) }, shape(factors[0]))
  }

  func hadamard(_ powers: [Power], _ shape: Shape) -> Node {
    if shape.isScalar { return multiply(powers.map { power($0.base, $0.exponent) }) }
    var outside = ProductBuilder(self)
    var factors: [Power] = []
    for power in powers {
      guard collect(power.base, power.exponent, into: &factors, outside: &outside) else { return zeros(shape) }
    }
    let unit = entries(factors, shape)
    outside.append(unit)
    return outside.node
  }

  /// False if the product is zero.
  private func collect(
    _ base: Node, _ exponent: Node, into factors: inout [Power], outside: inout ProductBuilder
  ) -> Bool {
    switch operation(base) {
    case .zeros:
      if let e = coefficient(exponent), !e.isNegative { return false }
      insert(base, exponent, into: &factors)
    case .product(let c, let scalars, let chain) where !c.isOne || !scalars.isEmpty:
      let scalar = product(c, scalars, [], .scalar)
      let matrix = product(.one, [], chain, shape(base))
      let isWhole = coefficient(exponent)?.isInteger ?? false
      guard isWhole || (facts(scalar).contains(.nonnegative)) else {
        insert(base, exponent, into: &factors)
        return true
      }
      outside.append(power(scalar, exponent))
      return collect(matrix, exponent, into: &factors, outside: &outside)
    case .hadamard(let inner)
    where inner.allSatisfy({ merges($0.exponent, exponent, of: $0.base) })
      && (inner.count == 1 || (coefficient(exponent)?.isInteger ?? false)
        || inner.allSatisfy { facts($0.base).contains(.nonnegative) }):
      for power in inner { insert(power.base, multiply([power.exponent, exponent]), into: &factors) }
    case .transpose(let x):
      if case .hadamard(let inner) = operation(x),
        inner.count == 1 || (coefficient(exponent)?.isInteger ?? false),
        inner.allSatisfy({ merges($0.exponent, exponent, of: $0.base) })
      {
        // Transposed, a skew factor brings a sign.
        return inner.allSatisfy {
          collect(transpose($0.base), multiply([$0.exponent, exponent]), into: &factors, outside: &outside)
        }
      } else {
        insert(base, exponent, into: &factors)
      }
    default:
      // A column times a row of ones, to a power: the power of the column.
      if !isOnes(base) { insert(base, exponent, into: &factors) }
    }
    return true
  }

  private func insert(_ base: Node, _ exponent: Node, into factors: inout [Power]) {
    if isOnes(base) { return }
    if let place = factors.firstIndex(where: { $0.base == base }) {
      let total = add([factors[place].exponent, exponent])
      if isZero(total) { factors.remove(at: place) } else { factors[place].exponent = total }
    } else if !isZero(exponent) {
      factors.append(Power(base: base, exponent: exponent))
    }
  }

  /// The node of merged factors without scalars.
  private func entries(_ factors: [Power], _ shape: Shape) -> Node {
    var factors = factors
    for rewrite in HadamardRewrite.all where allows(rewrite.rewrite) {
      if let result = rewrite.apply(self, &factors, shape) { return result }
    }
    if factors.isEmpty { return ones(shape) }
    if factors.count == 1, factors[0].exponent == one { return factors[0].base }
    factors.sort { precedes($0.base, $1.base) }
    let (sign, mirrored) = transposedFactors(factors)
    let other = mirrored.sorted { precedes($0.base, $1.base) }
    if other == factors {
      let node = intern(.hadamard(factors), shape)
      mirrors[node] = sign
      return node
    }
    if prefers(other, shape.transposed, to: factors, shape) {
      return scale(sign, transpose(intern(.hadamard(other), shape.transposed)))
    }
    return intern(.hadamard(factors), shape)
  }

  /// The factors of the transpose. That of a skew factor brings a sign, which leaves whole powers.
  func transposedFactors(_ factors: [Power]) -> (sign: Coefficient, factors: [Power]) {
    var sign = Coefficient.one
    let mirrored = factors.map { factor in
      let (c, unit) = unit(transpose(factor.base))
      guard !c.isOne, let e = coefficient(factor.exponent), e.isInteger, let power = c.raised(to: e) else {
        return Power(base: transpose(factor.base), exponent: factor.exponent)
      }
      sign = sign * power
      return Power(base: unit, exponent: factor.exponent)
    }
    return (sign, mirrored)
  }

  private func prefers(_ a: [Power], _ aShape: Shape, to b: [Power], _ bShape: Shape) -> Bool {
    if aShape.isColumn != bShape.isColumn { return aShape.isColumn }
    let (x, y) = (a.reduce(0) { $0 + mirroredFactors($1.base) }, b.reduce(0) { $0 + mirroredFactors($1.base) })
    if x != y { return x < y }
    for (s, t) in zip(a, b) where s != t {
      return s.base == t.base ? precedes(s.exponent, t.exponent) : precedes(s.base, t.base)
    }
    return false
  }

  private func mirroredFactors(_ node: Node) -> Int { transposedCount(parts(node).chain) }
}
