// A formula in two dimensions: fractions, scripts, fences, operators, identifiers. Expressions are set into formulas once; LaTeX and
// MathML only spell them, so that the two cannot say different things.

/// A piece of mathematics as it stands on paper.
public struct Formula: Hashable, Sendable {
  indirect enum Form: Hashable, Sendable {
    /// A letter, a word or a name of several letters.
    case identifier(String, Style)
    case number(String)
    case mark(String, Role)
    case row([Formula])
    /// A function before its argument, which has a fence of its own.
    case application(Formula, Formula)
    case scripts(Formula, below: Formula?, above: Formula?)
    case fraction(Formula, Formula)
    case root(Formula)
    case fence(Fence, Formula)
    /// Blocks in square brackets, by rows.
    case table([[Formula]])
  }

  enum Style: Hashable, Sendable {
    /// Scalars and matrices.
    case italic
    /// Vectors.
    case bold
    /// The d of a differential, words in subscripts.
    case upright
    /// `tr`, `log`: upright, with the space of an operator.
    case function
  }

  enum Role: Hashable, Sendable {
    case infix, prefix, comma
    /// A sign that stands close to its neighbours: `1/2`, `1:3`.
    case close
  }

  /// What stands around a formula.
  public enum Fence: Hashable, Sendable {
    /// Square brackets.
    case brackets
    /// |a|
    case bars
    /// ||x||
    case norm
    /// {1, 3}
    case braces
  }

  /// How tightly the outermost operator binds.
  enum Binding: Int, Comparable, Sendable {
    case sum, sign, infix, product, compact, atom
    static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
  }

  let form: Form
  let binding: Binding
  /// Rows and columns of what it stands for, where known.
  public let shape: Shape?
  /// How many factors of a product are no scalars.
  var matrixFactors = 0

  init(_ form: Form, _ binding: Binding = .atom, _ shape: Shape? = nil) {
    self.form = form
    self.binding = binding
    self.shape = shape
  }

  func shaped(_ shape: Shape?) -> Formula {
    var result = Formula(form, binding, shape)
    result.matrixFactors = matrixFactors
    return result
  }

  /// Whether it is known to stand for one number.
  public var isScalar: Bool { shape?.isScalar ?? false }
  /// A number made of matrices, such as x'*A*x: a bracket keeps it together beside others.
  var isInner: Bool { isScalar && binding == .product && matrixFactors > 0 }

  /// Whether brackets have to grow around it.
  var isTall: Bool {
    switch form {
    case .identifier, .number, .mark: false
    case .row(let parts): parts.contains(where: \.isTall)
    case .application(_, let argument): argument.isTall
    case .scripts(let base, _, _): base.isTall
    case .fraction, .table: true
    case .root(let inner), .fence(_, let inner): inner.isTall
    }
  }

  /// The formula in brackets, if it binds more loosely.
  func bracketed(below least: Binding) -> Formula {
    binding < least ? Formula(.fence(.brackets, self), .atom, shape) : self
  }
}

// MARK: What primitives build of their arguments

extension Formula {
  /// `name(x)`, the name upright: tr(X).
  public static func function(_ name: String, _ arguments: Formula...) -> Formula { function(name, arguments) }

  static func function(_ name: String, _ arguments: [Formula]) -> Formula {
    Formula(.identifier(name, .function)).applied(to: arguments)
  }

  /// `name|x|`: the fence of the argument is the function's.
  public static func function(_ name: String, _ fence: Fence, _ argument: Formula) -> Formula {
    Formula(.application(Formula(.identifier(name, .function)), Formula(.fence(fence, argument))))
  }

  func applied(to arguments: [Formula]) -> Formula {
    Formula(.application(self, Formula(.fence(.brackets, .list(arguments)))))
  }

  /// A letter before the arguments, with words or signs below and above it.
  public static func letter(
    _ letter: String, below: String? = nil, above: String? = nil, _ arguments: Formula...
  ) -> Formula {
    .letter(letter, below: below, above: above, arguments)
  }

  static func letter(_ letter: String, below: String?, above: String?, _ arguments: [Formula]) -> Formula {
    Formula(.identifier(letter, .italic)).script(below.map(Formula.script), above.map(Formula.script))
      .applied(to: arguments)
  }

  /// Two operands with an operator between them. Another operator on either side stands in brackets.
  public static func infix(_ mark: String, _ a: Formula, _ b: Formula) -> Formula {
    var (isNegative, left) = a.unsigned
    if left.binding < .infix || left.mark.map({ $0 != mark }) ?? false { left = left.bracketed(below: .product) }
    if left.matrixFactors > 1 { left = left.bracketed(below: .atom) }
    var right = b.bracketed(below: .product)
    if right.matrixFactors > 1 { right = right.bracketed(below: .atom) }
    let result = Formula(
      .row([left, Formula(.mark(mark, .infix)), right]), .infix, a.shape.flatMap { $0.isScalar ? nil : $0 } ?? b.shape)
    return isNegative ? result.negated : result
  }

  /// The operator, if it is an infix one.
  private var mark: String? {
    guard binding == .infix, case .row(let parts) = form, case .mark(let mark, .infix) = parts[1].form else {
      return nil
    }
    return mark
  }

  /// The formula with a sign above: X^T, X^-1, X^+.
  public func raised(to sign: String) -> Formula { raised(to: Formula.script(sign)) }

