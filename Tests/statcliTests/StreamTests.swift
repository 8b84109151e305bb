// Streams, exit codes and files: what a script relies on.
import Foundation
import JSONText
import Testing

@testable import statcli

@Test(arguments: [
  ("statcli gauss iris.csv", 0), ("statcli gauss digits.csv", 1), ("statcli gauss iris.csv --bogus", 64),
  ("statcli gauss iris.csv --ridge", 64), ("statcli gauss iris.csv --ridge -1e-3", 64),
  ("statcli gauss iris.csv --ridge 1e-3", 0), ("statcli gauss iris.csv --level 95", 64),
  ("statcli gauss iris.csv --columns nothing", 65), ("statcli gauss iris.csv --weight-kind frequency", 64),
  ("printf '' | statcli gauss -", 65), ("statcli gauss nothing.csv", 66), ("statcli gauss .", 66),
  ("statcli gauss iris.csv -o iris.csv", 73), ("statcli gauss iris.csv -o no/such/folder.json", 73),
  ("statcli gauss iris.csv --save iris.csv", 73), ("statcli gauss iris.csv > /dev/full", 74),
  ("statcli help csv > /dev/full", 74), ("statcli --version > /dev/full", 74), ("statcli gauss --help > /dev/full", 74),
  ("statcli gauss iris.csv -o /dev/full", 74), ("statcli gauss iris.csv -o /dev/null", 0),
  ("statcli gauss iris.csv --warn-as-error", 65), ("statcli gauss iris.csv --warn-as-error --silence W001", 0),
  ("statcli guass iris.csv", 64), ("statcli gauss - -", 64), ("echo '{}' > x.gauss; statcli gauss x.gauss", 65),
  ("statcli gauss moments iris.csv -o a.gauss; statcli gauss a.gauss iris.csv", 64),
  ("statcli gauss moments iris.csv -o a.gauss; statcli gauss a.gauss --by Species", 64),
  ("statcli gauss iris.csv -o iris.csv -f", 73), ("statcli gauss iris.csv --save ./iris.csv -f", 73),
  ("ln -s iris.csv link.csv; statcli gauss link.csv -o iris.csv -f", 73),
  ("statcli gauss - -o iris.csv -f < iris.csv", 73), ("statcli sniff iris.csv -o iris.csv -f", 73),
  ("statcli gauss moments iris.csv -o iris.csv -f", 73),
  ("statcli gauss moments iris.csv -o a.gauss; statcli gauss moments a.gauss a.gauss -o a.gauss -f", 0),
  ("for line in 1 2 3; do seq -s, 100000; done > wide.csv; statcli gauss wide.csv", 65),
])
func exitStatus(line: String, status: Int32) throws {
  let run = try Scratch().shell(line)
  #expect(run.status == status, "\(run.errors)")
  if status >= 64 {
    #expect(run.errors.hasPrefix("statcli: ") && run.errors.contains("error: "), "\(run.errors)")
    #expect(!run.errors.contains("Fatal error") && !run.errors.contains("internal error"))
  }
}

