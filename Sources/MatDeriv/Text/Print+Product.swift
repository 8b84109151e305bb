// Products: coefficient, scalars, chain, denominators; and the coefficient absorbed into a sum where that is shorter: -(a - b) is b - a.

extension Graph {
  func printProduct(_ c: Coefficient, _ scalars: [Power], _ chain: [Node], _ shape: Shape) -> Print {
    if scalars.isEmpty, chain.isEmpty { return printNumber(c) }
    var best = layout(
      c, numerators: printScalars(scalars, positive: true), chain: chain.isEmpty ? nil : printChain(chain, shape),
      denominators: printScalars(scalars, positive: false), shape)
    if c.isOne { return best }
    func offer(_ candidate: Print?) {
      if let candidate, candidate.isBetter(than: best) { best = candidate }
    }
    if chain.count == 1, let divisor = printDivisor(chain[0]) {
      let above = layout(c, numerators: printScalars(scalars, positive: true), chain: nil, denominators: [], .scalar)
      let quotient = Print.binary(.hadamardDivide, above, divisor, shape)
      let below = printScalars(scalars, positive: false)
      offer(
        below.dropFirst().reduce(below.first) { .binary(.multiply, $0!, $1, .scalar) }.map {
          .binary(.divide, quotient, $0, shape)
        } ?? quotient)
    }
    let sign: Coefficient = c.isNegative ? -1 : 1
    for absorbed in c == sign ? [sign] : [c, sign] where !absorbed.isOne {
      let rest = c / absorbed
      if chain.count == 1, let inner = printScaled(chain[0], absorbed) {
        offer(
          layout(
            rest, numerators: printScalars(scalars, positive: true), chain: inner,
            denominators: printScalars(scalars, positive: false), shape))
      } else if chain.count > 1 {
        for i in chain.indices {
          guard let inner = printScaled(chain[i], absorbed) else { continue }
          offer(
            layout(
              rest, numerators: printScalars(scalars, positive: true),
              chain: printChain(chain, with: inner, at: i, shape),
              denominators: printScalars(scalars, positive: false), shape))
        }
      }
      for (i, power) in scalars.enumerated() where power.exponent == one {
        guard let inner = printScaled(power.base, absorbed) else { continue }
        var others = scalars
        others.remove(at: i)
        offer(
          layout(
            rest, numerators: printScalars(others, positive: true) + [inner],
            chain: chain.isEmpty ? nil : printChain(chain, shape),
            denominators: printScalars(others, positive: false), shape))
      }
    }
    return best
  }

  /// A chain in which one factor is written in a given way.
  private func printChain(_ chain: [Node], with inner: Print, at place: Int, _ shape: Shape) -> Print {
    var result: Print?
    func append(_ next: Print) {
      result =
        result.map { .binary(.multiply, $0, next, Shape($0.syntax.shape!.rows, next.syntax.shape!.columns)) } ?? next
    }
    if place > 0 {
      append(printChain(Array(chain[..<place]), Shape(self.shape(chain[0]).rows, self.shape(chain[place - 1]).columns)))
    }
    append(inner)
    if place < chain.count - 1 {
      append(printChain(Array(chain[(place + 1)...]), Shape(self.shape(chain[place + 1]).rows, shape.columns)))
    }
    return result!
  }

  /// The node times a number, where a sum in it can take the number; nil where none can.
  func printScaled(_ node: Node, _ c: Coefficient) -> Print? {
    let shape = shape(node)
    switch operation(node) {
    case .sum(let terms): return printSum(terms, times: c, shape)
    case .transpose(let x):
      if case .sum(let terms) = operation(x) {
        let mirrored = printSum(
          terms.map { Term(coefficient: $0.coefficient, unit: transpose($0.unit)) }, times: c, shape)
        let plain = printScaled(x, c).map { Print(.transpose($0.syntax), shape, $0, extra: $0.transposeExtra) }
        return plain.map { $0.isBetter(than: mirrored) ? $0 : mirrored } ?? mirrored
      }
      return printScaled(x, c).map { Print(.transpose($0.syntax), shape, $0, extra: $0.transposeExtra) }
    case .hadamard(let powers):
      for (i, power) in powers.enumerated() {
        guard power.exponent == one, let inner = printScaled(power.base, c) else { continue }
        return printHadamard(powers, coefficient: .one, shape, replacing: i, by: inner)
      }
      return nil
    case .apply(let index, let arguments):
      let primitive = primitives[Int(index)]
      // -f(x) is f(-x) for odd f.
      let isOdd = c == -1 && (primitive as? any ElementwisePrimitive)?.parity == .odd
      let linear = primitive as? any LinearPrimitive
      guard isOdd || linear != nil, !(primitive is Tr), !(primitive is Sum) else { return nil }
      for (i, argument) in arguments.enumerated() where isOdd || linear!.isLinear(in: i) {
        guard let inner = printScaled(argument, c) else { continue }
        var parts = arguments.map(print)
        parts[i] = inner
        let syntax = primitive.syntax(parts.map(\.syntax))
        var result = Print(syntax, shape, parts)
        result.chargeWords(of: parts)
        return result
      }
      return nil
    default: return nil
    }
  }

