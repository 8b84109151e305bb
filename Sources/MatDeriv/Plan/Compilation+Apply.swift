// Primitives as cells: those that have routines of their own here, elementwise ones by their kernel, all others by their value.

extension Compilation {
  func apply(_ primitive: any Primitive, _ arguments: [Node], _ node: Node) throws(PlanError) -> Deferred {
    if arguments.isEmpty || isConstant(node) {
      let (m, n) = try dimensions(node)
      return .array(Ref(cell: try evaluated(node), transposed: m == 1 && n > 1))
    }
    let (m, n) = try dimensions(node)
    // step(relu(x)) is step(x): where relu(x) is there, x need not be kept.
    if primitive is Step, let y = computedRelu(arguments[0]) {
      return try map(.apply(.step), [try full(try operand(y), m, n)], m, n)
    }
    if let elementwise = primitive as? any ElementwisePrimitive, let kernel = elementwise.kernel {
      return try map(.apply(kernel), [try full(try operand(arguments[0]), m, n)], m, n)
    }
    switch primitive {
    case is Inv:
      let inverse = Deferred.inverse(arguments[0], transposed: false)
      return explicitInverses.contains(node) ? .array(try array(inverse, m, n)) : inverse
    case is LogDet: return .array(Ref(cell: cell(.logDeterminant(factor: try factor(arguments[0])), 1, 1)))
    case is Det: return .array(Ref(cell: cell(.determinant(factor: try factor(arguments[0])), 1, 1)))
    case is Tr: return try trace(node, arguments[0])
    case is Sum: return try sum(node, arguments[0])
    case is Softmax, is LogSumExp:
      let x = try stored(arguments[0])
      if primitive is LogSumExp { return .array(Ref(cell: cell(.logSumExp(x), m, 1))) }
      return .array(Ref(cell: cell(.softmax(x), m, n)))
    case is Diag: return .diagonal(try array(arguments[0]).cell)
    case is DiagOf:
      if case .diagonal(let v) = try operand(arguments[0]) { return .array(Ref(cell: v)) }
      return .array(Ref(cell: cell(.diagonalOf(try array(arguments[0]).cell), m, 1)))
    case is Tril, is Triu:
      let x = try array(arguments[0])
      let isLower = primitive is Tril
      return .array(
        Ref(cell: cell(.triangle(x.cell, isLower: isLower != x.transposed), m, n), transposed: x.transposed))
    case is Vec:
      if m == 1 { return try operand(arguments[0]) }
      return .array(Ref(cell: cell(.reshape(try stored(arguments[0])), m, 1)))
    case is Kron: return try paired(arguments, m, n) { .kronecker($0, $1) }
    case is Khatri: return try paired(arguments, m, n) { .khatri($0, $1) }
    default:
      var refs: [Ref] = []
      for argument in arguments { refs.append(try array(argument)) }
      if m == 1, n > 1 { return .array(Ref(cell: cell(.generic(node, refs), n, 1), transposed: true)) }
      return .array(Ref(cell: cell(.generic(node, refs), m, n)))
    }
  }

  private func computedRelu(_ x: Node) -> Node? {
    let y = graph.apply(Relu(), [x])
    return (uses[y] ?? 0) > 0 ? y : nil
  }

  private func paired(
    _ arguments: [Node], _ m: Int, _ n: Int, _ operation: (Ref, Ref) -> CellOperation
  ) throws(PlanError) -> Deferred {
    let (a, b) = (try array(arguments[0]), try array(arguments[1]))
    // Rows are stored as columns: what a routine reads by columns has to know.
    let result = cell(operation(a, b), m == 1 ? n : m, m == 1 ? 1 : n)
    return .array(Ref(cell: result, transposed: m == 1 && n > 1))
  }

  /// The argument in its own orientation.
  private func stored(_ node: Node) throws(PlanError) -> Int {
    let ref = try array(node)
    let (m, n) = try dimensions(node)
    return ref.transposed && m > 1 && n > 1 ? cell(.copy(ref), m, n) : ref.cell
  }

  /// The sum of all entries; of a product, without the product.
  private func sum(_ node: Node, _ argument: Node) throws(PlanError) -> Deferred {
    if let (left, right) = contraction.splits[node] { return try dot(left, right) }
    let (m, n) = try dimensions(argument)
    return .array(Ref(cell: try total(try operand(argument), m, n)))
  }
}
