// What is asked: the expression with its declarations, and the variables with respect to which it is derived.
import MatDeriv

struct DerivQuestion {
  let input: ExpressionInput
  let program: MatDeriv.Program
  /// With respect to what, in the order given.
  let variables: [(name: String, expression: Expression)]
  /// The variable, where none was given and there is only one.
  let chosenAlone: String?
  /// How the derivative is to be looked at.
  let view: View?
  /// Names that were asked for and do not occur: the derivative is zero.
  let absent: [String]
  /// Names of variables in the expression, definitions followed, in the order in which a reader meets them.
  let occurring: [String]

  init(_ input: ExpressionInput, _ flags: DerivFlags) throws(Failure) {
    self.input = input
    view = flags.view
    let program: MatDeriv.Program
    do throws(LanguageError) {
      let declarations = try Declarations(flags.declarations.filter { !DerivFlags.isDefinition($0) })
      program = try MatDeriv.Program(input.text, declarations)
    } catch {
      throw input.failure(error)
    }
    self.program = program
    let definitions = program.definitions.map(\.name)
    occurring = DerivQuestion.names(in: program)
    var wanted: [String] = []
    for name in flags.wrt.flatMap({ $0.split(separator: ",").map { $0.trimmed } }) where !wanted.contains(name) {
      wanted.append(name)
    }
    if wanted.isEmpty {
      chosenAlone = occurring.count == 1 ? occurring[0] : nil
      guard let only = chosenAlone else {
        if occurring.isEmpty {
          throw Failure(
            .usage, "the expression has no variable: \(program.syntax)", mend: "--let 'x: vector(n)' --wrt x")
        }
        throw Failure(
          .usage, "with respect to which variable? The expression has \(occurring.joined(separator: ", "))",
          mend: "--wrt \(occurring[0])")
      }
      wanted = [only]
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
        throw DerivQuestion.unknown(name, program, occurring + definitions)
      }
    }
    self.variables = variables
    self.absent = absent
  }

  /// Names that the user has given a meaning: new ones must differ from them.
  var declaredNames: Set<String> { Set(program.declarations.items.map(\.name)) }

  private static func unknown(_ name: String, _ program: MatDeriv.Program, _ names: [String]) -> Failure {
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