  func raised(to exponent: Formula) -> Formula {
    if case .scripts(let base, let below, let above) = form, let above {
      // (X^-1)' and (X')^-1 are X^-T, (X^-1)^2 is X^-2.
      let inverse = Formula.script("-1")
      let transpose = Formula.script("⊤")
      let both = Formula.script("-⊤")
      if (above, exponent) == (inverse, transpose) || (above, exponent) == (transpose, inverse) {
        return Formula(.scripts(base, below: below, above: both), .atom, shape)
      }
      if above == inverse, case .number = exponent.form {
        return Formula(.scripts(base, below: below, above: exponent.negated), .atom, shape)
      }
      if above == Formula.script("1/2"), exponent == inverse {
        return Formula(.scripts(base, below: below, above: above.negated), .atom, shape)
      }
    } else if case .scripts(let base, let below, nil) = form {
      return Formula(.scripts(base, below: below, above: exponent), .atom, shape)
    }
    let base: Formula
    if case .scripts = form { base = Formula(.fence(.brackets, self)) } else { base = bracketed(below: .atom) }
    return Formula(.scripts(base, below: nil, above: exponent), .atom, shape)
  }

  /// The formula between fences, with a sign below them: the 2 of a norm.
  public func fenced(_ fence: Fence, below: String? = nil) -> Formula {
    Formula(.fence(fence, self)).script(below.map(Formula.script), nil)
  }

  func script(_ below: Formula?, _ above: Formula?) -> Formula {
    below == nil && above == nil ? self : Formula(.scripts(self, below: below, above: above), .atom, shape)
  }

  /// A sign or a word as it stands in a script.
  static func script(_ text: String) -> Formula {
    if text.hasPrefix("-") { return script(String(text.dropFirst())).negated }
    if text.hasPrefix("("), text.hasSuffix(")") {
      return Formula(.fence(.brackets, script(String(text.dropFirst().dropLast()))))
    }
    let parts = text.split(separator: "/")
    if parts.count == 2 {
      return Formula(.row([script(String(parts[0])), Formula(.mark("/", .close)), script(String(parts[1]))]), .product)
    }
    if text.allSatisfy(\.isNumber) { return Formula(.number(text)) }
    if let letter = Letters.letter(text) { return Formula(.identifier(letter, .italic)) }
    let isWord = text.allSatisfy { $0.isLetter || $0.isNumber }
    return isWord ? Formula(.identifier(text, .upright)) : Formula(.mark(text, .close))
  }
}

// MARK: Signs, sums and products

extension Formula {
  /// A column of ones.
  static let ones = Formula(.identifier("1", .bold), .atom, Shape("n", .one))

  var negated: Formula {
    let (isNegative, inner) = unsigned
    if isNegative { return inner }
    return Formula(.row([Formula(.mark("−", .prefix)), bracketed(below: .infix)]), .sign, shape)
  }

  /// Without a leading minus, and whether there was one.
  var unsigned: (isNegative: Bool, rest: Formula) {
    guard binding == .sign, case .row(let parts) = form else { return (false, self) }
    return (true, parts[1])
  }

  static func sum(_ a: Formula, minus isDifference: Bool, _ b: Formula) -> Formula {
    var right = b
    var isNegative = isDifference
    if !isDifference, b.unsigned.isNegative { (isNegative, right) = (true, b.unsigned.rest) }
    // a + (b + c) needs no brackets, a - (b + c) does.
    right = right.bracketed(below: isNegative ? .infix : right.binding == .sum ? .sum : .infix)
    var parts = [a]
    if a.binding == .sum, case .row(let own) = a.form { parts = own }
    parts.append(Formula(.mark(isNegative ? "−" : "+", .infix)))
    if right.binding == .sum, case .row(let own) = right.form { parts += own } else { parts.append(right) }
    return Formula(.row(parts), .sum, a.shape ?? b.shape)
  }

  /// Factors beside each other; the sign of the first stands before all.
  static func product(_ factors: [Formula], _ shape: Shape?) -> Formula {
    guard let first = factors.first, factors.count > 1 else { return factors[0].shaped(shape ?? factors[0].shape) }
    let (isNegative, head) = first.unsigned
    let all = [head] + factors.dropFirst()
    var parts: [Formula] = []
    for (i, factor) in all.enumerated() {
      let isAlone = all.indices.allSatisfy { $0 == i || all[$0].isScalar && !all[$0].isInner }
      let part = factor.isInner && !isAlone ? factor.bracketed(below: .atom) : factor.bracketed(below: .product)
      if i > 0, part.opensWithNumber { parts.append(Formula(.mark("·", .infix))) }
      if part.binding == .product, case .row(let own) = part.form { parts += own } else { parts.append(part) }
    }
    var result = Formula(.row(parts), .product, shape)
    result.matrixFactors = all.reduce(0) { $0 + ($1.isScalar && !$1.isInner ? 0 : max(1, $1.matrixFactors)) }
    return isNegative ? result.negated : result
  }

  private var opensWithNumber: Bool {
    switch form {
    case .number: true
    case .row(let parts): parts.first?.opensWithNumber ?? false
    case .scripts(let base, _, _): base.opensWithNumber
    default: false
    }
  }

  static func fraction(_ above: Formula, _ below: Formula, _ shape: Shape?) -> Formula {
    let (isNegative, rest) = above.unsigned
    let result = Formula(.fraction(rest, below), .compact, shape)
    return isNegative ? result.negated : result
  }
}
