// Numbers and constant matrices.

extension Graph {
  func number(_ value: Coefficient) -> Node {
    value.isZero ? zeros(.scalar) : intern(.product(value, [], []), .scalar)
  }

  /// The number pi, which stays a name in answers.
  var pi: Node { symbol("pi", .scalar, .positive, role: .constant(.pi)) }

  func size(_ size: Size) -> Node {
    if let value = size.constant { return number(Coefficient(value)) }
    if case .polynomial(let terms) = size.form {
      return add(
        terms.map { term in
          multiply([number(Coefficient(term.coefficient))] + term.names.map { self.size(Size($0)) })
        })
    }
    return intern(.size(size), .scalar)
  }

  func zeros(_ shape: Shape) -> Node { intern(.zeros(shape), shape) }

  func identity(_ n: Size) -> Node { n.isOne ? one : intern(.eye(n), Shape(n, n)) }

  /// A column of ones.
  func ones(_ n: Size) -> Node { n.isOne ? one : intern(.ones(n), Shape(n, .one)) }

  func ones(_ shape: Shape) -> Node {
    if shape.columns.isOne { return ones(shape.rows) }
    if shape.rows.isOne { return transpose(ones(shape.columns)) }
    return multiply([ones(shape.rows), transpose(ones(shape.columns))])
  }

  func commutation(_ m: Size, _ n: Size) -> Node {
    m.isOne || n.isOne ? identity(m * n) : intern(.commutation(m, n), Shape(m * n, m * n))
  }

  func isZero(_ node: Node) -> Bool {
    if case .zeros = operation(node) { true } else { false }
  }

  func isEye(_ node: Node) -> Bool {
    if case .eye = operation(node) { true } else { node == one }
  }

  func isOne(_ node: Node) -> Bool { node == one }

  /// The value of a number; nil for everything else.
  func coefficient(_ node: Node) -> Coefficient? {
    switch operation(node) {
    case .product(let c, let scalars, let chain) where scalars.isEmpty && chain.isEmpty: c
    case .zeros(let shape) where shape.isScalar: .zero
    default: nil
    }
  }

  /// Whether every entry is one.
  func isOnes(_ node: Node) -> Bool {
    switch operation(node) {
    case .ones: true
    case .transpose(let x): isOnes(x)
    case .product(let c, let scalars, let chain): c.isOne && scalars.isEmpty && chain.allSatisfy(isOnes)
    default: false
    }
  }
}
