// The shortest way to write a node, memoised: the cost that the simplifier minimises is the size of what a reader will see.

/// A written form with what it costs and where it belongs among its neighbours.
struct Print {
  var syntax: Syntax
  /// Ten for every number, name, operator and call; single units only break ties.
  var cost: Int
  /// The first symbols in reading order, as they appeared in the input.
  var lead: [Int32]
  /// Transposes in it.
  var transposes: Int

  /// Tenths of a node.
  static let node = 10
  /// A transposed parenthesis reads badly: worth a node where it holds products, less where it holds names.
  static let transposedProducts = 11
  static let transposedParenthesis = 6
  /// A power of a repeated factor reads well.
  static let repeatedFactor = -1

  /// A run of transposes under one sign is shorter, and harder to read, than each by itself.
  static let transposedFactor = 12
  /// norm2 where the input has none.
  static let unaskedNorm = 25

  static let leadLength = 8

  /// Shared parts count as often as they are written: 2^200 times, if need be. Beyond this everything is too long.
  static let costLimit = 1 << 48
}

extension Print {
  init(_ form: Syntax.Form, _ shape: Shape, _ parts: Print..., extra: Int = 0) {
    self.init(form, shape, parts, extra: extra)
  }

  init(_ form: Syntax.Form, _ shape: Shape, _ parts: [Print], extra: Int = 0) {
    syntax = Syntax(form, shape: shape)
    cost = Print.node + extra
    transposes = if case .transpose = form { 1 } else { 0 }
    lead = []
    for part in parts {
      cost = Swift.min(cost + part.cost, Print.costLimit)
      transposes = Swift.min(transposes + part.transposes, Print.costLimit)
      if lead.count < Print.leadLength { lead += part.lead.prefix(Print.leadLength - lead.count) }
    }
  }

  /// A number, a size or another form of known nodes and no symbols.
  init(constant form: Syntax.Form, _ shape: Shape) {
    syntax = Syntax(form, shape: shape)
    cost = Print.node * syntax.nodes
    lead = []
    transposes = 0
  }

  static func binary(_ op: Syntax.Operator, _ a: Print, _ b: Print, _ shape: Shape, extra: Int = 0) -> Print {
    Print(.binary(op, a.syntax, b.syntax), shape, a, b, extra: extra)
  }

  /// Words that the form has beyond its own and those of its parts cost as any other.
  mutating func chargeWords(of parts: [Print]) {
    let others = parts.reduce(1) { Swift.min($0 + $1.syntax.nodes, Print.costLimit) }
    cost = Swift.min(cost + Print.node * Swift.max(0, syntax.nodes - others), Print.costLimit)
  }

  /// The sign stands before the first factor: -x'*A rather than -(x'*A).
  var negated: Print {
    var result = self
    result.syntax = syntax.negated
    result.cost += Print.node
    return result
  }

  /// The scalar before the first factor: 2*x'*A rather than 2*(x'*A).
  func scaled(by scalar: Print) -> Print {
    var result = Print.binary(.multiply, scalar, self, syntax.shape!)
    result.syntax = syntax.scaled(by: scalar.syntax)
    return result
  }

  /// Reads better: cheaper; then fewer transposes; then the order of the input.
  func isBetter(than other: Print) -> Bool {
    if cost != other.cost { return cost < other.cost }
    return stands(before: other)
  }

  /// Among factors that commute: numbers and names first.
  func isFactor(before other: Print) -> Bool {
    let (own, others) = (syntax.nodes == 1, other.syntax.nodes == 1)
    return own != others ? own : stands(before: other)
  }

  /// Among the terms of a sum.
  func stands(before other: Print) -> Bool {
    if transposes != other.transposes { return transposes < other.transposes }
    return lead.lexicographicallyPrecedes(other.lead)
  }

  /// What a transpose of the whole costs beyond its node.
  var transposeExtra: Int {
    guard case .binary(let op, let a, let b) = syntax.form else { return isCompound ? Print.transposedParenthesis : 0 }
    return (op == .add || op == .subtract) && (a.nodes > 1 || b.nodes > 1)
      ? Print.transposedProducts : Print.transposedParenthesis
  }

  /// Whether the form needs parentheses under a transpose.
  var isCompound: Bool {
    switch syntax.form {
    case .binary, .negate: true
    default: false
    }
  }
}

extension Graph {
  /// The best print of a node.
  func print(_ node: Node) -> Print {
    if let known = prints[node] { return known }
    let result = makePrint(node)
    prints[node] = result
    return result
  }

  /// The size of the best print, in tenths of a node.
  func cost(_ node: Node) -> Int { print(node).cost }

  private func makePrint(_ node: Node) -> Print {
    let shape = shape(node)
    switch operation(node) {
    case .symbol(let index): return printSymbol(Int(index), shape)
    case .size(let size): return Print(constant: size.syntax.form, shape)
    case .zeros(let s): return s.isScalar ? printNumber(.zero) : printConstant("zeros", [s.rows, s.columns], s)
    case .eye(let n): return printConstant("eye", [n], shape)
    case .ones(let n): return printConstant("ones", [n, .one], shape)
    case .commutation(let m, let n): return printConstant("K", [m, n], shape)
    case .product(let c, let scalars, let chain): return printProduct(c, scalars, chain, shape)
    case .dot(let chain): return printDot(chain)
    case .sum(let terms): return printSum(terms, times: .one, shape)
    case .hadamard(let powers): return printHadamard(powers, coefficient: .one, shape)
    case .transpose(let x): return printTranspose(x, shape)
    case .apply(let index, let arguments):
      if arguments.count == 1, primitives[Int(index)] is Tr { return printTrace(arguments[0]) }
      let parts = arguments.map(print)
      let syntax = Syntax(primitives[Int(index)].syntax(parts.map(\.syntax)), shape: shape)
      var result = Print(syntax.form, shape, parts)
      result.chargeWords(of: parts)
      return result
    }
  }

