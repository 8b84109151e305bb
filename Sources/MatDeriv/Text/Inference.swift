// Shapes by unification: every operator and word gives equations between sizes; names without a declaration begin with unknown sizes. A
// conflict names both places.

/// Finds the shape of every part of a tree.
struct Inference {
  let text: String
  let declarations: Declarations
  let vocabulary: Vocabulary
  /// `where` definitions: their trees and, once inferred, shapes.
  var definitions: [String: Syntax] = [:]
  private(set) var inferred: [String: Syntax] = [:]
  private var inProgress: [String] = []
  /// Shapes of the names without a declaration, in the order of their appearance.
  private(set) var names: [(name: String, shape: Shape)] = []
  var sizeNames: Set<String>
  var bindings: [String: Size] = [:]
  private var unknowns = 0

  init(_ text: String, _ declarations: Declarations, _ vocabulary: Vocabulary) {
    self.text = text
    self.declarations = declarations
    self.vocabulary = vocabulary
    sizeNames = declarations.sizeNames
  }

  // MARK: Sizes

  mutating func unknown() -> Size {
    unknowns += 1
    return Size("?\(unknowns)")
  }

  func resolved(_ size: Size) -> Size {
    var size = size
    while size.names.contains(where: { bindings[$0] != nil }) { size = size.substituting(bindings) }
    return size
  }

  func resolved(_ shape: Shape) -> Shape { Shape(resolved(shape.rows), resolved(shape.columns)) }

  func isUnknown(_ size: Size) -> Bool { if case .name(let name) = size.form { name.hasPrefix("?") } else { false } }

  mutating func unify(_ a: Size, _ b: Size) -> Bool {
    let (x, y) = (resolved(a), resolved(b))
    if x == y { return true }
    if case .name(let name) = x.form, isUnknown(x), !y.names.contains(name) {
      bindings[name] = y
      return true
    }
    if case .name(let name) = y.form, isUnknown(y), !x.names.contains(name) {
      bindings[name] = x
      return true
    }
    // m*?1 = m*n: what both sides share is left out.
    guard x.monomials.count == 1, y.monomials.count == 1 else { return false }
    var (left, right) = (x.monomials[0], y.monomials[0])
    for name in left.names {
      if let place = right.names.firstIndex(of: name) {
        right.names.remove(at: place)
        left.names.remove(at: left.names.firstIndex(of: name)!)
      }
    }
    guard left.coefficient != 0, right.coefficient != 0 else { return false }
    if right.coefficient % left.coefficient == 0 {
      right.coefficient /= left.coefficient
      left.coefficient = 1
    } else if left.coefficient % right.coefficient == 0 {
      left.coefficient /= right.coefficient
      right.coefficient = 1
    } else {
      return false
    }
    func size(_ term: Size.Monomial) -> Size { term.names.reduce(Size(term.coefficient)) { $0 * Size($1) } }
    let (p, q) = (size(left), size(right))
    return isUnknown(p) || isUnknown(q) ? unify(p, q) : false
  }

  // MARK: Names

  private mutating func shape(of name: String, _ range: Range<Int>) throws(LanguageError) -> Shape {
    if let declared = declarations[name] { return declared.shape }
    if definitions[name] != nil { return try definition(name, range).shape! }
    if sizeNames.contains(name) || name == "pi" { return .scalar }
    if let known = names.first(where: { $0.name == name }) { return resolved(known.shape) }
    let letter = name.unicodeScalars.first!
    let shape: Shape
    switch letter {
    case "a"..."g": shape = .scalar
    case "h"..."z": shape = Shape(unknown(), .one)
    default: shape = Shape(unknown(), unknown())
    }
    names.append((name, shape))
    return shape
  }

  /// The tree of a definition with shapes.
  mutating func definition(_ name: String, _ range: Range<Int>) throws(LanguageError) -> Syntax {
    if let known = inferred[name] { return known }
    if inProgress.contains(name) {
      throw LanguageError(
        "\(name) is defined by itself: \((inProgress + [name]).joined(separator: " -> "))", in: text, at: range)
    }
    inProgress.append(name)
    let result = try infer(definitions[name]!)
    inProgress.removeLast()
    inferred[name] = result
    return result
  }

