// The check of gradients confirms what is right, names what is wrong, and tells kinks apart.
import MatDeriv
import Testing

@testable import MLP

private func trained(_ layer: Layer, epochs: Int = 3) throws -> (Model, Table) {
  var rows: [[Double]] = []
  var labels: [String] = []
  for i in 0..<40 {
    let (a, b) = (Double(i % 7) - 3, Double((i * i) % 11) / 3)
    rows.append([a, b, Double(i % 3)])
    labels.append(a + b > 1.5 ? "yes" : "no")
  }
  let table = Table(columns: ["a", "b", "c"], rows: rows, labels: labels)
  var training = Training(hidden: [layer])
  training.options.epochs = epochs
  training.options.precision = .double
  return (try training.run(on: table).model, table)
}

@Suite struct GradientCheckTests {
  @Test(arguments: [Layer(6, .tanh), Layer(5, .gelu, normalization: .layer), Layer(5, .silu, dropout: 0.3)])
  func smoothNetworksAreConfirmed(_ layer: Layer) throws {
    let (model, table) = try trained(layer)
    let check = try GradientCheck(model, table, threads: 2)
    #expect(check.holds && check.error < 1e-7 && check.kinks == 0 && check.rows == 16, "\(check.error)")
    #expect(check.parts.map(\.parameter.name) == model.network.parameters.map(\.name))
    // Threads share the entries, not the sums.
    let alone = try GradientCheck(model, table)
    #expect(alone.parts.map(\.error) == check.parts.map(\.error) && alone.loss == check.loss)
  }

  @Test func kinksAreCounted() throws {
    var (model, table) = try trained(Layer(4, .relu))
    // The sums of the first neuron are zero in every row.
    let w = model.members[0]["W1"]
    for k in model.members[0].matrices.indices where ["W1", "b1"].contains(model.members[0].matrices[k].name) {
      let value = model.members[0].matrices[k].value
      model.members[0].matrices[k].value = Matrix(rows: value.rows, columns: value.columns) { i, j in
        i == 0 ? 0 : value[i, j]
      }
    }
    let check = try GradientCheck(model, table)
    #expect(check.holds, "\(check.error)")
    #expect(check.kinks > 0 && check.kinks <= w.columns + 1)
    #expect(check.parts.filter { $0.kinks > 0 }.allSatisfy { ["W1", "b1"].contains($0.parameter.name) })
  }

  @Test func wrongDerivativesAreFound() {
    let parameter = Parameter(name: "W1", role: .weight, layer: 1, rows: 2, columns: 2)
    let right = GradientCheck.Part(
      parameter, [1, -2, 0.5, 0.25], [(1, 1), (-2, -2), (0.5, 0.5), (0.25, 0.25)], tolerance: 1e-5)
    #expect(right.error == 0 && right.kinks == 0)
    // Twice too large in one place: 0.25/2.
    let wrong = GradientCheck.Part(
      parameter, [1, -2, 0.5, 0.5], [(1, 1), (-2, -2), (0.5, 0.5), (0.25, 0.25)], tolerance: 1e-5)
    #expect(wrong.error == 0.125 && wrong.place == (1, 1) && wrong.difference == 0.25 && wrong.derivative == 0.5)
    // Between two sides that disagree lies a derivative; beyond them lies none.
    let kink = GradientCheck.Part(parameter, [1, -2, 0, 3], [(1, 1), (-2, -2), (0, 1), (0, 1)], tolerance: 1e-5)
    #expect(kink.kinks == 1 && kink.place == (1, 1))
    let lost = GradientCheck.Part(parameter, [.nan, 0, 0, 0], [(1, 1), (0, 0), (0, 0), (0, 0)], tolerance: 1e-5)
    #expect(lost.error == .infinity)
  }

  @Test func rowsOfOtherClassesAreLeftOut() throws {
    let model = try trained(Layer(3, .tanh)).0
    let foreign = Table(columns: ["a", "b", "c"], rows: [[1, 2, 3], [0, 1, 0]], labels: ["other", "yes"])
    #expect(try GradientCheck(model, foreign).rows == 1)
    let none = Table(columns: ["a", "b", "c"], rows: [[1, 2, 3]], labels: ["other"])
    #expect(throws: MLPError.noRows) { try GradientCheck(model, none) }
  }
}