  private func printSymbol(_ index: Int, _ shape: Shape) -> Print {
    let symbol = symbols[index]
    var result = Print(constant: .name(symbol.name), shape)
    if case .differential(let node) = symbol.role {
      let inner = print(node)
      // A user's own dX: the differential of X is then d(X).
      if case .name(let name) = inner.syntax.form, symbol.name == "d" + name {
        result = Print(constant: .name("d" + name), shape)
      } else {
        result = Print(.call("d", [inner.syntax]), shape, inner)
      }
      result.lead = inner.lead
    } else {
      result.lead = [Int32(index)]
    }
    return result
  }

  func printConstant(_ word: String, _ sizes: [Size], _ shape: Shape) -> Print {
    Print(constant: .call(word, sizes.map(\.syntax)), shape)
  }

  func printNumber(_ c: Coefficient) -> Print {
    if c.isNegative { return printNumber(c.magnitude).negated }
    if c.isInteger || !c.isExact || c.isDecimal { return Print(constant: .number(c), .scalar) }
    return .binary(
      .divide, printNumber(Coefficient(c.numerator)), printNumber(Coefficient(c.denominator)), .scalar)
  }

  private func printTranspose(_ x: Node, _ shape: Shape) -> Print {
    if case .ones(let n) = operation(x) { return printConstant("ones", [.one, n], shape) }
    let inner = print(x)
    var best = Print(.transpose(inner.syntax), shape, inner, extra: inner.transposeExtra)
    switch operation(x) {
    case .sum(let terms):
      let mirrored = printSum(
        terms.map { Term(coefficient: $0.coefficient, unit: transpose($0.unit)) }, times: .one, shape)
      if mirrored.isBetter(than: best) { best = mirrored }
    case .hadamard(let powers):
      let (sign, factors) = transposedFactors(powers)
      let mirrored = printHadamard(factors, coefficient: .one, shape)
      if sign.isOne, mirrored.isBetter(than: best) { best = mirrored }
    default: break
    }
    return best
  }

  private func printDot(_ chain: [Node]) -> Print {
    var best = printChain(chain, .scalar)
    let mirrored = printChain(chain.reversed().map { transpose($0) }, .scalar)
    if mirrored.isBetter(than: best) { best = mirrored }
    if let gram = printGram(chain, power: 2), gram.cost < best.cost || (prefersNorm && gram.cost == best.cost) {
      best = gram
    }
    return best
  }

  /// z'*z and tr(Z'*Z) as powers of the norm.
  func printGram(_ chain: [Node], power: Int) -> Print? {
    guard chain.count % 2 == 0, mirrors(chain[..<(chain.count / 2)], chain[(chain.count / 2)...]) else { return nil }
    let half = multiply(Array(chain[(chain.count / 2)...]))
    // The norm forgets transpose and sign: the form that the reader knows.
    var z = print(half)
    for other in [print(transpose(half)), printScaled(half, -1)] {
      if let other, other.isBetter(than: z) { z = other }
    }
    let extra = prefersNorm || power % 2 != 0 ? 0 : Print.unaskedNorm
    let norm = Print(.call("norm2", [z.syntax]), .scalar, z, extra: extra)
    return power == 1 ? norm : .binary(.power, norm, printNumber(Coefficient(power)), .scalar)
  }

  private func printTrace(_ argument: Node) -> Print {
    let (_, _, chain) = parts(argument)
    var best: Print?
    for candidate in [chain, chain.reversed().map { transpose($0) }] {
      guard candidate.allSatisfy({ if case .product = operation($0) { false } else { true } }) else { continue }
      for shift in candidate.indices {
        let rotated = Array(candidate[shift...] + candidate[..<shift])
        let shape = Shape(self.shape(rotated[0]).rows, self.shape(rotated[0]).rows)
        let inner = printChain(rotated, shape)
        let trace = Print(.call("tr", [inner.syntax]), .scalar, inner)
        if best.map({ trace.isBetter(than: $0) }) ?? true { best = trace }
        if let gram = printGram(rotated, power: 2), gram.cost < best!.cost { best = gram }
      }
    }
    return best!
  }
}

extension Syntax {
  /// The sign moves to the first factor of products and quotients.
  var negated: Syntax {
    if case .binary(let op, let a, let b) = form, op.isProduct {
      return Syntax(.binary(op, a.negated, b), shape: shape)
    }
    return Syntax(.negate(self), shape: shape)
  }

  /// The scalar moves before the first factor of products and quotients.
  func scaled(by scalar: Syntax) -> Syntax {
    if case .binary(let op, let a, let b) = form, op.isProduct, !(shape?.isScalar ?? false) {
      return Syntax(.binary(op, a.scaled(by: scalar), b), shape: shape)
    }
    return Syntax(.binary(.multiply, scalar, self), shape: shape)
  }
}

extension Syntax.Operator {
  /// Whether a sign or a scalar may move to the left operand.
  var isProduct: Bool {
    switch self {
    case .multiply, .divide, .hadamard, .hadamardDivide: true
    case .add, .subtract, .power, .hadamardPower: false
    }
  }
}

extension Coefficient {
  /// Whether the number has at most four decimals.
  var isDecimal: Bool { isExact && 10_000 % denominator == 0 }
}
