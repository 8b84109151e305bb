// From nodes to cells: every node once, orientation and scalars kept symbolic, products in the order that Contraction chose. The graph says
// what is equal to what; here it is decided what is stored.

/// The state of one compilation.
final class Compilation {
  let graph: Graph
  let sizes: [String: Int]
  private(set) var cells: [Cell] = []
  private(set) var constants: [Matrix<Double>] = []
  private var interned: [CellOperation: [Int]] = [:]
  private var operands: [Node: Deferred] = [:]
  private(set) var factors: [Node: Int] = [:]
  let contraction: Contraction
  /// Inverses that are needed as arrays.
  let explicitInverses: Set<Node>
  /// How often a node is used by others or as an output.
  let uses: [Node: Int]

  init(_ graph: Graph, _ roots: [Node], sizes: [String: Int]) throws(PlanError) {
    self.graph = graph
    self.sizes = sizes
    var uses: [Node: Int] = [:]
    for root in roots { uses[root, default: 0] += 1 }
    let nodes = graph.reachable(from: roots)
    for node in nodes { for child in graph.children(node) { uses[child, default: 0] += 1 } }
    self.uses = uses
    explicitInverses = Compilation.explicitInverses(graph, roots, nodes)
    contraction = try Contraction(graph, nodes, uses: uses, sizes, explicitInverses)
  }

  /// Inverses that are more than a factor of a product: outputs, terms of sums, arguments.
  private static func explicitInverses(_ graph: Graph, _ roots: [Node], _ nodes: [Node]) -> Set<Node> {
    var result: Set<Node> = []
    func note(_ node: Node) {
      let plain = graph.untransposed(node) ?? node
      if graph.argument(plain, of: Inv.self) != nil { result.insert(plain) }
    }
    for root in roots { note(root) }
    for node in nodes {
      switch graph.operation(node) {
      case .product(_, _, let chain) where chain.count > 1: break
      case .dot, .transpose: break
      default: for child in graph.children(node) { note(child) }
      }
    }
    return result
  }

  // MARK: Sizes and cells

  func value(_ size: Size) throws(PlanError) -> Int {
    guard let value = size.value(sizes) else {
      throw .size(size.names.first { sizes[$0] == nil } ?? size.description)
    }
    return value
  }

  func dimensions(_ node: Node) throws(PlanError) -> (rows: Int, columns: Int) {
    let shape = graph.shape(node)
    return (try value(shape.rows), try value(shape.columns))
  }

  /// The cell of this operation, made if there is none of this shape.
  func cell(_ operation: CellOperation, _ rows: Int, _ columns: Int) -> Int {
    for known in interned[operation] ?? [] where cells[known].rows == rows && cells[known].columns == columns {
      return known
    }
    cells.append(Cell(operation: operation, rows: rows, columns: columns))
    interned[operation, default: []].append(cells.count - 1)
    return cells.count - 1
  }

  /// Products that are computed the other way round: by the cell that was to compute them, the one that does.
  private var turned: [Int: Int] = [:]

  /// From now on the cell is the transpose of another.
  func turn(_ cell: Int, into other: Int) {
    turned[cell] = other
    cells[cell].operation = .copy(Ref(cell: other, transposed: true))
  }

  /// The cells, with products reading turned ones where they lie.
  func finishedCells() -> [Cell] {
    cells.map { cell in
      guard case .product(var product) = cell.operation else { return cell }
      product.left = straight(product.left)
      product.right = straight(product.right)
      return Cell(operation: .product(product), rows: cell.rows, columns: cell.columns)
    }
  }

  private func straight(_ ref: Ref) -> Ref {
    turned[ref.cell].map { Ref(cell: $0, transposed: !ref.transposed) } ?? ref
  }

  func rows(_ ref: Ref) -> Int { ref.transposed ? cells[ref.cell].columns : cells[ref.cell].rows }
  func columns(_ ref: Ref) -> Int { ref.transposed ? cells[ref.cell].rows : cells[ref.cell].columns }

  func constant(_ matrix: Matrix<Double>) -> Int {
    let stored = matrix.rows == 1 ? Matrix(column: matrix.columnMajor) : matrix
    let index = constants.firstIndex(of: stored) ?? constants.count
    if index == constants.count { constants.append(stored) }
    return cell(.constant(index), stored.rows, stored.columns)
  }

  // MARK: Operands

  /// The node as it is used.
  func operand(_ node: Node) throws(PlanError) -> Deferred {
    if let known = operands[node] { return known }
    let result: Deferred
    if let mirrored = graph.transposes[Int(node.index)], mirrored != node, let known = operands[mirrored] {
      result = known.flipped
    } else {
      result = try makeOperand(node)
    }
    operands[node] = result
    return result
  }