@Test func exitCodesAreDocumented() throws {
  let text = try Scratch().run(["help", "exit-codes"]).output
  for status in ExitStatus.allCases { #expect(text.contains("  \(status.rawValue)  \(status.meaning)")) }
}

@Test func aFullDiskIsToldInASentence() throws {
  let run = try Scratch().shell("statcli gauss iris.csv -q > /dev/full")
  #expect(run.errors == "statcli: standard output: error: cannot write it: No space left on device\n")
}

@Test func onlyTheResultGoesToStandardOutput() throws {
  let scratch = try Scratch()
  let run = try scratch.shell("statcli gauss airquality.csv --json -v 2> notes")
  let json = try JSON(parsing: Array(run.output.utf8))
  #expect(json["schema"] == "statcli.gauss/1")
  #expect(try scratch.read("notes").contains("W013"))
  #expect(try scratch.shell("statcli gauss airquality.csv --json --quiet").errors == "")
}

@Test func aBrokenPipeEndsQuietly() throws {
  let run = try Scratch().shell(
    "statcli gauss digits.csv --drop-constant --json -q | head -1; echo \"${PIPESTATUS[0]}\"")
  #expect(run.errors == "")
  #expect(run.output == "{\n141\n" || run.output == "{\n0\n", "128 + SIGPIPE, unless all of it fitted the pipe")
}

@Test func colourOnlyWhereItIsWanted() throws {
  let scratch = try Scratch()
  let escape = "\u{1B}["
  // `script` gives the program a terminal.
  func onTerminal(_ variables: String, _ flags: String = "") throws -> String {
    try scratch.shell("\(variables) script -qec 'statcli gauss iris.csv \(flags)' /dev/null").output
  }
  #expect(try !scratch.shell("statcli gauss iris.csv").output.contains(escape))
  #expect(try scratch.shell("FORCE_COLOR=1 statcli gauss iris.csv").output.contains(escape))
  #expect(try onTerminal("TERM=xterm").contains(escape))
  #expect(try !onTerminal("TERM=xterm NO_COLOR=1").contains(escape))
  #expect(try !onTerminal("TERM=dumb").contains(escape))
  #expect(try !onTerminal("TERM=xterm", "--color never").contains(escape))
  #expect(try onTerminal("TERM=xterm COLUMNS=50", "--color never").contains("Petal.Width"))
}

@Test func noFileOnATerminalIsAnErrorAndNotAWait() throws {
  let run = try Scratch().shell("timeout 10 script -qec 'statcli gauss' /dev/null; echo $?")
  #expect(run.output.contains("no file given") && run.output.contains("64"))
}

@Test func filesAppearWholeOrNotAtAll() throws {
  let scratch = try Scratch()
  let before = scratch.files
  #expect(try scratch.run(words("gauss iris.csv -o result.json -q")).status == 0)
  #expect(scratch.files == (before + ["result.json"]).sorted(), "no temporary file is left")
  let first = try scratch.read("result.json")
  #expect(try JSON(parsing: Array(first.utf8))["schema"] == "statcli.gauss/1", "the extension chose the format")
  #expect(try scratch.run(words("gauss faithful.csv -o result.json")).status == 73)
  #expect(try scratch.read("result.json") == first)
  #expect(try scratch.run(words("gauss faithful.csv -o result.json --force")).status == 0)
  #expect(try scratch.read("result.json") != first)
  let failed = try scratch.run(words("gauss digits.csv --save digits.fit -o digits.txt"))
  #expect(failed.status == 1, "the report of a singular fit is a result, a model of it is none")
  #expect(scratch.files == (before + ["result.json", "digits.txt"]).sorted())
  #expect(try scratch.run(words("gauss bad -o other.json")).status == 66)
  #expect(!scratch.files.contains { $0.hasPrefix("other") })
  let linked = try scratch.shell(
    "ln -s result.json link.json; statcli gauss iris.csv -q --force -o link.json; test -L link.json")
  #expect(linked.status == 0, "a link stays a link")
  #expect(try scratch.shell("umask 027; statcli gauss iris.csv -q -o m.csv; stat -c %a m.csv").output == "640\n")
}

@Test func theSameInputGivesTheSameBytes() throws {
  let scratch = try Scratch()
  let runs = try ["1", "2", "2", "7"].map {
    try scratch.run(words("gauss digits.csv --drop-constant --json --threads \($0)")).output
  }
  let bodies = Set(runs.map { $0.replacing(/"(command|mend)": .*/, with: "") })
  #expect(bodies.count == 1)
}

@Test func partsCombineToTheWhole() throws {
  let scratch = try Scratch()
  let line = """
    head -61 iris.csv > one.csv; (head -1 iris.csv; tail -90 iris.csv) > two.csv
    statcli gauss moments one.csv --by Species -q -o one.gauss && statcli gauss moments two.csv --by Species -q -o two.gauss
    statcli gauss moments one.gauss two.gauss --by Species -q -o both.gauss
    statcli gauss one.gauss two.gauss --plain > a; statcli gauss both.gauss --plain > b; statcli gauss iris.csv -q --plain > c
    statcli gauss one.gauss two.gauss --by Species --plain > d; statcli gauss iris.csv --by Species --plain > e
    """
  let run = try scratch.shell(line)
  #expect(run.status == 0, "\(run.errors)")
  for (parts, whole) in [("a", "b"), ("a", "c"), ("d", "e")] {
    let (x, y) = (try scratch.read(parts).split(separator: "\n"), try scratch.read(whole).split(separator: "\n"))
    #expect(x.count == y.count)
    for (one, other) in zip(x, y).dropFirst() {
      let (a, b) = (
        one.split(separator: "\t", omittingEmptySubsequences: false),
        other.split(separator: "\t", omittingEmptySubsequences: false)
      )
      #expect(a[..<4] == b[..<4])
      let (u, v) = (Double(a[4]) ?? .nan, Double(b[4]) ?? .nan)
      #expect(abs(u - v) <= 1e-10 * max(abs(u), 1e-3), "\(one) / \(other)")
    }
  }
}

@Test func momentsKeepTheirGroups() throws {
  let scratch = try Scratch()
  let made = try scratch.shell("statcli gauss moments iris.csv --by Species -o 'a b.gauss'")
  #expect(made.errors.contains("next: statcli gauss fit 'a b.gauss' --by Species\n"))
  let line = "statcli gauss moments 'a b.gauss' -q -o c.gauss && statcli gauss fit c.gauss --plain"
  let together = try scratch.shell(line)
  #expect(
    together.status == 0 && together.errors.contains("[W011] (hint: statcli gauss fit c.gauss --plain --by Species)"))
  let apart = try scratch.shell("statcli gauss fit c.gauss --by Species --plain")
  #expect(apart.status == 0 && apart.errors == "" && apart.output.contains("virginica"))
  try scratch.write(
    "d.gauss", try scratch.read("c.gauss").replacing(/"groups": \{[\s\S]*/, with: "\"groups\": {}}\n"))
  for by in ["", " --by Species"] {
    let none = try scratch.shell("statcli gauss fit d.gauss\(by)")
    #expect(none.status == 65 && none.errors.contains("has no groups"), "\(none.errors)")
  }
}

@Test func aCovarianceBeyondMemoryIsRefused() throws {
  let run = try Scratch().shell(
    "for line in 1 2 3; do seq -s, 100000; done > wide.csv; statcli gauss wide.csv --header")
  #expect(run.errors.contains("a covariance of 100000 columns needs 80 GB") && run.errors.contains("hint: --columns "))
}

@Test func filesOfOursAreRecognised() throws {
  let scratch = try Scratch()
  _ = try scratch.shell(
    "statcli gauss faithful.csv -q --save old.fit; cp old.fit old.csv; statcli gauss moments iris.csv -q -o i.gauss")
  for line in [
    "statcli gauss old.fit", "statcli gauss old.csv", "statcli sniff old.fit", "statcli gauss moments old.fit",
  ] {
    let run = try scratch.shell(line)
    #expect(run.status == 65 && run.errors.contains("is a fitted distribution"), "\(run.errors)")
  }
  let moments = try scratch.shell("statcli sniff i.gauss")
  #expect(moments.status == 65 && moments.errors.contains("holds moments"))
}

@Test func anUnknownWarningIsNotSilenced() throws {
  let near = try Scratch().shell("statcli gauss iris.csv --silence W02")
  #expect(near.status == 64 && near.errors.contains("did you mean \"W002\"?"), "\(near.errors)")
  let far = try Scratch().shell("statcli gauss iris.csv --silence W99")
  #expect(far.status == 64 && far.errors.contains("no such warning (see statcli help warnings)"), "\(far.errors)")
}

@Test func hintsAboutOddNamesWorkWhenPasted() throws {
  for name in ["a,b", "!a", "/a/", "\"a", "it's"] {
    let scratch = try Scratch()
    let field = "\"" + name.replacing("\"", with: "\"\"") + "\""
    try scratch.write("o.csv", "\(field),b,c\n1,2,3\n2,5,7\n4,1,5\n7,7,14\n3,8,11\n")
    let run = try scratch.run(words("gauss o.csv"))
    #expect(run.status == 1)
    let hint = try #require(run.output.split(separator: "\n").last { $0.hasPrefix("next: ") }).dropFirst(6)
    let again = try scratch.shell(String(hint))
    #expect(again.status == 0, "\(hint): \(again.errors)")
    try scratch.write("m.csv", "\(field),b\n1,2\n,5\n4,1\n7,7\n,\n3,8\n")
    let missing = try scratch.run(words("gauss m.csv --missing drop --json"))
    let mend = try #require(
      try JSON(parsing: Array(missing.output.utf8))["warnings"]?.arrayValue?.first?["mend"]?.stringValue)
    #expect(try scratch.shell(mend).status == 0, "\(mend)")
  }
}

