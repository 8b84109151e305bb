// The numbers that leave the program, in each form: against published values, and against each other.
import Foundation
import JSONText
import Testing

private func fit(_ line: String, files: [String: String] = [:]) throws -> JSON {
  let scratch = try Scratch()
  for (name, text) in files { try scratch.write(name, text) }
  let run = try scratch.run(words(line + " --json"))
  return try JSON(parsing: Array(run.output.utf8))
}

/// Log-likelihoods and criteria of R's `mclust` and of closed forms in 50-digit arithmetic.
@Test(
  arguments: [
    ("gauss iris.csv", -379.91463012227, 787.8293, 829.9782),
    ("gauss iris.csv --covariance diag", -741.017535185, nil, nil),
    ("gauss iris.csv --covariance spherical", -889.516130708, nil, nil),
  ] as [(String, Double, Double?, Double?)])
func irisLikelihoods(line: String, logLikelihood: Double, aic: Double?, bic: Double?) throws {
  let json = try #require(try fit(line)["fit"])
  #expect(abs(json["logLikelihood"]!.doubleValue! / logLikelihood - 1) < 1e-11)
  if let aic { #expect(abs(json["aic"]!.doubleValue! - aic) < 5e-5) }
  if let bic { #expect(abs(json["bic"]!.doubleValue! - bic) < 5e-5) }
}

@Test func theDocumentHasItsKeys() throws {
  let json = try fit("gauss airquality.csv --missing drop")
  #expect(json.objectValue?.map(\.0) == ["schema", "command", "version", "data", "fit", "groups", "tests", "warnings"])
  let data = try #require(json["data"])
  for key in ["files", "rowsRead", "rowsUsed", "rowsDropped", "weight", "columns", "ignored", "missing"] {
    #expect(data[key] != nil, "\(key)")
  }
  #expect(data["rowsRead"] == 153 && data["rowsUsed"] == 111 && data["rowsDropped"] == 42)
  #expect(data["missing"]?.doublesValue == [37, 7, 0, 0, 0, 0])
  let fit = try #require(json["fit"])
  for key in [
    "structure", "method", "mean", "meanStandardError", "covariance", "covarianceStandardError", "covarianceUnbiased",
    "standardDeviation", "correlation", "partialCorrelation", "logLikelihood", "parameters", "aic", "aicc", "bic",
    "logDeterminant", "condition", "rank",
  ] { #expect(fit[key] != nil, "\(key)") }
  #expect(fit["covariance"]?.arrayValue?.count == 6 && fit["covariance"]?.arrayValue?[0].doublesValue?.count == 6)
  let warning = try #require(json["warnings"]?.arrayValue?.first)
  #expect(warning["code"] == "W002" && warning["text"] != nil && warning["mend"] != nil)
}

@Test func groupsAreByName() throws {
  let json = try fit("gauss iris.csv --by Species")
  #expect(json["groups"]?.objectValue?.map(\.0) == ["setosa", "versicolor", "virginica"], "in the order of the input")
  let sum = json["groups"]!.objectValue!.reduce(0) { $0 + $1.1["logLikelihood"]!.doubleValue! }
  #expect(abs(sum - json["fit"]!["logLikelihood"]!.doubleValue!) < 1e-9)
}

/// csv, tsv, jsonl and json carry the same doubles.
@Test func formsAgree() throws {
  let scratch = try Scratch()
  let line = "gauss iris.csv -q --format "
  let csv = try scratch.run(words(line + "csv")).output.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  let tsv = try scratch.run(words(line + "tsv")).output.split(separator: "\n").map {
    $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
  #expect(csv == tsv && csv.allSatisfy { $0.count == csv[0].count })
  let jsonl = try scratch.run(words(line + "jsonl")).output.split(separator: "\n").map {
    try JSON(parsing: Array($0.utf8))
  }
  #expect(jsonl.count == csv.count - 1)
  for (record, row) in zip(jsonl, csv.dropFirst()) {
    #expect(record["quantity"]?.stringValue == row[1])
    #expect(record["value"]?.doubleValue == Double(row[4]))
  }
  let fit = try #require(try fit("gauss iris.csv")["fit"])
  let means = csv.filter { $0[1] == "mean" }.map { Double($0[4])! }
  #expect(fit["mean"]?.doublesValue == means)
  let covariances = csv.filter { $0[1] == "covariance" }
  let lower = (0..<4).flatMap { i in fit["covariance"]!.arrayValue![i].doublesValue!.prefix(i + 1) }
  #expect(covariances.map { Double($0[4])! } == lower)
}

@Test func aSavedFitHoldsTheDistribution() throws {
  let scratch = try Scratch()
  #expect(try scratch.run(words("gauss faithful.csv -q --save old.fit")).status == 0)
  let json = try JSON(parsing: Array(try scratch.read("old.fit").utf8))
  #expect(json["schema"] == "statcli.fit/1")
  let model = try #require(json["gaussians"]?.arrayValue?.first)
  let factor = try #require(model["factor"]?.arrayValue?.map { $0.doublesValue! })
  let covariance = try #require(model["covariance"]?.arrayValue?.map { $0.doublesValue! })
  for i in 0..<2 {
    for j in 0..<2 {
      let product = (0..<2).reduce(0.0) { $0 + factor[i][$1] * factor[j][$1] }
      #expect(abs(product - covariance[i][j]) <= 1e-12 * abs(covariance[i][j]))
    }
  }
  #expect(factor[0][1] == 0)
}

@Test func singularFitsSayWhy() throws {
  let json = try fit("gauss r.csv", files: ["r.csv": "a,b,total\n1,2,3\n2,5,7\n4,1,5\n7,7,14\n3,8,11\n"])
  let fit = try #require(json["fit"])
  #expect(fit["singular"] == true && fit["rank"] == 2)
  #expect(fit["relations"]?.arrayValue?.first?["column"] == "total")
  #expect(json["warnings"]?.arrayValue?.contains { $0["code"] == "W004" } == true)
}

@Test func aLongTableKeepsItsColumnsOnATerminal() throws {
  let run = try Scratch().shell("COLUMNS=60 script -qec 'statcli gauss iris.csv --color never' /dev/null")
  let lines = run.output.split(whereSeparator: \.isNewline)
  let tables = lines.filter { $0.hasPrefix("  Sepal.Width") }
  #expect(tables.allSatisfy { $0.count <= 60 })
  #expect(tables.count >= 4)
}

/// At 80 columns models are compared in one table, and flags to be pasted are whole.
@Test func aPageAtEightyColumns() throws {
  let scratch = try Scratch()
  let page = try scratch.shell("COLUMNS=80 script -qec 'statcli gauss iris.csv --color never' /dev/null").output
  let lines = page.split(whereSeparator: \.isNewline)
  #expect(lines.contains { $0.hasPrefix("  full ") && $0.hasSuffix("  fit, lowest BIC") && $0.count <= 80 })
  let ways = try scratch.shell(
    "COLUMNS=60 script -qec 'statcli gauss digits.csv --color never' /dev/null")
  let flags = "  --covariance diag --drop-constant"
  let place = ways.output.split(whereSeparator: \.isNewline).firstIndex { $0 == flags }
  #expect(place != nil, "\(ways.output)")
}

@Test func droppedColumnsAreNotUsed() throws {
  let files = ["c.csv": "a,const,b\n1,7,2\n2,7,5\n4,7,1\n3,7,3\n"]
  let data = try #require(try fit("gauss c.csv --drop-constant", files: files)["data"])
  #expect(data["columns"]?.stringsValue == ["a", "b"])
  let scratch = try Scratch()
  try scratch.write("c.csv", files["c.csv"]!)
  let page = try scratch.run(words("gauss c.csv --drop-constant")).output
  #expect(page.contains("  columns  2 used: a, b\n  ignored  const (constant)\n"))
}

@Test func sniffSaysTheFlagsThatSayTheSame() throws {
  let scratch = try Scratch()
  try scratch.write("odd.txt", "a;b\n1,5;2\n2,25;n/a\n3;x1\n")
  try scratch.write("odd.csv", "# made by hand\na\tb\tc\n1\t2\tu\n3\t4.5\tv\n\t6\tu\n")
  for name in ["iris.csv", "airquality.csv", "odd.txt", "odd.csv"] {
    let first = try JSON(parsing: Array(try scratch.run(["sniff", name, "--json"]).output.utf8))
    let flags = try #require(first["flags"]?.stringsValue)
    let again = try scratch.shell("statcli sniff --json \(flags.joined(separator: " ")) \(name)")
    #expect(again.status == 0, "\(again.errors)")
    let second = try JSON(parsing: Array(again.output.utf8))
    #expect(
      first["dialect"] == second["dialect"] && first["columns"] == second["columns"] && first["rows"] == second["rows"])
  }
}
