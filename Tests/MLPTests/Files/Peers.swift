// The programs that read what is exported: Python with the packages of requirements.txt, compilers. `make peers` installs the packages in
// .build/python; STATKIT_PYTHON names another interpreter that has them.
import Foundation
import JSONText

/// A program beside the tests.
enum Peers {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    .standardized

  /// The interpreter with onnx, onnxruntime and safetensors; nil where there is none.
  static let python: String? = {
    let candidates: [String?] = [
      ProcessInfo.processInfo.environment["STATKIT_PYTHON"], root.appending(path: ".build/python/bin/python").path,
      "python3",
    ]
    return candidates.compactMap(\.self).first {
      (try? run([$0, "-c", "import numpy, onnx, onnxruntime, safetensors"]).status) == 0
    }
  }()

  static let hasCompiler = (try? run(["cc", "--version"]).status) == 0
  static let hasSwift = (try? run(["swiftc", "--version"]).status) == 0

  /// Runs a command and returns what it prints, errors included.
  static func run(_ command: [String], in folder: URL = FileManager.default.temporaryDirectory) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Where the files of other programs and their scripts lie.
  static let fixtures = Bundle.module.resourceURL!.appending(path: "Fixtures/Files")
}

extension JSON {
  /// The entries of an array of arrays of numbers.
  var rowsValue: [[Double]]? { arrayValue.map { $0.compactMap(\.doublesValue) } }
}
