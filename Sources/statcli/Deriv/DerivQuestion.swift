// What is asked: the expression with its declarations, and the variables with respect to which it is derived.
import MatDeriv

struct DerivQuestion {
  let input: ExpressionInput
  let program: MatDeriv.Program
  /// With respect to what, in the order given.
  let variables: [(name: String, expression: Expression)]
  /// The variable, where none was given and there is only one.
  let chosenAlone: String?
  /// The values of sizes, declared by dim or given by --size.
  let sizes: [String: Int]
  /// How the derivative is to be looked at.
  let view: View?
  /// Names that were asked for and do not occur: the derivative is zero.
  let absent: [String]
  /// Names of variables in the expression, definitions followed, in the order in which a reader meets them.
  let occurring: [String]

  /// - Parameter given: names that have values, and are not meant where --wrt is left out; nil where there are no values.
  init(
    _ input: ExpressionInput, _ flags: ExpressionFlags, view: View? = nil, given: Set<String>? = nil
  ) throws(Failure) {
    self.input = input
    self.view = view
    let program: MatDeriv.Program
    do throws(LanguageError) {
      let declarations = try Declarations(flags.declarations.filter { !ExpressionFlags.isDefinition($0) })
      program = try MatDeriv.Program(input.text, declarations)
    } catch {
      throw input.failure(error)
    }
    self.program = program
    let definitions = program.definitions.map(\.name)
    occurring = DerivQuestion.names(in: program)
    sizes = try DerivQuestion.sizes(flags, program)
    var wanted = flags.wanted
    if wanted.isEmpty {
      let open = occurring.filter { !(given ?? []).contains($0) }
      chosenAlone = open.count == 1 ? open[0] : nil
      if let only = chosenAlone {
        wanted = [only]
      } else {
        if occurring.isEmpty {
          throw Failure(
            .usage, "the expression has no variable: \(program.syntax)", mend: "--let 'x: vector(n)' --wrt x")
        }
        if open.isEmpty {
          throw Failure(
            .usage, "every variable has a value: \(occurring.joined(separator: ", "))",
            mend: "--data for all names but those that are minimised over")
        }
        let unused = (given ?? []).subtracting(occurring).sorted()
        let near = open.compactMap { name in
          DerivQuestion.resembling(name, in: unused).map { ($0, name) }
        }.first
        throw Failure(
          .usage,
          "with respect to which variable? \(given == nil ? "The expression has" : "Without a value are") "
            + open.joined(separator: ", "),
          mend: near.map { "is \"\($0)\" the name of \($1)?" } ?? "--wrt \(open[0])")
      }
    } else {
      chosenAlone = nil
    }
    var variables: [(String, Expression)] = []
    var absent: [String] = []
    for name in wanted {
      if let known = program.variable(name) {
        variables.append((name, known))
        if !occurring.contains(name) && !definitions.contains(name) { absent.append(name) }
      } else if let declared = program.declarations[name], !declared.isSize {
        let shape = declared.shape
        variables.append((name, program.graph.variable(name, shape.rows, shape.columns, declared.facts)))
        absent.append(name)
      } else {
        throw DerivQuestion.unknown(
          name, program, occurring + definitions, mayBeAbsent: given == nil)
      }
    }
    self.variables = variables
    self.absent = absent
  }

  /// Names that the user has given a meaning: new ones must differ from them.
  var declaredNames: Set<String> { Set(program.declarations.items.map(\.name)) }

  /// The sizes that are given, each a size of the text, and in agreement with what is declared.
  private static func sizes(_ flags: ExpressionFlags, _ program: MatDeriv.Program) throws(Failure) -> [String: Int] {
    var sizes = program.declarations.sizes
    for size in flags.sizes {
      // BLAS counts rows and columns in 32 bits.
      guard size.value <= Int32.max else {
        throw Failure(.usage, "--size \(size.name)=\(size.value): the largest size is \(Int32.max)")
      }
      guard program.sizes.contains(size.name) else {
        let has = program.sizes.isEmpty ? "no size" : program.sizes.joined(separator: ", ")
        throw Failure(
          .usage, "--size \(size.name)=\(size.value): the expression has no size \(size.name); it has \(has)",
          mend: "--let 'X: matrix(m,n)' (to name the sizes of a matrix X)")
      }
      if let known = sizes[size.name], known != size.value {
        throw Failure(.usage, "the size \(size.name) has two values: \(known) and \(size.value)")
      }
      sizes[size.name] = size.value
    }
    return sizes
  }

  /// The failure that tells sizes without a value.
  static func sizesMissing(_ names: [String]) -> Failure {
    let list = names.count == 1 ? "the size \(names[0]) has" : "the sizes \(names.joined(separator: ", ")) have"
    return Failure(.usage, "\(list) no value", mend: names.map { "--size \($0)=100" }.joined(separator: " "))
  }

  private static func unknown(_ name: String, _ program: MatDeriv.Program, _ names: [String], mayBeAbsent: Bool)
    -> Failure
  {
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && name.first?.isNumber == false
    guard isName else {
      return Failure(
        .usage, "--wrt takes names of variables or of parts named by where; \"\(name)\" is none",
        mend: "--let 'z = ...' --wrt z, with z in the expression")
    }
    if name == "pi" { return Failure(.usage, "pi is the number, and a derivative is taken with respect to a variable") }
    if program.sizes.contains(name) {
      return Failure(.usage, "\(name) is a size, and a derivative is taken with respect to a variable")
    }
    let has = names.isEmpty ? "no variable" : names.joined(separator: ", ")
    if let near = DerivQuestion.resembling(name, in: names) {
      return Failure(
        .usage, "the expression has no \(name); it has \(has). Did you mean \"\(near)\"?", mend: "--wrt \(near)")
    }
    if !mayBeAbsent {
      return Failure(.usage, "the expression has no \(name); it has \(has)", mend: "--wrt \(names.first ?? "x")")
    }
    let kind = ("a"..."g").contains(name) ? "scalar" : name.first!.isLowercase ? "vector(n)" : "matrix(m,n)"
    return Failure(
      .usage, "the expression has no \(name); it has \(has)",
      mend: "--let '\(name): \(kind)' (then the derivative is zero)")
  }

  /// The name that a mistyped one resembles. Every letter resembles every other: short names must differ by case alone.
  static func resembling(_ name: String, in names: [String]) -> String? {
    Similar.nearest(
      to: name, in: names.filter { ($0.count > 1 && name.count > 1) || $0.lowercased() == name.lowercased() })
  }

  /// Variables of the expression and of the definitions that it uses.
  private static func names(in program: MatDeriv.Program) -> [String] {
    var found: [String] = []
    var open = [program.syntax]
    var followed: Set<String> = []
    while let tree = open.popLast() {
      for name in tree.names {
        if let definition = program.definitions.first(where: { $0.name == name }) {
          if followed.insert(name).inserted { open.append(definition.syntax) }
        } else if program.variable(name) != nil, !found.contains(name) {
          found.append(name)
        }
      }
    }
    return found
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  var trimmed: String {
    let characters = drop { $0.isWhitespace }
    return String(characters.reversed().drop { $0.isWhitespace }.reversed())
  }
}
