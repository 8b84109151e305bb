// What `statcli minimize` refuses: each with its message, its place and its status.
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

private let squares = "'sum((M*x - y).^2)' --wrt x --data M=stackloss.csv:1-3 "
private let full = squares + "--data y=stackloss.csv:4 "

private let refusals = [
  // The command line.
  Refusal("a + b", 64, "the expression is one argument, and 3 are given", "hint: statcli minimize 'a + b'"),
  Refusal("a --file f.txt", 64, "--file and an expression exclude each other"),
  Refusal("a --method newtn", 64, "newtn", "lbfgs"),
  Refusal("a --method newton --rate 1", 64, "--rate has no effect with --method newton"),
  Refusal("a --method gd --rate -1", 64, "--rate is positive; it is -1"),
  Refusal("a --tolerance -1", 64, "--tolerance is at least 0; it is -1"),
  Refusal("a --trace - --json", 64, "--trace - and --json exclude each other"),
  Refusal("a --size n", 64, "n", "--help"),
  Refusal(full + "--data M", 64, "--data M: it takes NAME=FILE"),
  Refusal(full + "--data y=y.csv", 64, "--data: y has two values"),
  Refusal(full + "--save z=z.csv", 64, "the variables are x", "hint: --save x=x.csv"),
  Refusal(full + "--save x=-", 64, "standard output holds the report", "--format csv"),
  Refusal(full + "--save x=stackloss.csv", 73, "is also an input"),
  Refusal(full + "--save x=iris.csv", 73, "exists already"),
  Refusal(full + "--trace iris.csv", 73, "exists already"),
  Refusal("'sum((M*x - y).^2)' --wrt x --data M=- --data y=-", 64, "standard input can be read only once"),
  // The objective.
  Refusal("'M*x' --wrt x --data M=stackloss.csv:1-3", 64, "only a scalar can be minimised; M*x is m x 1", "sum(M*x)"),
  Refusal("'sum(M*x' --wrt x", 64, "expression:1:8: error: expected \")\""),
  Refusal("'sum((M*x - y).^2)' --data M=stackloss.csv:1-3", 64, "Without a value are x, y", "hint: --wrt x"),
  Refusal(
    "'sum((M*x - y).^2)' --data M=stackloss.csv:1-3 --data Y=stackloss.csv:4", 64, "is \"Y\" the name of y?"),
  Refusal("'sum((M*x - y).^2)' --wrt z", 64, "the expression has no z; it has M, x, y", "hint: --wrt M"),
  Refusal(full + "--data x=1", 64, "x is minimised over and has no data", "--start x="),
  Refusal("\"sum(z.^2) where z = W*x\" --wrt z --data W=1 --data x=1", 64, "z is a part named by where"),
  Refusal("'a^2' --wrt q --let 'q: scalar' --data a=1", 64, "q does not occur in the expression"),
  Refusal("'2*b' --data b=1", 64, "every variable has a value: b"),
  Refusal("'norm1(S)' --let 'S: psd(n)' --size n=2", 64, "S is declared psd, which a step does not keep"),
  // Data.
  Refusal(squares, 64, "y has no value", "--data y=y.csv"),
  Refusal(squares + "--data Y=stackloss.csv:4", 64, "y has no value", "is \"Y\" the name of y?"),
  Refusal(squares + "--data y=nothing.csv", 66, "nothing.csv: error: no such file"),
  Refusal(
    squares + "--data y=stackloss.csv:stak.loss", 65, "did you mean \"stack.loss\"?", "y=stackloss.csv:stack.loss"),
  Refusal(
    squares + "--data y=challenger.csv:2", 65, "challenger.csv: error: y is m x 1 = 21 x 1; this file has 23 x 1",
    "stackloss.csv: note: m is 21 by M"),
  Refusal(squares + "--data y=stackloss.csv", 65, "stackloss.csv: error: y is m x 1 = 21 x 1; this file has 21 x 4"),
  Refusal(full + "--size n=4", 65, "M is m x n = 21 x 4; this file has 21 x 3", "note: n is 4"),
  Refusal(
    "'sum((M*x - y).^2)' --wrt x --data M=iris.csv --data y=iris.csv:1", 65,
    "iris.csv:2:5: error: \"setosa\" is not a number (column \"Species\")", "hint: --data M=iris.csv:1,2,3,4"),
  Refusal(squares + "--data y=airquality.csv:Ozone", 65, "airquality.csv:6:1: error: \"NA\" means missing"),
  Refusal(squares + "--data y=gap.csv", 65, "gap.csv:3:2: error: an empty cell", "column \"b\""),
  Refusal(squares + "--data y=header.csv", 65, "has a header and no records"),
  Refusal(
    "'tr(S*X)' --wrt X --let 'S: spd(n)' --data 'S=[1 2; 2 1]'", 65, "S is declared spd: its smallest eigenvalue"),
  Refusal("'norm2(A - U*V)^2' --wrt U,V --data 'A=[1 2; 3 4]'", 64, "the size p has no value", "hint: --size p="),
  // The start.
  Refusal(full + "--start y=1", 64, "y is no variable of the minimisation; these are x"),
  Refusal(full + "--start 'x=[1 2]'", 65, "--start: error: x is n x 1 = 3 x 1; the value given is 2 x 1"),
  Refusal(full + "--start 'x=[1 b]'", 64, "--start:1:6: error: expected a number and found \"b\""),
  Refusal(
    "'logdet(S) + tr(S)' --let 'S: spd(n)' --start 'S=[1 2; 2 1]'", 65,
    "--start: error: S is declared spd: its smallest eigenvalue is -1"),
  Refusal(
    "'tr(chol(A + S))' --let 'A: spd(n)' --let 'S: symmetric(n)' --wrt S --data 'A=[1 0; 0 1]' --start 'S=[-2 0; 0 0]'",
    65, "the search cannot start here: chol has no value: matrix is not positive definite"),
  Refusal("'log(a)^2'", 65, "the search cannot start here", "hint: --start a=1"),
]

@Suite struct MinimizeRefusalTests {
  @Test(arguments: refusals) fileprivate func isTold(_ refusal: Refusal) throws {
    let scratch = try Scratch()
    try scratch.write("gap.csv", "a,b\n1,2\n3,\n4,5\n")
    try scratch.write("header.csv", "a\n")
    let run = try scratch.run(words("minimize \(refusal.line)"))
    #expect(run.status == refusal.status, "\(run.output)\(run.errors)")
    #expect(run.output.isEmpty)
    for part in refusal.parts { #expect(run.errors.contains(part), "\(run.errors)") }
    #expect(run.errors.hasPrefix("statcli: "))
    #expect(!run.errors.contains("--exclude"), "columns are left out by the list behind the colon")
  }

  /// A failure leaves no file behind, and none that it had claimed.
  @Test func aFailureLeavesNoFile() throws {
    let scratch = try Scratch()
    let before = scratch.files
    let run = try scratch.run(words("minimize \(squares) --data y=nothing.csv --save x=x.csv --trace t.csv -o r.json"))
    #expect(run.status == 66 && scratch.files == before)
  }

  @Test func aFullDeviceIsNoSuccess() throws {
    let scratch = try Scratch()
    #expect(try scratch.shell("statcli minimize '(a - 3)^2' > /dev/full").status == 74)
    #expect(try scratch.run(words("minimize '(a - 3)^2' --trace /dev/full")).status == 74)
  }
}
