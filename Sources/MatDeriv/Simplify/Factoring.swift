// Sums made shorter by what their terms share: scalars, first and last factors of chains, sides of Kronecker products, elementwise factors. All
// candidates are weighed by the size of their print; the shortest wins, again and again until none is shorter.

extension Graph {
  /// The sum with common factors taken out as long as that makes it shorter.
  func factored(_ node: Node) -> Node {
    guard allows(.commonFactors), effort > 0 else { return node }
    var best = node
    while true {
      let (c, unit) = unit(best)
      var mirrored = false
      var terms: [Term] = []
      if case .sum(let own) = operation(unit) { terms = own }
      if case .transpose(let x) = operation(unit), case .sum(let own) = operation(x) {
        terms = own
        mirrored = true
      }
      guard terms.count > 1 else { return best }
      let shape = mirrored ? self.shape(unit).transposed : self.shape(unit)
      var shorter: Node?
      var least = cost(best)
      for group in groups(terms) {
        let members = group.map { terms[$0] }
        let rest = terms.indices.filter { !group.contains($0) }.map { (terms[$0].coefficient, terms[$0].unit) }
        if effort <= 0 { break }
        for joined in joins(members, shape) {
          effort -= 1
          let whole = sum(of: rest + [(.one, joined)], shape)
          let candidate = scale(c, mirrored ? transpose(whole) : whole)
          if candidate != best, cost(candidate) < least {
            least = cost(candidate)
            shorter = candidate
          }
        }
      }
      guard let next = shorter else { return best }
      best = next
    }
  }

  /// Sets of terms that may share something: all pairs of few terms, else pairs with an equal key; and all terms together.
  private func groups(_ terms: [Term]) -> [[Int]] {
    if terms.count == 2 { return [[0, 1]] }
    var result: [[Int]] = []
    if terms.count <= 3 {
      for i in terms.indices { for j in (i + 1)..<max(terms.count, i + 1) { result.append([i, j]) } }
    }
    var members: [Node: [Int]] = [:]
    var order: [Node] = []
    for (i, term) in terms.enumerated() {
      for key in Set(keys(term.unit)) {
        if members[key] == nil { order.append(key) }
        members[key, default: []].append(i)
      }
    }
    var seen = Set(result)
    for key in order.sorted(by: precedes) {
      let group = members[key]!
      guard group.count > 1 else { continue }
      if seen.insert(group).inserted { result.append(group) }
      if group.count > 2, group.count <= 6 {
        for i in group.indices {
          for j in (i + 1)..<group.count where seen.insert([group[i], group[j]]).inserted {
            result.append([group[i], group[j]])
          }
        }
      }
    }
    let all = Array(terms.indices)
    if terms.count <= Graph.expansionLimit, seen.insert(all).inserted { result.append(all) }
    return result
  }

  /// What a term may share with another.
  private func keys(_ unit: Node) -> [Node] {
    let (_, scalars, chain) = parts(unit)
    var keys = scalars.map(\.base)
    if let first = chain.first { keys += innerKeys(first) }
    if chain.count > 1 { keys += innerKeys(chain[chain.count - 1]) }
    return keys
  }

  private func innerKeys(_ node: Node) -> [Node] {
    switch operation(node) {
    case .hadamard(let powers): return [node] + powers.map(\.base)
    case .transpose(let x):
      if case .hadamard(let powers) = operation(x) { return [node] + powers.map { transpose($0.base) } }
      return [node]
    case .apply(_, let arguments) where arguments.count == 2: return [node] + arguments
    case .dot(let chain): return [node] + chain
    default: return [node]
    }
  }

  /// The ways to write a few terms with something taken out.
  private func joins(_ terms: [Term], _ shape: Shape) -> [Node] {
    var result: [Node] = []
    let split = terms.map { parts($0.unit) }
    // Common powers of scalars.
    let common = commonPowers(split.map(\.scalars))
    let inverse = common.map { Power(base: $0.base, exponent: scale(-1, $0.exponent)) }
    func stripped(_ i: Int) -> [Node] {
      common.isEmpty
        ? [product(.one, split[i].scalars, [], .scalar)]
        : [product(.one, split[i].scalars, [], .scalar)] + inverse.map { power($0.base, $0.exponent) }
    }
    let outside = common.map { power($0.base, $0.exponent) }
    if !common.isEmpty {
      let inner = sum(
        of: terms.indices.map { (terms[$0].coefficient, multiply(stripped($0) + split[$0].chain)) }, shape)
      result.append(multiply(outside + [improve(inner)]))
    }
    let chains = split.map(\.chain)
    guard chains.allSatisfy({ !$0.isEmpty }) else { return result + dotJoins(terms) }
    // Equal chains with different scalars.
    if chains.dropFirst().allSatisfy({ $0 == chains[0] }) {
      let inner = sum(
        of: terms.indices.map { (terms[$0].coefficient, product(.one, split[$0].scalars, [], .scalar)) }, .scalar)
      result.append(multiply([improve(inner)] + chains[0]))
      return result
    }
    // Common first and last factors; a missing rest is the identity.
    let shortest = chains.map(\.count).min()!
    var left = 0
    while left < shortest, chains.allSatisfy({ $0[left] == chains[0][left] }) { left += 1 }
    var right = 0
    while right < shortest, chains.allSatisfy({ $0[$0.count - 1 - right] == chains[0][chains[0].count - 1 - right] }) {
      right += 1
    }
    for (l, r) in [
      (left, right), (left, 0), (0, right), (min(left, 1), 0), (0, min(right, 1)), (left, min(right, shortest - left)),
    ] {
      guard l + r > 0, l + r <= shortest else { continue }
      if let joined = join(terms, split, stripped, outside, l, r) { result.append(joined) }
    }
    return result + primitiveJoins(terms, split, stripped, outside, shape)
      + hadamardJoins(terms, split, stripped, outside, shape)
      + pushThrough(terms, shape)
  }

