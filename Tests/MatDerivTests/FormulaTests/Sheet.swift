// A sheet on which formulas meet: one graph, so that two forms of one thing are one node, with declarations and named intermediates that
// all texts share. The stated formula, not our answer, goes through finite differences.
import Testing

@testable import MatDeriv

struct Sheet {
  let graph = Graph()
  let declarations: Declarations
  let definitions: String

  init(_ declarations: String..., where definitions: String...) throws {
    self.declarations = try Declarations(declarations)
    self.definitions = definitions.joined(separator: "; ")
  }

  /// The expression of a text; the names of the where clause may occur in it.
  func read(_ text: String) throws -> Expression {
    try Program(definitions.isEmpty ? text : "\(text) where \(definitions)", declarations, in: graph).expression
  }

  func derivative(_ f: String, _ x: String, layout: Layout = .numerator) throws -> Expression {
    try MatDeriv.derivative(of: read(f), wrt: read(x), layout: layout).value
  }

  /// The differential when the variables move in these directions: `["X": "dX"]`.
  func differential(_ f: String, _ directions: [String: String]) throws -> Expression {
    var moves: [Node: Node] = [:]
    for (x, dx) in directions { moves[try read(x).node] = try read(dx).node }
    return Expression(graph, try graph.differential(of: read(f).node, moves))
  }

  /// The derivative is the formula: one node when simplified, and finite differences confirm the formula.
  func expect(
    _ f: String, by x: String, is formula: String, layout: Layout = .numerator,
    convention: Convention = .projected, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try MatDeriv.derivative(of: read(f), wrt: read(x), layout: layout, convention: convention)
    let stated = try read(formula)
    expectSame(answer.value, stated, sourceLocation: sourceLocation)
    let claim = Derivative(
      expression: answer.expression, variable: answer.variable, kind: answer.kind, form: answer.form,
      layout: layout, convention: convention, value: stated, unsimplified: stated, structure: answer.structure)
    let result = try claim.check()
    #expect(result.holds, "\(formula): \(result)", sourceLocation: sourceLocation)
  }

  /// Finite differences confirm our derivative.
  func expectConfirmed(_ f: String, by x: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let answer = try MatDeriv.derivative(of: read(f), wrt: read(x))
    let result = try answer.check()
    #expect(result.holds, "\(answer.value.syntax): \(result)", sourceLocation: sourceLocation)
  }

  /// Two expressions are one: the same simplified node, or a difference that simplifies to zero; and equal in value.
  func expectSame(_ a: Expression, _ b: Expression, sourceLocation: SourceLocation = #_sourceLocation) {
    guard a.shape == b.shape else {
      Issue.record("\(a.syntax) is \(a.shape), \(b.syntax) is \(b.shape)", sourceLocation: sourceLocation)
      return
    }
    let isSame = a.simplified == b.simplified || (a - b).simplified.isZero
    #expect(isSame, "\(a.simplified.syntax) against \(b.simplified.syntax)", sourceLocation: sourceLocation)
    do {
      let values = try values(of: [a, b])
      let (x, y) = (try a.value(at: values), try b.value(at: values))
      #expect(isClose(x, y, 1e-11), "\(a.syntax) against \(b.syntax)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(a.syntax) and \(b.syntax): \(error)", sourceLocation: sourceLocation)
    }
  }

  func expectSame(_ a: String, _ b: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    expectSame(try read(a), try read(b), sourceLocation: sourceLocation)
  }

  /// The expression with the definitions of all names put in.
  func inlined(_ expression: Expression) -> Expression {
    var values: [Node: Node] = [:]
    // A definition stands after what it uses.
    for (index, symbol) in graph.symbols.enumerated() {
      if case .definition(let value) = symbol.role {
        let name = graph.symbol(named: graph.symbols[index].name)!
        values[name] = graph.substituting(values, in: value)
      }
    }
    return Expression(graph, graph.substituting(values, in: expression.node))
  }

  /// Random admissible values of all variables below.
  func values(of expressions: [Expression], seed: UInt64 = 11) throws -> Values<Double> {
    let roots = expressions.map(\.node)
    var generator = SeededGenerator(seed: seed)
    return try graph.admissibleValues(
      of: roots, sizes: graph.testSizes(of: roots, given: declarations.sizes), using: &generator)
  }

  /// The central difference of f when entry (i,j) of a variable moves.
  func difference(
    _ f: Expression, _ x: String, _ i: Int, _ j: Int, at values: Values<Double>
  ) throws(EvaluationError) -> Matrix<Double> {
    let start = values[x]!
    let unit = Matrix<Double>(rows: start.rows, columns: start.columns) { ($0, $1) == (i, j) ? 1 : 0 }
    func moved(_ value: Matrix<Double>) throws(EvaluationError) -> Matrix<Double> {
      var values = values
      values[x] = value
      return try f.value(at: values)
    }
    return try CentralDifference().derivative(moved, at: start, along: unit, step: 1e-3)
  }
}
