// What a file is that is no model of ours: recognised by its content, with the command that takes it.
import JSONText

/// A file of another kind.
struct ForeignFile {
  /// What it is, as an end of a sentence.
  let text: String
  /// Commands that take it.
  let ways: [String]

  /// Nil for a file of no known kind.
  init?(_ bytes: [UInt8], path: String) {
    let file = shellQuoted(path)
    let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
    if let schema = head.firstMatch(of: /^\s*\{\s*"schema"\s*:\s*"(statcli\.[a-z.]+)\//)?.output.1 {
      switch schema {
      case "statcli.fit": (text, ways) = ("a fitted Gaussian", ["statcli gauss score \(file) data.csv"])
      case "statcli.moments": (text, ways) = ("moments of a table", ["statcli gauss fit \(file)"])
      default: (text, ways) = ("a document of the schema \(schema)", [])
      }
    } else if ForeignFile.isSafetensors(bytes) {
      if head.contains("statcli.mlp") { return nil }
      (text, ways) = (
        "a safetensors file of another program", ["statcli mlp import \(file) -o model.mlp"]
      )
    } else if bytes.count > 8, bytes[0] == 8, bytes[1] >= 3, bytes[1] < 32, bytes[2] & 7 == 2 || bytes[2] & 7 == 0 {
      // Field 1 of an ONNX model is the version of its format.
      (text, ways) = ("an ONNX file", ["statcli mlp import \(file) -o model.mlp"])
    } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) {
      (text, ways) = (
        "a ZIP archive, such as PyTorch writes: only safetensors and ONNX can be imported", []
      )
    } else if !bytes.isEmpty, bytes.prefix(4096).allSatisfy({ $0 >= 32 || [9, 10, 13].contains($0) }) {
      (text, ways) = ("text", ["statcli sniff \(file)"])
    } else {
      return nil
    }
  }

  /// Eight bytes of length, then that many of JSON.
  private static func isSafetensors(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 9, bytes[8] == UInt8(ascii: "{") else { return false }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    return length > 1 && length <= UInt64(bytes.count - 8)
  }

  /// The answer of `info`.
  func report(of path: String, command: String) -> Report {
    let name = NetworkFile.name(path)
    return Report(
      verdict: "\(name) is \(text), and no model of mlp", sections: [], next: ways.first,
      records: { Table(columns: [.text("file"), .text("kind")], rows: [[.text(name), .text(text)]]) },
      json: {
        [
          "schema": "statcli.mlp.info/1", "command": .string(command), "version": .string(Version.number),
          "file": ["path": .string(path), "kind": .string(text), "ways": JSON(ways)],
        ]
      })
  }
}
