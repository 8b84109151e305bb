// The reference identities: the derivative given there checks evaluation and comparison, ours is checked against finite differences, and must
// be at most as long. The table is data: the engine has never seen it.
import Foundation
import JSONText
import Testing

@testable import MatDeriv

struct Identity: CustomTestStringConvertible {
  var id: String
  var kind: String
  var form: DerivativeForm
  var expression: String
  var declarations: [String]
  var variable: String
  var derivative: String
  var nodes: Int

  var testDescription: String { id }

  static let all: [Identity] = {
    let url = Bundle.module.url(forResource: "Fixtures/identities.json", withExtension: nil)!
    let json = try! JSON(parsing: [UInt8](Data(contentsOf: url)))
    return json["identities"]!.arrayValue!.map { entry in
      func text(_ key: String) -> String { entry[key]!.stringValue! }
      let declarations = entry["vars"]!.objectValue!.map { "\($0.0): \($0.1.stringValue!)" }
      return Identity(
        id: text("id"), kind: text("kind"), form: DerivativeForm(rawValue: text("form"))!, expression: text("expr"),
        declarations: declarations, variable: text("wrt"), derivative: text("derivative"),
        nodes: entry["ref_nodes"]!.integerValue!)
    }
  }()

  func program(in graph: Graph = Graph()) throws -> Program {
    try Program(expression, Declarations(declarations), in: graph)
  }

  /// Our answer.
  func answer(_ program: Program) throws -> Derivative {
    let x = try #require(program.variable(variable))
    switch form {
    case .hessian, .second: return try hessian(of: program.expression, wrt: x)
    case .tied: return try MatDeriv.derivative(of: program.expression, wrt: x, convention: .tied)
    case .numerator, .vecjac: return try MatDeriv.derivative(of: program.expression, wrt: x)
    }
  }
}

@Suite struct IdentityTests {
  @Test func allArePresent() { #expect(Identity.all.count == 154) }

  @Test(arguments: Identity.all) func referenceHolds(_ identity: Identity) throws {
    let program = try identity.program()
    let g = program.graph
    let x = try #require(program.variable(identity.variable))
    let reference = try Program(identity.derivative, Declarations(identity.declarations), in: g).expression
    let derivative = Derivative(
      expression: program.expression, variable: x, kind: identity.kind, form: identity.form, layout: .numerator,
      convention: identity.form == .tied ? .tied : .projected, value: reference, unsimplified: reference, structure: [])
    let result = try derivative.check(sizes: program.declarations.sizes)
    #expect(result.holds, "\(identity.derivative): \(result)")
  }

  @Test(arguments: Identity.all) func derivedHolds(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let result = try answer.check(sizes: program.declarations.sizes)
    #expect(result.holds, "\(answer.value.syntax): \(result)")
    // A matrix of one column is a column: its Jacobian is the same matrix under either name.
    if identity.id != "Mv-kron" { #expect(answer.form == identity.form) }
  }

  @Test(arguments: Identity.all) func isAsShortAsTheReference(_ identity: Identity) throws {
    let answer = try identity.answer(try identity.program())
    #expect(answer.value.syntax.nodes <= identity.nodes, "\(answer.value.syntax)")
  }

  @Test(arguments: Identity.all) func printsAndParsesBack(_ identity: Identity) throws {
    let program = try identity.program()
    let g = program.graph
    for expression in [program.expression, try identity.answer(program).value] {
      let text = expression.syntax.description
      let again = try Program(text, Declarations(identity.declarations), in: g).expression
      #expect(again == expression, "\(text) became \(again.syntax)")
    }
  }

  @Test(arguments: Identity.all) func simplifiedEqualsUnsimplified(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let g = program.graph
    let roots = [answer.value.node, answer.unsimplified.node]
    let sizes = g.testSizes(of: roots + [program.expression.node], given: program.declarations.sizes)
    var generator = SeededGenerator(seed: 7)
    let values = try g.admissibleValues(of: roots, sizes: sizes, using: &generator)
    let (a, b) = (try answer.value.value(at: values), try answer.unsimplified.value(at: values))
    guard
      identity.declarations.allSatisfy({ !$0.contains("symmetric") && !$0.contains("spd") })
        || answer.form == .numerator
    else { return }
    #expect(isClose(a, b, 1e-9), "\(answer.value.syntax) and \(answer.unsimplified.syntax)")
  }

  @Test func answersAreIdempotent() throws {
    for identity in Identity.all {
      let answer = try identity.answer(try identity.program())
      let g = answer.value.graph
      #expect(g.cost(g.best(answer.value.node)) == g.cost(answer.value.node), "\(identity.id): \(answer.value.syntax)")
    }
  }
}

/// Whether all entries agree relative to the largest.
func isClose<Element: Scalar>(_ a: Matrix<Element>, _ b: Matrix<Element>, _ tolerance: Element) -> Bool {
  guard a.rows == b.rows, a.columns == b.columns else { return false }
  let scale = b.columnMajor.reduce(Element(1)) { Swift.max($0, Swift.abs($1)) }
  return zip(a.columnMajor, b.columnMajor).allSatisfy { Swift.abs($0 - $1) <= tolerance * scale || $0 == $1 }
}
