// What `statcli deriv` refuses: each with its message, its place and its status.
import Foundation
import Testing

private struct Refusal: CustomTestStringConvertible, Sendable {
  let line: String
  let status: Int32
  let parts: [String]

  init(_ line: String, _ status: Int32, _ parts: String...) {
    self.line = line
    self.status = status
    self.parts = parts
  }

  var testDescription: String { line }
}

private let refusals = [
  // The command line.
  Refusal("x * y", 64, "the expression is one argument, and 3 are given", "hint: statcli deriv 'x * y'"),
  Refusal("x --file f.txt", 64, "--file and an expression exclude each other"),
  Refusal("x --wtr x", 64, "unknown option '--wtr'. Did you mean '--wrt'?"),
  Refusal("x --emit latx", 64, "latx", "--help"),
  Refusal("x --emit text --json", 64, "--emit text and --json exclude each other"),
  Refusal("a --steps --emit numpy", 64, "--steps can be had with --emit text, latex and json"),
  Refusal("a --view index --emit swift", 64, "--view can be had with --emit text, latex and json"),
  Refusal("a --view vec --steps --emit text", 64, "--view and --steps with --emit text exclude each other"),
  Refusal("a --view matrix", 64, "matrix", "--help"),
  Refusal("'a^2' --hessian --layout denominator", 64, "a Hessian is symmetric"),
  Refusal("'a^2' --hessian --convention tied", 64, "--convention tied and --hessian exclude each other"),
  Refusal("'tr(X)' --convention tied", 64, "scalars by structured matrices", "hint: --let 'X: symmetric(n)'"),
  Refusal("X --hessian", 64, "a second derivative needs a scalar", "hint: leave out --hessian"),
  Refusal("--file nothing.txt", 66, "nothing.txt: error: cannot open it"),
  Refusal("--file .", 66, "is a directory"),
  Refusal("--file latin.txt", 65, "latin.txt: error: is no text in UTF-8"),
  Refusal("'tr(X)' --size n=3", 64, "--size has no effect without --emit plan, --check or --at"),
  Refusal("'tr(X)' --emit plan --at 'X = 1'", 64, "--emit plan and --at exclude each other"),
  Refusal("'tr(X)' --emit plan --steps", 64, "--steps can be had with --emit text, latex and json, and not with plan"),
  Refusal("'tr(X)' --let 'n: dim(3)' --let 'X: matrix(n,n)' --size n=4 --emit plan", 64, "the size n has two values"),
  Refusal("'tr(X)' --emit plan --size n=-1", 64, "n=-1", "--help"),
  Refusal("'tr(X)' --emit plan --size n=10G", 64, "--size n=10000000000: the largest size is 2147483647"),
  Refusal("\"X*A*X'\" --wrt X --emit plan --size m=1M --size n=1M", 64, "too large for a plan"),
  // The language.
  Refusal("''", 64, "expression:1:1: error: there is no expression"),
  Refusal(
    "'tr(X'", 64, "expression:1:5: error: expected \")\" and found the end", "1:3: note: this bracket is still open"),
  Refusal("'X*'", 64, "expression:1:3: error: expected a name, a number or \"(\" and found the end"),
  Refusal(
    "'2x'", 64, "expression:1:2: error: expected an operator and found \"x\"", "hint: a product is written with *"),
  Refusal("'x & y'", 64, "expression:1:3: error: \"&\" has no meaning"),
  Refusal("'logdt(X)'", 64, "there is no function \"logdt\"", "hint: did you mean logdet?"),
  Refusal(
    "'A*x + a' --let 'A: matrix(m,n)' --wrt x", 64, "+ needs one shape", "note: A*x (m x 1) stands here",
    "hint: a*ones(m, 1)"),
  Refusal("'q*x' --let 'q: matrx(n,n)'", 64, "--let:1:4: error: \"matrx\" is no kind", "hint: did you mean matrix?"),
  Refusal("'q*x' --let 'q: matrix(n,m) spd'", 64, "--let:1:16: error: spd needs a square matrix"),
  Refusal("x --let 'x: scalar' --let 'x: vector(n)'", 64, "x is declared twice", "note: declared here before"),
  Refusal("\"z'*z +\" --let 'z = W*x' --wrt W", 64, "expression:1:7: error: expected a name", "found the end"),
  Refusal("\"z'*z\" --let 'z = W*x +' --wrt W", 64, "--let:1:10: error: expected a name", "found the end"),
  Refusal("\"z'*z where z = w, w = z\"", 64, "z is defined by itself"),
  Refusal("e.txt", 64, "hint: --file e.txt"),
  // Variables.
  Refusal("\"x'*A*x\"", 64, "with respect to which variable? The expression has x, A", "hint: --wrt x"),
  Refusal("'2*pi'", 64, "the expression has no variable"),
  Refusal("\"x'*A*x\" --wrt X", 64, "the expression has no X; it has x, A. Did you mean \"x\"?", "hint: --wrt x"),
  Refusal("\"x'*A*x\" --wrt y", 64, "the expression has no y; it has x, A", "hint: --let 'y: vector(n)'"),
  Refusal("'tr(X)' --wrt 'X(1,2)'", 64, "--wrt takes names of variables"),
  Refusal("'n*tr(X)' --let 'X: matrix(n,n)' --wrt n", 64, "n is a size"),
  Refusal("'pi*a' --wrt pi", 64, "pi is the number"),
  // Values.
  Refusal("'tr(X*A)' --wrt X --at 'X = [1 2; 3 4]'", 64, "--at: error: A has no value", "hint: --at 'A = [2 1; 1 2]'"),
  Refusal("'tr(X*A)' --wrt X --at 'B = 1'", 64, "X, A have no value"),
  Refusal("'tr(mass*X)' --wrt X --at 'X = 1, maas = 2'", 64, "mass has no value", "is \"maas\" the name of mass?"),
  Refusal("'tr(X)' --at 'X = [1 2; 3]'", 64, "--at:1:5: error: rows need as many entries each; these have 2, 1"),
  Refusal("'tr(X)' --at 'X = [1 2; 3 4'", 64, "--at:1:14: error: expected \"]\" and found the end", "still open"),
  Refusal("'tr(X)' --at 'X = [1 b; 3 4]'", 64, "--at:1:8: error: expected a number and found \"b\""),
  Refusal("'tr(X)' --at 'X = 1 Y = 2'", 64, "--at:1:7: error: expected a comma before the next name"),
  Refusal("'tr(X)' --at 'X = 1, X = 2'", 64, "--at:1:8: error: X has two values", "1:1: note: the first one"),
  Refusal("'tr(X)' --at 'X = 1e999'", 64, "\"1e999\" is no number"),
  Refusal("'tr(X)' --at nothing.json", 66, "nothing.json: error: cannot open it"),
  Refusal("'tr(X)' --at bad.json", 65, "bad.json:2:7: error: expected"),
  Refusal("'tr(X)' --at list.json", 65, "list.json: error: values are an object of names"),
  Refusal("'tr(X)' --at ragged.json", 65, "X is no number, no list of numbers and no list of rows of one length"),
  Refusal("\"x'*A*x\" --wrt x --at 'x = [1 2 3], A = [1 2; 3 4]'", 65, "A is 3 x 3; the value given is 2 x 2"),
  Refusal("'tr(X)' --let 'X: matrix(n,n)' --let 'n: dim(3)' --at 'X = [1 2; 3 4]'", 65, "X is 3 x 3"),
  Refusal("'a*sum(eye(n))' --at 'a = 1'", 64, "the size n has no value", "hint: --at 'n = 3'"),
  Refusal("'a*sum(eye(n))' --at 'a = 1, n = 1.5'", 65, "n is a size: a whole number from 0"),
  Refusal(
    "'logdet(S)' --let 'S: spd(d)' --at 'S = [1 2; 2 1]'", 65, "S is declared spd: its smallest eigenvalue is -1"),
  Refusal("'tr(S)' --let 'S: symmetric(d)' --at 'S = [1 2; 3 1]'", 65, "declared symmetric: entry (1,2) is 2"),
  Refusal("'log(a)' --let 'a: scalar positive' --at 'a = -1'", 65, "a is declared positive: entry (1,1) is -1"),
  Refusal("'inv(X)' --at 'X = [1 2; 2 4]'", 65, "inv has no value: matrix is singular", "needed: X invertible"),
  Refusal("'log(a)' --at 'a = -1'", 65, "has no finite value there; needed: a > 0"),
]

