// Entries of matrices, and of expressions that are linear in dX when dX is a unit matrix: chains fall apart where the one of dX stands, elementwise
// factors become factors.

/// A row or column of a matrix: named, or the only one.
struct Index: Hashable {
  /// Nil where there is only one.
  let name: String?

  init(_ name: String, _ size: Size) { self.name = size.isOne ? nil : name }

  var syntax: Syntax {
    name.map { Syntax(.name($0), shape: .scalar) } ?? Syntax(.number(.one), shape: .scalar)
  }

  var selection: Syntax.Selection { name.map { .named($0) } ?? .list([1]) }

  /// The place in vec: i + (j - 1)*m.
  static func stacked(_ i: Index, _ j: Index, _ rows: Size) -> Syntax {
    guard let column = j.name else { return i.syntax }
    let before = Syntax(
      .binary(.subtract, Syntax(.name(column), shape: .scalar), Syntax(.number(.one), shape: .scalar)), shape: .scalar)
    if rows.isOne { return j.syntax }
    return Syntax(
      .binary(.add, i.syntax, Syntax(.binary(.multiply, before, rows.syntax), shape: .scalar)), shape: .scalar)
  }
}

extension Syntax {
  /// An entry of what is written here.
  func entry(_ row: Index, _ column: Index) -> Syntax {
    if row.name == nil, column.name == nil { return self }
    if row.name == nil, let shape {
      // The entry of a row is that of the column.
      if case .transpose(let x) = form { return x.entry(column, row) }
      return Syntax(.select(Syntax(form, shape: shape), row.selection, column.selection), shape: .scalar)
    }
    return Syntax(.select(self, row.selection, column.selection), shape: .scalar)
  }
}

struct Entries {
  let graph: Graph
  /// dX, which is one at (row, column) and zero elsewhere.
  let differential: Node
  let row: Index
  let column: Index

  private var one: Syntax { Syntax(.number(.one), shape: .scalar) }

  private func product(_ factors: [Syntax?]) -> Syntax? {
    var result: Syntax?
    var isNegative = false
    for factor in factors {
      guard let factor else { return nil }
      let (negative, size) = factor.isSum ? (false, factor) : factor.unsigned
      isNegative = isNegative != negative
      if size.form == .number(.zero) { return size }
      result = append(size, to: result)
    }
    let size = result ?? one
    return isNegative ? size.opposite : size
  }

  /// From left to right, ones left out.
  private func append(_ factor: Syntax, to product: Syntax?) -> Syntax? {
    if case .binary(.multiply, let a, let b) = factor.form, a.shape?.isScalar ?? false, b.shape?.isScalar ?? false {
      return append(b, to: append(a, to: product))
    }
    if factor.form == .number(.one) { return product }
    return product.map { Syntax(.binary(.multiply, $0, factor), shape: .scalar) } ?? factor
  }

  private func sum(_ terms: [(Coefficient, Syntax?)]) -> Syntax? {
    var parts: [Syntax] = []
    for (c, term) in terms {
      guard let term, let part = product([graph.print(graph.number(c)).syntax, term]) else { return nil }
      if part.form != .number(.zero) { parts.append(part) }
    }
    return .sum(parts, .scalar)
  }

  private func delta(_ a: Index, _ b: Index) -> Syntax {
    if a == b { return one }
    let (first, second) = (a.name ?? "") < (b.name ?? "") ? (a, b) : (b, a)
    return Syntax(.call("delta", [first.syntax, second.syntax]), shape: .scalar)
  }

  // MARK: Constants

