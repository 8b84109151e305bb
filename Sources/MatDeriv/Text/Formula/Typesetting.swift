// Expressions into formulas. Conventions: scalars italic, vectors bold, matrices italic capitals as they are named; X^T, X^-1; juxtaposition
// for products, a circled dot, slash and cross for elementwise products, quotients and Kronecker products; the norm with its index.
import RealModule

/// Sets trees of the language into formulas.
struct Typesetting {
  let vocabulary: Vocabulary

  func formula(_ x: Syntax) -> Formula {
    let formula: Formula
    switch x.form {
    case .number(let c): formula = number(c)
    case .name(let name): formula = .name(name, x.shape)
    case .negate(let a): formula = self.formula(a).negated
    case .transpose(let a): formula = self.formula(a).raised(to: "⊤")
    case .binary(let op, let a, let b): formula = binary(op, a, b, x)
    case .call(let word, let arguments): formula = call(word, arguments, x.shape)
    case .select(let a, let rows, let columns): formula = select(a, rows, columns)
    case .assemble(let rows): formula = Formula(.table(rows.map { $0.map { self.formula($0) } }))
    }
    return formula.shaped(x.shape ?? formula.shape)
  }

  // MARK: Numbers

  /// Irrational factors that derivatives bring along.
  private static let constants: [(value: Double, formula: Formula)] = {
    let pi = Formula(.identifier("π", .italic), .atom, .scalar)
    let two = Formula(.number("2"), .atom, .scalar)
    func root(_ x: Formula) -> Formula { Formula(.root(x), .atom, .scalar) }
    let one = Formula(.number("1"), .atom, .scalar)
    return [
      (Double.pi, pi),
      (1.1283791670955126, .fraction(two, root(pi), .scalar)),
      (0.5641895835477563, .fraction(one, root(pi), .scalar)),
      (0.7071067811865476, .fraction(one, root(two), .scalar)),
      (0.3989422804014327, .fraction(one, root(.product([two, pi], .scalar)), .scalar)),
    ]
  }()

  private func number(_ c: Coefficient) -> Formula {
    if c.isNegative { return number(c.magnitude).negated }
    if let integer = c.integer { return Formula(.number(String(integer)), .atom, .scalar) }
    if c.isExact, c.denominator <= 4 || !c.isDecimal && c.denominator < 10_000 {
      return .fraction(number(Coefficient(c.numerator)), number(Coefficient(c.denominator)), .scalar)
    }
    if let known = Typesetting.constants.first(where: { Swift.abs($0.value - c.value) <= 2e-16 * $0.value }) {
      return known.formula
    }
    let text = c.isDecimal ? c.text : "\(c.value)"
    guard let mark = text.firstIndex(of: "e") else { return Formula(.number(text), .atom, .scalar) }
    let exponent = Int(text[text.index(after: mark)...])!
    let power = Formula(.number("10")).raised(to: String(exponent))
    return Formula(
      .row([Formula(.number(String(text[..<mark]))), Formula(.mark("×", .infix)), power]), .product, .scalar)
  }

  // MARK: Operators

  private func binary(_ op: Syntax.Operator, _ a: Syntax, _ b: Syntax, _ x: Syntax) -> Formula {
    let areScalars = (a.shape?.isScalar ?? false) && (b.shape?.isScalar ?? false)
    switch op {
    case .add, .subtract: return .sum(formula(a), minus: op == .subtract, formula(b))
    case .multiply: return .product(factors(x), x.shape)
    case .divide: return quotient(a, b, x.shape)
    case .hadamard:
      let isScaling = (a.shape?.isScalar ?? false) || (b.shape?.isScalar ?? false)
      return isScaling ? .product([formula(a), formula(b)], x.shape) : .infix("⊙", formula(a), formula(b))
    case .hadamardDivide:
      if b.shape?.isScalar ?? false { return quotient(a, b, x.shape) }
      return .infix("⊘", formula(a), formula(b))
    case .power: return formula(a).raised(to: exponent(b))
    case .hadamardPower:
      if areScalars { return formula(a).raised(to: exponent(b)) }
      return formula(a).raised(to: circled(exponent(b)))
    }
  }

