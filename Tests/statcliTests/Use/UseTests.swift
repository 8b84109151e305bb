// Saved fits in use: every kind of fit is saved, numbers agree between verbs, streams have the same bytes for any number of threads.
import Foundation
import JSONText
import Testing

@testable import statcli

extension Scratch {
  /// Runs a line that must succeed.
  @discardableResult func must(_ line: String) throws -> String {
    let run = try self.run(words(line))
    #expect(run.status == 0, "\(line): \(run.errors)")
    return run.output
  }

  func json(_ line: String) throws -> JSON { try JSON(parsing: Array(try must(line + " --json").utf8)) }

  /// The fields of a CSV that has no quotes, without its header.
  func rows(_ line: String) throws -> [[String]] {
    try must(line).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }
}

@Test(arguments: [
  ("", 1), ("--covariance diag", 1), ("--covariance cs", 1), ("--covariance ar1h", 1), ("--covariance factor:1", 1),
  ("--covariance \"diag(exp(p)) + b*b'\" --let 'b: vector(d)'", 1), ("--method gradient", 1),
  ("--method gradient --optimizer newton", 1), ("--by Species", 3), ("--by Species --covariance tied", 3),
  ("--ridge 0.5", 1), ("--columns 2-3", 1),
])
func everyFitIsSaved(flags: String, gaussians: Int) throws {
  let scratch = try Scratch()
  let fit = try scratch.json("gauss iris.csv -q \(flags) --save m.fit")
  let model = try JSON(parsing: Array(try scratch.read("m.fit").utf8))
  #expect(model["gaussians"]?.arrayValue?.count == gaussians)
  // The sum of the scores is the log-likelihood of the fit, but for the ridge's scale of rounding.
  let score = try scratch.json("gauss score m.fit iris.csv")
  let expected = try #require(fit["fit"]?["logLikelihood"]?.doubleValue)
  #expect(abs(try #require(score["logDensity"]?.doubleValue) / expected - 1) < 1e-12)
}

/// Of data with missing cells: the scores of the observed cells sum up to their log-likelihood.
@Test func fitsOfMissingCellsAreSaved() throws {
  let scratch = try Scratch()
  let fit = try scratch.json("gauss airquality.csv --exclude Month,Day -q --save m.fit")
  let expected = try #require(fit["fit"]?["logLikelihood"]?.doubleValue)
  let score = try #require(try scratch.json("gauss score m.fit airquality.csv -q")["logDensity"]?.doubleValue)
  #expect(abs(score / expected - 1) < 1e-12)
  // What is imputed without a model is imputed by this one.
  let flags = "--exclude Month,Day"
  let (alone, saved) = (
    try scratch.must("gauss impute airquality.csv -q \(flags)"),
    try scratch.must("gauss impute airquality.csv -q --model m.fit")
  )
  let cells = zip(alone.split(separator: "\n"), saved.split(separator: "\n")).dropFirst().flatMap { a, b in
    zip(a.split(separator: ","), b.split(separator: ","))
  }
  #expect(cells.count == 6 * 153)
  #expect(cells.allSatisfy { abs(Double($0)! - Double($1)!) < 1e-8 * max(1, abs(Double($1)!)) })
}

@Test func singularFitsAreNotSaved() throws {
  let scratch = try Scratch()
  #expect(try scratch.run(words("gauss digits.csv --save m.fit")).status == 1)
  #expect(!scratch.files.contains("m.fit"))
}

/// Conditional and marginal verbs obey the chain rule with the scores of rows.
@Test func verbsAgree() throws {
  let scratch = try Scratch()
  try scratch.must("gauss iris.csv -q --save m.fit")
  try scratch.write("one.csv", "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width\n5.1,3.5,1.4,0.2\n")
  let given = try scratch.json("gauss condition m.fit --given Petal.Width=0.2 --given Sepal.Width=3.5 --save c.fit")
  #expect(given["schema"] == "statcli.gauss.condition/1")
  let whole = try #require(Double(try scratch.rows("gauss score m.fit one.csv")[0][1]))
  let rest = try #require(Double(try scratch.rows("gauss score c.fit one.csv")[0][1]))
  let part = try #require(given["givenLogDensity"]?.doubleValue)
  #expect(abs(rest + part - whole) < 1e-12)
  // The marginal of the given columns has the density that condition tells.
  #expect(try scratch.json("gauss marginal m.fit --columns 4,2 --save g.fit")["schema"] == "statcli.gauss.marginal/1")
  #expect(abs(try #require(Double(try scratch.rows("gauss score g.fit one.csv")[0][1])) - part) < 1e-13)
  // Conditioning, then a marginal, is the marginal, then conditioning.
  try scratch.must("gauss marginal c.fit --columns Petal.Length --save cm.fit")
  try scratch.must("gauss marginal m.fit --exclude Sepal.Length --save mm.fit")
  let last = "--given Petal.Width=0.2 --given Sepal.Width=3.5"
  try scratch.must("gauss condition mm.fit \(last) --save mc.fit")
  let one = try JSON(parsing: Array(try scratch.read("cm.fit").utf8))["gaussians"]!.arrayValue![0]
  let two = try JSON(parsing: Array(try scratch.read("mc.fit").utf8))["gaussians"]!.arrayValue![0]
  for key in ["mean", "covariance"] {
    let (a, b) = (numbers(one[key]!), numbers(two[key]!))
    #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-14 * max(1, abs($1)) }, "\(key)")
  }
}

