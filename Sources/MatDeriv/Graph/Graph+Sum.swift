// Sums: like terms merged, the common factor and the sign divided out, so that y - X*w and X*w - y share a node. Of a sum and its
// transpose only one is stored.

extension Graph {
  func add(_ nodes: [Node]) -> Node {
    if nodes.count == 1 { return nodes[0] }
    return sum(of: nodes.map { (.one, $0) }, shape(nodes[0]))
  }

  /// The sum of coefficient times node.
  func sum(of terms: [(Coefficient, Node)], _ shape: Shape) -> Node {
    var merged = TermList()
    for (c, node) in terms { collect(c, node, into: &merged) }
    return sum(merged.nonzero, shape)
  }

  private func collect(_ c: Coefficient, _ node: Node, into list: inout TermList) {
    if isZero(node) || c.isZero { return }
    let (own, unit) = unit(node)
    if case .sum(let terms) = operation(unit) {
      for term in terms { list.add(c * own * term.coefficient, term.unit) }
    } else if case .transpose(let x) = operation(unit), case .sum(let terms) = operation(x) {
      for term in terms { collect(c * own * term.coefficient, transpose(term.unit), into: &list) }
    } else {
      list.add(c * own, unit)
    }
  }

  private func sum(_ terms: [Term], _ shape: Shape) -> Node {
    if terms.isEmpty { return zeros(shape) }
    if terms.count == 1 { return scale(terms[0].coefficient, terms[0].unit) }
    let plain = normal(terms)
    if shape.isScalar { return scale(plain.content, intern(.sum(plain.terms), shape)) }
    var mirrored = TermList()
    for term in terms { collect(term.coefficient, transpose(term.unit), into: &mirrored) }
    // Two forms of one term may have met in their transposes.
    if mirrored.nonzero.count < terms.count { return transpose(sum(mirrored.nonzero, shape.transposed)) }
    let other = normal(mirrored.nonzero)
    if shape.isSquare, other.terms == plain.terms {
      let node = intern(.sum(plain.terms), shape)
      mirrors[node] = other.content == plain.content ? .one : -1
      return scale(plain.content, node)
    }
    if prefers(other.terms, shape.transposed, to: plain.terms, shape) {
      return scale(other.content, transpose(intern(.sum(other.terms), shape.transposed)))
    }
    return scale(plain.content, intern(.sum(plain.terms), shape))
  }

  /// Sorted, the common factor out, more positive than negative terms, the first positive when they are as many.
  private func normal(_ terms: [Term]) -> (content: Coefficient, terms: [Term]) {
    let sorted = terms.sorted { precedes($0.unit, $1.unit) }
    var content = sorted.dropFirst().reduce(sorted[0].coefficient.magnitude) { Coefficient.content($0, $1.coefficient) }
    if !sorted.allSatisfy({ $0.coefficient.isExact }) { content = .one }
    let negative = sorted.count { $0.coefficient.isNegative }
    if 2 * negative > sorted.count || (2 * negative == sorted.count && sorted[0].coefficient.isNegative) {
      content = -content
    }
    if content.isOne { return (content, sorted) }
    return (content, sorted.map { Term(coefficient: $0.coefficient / content, unit: $0.unit) })
  }

  /// Columns before rows, then fewer transposed factors, then the order of nodes.
  private func prefers(_ a: [Term], _ aShape: Shape, to b: [Term], _ bShape: Shape) -> Bool {
    if aShape.isColumn != bShape.isColumn { return aShape.isColumn }
    let (x, y) = (transposedFactors(a), transposedFactors(b))
    if x != y { return x < y }
    if a.count != b.count { return a.count < b.count }
    for (s, t) in zip(a, b) where s != t {
      return s.unit == t.unit ? s.coefficient < t.coefficient : precedes(s.unit, t.unit)
    }
    return false
  }

  private func transposedFactors(_ terms: [Term]) -> Int {
    terms.reduce(0) { $0 + transposedCount(parts($1.unit).chain) }
  }
}

/// Terms with their units, each once.
private struct TermList {
  private var terms: [Term] = []
  private var places: [Node: Int] = [:]

  mutating func add(_ c: Coefficient, _ unit: Node) {
    if terms.count < 12 {
      if let place = terms.firstIndex(where: { $0.unit == unit }) {
        terms[place].coefficient = terms[place].coefficient + c
        return
      }
    } else {
      if places.isEmpty { for (place, term) in terms.enumerated() { places[term.unit] = place } }
      if let place = places[unit] {
        terms[place].coefficient = terms[place].coefficient + c
        return
      }
      places[unit] = terms.count
    }
    terms.append(Term(coefficient: c, unit: unit))
  }

  var nonzero: [Term] { terms.filter { !$0.coefficient.isZero } }
}
