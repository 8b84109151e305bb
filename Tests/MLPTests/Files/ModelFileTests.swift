// Models and checkpoints come back bit for bit, and whatever is wrong with a file is told, never trapped on.
import Foundation
import JSONText
import MatDeriv
import Testing

@testable import MLP

@Suite struct ModelFileTests {
  @Test(arguments: ModelCase.all) func roundTrip(_ c: ModelCase) throws {
    var model = c.model
    let read = try Model(parsing: model.fileBytes, name: "m")
    #expect(read.record.epochs[0].validationLoss?.isNaN == true)
    #expect(read.record.epochs[0].validationScore?.sign == .minus)
    // NaN equals nothing.
    model.record.epochs[0].validationLoss = 0.1 + 0.2
    let bytes = model.fileBytes
    #expect(try Model(parsing: bytes, name: "m") == model)
    #expect(try Model(parsing: bytes, name: "m").fileBytes == bytes)
  }

  /// Plain loops and the compiled network agree, so that exports are measured by what is predicted here.
  @Test(arguments: ModelCase.all) func predictions(_ c: ModelCase) throws {
    let predictor = Predictor(try Model(parsing: c.model.fileBytes, name: "m"))
    let numbers = c.model.numberColumns.indices.flatMap { j in c.rows.map { $0.numbers[j] } }
    let categories = c.model.categoryColumns.enumerated().flatMap { j, column in
      c.rows.map { row in Int32(column.values.firstIndex { $0 == row.texts[j] } ?? -1) }
    }
    let found = (numbers + [0]).withUnsafeBufferPointer { x in
      categories.withUnsafeBufferPointer { t in
        predictor.predict(numbers: x.baseAddress!, categories: t.baseAddress, stride: c.rows.count, rows: c.rows.count)
      }
    }
    let expected = c.rows.map(c.model.reference)
    #expect(found.count == c.rows.count * expected[0].count)
    let difference = zip(found, expected.joined()).map { abs($0 - $1) / c.model.unit(of: $1) }.max()!
    #expect(difference <= (c.model.precision == .double ? 1e-12 : 1e-6))
  }

