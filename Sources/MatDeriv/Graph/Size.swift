// Sizes of matrices as polynomials in named sizes: `n`, `m*n`, `p + q`. Two sizes are equal when their polynomials are; equal values of
// different names do not count, because squareness decides which rules hold.

/// A number of rows or columns: a polynomial with whole coefficients in named sizes.
public struct Size: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    case constant(Int)
    case name(String)
    /// At least one name and more than one factor or term; sorted by names, no zero coefficients.
    case polynomial([Monomial])
  }

  struct Monomial: Hashable, Comparable, Sendable {
    /// Sorted; a name stands as often as its power says.
    var names: [String]
    var coefficient: Int

    /// Higher degrees first, then by names.
    static func < (a: Monomial, b: Monomial) -> Bool {
      if a.names.count != b.names.count { return a.names.count > b.names.count }
      if a.names != b.names { return a.names.lexicographicallyPrecedes(b.names) }
      return a.coefficient < b.coefficient
    }
  }

  let form: Form

  /// The named size.
  public init(_ name: String) { form = .name(name) }

  /// The fixed size.
  public init(_ value: Int) {
    require(value >= 0, "a size cannot be negative: \(value)")
    form = .constant(value)
  }

  private init(monomials: [Monomial]) {
    var merged: [[String]: Int] = [:]
    for term in monomials { merged[term.names, default: 0] += term.coefficient }
    let terms = merged.filter { $0.value != 0 }.map { Monomial(names: $0.key, coefficient: $0.value) }
      .sorted()
    if terms.isEmpty {
      form = .constant(0)
    } else if terms.count == 1, terms[0].names.isEmpty {
      form = .constant(terms[0].coefficient)
    } else if terms.count == 1, terms[0].names.count == 1, terms[0].coefficient == 1 {
      form = .name(terms[0].names[0])
    } else {
      form = .polynomial(terms)
    }
  }

  /// The size one, which makes vectors and scalars.
  public static let one = Size(1)

  /// Whether this is the constant one.
  @inline(__always) public var isOne: Bool {
    if case .constant(1) = form { true } else { false }
  }

  /// The value, if no name occurs.
  // Inlined, it makes the optimiser of Swift 6.3.1 fail in callers ("found outside of lifetime use").
  @inline(never)
  public var constant: Int? {
    if case .constant(let value) = form { value } else { nil }
  }

  var monomials: [Monomial] {
    switch form {
    case .constant(let value): [Monomial(names: [], coefficient: value)]
    case .name(let name): [Monomial(names: [name], coefficient: 1)]
    case .polynomial(let terms): terms
    }
  }

  /// The names that occur, each once, sorted.
  public var names: [String] { Set(monomials.flatMap(\.names)).sorted() }

  /// The number of rows or columns when the names have these values; nil if a name is missing.
  public func value(_ sizes: [String: Int]) -> Int? {
    if case .constant(let value) = form { return value }
    var total = 0
    for term in monomials {
      var product = term.coefficient
      for name in term.names {
        guard let value = sizes[name] else { return nil }
        product *= value
      }
      total += product
    }
    return total
  }

  /// The size with names replaced; names that are not listed stay.
  public func substituting(_ sizes: [String: Size]) -> Size {
    if case .constant = form { return self }
    if case .name(let name) = form { return sizes[name] ?? self }
    return monomials.reduce(Size(0)) { total, term in
      total + term.names.reduce(Size(term.coefficient)) { $0 * (sizes[$1] ?? Size($1)) }
    }
  }

  public static func + (a: Size, b: Size) -> Size {
    if case .constant(0) = a.form { return b }
    if case .constant(0) = b.form { return a }
    return Size(monomials: a.monomials + b.monomials)
  }

  public static func * (a: Size, b: Size) -> Size {
    if a.isOne { return b }
    if b.isOne { return a }
    return Size(
      monomials: a.monomials.flatMap { x in
        b.monomials.map { y in
          Monomial(names: (x.names + y.names).sorted(), coefficient: x.coefficient * y.coefficient)
        }
      })
  }
}

extension Size: Comparable {
  public static func < (a: Size, b: Size) -> Bool {
    switch (a.form, b.form) {
    case (.constant(let x), .constant(let y)): x < y
    case (.constant, _): true
    case (_, .constant): false
    case (.name(let x), .name(let y)): x < y
    default:
      a.monomials.lexicographicallyPrecedes(b.monomials)
    }
  }
}

extension Size: CustomStringConvertible, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public var description: String {
    monomials.map { term in
      let factors = (term.coefficient == 1 && !term.names.isEmpty ? [] : ["\(term.coefficient)"]) + term.names
      return factors.joined(separator: "*")
    }.joined(separator: " + ")
  }

  public init(integerLiteral value: Int) { self.init(value) }
  public init(stringLiteral name: String) { self.init(name) }
}