  // MARK: Trees

  func failure(_ message: String, _ at: Syntax, mend: String? = nil) -> LanguageError {
    LanguageError(message, in: text, at: at.range ?? 0..<0, mend: mend)
  }

  func conflict(_ message: String, _ a: Syntax, _ b: Syntax) -> LanguageError {
    var error = failure(message, b)
    error.related = .init(text: text, range: a.range ?? 0..<0, message: "\(shown(a)) stands here")
    return error
  }

  func shown(_ x: Syntax) -> String { "\(x) (\(described(resolved(x.shape!))))" }

  /// A shape without the names of unknowns.
  func described(_ shape: Shape) -> String {
    func text(_ size: Size) -> String { size.names.contains { $0.hasPrefix("?") } ? "?" : size.description }
    return "\(text(shape.rows)) x \(text(shape.columns))"
  }

  mutating func infer(_ x: Syntax) throws(LanguageError) -> Syntax {
    switch x.form {
    case .number: return Syntax(x.form, shape: .scalar, range: x.range)
    case .name(let name):
      let shape = try shape(of: name, x.range ?? 0..<0)
      return Syntax(x.form, shape: shape, range: x.range)
    case .negate(let a):
      let a = try infer(a)
      return Syntax(.negate(a), shape: a.shape, range: x.range)
    case .transpose(let a):
      let a = try infer(a)
      return Syntax(.transpose(a), shape: resolved(a.shape!).transposed, range: x.range)
    case .binary(let op, let a, let b): return try binary(op, try infer(a), try infer(b), x)
    case .call(let word, let arguments): return try call(word, arguments, x)
    case .select(let a, let rows, let columns):
      let a = try infer(a)
      let shape = resolved(a.shape!)
      let result = Shape(
        try count(rows, shape.rows, x),
        shape.isColumn && columns == .list([1]) ? .one : try count(columns, shape.columns, x))
      return Syntax(.select(a, rows, columns), shape: result, range: x.range)
    case .assemble(let rows): return try assemble(rows, x)
    }
  }

  private mutating func binary(_ op: Syntax.Operator, _ a: Syntax, _ b: Syntax, _ x: Syntax) throws(LanguageError)
    -> Syntax
  {
    let (p, q) = (resolved(a.shape!), resolved(b.shape!))
    func result(_ shape: Shape) -> Syntax { Syntax(.binary(op, a, b), shape: shape, range: x.range) }
    switch op {
    case .add, .subtract:
      if p.isScalar != q.isScalar, p.isScalar ? !canBeScalar(q) : !canBeScalar(p) {
        let (scalar, matrix) = p.isScalar ? (a, b) : (b, a)
        throw conflict(
          "\(op.rawValue) needs one shape: \(shown(scalar)) is a scalar, \(shown(matrix)) is not", a, b,
          mend: "\(scalar)*ones(\(described(resolved(matrix.shape!)).replacing(" x ", with: ", ")))")
      }
      guard unify(p.rows, q.rows), unify(p.columns, q.columns) else {
        throw conflict("\(op.rawValue) needs one shape: \(shown(a)) and \(shown(b))", a, b)
      }
      return result(resolved(p))
    case .multiply:
      if p.isScalar { return result(q) }
      if q.isScalar { return result(p) }
      guard unify(p.columns, q.rows) else {
        throw conflict(
          "* needs as many columns on the left as rows on the right: \(shown(a)) and \(shown(b))", a, b)
      }
      return result(Shape(resolved(p).rows, resolved(q).columns))
    case .divide:
      guard q.isScalar || (canBeScalar(q) && unify(q.rows, .one) && unify(q.columns, .one)) else {
        throw failure(
          "/ divides by a scalar; \(shown(b)) is none", b, mend: "inv(\(b)) for matrices, ./ entry by entry")
      }
      return result(p)
    case .hadamard, .hadamardDivide:
      if p.isScalar { return result(q) }
      if q.isScalar { return result(p) }
      guard unify(p.rows, q.rows), unify(p.columns, q.columns) else {
        throw conflict("\(op.rawValue) needs one shape: \(shown(a)) and \(shown(b))", a, b)
      }
      return result(resolved(p))
    case .power:
      if p.isScalar {
        guard q.isScalar else {
          throw failure("^ needs a scalar exponent; \(shown(b)) is none", b, mend: ".^ entry by entry")
        }
        return result(p)
      }
      guard unify(p.rows, p.columns) else {
        throw failure("^ needs a square matrix; \(shown(a)) is not", a, mend: ".^ raises entry by entry")
      }
      guard let k = Inference.integer(b), abs(k) <= 64 else {
        throw failure("a matrix is raised to whole powers up to 64; \(b) is none", b)
      }
      return result(resolved(p))
    case .hadamardPower:
      if q.isScalar { return result(p) }
      if p.isScalar { return result(q) }
      guard unify(p.rows, q.rows), unify(p.columns, q.columns) else {
        throw conflict(".^ needs a scalar exponent or one of the same shape: \(shown(a)) and \(shown(b))", a, b)
      }
      return result(resolved(p))
    }
  }

