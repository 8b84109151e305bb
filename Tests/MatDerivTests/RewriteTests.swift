// Rewrites change texts, never values: each switched off by itself leaves all answers right. And what is written does not depend on what
// else is in the graph.
import Testing

@testable import MatDeriv

@Suite struct RewriteTests {
  /// A value of each answer, seen along directions in which the variable may move: off them, forms of one derivative may differ.
  private static func seen(_ answer: Derivative, at values: Values<Double>) throws -> Matrix<Double> {
    let m = try answer.value.value(at: values)
    let structure = answer.value.graph.structure(of: answer.variable.node)
    guard !structure.isEmpty, answer.form == .vecjac || answer.form == .hessian else { return m }
    let x = values[answer.value.graph.symbol(answer.variable.node)!.name]!
    let basis = Graph.tangentBasis(x.rows, x.columns, structure)
    let columns = Matrix<Double>(
      rows: x.count, columns: basis.count, columnMajor: basis.flatMap { $0.columnMajor })
    return answer.form == .hessian ? columns.transposed * (m * columns) : m * columns
  }

  /// The answers with all rewrites on, which finite differences confirm elsewhere.
  private static let answers: [(values: Values<Double>, seen: Matrix<Double>, text: String)] = Identity.all.map {
    let program = try! $0.program()
    let answer = try! $0.answer(program)
    let g = program.graph
    var generator = SeededGenerator(seed: 17)
    let roots = [program.expression.node, answer.value.node, answer.variable.node]
    let sizes = g.testSizes(of: roots, given: program.declarations.sizes)
    let values = try! g.admissibleValues(of: roots, sizes: sizes, using: &generator)
    return (values, try! seen(answer, at: values), answer.value.syntax.description)
  }

  @Test(arguments: Rewrite.allCases) func noRewriteIsNeededForTruth(_ rewrite: Rewrite) throws {
    for (identity, answer) in zip(Identity.all, Self.answers) {
      let other = try identity.answer(try identity.program(in: Graph(without: [rewrite])))
      let error = distance(try Self.seen(other, at: answer.values), answer.seen)
      #expect(
        error <= Tolerance.same.double, "\(identity.id): \(other.value.syntax) against \(answer.text): \(error)")
    }
  }

  @Test func allRewritesOffIsStillTrue() throws {
    let none = Set(Rewrite.allCases)
    for identity in Identity.all where identity.form == .numerator {
      let program = try identity.program(in: Graph(without: none))
      let result = try identity.answer(program).check(sizes: program.declarations.sizes, points: 1)
      #expect(result.holds, "\(identity.id): \(result)")
    }
  }

  /// The same question again, in a graph where other things were made before, and with the declarations in another order.
  @Test(arguments: Identity.all) func textDoesNotDependOnTheGraph(_ identity: Identity) throws {
    let text = try identity.answer(identity.program()).value.syntax.description
    let again = try identity.answer(identity.program()).value.syntax.description
    #expect(again == text)

    // norm2 is left out here: a graph that has seen the word writes it.
    let crowded = Graph()
    _ = try crowded.parse(
      "tr(Zq'*exp(Zq)) + logdet(Yq'*Yq + eye(q7)) + sum(Zq.^2)", ["Zq: matrix(p7,q7)", "Yq: matrix(p7,q7)"])
    let unrelated = try crowded.parse("zq'*Kq*zq*sum(exp(zq))", ["zq: vector(q7)", "Kq: matrix(q7,q7)"])
    _ = try hessian(of: unrelated, wrt: crowded.variable("zq", "q7"))
    let second = try identity.answer(identity.program(in: crowded)).value.syntax.description
    #expect(second == text)

    var reversed = identity
    reversed.declarations.reverse()
    let third = try reversed.answer(reversed.program()).value.syntax.description
    #expect(third == text)
  }
}
