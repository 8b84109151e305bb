// Diagonals: building a matrix from a column, and taking the column out. Both are `diag` in the language; the shape decides.

/// The diagonal matrix of a column; the diagonal, as a column, of a square matrix.
public func diag(_ x: Expression) -> Expression {
  if x.shape.isScalar { return x }
  return x.shape.isColumn ? .apply(Diag(), x) : x.shape.isRow ? .apply(Diag(), x.transposed) : .apply(DiagOf(), x)
}

struct Diag: LinearPrimitive {
  var name: String { "diag" }
  var signatures: [Signature] { ["n,1 -> n,n"] }
  var rule: Rule { Rule("diag", "differential of a diagonal matrix") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    let n = x[0].shape.rows
    if n.isOne { return x[0] }
    let (c, scalars, chain) = g.parts(node)
    if !c.isOne || !scalars.isEmpty {
      return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [g.multiply(chain)])]))
    }
    if g.isZero(node) { return g.zeros(n, n) }
    if g.isOnes(node) { return g.eye(n) }
    if let y = g.argument(node, of: DiagOf.self), g.has(.diagonal, y) { return Expression(g, y) }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    let v = x[0].facts
    var facts: Facts = .diagonal
    if v.contains(.positive) { facts.insert(.definite) }
    if v.contains(.nonnegative) { facts.formUnion([.semidefinite, .nonnegative]) }
    if v.contains(.nonzero) { facts.insert(.invertible) }
    return facts
  }

  func transposed(_ x: [Expression]) -> Expression? { .apply(self, x[0]) }
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    Expression.apply(DiagOf(), g).transposed
  }
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let i = x[0].graph.eye(x[0].shape.rows)
    return khatri(i, i)
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    .diagonal(x[0].columnMajor)
  }

  var examples: [Example] {
    [Example("diag(x)", "x: vector(n)"), Example("A*diag(x)*B", "A: matrix(m,n)", "x: vector(n)", "B: matrix(n,p)")]
  }
}

struct DiagOf: LinearPrimitive {
  var name: String { "diag" }
  var parameters: String { "of" }
  var signatures: [Signature] { ["n,n -> n,1"] }
  var rule: Rule { Rule("diag", "differential of the diagonal") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    let n = x[0].shape.rows
    if n.isOne { return x[0] }
    switch g.operation(node) {
    case .zeros: return g.zeros(n, .one)
    case .eye: return g.ones(n, .one)
    case .transpose(let y): return diag(Expression(g, y))
    case .sum(let terms):
      return Expression(g, g.sum(of: terms.map { ($0.coefficient, g.apply(self, [$0.unit])) }, Shape(n, .one)))
    case .hadamard(let powers):
      return Expression(
        g, g.hadamard(powers.map { Power(base: g.apply(self, [$0.base]), exponent: $0.exponent) }, Shape(n, .one)))
    case .product(let c, let scalars, let chain):
      if !c.isOne || !scalars.isEmpty {
        return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [g.multiply(chain)])]))
      }
      // diag(u*v') = u.*v, diag(A*diag(x)*B) = (A.*B')*x.
      if let cut = chain.dropLast().firstIndex(where: { g.shape($0).columns.isOne }) {
        return Expression(
          g, g.hadamard([g.multiply(Array(chain[...cut])), g.transpose(g.multiply(Array(chain[(cut + 1)...])))]))
      }
      if let middle = chain.firstIndex(where: { g.argument($0, of: Diag.self) != nil }) {
        let v = g.argument(chain[middle], of: Diag.self)!
        let i = g.identity(n)
        let left = g.multiply([i] + chain[..<middle])
        let right = g.multiply(Array(chain[(middle + 1)...]) + [i])
        if middle == 0 || middle == chain.count - 1 {
          return Expression(g, g.hadamard([v, g.apply(self, [g.multiply([left, right])])]))
        }
        return Expression(g, g.multiply([g.hadamard([left, g.transpose(right)]), v]))
      }
    default: break
    }
    if let v = g.argument(node, of: Diag.self) { return Expression(g, v) }
    if let y = g.argument(node, of: Tril.self) ?? g.argument(node, of: Triu.self) { return diag(Expression(g, y)) }
    if g.has(.skew, node) { return g.zeros(n, .one) }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.contains(.definite)
      ? .positive
      : x[0].facts.contains(.semidefinite) ? .nonnegative : x[0].facts.intersection([.nonnegative, .positive])
  }

  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    Expression.apply(Diag(), g.transposed)
  }
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let i = x[0].graph.eye(x[0].shape.rows)
    return khatri(i, i).transposed
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(column: x[0].diagonal)
  }

  var examples: [Example] {
    [
      Example("diag(X)", "X: matrix(n,n)"),
      Example("diag(A*X*B)", "A: matrix(n,m)", "X: matrix(m,p)", "B: matrix(p,n)"),
    ]
  }
}

extension Graph {
  /// Whether the node is a diagonal matrix built from a column.
  func isDiag(_ node: Node) -> Bool { argument(node, of: Diag.self) != nil }
}