  func conflict(_ message: String, _ a: Syntax, _ b: Syntax, mend: String) -> LanguageError {
    var error = conflict(message, a, b)
    error.mend = mend
    return error
  }

  private func canBeScalar(_ shape: Shape) -> Bool {
    (shape.rows.isOne || isUnknown(shape.rows)) && (shape.columns.isOne || isUnknown(shape.columns))
  }

  static func integer(_ x: Syntax) -> Int? {
    switch x.form {
    case .number(let c): c.integer
    case .negate(let inner): integer(inner).map { -$0 }
    default: nil
    }
  }

  /// Gives the sizes that nothing decided names of their own, in the order of appearance.
  mutating func nameUnknowns() {
    var free = ["n", "m", "p", "q", "r", "k", "l", "s", "t", "h"].filter { !sizeNames.contains($0) }
    var open: [String] = []
    for (_, shape) in names {
      for size in [resolved(shape.rows), resolved(shape.columns)] {
        for name in size.names where name.hasPrefix("?") && !open.contains(name) { open.append(name) }
      }
    }
    // m x n reads better than n x m.
    if open.count > 1, free.count > 1, free[0] == "n", free[1] == "m" { free.swapAt(0, 1) }
    var serial = 1
    for name in open where bindings[name] == nil {
      if free.isEmpty {
        while sizeNames.contains("n\(serial)") { serial += 1 }
        free.append("n\(serial)")
      }
      let chosen = free.removeFirst()
      sizeNames.insert(chosen)
      bindings[name] = Size(chosen)
    }
  }

  /// Names without a declaration that are less than their letter promises: a scalar x, a column A.
  var shrunken: [String] {
    names.compactMap { name, shape in
      let shape = resolved(shape)
      let isCapital = ("A"..."Z").contains(name.unicodeScalars.first!)
      let isLetterOfColumn = ("h"..."z").contains(name.unicodeScalars.first!)
      if isLetterOfColumn, shape.isScalar {
        return "\(name) was taken for a scalar; if it is a column: \(name): vector(n)"
      }
      guard isCapital, shape.isColumn || shape.isRow else { return nil }
      let what = shape.isScalar ? "a scalar" : shape.isColumn ? "a column" : "a row"
      return "\(name) was taken for \(what); if it is a matrix: \(name): matrix(m,n)"
    }
  }

  /// The tree with all sizes resolved.
  func resolvedShapes(_ x: Syntax) -> Syntax {
    let form: Syntax.Form
    switch x.form {
    case .number, .name: form = x.form
    case .negate(let a): form = .negate(resolvedShapes(a))
    case .transpose(let a): form = .transpose(resolvedShapes(a))
    case .binary(let op, let a, let b): form = .binary(op, resolvedShapes(a), resolvedShapes(b))
    case .call(let word, let arguments): form = .call(word, arguments.map(resolvedShapes))
    case .select(let a, let rows, let columns): form = .select(resolvedShapes(a), rows, columns)
    case .assemble(let rows): form = .assemble(rows.map { $0.map(resolvedShapes) })
    }
    return Syntax(form, shape: x.shape.map(resolved), range: x.range)
  }
}