@Test(arguments: [
  ("when,x\n2024-01-01,1\n2024-01-02,2.5\n2024-01-03,4\n", true), ("date,x\n2024-01-01,1\n2024-01-02,2\n", false),
])
func groupsAreNotSoughtInDates(text: String, offered: Bool) throws {
  let scratch = try Scratch()
  try scratch.write("d.csv", text)
  let run = try scratch.run(words("gauss d.csv"))
  #expect(run.output.contains("--by") == offered)
}

@Test func oneRowIsSaidToBeOne() throws {
  let scratch = try Scratch()
  try scratch.write("one.csv", "g,a,b\nu,1,2\nv,2,3\nv,3,5\nv,4,1\n")
  let grouped = try scratch.run(words("gauss one.csv --by g"))
  #expect(grouped.status == 1 && grouped.output.contains("1 row: a covariance needs at least 2 rows"))
  try scratch.write("one.csv", "a,b\n1,2\n")
  let single = try scratch.run(words("gauss one.csv"))
  #expect(single.status == 1 && single.output.hasPrefix("No fit: 1 row: a covariance"))
  #expect(single.output.contains("a covariance needs at least 2 rows") && !single.output.contains("constant"))
}

@Test func aLabelStandsInSeveralRows() throws {
  let scratch = try Scratch()
  let labelled = (0..<8).map { "\($0 % 2),\($0 * $0)\n" }.joined()
  for (name, rows, told) in [
    ("label", labelled, true), ("y", labelled, false), ("label", "1,5\n2,7\n3,4\n4,4\n", false),
  ] {
    try scratch.write("l.csv", "\(name),x\n\(rows)")
    #expect(try scratch.run(words("gauss l.csv")).errors.contains("W008") == told, "\(name)")
  }
}

