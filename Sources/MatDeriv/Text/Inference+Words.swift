// Shapes of calls: the words of the vocabulary by their signatures, and the words whose arguments are sizes.

extension Inference {
  mutating func call(_ word: String, _ arguments: [Syntax], _ x: Syntax) throws(LanguageError) -> Syntax {
    if Vocabulary.sized.contains(word) { return try sized(word, arguments, x) }
    if arguments.count == 2, Vocabulary.axial.contains(word), case .name(let axis) = arguments[1].form,
      axis == "rows" || axis == "columns"
    {
      let a = try infer(arguments[0])
      let shape = resolved(a.shape!)
      let result = word == "softmax" ? shape : axis == "rows" ? Shape(shape.rows, .one) : Shape(.one, shape.columns)
      return Syntax(
        .call(word, [a, Syntax(arguments[1].form, shape: .scalar, range: arguments[1].range)]), shape: result,
        range: x.range)
    }
    let candidates = vocabulary.words(word)
    guard !candidates.isEmpty else {
      let isName = declarations[word] != nil || definitions[word] != nil
      let mend = (Vocabulary.otherWords[word] ?? resembling(word, in: vocabulary.names)).map { "did you mean \($0)?" }
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
        "\(word) takes \(counts.map(String.init).joined(separator: " or ")) argument\(counts == [1] ? "" : "s"), not \(arguments.count)",
        x)
    }
    let shapes = inferred.map(shown).joined(separator: ", ")
    let forms = candidates.flatMap(\.signatures).map { $0.arguments.map { "\($0)" }.joined(separator: ", ") }.joined(
      separator: " or ")
    throw failure(
      "\(word) needs \(forms); the argument\(inferred.count == 1 ? " is" : "s are") \(shapes)", inferred.first ?? x)
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

  /// Notes the names that stand in the place of sizes anywhere in the tree: elsewhere they are numbers.
  mutating func noteSizes(_ x: Syntax) {
    switch x.form {
    case .number, .name: break
    case .negate(let a), .transpose(let a), .select(let a, _, _): noteSizes(a)
    case .binary(_, let a, let b):
      noteSizes(a)
      noteSizes(b)
    case .assemble(let rows): for block in rows.joined() { noteSizes(block) }
    case .call(let word, let arguments):
      let places = Inference.sizeArguments(word, arguments)
      for argument in arguments.dropLast(places.count) { noteSizes(argument) }
      for argument in places { noteSizeNames(argument) }
    }
  }

  private mutating func noteSizeNames(_ x: Syntax) {
    switch x.form {
    case .name(let name) where declarations[name].map { $0.isSize } ?? true: sizeNames.insert(name)
    case .binary(_, let a, let b):
      noteSizeNames(a)
      noteSizeNames(b)
    default: break
    }
  }

  /// The arguments of a word that are sizes: the last ones.
  private static func sizeArguments(_ word: String, _ arguments: [Syntax]) -> ArraySlice<Syntax> {
    guard Vocabulary.sized.contains(word) else { return [] }
    return arguments.suffix(word == "vector" || word == "pick" ? 1 : word == "unvec" ? 2 : arguments.count)
  }

  /// A tree in the place of a size.
  mutating func size(_ x: Syntax) throws(LanguageError) -> Size {
    switch x.form {
    case .number(let c):
      guard let value = c.integer, value >= 0, value < 1 << 31 else {
        throw failure("a size is a whole number; \(x) is none", x)
      }
      return Size(value)
    case .name(let name):
      if let declared = declarations[name], !declared.isSize, !sizeNames.contains(name) {
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
    let count =
      ["eye": 1, "iota": 1, "toeplitzlayout": 1, "unvec": 3, "block": 3, "pick": Swift.max(2, arguments.count)][word]
      ?? 2
    guard arguments.count == count else {
      throw failure("\(word) takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)", x)
    }
    var sizes: [Size] = []
    for argument in arguments.suffix(word == "vector" ? 1 : word == "unvec" ? 2 : count) {
      sizes.append(try size(argument))
    }
    var parts = arguments.map { Syntax($0.form, shape: .scalar, range: $0.range) }
    let shape: Shape
    switch word {
    case "eye": shape = Shape(sizes[0], sizes[0])
    case "iota": shape = Shape(sizes[0], .one)
    case "block": shape = Shape(sizes[1], sizes[2])
    case "toeplitzlayout": shape = Shape(sizes[0] * sizes[0], sizes[0])
    case "pick":
      for (place, argument) in arguments.dropLast().enumerated() {
        guard let index = sizes[place].constant, index > 0 else {
          throw failure("pick takes indices, whole numbers from 1, and a size; \(argument) is no index", argument)
        }
      }
      shape = Shape(Size(count - 1), sizes[count - 1])
    case "K": shape = Shape(sizes[0] * sizes[1], sizes[0] * sizes[1])
    case "vector":
      parts[0] = try infer(arguments[0])
      guard resolved(parts[0].shape!).isScalar else {
        throw failure("vector(c, n) repeats a scalar; \(shown(parts[0])) is none", parts[0])
      }
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
}
