// `statcli deriv`: what the document holds, where expressions come from, values and checks, and each refusal with its message and status.
import Foundation
import JSONText
import Testing

private func answer(_ line: String, input: String = "", files: [String: String] = [:]) throws -> JSON {
  let scratch = try Scratch()
  for (name, text) in files { try scratch.write(name, text) }
  let run = try scratch.run(words("deriv \(line) --json"), input: input)
  #expect(run.status == 0, "\(run.errors)")
  return try JSON(parsing: Array(run.output.utf8))
}

@Suite struct DerivTests {
  @Test func theDocumentHasItsKeys() throws {
    let json = try answer("\"x'*A*x\" --wrt x --check --at 'x = [1 2], A = [1 2; 3 4]'")
    #expect(
      json.objectValue?.map(\.0) == [
        "schema", "command", "version", "expression", "expressionShape", "definitions", "variables", "wrt", "kind",
        "form", "layout", "convention", "structure", "derivative", "shape", "conditions", "nodes", "parts", "steps",
        "check", "value", "expressionValue", "warnings",
      ])
    #expect(json["schema"] == "statcli.deriv/1" && json["wrt"] == "x" && json["kind"] == "s/v")
    #expect(json["expression"] == "x'*A*x" && json["derivative"] == "x'*(A + A')" && json["nodes"] == 7)
    #expect(json["form"] == "numerator" && json["layout"] == "numerator" && json["convention"] == "projected")
    #expect(json["shape"] == [1, "n"] && json["expressionShape"] == [1, 1] && json["conditions"] == [])
    #expect(json["variables"] == ["x": "vector(n)", "A": "matrix(n,n)"])
    let check = try #require(json["check"])
    #expect(check.objectValue?.map(\.0) == ["holds", "relativeError", "tolerance", "points", "skipped", "failure"])
    #expect(check["holds"] == true && check["points"] == 3 && check["relativeError"]!.doubleValue! < 1e-9)
    // x'Ax = 1 + 2*(2 + 3) + 4*4 and x'(A + A') = [1 2]*[2 5; 5 8], by hand.
    #expect(json["expressionValue"]?.doubleValue == 27)
    #expect(json["value"]?.arrayValue?[0].doublesValue == [12, 21])
  }

  @Test func severalVariablesShareADocument() throws {
    let json = try answer("\"x'*A*x\" --wrt x,A")
    #expect(json["wrt"] == ["x", "A"])
    #expect(json["derivatives"]?.arrayValue?.map { $0["derivative"]! } == ["x'*(A + A')", "x*x'"])
    #expect(json["derivatives"]?.arrayValue?.map { $0["wrt"]! } == ["x", "A"])
    #expect(try answer("\"x'*A*x\" --wrt x --wrt A") == json)
  }

  @Test(
    arguments: [
      ("\"x'*A*x\" --wrt x --layout denominator", "(A + A')*x", "numerator"),
      ("\"x'*A*x\" --wrt x --hessian", "A + A'", "hessian"), ("'a^3' --hessian", "6*a", "second"),
      ("'X*Y' --wrt X", "kron(Y', eye(m))", "vecjac"),
      ("'det(S)' --let 'S: diagonal(d) invertible' --convention tied", nil, "tied"),
      ("'-a^2'", "-2*a", "numerator"), ("\"-x'*y\" --wrt x", "-y'", "numerator"),
      ("\"z'*z where z = W*x\" --wrt z", "2*z'", "numerator"),
      ("\"z'*z\" --let 'z = W*x' --wrt z", "2*z'", "numerator"),
    ] as [(String, String?, String)])
  func flagsAreHonoured(line: String, derivative: String?, form: String) throws {
    let json = try answer(line)
    if let derivative { #expect(json["derivative"]?.stringValue == derivative) }
    #expect(json["form"]?.stringValue == form)
  }

  @Test func expressionsComeFromArgumentFileAndStandardInput() throws {
    let text = "tr(X*A)\nX: spd(d)  # declared in the text\n"
    let file = try answer("--file e.txt --wrt X", files: ["e.txt": text])
    let input = try answer("--wrt X", input: text)
    let dash = try answer("- --wrt X", input: text)
    let argument = try answer("'tr(X*A) where X: spd(d)' --wrt X")
    let declared = try answer("'tr(X*A)' --let 'X: spd(d)' --wrt X")
    #expect(file == input && input == dash && dash == argument && argument == declared)
    #expect(file["structure"] == ["symmetric"] && file["derivative"] == "(A + A')/2")
  }

  @Test func aDerivativeIsWrittenToAFile() throws {
    let scratch = try Scratch()
    let run = try scratch.run(words("deriv 'logdet(X)' -o d.json"))
    #expect(run.status == 0 && run.output.isEmpty)
    let json = try JSON(parsing: Array(try scratch.read("d.json").utf8))
    #expect(json["derivative"] == "inv(X)" && json["conditions"] == ["X invertible"])
    #expect(try scratch.run(words("deriv 'logdet(X)' -o d.json")).status == 73)
    let plain = try scratch.run(words("deriv 'logdet(X)' --emit text -o d.txt"))
    #expect(plain.status == 0)
    #expect(try scratch.read("d.txt") == "inv(X)\n")
  }

  @Test(
    arguments: [
      ("latex", "d.tex", "X^{-1}"), ("mathml", "d.mml", "<math "), ("swift", "d.swift", "import MatDeriv"),
      ("numpy", "d.py", "import numpy as np"), ("julia", "d.jl", "using LinearAlgebra"),
      ("matlab", "d.m", "function result = derivative(X)"), ("pytorch", nil, "import torch"),
    ] as [(String, String?, String)])
  func notationsAreChosenByWordOrExtension(word: String, file: String?, part: String) throws {
    let scratch = try Scratch()
    let printed = try scratch.run(words("deriv 'logdet(X)' -q --emit \(word)"))
    #expect(printed.status == 0 && printed.errors.isEmpty && printed.output.contains(part))
    guard let file else { return }
    #expect(try scratch.run(words("deriv 'logdet(X)' -q -o \(file)")).status == 0)
    #expect(try scratch.read(file) == printed.output)
  }

  /// D2, D10, D12 and D0 of the trace method, as every textbook takes them for the derivative of a quadratic form.
  @Test func stepsAreDataWithTheirRules() throws {
    let json = try answer("\"x'*A*x\" --wrt x")
    let steps = try #require(json["steps"]?.arrayValue)
    #expect(steps.allSatisfy { $0.objectValue?.map(\.0) == ["rules", "before", "after"] })
    let rules = steps.flatMap { $0["rules"]!.arrayValue! }
    #expect(rules.allSatisfy { !$0["id"]!.stringValue!.isEmpty && !$0["name"]!.stringValue!.isEmpty })
    let ids = rules.map { $0["id"]!.stringValue! }
    #expect(ids.contains("D2") && ids.last == "D0")
    for (step, next) in zip(steps, steps.dropFirst()) { #expect(step["after"] == next["before"]) }
    #expect(steps.last?["after"] == "df/dx = x'*(A + A')")
  }

  @Test func stepsArePrintedInEachForm() throws {
    let scratch = try Scratch()
    let page = try scratch.run(words("deriv \"tr(A*X)\" --wrt X --steps")).output
    #expect(page.contains("\nsteps\n") && page.contains("= tr(A*dX)") && page.contains("D0: df = tr(D*dX) defines D"))
    let text = try scratch.run(words("deriv \"tr(A*X)\" --wrt X --steps --emit text")).output
    #expect(text.hasPrefix("f = tr(A*X)\n") && text.hasSuffix("df/dX = A       D0\n"), "\(text)")
    let latex = try scratch.run(words("deriv \"tr(A*X)\" --wrt X --steps --emit latex")).output
    #expect(latex.hasPrefix("\\begin{align*}\n") && latex.contains("\\text{D0}"))
  }

  /// dF = -inv(X) dX inv(X) (D5) in the three views; its matrix on vec is -kron(inv(X)', inv(X)).
  @Test(arguments: [
    ("operator", "dF", "-inv(X)*dX*inv(X)"), ("index", "dF(i, j)/dX(k, l)", "-inv(X)(i, k)*inv(X)(l, j)"),
    ("vec", "dF/dX", "-kron(inv(X)', inv(X))"),
  ])
  func viewsAreEquations(view: String, left: String, right: String) throws {
    let json = try #require(try answer("'inv(X)' --view \(view)")["view"])
    #expect(json["name"]?.stringValue == view && json["left"]?.stringValue == left)
    #expect(json["right"]?.stringValue == right && json["matrix"] == .null)
    let scratch = try Scratch()
    let page = try scratch.run(words("deriv 'inv(X)' --view \(view)")).output
    #expect(page.hasPrefix("\(left) = \(right)\n"))
    #expect(try scratch.run(words("deriv 'inv(X)' -q --emit text --view \(view)")).output == "\(left) = \(right)\n")
  }

  @Test func severalFunctionsShareAFile() throws {
    let scratch = try Scratch()
    let line = "deriv \"softmax(z)'*y\" --wrt z,y --emit "
    let python = try scratch.run(words(line + "numpy")).output
    #expect(python.components(separatedBy: "import numpy").count == 2)
    #expect(python.contains("def derivative_z(z, y):") && python.contains("def derivative_y(z):"))
    let matlab = try scratch.run(words(line + "matlab")).output
    #expect(matlab.components(separatedBy: "= softmax(Z)").count == 2, "a function stands twice: \(matlab)")
  }

  @Test func sizesAreGivenForValuesAndPlans() throws {
    // The sum of the entries of an identity is its size.
    #expect(try answer("'a*sum(eye(n))' --wrt a --at 'a = 2' --size n=3")["expressionValue"]?.doubleValue == 6)
    let json = try answer("\"x'*A*x\" --wrt x,A --emit plan --size n=1k")
    #expect(json["schema"] == "statcli.plan/1" && json["sizes"] == ["n": 1000])
    let steps = try #require(json["steps"]?.arrayValue)
    for step in steps { #expect(step.objectValue?.map(\.0) == ["routine", "sizes", "flops", "bytes", "place"]) }
    let total = steps.reduce(0) { $0 + ($1["flops"]?.doubleValue ?? .nan) }
    #expect(json["flops"]?.doubleValue == total && total >= 2e6, "two products of a matrix and a vector")
    #expect(json["outputs"]?.arrayValue?.map { $0["wrt"]! } == ["x", "A"])
    let declared = try answer("\"x'*A*x\" --wrt x --let 'A: matrix(n,n)' --let 'n: dim(7)' --emit plan")
    #expect(declared["sizes"] == ["n": 7])
  }

  @Test func whatWasChosenIsSaid() throws {
    let scratch = try Scratch()
    #expect(try scratch.run(words("deriv 'tr(X)'")).output.contains("X, n x n, the only variable"))
    #expect(try scratch.run(words("deriv 'tr(X)' --json")).errors == "statcli: with respect to X, the only variable\n")
    #expect(try scratch.run(words("deriv 'tr(X)' --json -q")).errors.isEmpty)
  }

  /// log(-exp(a)) has a derivative by the rules and no value anywhere: nothing can be compared, and the answer is no.
  @Test func aCheckThatCannotBeMadeFails() throws {
    let scratch = try Scratch()
    for flags in ["", "--json", "--emit text"] {
      let run = try scratch.run(words("deriv 'log(-exp(a))' --check \(flags)"))
      #expect(run.status == 1)
      #expect((run.output + run.errors).contains("no point was found"))
    }
    #expect(
      try scratch.run(words("deriv \"logdet(X'*X)\" --check")).output.contains("check       largest relative error"))
  }

  @Test func aFullDeviceIsNoSuccess() throws {
    let scratch = try Scratch()
    let run = try scratch.shell("statcli deriv 'tr(X)' > /dev/full")
    #expect(run.status == 74 && run.errors.contains("cannot write it"))
  }
}
