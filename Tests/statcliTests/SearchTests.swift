// `statcli gauss` where the fit is searched for: the numbers of the closed form by gradients, covariances by word and by formula, refusals.
import Foundation
import JSONText
import Testing

private func run(_ line: String) throws -> Run { try Scratch().run(words("gauss \(line)")) }

private func fit(_ line: String) throws -> JSON {
  let run = try run("\(line) --json")
  #expect(run.status == 0, "\(run.errors)")
  return try JSON(parsing: Array(run.output.utf8))["fit"]!
}

private func numbers(_ json: JSON?) -> [Double] {
  if let rows = json?.arrayValue, rows.first?.arrayValue != nil { return rows.flatMap { $0.doublesValue ?? [] } }
  return json?.doublesValue ?? []
}

@Suite struct SearchCommandTests {
  @Test(arguments: ["lbfgs", "newton", "natural"]) func gradientsFindTheClosedForm(_ optimizer: String) throws {
    let closed = try fit("iris.csv")
    let found = try fit("iris.csv --method gradient --optimizer \(optimizer)")
    #expect(found["method"] == "gradient" && found["converged"] == true)
    for key in ["mean", "covariance"] {
      let (a, b) = (numbers(found[key]), numbers(closed[key]))
      #expect(!a.isEmpty && a.count == b.count)
      for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-8 * max(abs(y), 0.01)) }
    }
  }

  @Test func aFormulaIsTheStructureThatItDescribes() throws {
    let named = try fit("iris.csv --covariance cs")
    let written = try fit("iris.csv --covariance 'exp(v)*eye(d) + c*ones(d,d)' --let 'v: scalar' --let 'c: scalar'")
    #expect(abs(named["logLikelihood"]!.doubleValue! - written["logLikelihood"]!.doubleValue!) <= 1e-9)
    let (a, b) = (numbers(written["covarianceStandardError"]), numbers(named["covarianceStandardError"]))
    for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-5 * y) }
    #expect(written["estimates"]?["c"] != nil)
  }

  @Test(arguments: ["csh", "ar1", "ar1h", "toeplitz", "banded:1", "block:1,2/3,4", "ppca:1"])
  func wordsOfStructures(_ word: String) throws {
    let found = try fit("iris.csv --covariance \(word)")
    let full = try fit("iris.csv")
    #expect(found["structure"]?.stringValue == word && found["converged"] == true)
    #expect(found["logLikelihood"]!.doubleValue! <= full["logLikelihood"]!.doubleValue! + 1e-9)
    let page = try run("iris.csv --covariance \(word)")
    #expect(page.status == 0 && page.output.contains("standard errors of the covariance"))
  }

  @Test func groupsAreFittedByThemselves() throws {
    let run = try run("iris.csv --by Species --covariance ar1 --json")
    let json = try JSON(parsing: Array(run.output.utf8))
    // The stationarity equations, solved to 50 digits.
    #expect(abs(json["groups"]!["setosa"]!["logLikelihood"]!.doubleValue! + 5.67920760640497) <= 1e-8)
    #expect(json["fit"]!["parameters"] == 18)
  }

  @Test func constantColumnsAreLeftOutOfSearches() throws {
    let scratch = try Scratch()
    try scratch.write("c.csv", "x,y,k,z\n1,2,7,1\n2,4.5,7,1\n3,5,7,4\n4,9,7,3\n5,8,7,2.5\n")
    for choice in ["--covariance ar1", "--covariance block:x,y/k,z", "--method gradient"] {
      let refused = try scratch.run(words("gauss c.csv \(choice)"))
      #expect(refused.status == 1 && refused.output.contains("--drop-constant") && !refused.output.contains("--ridge"))
      let fitted = try scratch.run(words("gauss c.csv \(choice) --drop-constant"))
      #expect(fitted.status == 0 && fitted.errors.contains("[W003]"), "\(fitted.errors)")
    }
  }

  @Test func patternsFromFiles() throws {
    let scratch = try Scratch()
    try scratch.write("z.txt", "1 1 0 0\n1 1 0 0\n0 0 1 1\n0 0 1 1\n")
    let found = try scratch.run(words("gauss iris.csv --covariance zeros:z.txt --json"))
    let blocks = try fit("iris.csv --covariance block:1,2/3,4")
    let value = try JSON(parsing: Array(found.output.utf8))["fit"]!["logLikelihood"]!.doubleValue!
    #expect(abs(value - blocks["logLikelihood"]!.doubleValue!) <= 1e-8)
    // By name in another order.
    try scratch.write(
      "n.csv",
      "Petal.Width,Petal.Length,Sepal.Width,Sepal.Length\n1,1,0,0\n1,1,0,0\n0,0,1,1\n0,0,1,1\n")
    let named = try scratch.run(words("gauss iris.csv --covariance zeros:n.csv --json"))
    #expect(try JSON(parsing: Array(named.output.utf8))["fit"]!["logLikelihood"]!.doubleValue! == value)
    for (text, message) in [
      ("1,1,0,0\n1,1,0,0\n0,0,1,2\n0,0,2,1\n", "z.csv:3:4: error: 2 is neither"), ("1,0\n0,1\n", "4 x 4"),
      ("1,1,0,0\n0,1,0,0\n0,0,1,1\n0,0,1,1\n", "not symmetric"), ("1,0,0,0\n0,0,0,0\n0,0,1,0\n0,0,0,1\n", "variance"),
    ] {
      try scratch.write("z.csv", text)
      let refused = try scratch.run(words("gauss iris.csv --covariance zeros:z.csv"))
      #expect(refused.status == 65 && refused.errors.contains(message), "\(refused.errors)")
    }
    #expect(try scratch.run(words("gauss iris.csv --covariance zeros:none.csv")).status == 66)
  }

  @Test func structuresAreComparedFromRecords() throws {
    let found = try run(
      "iris.csv --compare full,cs --compare block:1,2/3,4 --compare 'exp(v)*eye(d)' --let 'v: scalar' --plain")
    let lines = found.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(found.status == 0 && lines.count == 5 && lines[0][0] == "structure")
    #expect(lines.dropFirst().map { String($0[0]) } == ["full", "cs", "block:1,2/3,4", "exp(v)*eye(d)"])
    #expect(lines[2][6] == "full" && lines[1][6] == "")
  }

  /// The same bits from one thread and from three, and intervals from rows, from moments and of structures.
  @Test func bootstrapIntervals() throws {
    let one = try run("iris.csv --bootstrap 99 --seed 5 --threads 1 --plain")
    let three = try run("iris.csv --bootstrap 99 --seed 5 --threads 3 --plain")
    #expect(one.status == 0 && one.output == three.output && one.output.contains("mean.bootstrap"))
    let structured = try run("iris.csv --covariance ar1 --bootstrap 39 --json")
    let json = try JSON(parsing: Array(structured.output.utf8))["intervals"]!
    #expect(json["resampling"] == "rows" && json["failed"] == 0 && json["replicates"] == 39)
    let scratch = try Scratch()
    _ = try scratch.run(words("gauss moments iris.csv -o i.gauss"))
    let moments = try scratch.run(words("gauss i.gauss --bootstrap 99 --json"))
    #expect(try JSON(parsing: Array(moments.output.utf8))["intervals"]!["resampling"] == "parametric")
    let parameters = try run(
      "iris.csv --covariance 'a^2*eye(d) + c*ones(d,d)' --let 'a: scalar' --let 'c: scalar' --intervals profile --json")
    let entries = try JSON(parsing: Array(parameters.output.utf8))["intervals"]!["entries"]!.arrayValue!
    #expect(entries.count == 2 && entries.allSatisfy { $0["lower"]?.doubleValue != nil })
  }

  @Test func theTraceClimbs() throws {
    let trace = try run("iris.csv --method gradient --trace -")
    let lines = trace.output.split(separator: "\n")
    #expect(lines.first == "iteration,logLikelihood,gradientNorm")
    let values = lines.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
    #expect(values.count == lines.count - 1 && zip(values, values.dropFirst()).allSatisfy { $1 >= $0 - 1e-6 })
  }

  @Test func theDerivationIsShown() throws {
    let page = try run("iris.csv --method gradient --optimizer natural --explain").output
    #expect(page.contains("(logdet(S) + tr(inv(S)*(C + (b - m)*(b - m)')))/2"))
    #expect(page.contains("dl/dS = ") && page.contains("steps"))
  }

  /// One factor of iris leaves a column no variance of its own: told, not hidden.
  @Test func theEdgeOfAFamilyIsTold() throws {
    let page = try run("iris.csv --covariance \"diag(exp(p)) + b*b'\" --let 'p: vector(d)' --let 'b: vector(d)'")
    #expect(page.errors.contains("[W012]") && page.output.contains("edge of the family"))
  }

  @Test(arguments: [
    ("iris.csv --covariance factr:1", "no such structure"), ("iris.csv --covariance banded:9", "banded:9"),
    ("iris.csv --covariance factor:3", "more"), ("iris.csv --method gradient --by Species", "for all rows"),
    ("iris.csv --covariance ar1 --unbiased", "--unbiased is for closed forms"),
    ("iris.csv --mean 1,2,3", "3 numbers for 4 columns"), ("iris.csv --mean 1,2,x,4", "\"x\" is not a number"),
    ("iris.csv --mean 1,2,3,4 --by Species", "one by one"),
    ("iris.csv --mean 1,2,3,4 --unbiased", "exclude each other"),
    ("iris.csv --mean 1,2,3,4 --known-covariance c.csv", "nothing to be fitted"),
    ("iris.csv --known-covariance c.csv --covariance diag", "exclude each other"),
    ("iris.csv --compare full,ful", "--compare ful: no such structure"),
    ("iris.csv --compare full,diag,full", "full stands twice"), ("iris.csv --compare full,tied", "tied is for groups"),
    ("iris.csv --compare all --by Species", "exclude each other"),
    ("iris.csv --compare all --covariance ar1", "exclude each other"),
    ("iris.csv --intervals profile --covariance cs", "--intervals profile is for"),
    ("iris.csv --intervals profile --covariance ar1", "--intervals profile is for"),
    ("iris.csv --bootstrap 10", "at least 39"), ("iris.csv --seed 3", "--seed needs --bootstrap"),
    ("iris.csv --bootstrap 99 --intervals wald", "exclude each other"),
    ("iris.csv --bootstrap 99 --by Species", "one by one"),
    ("iris.csv --optimizer newton", "needs --method gradient"),
    ("iris.csv --let 'p: scalar'", "--covariance full is none"),
    ("iris.csv --covariance 'exp(v)*eye(3)' --let 'v: scalar'", "4 x 4"),
    ("iris.csv --covariance 'B*B' --let 'B: matrix(d,2)'", "B*B"),
    ("iris.csv --covariance block:1,2/2,3", "stands in two blocks"),
    ("iris.csv --method gradient --ridge 1", "--ridge"),
  ]) func refusals(_ line: String, _ text: String) throws {
    let refused = try run(line)
    #expect(refused.status == 64 && refused.output.isEmpty, "\(refused.status) \(refused.output)")
    #expect(refused.errors.contains(text), "\(refused.errors)")
  }
}