private func numbers(_ json: JSON) -> [Double] {
  json.arrayValue.map { $0.flatMap(numbers) } ?? [json.doubleValue ?? .nan]
}

@Test func bytesDoNotDependOnThreads() throws {
  let scratch = try Scratch()
  try scratch.must("gauss iris.csv -q --save m.fit")
  try scratch.must("gauss iris.csv -q --by Species --save g.fit")
  for model in ["m.fit", "g.fit"] {
    try scratch.must("gauss sample \(model) -n 10k --seed 3 -q -o one.csv -f --threads 1")
    try scratch.must("gauss sample \(model) -n 10k --seed 3 -q -o two.csv -f --threads 3")
    #expect(try scratch.read("one.csv") == scratch.read("two.csv"))
    #expect(try scratch.must("gauss sample \(model) -n 5 --seed 3") == (scratch.read("one.csv").prefixLines(6)))
    for verb in ["score", "classify"] where verb == "score" || model == "g.fit" {
      let lines = [1, 3].map { "gauss \(verb) \(model) one.csv --format csv --threads \($0)" }
      #expect(try scratch.must(lines[0]) == scratch.must(lines[1]))
    }
  }
  for flags in ["", " --draw --seed 4"] {
    let lines = [1, 3].map { "gauss impute airquality.csv -q\(flags) --threads \($0)" }
    #expect(try scratch.must(lines[0]) == scratch.must(lines[1]))
  }
}

extension String {
  fileprivate func prefixLines(_ count: Int) -> String {
    split(separator: "\n").prefix(count).map { $0 + "\n" }.joined()
  }
}

