// Names in a derivation: those of the where clause, and new ones for parts that are large and occur more than once. Their differentials
// wait until it is their turn, as in backpropagation.

struct DerivationNames {
  private var taken: Set<String>
  /// What the function is called: f, or F for matrices.
  let function: String
  /// Names with what they stand for, in the order in which they are introduced.
  private(set) var entries: [(name: String, node: Node)] = []
  /// Nodes whose differentials are opened one by one.
  private(set) var waiting: Set<Node> = []
  /// Written forms that become names.
  private(set) var replacements: [Syntax: Syntax] = [:]

  /// Parts of at most so many nodes are written out wherever they occur.
  private static let largestUnnamed = 5

  /// Names for a function and for what is derived from it on the way.
  init(_ g: Graph, roots: [Node], variable: Node, avoiding others: Set<String> = []) {
    var taken = DerivationNames.namesTaken(g, roots + [variable]).union(others)
    let shape = g.shape(roots[0])
    function = DerivationNames.fresh(
      shape.isColumn || shape.isRow ? ["f", "g", "h"] : ["F", "G", "H"], &taken)
    var named: Set<Node> = [variable]
    if case .definition(let value) = g.symbol(variable)?.role { named.insert(value) }
    for node in g.reachable(from: roots).sorted(by: { $0.index < $1.index }) {
      guard node != variable, let symbol = g.symbol(node), case .definition(let value) = symbol.role else { continue }
      entries.append((symbol.name, value))
      named.insert(value)
    }
    let active = roots.map { g.dependents(of: [variable], in: $0) }
    waiting = Set(active.joined().filter { g.symbol($0) != nil && $0 != variable })
    let repeated = Set(zip(roots, active).flatMap { DerivationNames.repeated(g, $0, $1) }).subtracting(named)
    for node in repeated.sorted(by: { $0.index < $1.index }) {
      let shape = g.shape(node)
      let letters =
        shape.isScalar
        ? ["a", "b", "c", "e", "g", "q"]
        : shape.isColumn || shape.isRow ? ["r", "s", "t", "u", "v", "w", "z"] : ["R", "S", "T", "U", "V", "W", "Z"]
      entries.append((DerivationNames.fresh(letters, &taken), node))
      waiting.insert(node)
    }
    self.taken = taken
    for (name, node) in entries { add(name, node, g) }
  }

  /// A further name that is free: this one, or a numbered one.
  mutating func index(_ letter: String) -> String { DerivationNames.fresh([letter], &taken) }

  /// The node under its name, also transposed and negated.
  private mutating func add(_ name: String, _ node: Node, _ g: Graph) {
    let own = Syntax(.name(name), shape: g.shape(node))
    let mirrored = Syntax(.transpose(own), shape: g.shape(node).transposed)
    for (written, short) in [
      (g.print(node).syntax, own), (g.print(g.transpose(node)).syntax, mirrored),
      (g.print(g.scale(-1, node)).syntax, Syntax(.negate(own), shape: own.shape)),
      (g.print(g.scale(-1, g.transpose(node))).syntax, Syntax(.negate(mirrored), shape: mirrored.shape)),
    ] where written.nodes > 1 && replacements[written] == nil { replacements[written] = short }
  }

  /// The definitions, each written with the other names.
  func equations(_ g: Graph) -> [Equation] {
    entries.map { name, node in
      let written = g.print(node).syntax
      var others = replacements
      others[written] = nil
      return Equation(
        left: Syntax(.name(name), shape: g.shape(node)), right: written.replacing(others),
        expression: Expression(g, node))
    }
  }

  /// Parts that depend on the variable, are used more than once, and are large. A transpose is no part of its own.
  private static func repeated(_ g: Graph, _ root: Node, _ active: [Node]) -> [Node] {
    var uses: [Node: Int] = [root: 1]
    let known = Set(active)
    for node in active.reversed() {
      let own: Int
      if case .transpose = g.operation(node) { own = uses[node] ?? 1 } else { own = 1 }
      for child in g.children(node) where known.contains(child) { uses[child, default: 0] += own }
    }
    return active.filter { node in
      if case .transpose = g.operation(node) { return false }
      return node != root && g.symbol(node) == nil && uses[node, default: 0] > 1
        && g.print(node).syntax.nodes > largestUnnamed
    }
  }

  private static func namesTaken(_ g: Graph, _ roots: [Node]) -> Set<String> {
    var taken = Set(g.symbols.map(\.name)).union(["pi"])
    for node in g.reachable(from: roots) { taken.formUnion(g.shape(node).rows.names + g.shape(node).columns.names) }
    return taken
  }

  /// The first letter that is free, itself and its differential; numbered ones when none is.
  private static func fresh(_ letters: [String], _ taken: inout Set<String>) -> String {
    var number = 0
    while true {
      for letter in letters {
        let name = number == 0 ? letter : "\(letter)\(number)"
        if taken.contains(name) || taken.contains("d" + name) { continue }
        taken.insert(name)
        return name
      }
      number += 1
    }
  }
}
