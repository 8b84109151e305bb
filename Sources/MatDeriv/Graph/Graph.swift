// The arena of expressions: nodes are interned, so equal normal forms are one node and common sub-expressions are shared by
// construction. The constructors beside this file normalise; nothing else makes nodes.

/// Owns expressions. A graph only grows; it belongs to one thread at a time.
public final class Graph {
  // Without the run-time checks of exclusive access, which took a sixth of a derivation: no accessor calls back into the graph.
  @exclusivity(unchecked) private(set) var operations: [Operation] = []
  @exclusivity(unchecked) private(set) var shapes: [Shape] = []
  /// The longest way down from every node.
  @exclusivity(unchecked) private(set) var heights: [Int32] = []
  @exclusivity(unchecked) private var nodes: [Operation: Node] = [:]

  @exclusivity(unchecked) var symbols: [Symbol] = []
  private var symbolNodes: [String: Node] = [:]

  @exclusivity(unchecked) private(set) var primitives: [any Primitive] = []
  @exclusivity(unchecked) private var primitiveTypes: [ObjectIdentifier] = []
  private var primitiveIndex: [PrimitiveKey: Int32] = [:]

  /// Memo of transposes and derived facts, by node.
  @exclusivity(unchecked) var transposes: [Node?] = []
  @exclusivity(unchecked) var knownFacts: [Facts?] = []
  /// Sums and elementwise products that are their own transpose (1) or its negative (-1).
  @exclusivity(unchecked) var mirrors: [Node: Coefficient] = [:]
  /// Prints and simplified forms, by node; see Text and Simplify.
  @exclusivity(unchecked) var prints: [Node: Print] = [:]
  @exclusivity(unchecked) var improved: [Node: Node] = [:]
  /// Whether a sum is being written under a common inverse; see Factoring.
  var isPushing = false
  /// How many more ways to join terms the search may try; see Simplifier.
  var effort = 0

  /// What the text of an expression needs, also where its normal form no longer shows it: log(det(X)) needs det(X) > 0.
  var writtenConditions: [Node: [Condition]] = [:]

  /// Whether squares of norms are written as such: the input does.
  public var prefersNorm = false

  /// The number one, the first node of every graph.
  let one = Node(index: 0)

  /// Rewrites that are not to be applied: for tests that no other rule depends on one.
  let disabled: Set<Rewrite>

  /// A graph without nodes.
  public convenience init() { self.init(without: []) }

  init(without disabled: Set<Rewrite>) {
    self.disabled = disabled
    let first = intern(.product(.one, [], []), .scalar)
    precondition(first == one)
  }

  // MARK: Nodes

  @inline(__always) func operation(_ node: Node) -> Operation { operations[Int(node.index)] }
  @inline(__always) func shape(_ node: Node) -> Shape { shapes[Int(node.index)] }
  @inline(__always) func isScalar(_ node: Node) -> Bool { shapes[Int(node.index)].isScalar }
  /// The number of nodes made so far.
  public var count: Int { operations.count }

  func intern(_ operation: Operation, _ shape: @autoclosure () -> Shape) -> Node {
    if let known = nodes[operation] { return known }
    let node = Node(index: Int32(operations.count))
    nodes[operation] = node
    operations.append(operation)
    shapes.append(shape())
    heights.append(1 + (children(node).map { heights[Int($0.index)] }.max() ?? 0))
    transposes.append(nil)
    knownFacts.append(nil)
    return node
  }

  func allows(_ rewrite: Rewrite) -> Bool { disabled.isEmpty || !disabled.contains(rewrite) }

  // MARK: Symbols

  /// The symbol of this name, made if it is new.
  func symbol(_ name: String, _ shape: Shape, _ facts: Facts = [], role: Symbol.Role = .variable) -> Node {
    if let known = symbolNodes[name] {
      require(self.shape(known) == shape, "\(name) is \(self.shape(known)) already; it cannot be \(shape) as well")
      return known
    }
    symbols.append(Symbol(name: name, shape: shape, facts: facts.closed, role: role))
    let node = intern(.symbol(Int32(symbols.count - 1)), shape)
    symbolNodes[name] = node
    return node
  }

  /// The symbol of this name, if there is one.
  func symbol(named name: String) -> Node? { symbolNodes[name] }

  func symbol(_ node: Node) -> Symbol? {
    if case .symbol(let index) = operation(node) { symbols[Int(index)] } else { nil }
  }

  // MARK: Primitives

  func index(of primitive: any Primitive) -> Int32 {
    let key = PrimitiveKey(
      type: ObjectIdentifier(type(of: primitive)), name: primitive.name, parameters: primitive.parameters)
    if let known = primitiveIndex[key] { return known }
    let index = Int32(primitives.count)
    primitives.append(primitive)
    primitiveTypes.append(key.type)
    primitiveIndex[key] = index
    return index
  }

  /// The arguments, if the node applies a primitive of this type.
  func arguments<P: Primitive>(_ node: Node, of type: P.Type) -> [Node]? {
    guard case .apply(let index, let arguments) = operation(node),
      primitiveTypes[Int(index)] == ObjectIdentifier(P.self)
    else { return nil }
    return arguments
  }

  /// Applies a primitive: its own normal form if it has one, a node otherwise.
  func apply(_ primitive: any Primitive, _ arguments: [Node]) -> Node {
    let shapes = arguments.map { shape($0) }
    guard let result = primitive.shape(of: shapes) else {
      fatalError("\(primitive.name) cannot take \(shapes.map(\.description).joined(separator: ", "))")
    }
    if let normal = primitive.simplified(arguments.map { Expression(self, $0) }) { return normal.node }
    return intern(.apply(index(of: primitive), arguments), result)
  }
}

/// A primitive among those of its type: by its name, and its parameters if it has any.
struct PrimitiveKey: Hashable {
  var type: ObjectIdentifier
  var name: String
  var parameters: String
}
