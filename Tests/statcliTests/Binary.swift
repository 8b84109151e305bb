// Runs the real program in a folder of its own, with a known environment, and keeps all that comes out.
import Foundation
import Testing

/// What a run left behind.
struct Run {
  let status: Int32
  /// Whether a signal ended it; `status` is then the signal's number.
  let signalled: Bool
  let output: String
  let errors: String
}

/// A scratch folder with the sample files, removed with the value.
final class Scratch {
  let folder: URL

  static let samples = ["iris.csv", "airquality.csv", "faithful.csv", "digits.csv", "stackloss.csv", "challenger.csv"]
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "statcli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in Scratch.samples {
      try FileManager.default.copyItem(
        at: Scratch.repository.appending(path: "samples/\(name)"), to: folder.appending(path: name))
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ name: String, _ text: String) throws {
    try text.write(to: folder.appending(path: name), atomically: false, encoding: .utf8)
  }

  func read(_ name: String) throws -> String { try String(contentsOf: folder.appending(path: name), encoding: .utf8) }

  var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?.sorted() ?? [] }

  /// The program, built beside the tests.
  static let binary: URL = {
    let tests = URL(filePath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
    let candidates = [
      tests.deletingLastPathComponent(), URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(),
      repository.appending(path: ".build/release"), repository.appending(path: ".build/debug"),
    ]
    return candidates.map { $0.appending(path: "statcli") }.first {
      FileManager.default.isExecutableFile(atPath: $0.path())
    } ?? candidates[2].appending(path: "statcli")
  }()

  /// Runs `statcli` with these arguments, or a line of shell that may call it.
  func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Run {
    try launch(Scratch.binary, arguments, input, environment)
  }

  func shell(_ line: String, environment: [String: String] = [:]) throws -> Run {
    try launch(URL(filePath: "/bin/bash"), ["-c", line], "", environment)
  }

  private func launch(
    _ program: URL, _ arguments: [String], _ input: String, _ environment: [String: String]
  ) throws -> Run {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let path = Scratch.binary.deletingLastPathComponent().path() + ":/usr/local/bin:/usr/bin:/bin"
    process.environment = ["PATH": path, "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
    // Through files: no pipe can fill up while the other one is read.
    let streams = FileManager.default.temporaryDirectory.appending(path: "statcli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: streams) }
    let names = ["in", "out", "err"].map { streams.appending(path: $0) }
    try input.write(to: names[0], atomically: false, encoding: .utf8)
    for name in names[1...] { _ = FileManager.default.createFile(atPath: name.path(), contents: nil) }
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus, signalled: process.terminationReason == .uncaughtSignal,
      output: try String(contentsOf: names[1], encoding: .utf8),
      errors: try String(contentsOf: names[2], encoding: .utf8))
  }
}

/// Words of a command line as a test writes them: blanks separate, quotes of either kind hold together.
func words(_ line: String) -> [String] {
  var words: [String] = []
  var word: String?
  var quote: Character?
  for character in line {
    if character == quote {
      quote = nil
    } else if quote == nil, character == "'" || character == "\"" {
      quote = character
      word = word ?? ""
    } else if quote == nil, character == " " {
      if let word { words.append(word) }
      word = nil
    } else {
      word = (word ?? "") + String(character)
    }
  }
  return words + (word.map { [$0] } ?? [])
}
