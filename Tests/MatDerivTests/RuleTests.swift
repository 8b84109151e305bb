// The rule of every primitive on all of its examples. Adding a primitive to the list adds it here.
import Testing

@testable import MatDeriv

/// One example of one primitive.
struct RuleCase: CustomTestStringConvertible {
  let primitive: any Primitive
  let example: Example
  var testDescription: String { "\(primitive.name): \(example.expression)" }

  /// Primitives that are made with sizes or indices; the list of words has no use for them.
  static let parametrised: [any Primitive] = [
    Pick(indices: [1, 3], n: "n"), Block(offset: "m", k: "n", n: Size("m") + Size("n")), Iota(n: "n"), Unvec("m", "n"),
    Toeplitz.Layout(n: "n"),
  ]

  static let primitives = Primitives.all + parametrised
  static let all = primitives.flatMap { primitive in
    primitive.examples.map { RuleCase(primitive: primitive, example: $0) }
  }
}

@Suite struct RuleTests {
  /// The rules that do not exist, by the primitive whose examples ask for them: derivatives of these refuse by name.
  private static let missing: [String: Set<MissingRule>] = {
    var result: [String: Set<MissingRule>] = [
      "digamma": [MissingRule(order: 2, primitive: "trigamma")],
      "trigamma": [MissingRule(order: 1, primitive: "trigamma")],
    ]
    // Of functions of matrices there are two derivatives by X, as operators and as matrices, and no third.
    for function in EntireFunction.allCases.map(\.rawValue) {
      result["d\(function)"] = [MissingRule(order: 2, primitive: "d2\(function)")]
      for word in ["d2\(function)", "j\(function)", "j2\(function)"] {
        result[word] = [MissingRule(order: 1, primitive: word)]
      }
    }
    return result
  }()

  @Test(arguments: RuleCase.all) func ruleHolds(_ rule: RuleCase) throws {
    let missing = try checkRule(rule.primitive, rule.example)
    let listed = Self.missing[rule.primitive.name] ?? []
    // A list that names rules which exist would hide nothing, but say something false.
    #expect(missing == listed, "\(missing)")
  }

  /// The applications of a primitive in its examples.
  private func applications(_ primitive: any Primitive) throws -> [[Shape]] {
    try primitive.examples.flatMap { example in
      let e = try Program(example.expression, Declarations(example.declarations)).expression
      return e.graph.reachable(from: [e.node]).compactMap { node -> [Shape]? in
        guard case .apply(let index, let arguments) = e.graph.operation(node),
          type(of: e.graph.primitives[Int(index)]) == type(of: primitive),
          e.graph.primitives[Int(index)].name == primitive.name
        else { return nil }
        return arguments.map { e.graph.shape($0) }
      }
    }
  }

  @Test func everyPrimitiveOccursInItsExamples() throws {
    for primitive in RuleCase.primitives {
      #expect(!(try applications(primitive)).isEmpty, "\(primitive.name)")
    }
  }

  /// A rule that mixes up rows and columns is invisible in square examples.
  @Test func examplesAreNotSquareWhereTheyNeedNotBe() throws {
    for primitive in Primitives.all {
      let found = try applications(primitive)
      for signature in primitive.signatures {
        for (i, argument) in signature.arguments.enumerated()
        where argument.rows != argument.columns && !argument.isColumn && !argument.isRow {
          let isCovered = found.contains { shapes in
            i < shapes.count && !shapes[i].isSquare && !shapes[i].isColumn && !shapes[i].isRow
          }
          #expect(isCovered, "\(primitive.name), argument \(i + 1)")
        }
      }
    }
  }

  @Test func wordsAreUnique() {
    var seen: Set<String> = []
    for primitive in RuleCase.primitives where !seen.insert(primitive.name + primitive.parameters).inserted {
      Issue.record("\(primitive.name) is listed twice")
    }
  }
}
