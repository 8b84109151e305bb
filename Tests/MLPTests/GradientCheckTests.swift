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
    /// Differences of a smooth loss with a second derivative of 200, and of one with a kink.
    func smooth(_ d: Double) -> GradientCheck.Sides {
      GradientCheck.Sides(below: d - 6e-4, above: d + 6e-4, nearBelow: d - 7.5e-5, nearAbove: d + 7.5e-5)
    }
    let kink = GradientCheck.Sides(below: 0, above: 1, nearBelow: 0, nearAbove: 1)
    let passed = GradientCheck.Sides(below: 0.25, above: 0.5, nearBelow: 0.25, nearAbove: 0.25)
    func part(_ derivatives: [Double], _ sides: [GradientCheck.Sides]) -> GradientCheck.Part {
      GradientCheck.Part(parameter, derivatives, sides, tolerance: 1e-5)
    }
    let right = part([1, -2, 0.5, 0.25], [smooth(1), smooth(-2), smooth(0.5), smooth(0.25)])
    #expect(right.error < 1e-15 && right.kinks == 0)
    // Twice too large in one place is 0.25/2; a little too large is found too, although the sides differ by more.
    let wrong = part([1, -2, 0.5, 0.5], [smooth(1), smooth(-2), smooth(0.5), smooth(0.25)])
    #expect(abs(wrong.error - 0.125) < 1e-12 && wrong.place == (1, 1) && wrong.derivative == 0.5 && wrong.kinks == 0)
    #expect(part([1, -2, 0.5, 0.2502], [smooth(1), smooth(-2), smooth(0.5), smooth(0.25)]).error > 9e-5)
    // A kink at the point, and one within the step.
    let kinked = part([1, -2, 0, 0.25], [smooth(1), smooth(-2), kink, passed])
    #expect(kinked.kinks == 2 && kinked.error < 1e-15)
    #expect(part([.nan, 0, 0, 0], [smooth(1), smooth(0), smooth(0), smooth(0)]).error == .infinity)
  }

  @Test func rowsOfOtherClassesAreLeftOut() throws {
    let model = try trained(Layer(3, .tanh)).0
    let foreign = Table(columns: ["a", "b", "c"], rows: [[1, 2, 3], [0, 1, 0]], labels: ["other", "yes"])
    #expect(try GradientCheck(model, foreign).rows == 1)
    let none = Table(columns: ["a", "b", "c"], rows: [[1, 2, 3]], labels: ["other"])
    #expect(throws: MLPError.noRows) { try GradientCheck(model, none) }
  }
}
