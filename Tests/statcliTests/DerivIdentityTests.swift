// The reference identities through the program itself, a process each: the printed derivative is parsed again and compared with finite
// differences, is no longer than the reference, and says what its entries mean.
import Foundation
import JSONText
import Testing

@testable import MatDeriv

private struct Entry: CustomTestStringConvertible, Sendable {
  let id: String
  let expression: String
  let declarations: [String]
  let variable: String
  let form: DerivativeForm
  let nodes: Int

  var testDescription: String { id }

  static let all: [Entry] = {
    let place = Scratch.repository.appending(path: "Tests/MatDerivTests/Fixtures/identities.json")
    guard let data = try? Data(contentsOf: place), let json = try? JSON(parsing: Array(data)) else { return [] }
    return (json["identities"]?.arrayValue ?? []).map { entry in
      func text(_ key: String) -> String { entry[key]!.stringValue! }
      return Entry(
        id: text("id"), expression: text("expr"),
        declarations: entry["vars"]!.objectValue!.map { "\($0.0): \($0.1.stringValue!)" }, variable: text("wrt"),
        form: DerivativeForm(rawValue: text("form"))!, nodes: entry["ref_nodes"]!.integerValue!)
    }
  }()

  var arguments: [String] {
    let flags: [String]
    switch form {
    case .hessian, .second: flags = ["--hessian"]
    case .tied: flags = ["--convention", "tied"]
    case .numerator, .vecjac: flags = []
    }
    return ["deriv", expression, "--wrt", variable, "--json", "--check"] + flags
      + declarations.flatMap { ["--let", $0] }
  }
}

@Suite struct DerivIdentityTests {
  @Test func allArePresent() { #expect(Entry.all.count == 154) }

  @Test(arguments: Entry.all) fileprivate func isDerived(_ entry: Entry) throws {
    let run = try Scratch().run(entry.arguments)
    try #require(run.status == 0, "\(run.errors)")
    let json = try JSON(parsing: Array(run.output.utf8))
    let text = try #require(json["derivative"]?.stringValue)
    // A matrix of one column is a column, whose Jacobian is the same under either name.
    if entry.id != "Mv-kron" { #expect(json["form"]?.stringValue == entry.form.rawValue) }
    let program = try MatDeriv.Program(entry.expression, Declarations(entry.declarations))
    let printed = try MatDeriv.Program(text, Declarations(entry.declarations), in: program.graph)
    #expect(json["nodes"]?.integerValue == printed.syntax.nodes && printed.syntax.nodes <= entry.nodes, "\(text)")
    let variable = try #require(program.variable(entry.variable))
    let derivative = Derivative(
      expression: program.expression, variable: variable, kind: json["kind"]!.stringValue!, form: entry.form,
      layout: .numerator, convention: entry.form == .tied ? .tied : .projected, value: printed.expression,
      unsimplified: printed.expression, structure: [])
    let result = try derivative.check(sizes: program.declarations.sizes, seed: 11)
    #expect(result.holds, "\(text): \(result)")
    #expect(json["check"]?["holds"] == true)
  }
}
