// What a plan computes, before it is scheduled: stored arrays and how each follows from others. Orientation, scalar factors, broadcasts,
// diagonals and inverses stay symbolic as long as nothing needs them as arrays.

/// A stored array as it is used: itself, or its transpose.
struct Ref: Hashable, Sendable {
  var cell: Int
  var transposed = false

  var flipped: Ref { Ref(cell: cell, transposed: !transposed) }
}

/// How an operand is spread over the shape of an elementwise operation.
enum Spread: UInt8, Hashable, Sendable {
  case full, perRow, perColumn, scalar

  var flipped: Spread {
    switch self {
    case .full, .scalar: self
    case .perRow: .perColumn
    case .perColumn: .perRow
    }
  }
}

/// An operand of an elementwise operation.
struct MapInput: Hashable, Sendable {
  var cell: Int
  var spread: Spread
}

/// An elementwise operation of one, two or no operands.
enum MapOperation: Hashable, Sendable {
  case constant(Double)
  case apply(ElementKernel)
  case power(Double)
  case scale(Double)
  case offset(Double)
  case add, subtract, multiply, divide
}

/// What ends a fused pass.
enum Reduction: Hashable, Sendable {
  case sum, dot, rowSums, columnSums
}

/// A factor of a product that is triangular as it is stored.
struct Triangle: Hashable, Sendable {
  var isRight: Bool
  var isLower: Bool
}

/// C = alpha * op(A) * op(B), with a run-time factor, on top of what C holds already.
struct ProductCell: Hashable, Sendable {
  var left: Ref
  var right: Ref
  var alpha = 1.0
  /// A scalar cell that multiplies the product.
  var factor: Int?
  /// The product is added to this cell, whose buffer it takes over.
  var onto: Int?
  /// Only one triangle is computed; the other is its mirror image.
  var isSymmetric = false
  var triangle: Triangle?

  /// The product that computes the transpose, on nothing and without a factor.
  var turned: ProductCell {
    var result = ProductCell(left: right.flipped, right: left.flipped, alpha: alpha)
    if let triangle { result.triangle = Triangle(isRight: !triangle.isRight, isLower: triangle.isLower) }
    return result
  }
}

/// op(M)' * diag(w) * op(M), of which `matrix` is op(M)': it has as many columns as there are weights.
struct GramCell: Hashable, Sendable {
  var matrix: Ref
  var weights: Int
  /// Whether the roots of the weights are real.
  var areNonnegative: Bool
  var alpha = 1.0
}

enum Factorization: Hashable, Sendable {
  case cholesky, lu
  /// The matrix is triangular itself: nothing is computed.
  case lower, upper
}

enum CellOperation: Hashable, Sendable {
  case input(String)
  case constant(Int)
  case map(MapOperation, [MapInput])
  case reduce(Reduction, [MapInput])
  case product(ProductCell)
  case gram(GramCell)
  case factor(Factorization, Ref)
  /// op(S)^-1 B by the factor of S.
  case solve(factor: Int, transposed: Bool, right: Ref)
  case inverse(factor: Int)
  case logDeterminant(factor: Int)
  case determinant(factor: Int)
  case softmax(Int)
  case logSumExp(Int)
  /// The array in the orientation of the reference.
  case copy(Ref)
  /// The same numbers under another shape.
  case reshape(Int)
  case diagonal(Int)
  case diagonalOf(Int)
  case triangle(Int, isLower: Bool)
  case kronecker(Ref, Ref)
  case khatri(Ref, Ref)
  /// A + A'
  case addTransposed(Int)
  /// tr(A*B) of two stored matrices of which one would have to be transposed for a dot product.
  case traceProduct(Int, Int)
  /// A primitive by its own value, which allocates.
  case generic(Node, [Ref])
}

/// A stored array. Vectors are columns, whatever their orientation in the expression.
struct Cell: Sendable {
  var operation: CellOperation
  var rows: Int
  var columns: Int

  var count: Int { rows * columns }
}

/// A node as it is used, before it is an array.
enum Deferred {
  /// The same number everywhere.
  case number(Double)
  case array(Ref)
  /// u*ones(1,n)
  case perRow(Int)
  /// ones(m,1)*v'
  case perColumn(Int)
  case diagonal(Int)
  case identity
  /// inv(S) that is not stored: S, and whether it is transposed.
  case inverse(Node, transposed: Bool)

  var flipped: Deferred {
    switch self {
    case .number, .diagonal, .identity: self
    case .array(let ref): .array(ref.flipped)
    case .perRow(let cell): .perColumn(cell)
    case .perColumn(let cell): .perRow(cell)
    case .inverse(let node, let transposed): .inverse(node, transposed: !transposed)
    }
  }
}

extension Cell {
  /// The cells that are read.
  var inputs: [Int] {
    switch operation {
    case .input, .constant: []
    case .map(_, let inputs), .reduce(_, let inputs): inputs.map(\.cell)
    case .product(let product):
      [product.left.cell, product.right.cell] + [product.factor, product.onto].compactMap { $0 }
    case .gram(let gram): [gram.matrix.cell, gram.weights]
    case .factor(_, let ref), .copy(let ref): [ref.cell]
    case .solve(let factor, _, let right): [factor, right.cell]
    case .inverse(let factor), .logDeterminant(let factor), .determinant(let factor): [factor]
    case .softmax(let x), .logSumExp(let x), .reshape(let x), .diagonal(let x), .diagonalOf(let x), .triangle(let x, _),
      .addTransposed(let x):
      [x]
    case .kronecker(let a, let b), .khatri(let a, let b): [a.cell, b.cell]
    case .traceProduct(let x, let y): [x, y]
    case .generic(_, let refs): refs.map(\.cell)
    }
  }
}
