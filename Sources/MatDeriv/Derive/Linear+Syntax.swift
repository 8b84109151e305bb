// How a linear form is written: factors where the rules left them.

extension Graph {
  func syntax(_ x: Linear) -> Syntax {
    let shape = shape(x)
    switch x {
    case .d(let z): return print(differentialSymbol(of: z)).syntax
    case .zero(let shape): return print(zeros(shape)).syntax
    case .sum(let parts): return .sum(parts.map { scaled($0.coefficient, syntax($0.x), shape) }, shape)
    case .product(let l, let inner, let r):
      var result = syntax(inner)
      if !r.isEmpty { result = result.times(print(multiply(r)).syntax) }
      return l.isEmpty ? result : product(multiply(l), result)
    case .transpose(let inner): return Syntax(.transpose(syntax(inner)), shape: shape)
    case .hadamard(let weight, let inner):
      let (isWeightNegative, entries) = print(weight).syntax.unsigned
      let (isNegative, moving) = syntax(inner).unsigned
      var result = Syntax(.binary(.hadamard, entries, moving), shape: shape)
      if case .binary(.hadamard, let a, let b) = moving.form {
        result = Syntax(.binary(.hadamard, Syntax(.binary(.hadamard, entries, a), shape: shape), b), shape: shape)
      }
      return isNegative != isWeightNegative ? result.opposite : result
    case .scaled(let s, let matrix): return syntax(s).times(print(matrix).syntax)
    case .apply(let index, let arguments, let place, let inner):
      var parts = arguments.map { print($0).syntax }
      let (isNegative, argument) = syntax(inner).unsigned
      parts[place] = argument
      let result = Syntax(primitives[Int(index)].syntax(parts), shape: shape)
      return isNegative ? result.opposite : result
    }
  }

  /// The constant factor before the rest; its sign comes first, and ones vanish.
  func product(_ factor: Node, _ rest: Syntax) -> Syntax {
    let (c0, scalars, chain) = parts(factor)
    if chain.count == 1, isEye(chain[0]) { return product(self.product(c0, scalars, [], .scalar), rest) }
    if isOne(factor) { return rest }
    let (isNegative, written) = print(factor).syntax.unsigned
    if isNegative, isOne(scale(-1, factor)) { return rest.opposite }
    guard isNegative else { return written.times(rest) }
    let (isRestNegative, size) = rest.unsigned
    return isRestNegative ? written.times(size) : written.times(rest).opposite
  }

  /// The argument of a trace rotated as it is written.
  func writtenTrace(_ argument: Node) -> Node {
    let chain = parts(argument).chain
    guard chain.count > 1, case .call("tr", let written) = print(apply(Tr(), [argument])).syntax.form else {
      return argument
    }
    for candidate in [chain, chain.reversed().map { transpose($0) }] {
      for shift in candidate.indices {
        let rotated = Array(candidate[shift...] + candidate[..<shift])
        if print(multiply(rotated)).syntax == written[0] { return multiply(rotated) }
      }
    }
    return argument
  }

  private func scaled(_ c: Coefficient, _ x: Syntax, _ shape: Shape) -> Syntax {
    if c.isOne { return x }
    let size = c.magnitude.isOne ? x : Syntax(.number(c.magnitude), shape: .scalar).times(x)
    return c.isNegative ? size.opposite : size
  }
}