  @Test func layout() throws {
    var model = ModelCase("", hidden: [Layer(2, .relu, normalization: .layer)], members: 2).model
    let file = try Safetensors(parsing: model.fileBytes)
    #expect(
      file.tensors.map(\.name)
        == (0..<2).flatMap { k in
          ["layers.0.weight", "layers.1.weight", "layers.0.bias", "norms.0.weight", "norms.0.bias", "layers.1.bias"].map
          {
            "members.\(k).\($0)"
          }
        })
    let w = model.members[1]["W1"]
    #expect(file["members.1.layers.0.weight"]?.shape == [2, 4])
    #expect(
      file["members.1.layers.0.weight"]?.values
        == .single([w[0, 0], w[0, 1], w[0, 2], w[0, 3], w[1, 0], w[1, 1], w[1, 2], w[1, 3]].map(Float.init)))
    #expect(
      file.metadata.map(\.key) == [
        "format", "precision", "network", "encoder", "target", "temperature", "members", "record",
      ])
    model.precision = .double
    model.members.removeLast()
    #expect(try Safetensors(parsing: model.fileBytes).tensors.map(\.name).first == "layers.0.weight")
  }

  @Test func files() throws {
    try withFolder { folder in
      let path = folder.appending(path: "m.mlp").path
      var model = ModelCase("").model
      model.record.epochs = []
      try model.write(to: path)
      #expect(try Model(contentsOf: path) == model)
      model.temperature = 2
      try model.write(to: path)
      #expect(try Model(contentsOf: path) == model)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.mlp"])
    }
    #expect(throws: MLPError.system("/nowhere/m.mlp", "open it", "No such file or directory")) {
      try Model(contentsOf: "/nowhere/m.mlp")
    }
  }

  /// Every way of cutting a file short, and every byte changed: an error that names the file, or a model; never a trap.
  @Test func damage() throws {
    let model = ModelCase("", hidden: [Layer(2, .relu, normalization: .layer)], numbers: 1, categories: 1).model
    let bytes = model.fileBytes
    for count in bytes.indices {
      let error = #expect(throws: MLPError.self) { try Model(parsing: Array(bytes[..<count]), name: "m") }
      guard case .file("m", let reason) = error else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        return
      }
      #expect(!reason.isEmpty)
    }
    var generator = SeededGenerator(seed: 1)
    for place in bytes.indices {
      for value in [bytes[place] ^ 1, bytes[place] ^ 0x80, 0, 0xFF, UInt8.random(in: 0...255, using: &generator)] {
        var damaged = bytes
        damaged[place] = value
        do throws(MLPError) { _ = try Model(parsing: damaged, name: "m") } catch {
          guard case .file("m", _) = error else {
            Issue.record("byte \(place): \(error)")
            return
          }
        }
      }
    }
  }

  @Test func offencesAreNamed() throws {
    let model = ModelCase("").model
    let file = try Safetensors(parsing: model.fileBytes)
    func reason(_ change: (inout Safetensors) -> Void) -> String {
      var changed = file
      change(&changed)
      let error = #expect(throws: MLPError.self) { try Model(parsing: changed.bytes, name: "m") }
      guard case .file("m", let reason) = error else { return String(describing: error) }
      return reason
    }
    func metadata(_ key: String, _ value: String) -> String {
      reason { file in file.metadata = file.metadata.map { $0.key == key ? (key, value) : $0 } }
    }
    func metadata(_ key: String, replacing old: String, _ new: String) -> String {
      let text = file.metadata.first { $0.key == key }!.value
      #expect(text.contains(old))
      return metadata(key, text.replacing(old, with: new))
    }
    #expect(reason { $0.metadata = [] } == "it is a safetensors file, but no model: its metadata have no \"format\"")
    #expect(
      metadata("format", "pt")
        == "it is a safetensors file, but no model: its format is \"pt\" instead of \"statcli.mlp/1\"")
    #expect(
      metadata("format", "statcli.mlp/2")
        == "it was written by a newer version: its format is \"statcli.mlp/2\", and this version reads \"statcli.mlp/1\""
    )
    #expect(reason { $0.metadata.removeAll { $0.key == "encoder" } } == "its metadata have no \"encoder\"")
    #expect(
      metadata("network", "{") == "its metadata \"network\" are damaged: expected a key in double quotes in column 2")
    #expect(metadata("network", "[]") == "its network is not an object")
    #expect(metadata("precision", "f16") == "its precision is the unknown \"f16\"")
    #expect(metadata("precision", "f64") == "its tensor \"layers.0.weight\" has another type than its precision f64")
    #expect(metadata("temperature", "0") == "its temperature is no positive number")
    #expect(metadata("members", "5") == "its members are no count from 1 on, or more than it has tensors")
    #expect(metadata("members", "2") == "it has no tensor \"members.0.layers.0.weight\"")
    #expect(
      metadata("network", replacing: "\"tanh\"", "\"step\"")
        == "\"activation\" of its hidden layer 1 is the unknown \"step\"")
    #expect(
      metadata("network", replacing: "\"none\"", "\"batch\"")
        == "its hidden layer 1 is normalized over the batch, which no saved model is")
    #expect(
      metadata("network", replacing: "\"width\":8", "\"width\":9")
        == "its tensor \"layers.0.weight\" has shape [8, 4], and the network needs [9, 4]")
    #expect(
      metadata("network", replacing: "\"width\":8", "\"width\":0")
        == "\"width\" of its hidden layer 1 is not a count from 1 to 2147483647")
    #expect(
      metadata("network", replacing: "cross-entropy", "hinge") == "its network has the unknown loss \"hinge\"")
    #expect(metadata("encoder", "[]") == "its columns become 0 inputs, and its network has 4")
    #expect(metadata("target", replacing: "\"a\",", "") == "its network has 3 outputs for 2 classes")
    #expect(metadata("record", replacing: "\"rows\"", "\"row\"") == "its record has no \"rows\"")
    #expect(reason { $0.tensors.removeLast() } == "it has no tensor \"layers.1.bias\"")
    #expect(
      reason { $0.tensors.append(.init(name: "more", shape: [], values: .single([1]))) }
        == "its tensor \"more\" is none that a 4-8-3 network has")
    #expect(
      reason { $0.tensors[2].values = .single(Array(repeating: .nan, count: 8)) }
        == "its tensor \"layers.0.bias\" holds values that are not finite")
  }

  @Test func checkpoints() throws {
    let checkpoint = Checkpoint(
      arrays: [
        ("m", .double([1 / 3, .nan, -0.0, .infinity, .leastNonzeroMagnitude])), ("empty", .double([])),
        ("w", .single([0.1, -.infinity, 1])),
      ],
      metadata: [("epoch", "12"), ("text", "a\n\"b\" \u{7F} ü")])
    let read = try Checkpoint(parsing: checkpoint.fileBytes, name: "c")
    #expect(read.arrays.map(\.name) == ["m", "empty", "w"])
    guard case .double(let m)? = read["m"], case .double(let expected)? = checkpoint["m"] else {
      Issue.record("no doubles")
      return
    }
    #expect(m.map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(read["w"] == checkpoint["w"])
    #expect(read[text: "text"] == "a\n\"b\" \u{7F} ü" && read[text: "format"] == nil)
    #expect(
      throws: MLPError.file(
        "m",
        "it is a safetensors file, but no checkpoint: its format is \"statcli.mlp/1\" instead of \"statcli.mlp.checkpoint/1\""
      )
    ) { try Checkpoint(parsing: ModelCase("").model.fileBytes, name: "m") }
    try withFolder { folder in
      let path = folder.appending(path: "c").path
      try checkpoint.write(to: path)
      #expect(try Checkpoint(contentsOf: path).fileBytes == checkpoint.fileBytes)
    }
    for count in checkpoint.fileBytes.indices {
      #expect(throws: MLPError.self) { try Checkpoint(parsing: Array(checkpoint.fileBytes[..<count]), name: "c") }
    }
  }
}

/// Calls `body` with a new folder, which is removed afterwards.
func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appending(path: "mlp-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
