// Generated code in the language it is written for: all cases in one process of the interpreter, values in, values out.
import Foundation

@testable import MatDeriv

/// An expression as a function with arguments and the value that it must return.
struct CodeCase {
  var id: String
  var code: String
  var name: String
  var arguments: [Matrix<Double>]
  /// Which arguments are numbers.
  var isNumber: [Bool]
  var expected: Matrix<Double>

  /// At random admissible values.
  init(
    _ id: String, _ expression: MatDeriv.Expression, in language: Language, named name: String,
    sizes: [String: Int] = [:]
  ) throws {
    let g = expression.graph
    let sizes = g.testSizes(of: [expression.node], given: sizes)
    var generator = SeededGenerator(seed: 3)
    let values = try g.admissibleValues(of: [expression.node], sizes: sizes, using: &generator)
    let program = try expression.program(in: language, named: name)
    self.id = id
    self.name = name
    code = program.text
    arguments = program.arguments.map { $0.isSize ? [[Double(sizes[$0.name]!)]] : values[$0.name]! }
    isNumber = program.arguments.map { $0.shape.isScalar }
    expected = try expression.value(at: values)
  }
}

/// An interpreter.
struct Interpreter: Sendable {
  var language: Language
  var command: [String]
  /// A command that succeeds where everything needed is installed.
  var probe: [String]

  static let numpy = Interpreter(
    language: .numpy, command: ["python3"], probe: ["python3", "-c", "import numpy, scipy.linalg, scipy.special"])
  static let pytorch = Interpreter(
    language: .pytorch, command: ["python3"], probe: ["python3", "-c", "import numpy, torch"])
  static let octave = Interpreter(
    language: .matlab, command: ["octave-cli", "--norc", "--quiet"], probe: ["octave-cli", "--version"])

  var isInstalled: Bool { (try? Interpreter.run(probe, in: FileManager.default.temporaryDirectory).status) == 0 }

  static func run(_ command: [String], in directory: URL) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = directory
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// What is wrong with the results, a line for each case that is.
  func failures(_ cases: [CodeCase]) throws -> [String] {
    let directory = FileManager.default.temporaryDirectory.appending(path: "code-\(language)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let driver = directory.appending(path: language == .matlab ? "driver.m" : "driver.py")
    if language == .matlab {
      for c in cases {
        try c.code.write(to: directory.appending(path: c.name + ".m"), atomically: true, encoding: .utf8)
      }
    }
    let text = language == .matlab ? Interpreter.octaveDriver(cases) : Interpreter.pythonDriver(cases)
    try text.write(to: driver, atomically: true, encoding: .utf8)
    let output = try Interpreter.run(command + [driver.path], in: directory).output
    let lines = output.split(separator: "\n")
    guard lines.count == cases.count else { return ["\(lines.count) results of \(cases.count): \(output.suffix(500))"] }
    return zip(cases, lines).compactMap { c, line in
      let words = line.split(separator: " ")
      guard words.count >= 2, let rows = Int(words[0]), let columns = Int(words[1]), words.count == 2 + rows * columns
      else { return "\(c.id): \(line)\n\(c.code)" }
      let value = Matrix<Double>(rows: rows, columns: columns, columnMajor: words[2...].map { Double($0) ?? .nan })
      return isClose(value, c.expected, 1e-9) ? nil : "\(c.id): \(value) for \(c.expected)\n\(c.code)"
    }
  }

  private static func entry(_ x: Double) -> String { "\(x)" }

  /// Values as JSON; rows, columns and entries by columns on one line for each case.
  private static func pythonDriver(_ cases: [CodeCase]) -> String {
    let entries = cases.map { c in
      let arguments = zip(c.arguments, c.isNumber).map { x, isNumber in
        isNumber
          ? "\(x[0, 0])"
          : "[" + x.rowArrays.map { "[" + $0.map(entry).joined(separator: ",") + "]" }.joined(separator: ",") + "]"
      }
      let code = c.code.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      return "{\"name\":\"\(c.name)\",\"code\":\"\(code)\",\"arguments\":[\(arguments.joined(separator: ","))]}"
    }
    return #"""
      import json
      import warnings
      import numpy as np
      warnings.simplefilter("error")
      cases = json.loads(r'''[
      """# + entries.joined(separator: ",\n").replacing("'''", with: "\\u0027\\u0027\\u0027") + #"""
        ]''')
        for case in cases:
            try:
                scope = {}
                exec(case["code"], scope)
                arguments = [int(a) if isinstance(a, float) and a.is_integer() and a > 1 else a for a in case["arguments"]]
                value = np.atleast_2d(np.asarray(scope[case["name"]](*arguments), dtype=float))
                print(*value.shape, *(repr(float(x)) for x in value.ravel(order="F")))
            except Exception as error:
                print(type(error).__name__, str(error).replace("\n", " "))
        """#
  }

  private static func octaveDriver(_ cases: [CodeCase]) -> String {
    let lines = cases.map { c in
      let arguments = c.arguments.map { x in
        "reshape([\(x.columnMajor.map(entry).joined(separator: " "))], \(x.rows), \(x.columns))"
      }
      return """
        try
          r = full(\(c.name)(\(arguments.joined(separator: ", "))));
          printf('%d %d', rows(r), columns(r)); printf(' %.17g', r); printf('\\n');
        catch e
          printf('error %s\\n', strrep(e.message, "\\n", ' '));
        end
        """
    }
    return (["warning('error', 'Octave:broadcast');"] + lines).joined(separator: "\n") + "\n"
  }
}
