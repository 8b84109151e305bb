// The language itself as a notation: with as few brackets as parse back to the same tree.

extension Syntax: CustomStringConvertible {
  /// The expression in the language.
  public var description: String { text(0) }

  /// How tightly the outermost operator binds.
  var binding: Int {
    switch form {
    case .binary(let op, _, _):
      switch op {
      case .add, .subtract: 1
      case .multiply, .divide, .hadamard, .hadamardDivide: 2
      case .power, .hadamardPower: 4
      }
    case .negate: 3
    case .transpose: 5
    case .number(let c): c.isNegative ? 3 : c.isInteger || c.isDecimal || !c.isExact ? 6 : 2
    default: 6
    }
  }

  private func text(_ least: Int) -> String { binding < least ? "(\(body))" : body }

  private var body: String {
    switch form {
    case .number(let c): c.text
    case .name(let name): name
    case .negate(let x): "-" + x.text(3)
    case .transpose(let x): x.text(5) + "'"
    case .call(let word, let arguments): "\(word)(\(arguments.map(\.description).joined(separator: ", ")))"
    case .binary(let op, let a, let b):
      switch op {
      case .add, .subtract: "\(a.text(1)) \(op.rawValue) \(b.text(2))"
      case .multiply, .divide, .hadamard, .hadamardDivide: "\(a.factor(of: op, b))\(op.rawValue)\(b.text(3))"
      case .power, .hadamardPower: "\(a.text(5))\(op.rawValue)\(b.text(3))"
      }
    case .select(let x, let rows, .list([1])) where x.shape?.isColumn ?? false: "\(x.text(6))(\(rows.text))"
    case .select(let x, let rows, let columns): "\(x.text(6))(\(rows.text), \(columns.text))"
    case .assemble(let rows):
      "[" + rows.map { $0.map(\.description).joined(separator: ", ") }.joined(separator: "; ") + "]"
    }
  }

  /// The left factor: a scalar made of vectors stands in brackets before a matrix, (x'*A*x)*x'.
  private func factor(of op: Operator, _ right: Syntax) -> String {
    if op == .multiply, case .binary(.multiply, _, let last) = form, shape?.isScalar ?? false, let tail = last.shape,
      !tail.isScalar,
      let other = right.shape, !other.isScalar
    {
      return "(\(body))"
    }
    return text(2)
  }
}

extension Syntax.Selection {
  var text: String {
    switch self {
    case .all: ":"
    case .range(let first, let last): "\(first):\(last)"
    case .list(let list): list.count == 1 ? "\(list[0])" : "[\(list.map(String.init).joined(separator: ","))]"
    case .named(let name): name
    }
  }
}

extension Coefficient {
  /// The number in the language: whole, decimal, or a quotient.
  public var text: String {
    if let integer { return String(integer) }
    if isNegative { return "-" + magnitude.text }
    guard isExact else { return "\(real)" }
    guard isDecimal else { return "\(numerator)/\(denominator)" }
    let scaled = numerator * (10_000 / denominator)
    var decimals = String(scaled % 10_000)
    decimals = String(repeating: "0", count: 4 - decimals.count) + decimals
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(scaled / 10_000).\(decimals)"
  }
}
