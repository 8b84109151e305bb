// Stacking and Kronecker products: vec, kron and the columnwise kron of Khatri and Rao.

/// The columns of a matrix under each other.
public func vec(_ x: Expression) -> Expression { .apply(Vec(), x) }
/// The Kronecker product.
public func kron(_ a: Expression, _ b: Expression) -> Expression { .apply(Kron(), a, b) }
/// The Kronecker product column by column.
public func khatri(_ a: Expression, _ b: Expression) -> Expression { .apply(Khatri(), a, b) }

struct Vec: LinearPrimitive {
  var name: String { "vec" }
  var signatures: [Signature] { ["m,n -> m*n,1"] }
  var rule: Rule { Rule("vec", "differential of vec") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    let shape = x[0].shape
    if shape.isColumn { return x[0] }
    if shape.isRow { return x[0].transposed }
    let (c, scalars, chain) = g.parts(node)
    if !c.isOne || !scalars.isEmpty {
      return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [g.multiply(chain)])]))
    }
    if g.isZero(node) { return g.zeros(shape.count, .one) }
    if g.isOnes(node) { return g.ones(shape.count, .one) }
    // vec(u*v') = kron(v, u).
    if let cut = chain.dropLast().firstIndex(where: { g.shape($0).columns.isOne }) {
      return kron(
        Expression(g, g.transpose(g.multiply(Array(chain[(cut + 1)...])))),
        Expression(g, g.multiply(Array(chain[...cut]))))
    }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.nonnegative, .positive, .nonzero, .binary]) }

  /// Back into the shape of the argument: the reverse of vec.
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    let shape = x[0].shape
    return Expression.apply(Unvec(shape.rows, shape.columns), g.transposed).transposed
  }
  func matrix(_ x: [Expression], argument: Int) -> Expression? { x[0].graph.eye(x[0].shape.count) }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(column: x[0].columnMajor)
  }

  var examples: [Example] {
    [Example("vec(X)", "X: matrix(m,n)"), Example("u'*vec(A*X)", "u: vector(p*n)", "A: matrix(p,m)", "X: matrix(m,n)")]
  }
}

/// The matrix whose vec is the argument: `unvec(x, m, n)`.
struct Unvec: LinearPrimitive {
  let rows: Size
  let columns: Size

  init(_ rows: Size, _ columns: Size) {
    self.rows = rows
    self.columns = columns
  }

  var name: String { "unvec" }
  var parameters: String { "\(rows),\(columns)" }
  var signatures: [Signature] { ["n,1 -> n,n"] }
  var rule: Rule { Rule("vec", "differential of unvec") }

  func shape(of arguments: [Shape]) -> Shape? {
    arguments.count == 1 && arguments[0] == Shape(rows * columns, .one) ? Shape(rows, columns) : nil
  }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if columns.isOne { return x[0] }
    if rows.isOne { return x[0].transposed }
    let (c, scalars, chain) = g.parts(node)
    if !c.isOne || !scalars.isEmpty {
      return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [g.multiply(chain)])]))
    }
    let shape = Shape(rows, columns)
    if g.isZero(node) { return g.zeros(rows, columns) }
    if g.isOnes(node) { return g.ones(rows, columns) }
    if let y = g.argument(node, of: Vec.self), g.shape(y) == shape { return Expression(g, y) }
    if let k = g.arguments(node, of: Kron.self), g.shape(k[0]) == Shape(columns, .one),
      g.shape(k[1]) == Shape(rows, .one)
    {
      return Expression(g, k[1]) * Expression(g, k[0]).transposed
    }
    if case .sum(let terms) = g.operation(node) {
      return Expression(g, g.sum(of: terms.map { ($0.coefficient, g.apply(self, [$0.unit])) }, shape))
    }
    if case .hadamard(let powers) = g.operation(node) {
      return Expression(
        g, g.hadamard(powers.map { Power(base: g.apply(self, [$0.base]), exponent: $0.exponent) }, shape))
    }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.nonnegative, .positive, .nonzero, .binary]) }
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? { vec(g.transposed).transposed }
  func matrix(_ x: [Expression], argument: Int) -> Expression? { x[0].graph.eye(x[0].shape.rows) }
  func syntax(_ arguments: [Syntax]) -> Syntax.Form { .call(name, arguments + [rows.syntax, columns.syntax]) }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard let m = rows.value(sizes) else { throw .size(rows.description) }
    guard let n = columns.value(sizes) else { throw .size(columns.description) }
    return Matrix(rows: m, columns: n, columnMajor: x[0].columnMajor)
  }

  var examples: [Example] {
    [Example("unvec(x, m, n)", "x: vector(m*n)"), Example("tr(A*unvec(x, m, n))", "x: vector(m*n)", "A: matrix(n,m)")]
  }
}

