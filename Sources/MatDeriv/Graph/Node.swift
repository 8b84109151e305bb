// The nodes of a graph: an index, and the operation that stands behind it. Few kinds are built in, because they need each other to be
// normal: products, sums, elementwise products, transposes, dots and the constant matrices. All else is a primitive.

/// A node of a graph. Two nodes of one graph are equal exactly if they are the same normal form.
struct Node: Hashable, Sendable {
  let index: Int32
}

/// A factor and its exponent, both scalars in a product, matrix and scalar in an elementwise product.
struct Power: Hashable, Sendable {
  var base: Node
  var exponent: Node
}

/// A term of a sum: its unit has the coefficient one.
struct Term: Hashable, Sendable {
  var coefficient: Coefficient
  var unit: Node
}

enum Operation: Hashable, Sendable {
  case symbol(Int32)
  /// A named size as a number.
  case size(Size)
  case zeros(Shape)
  case eye(Size)
  /// A column of ones. Blocks of ones are products of a column and a row.
  case ones(Size)
  /// K(m,n) * vec(A) = vec(A') for A m x n.
  case commutation(Size, Size)
  /// coefficient * scalar powers * chain of matrices. A chain holds no scalars, no products, no zeros.
  case product(Coefficient, [Power], [Node])
  /// A chain that is 1 x 1.
  case dot([Node])
  /// At least two terms, their common factor divided out, more positive than negative.
  case sum([Term])
  /// Elementwise product of powers; empty: never.
  case hadamard([Power])
  case transpose(Node)
  case apply(Int32, [Node])

  /// Where the kind stands in the order of nodes.
  var rank: Int {
    switch self {
    case .symbol: 0
    case .size: 1
    case .zeros: 2
    case .eye: 3
    case .ones: 4
    case .commutation: 5
    case .apply: 6
    case .hadamard: 7
    case .dot: 8
    case .product: 9
    case .sum: 10
    case .transpose: 11
    }
  }
}

/// A name with its shape: a variable, a parameter, a differential, or a sub-expression that the input named.
struct Symbol: Sendable {
  enum Role: Hashable, Sendable {
    case variable
    /// `where z = ...`: stands for the node.
    case definition(Node)
    /// A number with a name: pi.
    case constant(Double)
    /// The differential of a node; printed `dX` for a symbol and `d(...)` otherwise.
    case differential(of: Node)
  }

  var name: String
  var shape: Shape
  var facts: Facts
  var role: Role
}
