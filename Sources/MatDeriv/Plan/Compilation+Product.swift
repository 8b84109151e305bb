// Products as cells: two factors at a time, in the order that Contraction chose. Diagonals scale, columns of ones sum, inverses solve, traces
// and dots are reductions; what is left is a product of two stored matrices.

extension Compilation {
  /// Whether the node is a product of stored matrices that nothing else uses: it may be added where it is computed.
  func isOwnProduct(_ node: Node) -> Bool {
    guard uses[node] == 1, case .product(_, _, let chain) = graph.operation(node), chain.count > 1 else { return false }
    if (contraction.demand[node] ?? 1) > 1 { return false }
    let (left, right) = split(node, chain)
    return [left, right].allSatisfy { factor in
      let plain = graph.untransposed(factor) ?? factor
      let isInverse = graph.argument(plain, of: Inv.self) != nil && !explicitInverses.contains(plain)
      return !graph.isDiag(plain) && !graph.isOnes(plain) && !isInverse && !graph.isEye(plain)
    } && !graph.shape(left).isColumn
  }

  private func split(_ node: Node, _ chain: [Node]) -> (Node, Node) {
    if chain.count == 2 { return (chain[0], chain[1]) }
    let (_, unit) = graph.unit(node)
    if let known = contraction.splits[graph.multiply(chain)] ?? contraction.splits[unit] { return known }
    return (graph.multiply(Array(chain.dropLast())), chain[chain.count - 1])
  }

  func product(_ c: Coefficient, _ scalars: [Power], _ chain: [Node], _ node: Node) throws(PlanError) -> Deferred {
    let (m, n) = try dimensions(node)
    let scalar = scalars.isEmpty ? nil : try scalarProduct(scalars)
    guard chain.count > 1 else {
      var result: Deferred = chain.isEmpty ? .number(1) : try operand(chain[0])
      if let scalar { result = try multiplied(try scalable(result, m, n), scalar, m, n) }
      return try scaled(result, by: c.value, m, n)
    }
    // The factor goes into the product where nobody else wants the product without it.
    let bare = graph.product(.one, [], chain, graph.shape(node))
    let isShared = bare != node && (uses[bare] ?? 0) > 0 || (contraction.demand[bare] ?? 1) > 1
    if !isShared, scalar == nil, case .array(let ref) = try chainProduct(chain, bare),
      case .gram(var gram) = cells[ref.cell].operation
    {
      gram.alpha = c.value
      return .array(Ref(cell: cell(.gram(gram), m, n)))
    }
    if !isShared, case .array(let ref) = try chainProduct(chain, bare),
      case .product(var product) = cells[ref.cell].operation, product.alpha == 1, product.factor == nil
    {
      if c.isOne, scalar == nil { return .array(ref) }
      product.alpha = c.value
      if let scalar {
        if case .number(let value) = scalar { product.alpha *= value }
        if case .array(let factor) = scalar { product.factor = factor.cell }
      }
      return .array(
        Ref(cell: cell(.product(product), cells[ref.cell].rows, cells[ref.cell].columns), transposed: ref.transposed))
    }
    var result = bare == node ? try chainProduct(chain, bare) : try operand(bare)
    if let scalar { result = try multiplied(try scalable(result, m, n), scalar, m, n) }
    return try scaled(result, by: c.value, m, n)
  }