  /// Scalar powers on one side of the fraction bar, in reading order.
  private func printScalars(_ scalars: [Power], positive: Bool) -> [Print] {
    var result: [Print] = []
    var determinants: [(exponent: Node, arguments: [Node])] = []
    for power in scalars {
      let isNegative = coefficient(power.exponent)?.isNegative ?? isNegativeMultiple(power.exponent)
      guard isNegative != positive else { continue }
      let exponent = isNegative ? scale(-1, power.exponent) : power.exponent
      // det(A)*det(X) = det(A*X), the same power of each.
      if let argument = argument(power.base, of: Det.self) {
        if let place = determinants.firstIndex(where: {
          $0.exponent == exponent && shape($0.arguments[0]) == shape(argument)
        }) {
          determinants[place].arguments.append(argument)
        } else {
          determinants.append((exponent, [argument]))
        }
      } else {
        result.append(printPower(power.base, exponent))
      }
    }
    for (exponent, arguments) in determinants {
      let ordered = arguments.sorted { print($0).lead.lexicographicallyPrecedes(print($1).lead) }
      let inner = printChain(ordered, shape(ordered[0]))
      let joined = Print(.call("det", [inner.syntax]), .scalar, inner)
      result.append(raise(joined, to: exponent))
    }
    // Plain names and numbers first, long factors last; then the order of the input.
    return result.sorted { $0.isFactor(before: $1) }
  }

  private func isNegativeMultiple(_ exponent: Node) -> Bool {
    unit(exponent).coefficient.isNegative && symbolicUnit(exponent)
  }

  private func symbolicUnit(_ exponent: Node) -> Bool {
    if case .sum = operation(unit(exponent).unit) { false } else { true }
  }

  private func printPower(_ base: Node, _ exponent: Node) -> Print {
    if exponent == one { return print(base) }
    // Half-integer powers of z'*z are powers of the norm.
    if let e = coefficient(exponent), e.isExact, e.denominator == 2 || e.denominator == 1 {
      let power = 2 * e.numerator / e.denominator
      var gram: [Node]?
      if case .dot(let chain) = operation(base) { gram = chain }
      if let x = argument(base, of: Tr.self) { gram = gramRotation(x) }
      if let gram, let norm = printGram(gram, power: power) {
        let plain = raise(print(base), to: exponent)
        return e.denominator == 2 || norm.cost <= plain.cost ? norm : plain
      }
    }
    return raise(print(base), to: exponent)
  }

  /// A rotation of the chain that is z'*z, if there is one.
  private func gramRotation(_ node: Node) -> [Node]? {
    let chain = parts(node).chain
    guard chain.count % 2 == 0 else { return nil }
    for shift in chain.indices {
      let rotated = Array(chain[shift...] + chain[..<shift])
      if mirrors(rotated[..<(chain.count / 2)], rotated[(chain.count / 2)...]) { return rotated }
    }
    return nil
  }

  private func raise(_ base: Print, to exponent: Node) -> Print {
    if exponent == one { return base }
    if coefficient(exponent) == Coefficient(1, over: 2) { return Print(.call("sqrt", [base.syntax]), .scalar, base) }
    return .binary(.power, base, print(exponent), .scalar)
  }

  private func layout(
    _ c: Coefficient, numerators: [Print], chain: Print?, denominators: [Print], _ shape: Shape
  ) -> Print {
    let size = c.magnitude
    var result: Print?
    var below = denominators
    func append(_ next: Print) {
      result = result.map { next.scaled(by: $0) } ?? next
    }
    let halves = size == Coefficient(1, over: 2) && numerators.isEmpty && below.isEmpty && chain?.isCompound ?? false
    if halves {
      below = [printNumber(2)]
    } else if size.isExact, !size.isDecimal {
      if size.numerator != 1 || (numerators.isEmpty && chain == nil) {
        append(printNumber(Coefficient(size.numerator)))
      }
      below.insert(printNumber(Coefficient(size.denominator)), at: 0)
    } else if !size.isOne || (numerators.isEmpty && chain == nil) {
      append(printNumber(size))
    }
    for numerator in numerators { append(numerator) }
    if let chain { append(chain) }
    if let first = below.first {
      let divisor = below.dropFirst().reduce(first) { .binary(.multiply, $0, $1, .scalar) }
      result = .binary(.divide, result!, divisor, shape)
    }
    return c.isNegative ? result!.negated : result!
  }
}