  /// The exponent of an elementwise power.
  private func circled(_ exponent: Formula) -> Formula {
    Formula(.row([Formula(.mark("⊙", .close)), exponent]), .compact)
  }

  /// The factors of a product, those of its parts included unless they make a number of matrices.
  private func factors(_ x: Syntax) -> [Formula] {
    guard case .binary(.multiply, let a, let b) = x.form else { return [formula(x)] }
    return [a, b].flatMap { part -> [Formula] in
      guard isInner(part) else { return factors(part) }
      // 2*(x'*y): the number is no part of what the brackets keep together.
      let own = factors(part)
      let outer = own.prefix { $0.unsigned.rest.isScalar && !$0.unsigned.rest.isInner }
      return outer + [.product(Array(own[outer.count...]), .scalar)]
    }
  }

  /// Whether this is a number made of matrices by a product or a sum of entries.
  private func isInner(_ x: Syntax) -> Bool {
    guard x.shape?.isScalar ?? false else { return false }
    switch x.form {
    case .negate(let a): return isInner(a)
    case .binary(.multiply, let a, let b): return [a, b].contains { !($0.shape?.isScalar ?? false) || isInner($0) }
    case .call("sum", let arguments): return arguments.count == 1 && !(arguments[0].shape?.isScalar ?? false)
    default: return false
    }
  }

  private func quotient(_ a: Syntax, _ b: Syntax, _ shape: Shape?) -> Formula {
    // (a/b)/c has one bar.
    var (above, below) = (a, [formula(b)])
    while case .binary(.divide, let p, let q) = above.form {
      above = p
      below.insert(formula(q), at: 0)
    }
    return .fraction(formula(above), .product(below, .scalar), shape)
  }

  /// Exponents have their fractions in one line.
  private func exponent(_ x: Syntax) -> Formula {
    if case .number(let c) = x.form, c.isExact, !c.isInteger, !c.isDecimal || c.denominator <= 4 {
      let text = [String(c.magnitude.numerator), String(c.denominator)].map { Formula(.number($0)) }
      let line = Formula(.row([text[0], Formula(.mark("/", .close)), text[1]]), .product, .scalar)
      return c.isNegative ? line.negated : line
    }
    if case .binary(.divide, let a, let b) = x.form {
      let (above, below) = (formula(a), formula(b))
      let (isNegative, rest) = above.unsigned
      let line = Formula(
        .row([
          rest.bracketed(below: .product), Formula(.mark("/", .close)), below.bracketed(below: .atom),
        ]), .product, .scalar)
      return isNegative ? line.negated : line
    }
    return formula(x)
  }

  // MARK: Selection

  private func select(_ a: Syntax, _ rows: Syntax.Selection, _ columns: Syntax.Selection) -> Formula {
    let isVector = a.shape?.isColumn ?? false
    let index = isVector && columns == .list([1]) ? selection(rows) : .list([selection(rows), selection(columns)])
    let base = formula(a)
    if case .scripts = base.form { return Formula(.fence(.brackets, base)).script(index, nil) }
    return base.bracketed(below: .atom).script(index, nil)
  }

  private func selection(_ selection: Syntax.Selection) -> Formula {
    func number(_ i: Int) -> Formula { Formula(.number(String(i))) }
    switch selection {
    case .all: return Formula(.mark(":", .close))
    case .range(let first, let last):
      return Formula(.row([number(first), Formula(.mark(":", .close)), number(last)]))
    case .list(let list):
      return list.count == 1 ? number(list[0]) : Formula(.fence(.braces, .list(list.map(number))))
    case .named(let name): return .name(name, nil)
    }
  }
}
