// Rows and columns of an expression, and the signatures by which words of the language tell how shapes follow from shapes.

/// Rows and columns of an expression. Scalars are 1 x 1, vectors n x 1.
public struct Shape: Hashable, Sendable {
  /// The number of rows.
  public var rows: Size
  /// The number of columns.
  public var columns: Size

  /// A shape of so many rows and columns.
  public init(_ rows: Size, _ columns: Size) {
    self.rows = rows
    self.columns = columns
  }

  /// 1 x 1.
  public static let scalar = Shape(.one, .one)

  /// Whether both sizes are one.
  @inline(__always) public var isScalar: Bool { rows.isOne && columns.isOne }
  /// Whether this is a column, scalars included.
  @inline(__always) public var isColumn: Bool { columns.isOne }
  /// Whether this is a row, scalars included.
  @inline(__always) public var isRow: Bool { rows.isOne }
  /// Whether rows and columns are the same size by name.
  public var isSquare: Bool { rows == columns }
  /// The shape of the transpose.
  public var transposed: Shape { Shape(columns, rows) }
  /// The number of entries.
  public var count: Size { rows * columns }

  func substituting(_ sizes: [String: Size]) -> Shape {
    Shape(rows.substituting(sizes), columns.substituting(sizes))
  }
}

extension Shape: CustomStringConvertible {
  public var description: String { "\(rows) x \(columns)" }
}

/// How the shape of a result follows from the shapes of the arguments: `"m,n; p,q -> m*p,n*q"`.
///
/// On the left stand names and ones; on the right, products and sums of them. The names are the signature's own. The same
/// declaration checks shapes that are known and infers those that are not.
public struct Signature: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The shapes of the arguments.
  public let arguments: [Shape]
  /// The shape of the result.
  public let result: Shape

  public init(stringLiteral text: String) {
    let sides = text.split(separator: ">", maxSplits: 1).map(String.init)
    require(
      sides.count == 2 && sides[0].hasSuffix("-"), "a signature has the form \"m,n; n,p -> m,p\"; this is \"\(text)\"")
    arguments = sides[0].dropLast().split(separator: ";").filter { !$0.allSatisfy { $0 == " " } }
      .map { Signature.shape(String($0)) }
    result = Signature.shape(sides[1])
  }

  private static func shape(_ text: String) -> Shape {
    let sizes = text.split(separator: ",")
    require(sizes.count == 2, "a shape in a signature has the form \"m,n\"; this is \"\(text)\"")
    return Shape(size(String(sizes[0])), size(String(sizes[1])))
  }

  private static func size(_ text: String) -> Size {
    text.split(separator: "+").reduce(Size(0)) { total, term in
      total
        + term.split(separator: "*").reduce(Size.one) { product, factor in
          let word = String(factor.filter { $0 != " " })
          return product * (Int(word).map { Size($0) } ?? Size(word))
        }
    }
  }

  /// The shape of the result, or nil if the arguments do not fit.
  public func result(for shapes: [Shape]) -> Shape? {
    guard shapes.count == arguments.count else { return nil }
    var bound: [String: Size] = [:]
    for (pattern, shape) in zip(arguments, shapes) {
      guard Signature.bind(pattern.rows, to: shape.rows, &bound),
        Signature.bind(pattern.columns, to: shape.columns, &bound)
      else { return nil }
    }
    return result.substituting(bound)
  }

  private static func bind(_ pattern: Size, to size: Size, _ bound: inout [String: Size]) -> Bool {
    guard case .name(let name) = pattern.form else { return pattern == size }
    if let known = bound[name] { return known == size }
    bound[name] = size
    return true
  }
}
