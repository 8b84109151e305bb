// Networks of scikit-learn and PyTorch, read from the files that they write, compute what those programs recorded; what is no chain of layers is
// refused by name; our own graphs come back.
import Foundation
import JSONText
import MatDeriv
import Testing

@testable import MLP

@Suite struct ImportTests {
  private static let records = try! JSON(
    parsing: Array(Data(contentsOf: Peers.fixtures.appending(path: "imports.json")))
  ).arrayValue!

  @Test(arguments: records.map { $0["file"]!.stringValue! }) func peers(_ file: String) throws {
    let record = try #require(ImportTests.records.first { $0["file"]?.stringValue == file })
    let path = Peers.fixtures.appending(path: file).path
    let activation = try #require(Activation(rawValue: record["activation"]!.stringValue!))
    if let word = record["refused"]?.stringValue {
      let error = #expect(throws: MLPError.self) { try Model.imported(from: path, activation: activation) }
      guard case .file(path, let reason) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains(word), "\(reason)")
      return
    }
    let model = try Model.imported(from: path, activation: activation)
    #expect(model.target.classes == record["classes"]?.stringsValue)
    let outputs = try #require(record["outputs"]?.rowsValue)
    for (row, expected) in zip(record["rows"]!.arrayValue!, outputs) {
      let numbers = row.arrayValue!.map { $0.doubleValue ?? .nan }
      let found = model.reference(Row(numbers: numbers))
      #expect(found.count == expected.count)
      let difference = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max()!
      #expect(difference <= 1e-6, "\(found) for \(expected)")
    }
    // What is written anew is the same model.
    #expect(try Model(parsing: model.fileBytes, name: "m").network == model.network)
  }

  @Test(arguments: ModelCase.all) func ours(_ c: ModelCase) throws {
    let bytes = try c.model.exported(as: .onnx, name: "m")
    guard c.model.members.count == 1 else {
      let error = #expect(throws: FileDefect.self) { try Model.imported(onnx: bytes) { _ in [] } }
      #expect(error?.reason.contains("(Sum)") == true, "\(String(describing: error))")
      return
    }
    let model = try Model.imported(onnx: bytes) { _ in [] }
    #expect(model.precision == c.model.precision && model.encoder == c.model.encoder)
    #expect(model.target.column == c.model.target.column && model.target.classes == c.model.target.classes)
    #expect(model.network.hidden == c.model.network.hidden)
    for row in c.rows {
      let (found, expected) = (model.reference(row), c.model.reference(row))
      let difference = zip(found, expected).map { abs($0 - $1) / c.model.unit(of: $1) }.max()!
      #expect(difference <= (c.model.temperature == 1 ? 1e-12 : 1e-7), "\(found) for \(expected)")
    }
  }

  @Test func oursAsSafetensors() throws {
    try withFolder { folder in
      let path = folder.appending(path: "m").path
      var model = ModelCase("", hidden: [Layer(3, .tanh, normalization: .layer), Layer(4, .tanh)]).model
      model.record.epochs = []
      try model.write(to: path)
      #expect(try Model.imported(from: path) == model)
      // As weights alone.
      var file = try Safetensors(parsing: model.fileBytes)
      file.metadata = []
      try AtomicFile.write(file.bytes, to: path)
      let read = try Model.imported(from: path, activation: .tanh)
      #expect(read.members == model.members && read.network == model.network)
      #expect(read.encoder.columns[3] == .number(name: "x4", centre: 0, factor: 1, fill: 0))
      #expect(read.target == .classes(column: "label", names: ["0", "1", "2"]))
    }
  }

  /// Every way of cutting a graph short, and every byte changed: an error or a model, never a trap.
  @Test func damage() throws {
    let small = ModelCase(
      "", hidden: [Layer(2, .mish, normalization: .layer)], loss: .binaryCrossEntropy, outputs: 1, classes: 2,
      numbers: 1,
      categories: 1
    ).model
    let foreign = try AtomicFile.read(Peers.fixtures.appending(path: "skl_binary.onnx").path)
    func readWeights(_ bytes: [UInt8]) {
      _ = try? Model.imported(safetensors: Safetensors(parsing: bytes), activation: .relu)
    }
    var generator = SeededGenerator(seed: 2)
    let weights = try AtomicFile.read(Peers.fixtures.appending(path: "torch_norms.safetensors").path)
    for place in weights.indices {
      readWeights(Array(weights[..<place]))
      var damaged = weights
      damaged[place] = .random(in: 0...255, using: &generator)
      readWeights(damaged)
    }
    for bytes in [try small.exported(as: .onnx, name: "m"), foreign] {
      for count in bytes.indices {
        _ = try? Model.imported(onnx: Array(bytes[..<count])) { (_) throws(FileDefect) in throw FileDefect("none") }
      }
      for place in bytes.indices {
        for value in [bytes[place] ^ 1, bytes[place] ^ 0x80, 0, 0xFF, UInt8.random(in: 0...255, using: &generator)] {
          var damaged = bytes
          damaged[place] = value
          _ = try? Model.imported(onnx: damaged) { (_) throws(FileDefect) in throw FileDefect("none") }
        }
      }
    }
  }

  @Test func offencesAreNamed() throws {
    func reason(_ bytes: [UInt8]) -> String {
      #expect(throws: FileDefect.self) { try Model.imported(onnx: bytes) { _ in [] } }?.reason ?? ""
    }
    func graph(_ nodes: [ONNX.Node], shape: [Int?] = [nil, 2]) -> [UInt8] {
      var graph = ONNX.Model()
      graph.inputs = [ONNX.Port(name: "X", type: 1, shape: shape)]
      graph.outputs = [ONNX.Port(name: "Y", type: 1, shape: [])]
      graph.initializers = [ONNX.Tensor(name: "W", dimensions: [2, 2], values: .floats([1, 2, 3, 4]))]
      graph.nodes = nodes
      return graph.bytes(graph: "g")
    }
    #expect(reason([]) == "it is empty")
    #expect(reason([8, 8]) == "it is no ONNX model: it has no graph")
    #expect(
      reason([8, 8, 0x3A, 200, 1, 0])
        == "it is no ONNX model, or damaged: the field at byte 2 has 200 bytes, and 1 are there")
    #expect(reason(graph([])) == "its tensor \"Y\" is given by no node")
    let gemm = ONNX.Node(type: "Gemm", name: "first", inputs: ["X", "W"], outputs: ["Y"])
    #expect(reason(graph([gemm], shape: [nil, nil])) == "its input \"X\" has no fixed number of columns")
    #expect(reason(graph([gemm], shape: [nil, 3])) == "node \"first\" (Gemm) has weights for 2 inputs, and 3 come")
    #expect(
      reason(graph([ONNX.Node(type: "Conv", inputs: ["X", "W"], outputs: ["Y"])]))
        == "the node that gives \"Y\" (Conv) is none of a chain of layers")
    let second = ONNX.Node(type: "Gemm", name: "second", inputs: ["B", "W"], outputs: ["Y"])
    let elu = ONNX.Node(
      type: "Elu", name: "elu", inputs: ["A"], outputs: ["B"], attributes: [.init(name: "alpha", value: .float(0.5))])
    #expect(
      reason(graph([ONNX.Node(type: "Gemm", inputs: ["X", "W"], outputs: ["A"]), elu, second]))
        == "node \"elu\" (Elu): the function before node \"second\" (Gemm) is none of identity, sigmoid, tanh, scaled-tanh, relu, "
        + "leaky-relu, elu, selu, gelu, silu, mish, softplus")
  }

  /// A function that doubles with every node is refused before it is computed.
  @Test func endlessFunctions() throws {
    var graph = ONNX.Model()
    graph.inputs = [ONNX.Port(name: "X", type: 1, shape: [nil, 2])]
    graph.outputs = [ONNX.Port(name: "60", type: 1, shape: [])]
    graph.initializers = [ONNX.Tensor(name: "W", dimensions: [2, 2], values: .floats([1, 2, 3, 4]))]
    graph.nodes = [ONNX.Node(type: "MatMul", inputs: ["X", "W"], outputs: ["0"])]
    graph.nodes += (0..<60).map {
      ONNX.Node(type: "Mul", name: "mul\($0)", inputs: ["\($0)", "\($0)"], outputs: ["\($0 + 1)"])
    }
    let error = #expect(throws: FileDefect.self) { try Model.imported(onnx: graph.bytes(graph: "g")) { _ in [] } }
    #expect(error == FileDefect("node \"mul6\" (Mul) ends a function that is no activation"))
  }

  /// Values of protobuf.dev, Encoding.
  @Test func protocolBuffers() throws {
    var message = ProtocolBuffer()
    message.add(1, 150)
    message.add(2, "testing")
    message.add(packed: 6, [3, 270, 86942])
    #expect(
      message.bytes
        == [
          0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E,
          0xA7, 0x05,
        ])
    let fields = try ProtocolField.all(of: message.bytes[...])
    #expect(fields.map(\.number) == [1, 2, 6])
    #expect(try fields[0].integer == 150 && fields[1].text == "testing" && fields[2].integers == [3, 270, 86942])
    var negative = ProtocolBuffer()
    negative.add(1, -2)
    #expect(negative.bytes == [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])
    #expect(try ProtocolField.all(of: negative.bytes[...])[0].integer == -2)
  }
}
