// Sizes as they are written.

extension Size {
  /// The size in the language.
  var syntax: Syntax {
    let terms = monomials.map { term -> Syntax in
      let factors =
        (term.coefficient == 1 && !term.names.isEmpty
          ? [] : [Syntax(.number(Coefficient(term.coefficient)), shape: .scalar)])
        + term.names.map { Syntax(.name($0), shape: .scalar) }
      return factors.dropFirst().reduce(factors[0]) { Syntax(.binary(.multiply, $0, $1), shape: .scalar) }
    }
    return terms.dropFirst().reduce(terms[0]) { Syntax(.binary(.add, $0, $1), shape: .scalar) }
  }
}
