// The face of a graph in Swift: an expression with the operators of the language. The functions (`inv`, `tr`, ...) stand in the files of
// their primitives, under the words that the parser knows.

infix operator .* : MultiplicationPrecedence
infix operator ./ : MultiplicationPrecedence
// The language writes .^, which the standard library has taken for masks.
infix operator .** : ExponentiationPrecedence
precedencegroup ExponentiationPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

/// A matrix expression: a node of a graph, in normal form.
///
/// Wrong shapes trap, with both shapes named; text goes through the parser, which throws.
public struct Expression: Hashable {
  /// The graph that owns the node.
  public let graph: Graph
  let node: Node

  init(_ graph: Graph, _ node: Node) {
    self.graph = graph
    self.node = node
  }

  /// Rows and columns.
  public var shape: Shape { graph.shape(node) }
  /// Rows and columns swapped.
  public var transposed: Expression { Expression(graph, graph.transpose(node)) }
  /// What is known beyond the shape.
  public var facts: Facts { graph.facts(node) }
  /// Whether all entries are known to be zero.
  public var isZero: Bool { graph.isZero(node) }

  public static func == (a: Expression, b: Expression) -> Bool { a.graph === b.graph && a.node == b.node }
  public func hash(into hasher: inout Hasher) { hasher.combine(node) }

  /// The sum of two expressions of one shape.
  public static func + (a: Expression, b: Expression) -> Expression {
    require(a.shape == b.shape, "+ needs one shape; these are \(a.shape) and \(b.shape)")
    return Expression(a.graph, a.graph.add([a.node, b.node]))
  }

  /// The difference of two expressions of one shape.
  public static func - (a: Expression, b: Expression) -> Expression { a + -b }

  /// The negative.
  public static prefix func - (a: Expression) -> Expression { Expression(a.graph, a.graph.scale(-1, a.node)) }

  /// The matrix product; scaling, where one side is a scalar.
  public static func * (a: Expression, b: Expression) -> Expression {
    require(
      a.shape.isScalar || b.shape.isScalar || a.shape.columns == b.shape.rows,
      "* needs as many columns on the left as rows on the right; these are \(a.shape) and \(b.shape)")
    return Expression(a.graph, a.graph.multiply([a.node, b.node]))
  }

  /// The expression scaled by a number.
  public static func * (a: Coefficient, b: Expression) -> Expression { Expression(b.graph, b.graph.scale(a, b.node)) }

  /// Division by a scalar.
  public static func / (a: Expression, b: Expression) -> Expression {
    require(b.shape.isScalar, "/ divides by a scalar; this divisor is \(b.shape)")
    return Expression(a.graph, a.graph.multiply([a.node, a.graph.power(b.node, a.graph.number(-1))]))
  }

  /// The elementwise product; scaling, where one side is a scalar.
  public static func .* (a: Expression, b: Expression) -> Expression {
    if a.shape.isScalar || b.shape.isScalar { return a * b }
    require(a.shape == b.shape, ".* needs one shape; these are \(a.shape) and \(b.shape)")
    return Expression(a.graph, a.graph.hadamard([a.node, b.node]))
  }

  /// The elementwise quotient; one side may be a scalar.
  public static func ./ (a: Expression, b: Expression) -> Expression {
    a .* (b .** a.graph.constant(-1))
  }

  /// The elementwise power with a scalar exponent.
  public static func .** (a: Expression, b: Expression) -> Expression {
    require(b.shape.isScalar, ".^ needs a scalar exponent; this one is \(b.shape)")
    return Expression(a.graph, a.graph.elementwisePower(a.node, b.node))
  }

  /// The elementwise power with a known exponent.
  public static func .** (a: Expression, b: Coefficient) -> Expression { a .** a.graph.constant(b) }

  /// The power of a scalar, or a whole power of a square matrix (negative ones through the inverse).
  public func power(_ exponent: Coefficient) -> Expression {
    if shape.isScalar { return Expression(graph, graph.power(node, graph.number(exponent))) }
    guard shape.isSquare, let k = exponent.integer, abs(k) <= 64 else {
      fatalError(
        "^ of a \(shape) matrix needs a square matrix and a whole exponent up to 64; this one is \(exponent.value)")
    }
    let base = k < 0 ? inv(self) : self
    return Expression(graph, graph.multiply([graph.identity(shape.rows)] + Array(repeating: base.node, count: abs(k))))
  }

  /// The arguments, if the expression applies a primitive of this type.
  public func arguments<P: Primitive>(of type: P.Type) -> [Expression]? {
    graph.arguments(node, of: type)?.map { Expression(graph, $0) }
  }

  /// The expression as a function of itself: the primitive applied to these arguments.
  public static func apply(_ primitive: any Primitive, _ arguments: Expression...) -> Expression {
    let graph = arguments[0].graph
    return Expression(graph, graph.apply(primitive, arguments.map(\.node)))
  }
}

extension Graph {
  /// A variable or parameter of this name. Asked again, it is the same one.
  public func variable(_ name: String, _ rows: Size, _ columns: Size = .one, _ facts: Facts = []) -> Expression {
    Expression(self, symbol(name, Shape(rows, columns), facts))
  }

  /// A name for an expression: derivatives may be taken with respect to it, and results are printed in terms of it.
  public func name(_ name: String, _ value: Expression) -> Expression {
    Expression(self, symbol(name, value.shape, value.facts, role: .definition(value.node)))
  }

  /// A name for an expression that has these properties wherever it is used: they are trusted, not derived. A plan that needs one of them
  /// finds out where it does not hold, as the Cholesky factorization of a matrix that is not definite.
  public func name(_ name: String, _ value: Expression, assuming facts: Facts) -> Expression {
    Expression(self, symbol(name, value.shape, value.facts.union(facts).closed, role: .definition(value.node)))
  }

  /// The number pi.
  public var constantPi: Expression { Expression(self, pi) }
  /// A constant number.
  public func constant(_ value: Coefficient) -> Expression { Expression(self, number(value)) }
  /// The number of rows or columns as a number.
  public func number(of size: Size) -> Expression { Expression(self, self.size(size)) }
  /// The identity matrix.
  public func eye(_ n: Size) -> Expression { Expression(self, identity(n)) }
  /// A block of zeros.
  public func zeros(_ rows: Size, _ columns: Size) -> Expression { Expression(self, zeros(Shape(rows, columns))) }
  /// A block of ones.
  public func ones(_ rows: Size, _ columns: Size) -> Expression { Expression(self, ones(Shape(rows, columns))) }
  /// The commutation matrix: K(m,n) * vec(A) = vec(A') for A m x n.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public func K(_ m: Size, _ n: Size) -> Expression { Expression(self, commutation(m, n)) }
}
