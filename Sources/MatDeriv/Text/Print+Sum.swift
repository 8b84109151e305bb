// Sums and elementwise products: terms in the order of the input, a positive one first.

extension Graph {
  func printSum(_ terms: [Term], times factor: Coefficient, _ shape: Shape) -> Print {
    var parts = terms.map { term -> (isNegative: Bool, print: Print) in
      let c = term.coefficient * factor
      let whole = print(scale(c, term.unit))
      let size = c.isNegative ? print(scale(-c, term.unit)) : whole
      // A negative term whose sign an inner sum takes is written as a positive one.
      if c.isNegative {
        return whole.cost < size.cost ? (false, whole) : (true, size)
      }
      return (false, size)
    }
    parts.sort { $0.print.stands(before: $1.print) }
    if let first = parts.firstIndex(where: { !$0.isNegative }), first > 0 {
      parts.insert(parts.remove(at: first), at: 0)
    }
    var result = parts[0].isNegative ? parts[0].print.negated : parts[0].print
    for part in parts.dropFirst() { result = .binary(part.isNegative ? .subtract : .add, result, part.print, shape) }
    return result
  }

  func printHadamard(
    _ powers: [Power], coefficient c: Coefficient, _ shape: Shape, replacing place: Int? = nil, by inner: Print? = nil
  ) -> Print {
    // (a./b).^2: one exponent for all.
    if powers.count > 1, place == nil, let first = coefficient(powers[0].exponent)?.magnitude, !first.isOne,
      powers.allSatisfy({ coefficient($0.exponent)?.magnitude == first }),
      powers.contains(where: { coefficient($0.exponent)!.isNegative == false })
    {
      let base = printHadamard(
        powers.map { Power(base: $0.base, exponent: number(coefficient($0.exponent)!.isNegative ? -1 : 1)) },
        coefficient: .one, shape)
      let whole = raise(base, to: number(first), shape)
      let split = printFactors(powers, shape, nil, nil)
      return split.isBetter(than: whole) ? split : whole
    }
    return printFactors(powers, shape, place, inner)
  }

  private func printFactors(_ powers: [Power], _ shape: Shape, _ place: Int?, _ inner: Print?) -> Print {
    var above: [Print] = []
    var below: [Print] = []
    for (i, power) in powers.enumerated() {
      let base = i == place ? inner! : print(power.base)
      if let e = coefficient(power.exponent), e.isNegative {
        below.append(raise(base, to: number(-e), shape))
      } else {
        above.append(raise(base, to: power.exponent, shape))
      }
    }
    above.sort { $0.isFactor(before: $1) }
    below.sort { $0.isFactor(before: $1) }
    var result = above.isEmpty ? printNumber(1) : above[0]
    for factor in above.dropFirst() { result = .binary(.hadamard, result, factor, shape) }
    if let first = below.first {
      let divisor = below.dropFirst().reduce(first) { .binary(.hadamard, $0, $1, shape) }
      result = .binary(.hadamardDivide, result, divisor, shape)
    }
    return result
  }

  /// The divisor of an elementwise product that has nothing above the bar.
  func printDivisor(_ node: Node) -> Print? {
    guard case .hadamard(let powers) = operation(node),
      powers.allSatisfy({ coefficient($0.exponent)?.isNegative ?? false })
    else { return nil }
    let inverse = powers.map { Power(base: $0.base, exponent: scale(-1, $0.exponent)) }
    return inverse.count == 1 && inverse[0].exponent == one
      ? print(inverse[0].base) : printHadamard(inverse, coefficient: .one, shape(node))
  }

  private func raise(_ base: Print, to exponent: Node, _ shape: Shape) -> Print {
    if exponent == one { return base }
    if coefficient(exponent) == Coefficient(1, over: 2) { return Print(.call("sqrt", [base.syntax]), shape, base) }
    return .binary(.hadamardPower, base, print(exponent), shape)
  }
}