  private func makeOperand(_ node: Node) throws(PlanError) -> Deferred {
    switch graph.operation(node) {
    case .symbol(let index):
      let symbol = graph.symbols[Int(index)]
      switch symbol.role {
      case .definition(let value): return try operand(value)
      case .constant(let number): return .number(number)
      case .variable, .differential:
        let (m, n) = try dimensions(node)
        // A row is stored as the column that it is the transpose of.
        if m == 1, n > 1 { return .array(Ref(cell: cell(.input(symbol.name), n, 1), transposed: true)) }
        return .array(Ref(cell: cell(.input(symbol.name), m, n)))
      }
    case .size(let size): return .number(Double(try value(size)))
    case .zeros: return .number(0)
    case .ones: return .number(1)
    case .eye: return .identity
    case .commutation: return .array(Ref(cell: try evaluated(node)))
    case .transpose(let x): return try operand(x).flipped
    case .sum(let terms): return try sum(terms, node)
    case .hadamard(let powers): return try hadamard(powers, node)
    case .dot: return try dot(node)
    case .product(let c, let scalars, let chain): return try product(c, scalars, chain, node)
    case .apply(let index, let arguments): return try apply(graph.primitives[Int(index)], arguments, node)
    }
  }

  /// The node as a stored array.
  func array(_ node: Node) throws(PlanError) -> Ref {
    let (m, n) = try dimensions(node)
    return try array(try operand(node), m, n)
  }

  /// The term, of this shape, as a stored array.
  func array(_ operand: Deferred, _ rows: Int, _ columns: Int) throws(PlanError) -> Ref {
    if rows == 1, columns > 1 { return try array(operand.flipped, columns, rows).flipped }
    switch operand {
    case .array(let ref):
      guard cells[ref.cell].count == 1, rows * columns != 1 else { return ref }
      // A scalar spread over a shape.
      return Ref(cell: cell(.map(.scale(1), [MapInput(cell: ref.cell, spread: .scalar)]), rows, columns))
    case .number(let value): return Ref(cell: cell(.map(.constant(value), []), rows, columns))
    case .perRow(let u):
      let ones = MapInput(cell: u, spread: .perRow)
      return Ref(cell: cell(.map(.scale(1), [ones]), rows, columns))
    case .perColumn(let v):
      return Ref(cell: cell(.map(.scale(1), [MapInput(cell: v, spread: .perColumn)]), rows, columns))
    case .diagonal(let v): return Ref(cell: cell(.diagonal(v), rows, rows))
    case .identity: return Ref(cell: cell(.diagonal(cell(.map(.constant(1), []), rows, 1)), rows, rows))
    case .inverse(let s, let transposed):
      return Ref(cell: cell(.inverse(factor: try factor(s)), rows, rows), transposed: transposed)
    }
  }

  /// The factorization of a matrix, one for all uses.
  func factor(_ node: Node) throws(PlanError) -> Int {
    if let known = factors[node] { return known }
    let facts = graph.facts(node)
    let method: Factorization =
      facts.contains(.definite) ? .cholesky : facts.contains(.lower) ? .lower : facts.contains(.upper) ? .upper : .lu
    var ref = try array(node)
    // The triangle of a transposed triangle is the other one.
    var stored = method
    if ref.transposed, method == .lower || method == .upper { stored = method == .lower ? .upper : .lower }
    if ref.transposed, method == .lu || method == .cholesky {
      ref = Ref(cell: cell(.copy(ref), rows(ref), columns(ref)))
    }
    let result = cell(.factor(stored, ref), rows(ref), rows(ref))
    factors[node] = result
    return result
  }

  /// A node without variables, as a number or an array computed now.
  func evaluated(_ node: Node) throws(PlanError) -> Int {
    let (m, n) = try dimensions(node)
    guard Double(m) * Double(n) <= 0x1p27 else {
      throw .tooLarge("\(Expression(graph, node).syntax)", rows: m, columns: n)
    }
    do throws(EvaluationError) {
      return constant(try Expression(graph, node).value(at: Values<Double>(sizes: sizes)))
    } catch { throw .domain("\(error)") }
  }

  /// Whether the node holds no variable.
  func isConstant(_ node: Node) -> Bool {
    graph.reachable(from: [node]).allSatisfy {
      switch graph.symbol($0)?.role {
      case .variable, .differential: false
      default: true
      }
    }
  }
}
