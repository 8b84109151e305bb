// How long the derivation takes: every entry of a table of identities, from the parsed expression to the simplified derivative.
import Foundation
import MatDeriv

private struct Table: Decodable {
  struct Entry: Decodable {
    var id: String
    var expr: String
    var vars: [String: String]
    var wrt: String
    var form: String
  }
  var identities: [Entry]
}

struct IdentityTiming: Encodable {
  var id: String
  var seconds: Double
}

/// The median of five derivations of each, every time in a graph of its own.
func timeIdentities(_ path: String) throws -> [IdentityTiming] {
  let table = try JSONDecoder().decode(Table.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  return try table.identities.map { entry in
    let declarations = try Declarations(entry.vars.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    let times = try (0..<5).map { _ in
      let program = try Program(entry.expr, declarations)
      let x = program.variable(entry.wrt)!
      return try seconds {
        switch entry.form {
        case "hessian", "second": _ = try hessian(of: program.expression, wrt: x)
        case "tied": _ = try derivative(of: program.expression, wrt: x, convention: .tied)
        default: _ = try derivative(of: program.expression, wrt: x)
        }
      }
    }
    return IdentityTiming(id: entry.id, seconds: times.sorted()[2])
  }
}