  /// The entry of a matrix without dX.
  func entry(_ node: Node, _ r: Index, _ c: Index) -> Syntax {
    let g = graph
    if g.isScalar(node) { return g.print(node).syntax }
    if g.isOnes(node) { return one }
    switch g.operation(node) {
    case .zeros: return Syntax(.number(.zero), shape: .scalar)
    case .eye: return delta(r, c)
    case .transpose(let x): return entry(x, c, r)
    case .sum(let terms): return sum(terms.map { ($0.coefficient, entry($0.unit, r, c)) })!
    case .product(let k, let scalars, let chain):
      let scalar = g.print(g.product(k, scalars, [], .scalar)).syntax
      return product([scalar, chainEntry(chain, r, c)])!
    case .hadamard(let powers) where powers.allSatisfy { $0.exponent == g.one }:
      return product(powers.map { entry($0.base, r, c) })!
    default: break
    }
    if let v = g.argument(node, of: Diag.self) { return product([delta(r, c), entry(v, r, Index("", .one))])! }
    if let x = g.argument(node, of: DiagOf.self) { return entry(x, r, r) }
    return g.print(node).syntax.entry(r, c)
  }

  private func chainEntry(_ chain: [Node], _ r: Index, _ c: Index) -> Syntax {
    let g = graph
    if chain.count == 1 { return entry(chain[0], r, c) }
    let single = Index("", .one)
    // u*v' has the entries u(r)*v(c); diag(u)*A the entries u(r)*A(r,c).
    if let cut = chain.dropLast().firstIndex(where: { g.shape($0).columns.isOne }) {
      return product([
        chainEntry(Array(chain[...cut]), r, single), chainEntry(Array(chain[(cut + 1)...]), single, c),
      ])!
    }
    if let u = g.argument(chain[0], of: Diag.self) {
      return product([entry(u, r, single), chainEntry(Array(chain.dropFirst()), r, c)])!
    }
    if let v = g.argument(chain[chain.count - 1], of: Diag.self) {
      return product([chainEntry(Array(chain.dropLast()), r, c), entry(v, c, single)])!
    }
    let node = g.multiply(chain)
    if r.name == nil { return g.print(g.transpose(node)).syntax.entry(c, r) }
    return g.print(node).syntax.entry(r, c)
  }

  // MARK: Linear in dX

  /// The entry of an expression that is linear in dX; nil where there is no product of entries for it.
  func linear(_ node: Node, _ r: Index, _ c: Index) -> Syntax? {
    let g = graph
    if node == differential { return product([delta(r, row), delta(c, column)]) }
    if !g.depends(node, on: [differential]) {
      return g.isZero(node) ? Syntax(.number(.zero), shape: .scalar) : nil
    }
    let single = Index("", .one)
    switch g.operation(node) {
    case .sum(let terms): return sum(terms.map { ($0.coefficient, linear($0.unit, r, c)) })
    case .transpose(let x): return linear(x, c, r)
    case .dot(let chain): return chained([], chain, single, single)
    case .product(let k, let scalars, let chain):
      if let place = scalars.firstIndex(where: { g.depends($0.base, on: [differential]) }) {
        guard scalars[place].exponent == g.one else { return nil }
        var rest = scalars
        rest.remove(at: place)
        let factor = g.print(g.product(k, rest, [], .scalar)).syntax
        return product([
          factor, linear(scalars[place].base, single, single), chain.isEmpty ? one : chainEntry(chain, r, c),
        ])
      }
      return product([g.print(g.product(k, scalars, [], .scalar)).syntax, chained([], chain, r, c)])
    case .hadamard(let powers):
      guard let place = powers.firstIndex(where: { g.depends($0.base, on: [differential]) }),
        powers[place].exponent == g.one
      else { return nil }
      var rest = powers
      rest.remove(at: place)
      return product([entry(g.hadamard(rest, g.shape(node)), r, c), linear(powers[place].base, r, c)])
    case .apply: return applied(node, r, c)
    default: return nil
    }
  }

