// Hessians that are never formed: a Kronecker product or a diagonal, plus a product of low rank, and blocks of these along the diagonal. They
// multiply and solve by their parts.

/// A symmetric matrix known by its structure.
public struct CompressedHessian: Sendable {
  /// The part whose inverse is applied first.
  enum Base: Sendable {
    /// kron(A, B); nil is an identity.
    case kron(left: Matrix<Double>?, right: Matrix<Double>?)
    case diagonal([Double])
  }

  /// Base + left*right.
  struct Block: Sendable {
    var order: Int
    var base: Base
    var left: Matrix<Double>?
    var right: Matrix<Double>?
  }

  let blocks: [Block]

  /// Number of rows and columns.
  public var order: Int { blocks.reduce(0) { $0 + $1.order } }

  /// The matrix times a vector.
  ///
  /// **Shapes**: as many entries as the order; traps otherwise. **Cost**: for kron(A, B) two products of A and B with the vector as a matrix;
  /// for rank r 4*r operations per entry.
  public func apply(_ x: [Double]) -> [Double] {
    require(x.count == order, "a matrix of order \(order) cannot be applied to \(x.count) entries")
    return blockwise(x) { block, part in block.apply(part) }
  }

  /// The solution of H*x = b.
  ///
  /// **Shapes**: as many entries as the order; traps otherwise. **Throws**: `singular` and the like for a part that is.
  /// **Cost**: factorizations of the parts, then as `apply`.
  public func solve(_ b: [Double]) throws(LinearAlgebraError) -> [Double] {
    require(b.count == order, "a matrix of order \(order) cannot be solved for \(b.count) entries")
    return try blockwise(b) { block, part throws(LinearAlgebraError) in try block.solve(part) }
  }

  private func blockwise(
    _ x: [Double], _ body: (Block, [Double]) throws(LinearAlgebraError) -> [Double]
  ) throws(LinearAlgebraError) -> [Double] {
    if blocks.count == 1 { return try body(blocks[0], x) }
    var result: [Double] = []
    result.reserveCapacity(order)
    for block in blocks { result += try body(block, Array(x[result.count..<(result.count + block.order)])) }
    return result
  }

  private func blockwise(_ x: [Double], _ body: (Block, [Double]) -> [Double]) -> [Double] {
    if blocks.count == 1 { return body(blocks[0], x) }
    var result: [Double] = []
    result.reserveCapacity(order)
    for block in blocks { result += body(block, Array(x[result.count..<(result.count + block.order)])) }
    return result
  }
}

extension CompressedHessian.Block {
  /// The vector as the matrix X with kron(A, B)*vec(X) = vec(B*X*A').
  private func shaped(_ x: [Double], _ left: Matrix<Double>?, _ right: Matrix<Double>?) -> Matrix<Double> {
    let rows = right?.rows ?? (left.map { x.count / max(1, $0.rows) } ?? x.count)
    return Matrix(rows: rows, columns: rows == 0 ? 0 : x.count / rows, columnMajor: x)
  }

  func apply(_ x: [Double]) -> [Double] {
    var result: [Double]
    switch base {
    case .diagonal(let d): result = d.indices.map { d[$0] * x[$0] }
    case .kron(let a, let b):
      var y = shaped(x, a, b)
      if let b { y = b * y }
      if let a { y = y * a.transposed }
      result = y.columnMajor
    }
    if let left, let right { add(1, left * (right * x), to: &result) }
    return result
  }

  func solve(_ b: [Double]) throws(LinearAlgebraError) -> [Double] {
    let first = try solveBase(Matrix(column: b))
    guard let left, let right else { return first.columnMajor }
    // (D + L*R)^-1*b = y - D^-1*L*(I + R*D^-1*L)^-1*R*y with y = D^-1*b.
    let columns = try solveBase(left)
    let inner = try LU(.identity(left.columns) + right * columns)
    let correction = columns * (try inner.solve(right * first))
    return (first - correction).columnMajor
  }

  /// The base solved for every column.
  private func solveBase(_ b: Matrix<Double>) throws(LinearAlgebraError) -> Matrix<Double> {
    switch base {
    case .diagonal(let d):
      for (i, entry) in d.enumerated() where entry == 0 { throw .singular(pivot: i + 1, of: d.count) }
      return Matrix(rows: b.rows, columns: b.columns) { i, j in b[i, j] / d[i] }
    case .kron(let left, let right):
      let (a, c) = (try left.map(Square.init), try right.map(Square.init))
      var result: [Double] = []
      result.reserveCapacity(b.count)
      for j in 0..<b.columns {
        // X = B^-1*Y*A'^-1
        var y = shaped(b.columns == 1 ? b.columnMajor : b.column(j), left, right)
        if let c { y = try c.solve(y) }
        if let a { y = Matrix(try a.solve(Matrix(y.transposed)).transposed) }
        result += y.columnMajor
      }
      return Matrix(rows: b.rows, columns: b.columns, columnMajor: result)
    }
  }
}

/// A square matrix factored: by Cholesky if it is definite, by LU otherwise.
private enum Square {
  case definite(Cholesky<Double>)
  case general(LU<Double>)

  init(_ a: Matrix<Double>) throws(LinearAlgebraError) {
    if let factor = try? Cholesky(a) {
      self = .definite(factor)
    } else {
      self = .general(try LU(a))
    }
  }

  func solve(_ b: Matrix<Double>) throws(LinearAlgebraError) -> Matrix<Double> {
    switch self {
    case .definite(let factor): factor.solve(b)
    case .general(let factor): try factor.solve(b)
    }
  }
}
