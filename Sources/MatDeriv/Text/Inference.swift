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
  private(set) var sizeNames: Set<String>
  private var bindings: [String: Size] = [:]
  private var unknowns = 0

  init(_ text: String, _ declarations: Declarations, _ vocabulary: Vocabulary) {
    self.text = text
    self.declarations = declarations
    self.vocabulary = vocabulary
    sizeNames = declarations.sizeNames
  }

  // MARK: Sizes

  private mutating func unknown() -> Size {
    unknowns += 1
    return Size("?\(unknowns)")
  }

  func resolved(_ size: Size) -> Size {
    var size = size
    while size.names.contains(where: { bindings[$0] != nil }) { size = size.substituting(bindings) }
    return size
  }

  func resolved(_ shape: Shape) -> Shape { Shape(resolved(shape.rows), resolved(shape.columns)) }

  private func isUnknown(_ size: Size) -> Bool { if case .name(let name) = size.form { name.hasPrefix("?") } else { false } }

  private mutating func unify(_ a: Size, _ b: Size) -> Bool {
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
      throw LanguageError("\(name) is defined by itself: \((inProgress + [name]).joined(separator: " -> "))", in: text, at: range)
    }
    inProgress.append(name)
    let result = try infer(definitions[name]!)
    inProgress.removeLast()
    inferred[name] = result
    return result
  }

  // MARK: Trees

  private func failure(_ message: String, _ at: Syntax, mend: String? = nil) -> LanguageError {
    LanguageError(message, in: text, at: at.range ?? 0..<0, mend: mend)
  }

  private func conflict(_ message: String, _ a: Syntax, _ b: Syntax) -> LanguageError {
    var error = failure(message, b)
    error.related = .init(text: text, range: a.range ?? 0..<0, message: "\(shown(a)) stands here")
    return error
  }

  private func shown(_ x: Syntax) -> String { "\(x) (\(described(resolved(x.shape!))))" }

  /// A shape without the names of unknowns.
  private func described(_ shape: Shape) -> String {
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
      let result = Shape(try count(rows, shape.rows, x), shape.isColumn && columns == .list([1]) ? .one : try count(columns, shape.columns, x))
      return Syntax(.select(a, rows, columns), shape: result, range: x.range)
    case .assemble(let rows): return try assemble(rows, x)
    }
  }

  private mutating func binary(_ op: Syntax.Operator, _ a: Syntax, _ b: Syntax, _ x: Syntax) throws(LanguageError) -> Syntax {
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
        throw failure("/ divides by a scalar; \(shown(b)) is none", b, mend: "inv(\(b)) for matrices, ./ entry by entry")
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
        guard q.isScalar else { throw failure("^ needs a scalar exponent; \(shown(b)) is none", b, mend: ".^ entry by entry") }
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

  private func conflict(_ message: String, _ a: Syntax, _ b: Syntax, mend: String) -> LanguageError {
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

  // MARK: Words

  private mutating func call(_ word: String, _ arguments: [Syntax], _ x: Syntax) throws(LanguageError) -> Syntax {
    if Vocabulary.sized.contains(word) { return try sized(word, arguments, x) }
    if arguments.count == 2, Vocabulary.axial.contains(word), case .name(let axis) = arguments[1].form, axis == "rows" || axis == "columns" {
      let a = try infer(arguments[0])
      let shape = resolved(a.shape!)
      let result = word == "softmax" ? shape : axis == "rows" ? Shape(shape.rows, .one) : Shape(.one, shape.columns)
      return Syntax(.call(word, [a, Syntax(arguments[1].form, shape: .scalar, range: arguments[1].range)]), shape: result, range: x.range)
    }
    let candidates = vocabulary.words(word)
    guard !candidates.isEmpty else {
      let isName = declarations[word] != nil || definitions[word] != nil
      let mend = resembling(word, in: vocabulary.names).map { "did you mean \($0)?" }
      throw failure(
        isName ? "\(word) is no function" : "there is no function \"\(word)\"", x,
        mend: isName ? "a product is written with *" : mend)
    }
    var inferred: [Syntax] = []
    for argument in arguments { inferred.append(try infer(argument)) }
    // First the signature that fits as things are, then one that decides an unknown size to be one.
    for strict in [true, false] {
      for candidate in candidates {
        for signature in candidate.signatures where signature.arguments.count == arguments.count {
          let saved = bindings
          if let result = match(signature, inferred, strict) {
            return Syntax(.call(word, inferred), shape: result, range: x.range)
          }
          bindings = saved
        }
      }
    }
    let counts = Set(candidates.flatMap { $0.signatures.map(\.arguments.count) }).sorted()
    if !counts.contains(arguments.count) {
      throw failure(
        "\(word) takes \(counts.map(String.init).joined(separator: " or ")) argument\(counts == [1] ? "" : "s"), not \(arguments.count)", x)
    }
    let shapes = inferred.map(shown).joined(separator: ", ")
    let forms = candidates.flatMap(\.signatures).map { $0.arguments.map { "\($0)" }.joined(separator: ", ") }.joined(separator: " or ")
    throw failure("\(word) needs \(forms); the argument\(inferred.count == 1 ? " is" : "s are") \(shapes)", inferred.first ?? x)
  }

  private mutating func match(_ signature: Signature, _ arguments: [Syntax], _ strict: Bool) -> Shape? {
    var local: [String: Size] = [:]
    for pattern in signature.arguments {
      for name in pattern.rows.names + pattern.columns.names where local[name] == nil { local[name] = unknown() }
    }
    for (pattern, argument) in zip(signature.arguments, arguments) {
      let shape = resolved(argument.shape!)
      for (wanted, given) in [(pattern.rows, shape.rows), (pattern.columns, shape.columns)] {
        if strict, wanted.isOne, !given.isOne { return nil }
        guard unify(wanted.substituting(local), given) else { return nil }
      }
    }
    return resolved(signature.result.substituting(local))
  }

  /// A tree in the place of a size.
  mutating func size(_ x: Syntax) throws(LanguageError) -> Size {
    switch x.form {
    case .number(let c):
      guard let value = c.integer, value >= 0, value < 1 << 31 else { throw failure("a size is a whole number; \(x) is none", x) }
      return Size(value)
    case .name(let name):
      if let declared = declarations[name], declared.size == nil, !sizeNames.contains(name) {
        throw failure("a size is needed here; \(name) is declared as \(declared.shape)", x, mend: "\(name): dim(3)")
      }
      sizeNames.insert(name)
      return Size(name)
    case .binary(.add, let a, let b): return try size(a) + size(b)
    case .binary(.multiply, let a, let b): return try size(a) * size(b)
    default: throw failure("a size is a name, a whole number, or a sum or product of these; \(x) is none", x)
    }
  }

  private mutating func sized(_ word: String, _ arguments: [Syntax], _ x: Syntax) throws(LanguageError) -> Syntax {
    let count = ["eye": 1, "iota": 1, "toeplitzlayout": 1, "unvec": 3, "block": 3, "pick": Swift.max(2, arguments.count)][word] ?? 2
    guard arguments.count == count else {
      throw failure("\(word) takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)", x)
    }
    var sizes: [Size] = []
    for argument in arguments.suffix(word == "vector" ? 1 : word == "unvec" ? 2 : count) { sizes.append(try size(argument)) }
    var parts = arguments.map { Syntax($0.form, shape: .scalar, range: $0.range) }
    let shape: Shape
    switch word {
    case "eye": shape = Shape(sizes[0], sizes[0])
    case "iota": shape = Shape(sizes[0], .one)
    case "block": shape = Shape(sizes[1], sizes[2])
    case "toeplitzlayout": shape = Shape(sizes[0] * sizes[0], sizes[0])
    case "pick":
      for (index, argument) in zip(sizes.dropLast(), arguments) where index.constant.map({ $0 < 1 }) ?? true {
        throw failure("pick takes indices, whole numbers from 1, and a size; \(argument) is no index", argument)
      }
      shape = Shape(Size(count - 1), sizes[count - 1])
    case "K": shape = Shape(sizes[0] * sizes[1], sizes[0] * sizes[1])
    case "vector":
      parts[0] = try infer(arguments[0])
      guard resolved(parts[0].shape!).isScalar else { throw failure("vector(c, n) repeats a scalar; \(shown(parts[0])) is none", parts[0]) }
      shape = Shape(sizes[0], .one)
    case "unvec":
      parts[0] = try infer(arguments[0])
      guard unify(parts[0].shape!.rows, sizes[0] * sizes[1]), unify(parts[0].shape!.columns, .one) else {
        throw failure("unvec needs a column of \(sizes[0] * sizes[1]) entries; \(shown(parts[0])) is none", parts[0])
      }
      shape = Shape(sizes[0], sizes[1])
    default: shape = Shape(sizes[0], sizes[1])
    }
    return Syntax(.call(word, parts), shape: shape, range: x.range)
  }

  // MARK: Selection and assembly

  private func count(_ selection: Syntax.Selection, _ size: Size, _ x: Syntax) throws(LanguageError) -> Size {
    switch selection {
    case .all: return size
    case .range(let first, let last):
      if let n = size.constant, last > n { throw failure("index \(last) exceeds the size \(n)", x) }
      return Size(last - first + 1)
    case .list(let list):
      if let n = size.constant, let beyond = list.first(where: { $0 > n }) { throw failure("index \(beyond) exceeds the size \(n)", x) }
      return Size(list.count)
    case .named(let name):
      guard let declared = declarations[name] else {
        throw failure("\(name) is no declared list of indices", x, mend: "\(name): matrix(k,n), the rows of the identity to take")
      }
      guard declared.shape.columns == size || isUnknown(size) else {
        throw failure("\(name) selects among \(declared.shape.columns), but there are \(size)", x)
      }
      return declared.shape.rows
    }
  }

  private mutating func assemble(_ rows: [[Syntax]], _ x: Syntax) throws(LanguageError) -> Syntax {
    var blocks: [[Syntax]] = []
    for row in rows {
      var line: [Syntax] = []
      for block in row { line.append(try infer(block)) }
      blocks.append(line)
    }
    for row in blocks {
      for block in row.dropFirst() where !unify(row[0].shape!.rows, block.shape!.rows) {
        throw conflict("blocks beside each other need as many rows: \(shown(row[0])) and \(shown(block))", row[0], block)
      }
    }
    for j in blocks[0].indices {
      for row in blocks.dropFirst() where !unify(blocks[0][j].shape!.columns, row[j].shape!.columns) {
        throw conflict("blocks under each other need as many columns: \(shown(blocks[0][j])) and \(shown(row[j]))", blocks[0][j], row[j])
      }
    }
    let height = blocks.reduce(Size(0)) { $0 + resolved($1[0].shape!.rows) }
    let width = blocks[0].reduce(Size(0)) { $0 + resolved($1.shape!.columns) }
    return Syntax(.assemble(blocks), shape: Shape(height, width), range: x.range)
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