  private func join(
    _ terms: [Term], _ split: [(coefficient: Coefficient, scalars: [Power], chain: [Node])],
    _ stripped: (Int) -> [Node], _ outside: [Node],
    _ l: Int, _ r: Int
  ) -> Node? {
    let first = split[0].chain
    let rows = l > 0 ? shape(first[l - 1]).columns : shape(first[0]).rows
    let columns = r > 0 ? shape(first[first.count - r]).rows : shape(first[first.count - 1]).columns
    let inner = Shape(rows, columns)
    var rests: [(Coefficient, Node)] = []
    for (i, term) in terms.enumerated() {
      let middle = Array(split[i].chain[l..<(split[i].chain.count - r)])
      if middle.isEmpty {
        guard rows == columns else { return nil }
        rests.append((term.coefficient, multiply(stripped(i) + [identity(rows)])))
      } else {
        rests.append((term.coefficient, multiply(stripped(i) + middle)))
      }
    }
    let middle = improve(sum(of: rests, inner))
    return multiply(outside + first[..<l] + [middle] + first[(first.count - r)...])
  }

  /// The powers that all products share, with the smallest exponent of one sign.
  private func commonPowers(_ products: [[Power]]) -> [Power] {
    products[0].compactMap { power in
      guard let e = coefficient(power.exponent) else {
        return products.dropFirst().allSatisfy { $0.contains(power) } ? power : nil
      }
      var least = e
      for other in products.dropFirst() {
        guard let match = other.first(where: { $0.base == power.base }), let f = coefficient(match.exponent) else {
          return nil
        }
        // Over a common denominator the higher power stands below.
        guard f.isNegative == e.isNegative else { return nil }
        least = e.isNegative ? min(least, f) : min(least, f)
      }
      return Power(base: power.base, exponent: number(least))
    }
  }

  /// Scalars that are dots with the same first or last factor.
  private func dotJoins(_ terms: [Term]) -> [Node] {
    var chains: [[Node]] = []
    for term in terms {
      guard case .dot(let chain) = operation(term.unit) else { return [] }
      chains.append(chain)
    }
    var result: [Node] = []
    for orientation in 0..<2 {
      var oriented = chains
      if orientation == 1 {
        oriented[0] = chains[0].reversed().map { transpose($0) }
        guard oriented[0].allSatisfy({ unit($0).coefficient.isOne }) else { continue }
      }
      for side in 0..<2 {
        let keys = oriented.map { side == 0 ? $0[0] : $0[$0.count - 1] }
        guard keys.dropFirst().allSatisfy({ $0 == keys[0] }) else { continue }
        let rests = oriented.map { side == 0 ? Array($0.dropFirst()) : Array($0.dropLast()) }
        let inner = sum(of: zip(terms, rests).map { ($0.coefficient, multiply($1)) }, shape(multiply(rests[0])))
        result.append(side == 0 ? multiply([keys[0], improve(inner)]) : multiply([improve(inner), keys[0]]))
      }
    }
    return result
  }

  /// kron(A,B) + kron(A,C) = kron(A,B+C), khatri likewise; diag(u) + diag(v) = diag(u+v) and other linear functions.
  private func primitiveJoins(
    _ terms: [Term], _ split: [(coefficient: Coefficient, scalars: [Power], chain: [Node])],
    _ stripped: (Int) -> [Node], _ outside: [Node],
    _ shape: Shape
  ) -> [Node] {
    guard split.allSatisfy({ $0.chain.count == 1 }) else { return [] }
    guard case .apply(let index, let first) = operation(split[0].chain[0]),
      let primitive = primitives[Int(index)] as? any LinearPrimitive
    else { return [] }
    var arguments: [[Node]] = [first]
    for part in split.dropFirst() {
      guard case .apply(index, let own) = operation(part.chain[0]) else { return [] }
      arguments.append(own)
    }
    var result: [Node] = []
    for place in first.indices where primitive.isLinear(in: place) {
      guard arguments.allSatisfy({ own in own.indices.allSatisfy { $0 == place || own[$0] == first[$0] } }),
        arguments.allSatisfy({ self.shape($0[place]) == self.shape(first[place]) })
      else { continue }
      let inner = sum(
        of: terms.indices.map { (terms[$0].coefficient, multiply(stripped($0) + [arguments[$0][place]])) },
        self.shape(first[place]))
      var joined = first
      joined[place] = improve(inner)
      result.append(multiply(outside + [apply(primitive, joined)]))
    }
    return result
  }