  /// The entry of L*Z*R where Z depends on dX.
  private func chained(_ before: [Node], _ chain: [Node], _ r: Index, _ c: Index) -> Syntax? {
    let g = graph
    guard let place = chain.firstIndex(where: { g.depends($0, on: [differential]) }) else { return nil }
    let l = before + chain[..<place]
    let rest = Array(chain[(place + 1)...])
    let z = chain[place]
    func left(_ k: Index) -> Syntax { l.isEmpty ? delta(r, k) : chainEntry(l, r, k) }
    func right(_ k: Index) -> Syntax { rest.isEmpty ? delta(k, c) : chainEntry(rest, k, c) }
    if z == differential { return product([left(row), right(column)]) }
    if g.transpose(z) == differential { return product([left(column), right(row)]) }
    if l.isEmpty, rest.isEmpty { return linear(z, r, c) }
    switch g.operation(z) {
    case .sum(let terms):
      return sum(terms.map { ($0.coefficient, linear(g.multiply(l + [$0.unit] + rest), r, c)) })
    case .transpose(let x):
      // L*x'*R = (R'*x*L')'.
      return linearChain(rest.reversed().map { g.transpose($0) }, x, l.reversed().map { g.transpose($0) }, c, r)
    default: return linearChain(l, z, rest, r, c)
    }
  }

  /// L*Z*R with Z elementwise: the single entry of Z that is not zero stands between entries of L and R.
  private func linearChain(_ l: [Node], _ z: Node, _ rest: [Node], _ r: Index, _ c: Index) -> Syntax? {
    let g = graph
    let left = { (k: Index) in l.isEmpty ? delta(r, k) : chainEntry(l, r, k) }
    let right = { (k: Index) in rest.isEmpty ? delta(k, c) : chainEntry(rest, k, c) }
    if case .hadamard(let powers) = g.operation(z),
      let place = powers.firstIndex(where: { g.depends($0.base, on: [differential]) }), powers[place].exponent == g.one
    {
      var others = powers
      others.remove(at: place)
      let weight = g.hadamard(others, g.shape(z))
      if powers[place].base == differential { return product([left(row), entry(weight, row, column), right(column)]) }
      if g.transpose(powers[place].base) == differential {
        return product([left(column), entry(weight, column, row), right(row)])
      }
      return nil
    }
    if let v = g.argument(z, of: Diag.self), v == differential { return product([left(row), right(row)]) }
    return nil
  }

  private func applied(_ node: Node, _ r: Index, _ c: Index) -> Syntax? {
    let g = graph
    let single = Index("", .one)
    if let x = g.argument(node, of: Diag.self) { return product([delta(r, c), linear(x, r, single)]) }
    if let x = g.argument(node, of: DiagOf.self) { return linear(x, r, r) }
    for triangle in [g.argument(node, of: Tril.self), g.argument(node, of: Triu.self)] {
      guard let x = triangle else { continue }
      guard case .apply(let index, _) = g.operation(node) else { return nil }
      let n = g.shape(x).rows
      let mask = g.print(g.apply(g.primitives[Int(index)], [g.ones(Shape(n, n))])).syntax
      return product([mask.entry(r, c), linear(x, r, c)])
    }
    if let x = g.argument(node, of: Tr.self) {
      let chain = g.parts(x).chain
      guard let place = chain.firstIndex(where: { g.depends($0, on: [differential]) }) else { return nil }
      let rotated = Array(chain[(place + 1)...] + chain[..<place])
      if chain[place] == differential {
        return rotated.isEmpty ? delta(row, column) : chainEntry(rotated, column, row)
      }
      if g.transpose(chain[place]) == differential {
        return rotated.isEmpty ? delta(row, column) : chainEntry(rotated, row, column)
      }
      return nil
    }
    if let x = g.argument(node, of: Sum.self) {
      // sum(W.*dX) = W(k,l); sum(L*dX*R) = (1'*L)(k)*(R*1)(l).
      if x == differential || g.transpose(x) == differential { return one }
      if case .hadamard(let powers) = g.operation(x), let place = powers.firstIndex(where: { $0.base == differential }),
        powers[place].exponent == g.one
      {
        var others = powers
        others.remove(at: place)
        return entry(g.hadamard(others, g.shape(x)), row, column)
      }
      let shape = g.shape(x)
      let (k, scalars, chain) = g.parts(x)
      guard k.isOne, scalars.isEmpty else { return nil }
      return chained([g.transpose(g.ones(shape.rows))], chain + [g.ones(shape.columns)], single, single)
    }
    return nil
  }
}