@Test func tiedIsSuggestedOnlyWhereItIsBetter() throws {
  let scratch = try Scratch()
  let run = try scratch.run(words("gauss iris.csv --by Species"))
  let bic = try ["", " --covariance tied"].map { flags in
    try JSON(parsing: Array(try scratch.run(words("gauss iris.csv --by Species\(flags) --json")).output.utf8))["fit"]![
      "bic"]!
      .doubleValue!
  }
  #expect(run.output.contains("next: statcli gauss iris.csv --by Species --covariance tied") == (bic[1] < bic[0]))
}

@Test func aDefectSaysThatItIsOurs() throws {
  let scratch = try Scratch()
  let run = try scratch.shell(
    "mkfifo data; statcli gauss data & pid=$!; exec 3> data; sleep 0.3; kill -ILL $pid; wait $pid; echo $?")
  #expect(run.output == "70\n")
  #expect(
    run.errors.contains("internal error") && run.errors.contains("this is our fault")
      && run.errors.contains("statcli 0."))
}

@Test func versionForPeopleAndPrograms() throws {
  let scratch = try Scratch()
  let text = try scratch.run(["--version"]).output
  #expect(text.hasPrefix("statcli \(Version.number) (commit ") && text.contains("OpenBLAS"))
  let json = try JSON(parsing: Array(try scratch.run(["--version", "--json"]).output.utf8))
  #expect(json["version"]?.stringValue == Version.number)
  #expect(json["blas"]?["threads"]?.integerValue == 1)
}

@Test(arguments: ["bash", "zsh", "fish"])
func completions(shell: String) throws {
  let run = try Scratch().run(["--generate-completion-script", shell])
  #expect(run.status == 0 && run.output.contains("covariance"))
  #expect(run.output.contains("minimize") && run.output.contains("nesterov") && run.output.contains("max-iterations"))
}