  /// Common elementwise factors, also over a common denominator.
  private func hadamardJoins(
    _ terms: [Term], _ split: [(coefficient: Coefficient, scalars: [Power], chain: [Node])],
    _ stripped: (Int) -> [Node], _ outside: [Node],
    _ shape: Shape
  ) -> [Node] {
    guard split.allSatisfy({ $0.chain.count == 1 || !shape.isScalar }) else { return [] }
    let factors = split.map { entryPowers(multiply($0.chain)) }
    guard factors.contains(where: { $0.count > 1 || $0[0].exponent != one }) else { return [] }
    var result: [Node] = []
    // The smallest exponents: negative ones put everything over the common denominator.
    var common: [Power] = []
    for power in factors[0] {
      guard let e = coefficient(power.exponent) else { continue }
      var least = e
      var isCommon = true
      for other in factors.dropFirst() {
        guard let match = other.first(where: { $0.base == power.base }), let f = coefficient(match.exponent) else {
          isCommon = false
          break
        }
        least = min(least, f)
      }
      if isCommon, !least.isZero { common.append(Power(base: power.base, exponent: number(least))) }
    }
    var denominators: [Power] = []
    for power in factors.joined() {
      guard let e = coefficient(power.exponent), e.isNegative else { continue }
      if let place = denominators.firstIndex(where: { $0.base == power.base }) {
        if e < coefficient(denominators[place].exponent)! { denominators[place] = power }
      } else {
        denominators.append(power)
      }
    }
    let positives = common.filter { !coefficient($0.exponent)!.isNegative }
    for taken in [common, positives + denominators, denominators] where !taken.isEmpty {
      let inverse = taken.map { Power(base: $0.base, exponent: scale(-1, $0.exponent)) }
      let inner = sum(
        of: terms.indices.map {
          (terms[$0].coefficient, multiply(stripped($0) + [hadamard(factors[$0] + inverse, shape)]))
        }, shape)
      for numerator in [improve(inner), improve(expand(inner))] {
        result.append(multiply(outside + [hadamard(taken + [Power(base: numerator, exponent: one)], shape)]))
      }
    }
    return result
  }

  /// The node as elementwise powers.
  private func entryPowers(_ node: Node) -> [Power] {
    switch operation(node) {
    case .hadamard(let powers): return powers
    case .transpose(let x):
      if case .hadamard(let powers) = operation(x) {
        return powers.map { Power(base: transpose($0.base), exponent: $0.exponent) }
      }
      return [Power(base: node, exponent: one)]
    default: return isOnes(node) ? [] + [Power(base: node, exponent: one)] : [Power(base: node, exponent: one)]
    }
  }

  /// inv(S)*P + Q = inv(S)*(P + S*Q), where S*Q cancels against P; the same from the right.
  private func pushThrough(_ terms: [Term], _ shape: Shape) -> [Node] {
    // S*Q may hold inverses again: pushed in turn, it would grow without end.
    guard terms.count == 2, !isPushing else { return [] }
    isPushing = true
    defer { isPushing = false }
    var result: [Node] = []
    for (a, b) in [(terms[0], terms[1]), (terms[1], terms[0])] {
      let chain = parts(a.unit).chain
      if let first = chain.first, let s = argument(first, of: Inv.self) {
        let rest = multiply([s, scale(a.coefficient, a.unit)])
        if let inner = cancelling(rest, scale(b.coefficient, multiply([s, b.unit]))) {
          result.append(multiply([first, improve(inner)]))
        }
      }
      if let last = chain.last, let s = argument(last, of: Inv.self) {
        let rest = multiply([scale(a.coefficient, a.unit), s])
        if let inner = cancelling(rest, scale(b.coefficient, multiply([b.unit, s]))) {
          result.append(multiply([improve(inner), last]))
        }
      }
    }
    return result
  }

  /// The sum, written out, if terms of one meet terms of the other.
  private func cancelling(_ a: Node, _ b: Node) -> Node? {
    let (p, q) = (expand(a), expand(b))
    let result = add([p, q])
    return isZero(result) || summands(result).count < summands(p).count + summands(q).count ? result : nil
  }
}
