// `statcli gauss --shrinkage`, `statcli gauss test --covariance-equals`, and where outliers stand.
import Foundation
import JSONText
import Testing

private func document(_ line: String, in scratch: Scratch) throws -> JSON {
  let run = try scratch.run(words("gauss \(line) --json"))
  #expect(run.status == 0, "\(run.errors)")
  return try JSON(parsing: Array(run.output.utf8))
}

@Suite struct InferenceCommandTests {
  /// scikit-learn's intensities.
  @Test(arguments: [("ledoit-wolf", 0.007578801454078638), ("oas", 0.020236645005238526)])
  func intensities(_ name: String, _ intensity: Double) throws {
    let fit = try document("iris.csv --shrinkage \(name)", in: Scratch())["fit"]!
    #expect(abs(fit["shrinkage"]!["intensity"]!.doubleValue! - intensity) <= 1e-12)
    let change = fit["shrinkage"]!["logLikelihoodChange"]!.doubleValue!
    let without = fit["shrinkage"]!["logLikelihoodWithout"]!.doubleValue!
    #expect(change < 0 && abs(without + 379.91463012226933) <= 1e-9)
    #expect(abs(fit["logLikelihood"]!.doubleValue! - without - change) <= 1e-9)
  }

  /// Constant columns are no obstacle, and are left out where that is asked for.
  @Test func constantColumns() throws {
    let scratch = try Scratch()
    try scratch.write("c.csv", "x,y,k\n1,2,7\n2,4.5,7\n3,5,7\n4,9,7\n5,8,7\n")
    for name in ["ledoit-wolf", "oas"] {
      let whole = try document("c.csv --shrinkage \(name)", in: scratch)
      #expect(whole["fit"]!["columns"]!.arrayValue!.count == 3)
      let part = try document("c.csv --shrinkage \(name) --drop-constant", in: scratch)
      #expect(part["fit"]!["columns"]!.arrayValue!.count == 2)
    }
  }

  @Test func refusals() throws {
    let scratch = try Scratch()
    _ = try scratch.run(words("gauss moments iris.csv -o i.gauss"))
    try scratch.write("w.csv", "w,x,y\n2,1,5\n1,2,3\n3,3,4\n")
    try scratch.write("c.csv", "1,2\n2,1\n")
    for (line, status, text) in [
      ("i.gauss --shrinkage ledoit-wolf", 64, "needs rows"), ("w.csv --weights w --shrinkage ledoit-wolf", 64, "oas"),
      ("iris.csv --shrinkage oas --ridge 1", 64, "exclude each other"),
      ("iris.csv --shrinkage oas --by Species", 64, "one by one"),
      ("iris.csv --shrinkage oas --bootstrap 99", 64, "exclude each other"),
      (
        "test iris.csv --columns 1,2 --covariance-equals c.csv", 65, "c.csv: error: covariance is not positive definite"
      ),
      ("test iris.csv --covariance-equals c.csv", 65, "4 x 4"),
      ("test iris.csv --covariance-equals none.csv", 66, "none.csv"),
    ] {
      let run = try scratch.run(words("gauss \(line)"))
      #expect(run.status == Int32(status) && run.errors.contains(text), "\(line): \(run.status) \(run.errors)")
    }
    #expect(try scratch.run(words("gauss i.gauss --shrinkage oas")).status == 0)
    #expect(try scratch.run(words("gauss w.csv --weights w --shrinkage oas")).status == 0)
  }

  /// Its own covariance, divisor n - 1, is rejected by no sample.
  @Test func theSamplesOwnCovariance() throws {
    let scratch = try Scratch()
    let fit = try document("iris.csv", in: scratch)["fit"]!
    let rows = fit["covarianceUnbiased"]!.arrayValue!.map { $0.doublesValue!.map { "\($0)" }.joined(separator: ",") }
    try scratch.write("s.csv", rows.joined(separator: "\n") + "\n")
    let test = try document("test iris.csv --covariance-equals s.csv", in: scratch)["tests"]!["covariance"]!
    #expect(
      abs(test["statistic"]!.doubleValue!) <= 1e-9 && test["df"]!.doubleValue == 10
        && test["pValue"]!.doubleValue! > 0.999)
  }

  /// Blank lines, comments, missing cells and quoted line ends count: the line is that of an editor.
  @Test func outliersByLine() throws {
    let scratch = try Scratch()
    var lines = ["# made for a test", "name,x,y"]
    for i in 0..<40 { lines.append("\"a\nb\",\(i % 7).5,\(i % 5).25") }
    lines += ["", "c,NA,3", "d,90,-80", "e,3,2"]
    try scratch.write("o.csv", lines.joined(separator: "\n") + "\n")
    let text = lines.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    let expected = text.firstIndex { $0.hasPrefix("d,90") }! + 1
    let found = try document("test o.csv", in: scratch)["outliers"]!.arrayValue!
    #expect(found.count == 1 && found[0]["line"]?.integerValue == expected, "\(found)")
    #expect(found[0]["file"] == "o.csv" && found[0]["row"] == 41)
    // In two files each has its own lines.
    try scratch.write(
      "o2.csv", "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width,Species\n5,3,1,0.5,a\n50,-30,10,5,b\n")
    let two = try document("test iris.csv o2.csv", in: scratch)
    let far = two["outliers"]!.arrayValue![0]
    #expect(far["file"] == "o2.csv" && far["line"] == 3)
  }
}
