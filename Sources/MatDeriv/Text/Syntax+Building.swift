// Written forms put together by hand, where no node stands behind the whole: factors in a given order, signs in front, names for parts.

extension Syntax {
  /// The product, from left to right without brackets where that is possible.
  func times(_ other: Syntax) -> Syntax {
    let shape = productShape(other)
    if case .binary(let op, let first, let last) = other.form, op == .multiply || op == .divide,
      !other.startsWithScalar, let inner = first.shape, !inner.isScalar || first.nodes == 1
    {
      return Syntax(.binary(op, times(first), last), shape: shape)
    }
    return Syntax(.binary(.multiply, self, other), shape: shape)
  }

  private func productShape(_ other: Syntax) -> Shape? {
    guard let a = shape, let b = other.shape else { return nil }
    return a.isScalar ? b : b.isScalar ? a : Shape(a.rows, b.columns)
  }

  /// Whether a sign or a number stands before the first factor: a bracket keeps it there.
  private var startsWithScalar: Bool {
    switch form {
    case .binary(let op, let first, _): op.isProduct && first.startsWithScalar
    case .negate, .number: true
    default: false
    }
  }

  /// The form without the sign before its first factor, and whether there was one.
  var unsigned: (isNegative: Bool, syntax: Syntax) {
    switch form {
    case .negate(let x): return (true, x)
    case .number(let c) where c.isNegative: return (true, Syntax(.number(c.magnitude), shape: shape))
    case .binary(let op, let first, let last) where op.isProduct:
      let (isNegative, inner) = first.unsigned
      return isNegative ? (true, Syntax(.binary(op, inner, last), shape: shape)) : (false, self)
    default: return (false, self)
    }
  }

  /// With the other sign.
  var opposite: Syntax {
    let (isNegative, size) = unsigned
    return isNegative ? size : isSum ? Syntax(.negate(self), shape: shape) : negated
  }

  /// The sum of terms, their signs between them.
  static func sum(_ terms: [Syntax], _ shape: Shape) -> Syntax {
    var result: Syntax?
    func append(_ term: Syntax) {
      guard let total = result else {
        result = term
        return
      }
      if case .binary(let op, let first, let last) = term.form, op == .add || op == .subtract {
        append(first)
        result = Syntax(.binary(op, result!, last), shape: shape)
        return
      }
      let (isNegative, size) = term.unsigned
      result = Syntax(.binary(isNegative ? .subtract : .add, total, size), shape: shape)
    }
    for term in terms { append(term) }
    return result ?? Syntax(.number(.zero), shape: shape)
  }

  /// Whether this is a sum or a difference.
  var isSum: Bool {
    if case .binary(let op, _, _) = form { op == .add || op == .subtract } else { false }
  }

  /// The form with others in place of some of its parts; the differential of what became a name takes that name, d(X*w) is dr.
  func replacing(_ parts: [Syntax: Syntax]) -> Syntax {
    parts.isEmpty ? self : replacing(parts, Set(parts.keys.map(\.nodes)))
  }

  /// Only parts of these sizes are looked up: looking up costs as much as the part is large.
  private func replacing(_ parts: [Syntax: Syntax], _ sizes: Set<Int>) -> Syntax {
    if sizes.contains(nodes), let known = parts[self] { return known }
    let shape = self.shape
    func inner(_ x: Syntax) -> Syntax { x.replacing(parts, sizes) }
    switch form {
    case .number, .name: return self
    case .negate(let x): return Syntax(.negate(inner(x)), shape: shape)
    case .transpose(let x): return Syntax(.transpose(inner(x)), shape: shape)
    case .binary(let op, let a, let b): return Syntax(.binary(op, inner(a), inner(b)), shape: shape)
    case .call("d", let arguments):
      let argument = inner(arguments[0])
      if case .name(let name) = argument.form { return Syntax(.name("d" + name), shape: shape) }
      if case .transpose(let x) = argument.form, case .name(let name) = x.form {
        return Syntax(.transpose(Syntax(.name("d" + name), shape: x.shape)), shape: shape)
      }
      return Syntax(.call("d", [argument]), shape: shape)
    case .call(let word, let arguments): return Syntax(.call(word, arguments.map(inner)), shape: shape)
    case .select(let x, let rows, let columns): return Syntax(.select(inner(x), rows, columns), shape: shape)
    case .assemble(let rows): return Syntax(.assemble(rows.map { $0.map(inner) }), shape: shape)
    }
  }
}