/// A sample of many rows, fitted again, is the model that it was drawn from.
@Test func samplesHaveTheirModel() throws {
  let scratch = try Scratch()
  try scratch.must("gauss faithful.csv -q --save m.fit")
  try scratch.must("gauss sample m.fit -n 40k -q -o drawn.csv")
  let (fit, again) = (try scratch.json("gauss faithful.csv")["fit"]!, try scratch.json("gauss drawn.csv")["fit"]!)
  let (mean, error) = (numbers(again["mean"]!), numbers(again["meanStandardError"]!))
  for (j, expected) in numbers(fit["mean"]!).enumerated() { #expect(abs(mean[j] - expected) < 4 * error[j]) }
  let (entries, errors) = (numbers(again["covariance"]!), numbers(again["covarianceStandardError"]!))
  for (j, expected) in numbers(fit["covariance"]!).enumerated() { #expect(abs(entries[j] - expected) < 4 * errors[j]) }
  let summary = try scratch.json("gauss score m.fit drawn.csv")
  // Four standard deviations of a count of 40.
  #expect(abs(try #require(summary["below"]?["rows"]?.doubleValue) - 40) < 26)
}

@Test func linesAreThoseOfTheFile() throws {
  let scratch = try Scratch()
  try scratch.must("gauss faithful.csv -q --save m.fit")
  try scratch.write("d.csv", "eruptions,note,waiting\n3,\"two\nlines\",60\n\n4,x,70\n# no data\n2,y,\n")
  let rows = try scratch.rows("gauss score m.fit d.csv --comment '#' -q")
  #expect(rows.map { $0[0] } == ["2", "5", "7"])
  #expect(rows[2][3] != "", "scored by the cell that is there")
}

@Test func imputationKeepsEveryOtherByte() throws {
  let scratch = try Scratch()
  let text = "id;\"a b\";x;y\r\n1;\"q;q\"; 1,50 ;2\r\n\r\n2;z;NA;3\r\n3;;2,5;\"NA\"\r\n4;w;4,25;5"
  try scratch.write("d.csv", text)
  try scratch.write("m.csv", "x;y\n1,5;2\n2,5;3\n4,25;5\n3;3,5\n1;1\n")
  try scratch.must("gauss m.csv -q --save m.fit")
  let complete = try scratch.must("gauss impute d.csv --model m.fit -q")
  let lines = complete.components(separatedBy: "\r\n")
  let before = text.components(separatedBy: "\r\n")
  #expect(lines.count == before.count)
  for i in [0, 1, 2, 5] { #expect(lines[i] == before[i]) }
  let x = try #require(lines[3].wholeMatch(of: /2;z;([0-9]+,[0-9]+);3/)?.output.1)
  let y = try #require(lines[4].wholeMatch(of: /3;;2,5;([0-9]+,[0-9]+)/)?.output.1)
  // The means are those that condition tells.
  for (flag, found) in [("y=3", x), ("x=2.5", y)] {
    let fit = try scratch.json("gauss condition m.fit --given \(flag)")["fit"]!
    let value = try #require(Double(found.replacing(",", with: ".")))
    #expect(abs(value - numbers(fit["mean"]!)[0]) < 1e-14 * abs(value))
  }
}

/// Without a model the table is fitted to all its cells: the cells filled in are conditional means under that fit, and the table is complete.
@Test func imputationFitsTheTableItself() throws {
  let scratch = try Scratch()
  let errors = try scratch.run(words("gauss impute airquality.csv -o complete.csv")).errors
  #expect(errors == "statcli: filled in 44 cells in 42 of 153 rows, wrote complete.csv\n")
  #expect(try scratch.json("gauss complete.csv -q")["data"]?["rowsUsed"]?.integerValue == 153)
  try scratch.must("gauss impute airquality.csv -q --draw -o drawn.csv")
  // Means shrink the variance, draws do not.
  let variance = try ["complete.csv", "drawn.csv"].map {
    try scratch.json("gauss \($0) -q --columns Ozone")["fit"]!["covariance"]!
  }
  #expect(numbers(variance[0])[0] < numbers(variance[1])[0])
  // Text columns and whole tables stay as they are.
  #expect(try scratch.must("gauss impute iris.csv -q") == scratch.read("iris.csv"))
}

@Test func mergeAndSubtract() throws {
  let scratch = try Scratch()
  _ = try scratch.shell(
    "head -n 61 iris.csv > one.csv; (head -n 1 iris.csv; tail -n 90 iris.csv) > two.csv; head -n 1 iris.csv > none.csv")
  for (file, name) in [("one", "a"), ("two", "b"), ("iris", "all")] {
    try scratch.must("gauss moments \(file).csv --by Species -q -o \(name).gauss")
  }
  try scratch.must("gauss merge a.gauss b.gauss -q -o merged.gauss")
  for flags in ["", " --by Species"] {
    let fits = try ["merged", "all"].map { try scratch.json("gauss \($0).gauss\(flags) -q")["fit"]! }
    #expect(fits[0]["sampleSize"] == fits[1]["sampleSize"])
    let (a, b) = (fits[0]["logLikelihood"]!.doubleValue!, fits[1]["logLikelihood"]!.doubleValue!)
    #expect(abs(a / b - 1) < 1e-13)
  }
  try scratch.must("gauss subtract merged.gauss b.gauss -q -o rest.gauss")
  let (rest, a) = (try scratch.json("gauss rest.gauss --by Species"), try scratch.json("gauss a.gauss --by Species"))
  #expect(rest["groups"]?.objectValue?.map(\.0) == ["setosa", "versicolor"])
  for group in ["setosa", "versicolor"] {
    let (x, y) = (numbers(rest["groups"]![group]!["covariance"]!), numbers(a["groups"]![group]!["covariance"]!))
    #expect(zip(x, y).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}

@Test func crossValidationTellsTheBest() throws {
  let scratch = try Scratch()
  let json = try scratch.json(
    "gauss cv iris.csv --folds 10 --covariance full --covariance factor:1 --covariance diag -q")
  #expect(
    json.objectValue?.map(\.0) == ["schema", "command", "version", "data", "folds", "structures", "best", "warnings"])
  #expect(json["schema"] == "statcli.gauss.cv/1" && json["best"] == "full")
  let folds = (json["folds"]?["rows"]?.arrayValue ?? []).compactMap(\.integerValue)
  #expect(folds.count == 10 && folds.reduce(0, +) == 150)
  let structures = try #require(json["structures"]?.arrayValue)
  #expect(structures.map { $0["structure"] } == ["full", "factor:1", "diag"])
  // The score of a structure is the mean over all rows of their folds' scores.
  for structure in structures {
    let values = numbers(structure["folds"]!)
    let mean = zip(values, folds).reduce(0) { $0 + $1.0 * Double($1.1) } / 150
    #expect(abs(mean - structure["meanLogScore"]!.doubleValue!) < 1e-12)
  }
  #expect(try scratch.must("gauss cv iris.csv -q --threads 1") == scratch.must("gauss cv iris.csv -q --threads 3"))
}

@Test func classificationHasItsKeys() throws {
  let scratch = try Scratch()
  try scratch.must("gauss iris.csv --by Species --covariance tied -q --save lda.fit")
  let json = try scratch.json("gauss classify lda.fit iris.csv")
  #expect(json["schema"] == "statcli.gauss.classify/1" && json["right"]?.integerValue == 147)
  #expect(json["confusion"]?.arrayValue?.map { numbers($0["predicted"]!) } == [[50, 0, 0], [0, 48, 2], [0, 1, 49]])
  #expect(try scratch.must("gauss classify lda.fit iris.csv").contains("linear discriminant"))
  // Without labels there is a prediction, and no accuracy.
  _ = try scratch.shell("cut -d, -f1-4 iris.csv > plain.csv")
  #expect(try scratch.json("gauss classify lda.fit plain.csv")["accuracy"] == JSON.null)
  let rows = try scratch.rows("gauss classify lda.fit plain.csv -o -  --format csv")
  #expect(rows.count == 150 && rows[0].count == 5)
  for row in rows.prefix(20) { #expect(abs(row[2...].reduce(0) { $0 + Double($1)! } - 1) < 1e-15) }
}
