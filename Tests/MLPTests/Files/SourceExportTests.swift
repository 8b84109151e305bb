// Exported sources are compiled, with all warnings as errors, and must compute what plain loops compute; exported JSON has all numbers.
import Foundation
import JSONText
import MatDeriv
import Testing

@testable import MLP

@Suite struct SourceExportTests {
  /// What a program printed: a line for each row with the class and the outputs.
  private func compare(_ cases: [ModelCase], _ output: String) {
    let lines = output.split(separator: "\n")
    #expect(lines.count == cases.reduce(0) { $0 + $1.rows.count }, "\(output.suffix(2000))")
    var next = lines.makeIterator()
    for c in cases {
      for row in c.rows {
        guard let line = next.next() else { return }
        let values = line.split(separator: " ").compactMap { Double($0) }
        let expected = c.model.reference(row)
        let label = c.model.target.classes == nil ? 0 : expected.firstIndex(of: expected.max()!)!
        #expect(values.first == Double(label), "\(c.name)")
        let difference = zip(values.dropFirst(), expected).map { abs($0 - $1) / c.model.unit(of: $1) }.max()!
        // Temperature may round the last weights of single precision.
        #expect(
          values.count == expected.count + 1 && difference <= (c.model.temperature == 1 ? 1e-12 : 1e-6),
          "\(c.name): \(values)")
      }
    }
  }

  @Test(.enabled(if: Peers.hasCompiler, "cc is not installed"))
  func c() throws {
    try withFolder { folder in
      var main = "#include <stdio.h>\n"
      var calls = ""
      for (i, c) in ModelCase.all.enumerated() {
        try AtomicFile.write(
          try c.model.exported(as: .c, name: "case\(i)"), to: folder.appending(path: "case\(i).c").path)
        main += "#include \"case\(i).c\"\n"
        for row in c.rows {
          let count = c.model.reference(row).count
          let numbers = row.numbers.isEmpty ? ["0"] : row.numbers.map { $0.isNaN ? "NAN" : SourceText.hexadecimal($0) }
          let texts = row.texts.map { $0.map(SourceText.cString) ?? "NULL" }
          calls += "  {\n    const double x[] = {\(numbers.joined(separator: ", "))};\n    double p[\(count)];\n"
          if !texts.isEmpty { calls += "    const char *const t[] = {\(texts.joined(separator: ", "))};\n" }
          calls += "    printf(\"%d\", case\(i)_predict(x, \(texts.isEmpty ? "" : "t, ")p));\n"
          calls += "    for (int i = 0; i < \(count); i++) printf(\" %.17g\", p[i]);\n    puts(\"\");\n  }\n"
        }
      }
      main += "int main(void) {\n\(calls)  return 0;\n}\n"
      try AtomicFile.write(Array(main.utf8), to: folder.appending(path: "main.c").path)
      let build = try Peers.run(
        [
          "cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-overlength-strings", "main.c", "-lm",
          "-o", "main",
        ],
        in: folder)
      try #require(build.status == 0, "\(build.output.prefix(3000))")
      try compare(ModelCase.all, Peers.run(["./main"], in: folder).output)
    }
  }

  @Test(.enabled(if: Peers.hasSwift, "swiftc is not installed"))
  func swift() throws {
    let cases = ModelCase.all.filter { c in
      [
        "layer norm f32", "temperature f32", "one sigmoid f64", "number f64", "poisson f32", "categories f64",
        "mish f32",
      ].contains(c.name)
    }
    try withFolder { folder in
      var main = "import Foundation\n"
      main +=
        "func show(_ p: [Double], _ classes: Int?) {\n  let best = classes == nil ? 0 : p.firstIndex(of: p.max()!)!\n"
      main += "  print(best, p.map { \"\\($0)\" }.joined(separator: \" \"))\n}\n"
      for (i, c) in cases.enumerated() {
        try AtomicFile.write(
          try c.model.exported(as: .swift, name: "case\(i)"), to: folder.appending(path: "Case\(i).swift").path)
        for row in c.rows {
          let numbers = row.numbers.map { $0.isNaN ? ".nan" : $0.description }.joined(separator: ", ")
          let texts = row.texts.map { $0.map(SourceText.swiftString) ?? "nil" }.joined(separator: ", ")
          let classes = c.model.target.classes == nil ? "nil" : "Case\(i).classes.count"
          main += "show(Case\(i).predict([\(numbers)]\(row.texts.isEmpty ? "" : ", texts: [\(texts)]")), \(classes))\n"
        }
      }
      try AtomicFile.write(Array(main.utf8), to: folder.appending(path: "main.swift").path)
      let files = ["main.swift"] + cases.indices.map { "Case\($0).swift" }
      let build = try Peers.run(
        ["swiftc", "-swift-version", "6", "-warnings-as-errors", "-o", "main"] + files, in: folder)
      try #require(build.status == 0, "\(build.output.prefix(3000))")
      try compare(cases, Peers.run(["./main"], in: folder).output)
    }
  }

  @Test func json() throws {
    for c in ModelCase.all {
      let model = c.model
      let json = try JSON(parsing: try model.exported(as: .json, name: "m"))
      #expect(json["schema"] == "statcli.mlp.model/1")
      for (k, member) in model.members.enumerated() {
        for l in 1...model.network.depth {
          let layer = try #require(json["members"]?.arrayValue?[k]["layers"]?.arrayValue?[l - 1])
          let w = member["W\(l)"]
          let rows = try #require(layer["weight"]?.rowsValue)
          let read = { (x: Double) in model.precision == .single ? Double(Float(x)) : x }
          #expect(rows.map { $0.map(read) } == (0..<w.rows).map { i in (0..<w.columns).map { w[i, $0] } })
          #expect(layer["bias"]?.doublesValue?.map(read) == member["b\(l)"].columnMajor)
        }
      }
    }
  }

  @Test func texts() throws {
    #expect(SourceText.hexadecimal(1) == "0x1p+0" && SourceText.hexadecimal(-0.15625) == "-0x1.4p-3")
    #expect(SourceText.hexadecimal(-0.0) == "-0x0p+0" && SourceText.hexadecimal(.leastNonzeroMagnitude) == "0x1p-1074")
    #expect(
      SourceText.hexadecimal(.pi) == "0x1.921fb54442d18p+1" && SourceText.hexadecimal(0x1.0001p+0) == "0x1.0001p+0")
    #expect(SourceText.cString("a\"\\?\n7ü") == #""a\"\\\?\0127\303\274""#)
    #expect(SourceText.swiftString("a\"\\(x)\n\u{202E}ü") == #""a\"\\(x)\u{a}\u{202e}ü""#)
    #expect(SourceText.comment("a */ b\nc") == "a * / b\u{FFFD}c")
    // RFC 4648, section 10
    for (text, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
      #expect(SourceText.base64(Array(text.utf8)) == expected)
    }
    for name in ["", "1a", "a-b", "ü"] {
      #expect(throws: MLPError.self) { try ModelCase("").model.exported(as: .c, name: name) }
      #expect(throws: MLPError.self) { try ModelCase("").model.exported(as: .swift, name: name) }
    }
  }
}
