// The page, the notations and the JSON of the formulas of backpropagation.
import JSONText
import MLP
import MatDeriv

struct ExplainPage {
  let explanation: Explanation
  let shape: String
  /// What is shown: from the loss back, and the loss by each parameter.
  let backward: [Explanation.Step]
  let whole: [Explanation.Step]
  private let withSteps: Bool

  /// - Parameter names: the variables that are asked for; all if there are none.
  /// **Throws**: status 64 for a name that the network does not have.
  init(_ network: Network, wrt names: [String], withSteps: Bool) throws(Failure) {
    do throws(DerivationError) { explanation = try network.explanation() } catch {
      throw .internalError("the formulas of a \(network.shape) network have no derivative: \(error)")
    }
    shape = network.shape
    self.withSteps = withSteps
    guard !names.isEmpty else {
      (backward, whole) = (explanation.backward, explanation.whole)
      return
    }
    var chosen: [Explanation.Step] = []
    for name in names {
      let step: Explanation.Step?
      do throws(DerivationError) { step = try explanation.loss(by: name) } catch {
        throw .internalError("there is no derivative by \(name): \(error)")
      }
      if let step {
        chosen.append(step)
      } else {
        let known = explanation.whole.map(\.variable) + explanation.backward.map(\.variable)
        let near = Similar.nearest(to: name, in: known.filter { $0.count == name.count })
        throw Failure(
          .usage, "--wrt \(name): the network has no \(name)", mend: "--wrt \(near ?? explanation.whole[0].variable)")
      }
    }
    (backward, whole) = ([], chosen)
  }

  private var all: [Explanation.Step] { backward + whole }

  func report(in notation: Notation?, command: String) throws(Failure) -> Report {
    var sections = [
      Section(
        "sizes", [.facts(explanation.sizes.map { ($0.name, ($0.value.map { "\($0) " } ?? "") + $0.meaning) })]),
      Section("forward", note: "B1", [.facts(ExplainPage.forward(explanation.forward))]),
    ]
    if !backward.isEmpty {
      sections.append(
        Section(
          "backward", note: "numerator layout; a row of Delta for each sample", [.table(table(backward))]))
    }
    sections.append(Section("derivatives of the loss", [.table(table(whole))]))
    let conditions = self.conditions
    if !conditions.isEmpty { sections.append(Section("conditions", [.text(conditions.joined(separator: "; "))])) }
    var derivations: [Derivation] = []
    if withSteps {
      for step in all {
        let derivation = try derivation(of: step)
        derivations.append(derivation)
        var section = derivation.section
        section.title = "steps to \(step.left)"
        sections.append(section)
      }
    }
    var report = Report(
      verdict: "\(shape): \(Numbers.counted(all.count, "derivative")), none of them typed in", sections: sections,
      records: { self.table(self.all) }, json: { self.json(derivations, command) })
    if let notation, notation != .json { report.bare = try text(in: notation, derivations) }
    return report
  }

  static func forward(_ program: MatDeriv.Program) -> [(String, String)] {
    [("L", program.syntax.description)] + program.definitions.map { ($0.name, $0.syntax.description) }
  }

  private func table(_ steps: [Explanation.Step]) -> Table {
    Table(
      columns: [.verbatim("formula"), .verbatim("shape"), .verbatim("by")],
      rows: steps.map { step in
        [
          .text("\(step.left) = \(step.derivative.value.syntax)"), .text(step.derivative.value.shape.description),
          .text(step.rules.joined(separator: ", ")),
        ]
      })
  }

  private var conditions: [String] {
    var found: [String] = []
    for condition in all.flatMap(\.derivative.conditions).map(\.description) where !found.contains(condition) {
      found.append(condition)
    }
    return found
  }

  private func derivation(of step: Explanation.Step) throws(Failure) -> Derivation {
    do throws(DerivationError) { return try step.derivative.derivation(of: step.program.syntax) } catch {
      throw .internalError("the steps to \(step.left) are not found: \(error)")
    }
  }

  private func text(in notation: Notation, _ derivations: [Derivation]) throws(Failure) -> String {
    if let language = notation.language {
      var functions: [String] = []
      // Formulas with Delta are functions of it; without --wrt those of the whole loss are meant.
      for step in whole {
        do throws(CodeError) {
          functions.append(try step.derivative.value.code(in: language, named: "derivative_\(step.variable)"))
        } catch {
          throw Failure(.answeredNo, "the derivative with respect to \(step.variable) cannot be written: \(error)")
        }
      }
      return DerivAnswer.file(functions, language)
    }
    if withSteps {
      return derivations.map { notation == .latex ? $0.latex : $0.text + "\n" }.joined(separator: "\n")
    }
    return all.map { step in
      let syntax = step.derivative.value.syntax
      switch notation {
      case .latex: return "\(ExplainPage.latex(step)) = \(syntax.latex)\n"
      case .mathml: return syntax.mathML + "\n"
      default: return "\(step.left) = \(syntax)\n"
      }
    }.joined()
  }

  /// The left side: `\Delta_{2} = \frac{\partial L}{\partial z_{2}}`.
  private static func latex(_ step: Explanation.Step) -> String {
    func symbol(_ name: String) -> String {
      let letters = name.prefix { !$0.isNumber }
      return "\(letters == "Delta" ? "\\Delta" : String(letters))_{\(name.dropFirst(letters.count))}"
    }
    return (step.name.map { symbol($0) + " = " } ?? "") + "\\frac{\\partial L}{\\partial \(symbol(step.variable))}"
  }

  private func json(_ derivations: [Derivation], _ command: String) -> JSON {
    func list(_ steps: [Explanation.Step], _ derivations: ArraySlice<Derivation>) -> JSON {
      .array(
        steps.enumerated().map { i, step in
          let value = step.derivative.value
          var members: [(String, JSON)] = [
            ("left", .string(step.left)), ("name", step.name.map(JSON.string) ?? nil),
            ("wrt", .string(step.variable)), ("rules", JSON(step.rules)),
            ("derivative", .string(value.syntax.description)), ("latex", .string(value.syntax.latex)),
            ("shape", value.shape.json), ("conditions", JSON(step.derivative.conditions.map(\.description))),
          ]
          if !derivations.isEmpty { members.append(("steps", derivations[derivations.startIndex + i].json)) }
          return .object(members)
        })
    }
    return [
      "schema": "statcli.mlp.explain/1", "command": .string(command), "version": .string(Version.number),
      "shape": .string(shape), "layout": "numerator",
      "sizes": .object(explanation.sizes.map { ($0.name, $0.value.map(JSON.integer) ?? nil) }),
      "loss": .string(explanation.forward.syntax.description),
      "definitions": .object(explanation.forward.definitions.map { ($0.name, .string($0.syntax.description)) }),
      "backward": list(backward, derivations.prefix(backward.count)),
      "derivatives": list(whole, derivations.dropFirst(backward.count)),
    ]
  }
}
