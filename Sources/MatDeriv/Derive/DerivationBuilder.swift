// Writes derivations: which lines there are for which kind of derivative. Forward lines here, the trace method in the file beside.

struct DerivationBuilder {
  let g: Graph
  let derivative: Derivative
  let variable: Node
  let names: DerivationNames
  private(set) var steps: [Derivation.Step] = []
  private(set) var current: Equation

  /// The expression as it was written.
  private let written: Syntax

  init(_ derivative: Derivative, _ written: Syntax?, avoiding taken: Set<String>) throws(DerivationError) {
    self.derivative = derivative
    self.written = written ?? derivative.expression.syntax
    g = derivative.expression.graph
    variable = derivative.variable.node
    let root = derivative.expression.node
    var roots = [root]
    if derivative.form == .second { roots.append(g.best(try g.differential(of: root, [variable: g.one]))) }
    if derivative.form == .hessian {
      roots.append(g.transpose(g.best(try g.gradients(of: root, g.one, with: [variable])[0])))
    }
    names = DerivationNames(g, roots: roots, variable: variable, avoiding: taken)
    let df = Syntax(.name("d" + names.function), shape: g.shape(root))
    let start = g.differentialSymbol(of: root)
    current = Equation(
      left: df, right: g.print(start).syntax.replacing(names.replacements), expression: Expression(g, start))
  }

  var derivation: Derivation {
    let root = derivative.expression.node
    return Derivation(
      function: Equation(
        left: Syntax(.name(names.function), shape: g.shape(root)), right: written.replacing(names.replacements),
        expression: derivative.expression), names: names.equations(g), steps: steps)
  }

  mutating func build() throws(DerivationError) {
    let root = derivative.expression.node
    let (shape, by) = (g.shape(root), g.shape(variable))
    switch derivative.form {
    case .second:
      let first = g.best(try g.differential(of: root, [variable: g.one]))
      try byScalar(root, first)
      again(first)
      try byScalar(first, derivative.value.node)
    case .hessian:
      let first = g.best(try g.gradients(of: root, g.one, with: [variable])[0])
      try trace(root)
      simplify(try g.gradients(of: root, g.one, with: [variable])[0])
      readOff(first, [.definition])
      again(g.transpose(first))
      try byMatrix(g.transpose(first), derivative.value.node)
    default:
      let numerator: Derivative
      if derivative.layout == .numerator {
        numerator = derivative
      } else {
        numerator = try MatDeriv.derivative(
          of: derivative.expression, wrt: derivative.variable, convention: derivative.convention)
      }
      if by.isScalar {
        try byScalar(root, numerator.value.node)
      } else if shape.isScalar {
        try byTrace(root, numerator.value.node)
      } else {
        try byMatrix(root, numerator.value.node)
      }
      if derivative.layout == .denominator {
        line(
          Syntax(.transpose(current.left), shape: derivative.value.shape), derivative.value.syntax,
          derivative.value.node, [.denominatorLayout])
      }
    }
  }

  // MARK: Lines

  /// The next line; nothing if it would be the same again.
  mutating func line(_ left: Syntax, _ right: Syntax, _ node: Node, _ rules: [Rule]) {
    let next = Equation(left: left, right: right.replacing(names.replacements), expression: Expression(g, node))
    if next.left == current.left, next.right == current.right { return }
    steps.append(Derivation.Step(rules: rules, before: current, after: next))
    current = next
  }

  mutating func line(_ right: Syntax, _ node: Node, _ rules: [Rule]) { line(current.left, right, node, rules) }

  /// The factor beside the differential is the derivative.
  mutating func readOff(_ value: Node, _ rules: [Rule]) {
    let left = Syntax(.binary(.divide, current.left.bare, differential.bare), shape: g.shape(value))
    line(left, g.print(value).syntax, value, rules)
  }

  /// The derivative becomes the function of the next part.
  private mutating func again(_ node: Node) {
    let derivative = current.left
    let shape = g.shape(node)
    let isTransposed = node != current.expression.node
    let function = isTransposed ? Syntax(.transpose(derivative), shape: shape) : derivative
    if isTransposed { line(function, g.print(node).syntax, node, [.transpose]) }
    let start = g.differentialSymbol(of: node)
    line(
      Syntax(.call("d", [function]), shape: shape), g.print(start).syntax, start, [.second])
  }

  /// dX as it is written.
  var differential: Syntax { g.print(g.differentialSymbol(of: variable)).syntax }

  // MARK: Forward

  /// d pushed inwards until only dX is left.
  private mutating func push(_ root: Node) throws(DerivationError) -> Node {
    let order = g.dependents(of: [variable], in: root)
    if root != variable, !order.contains(root) {
      let zero = g.zeros(g.shape(root))
      line(g.print(zero).syntax, zero, [.constant])
      return zero
    }
    let closed = names.waiting.union([variable])
    var x = Linear.d(root)
    while let next = order.last(where: { x.leaves.contains($0) && $0 != variable }) {
      var opening = Opening(g, order, closed: closed)
      x = try x.mapLeaves { z throws(DerivationError) in z == next ? try opening.opened(z) : .d(z) }
      line(g.syntax(x), g.node(x), opening.rules)
      while !x.leaves.isSubset(of: closed) {
        opening.rules = []
        x = try opening.level(x)
        line(g.syntax(x), g.node(x), opening.rules)
      }
    }
    return g.node(x)
  }

  /// By a scalar: dF = D*da.
  private mutating func byScalar(_ root: Node, _ value: Node) throws(DerivationError) {
    if !g.isZero(try push(root)) || !g.isZero(value) {
      let da = g.differentialSymbol(of: variable)
      line(g.product(value, differential), g.multiply([da, value]), [.collect])
    }
    readOff(value, [.definition])
  }

  /// Anything but a scalar by anything but a scalar: vec(dF) = J*vec(dX).
  private mutating func byMatrix(_ root: Node, _ value: Node) throws(DerivationError) {
    let pushed = try push(root)
    let dx = g.differentialSymbol(of: variable)
    let short = g.best(pushed)
    if g.cost(short) < g.cost(pushed) { line(g.print(short).syntax, short, [.collect]) }
    let stacked = { (g: Graph, x: Syntax, shape: Shape) in
      shape.isColumn ? x : Syntax(.call("vec", [x]), shape: Shape(shape.count, .one))
    }
    let left = stacked(g, current.left, g.shape(root))
    let right = stacked(g, differential, g.shape(variable))
    let stack = g.apply(Vec(), [dx])
    if left != current.left || right != differential {
      let raw = try g.jacobian(of: short, with: dx)
      line(left, g.product(raw, right), g.multiply([raw, stack]), [.vec])
    }
    line(g.product(value, right), g.multiply([value, stack]), [.collect])
    readOff(value, [.definition])
  }
}

extension Syntax {
  /// vec(dF) without vec: what stands above and below in dF/dX.
  fileprivate var bare: Syntax {
    if case .call("vec", let x) = form { x[0] } else { self }
  }
}
