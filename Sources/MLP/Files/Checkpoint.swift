// The state of training in a file: arrays and texts under names, bit for bit. What they mean is the trainer's.
import JSONText

/// Named arrays of floats or doubles, and texts.
struct Checkpoint: Equatable {
  /// The entries of an array, of any value, NaN included.
  typealias Values = Safetensors.Values

  /// The `format` of the files that this version writes and reads.
  static let format = "\(formatName)/1"
  private static let formatName = "statcli.mlp.checkpoint"

  /// Names differ; arrays of doubles come first when they are read.
  var arrays: [(name: String, values: Values)]
  /// Names differ; `format` is taken.
  var metadata: [(key: String, value: String)]

  init(arrays: [(name: String, values: Values)] = [], metadata: [(key: String, value: String)] = []) {
    self.arrays = arrays
    self.metadata = metadata
  }

  static func == (a: Checkpoint, b: Checkpoint) -> Bool {
    a.arrays.map(\.name) == b.arrays.map(\.name) && a.arrays.map(\.values) == b.arrays.map(\.values)
      && a.metadata.map(\.key) == b.metadata.map(\.key) && a.metadata.map(\.value) == b.metadata.map(\.value)
  }

  /// The array of a name.
  subscript(name: String) -> Values? { arrays.first { $0.name == name }?.values }

  /// The text of a name.
  subscript(text key: String) -> String? { metadata.first { $0.key == key }?.value }

  var fileBytes: [UInt8] {
    precondition(!metadata.contains { $0.key == "format" }, "the format of a checkpoint is not the caller's")
    return Safetensors(
      arrays.map { Safetensors.Tensor(name: $0.name, shape: [$0.values.count], values: $0.values) },
      metadata: [("format", Checkpoint.format)] + metadata
    ).bytes
  }

  /// Writes the file; it replaces one of this name only when it is complete.
  ///
  /// **Throws**: `system`.
  func write(to path: String) throws(MLPError) { try AtomicFile.write(fileBytes, to: path) }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// **Throws**: `system` if it cannot be read, `file` with what is wrong in it.
  init(contentsOf path: String) throws(MLPError) { try self.init(parsing: try AtomicFile.read(path), name: path) }

  /// Reads the content of a file; `name` is for messages.
  ///
  /// **Throws**: `file` with what is wrong in it.
  init(parsing bytes: [UInt8], name: String) throws(MLPError) {
    do throws(FileDefect) {
      let file = try Safetensors(parsing: bytes)
      try file.requireFormat(Checkpoint.formatName, version: 1, "checkpoint")
      for tensor in file.tensors {
        if case .unread(let type) = tensor.values {
          throw FileDefect("its array \"\(tensor.name)\" is of type \(type)")
        }
        guard tensor.shape.count == 1 else {
          throw FileDefect("its array \"\(tensor.name)\" has \(tensor.shape.count) dimensions")
        }
      }
      self.init(
        arrays: file.tensors.map { ($0.name, $0.values) }, metadata: file.metadata.filter { $0.key != "format" })
    } catch { throw error.of(name) }
  }
}
