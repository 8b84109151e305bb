// Powers of scalars and elementwise powers: when exponents may be multiplied, and when a power goes into a product.

extension Graph {
  /// The power of a scalar.
  func power(_ base: Node, _ exponent: Node) -> Node {
    if exponent == one { return base }
    var product = ProductBuilder(self)
    product.raise(base, to: exponent)
    return product.node
  }

  /// Whether (a*b)^e = a^e * b^e for the product `base`, and (s^k)^e = s^(k*e) for each of its powers.
  func distributes(_ exponent: Node, over base: Node) -> Bool {
    if isWhole(exponent) { return true }
    guard case .product(let c, let powers, let chain) = operation(base), chain.isEmpty, !c.isNegative else {
      return false
    }
    // sqrt(s^2) is |s|, not s: an even power forgets the sign.
    return powers.allSatisfy { facts($0.base).contains(.nonnegative) }
      || (powers.count == 1 && !isEven(powers[0].exponent))
  }

  /// Whether the exponent is a whole number: an integer, a size, or a sum or product of these.
  func isWhole(_ exponent: Node) -> Bool {
    switch operation(exponent) {
    case .size: true
    case .zeros: true
    case .product(let c, let scalars, let chain):
      c.isInteger && chain.isEmpty
        && scalars.allSatisfy {
          isWhole($0.base) && (coefficient($0.exponent).map { $0.isInteger && !$0.isNegative } ?? false)
        }
    case .sum(let terms): terms.allSatisfy { $0.coefficient.isInteger && isWhole($0.unit) }
    default: false
    }
  }

  /// Whether the exponent may be even: not known to be an odd whole number or a fraction that needs a base of at least zero.
  func isEven(_ exponent: Node) -> Bool {
    guard let e = coefficient(exponent) else { return true }
    return e.isInteger ? e.isEvenInteger : e.isExact && e.numerator & 1 == 0
  }

  /// Whether (x^inner)^outer = x^(inner*outer).
  func merges(_ inner: Node, _ outer: Node, of base: Node) -> Bool {
    if isWhole(outer) { return true }
    return facts(base).contains(.nonnegative) || !isEven(inner)
  }

  /// The elementwise power with a scalar exponent.
  func elementwisePower(_ base: Node, _ exponent: Node) -> Node {
    if isScalar(base) { return power(base, exponent) }
    return hadamard([Power(base: base, exponent: exponent)], shape(base))
  }
}
