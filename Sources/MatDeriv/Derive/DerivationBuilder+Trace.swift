// The trace method, line by line: df is a sum of tr(g*dz); d is pushed inwards, everything else is moved to the left, dX is read off. Nodes
// that have names wait until all their contributions have met, as in reverse mode.

/// tr(g * x), of which a scalar, a column or a row x is written without trace.
private struct TraceTerm: Hashable {
  var g: Node
  var x: Linear
}

extension DerivationBuilder {
  /// A scalar by a vector or matrix, structure included.
  mutating func byTrace(_ root: Node, _ value: Node) throws(DerivationError) {
    let gradient = try g.gradients(of: root, g.one, with: [variable])[0]
    try trace(root)
    var short = simplify(gradient)
    let structure = g.structure(of: variable)
    var rules: [Rule] = [.definition]
    if derivative.convention == .tied, !structure.isEmpty {
      readOff(short, rules)
      short = g.tied(short, structure)
      line(Syntax(.call("tied", [current.left]), shape: g.shape(short)), g.print(short).syntax, short, [.tied])
      line(g.print(value).syntax, value, [.collect])
      return
    }
    if !structure.isEmpty {
      let projected = g.projected(short, structure)
      if projected == short { rules.append(.projection) }
      show([TraceTerm(g: projected, x: .d(variable))], [.projection])
      show([TraceTerm(g: value, x: .d(variable))], [.collect])
    }
    readOff(value, rules)
  }

  /// The sum of tr(g*dX) written as short as it gets; expanded in between where that is the way.
  @discardableResult
  mutating func simplify(_ gradient: Node) -> Node {
    let short = g.best(gradient)
    if g.isZero(short), g.isZero(current.expression.node) { return short }
    let expanded = g.expand(gradient)
    if short != g.improve(gradient), expanded != gradient, g.cost(expanded) <= 2 * g.cost(gradient) {
      show([TraceTerm(g: expanded, x: .d(variable))], [.expand])
    }
    show([TraceTerm(g: short, x: .d(variable))], [.collect])
    return short
  }

  /// From d(root) to tr(g*dX).
  mutating func trace(_ root: Node) throws(DerivationError) {
    let order = g.dependents(of: [variable], in: root)
    var terms = [TraceTerm(g: g.one, x: .d(root))]
    if root != variable, !order.contains(root) {
      show([], [.constant])
      return
    }
    let closed = names.waiting.union([variable])
    let reverse = Cotangents()
    reverse.known[variable] = try g.gradients(of: root, g.one, with: [variable], trace: reverse)[0]
    while let next = order.last(where: { z in z != variable && terms.contains { $0.x == .d(z) } }) {
      let place = terms.firstIndex { $0.x == .d(next) }!
      var opening = Opening(g, order, closed: closed)
      terms[place].x = try opening.opened(next)
      show(terms, opening.rules)
      while !terms[place].x.leaves.isSubset(of: closed) {
        opening.rules = []
        terms[place].x = try opening.level(terms[place].x)
        show(terms, opening.rules)
      }
      try move(&terms, order, reverse)
    }
  }

  /// Everything but differentials of names moves to the left.
  private mutating func move(_ terms: inout [TraceTerm], _ order: [Node], _ reverse: Cotangents) throws(DerivationError)
  {
    while true {
      var rules: [Rule] = []
      var next: [TraceTerm] = []
      for term in terms { next += try advance(term, &rules) ?? [term] }
      if rules.isEmpty { break }
      let isSplitOnly = rules == [.traceOfSum]
      // What meets at the very end has a line of its own; a split whose parts meet again at once has none.
      if try join(&next, .early), !isSplitOnly, !rules.contains(.traceOfSum) { rules.append(.traceOfSum) }
      if isSplitOnly { _ = try join(&next, .any) }
      terms = next
      show(terms, rules)
    }
    var done: [TraceTerm] = []
    for term in terms { if let last = try stages(term).last { done.append(last) } }
    terms = done
    let hasMet = try join(&terms, .any)
    // Reverse mode has met the same terms; its normal form may already have cancelled some.
    let next = order.last { z in terms.contains { $0.x == .d(z) } }
    var isOther = false
    if let next, let own = reverse.known[next], let place = terms.firstIndex(where: { $0.x == .d(next) }) {
      isOther = terms[place].g != own
      terms[place].g = own
    }
    if hasMet || !isOther { show(done, [.collect]) }
    show(terms, [hasMet ? .traceOfSum : .collect])
  }

  private enum Meeting {
    /// While something can still be moved out of both.
    case early
    case any
  }

  /// Terms with one differential become one, as early as they agree in what is left of it.
  private func join(_ terms: inout [TraceTerm], _ meeting: Meeting) throws(DerivationError) -> Bool {
    var result: [TraceTerm] = []
    for term in terms {
      let own = try stages(term)
      var met = false
      for place in result.indices where !met {
        for stage in try stages(result[place]) {
          guard meeting == .any || !stage.isDone, let other = own.first(where: { $0.x == stage.x }) else { continue }
          result[place] = TraceTerm(g: g.add([stage.g, other.g]), x: stage.x)
          met = true
          break
        }
      }
      if !met { result.append(term) }
    }
    let hasMet = result.count < terms.count
    terms = result.filter { !g.isZero($0.g) }
    return hasMet
  }