  /// A term that a run-time scalar can multiply entry by entry.
  private func scalable(_ operand: Deferred, _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred {
    try full(operand, rows, columns)
  }

  private func scalarProduct(_ scalars: [Power]) throws(PlanError) -> Deferred {
    var result: Deferred = .number(1)
    var divisor: Deferred = .number(1)
    for power in scalars {
      let base = try operand(power.base)
      if let e = graph.coefficient(power.exponent), e.isInteger, e.isNegative {
        divisor = try multiplied(divisor, try raisedScalar(base, power.exponent, negated: true), 1, 1)
      } else {
        result = try multiplied(result, try raisedScalar(base, power.exponent, negated: false), 1, 1)
      }
    }
    if case .number(1) = divisor { return result }
    if case .number(let c) = divisor { return try scaled(result, by: 1 / c, 1, 1) }
    if case .number(let c) = result { return try scaled(try map(.apply(.reciprocal), [divisor], 1, 1), by: c, 1, 1) }
    return try map(.divide, [result, divisor], 1, 1)
  }

  private func raisedScalar(_ base: Deferred, _ exponent: Node, negated: Bool) throws(PlanError) -> Deferred {
    if let e = graph.coefficient(exponent) {
      let power = negated ? -e.value : e.value
      if case .number(let c) = base { return .number(realPower(c, power)) }
      switch power {
      case 1: return base
      case 2: return try map(.apply(.square), [base], 1, 1)
      case 0.5: return try map(.apply(.sqrt), [base], 1, 1)
      default: return try map(.power(power), [base], 1, 1)
      }
    }
    let exponent = try operand(exponent)
    if case .number(let e) = exponent {
      if case .number(let c) = base { return .number(realPower(c, e)) }
      return try map(.power(e), [base], 1, 1)
    }
    // s^e = exp(e*log(s)).
    let logarithm: Deferred =
      if case .number(let c) = base { .number(Double.log(c)) } else { try map(.apply(.log), [base], 1, 1) }
    return try map(.apply(.exp), [try multiplied(exponent, logarithm, 1, 1)], 1, 1)
  }

  /// The product of a chain without scalars.
  private func chainProduct(_ chain: [Node], _ node: Node) throws(PlanError) -> Deferred {
    let (left, right) = split(node, chain)
    let isSymmetric = graph.shape(node).isSquare && graph.has(.symmetric, node)
    return try multiply(left, right, isSymmetric: isSymmetric)
  }

  /// The product of two nodes.
  func multiply(_ left: Node, _ right: Node, isSymmetric: Bool) throws(PlanError) -> Deferred {
    let (m, k) = try dimensions(left)
    let (_, n) = try dimensions(right)
    if let solved = try solve(left, right) { return solved }
    if graph.isOnes(right), n == 1, k > 1 { return .array(try rowSums(try operand(left), m, k)) }
    if graph.isOnes(left), m == 1, k > 1 { return .array(try rowSums(try operand(right).flipped, n, k).flipped) }
    let (a, b) = (try operand(left), try operand(right))
    return try multiply(a, b, m, k, n, isSymmetric: isSymmetric, triangle(left, a, right, b))
  }

  /// The factor that is triangular, with the triangle in which it is stored.
  private func triangle(_ left: Node, _ a: Deferred, _ right: Node, _ b: Deferred) -> Triangle? {
    for (node, operand, isRight) in [(left, a, false), (right, b, true)] {
      guard case .array(let ref) = operand else { continue }
      let (isLower, isUpper) = (graph.has(.lower, node), graph.has(.upper, node))
      if isLower != isUpper { return Triangle(isRight: isRight, isLower: isLower != ref.transposed) }
    }
    return nil
  }

  private func multiply(
    _ a: Deferred, _ b: Deferred, _ m: Int, _ k: Int, _ n: Int, isSymmetric: Bool, _ triangle: Triangle?
  ) throws(PlanError) -> Deferred {
    switch (a, b) {
    case (.identity, _): return b
    case (_, .identity): return a
    case (.diagonal(let u), .diagonal(let v)):
      let (x, y) = (Ref(cell: u), Ref(cell: v))
      return .diagonal(try array(try map(.multiply, [.array(x), .array(y)], m, 1), m, 1).cell)
    case (.diagonal(let u), _): return try map(.multiply, [.perRow(u), try full(b, m, n)], m, n)
    case (_, .diagonal(let v)): return try map(.multiply, [try full(a, m, n), .perColumn(v)], m, n)
    case (.number(let c), .number(let d)): return .number(c * d * Double(k))
    default: break
    }
    if k == 1 { return try outer(a, b, m, n) }
    if case .number(let c) = a {
      return try scaled(spread(try rowSums(b.flipped, n, k), perColumnOf: m, n), by: c, m, n)
    }
    if case .number(let c) = b { return try scaled(spread(try rowSums(a, m, k), perRowOf: m, n), by: c, m, n) }
    let (x, y) = (try array(a, m, k), try array(b, k, n))
    if isSymmetric, let gram = gram(x, y) { return .array(Ref(cell: cell(.gram(gram), m, n))) }
    return .array(
      product(ProductCell(left: x, right: y, isSymmetric: isSymmetric && m > 1, triangle: triangle)))
  }

  /// The product as M'*diag(w)*M: a matrix whose rows or columns are scaled, times its own transpose.
  private func gram(_ x: Ref, _ y: Ref) -> GramCell? {
    for (scaled, plain) in [(x, y), (y.flipped, x.flipped)] {
      guard case .map(.multiply, let inputs) = cells[scaled.cell].operation else { continue }
      for (matrix, weights) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])]
      where matrix.spread == .full && weights.spread == (scaled.transposed ? .perRow : .perColumn) {
        let own = Ref(cell: matrix.cell, transposed: scaled.transposed)
        guard plain == own.flipped, cells[weights.cell].count > 1 else { continue }
        return GramCell(matrix: own, weights: weights.cell, areNonnegative: isNonnegative(weights.cell))
      }
    }
    return nil
  }

  private func spread(_ sums: Ref, perRowOf m: Int, _ n: Int) -> Deferred { n == 1 ? .array(sums) : .perRow(sums.cell) }
  private func spread(_ sums: Ref, perColumnOf m: Int, _ n: Int) -> Deferred {
    m == 1 ? .array(sums.flipped) : .perColumn(sums.cell)
  }

  /// A column times a row: a broadcast if one of them is constant, an elementwise product otherwise.
  private func outer(_ u: Deferred, _ v: Deferred, _ m: Int, _ n: Int) throws(PlanError) -> Deferred {
    if m == 1 || n == 1 { return try multiplied(u, v, m, n) }
    let rows: Deferred = if case .number = u { u } else { .perRow(try array(u, m, 1).cell) }
    let columns: Deferred = if case .number = v { v } else { .perColumn(try array(v, 1, n).cell) }
    return try multiplied(rows, columns, m, n)
  }

  /// The product cell, or the one that computes its transpose.
  private func product(_ product: ProductCell) -> Ref {
    let (m, n) = (rows(product.left), columns(product.right))
    // A row is stored as a column.
    if m == 1, n > 1 {
      return Ref(cell: cell(.product(product.turned), n, 1), transposed: true)
    }
    return Ref(cell: cell(.product(product), m, n))
  }

  /// Products added one upon the other, in one orientation.
  func accumulated(_ terms: [(coefficient: Double, node: Node)], _ m: Int, _ n: Int) throws(PlanError) -> Deferred {
    if m == 1, n > 1 {
      let turned = terms.map { ($0.coefficient, graph.transpose($0.node)) }
      return try accumulated(turned, n, 1).flipped
    }
    var last: Int?
    for (c, node) in terms {
      let (own, scalars, chain) = graph.parts(node)
      let (left, right) = split(node, chain)
      let (_, k) = try dimensions(left)
      var product = ProductCell(left: try array(try operand(left), m, k), right: try array(try operand(right), k, n))
      product.alpha = c * own.value
      product.onto = last
      if !scalars.isEmpty {
        switch try scalarProduct(scalars) {
        case .number(let value): product.alpha *= value
        case let scalar: product.factor = try array(scalar, 1, 1).cell
        }
      }
      last = cell(.product(product), m, n)
    }
    return .array(Ref(cell: last!))
  }

  // MARK: Solving

  /// inv(S)*B and B*inv(S) by the factors of S; nil where neither side is an inverse that is only multiplied.
  private func solve(_ left: Node, _ right: Node) throws(PlanError) -> Deferred? {
    // A vector is solved for even where the inverse is stored: the factor loses less.
    let (plain, isVector) = (graph.untransposed(left) ?? left, graph.shape(right).isColumn)
    if isVector, explicitInverses.contains(plain), case .apply(_, let arguments) = graph.operation(plain) {
      let right = Ref(cell: try array(right).cell)
      let (m, _) = try dimensions(left)
      let solved = CellOperation.solve(factor: try factor(arguments[0]), transposed: plain != left, right: right)
      return .array(Ref(cell: cell(solved, m, 1)))
    }
    if case .inverse(let s, let transposed) = try operand(left) {
      let (m, n) = try dimensions(right)
      let b = try array(right)
      let factor = try factor(s)
      if n == 1 {
        return .array(Ref(cell: cell(.solve(factor: factor, transposed: transposed, right: Ref(cell: b.cell)), m, 1)))
      }
      return .array(Ref(cell: cell(.solve(factor: factor, transposed: transposed, right: b), m, n)))
    }
    let isExplicit = graph.shape(left).isRow && explicitInverses.contains(graph.untransposed(right) ?? right)
    let isDeferred = isInverse(try operand(right))
    if isExplicit || isDeferred {
      return try solve(graph.transpose(right), graph.transpose(left))?.flipped
    }
    return nil
  }

  private func isInverse(_ operand: Deferred) -> Bool {
    if case .inverse = operand { true } else { false }
  }

  // MARK: Reductions

  /// The sums of the rows of an m x n term, as a column.
  func rowSums(_ operand: Deferred, _ m: Int, _ n: Int) throws(PlanError) -> Ref {
    if n == 1 { return try array(operand, m, 1) }
    if m == 1 { return Ref(cell: try total(operand, m, n)) }
    switch operand {
    case .number(let c): return try array(.number(c * Double(n)), m, 1)
    case .perRow(let u): return try array(try scaled(.array(Ref(cell: u)), by: Double(n), m, 1), m, 1)
    case .perColumn(let v): return try array(.array(Ref(cell: try total(.array(Ref(cell: v)), n, 1))), m, 1)
    case .diagonal(let v): return Ref(cell: v)
    default: break
    }
    let ref = try array(operand, m, n)
    let reduction: Reduction = ref.transposed ? .columnSums : .rowSums
    return Ref(cell: cell(.reduce(reduction, [MapInput(cell: ref.cell, spread: .full)]), m, 1))
  }

  /// The sum of all entries, as a scalar cell.
  func total(_ operand: Deferred, _ m: Int, _ n: Int) throws(PlanError) -> Int {
    if case .number(let c) = operand { return try array(.number(c * Double(m * n)), 1, 1).cell }
    let ref = try array(operand, m, n)
    if cells[ref.cell].count == 1 { return ref.cell }
    // The sum of a product of two arrays needs no array of its own.
    if case .map(.multiply, let inputs) = cells[ref.cell].operation, inputs.allSatisfy({ $0.spread == .full }) {
      return cell(.reduce(.dot, inputs), 1, 1)
    }
    if case .map(.apply(.square), let inputs) = cells[ref.cell].operation, inputs[0].spread == .full {
      return cell(.reduce(.dot, [inputs[0], inputs[0]]), 1, 1)
    }
    return cell(.reduce(.sum, [MapInput(cell: ref.cell, spread: .full)]), 1, 1)
  }

  /// A 1 x 1 chain.
  func dot(_ node: Node) throws(PlanError) -> Deferred {
    guard case .dot(let chain) = graph.operation(node) else { fatalError("not a dot") }
    let (left, right) = contraction.splits[node] ?? (graph.multiply(Array(chain.dropLast())), chain[chain.count - 1])
    return try dot(left, right)
  }

  func dot(_ left: Node, _ right: Node) throws(PlanError) -> Deferred {
    let (_, n) = try dimensions(left)
    if graph.isOnes(right) { return .array(Ref(cell: try total(try operand(left), 1, n))) }
    if graph.isOnes(left) { return .array(Ref(cell: try total(try operand(right), n, 1))) }
    if n == 1 { return try multiplied(try operand(left), try operand(right), 1, 1) }
    let (x, y) = (try array(left), try array(right))
    let inputs = [x.cell, y.cell].map { MapInput(cell: $0, spread: .full) }
    return .array(Ref(cell: cell(.reduce(.dot, inputs), 1, 1)))
  }

  /// tr(A*B) = sum(A'.*B), without the product.
  func trace(_ node: Node, _ argument: Node) throws(PlanError) -> Deferred {
    let (n, _) = try dimensions(argument)
    guard let (left, right) = contraction.splits[node] else {
      let ref = try array(argument)
      let diagonal = cell(.diagonalOf(ref.cell), n, 1)
      return .array(Ref(cell: try total(.array(Ref(cell: diagonal)), n, 1)))
    }
    let (m, k) = try dimensions(left)
    let (a, b) = (try operand(left), try operand(right))
    if case .inverse = a { return try traceOfProduct(left, right, m, k) }
    if case .inverse = b { return try traceOfProduct(right, left, k, m) }
    let (x, y) = (try array(a, m, k), try array(b, k, m))
    if m == 1 || k == 1 || x.flipped == y {
      return .array(Ref(cell: cell(.reduce(.dot, [x.cell, y.cell].map { MapInput(cell: $0, spread: .full) }), 1, 1)))
    }
    return .array(Ref(cell: traceDot(x, y, isSymmetric: graph.has(.symmetric, left) || graph.has(.symmetric, right))))
  }

  private func traceOfProduct(_ left: Node, _ right: Node, _ m: Int, _ k: Int) throws(PlanError) -> Deferred {
    let product = try array(try multiply(left, right, isSymmetric: false), m, m)
    return .array(Ref(cell: try total(.array(Ref(cell: cell(.diagonalOf(product.cell), m, 1))), m, 1)))
  }

  private func traceDot(_ x: Ref, _ y: Ref, isSymmetric: Bool) -> Int {
    // x' and y stored alike: a dot product of the arrays.
    if x.transposed != y.transposed || isSymmetric {
      return cell(.reduce(.dot, [MapInput(cell: x.cell, spread: .full), MapInput(cell: y.cell, spread: .full)]), 1, 1)
    }
    // A product that nothing else uses is computed the other way round.
    for (own, other) in [(x, y), (y, x)] {
      if case .product(let product) = cells[own.cell].operation, product.onto == nil, product.factor == nil {
        let flipped = cell(.product(product.turned), cells[own.cell].columns, cells[own.cell].rows)
        turn(own.cell, into: flipped)
        return cell(
          .reduce(.dot, [MapInput(cell: flipped, spread: .full), MapInput(cell: other.cell, spread: .full)]), 1, 1)
      }
    }
    return cell(.traceProduct(x.cell, y.cell), 1, 1)
  }
}
