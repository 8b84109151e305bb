// Where command lines lead: each line of the tables is one way to type something.
import Testing

@testable import statcli

private let existing: Set<String> = ["data.csv", "fit", "moments.csv", "gaus"]

private func route(_ line: String) -> Route { Route(words(line)) { existing.contains($0) } }

@Test(arguments: [
  ("gauss data.csv", ["gauss", "fit", "data.csv"]),
  ("gauss --json data.csv", ["gauss", "fit", "--json", "data.csv"]),
  ("--json gauss data.csv", ["gauss", "fit", "--json", "data.csv"]),
  ("--threads 2 gauss data.csv", ["gauss", "fit", "--threads", "2", "data.csv"]),
  ("gauss --threads 2 moments p.csv", ["gauss", "moments", "--threads", "2", "p.csv"]),
  ("gauss --threads=2 moments p.csv", ["gauss", "moments", "--threads=2", "p.csv"]),
  ("gauss -o x.json data.csv", ["gauss", "fit", "-o", "x.json", "data.csv"]),
  ("gauss moments data.csv", ["gauss", "moments", "data.csv"]),
  ("gauss fit data.csv", ["gauss", "fit", "data.csv"]),
  ("gauss fit", ["gauss", "fit"]),
  ("gauss --na -h data.csv", ["gauss", "fit", "--na", "-h", "data.csv"]),
  ("gauss data.csv -- --help", ["gauss", "fit", "data.csv", "--", "--help"]),
  ("gauss ./fit", ["gauss", "fit", "./fit"]),
  ("gauss -- fit", ["gauss", "fit", "--", "fit"]),
  ("gauss -", ["gauss", "fit", "-"]),
  ("gauss", ["gauss", "fit"]),
  ("gauss nothing.csv", ["gauss", "fit", "nothing.csv"]),
  ("gauss --columns fit data.csv", ["gauss", "fit", "--columns", "fit", "data.csv"]),
  ("gauss data.csv moments", ["gauss", "fit", "data.csv", "moments"]),
  ("sniff data.csv", ["sniff", "data.csv"]), ("--json sniff -", ["sniff", "--json", "-"]),
  ("deriv X", ["deriv", "X"]), ("deriv", ["deriv"]), ("deriv - --wrt x", ["deriv", "-", "--wrt", "x"]),
  ("deriv \"-x'*A*x\" --wrt x", ["deriv", "--wrt", "x", "--", "-x'*A*x"]),
  ("deriv --wrt x -x*y --json", ["deriv", "--wrt", "x", "--json", "--", "-x*y"]),
  ("--json deriv \"--x'*y\" --wrt=x", ["deriv", "--json", "--wrt=x", "--", "--x'*y"]),
  ("deriv -q -x", ["deriv", "-q", "--", "-x"]), ("deriv -o out.json -2", ["deriv", "-o", "out.json", "--", "-2"]),
  ("deriv --check -- -v", ["deriv", "--check", "--", "-v"]), ("deriv --wtr x", ["deriv", "--wtr", "x"]),
  ("minimize -a --start a=1", ["minimize", "--start", "a=1", "--", "-a"]),
  ("deriv --at -3 x", ["deriv", "--at", "-3", "x"]),
  ("--generate-completion-script bash", ["--generate-completion-script", "bash"]),
  ("--nonsense", ["--nonsense"]),
])
func commands(line: String, parsed: [String]) { #expect(route(line) == .command(parsed)) }

@Test(
  arguments: [
    ("", []), ("-h", []), ("--help", []), ("help", []), ("help gauss", ["gauss"]), ("gauss help", ["gauss"]),
    ("gauss --help", ["gauss"]), ("gauss -h", ["gauss"]), ("help gauss moments", ["gauss", "moments"]),
    ("gauss help fit", ["gauss", "fit"]), ("gauss moments -h", ["gauss", "moments"]),
    ("gauss data.csv --help", ["gauss", "fit"]), ("sniff --json -h", ["sniff"]), ("deriv -x --help", ["deriv"]),
    ("help deriv", ["deriv"]), ("minimize -h", ["minimize"]), ("help sniff", ["sniff"]),
  ] as [(String, [String])])
func helps(line: String, path: [String]) { #expect(route(line) == .help(path)) }

@Test func topicsAndVersion() {
  #expect(route("help exit-codes") == .topic(.exitCodes))
  #expect(route("help csv") == .topic(.csv))
  #expect(route("--version") == .version(json: false))
  #expect(route("--json --version") == .version(json: true))
}

@Test(arguments: [
  ("gauss momnets p.csv", "did you mean \"moments\"?"), ("gauss fti", "did you mean \"fit\"?"),
  ("gauss --threads 2 momets", "did you mean \"moments\"?"), ("guass x.csv", "did you mean \"gauss\"?"),
  ("snif", "did you mean \"sniff\"?"), ("help gaus", "did you mean \"gauss\"?"),
  ("help exit-code", "did you mean \"exit-codes\"?"), ("help gauss moment", "did you mean \"moments\"?"),
  ("data.csv", "is a file, not a subcommand"), ("regression", "is not a subcommand"),
  ("hlep", "did you mean \"help\"?"),
])
func refusals(line: String, part: String) {
  guard case .failure(let failure) = route(line) else {
    Issue.record("\(line) is not refused but leads to \(route(line))")
    return
  }
  #expect(failure.status == .usage)
  #expect(failure.items[0].text.contains(part), "\(failure.items[0].text)")
  #expect(!failure.mends.isEmpty)
}

@Test(
  arguments: [
    ("momnets", "moments"), ("MOMENTS", "moments"), ("fut", "fit"), ("ft", "fit"), ("xyz", nil),
    ("data.csv", nil), ("", nil), ("mometn", "moments"),
  ] as [(String, String?)])
func similar(word: String, found: String?) { #expect(Similar.nearest(to: word, in: ["fit", "moments"]) == found) }
