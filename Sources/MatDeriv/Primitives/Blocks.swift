// Selection and assembly by constant matrices: X(o,p) is a product of X with the rows of an identity, and [A B; C D] a sum of blocks put in
// their places. Products are all that differentiation then sees.

/// The k x n matrix whose rows are rows of the identity: `pick(g, [1, 3], of: n)` takes the first and the third row of what it multiplies.
public func pick(_ graph: Graph, _ indices: [Int], of n: Size) -> Expression {
  Expression(graph, graph.apply(Pick(indices: indices, n: n), []))
}

/// The k x n matrix [0 I 0] that takes k rows behind the first `offset`.
public func block(_ graph: Graph, _ offset: Size, _ k: Size, of n: Size) -> Expression {
  k == n ? graph.eye(n) : Expression(graph, graph.apply(Block(offset: offset, k: k, n: n), []))
}

/// The matrix made of blocks, by rows.
public func assemble(_ blocks: [[Expression]]) -> Expression {
  let g = blocks[0][0].graph
  let heights = blocks.map { $0[0].shape.rows }
  let widths = blocks[0].map { $0.shape.columns }
  let height = heights.reduce(Size(0)) { $0 + $1 }
  let width = widths.reduce(Size(0)) { $0 + $1 }
  var result = g.zeros(height, width)
  var down = Size(0)
  for (i, row) in blocks.enumerated() {
    var across = Size(0)
    for (j, part) in row.enumerated() {
      require(
        part.shape == Shape(heights[i], widths[j]),
        "block \(i + 1), \(j + 1) is \(part.shape) and must be \(heights[i]) x \(widths[j])")
      result =
        result + block(g, down, heights[i], of: height).transposed * part * block(g, across, widths[j], of: width)
      across = across + widths[j]
    }
    down = down + heights[i]
  }
  return result
}

/// Rows of an identity, by number.
struct Pick: Primitive {
  /// From 1.
  var indices: [Int]
  var n: Size

  var name: String { "pick" }
  var parameters: String { "\(indices),\(n)" }
  var signatures: [Signature] { [] }
  func shape(of arguments: [Shape]) -> Shape? { arguments.isEmpty ? Shape(Size(indices.count), n) : nil }
  func simplified(_ x: [Expression]) -> Expression? { nil }
  func facts(_ x: [Expression]) -> Facts { .nonnegative }

  func syntax(_ arguments: [Syntax]) -> Syntax.Form {
    .call(name, indices.map { Syntax(.number(Coefficient($0)), shape: .scalar) } + [n.syntax])
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard let n = n.value(sizes) else { throw .size(self.n.description) }
    if let beyond = indices.first(where: { $0 > n }) {
      throw .domain(primitive: name, reason: "index \(beyond) exceeds \(n)")
    }
    return Matrix(rows: indices.count, columns: n) { i, j in indices[i] == j + 1 ? 1 : 0 }
  }

  var examples: [Example] {
    [
      Example("pick(1, 3, n)*X", "X: matrix(n,m)"),
      Example("tr(S(1:2, 1:2)*A)", "S: matrix(n,n) spd", "A: matrix(2,2)"),
    ]
  }
}

/// Neighbouring rows of an identity, by sizes.
struct Block: Primitive {
  var offset: Size
  var k: Size
  var n: Size

  var name: String { "block" }
  var parameters: String { "\(offset),\(k),\(n)" }
  var signatures: [Signature] { [] }
  func shape(of arguments: [Shape]) -> Shape? { arguments.isEmpty ? Shape(k, n) : nil }
  func facts(_ x: [Expression]) -> Facts { .nonnegative }
  func syntax(_ arguments: [Syntax]) -> Syntax.Form { .call(name, [offset.syntax, k.syntax, n.syntax]) }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard let o = offset.value(sizes) else { throw .size(offset.description) }
    guard let k = k.value(sizes) else { throw .size(self.k.description) }
    guard let n = n.value(sizes) else { throw .size(self.n.description) }
    return Matrix(rows: k, columns: n) { i, j in j == o + i ? 1 : 0 }
  }

  var examples: [Example] {
    [
      Example("[X, A; A', X'*X]", "X: matrix(n,n)", "A: matrix(n,n)"),
      Example("u'*[x; y]", "u: vector(n + m)", "x: vector(n)", "y: vector(m)"),
    ]
  }
}
