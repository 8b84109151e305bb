// Help is checked against the program: every example runs, every flag is explained and means the same everywhere, every way out that
// an error offers is one that the parser takes.
import Foundation
import JSONText
import Testing

@testable import statcli

/// One command as the parser describes itself.
private struct Described {
  struct Flag {
    let names: Set<String>
    let takesValue: Bool
    let explanation: String
  }

  let path: [String]
  let flags: [Flag]
  let text: String

  static let all: [Described] = {
    func read(_ json: JSON, _ path: [String]) -> [Described] {
      let flags = (json["arguments"]?.arrayValue ?? []).compactMap { argument -> Flag? in
        guard let kind = argument["kind"]?.stringValue, kind != "positional" else { return nil }
        let names = (argument["names"]?.arrayValue ?? []).compactMap { name -> String? in
          guard let text = name["name"]?.stringValue, let kind = name["kind"]?.stringValue else { return nil }
          return (kind == "long" ? "--" : "-") + text
        }
        return Flag(
          names: Set(names), takesValue: kind == "option", explanation: argument["abstract"]?.stringValue ?? "")
      }
      let inner = json["subcommands"]?.arrayValue ?? []
      return [Described(path: path, flags: flags, text: json["discussion"]?.stringValue ?? "")]
        + inner.flatMap { read($0, path + [$0["commandName"]!.stringValue!]) }
    }
    let dump = try! JSON(parsing: Array(Statcli._dumpHelp().utf8))
    return read(dump["command"]!, []).filter { $0.path.first != "help" && $0.path.last != "help" }
  }()
}

@Test func theRouterKnowsWhichFlagsTakeAValue() {
  let known = Described.all.flatMap(\.flags).filter(\.takesValue).flatMap(\.names)
  #expect(Set(known).union(["--generate-completion-script"]) == Statcli.flagsWithValue)
}

@Test func everyFlagIsExplainedAndMeansTheSameEverywhere() {
  var kinds: [String: Bool] = [:]
  for command in Described.all {
    for flag in command.flags where !flag.names.contains("--help") {
      #expect(!flag.explanation.isEmpty, "\(command.path) \(flag.names)")
      for name in flag.names {
        #expect(kinds[name] == nil || kinds[name] == flag.takesValue, "\(name) takes a value in one command only")
        kinds[name] = flag.takesValue
      }
      if flag.names.contains(where: { $0.count == 2 }) {
        #expect(flag.names.contains { $0.count > 2 }, "\(flag.names) has no long form")
      }
    }
  }
  let short = Set(kinds.keys.filter { $0.count == 2 })
  #expect(short == ["-o", "-f", "-q", "-v", "-n"], "short forms are for the frequent few")
}

/// Examples: the lines of help texts that begin with the program's name.
private var examples: [String] {
  let texts = Described.all.map(\.text) + [Help.root]
  return texts.flatMap { $0.split(separator: "\n") }.map { $0.trimmingCharacters(in: .whitespaces) }
    .filter { $0.hasPrefix("statcli ") }
}

@Test func everyExampleRuns() throws {
  let scratch = try Scratch()
  try scratch.write(
    "data.csv", "age,weight,species\n31,61.5,a\n25,70,b\n40,81,a\n29,55,b\n22,80.25,a\n35,62,b\n28,66,a\n51,71,b\n")
  try scratch.write("part1.csv", "x,y\n1,2\n2,5\n3,1\n")
  try scratch.write("part2.csv", "x,y\n4,4\n5,9\n")
  try scratch.write("m.csv", "1,2\n3,4\n5,7\n")
  try scratch.write("y.csv", "1\n2\n4\n")
  try scratch.write("c.csv", "2,1\n1,3\n")
  try HandmadeModels.write(to: scratch)
  for line in [
    "gauss iris.csv --save iris.fit -q", "gauss iris.csv --by Species --save species.fit -q",
  ] {
    #expect(try scratch.run(words(line)).status == 0)
  }
  #expect(examples.count >= 9)
  for example in examples {
    let run = try scratch.shell(example)
    #expect(run.status == 0, "\(example): \(run.errors)")
  }
}

