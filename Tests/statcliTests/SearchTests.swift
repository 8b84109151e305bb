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
    ("iris.csv --covariance factor:3", "more"), ("iris.csv --covariance ar1 --by Species", "--by is for closed forms"),
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
