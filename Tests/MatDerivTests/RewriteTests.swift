// Rewrites change texts, never values: each switched off by itself leaves all answers right. And what is written does not depend on what
// else is in the graph.
import Testing

@testable import MatDeriv

@Suite struct RewriteTests {
  /// A value of each answer, seen along directions in which the variable may move: off them, forms of one derivative may differ.
  private func seen(_ answer: Derivative, at values: Values<Double>) throws -> Matrix<Double> {
    let m = try answer.value.value(at: values)
    let structure = answer.value.graph.structure(of: answer.variable.node)
    guard !structure.isEmpty, answer.form == .vecjac || answer.form == .hessian else { return m }
    let x = values[answer.value.graph.symbol(answer.variable.node)!.name]!
    let basis = Graph.tangentBasis(x.rows, x.columns, structure)
    let columns = Matrix<Double>(
      rows: x.count, columns: basis.count, columnMajor: basis.flatMap { $0.columnMajor })
    return answer.form == .hessian ? columns.transposed * (m * columns) : m * columns
  }

  @Test(arguments: Rewrite.allCases) func noRewriteIsNeededForTruth(_ rewrite: Rewrite) throws {
    for identity in Identity.all {
      let program = try identity.program()
      let answer = try identity.answer(program)
      let plain = try identity.program(in: Graph(without: [rewrite]))
      let other = try identity.answer(plain)
      let g = program.graph
      var generator = SeededGenerator(seed: 17)
      let roots = [program.expression.node, answer.value.node, answer.variable.node]
      let sizes = g.testSizes(of: roots, given: program.declarations.sizes)
      let values = try g.admissibleValues(of: roots, sizes: sizes, using: &generator)
      let error = distance(try seen(other, at: values), try seen(answer, at: values))
      #expect(
        error <= Tolerance.same.double, "\(identity.id): \(other.value.syntax) against \(answer.value.syntax): \(error)"
      )
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

  /// The same question in a graph where other things were made before, and symbols in another order.
  @Test func textDoesNotDependOnTheGraph() throws {
    for identity in Identity.all {
      let text = try identity.answer(identity.program()).value.syntax.description
      #expect(try identity.answer(identity.program()).value.syntax.description == text)

      let crowded = Graph()
      _ = try crowded.parse(
        "tr(Zq'*exp(Zq)) + logdet(Yq'*Yq + eye(q7)) + norm2(Zq)^2", ["Zq: matrix(p7,q7)", "Yq: matrix(p7,q7)"])
      _ = try hessian(of: crowded.parse("zq'*Kq*zq*sum(exp(zq))"), wrt: crowded.parse("zq"))
      let second = try identity.answer(identity.program(in: crowded)).value.syntax.description
      #expect(second == text, "\(identity.id)")

      let reversed = Graph()
      let symbols = try identity.program().graph.symbols.filter { $0.role == .variable }
      for symbol in symbols.reversed() { _ = reversed.symbol(symbol.name, symbol.shape, symbol.facts) }
      let third = try identity.answer(identity.program(in: reversed)).value.syntax.description
      #expect(third == text, "\(identity.id)")
    }
  }
}