struct Kron: LinearPrimitive {
  var name: String { "kron" }
  func formula(_ x: [Formula]) -> Formula { .infix("⊗", x[0], x[1]) }
  var signatures: [Signature] { ["m,n; p,q -> m*p,n*q"] }
  var rule: Rule { Rule("kron", "differential of the Kronecker product") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let (a, b) = (x[0], x[1])
    if a.shape.isScalar || b.shape.isScalar { return a * b }
    if a.isZero || b.isZero { return g.zeros(a.shape.rows * b.shape.rows, a.shape.columns * b.shape.columns) }
    let (p, q) = (g.parts(a.node), g.parts(b.node))
    if !p.coefficient.isOne || !q.coefficient.isOne || !p.scalars.isEmpty || !q.scalars.isEmpty {
      let scalar = g.multiply([
        g.product(p.coefficient, p.scalars, [], .scalar), g.product(q.coefficient, q.scalars, [], .scalar),
      ])
      return Expression(g, g.multiply([scalar, g.apply(self, [g.multiply(p.chain), g.multiply(q.chain)])]))
    }
    if case .eye(let m) = g.operation(a.node), case .eye(let n) = g.operation(b.node) { return g.eye(m * n) }
    if g.isOnes(a.node), g.isOnes(b.node) {
      return g.ones(a.shape.rows * b.shape.rows, a.shape.columns * b.shape.columns)
    }
    // kron(u, v') = u*v' and kron(u', v) = v*u'.
    if a.shape.isColumn, b.shape.isRow { return a * b }
    if a.shape.isRow, b.shape.isColumn { return b * a }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.intersection(x[1].facts).intersection([
      .symmetric, .diagonal, .lower, .upper, .orthogonal, .invertible, .semidefinite, .definite, .nonnegative,
      .positive,
      .nonzero, .binary, .stochastic, .fullColumnRank,
    ])
  }

  func transposed(_ x: [Expression]) -> Expression? { kron(x[0].transposed, x[1].transposed) }

  /// No closed form for general shapes; with a vector on one side there is one.
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    let graph = g.graph
    let (a, b) = (x[0], x[1])
    // vec kron(A,B) = M * vec(dx): tr(g*L(dx)) = vec(g')'*M*vec(dx).
    guard let m = matrix([a, b], argument: argument) else { return nil }
    let row = vec(g.transposed).transposed * m
    let shape = x[argument].shape
    return Expression(graph, graph.apply(Unvec(shape.rows, shape.columns), [graph.transpose(row.node)])).transposed
  }

  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let g = x[0].graph
    let (a, b) = (x[0], x[1])
    let (m, n, p, q) = (a.shape.rows, a.shape.columns, b.shape.rows, b.shape.columns)
    let inner = kron(kron(g.eye(n), g.K(q, m)), g.eye(p))
    return argument == 0 ? inner * kron(g.eye(m * n), vec(b)) : inner * kron(vec(a), g.eye(p * q))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let (a, b) = (x[0], x[1])
    return Matrix(rows: a.rows * b.rows, columns: a.columns * b.columns) { i, j in
      a[i / b.rows, j / b.columns] * b[i % b.rows, j % b.columns]
    }
  }

  var examples: [Example] {
    [
      Example("kron(X, A)", "X: matrix(m,n)", "A: matrix(p,q)"),
      Example("kron(A, X)", "X: matrix(m,n)", "A: matrix(p,q)"),
      Example("kron(x, y)", "x: vector(n)", "y: vector(m)"),
    ]
  }
}

struct Khatri: LinearPrimitive {
  var name: String { "khatri" }
  func formula(_ x: [Formula]) -> Formula { .infix("∗", x[0], x[1]) }
  var signatures: [Signature] { ["m,n; p,n -> m*p,n"] }
  var rule: Rule { Rule("khatri", "differential of the Khatri-Rao product") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let (a, b) = (x[0], x[1])
    if a.shape.rows.isOne, b.shape.rows.isOne { return a .* b }
    if a.shape.isColumn { return kron(a, b) }
    if a.isZero || b.isZero { return g.zeros(a.shape.rows * b.shape.rows, a.shape.columns) }
    let (p, q) = (g.parts(a.node), g.parts(b.node))
    if !p.coefficient.isOne || !q.coefficient.isOne || !p.scalars.isEmpty || !q.scalars.isEmpty {
      let scalar = g.multiply([
        g.product(p.coefficient, p.scalars, [], .scalar), g.product(q.coefficient, q.scalars, [], .scalar),
      ])
      return Expression(g, g.multiply([scalar, g.apply(self, [g.multiply(p.chain), g.multiply(q.chain)])]))
    }
    // A row only scales columns.
    if a.shape.isRow { return b * diag(a.transposed) }
    if b.shape.isRow { return a * diag(b.transposed) }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.intersection(x[1].facts).intersection([.nonnegative, .positive, .nonzero, .binary, .stochastic])
  }

  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    guard let m = matrix(x, argument: argument) else { return nil }
    let row = vec(g.transposed).transposed * m
    let shape = x[argument].shape
    return Expression(g.graph, g.graph.apply(Unvec(shape.rows, shape.columns), [g.graph.transpose(row.node)]))
      .transposed
  }

  /// Column j of the result depends on column j of the argument alone: a selection of the Kronecker matrix.
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let g = x[0].graph
    let (a, b) = (x[0], x[1])
    let (m, n, p) = (a.shape.rows, a.shape.columns, b.shape.rows)
    // vec(khatri(A,B)) = diag(vec(kron(1_m, B))) * vec(kron(A, 1_p)), elementwise.
    let onesColumn = { (size: Size) in g.ones(size, .one) }
    return argument == 0
      ? diag(vec(kron(onesColumn(m), b))) * kron(g.eye(m * n), onesColumn(p))
      : diag(vec(kron(a, onesColumn(p)))) * kron(kron(g.eye(n), onesColumn(m)), g.eye(p))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let (a, b) = (x[0], x[1])
    return Matrix(rows: a.rows * b.rows, columns: a.columns) { i, j in a[i / b.rows, j] * b[i % b.rows, j] }
  }

  var examples: [Example] {
    [
      Example("khatri(X, A)", "X: matrix(m,n)", "A: matrix(p,n)"),
      Example("khatri(A, X)", "X: matrix(m,n)", "A: matrix(p,n)"),
    ]
  }
}