  /// The term as more and more of it is counted to g, while the line stays as it is; empty if it is zero.
  private func stages(_ term: TraceTerm) throws(DerivationError) -> [TraceTerm] {
    var result = [term]
    while let last = result.last, !last.isDone {
      let (terms, rules) = try pull(last)
      guard rules.isEmpty else { break }
      if terms.isEmpty { return [] }
      guard terms.count == 1 else { break }
      result.append(terms[0])
    }
    return result
  }

  /// One move that a reader sees, after those that he does not; nil if there is none.
  private func advance(_ term: TraceTerm, _ rules: inout [Rule]) throws(DerivationError) -> [TraceTerm]? {
    if term.isDone { return nil }
    let (terms, moved) = try pull(term)
    if !moved.isEmpty {
      for rule in moved where !rules.contains(rule) { rules.append(rule) }
      return terms
    }
    var result: [TraceTerm] = []
    var moves = terms.count != 1
    for term in terms {
      let next = try advance(term, &rules)
      moves = moves || next != nil
      result += next ?? [term]
    }
    return moves ? result : nil
  }

  /// The outermost operation of x moves to g: D9 to D13. No rules where the line stays as it is.
  private func pull(_ term: TraceTerm) throws(DerivationError) -> (terms: [TraceTerm], rules: [Rule]) {
    let shape = g.shape(term.x)
    let isTrace = !shape.isColumn && !shape.isRow
    switch term.x {
    case .d: return ([term], [])
    case .zero: return ([], [])
    case .sum(let parts):
      let terms = parts.map { TraceTerm(g: g.scale($0.coefficient, term.g), x: $0.x) }
      return (terms, shape.isScalar && g.coefficient(term.g) != nil ? [] : [.traceOfSum])
    case .product(let l, .product(let k, let x, let s), let r) where !r.isEmpty:
      return try pull(TraceTerm(g: term.g, x: .product(l + k, x, s + r)))
    case .product(let l, let x, let r):
      let inner = g.shape(x)
      let next = TraceTerm(g: g.multiply(r + [term.g] + l), x: x)
      if r.isEmpty || (!isTrace && inner.isRow) { return ([next], []) }
      return ([next], isTrace || inner.isColumn || inner.isRow ? [.cyclic] : [.scalarTrace, .cyclic])
    case .transpose(let x):
      return (
        [TraceTerm(g: g.transpose(term.g), x: x)], isTrace ? [.transposedTrace] : [.scalarTrace, .transposedTrace]
      )
    case .hadamard(let weight, .hadamard(let other, let x)):
      return try pull(TraceTerm(g: term.g, x: .hadamard(g.hadamard([weight, other]), x)))
    case .hadamard(let weight, .product(let l, let x, let r)) where r.isEmpty && l.allSatisfy({ g.isScalar($0) }):
      return try pull(TraceTerm(g: term.g, x: .hadamard(g.multiply(l + [weight]), x)))
    case .hadamard(let weight, let x):
      return ([TraceTerm(g: g.hadamard([term.g, g.transpose(weight)]), x: x)], [.exchange])
    case .scaled(let s, let matrix):
      return ([TraceTerm(g: g.apply(Tr(), [g.multiply([term.g, matrix])]), x: s)], isTrace ? [.traceOfSum] : [])
    case .apply(let index, let arguments, let place, let x):
      let primitive = g.primitives[Int(index)]
      guard let linear = primitive as? any LinearPrimitive,
        let h = linear.adjoint(Expression(g, term.g), arguments.map { Expression(g, $0) }, argument: place)
      else { throw .noRule(primitive: primitive.name, argument: place) }
      let next = TraceTerm(g: h.node, x: x)
      if primitive is Tr { return ([next], []) }
      if primitive is Sum {
        // 1'*(u.*dv) = u'*dv in one go.
        if case .hadamard(_, let inner) = x {
          return (try pull(next).terms, [g.shape(inner).isColumn ? .sumOfProducts : .exchange])
        }
        return ([next], [.sumOfProducts])
      }
      return ([next], [Rule(primitive.name, "adjoint of \(primitive.name)")])
    }
  }

  // MARK: Lines

  private mutating func show(_ terms: [TraceTerm], _ rules: [Rule]) {
    let node = g.sum(of: terms.map { (.one, g.apply(Tr(), [g.multiply([$0.g, g.node($0.x)])])) }, .scalar)
    line(.sum(terms.map(syntax), .scalar), node, rules)
  }

  private func syntax(_ term: TraceTerm) -> Syntax {
    let shape = g.shape(term.x)
    let x = g.syntax(term.x)
    if shape.isColumn { return g.product(term.g, x) }
    if shape.isRow {
      let (isNegative, factor) = g.print(term.g).syntax.unsigned
      return isNegative ? x.times(factor).opposite : x.times(factor)
    }
    let (isNegative, inner) = g.product(term.g, x).unsigned
    let trace = Syntax(.call("tr", [inner]), shape: .scalar)
    return isNegative ? trace.opposite : trace
  }
}

extension TraceTerm {
  /// Whether only a differential is left.
  fileprivate var isDone: Bool { if case .d = x { true } else { false } }
}

/// The cotangents of reverse mode, node by node.
private final class Cotangents: ReverseTrace {
  var known: [Node: Node] = [:]

  func willOpen(_ node: Node, _ pending: [Node: [Node]]) { known[node] = pending[node]?.first }
  func didOpen(_ node: Node, _ cotangent: Node, _ pending: [Node: [Node]]) {}
}