@Test(
  arguments: [
    [], ["gauss"], ["gauss", "fit"], ["gauss", "moments"], ["gauss", "test"], ["gauss", "score"], ["gauss", "sample"],
    ["gauss", "condition"], ["gauss", "marginal"], ["gauss", "classify"], ["gauss", "impute"], ["gauss", "cv"],
    ["gauss", "merge"], ["gauss", "subtract"], ["mlp"], ["mlp", "train"], ["sniff"], ["deriv"], ["minimize"],
    ["mlp", "predict"], ["mlp", "evaluate"], ["mlp", "info"], ["mlp", "explain"], ["mlp", "check-gradient"],
    ["mlp", "export"], ["mlp", "compare"], ["mlp", "import"], ["mlp", "tune"], ["mlp", "bench"],
  ] as [[String]])
func helpBeginsWithPurposeAndExamples(path: [String]) throws {
  let scratch = try Scratch()
  let spellings: [[String]] =
    path.isEmpty ? [["--help"], ["-h"], ["help"], []] : [path + ["--help"], path + ["-h"], ["help"] + path]
  var texts: Set<String> = []
  for arguments in spellings {
    let run = try scratch.run(arguments)
    #expect(run.status == 0 && run.errors.isEmpty)
    texts.insert(run.output)
  }
  #expect(texts.count == 1, "all spellings say the same")
  let lines = texts.first!.split(separator: "\n", omittingEmptySubsequences: false)
  #expect(lines[0].count < 100 && lines[0].hasSuffix(".") && lines[1].isEmpty)
  #expect(lines[2] == "Examples:")
  #expect(lines[3...4].allSatisfy { $0.hasPrefix("  statcli ") })
}

@Test func everyWayOutIsTaken() throws {
  let flags = Set(Described.all.flatMap(\.flags).flatMap(\.names))
  let folder = Scratch.repository.appending(path: "Tests/statcliTests/Fixtures/golden")
  var hints = 0
  for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()) where !name.hasPrefix("help") {
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    for line in text.split(separator: "\n") where line.contains("hint:") || line.contains("next:") {
      hints += 1
      for flag in line.matches(of: /(?:^|\s|\()(--?[a-z][a-z-]*)/) {
        #expect(flags.contains(String(flag.output.1)), "\(name): \(line)")
      }
    }
  }
  #expect(hints > 20)
}

/// A command that is suggested can be typed: it is parsed, and does something else than the one before.
@Test(arguments: [
  "gauss iris.csv", "gauss airquality.csv", "gauss digits.csv", "gauss digits.csv --by label --drop-constant",
  "gauss related.csv", "gauss related.csv --ridge 1e-9", "gauss iris.csv --by Species", "sniff iris.csv",
  "gauss few.csv", "gauss iris.csv --weights Sepal.Width", "gauss moments iris.csv -o made.gauss", "gauss labels.csv",
])
func suggestionsRun(line: String) throws {
  let scratch = try Scratch()
  try scratch.write("related.csv", "a,b,total\n1,2,3\n2,5,7\n4,1,5\n7,7,14\n3,8,11\n")
  try scratch.write("few.csv", "a,b,c\n1,2,3\n4,5,7\n")
  try scratch.write("labels.csv", "id,class,x\n1,0,2.5\n2,1,3\n3,1,5\n4,0,8\n5,0,4\n6,1,1\n")
  let run = try scratch.shell("statcli \(line)")
  let text = run.output + run.errors
  let suggested = text.split(separator: "\n").compactMap { line in
    line.firstMatch(of: /(?:hint:|next:) (statcli [^)]*)/).map { String($0.output.1) }
  }
  #expect(!suggested.isEmpty)
  for command in Set(suggested) {
    let again = try scratch.shell(command)
    #expect(again.status == 0 || again.status == 1, "\(command): \(again.errors)")
    if run.status == 1 && text.contains("next: \(command)") {
      #expect(again.status == 0, "the way out leads nowhere: \(command): \(again.output)")
    }
  }
}
