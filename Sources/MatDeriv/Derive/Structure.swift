// Derivatives with respect to matrices that are restricted to a subspace: the unrestricted derivative projected onto it.

extension Graph {
  /// The numerator-layout derivative D for a variable of this structure: D' lies in the subspace.
  func projected(_ d: Node, _ facts: Facts) -> Node {
    let mirrored = transpose(d)
    let half = Coefficient(1, over: 2)
    if facts.contains(.diagonal) { return apply(Diag(), [apply(DiagOf(), [d])]) }
    if facts.contains(.symmetric) { return sum(of: [(half, d), (half, mirrored)], shape(d)) }
    if facts.contains(.skew) { return sum(of: [(half, d), (-half, mirrored)], shape(d)) }
    if facts.contains(.lower) { return apply(Triu(), [d]) }
    if facts.contains(.upper) { return apply(Tril(), [d]) }
    return d
  }

  /// The derivative of a scalar with respect to each group of tied entries: D(j,i) belongs to X(i,j).
  func tied(_ d: Node, _ facts: Facts) -> Node {
    let mirrored = transpose(d)
    if facts.contains(.diagonal) { return apply(Diag(), [apply(DiagOf(), [d])]) }
    if facts.contains(.symmetric) {
      return sum(of: [(.one, d), (.one, mirrored), (-1, apply(Diag(), [apply(DiagOf(), [d])]))], shape(d))
    }
    if facts.contains(.skew) { return sum(of: [(.one, d), (-1, mirrored)], shape(d)) }
    return projected(d, facts)
  }

  /// The structure of a variable by which its derivative is restricted.
  func structure(of variable: Node) -> Facts {
    isScalar(variable) ? [] : facts(variable).intersection([.symmetric, .skew, .diagonal, .lower, .upper])
  }
}
