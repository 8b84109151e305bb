// `statcli gauss test`: keys of the JSON, numbers against the published ones, groups, and each refusal.
import Foundation
import JSONText
import Testing

private func document(_ line: String, files: [String: String] = [:], status: Int32 = 0) throws -> JSON {
  let scratch = try Scratch()
  for (name, text) in files { try scratch.write(name, text) }
  let run = try scratch.run(words(line + " --json"))
  #expect(run.status == status, "\(run.errors)")
  return try JSON(parsing: Array(run.output.utf8))
}

@Test func theTestsHaveTheirNames() throws {
  let json = try document("gauss test iris.csv --blocks 1,2/3,4 --mean 5.8,3,3.8,1.2")
  #expect(
    json.objectValue?.map(\.0) == [
      "schema", "command", "version", "data", "tests", "outliers", "groups", "warnings",
    ])
  #expect(json["schema"] == "statcli.gauss.test/1")
  let tests = try #require(json["tests"]?.objectValue)
  #expect(
    tests.map(\.0) == [
      "mardiaSkewness", "mardiaKurtosis", "henzeZirkler", "doornikHansen", "royston", "sphericity", "independence",
      "blocks", "hotelling",
    ])
  for (name, test) in tests {
    for key in ["statistic", "df", "df2", "pValue", "law"] { #expect(test[key] != nil, "\(name) \(key)") }
    #expect(test["pValue"]?.doubleValue.map { (0...1).contains($0) } == true, "\(name)")
  }
}

/// The values that programs publish for iris: R's MVN and heplots, MATLAB's DorHanomunortest, R's manova.
@Test func groupsOfIris() throws {
  let json = try document("gauss test iris.csv --by Species")
  let setosa = try #require(json["groups"]?["setosa"]?["tests"])
  for (name, statistic, p) in [
    ("mardiaSkewness", 25.6643445196298, 0.177185884467652), ("mardiaKurtosis", 1.29499223711605, 0.195322907441935),
    ("henzeZirkler", 0.9488453, 0.04995356), ("doornikHansen", 24.4145, 0.00195), ("royston", 31.51803, 2.187653e-06),
  ] {
    #expect(abs(setosa[name]!["statistic"]!.doubleValue! / statistic - 1) < 2e-6, "\(name)")
    #expect(abs(setosa[name]!["pValue"]!.doubleValue! / p - 1) < 2e-3, "\(name)")
  }
  let tests = try #require(json["tests"])
  #expect(tests.objectValue?.map(\.0) == ["covarianceEquals", "boxM", "meanEquals"])
  #expect(abs(tests["boxM"]!["statistic"]!.doubleValue! - 140.94) < 5e-3 && tests["boxM"]!["df"]!.doubleValue! == 20)
  #expect(abs(tests["meanEquals"]!["statistic"]!.doubleValue! - 199.15) < 5e-3)
  #expect(json["groups"]?.objectValue?.map(\.0) == ["setosa", "versicolor", "virginica"])
}

/// Two groups: Hotelling's test. Outliers carry row, distance and shares.
@Test func twoGroupsAndOutliers() throws {
  var text = "g,x,y\n"
  for i in 0..<40 { text += "\(i % 2 == 0 ? "a" : "b"),\((i * 37) % 41),\((i * 23) % 43)\n" }
  text += "a,20,400\n"
  let json = try document("gauss test d.csv --by g", files: ["d.csv": text])
  #expect(json["tests"]?["hotelling"]?["tSquared"] != nil)
  let outlier = try #require(json["groups"]?["a"]?["outliers"]?.arrayValue?.first)
  #expect(outlier["row"] == 21)  // counted among the rows of its group
  #expect(outlier["contributions"]?.arrayValue?.first?["column"] == "y")
}

/// What needs rows is left out, with a reason, and the rest is the same.
@Test func withoutRows() throws {
  let scratch = try Scratch()
  #expect(try scratch.run(words("gauss moments iris.csv -o iris.gauss -q")).status == 0)
  let run = try scratch.run(words("gauss test iris.gauss --json"))
  let json = try JSON(parsing: Array(run.output.utf8))
  #expect(json["tests"]?["royston"]?["reason"] == "a .gauss file has no rows")
  #expect(json["tests"]?["royston"]?["pValue"] == .null)
  let direct = try document("gauss test iris.csv")
  #expect(json["tests"]?["sphericity"]?["statistic"] == direct["tests"]?["sphericity"]?["statistic"])
}

@Test(
  arguments: [
    ("gauss test iris.csv --mean 1,2", 64, "--mean has 2 numbers for 4 columns"),
    ("gauss test iris.csv --mean 1,2,x,4", 64, "\"x\" is not a number"),
    ("gauss test iris.csv --blocks 1,2/2,3", 64, "column \"Sepal.Width\" is in two blocks"),
    ("gauss test iris.csv --blocks 1-4", 64, "one block of all columns tests nothing"),
    ("gauss test r.csv", 1, "column \"total\" = \"a\" + \"b\""),
  ] as [(String, Int32, String)])
func testRefusals(line: String, status: Int32, message: String) throws {
  let scratch = try Scratch()
  try scratch.write("r.csv", "a,b,total\n1,2,3\n2,5,7\n4,1,5\n7,7,14\n3,8,11\n")
  let run = try scratch.run(words(line))
  #expect(run.status == status && run.output.isEmpty)
  #expect(run.errors.contains(message), "\(run.errors)")
}
