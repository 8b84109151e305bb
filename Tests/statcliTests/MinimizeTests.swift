// `statcli minimize`: its numbers against NumPy and SciPy, what the document holds, and the files that it reads and leaves.
import Foundation
import JSONText
import Testing

private func answer(_ line: String, files: [String: String] = [:], status: Int32 = 0) throws -> JSON {
  let scratch = try Scratch()
  for (name, text) in files { try scratch.write(name, text) }
  let run = try scratch.run(words("minimize \(line) --json"))
  #expect(run.status == status, "\(run.errors)")
  return try JSON(parsing: Array(run.output.utf8))
}

private func close(_ found: Double?, _ expected: Double, _ tolerance: Double) -> Bool {
  found.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
}

private let stackloss =
  "'sum((M*x + a*ones(m,1) - y).^2)' --wrt x,a --data M=stackloss.csv:1-3 --data y=stackloss.csv:stack.loss"
private let logistic =
  "\"sum(softplus(z)) - y'*z where z = a*x + b*ones(n,1)\" --wrt a,b --data x=challenger.csv:1 --data y=challenger.csv:2"
private let rosenbrock = "'(a - 1)^2 + 100*(b - a^2)^2' --wrt a,b --start a=-1.2 --start b=1"

@Suite struct MinimizeCommandTests {
  /// NumPy 2.4.6: `numpy.linalg.lstsq(column_stack([M, ones]), y)`.
  @Test(arguments: [("lbfgs", 1e-6), ("newton", 1e-10)])
  func leastSquares(method: String, tolerance: Double) throws {
    let json = try answer("\(stackloss) --method \(method)")
    let x = json["minimizer"]?["x"]?.arrayValue?.map { $0.doublesValue?[0] ?? .nan } ?? []
    let expected = [0.7156402004853745, 1.2952861243882436, -0.15212251914863506]
    for (a, b) in zip(x, expected) { #expect(close(a, b, tolerance)) }
    #expect(x.count == 3 && close(json["minimizer"]?["a"]?.doubleValue, -39.91967442012407, tolerance))
    #expect(close(json["value"]?.doubleValue, 178.82996159835866, 1e-12))
    #expect(json["hessian"] == "definite" && json["method"]?.stringValue == method)
    #expect(json["rows"]?["x"] == ["Air.Flow", "Water.Temp", "Acid.Conc"])
    if method == "newton" { #expect(json["iterations"] == 1) }
  }

  /// SciPy 1.17.1: `scipy.optimize.minimize(..., method="trust-exact")`, polished by Newton steps in NumPy.
  @Test(arguments: [("lbfgs", 1e-6), ("newton", 1e-7)])
  func logisticRegression(method: String, tolerance: Double) throws {
    let json = try answer("\(logistic) --method \(method)")
    #expect(close(json["minimizer"]?["a"]?.doubleValue, -0.2321627442185964, tolerance))
    #expect(close(json["minimizer"]?["b"]?.doubleValue, 15.042901647702436, tolerance))
    #expect(close(json["value"]?.doubleValue, 10.157596343933413, 1e-12))
    #expect(json["derivatives"]?["a"] == "-x'*(y - sigmoid(z))")
  }

  /// A gradient that is small because all is small there is no minimum; one that rounding left is.
  @Test(arguments: [
    ("'exp(-a)' --wrt a", Int32(1)), ("'-logdet(S)' --let 'S: spd(3)' --wrt S", 1), ("'(a - 1)^2' --wrt a", 0),
  ])
  func aFallingValueIsNoMinimum(line: String, status: Int32) throws {
    let json = try answer(line, status: status)
    #expect(json["converged"] == true)
  }

  /// The minimum is at (1, 1), whatever the method.
  @Test(arguments: [
    "lbfgs", "newton", "gd --rate 1e-3 --max-iterations 100k", "momentum --rate 1e-3 --max-iterations 100k",
    "nesterov --rate 1e-3 --max-iterations 100k", "adam --rate 1e-3 --max-iterations 100k",
  ])
  func everyMethodFindsRosenbrocksMinimum(method: String) throws {
    let json = try answer("\(rosenbrock) --method \(method)")
    #expect(json["converged"] == true && json["reason"] == "gradient")
    for name in ["a", "b"] { #expect(close(json["minimizer"]?[name]?.doubleValue, 1, 1e-6)) }
  }

  /// RMSprop circles the minimum at a fixed distance, and AdamW's decay moves it.
  @Test(arguments: ["rmsprop", "adamw"])
  func whatDoesNotConvergeIsToldByItsStatus(method: String) throws {
    let json = try answer("\(rosenbrock) --method \(method) --rate 0.1", status: 1)
    #expect(json["converged"] == false && json["reason"] == "iterations" && json["iterations"] == 1000)
    #expect(json["warnings"]?.arrayValue?.first?["code"] == "W301")
  }

  @Test func theDocumentHasItsKeys() throws {
    let json = try answer(stackloss)
    #expect(
      json.objectValue?.map(\.0) == [
        "schema", "command", "version", "expression", "definitions", "wrt", "data", "sizes", "derivatives", "method",
        "tolerance", "parameters", "converged", "hessian", "reason", "iterations", "evaluations", "value",
        "gradientNorm", "minimizer", "rows", "notes", "warnings",
      ])
    #expect(json["schema"] == "statcli.minimize/1" && json["wrt"] == ["x", "a"] && json["parameters"] == 4)
    #expect(json["sizes"] == ["m": 21, "n": 3])
    #expect(json["data"]?["M"] == ["file": "stackloss.csv", "rows": 21, "columns": 3])
  }

  /// Of logdet(S) + tr(inv(S)*C) the minimum is S = C; S stays symmetric.
  @Test func structuredVariablesKeepTheirStructure() throws {
    let json = try answer(
      "'logdet(S) + tr(inv(S)*C)' --let 'S: spd(d)' --let 'C: spd(d)' --wrt S --data 'C=[2 1; 1 3]'")
    let s = json["minimizer"]?["S"]?.arrayValue?.compactMap(\.doublesValue) ?? []
    #expect(s.count == 2 && s[0][1] == s[1][0])
    for (i, row) in [[2.0, 1], [1, 3]].enumerated() {
      for (j, value) in row.enumerated() { #expect(close(s[i][j], value, 1e-6)) }
    }
    #expect(json["parameters"] == 3)
  }

  @Test func whatIsSavedIsReadBack() throws {
    let scratch = try Scratch()
    let run = try scratch.run(words("minimize \(stackloss) --save x=x.csv --save a=a.csv --trace t.csv -q --plain"))
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let rows = run.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
    #expect(rows.map { $0[0] + $0[1] } == ["x1", "x2", "x3", "a1"])
    let saved = try scratch.read("x.csv").split(separator: "\n").map(String.init)
    #expect(saved == ["x"] + rows.prefix(3).map { $0[3] })
    let trace = try scratch.read("t.csv").split(separator: "\n")
    #expect(trace[0] == "iteration,value,gradientNorm,evaluations" && trace[1].hasPrefix("0,8518,"))
    let again = try scratch.run(words("minimize \(stackloss) --start x=x.csv --start a=a.csv --plain -q"))
    #expect(again.output == run.output, "a start at the minimum stays there")
  }

  @Test func dataComeFromStandardInputAndAsRows() throws {
    let scratch = try Scratch()
    let run = try scratch.shell(
      "cut -d, -f1-3 stackloss.csv | statcli minimize 'sum((M*x - y).^2)' --data M=- --data y=stackloss.csv:4 --json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(close(try JSON(parsing: Array(run.output.utf8))["value"]?.doubleValue, 297.28776141684097, 1e-12))
    // A single row stands for a column.
    let json = try answer("'norm2(x - y)^2' --wrt x --data y=y.csv --method newton", files: ["y.csv": "1.5,2,3\n"])
    let x = json["minimizer"]?["x"]?.arrayValue ?? []
    #expect(x.count == 3 && zip(x, [1.5, 2, 3]).allSatisfy { close($0.doublesValue?[0], $1, 1e-12) })
  }

  @Test func sizesThatNoFileDecidesAreGiven() throws {
    let json = try answer("\"norm2(A - U*V)^2\" --wrt U,V --data 'A=[1 2; 3 4]' --size p=1 --start U=1 --start V=1")
    // The smaller singular value of A, squared, of trace 30 and determinant 4: (30 - sqrt(30^2 - 4*4))/2.
    #expect(close(json["value"]?.doubleValue, 15 - 221.0.squareRoot(), 1e-9))
    #expect(json["hessian"] == "singular", "U*c and V/c give the same product")
  }

  @Test func timeIsForStandardErrorOnly() throws {
    let scratch = try Scratch()
    let run = try scratch.run(words("minimize '(a - 3)^2' -v"))
    #expect(
      run.errors.contains("statcli: derived and compiled after") && run.errors.contains("statcli: minimised after"))
    let twice = try (0..<2).map { _ in try scratch.run(words("minimize \(logistic) --json")).output }
    #expect(twice[0] == twice[1])
  }
}
