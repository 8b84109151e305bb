// Calls into formulas: words that stand for constants and sizes, words along an axis, and primitives, which say themselves how they look.

extension Typesetting {
  func call(_ word: String, _ arguments: [Syntax], _ shape: Shape?) -> Formula {
    if arguments.count == 2, Vocabulary.axial.contains(word), case .name(let axis) = arguments[1].form,
      axis == "rows" || axis == "columns"
    {
      return axial(word, arguments[0], axis)
    }
    if Vocabulary.sized.contains(word) { return sized(word, arguments, shape) }
    let parts = arguments.map(formula)
    switch (word, parts.count) {
    case ("d", 1): return Formula(.identifier("d", .upright)).applied(to: parts)
    case ("norm1", 1): return parts[0].fenced(.norm, below: "1")
    case ("norm2", 1):
      let isMatrix = parts[0].shape.map { !$0.isColumn && !$0.isRow } ?? false
      return parts[0].fenced(.norm, below: isMatrix ? "F" : "2")
    case ("sqrt", 1):
      if parts[0].isScalar { return Formula(.root(parts[0])) }
      let half = [
        Formula(.mark("⊙", .close)), Formula(.number("1")), Formula(.mark("/", .close)), Formula(.number("2")),
      ]
      return parts[0].raised(to: Formula(.row(half), .compact))
    default: break
    }
    let primitive = vocabulary.primitives.first { $0.name == word }
    return primitive?.formula(parts) ?? .function(word, parts)
  }

  /// One value for each row or column: sums by a column of ones, all else with the axis below the name.
  private func axial(_ word: String, _ x: Syntax, _ axis: String) -> Formula {
    let part = formula(x)
    let sum =
      axis == "rows" ? Formula.product([part, .ones], nil) : .product([Formula.ones.raised(to: "⊤"), part], nil)
    switch word {
    case "sum": return sum
    case "mean":
      guard let shape = x.shape else { break }
      let count = formula((axis == "rows" ? shape.columns : shape.rows).syntax)
      return .product([.fraction(Formula(.number("1"), .atom, .scalar), count, .scalar), sum], nil)
    default: break
    }
    let head = Formula(.identifier(word, .function)).script(.script(axis), nil)
    return head.applied(to: [part])
  }

  /// A size: n*n as a power.
  private func size(_ x: Syntax) -> Formula {
    guard case .binary(.multiply, let a, let b) = x.form, a == b, case .name = a.form else { return formula(x) }
    return formula(a).raised(to: "2")
  }

  /// Words that take sizes.
  private func sized(_ word: String, _ arguments: [Syntax], _ shape: Shape?) -> Formula {
    let parts = arguments.map(size)
    func sizes(_ parts: [Formula]) -> Formula {
      let operands = parts.map { $0.bracketed(below: .atom) }
      return Formula(
        .row(operands.enumerated().flatMap { i, part in i == 0 ? [part] : [Formula(.mark("×", .close)), part] }))
    }
    func isOne(_ i: Int) -> Bool { arguments[i].form == .number(.one) }
    func index(_ first: Formula, _ last: Formula) -> Formula {
      Formula(.row([first, Formula(.mark(":", .close)), last]))
    }
    let eye = { (n: Formula) in Formula(.identifier("I", .italic)).script(n, nil) }
    let all = Formula(.mark(":", .close))
    switch (word, parts.count) {
    case ("eye", 1): return eye(parts[0])
    case ("ones", 2), ("zeros", 2):
      let digit = Formula(.identifier(word == "ones" ? "1" : "0", .bold))
      if isOne(1) { return digit.script(parts[0], nil) }
      if isOne(0) { return digit.script(parts[1], nil).raised(to: "⊤") }
      return digit.script(sizes(parts), nil)
    case ("vector", 2):
      let ones = Formula.ones.script(parts[1], nil)
      return isOne(0) ? ones : .product([parts[0], ones], shape)
    case ("K", 2): return Formula(.identifier("K", .italic)).script(.list(parts), nil)
    case ("unvec", 3):
      let head = Formula(.identifier("unvec", .function)).script(sizes(Array(parts[1...])), nil)
      return head.applied(to: [parts[0]])
    case ("iota", 1):
      return Formula(.fence(.brackets, .list([Formula(.number("1")), Formula(.mark("…", .close)), parts[0]])))
        .raised(to: "⊤")
    case ("pick", 2...):
      let list = parts.dropLast()
      let rows = list.count == 1 ? list[0] : Formula(.fence(.braces, .list(Array(list))))
      return Formula(.fence(.brackets, eye(parts[parts.count - 1]))).script(.list([rows, all]), nil)
    case ("block", 3):
      let one = Formula(.number("1"))
      let isFirst = arguments[0].form == .number(.zero)
      let rows =
        isFirst
        ? index(one, parts[1])
        : index(.sum(parts[0], minus: false, one), .sum(parts[0], minus: false, parts[1]))
      return Formula(.fence(.brackets, eye(parts[2]))).script(.list([rows, all]), nil)
    default: return .function(word, parts)
    }
  }
}
