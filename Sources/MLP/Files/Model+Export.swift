// What a model can be written as for other programs.

/// A format that other programs read.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// A graph with the preprocessing inside, for onnxruntime and the like.
  case onnx
  /// Weights as PyTorch names them: the model's own format.
  case safetensors
  /// Everything as numbers in text.
  case json
  /// One C99 source file.
  case c
  /// One Swift source file.
  case swift
}

extension Model {
  /// The model in another format. `name` is what a graph, function or type is called.
  ///
  /// **Domain**: no batch normalization, which is folded into the weights before.
  /// **Throws**: `notExpressible` if `name` is none of an identifier of C or Swift.
  public func exported(as format: ExportFormat, name: String) throws(MLPError) -> [UInt8] {
    switch format {
    case .onnx: onnx(name: name)
    case .safetensors: fileBytes
    case .json: Array((exportedJSON.text(indented: true) + "\n").utf8)
    case .c: Array(try cSource(name: name).utf8)
    case .swift: Array(try swiftSource(name: name).utf8)
    }
  }
}
