// Exported models in the programs that they are exported for: onnx checks the graph, onnxruntime computes what we compute, safetensors has
// our weights.
import Foundation
import JSONText
import MatDeriv
import Testing

@testable import MLP

@Suite struct ONNXExportTests {
  @Test(
    .enabled(
      if: Peers.python != nil, "python3 with onnx, onnxruntime and safetensors is not there: `make peers` installs it"))
  func peersComputeWhatWeCompute() throws {
    try withFolder { folder in
      var cases: [JSON] = []
      for (i, c) in ModelCase.all.enumerated() {
        try AtomicFile.write(
          try c.model.exported(as: .onnx, name: c.name), to: folder.appending(path: "case\(i).onnx").path)
        try AtomicFile.write(
          try c.model.exported(as: .safetensors, name: c.name), to: folder.appending(path: "case\(i).safetensors").path)
        cases.append(
          .object([
            ("name", .string("case\(i)")), ("numbers", .array(c.rows.map { .array($0.numbers.map(JSON.finite)) })),
            ("texts", .array(c.rows.map { .array($0.texts.map { $0.map(JSON.string) ?? .null }) })),
            ("textColumns", JSON(c.model.categoryColumns.map(\.name))),
          ]))
      }
      try AtomicFile.write(JSON.array(cases).utf8(indented: false), to: folder.appending(path: "cases.json").path)
      let script = Peers.fixtures.appending(path: "run_exported.py").path
      let run = try Peers.run([try #require(Peers.python), script, folder.path])
      let results = try #require(try JSON(parsing: Array(run.output.utf8)).arrayValue, "\(run.output.suffix(2000))")
      #expect(results.count == ModelCase.all.count)
      for (c, result) in zip(ModelCase.all, results) { try compare(c, result) }
    }
  }

  private func compare(_ c: ModelCase, _ result: JSON) throws {
    let model = c.model
    let values = try #require(result["values"]?.rowsValue)
    #expect(values.count == c.rows.count)
    let isDouble = model.precision == .double && !model.network.hidden.contains { $0.activation == .gelu }
    for (row, value) in zip(c.rows, values) {
      let expected = model.reference(row)
      let difference = zip(value, expected).map { abs($0 - $1) / model.unit(of: $1) }.max()!
      #expect(
        value.count == expected.count && difference <= (isDouble ? 1e-13 : 1e-6), "\(c.name): \(value) for \(expected)")
    }
    #expect(result["labels"]?.stringsValue == c.rows.compactMap(model.label), "\(c.name)")
    #expect(result["oneShape"] == [1, .integer(values[0].count)], "\(c.name)")
    #expect(
      result["type"]?.stringValue == (model.precision == .double || model.target.classes == nil ? "float64" : "float32")
    )
    #expect(result["metadata"]?["features"]?.stringValue == JSON(model.numberColumns.map(\.name)).text(indented: false))
    for (k, member) in model.members.enumerated() {
      for (name, parameter) in model.network.tensorNames(member: model.members.count == 1 ? nil : k) {
        let tensor = try #require(result["tensors"]?[name], "\(c.name): \(name)")
        let value = member[parameter.name]
        let rows = parameter.role == .weight ? tensor.rowsValue : tensor.doublesValue?.map { [$0] }
        #expect(rows == (0..<value.rows).map { i in (0..<value.columns).map { value[i, $0] } }, "\(c.name): \(name)")
      }
    }
  }

  /// A column may have any name.
  @Test func inputNames() throws {
    var model = ModelCase("", numbers: 1, categories: 2).model
    model.encoder.columns[1] = .category(name: "X", values: ["red", "green", "blå"])
    model.encoder.columns[2] = .category(name: "/1/Where", values: ["yes", "no"])
    let graph = try ONNX.Model(parsing: try model.exported(as: .onnx, name: "m"), external: { _ in [] })
    #expect(graph.inputs.map(\.name) == ["X", "X_", "_/1/Where"])
  }
}

extension Model {
  /// What errors of a prediction are measured by: 1 for probabilities; of a number the unit of the outputs, or its size.
  func unit(of value: Double) -> Double {
    guard case .number(_, _, let factor) = target else { return 1 }
    return max(1 / factor, abs(value))
  }
}