@Suite struct DerivRefusalTests {
  @Test(arguments: refusals) fileprivate func isTold(_ refusal: Refusal) throws {
    let scratch = try Scratch()
    try scratch.write("e.txt", "tr(X)")
    try scratch.write("bad.json", "{\"X\":\n   [1 2]}")
    try scratch.write("list.json", "[1, 2]")
    try scratch.write("ragged.json", "{\"X\": [[1, 2], [3]]}")
    try Data([0x78, 0xE9]).write(to: scratch.folder.appending(path: "latin.txt"))
    let run = try scratch.run(words("deriv \(refusal.line)"))
    #expect(run.status == refusal.status, "\(run.output)\(run.errors)")
    #expect(run.output.isEmpty)
    for part in refusal.parts { #expect(run.errors.contains(part), "\(run.errors)") }
    #expect(run.errors.hasPrefix("statcli: "))
  }

  @Test func standardInputIsReadOnce() throws {
    let scratch = try Scratch()
    let run = try scratch.run(words("deriv - --at -"), input: "tr(X)")
    #expect(run.status == 64 && run.errors.contains("standard input can be read only once"))
    let values = try scratch.run(words("deriv 'tr(X)' --at - --emit text"), input: "{\"X\": [[1, 2], [3, 4]]}")
    #expect(values.status == 0 && values.output == "eye(n)\n")
  }

  @Test func aResultNeverReplacesItsInput() throws {
    let scratch = try Scratch()
    try scratch.write("e.txt", "tr(X)")
    let run = try scratch.run(words("deriv --file e.txt -o e.txt --force"))
    #expect(run.status == 73)
    #expect(try scratch.read("e.txt") == "tr(X)")
  }
}
