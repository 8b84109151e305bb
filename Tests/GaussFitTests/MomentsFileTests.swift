// Moments files: every bit comes back, and what is no moments file is refused with the reason.
import GaussFit
import MatDeriv
import Testing

@Suite struct MomentsFileTests {
  private let moments = Moments(
    columns: ["a", "b \"quoted\""], weighting: .reliability, rows: 3, weight: 0.1 + 0.2, squaredWeight: 0.04,
    shift: [DoubleDouble(significand: 12_345_678_901_234_567, scale: 3), DoubleDouble(-0.5)],
    meanDeviation: [1 / 3, -.leastNonzeroMagnitude],
    scatter: [[0x1.fffffffffffffp+1000, 1.0 / 3], [1.0 / 3, 0x1p-1000]])

  @Test func roundTrip() throws {
    let file = MomentsFile(moments)
    #expect(try MomentsFile(parsing: Array(file.text.utf8)) == file)
    let empty = MomentsFile(Moments(columns: ["x"]))
    #expect(try MomentsFile(parsing: Array(empty.text.utf8)) == empty)
    let iris = Fixture.moments("iris")
    let grouped = MomentsFile(
      iris, groupedBy: "species",
      groups: ["setosa", "versicolor", "virginica"].map { .init(name: $0, moments: Fixture.moments("iris", group: $0)) }
    )
    #expect(try MomentsFile(parsing: Array(grouped.text.utf8)) == grouped)
  }

  @Test func textIsReadable() {
    let file = MomentsFile(
      Moments(
        columns: ["x", "y"], rows: 2, weight: 2, squaredWeight: 2, shift: [DoubleDouble(1), DoubleDouble(2)],
        meanDeviation: [0.5, 1], scatter: [[0.5, 1], [1, 2]]))
    #expect(
      file.text == """
        {
          "schema": "statcli.moments/1",
          "columns": ["x", "y"],
          "weighting": "none",
          "rows": 2,
          "weight": 2.0,
          "squaredWeight": 2.0,
          "shift": [
            [1.0, 0.0],
            [2.0, 0.0]
          ],
          "meanDeviation": [0.5, 1.0],
          "scatter": [
            [0.5],
            [1.0, 2.0]
          ]
        }

        """)
  }

  @Test func filesMergeGroupByGroup() throws {
    func file(_ range: Range<Int>, _ names: [String]) -> MomentsFile {
      let rows = randomRows(60, 2, seed: 3)
      let groups = names.enumerated().map { k, name in
        MomentsFile.Group(
          name: name, moments: Moments(rows: Array(rows[(range.lowerBound + 5 * k)..<(range.lowerBound + 5 * k + 5)])))
      }
      return MomentsFile(Moments(rows: Array(rows[range])), groupedBy: "g", groups: groups)
    }
    let merged = try file(0..<20, ["u", "v"]).merging(file(20..<50, ["v", "w"]))
    #expect(merged.moments.rows == 50)
    #expect(merged.groups.map(\.name) == ["u", "v", "w"])
    #expect(merged.groups.map(\.moments.rows) == [5, 10, 5])
    #expect(throws: GaussFitError.differentGroups("g", nil)) {
      try merged.merging(MomentsFile(merged.moments))
    }
  }

  /// Property: subtracting what was merged leaves what was there.
  @Test func subtractionUndoesMerging() throws {
    let rows = randomRows(60, 2, seed: 3)
    func file(_ groups: [(String, Range<Int>)]) -> MomentsFile {
      MomentsFile(
        Moments(rows: groups.flatMap { rows[$0.1] }), groupedBy: "g",
        groups: groups.map { MomentsFile.Group(name: $0.0, moments: Moments(rows: Array(rows[$0.1]))) })
    }
    let (a, b) = (file([("u", 0..<10), ("v", 10..<25)]), file([("v", 25..<40), ("w", 40..<60)]))
    let rest = try a.merging(b).subtracting(b)
    #expect(rest.groups.map(\.name) == ["u", "v"], "a group without rows is gone")
    for (found, expected) in zip(rest.groups, a.groups) {
      #expect(found.moments.rows == expected.moments.rows)
      #expect(relativeError(found.moments.mean, expected.moments.mean) < 1e-14)
      #expect(relativeError(found.moments.scatter, expected.moments.scatter) < 1e-13)
    }
    #expect(relativeError(rest.moments.scatter, a.moments.scatter) < 1e-13)
    #expect(try MomentsFile(parsing: Array(rest.text.utf8)) == rest)
    #expect(throws: GaussFitError.differentGroups("g", nil)) { try a.subtracting(MomentsFile(b.moments)) }
    #expect(
      throws: GaussFitError.notAPart("group \"w\" is not among those that it is to be taken from")
    ) { try a.merging(file([("u", 0..<40)])).subtracting(file([("w", 40..<60)])) }
    #expect(
      throws: GaussFitError.notAPart("group \"u\": 10 rows of weight 10.0 cannot be taken from 5 rows of weight 5.0")
    ) { try file([("u", 0..<5), ("v", 5..<25)]).subtracting(file([("u", 0..<10)])) }
  }

  @Test func offencesAreNamed() throws {
    let text = MomentsFile(Fixture.moments("iris", group: "setosa")).text
    func reason(_ text: String) -> String {
      let error = #expect(throws: GaussFitError.self) { try MomentsFile(parsing: Array(text.utf8)) }
      guard case .notMoments(let reason) = error else { return String(describing: error) }
      return reason
    }
    func changed(_ old: String, _ new: String) -> String {
      #expect(text.contains(old))
      return reason(text.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(reason("") == "it is empty")
    #expect(reason("a,b\n1,2\n") == "line 1, column 1: expected a value")
    #expect(reason(String(text.dropLast(40))).hasPrefix("line "))
    #expect(reason("[1]") == "it is JSON, but not an object")
    #expect(reason(#"{"columns": ["a"]}"#) == #"it has no "schema""#)
    #expect(
      changed("statcli.moments/1", "statcli.gauss/1")
        == #"its schema is "statcli.gauss/1"; this version reads "statcli.moments/1""#)
    #expect(changed("\"rows\"", "\"row\"") == #"it has no "rows""#)
    #expect(changed("\"rows\": 50", "\"rows\": -1") == #""rows" is not a whole number of rows"#)
    #expect(
      changed("\"weight\": 50.0", "\"weight\": 49.0") == #""weight" is 49.0, but 50 rows without weights weigh 50"#)
    #expect(changed("\"none\"", "\"some\"") == #""weighting" is not none, frequency or reliability"#)
    #expect(changed("\"sepal_length\", ", "") == #""shift" has 4 entries for 3 columns"#)
    #expect(changed("sepal_length", "sepal_width") == #""columns" names a column twice"#)
    #expect(changed("    [5.1, 0.0],\n", "    [5.1],\n") == #""shift" is not an array of [high, low]"#)
    #expect(
      changed("\"meanDeviation\": [", "\"meanDeviation\": [1, ") == #""meanDeviation" has 5 entries for 4 columns"#)
    let first = Fixture.moments("iris", group: "setosa").scatter[0, 0].description
    #expect(changed("[\(first)]", "[\(first), 1]") == #""scatter" has 2 entries in row 1; its lower triangle has 1"#)
    #expect(changed("[\(first)]", "[-1]") == #""scatter" has the negative sum of squares -1.0 in row 1"#)
    #expect(changed("[\(first)]", "[1e-9]") == #""scatter" has a correlation beyond 1 in row 2, column 1"#)
  }

  @Test func impossibleMomentsAreRefused() throws {
    func reason(_ text: String) -> String {
      let error = #expect(throws: GaussFitError.self) { try MomentsFile(parsing: Array(text.utf8)) }
      guard case .notMoments(let reason) = error else { return String(describing: error) }
      return reason
    }
    func file(_ rows: String, _ weight: String, _ squared: String, _ kind: String, _ more: String = "") -> String {
      """
      {"schema": "statcli.moments/1", "columns": ["x"], "weighting": "\(kind)", "rows": \(rows), "weight": \(weight),
      "squaredWeight": \(squared), "shift": [[1, 0]], "meanDeviation": [0], "scatter": [[2]]\(more)}
      """
    }
    let many = "9223372036854775807"
    #expect(
      reason(file(many, "9223372036854775807.0", "9223372036854775807.0", "none"))
        == #""rows" is \#(many); counts beyond 2^53 are not exact as doubles"#)
    #expect(
      reason(file("3", "3", "4", "none"))
        == #""squaredWeight" is 4.0, but the squared weights of 3 rows without weights sum to 3"#)
    for squared in ["3.9", "16.1"] {
      #expect(
        reason(file("4", "4", squared, "reliability"))
          == #""squaredWeight" is \#(squared), but for 4 rows of weight 4.0 it lies between 4.0 and 16.0"#)
    }
    #expect(
      reason(file("1", "1", "1", "none")) == #""scatter" has the sum of squares 2.0 in row 1; 1 row cannot scatter"#)
    #expect(
      reason(file("3", "3", "3", "none", #", "groupedBy": "g", "groups": {}"#))
        == #"it is grouped by "g", but has no groups"#)
    func part(_ rows: Int, _ weight: Double) -> String {
      """
      , "groupedBy": "g", "groups": {"a": {"columns": ["x"], "weighting": "frequency", "rows": \(rows),
      "weight": \(weight), "squaredWeight": \(weight * weight / Double(rows)), "shift": [[1, 0]], "meanDeviation": [0],
      "scatter": [[2]]}}
      """
    }
    #expect(
      reason(file("3", "6", "12", "frequency", part(2, 6))) == #"the rows of its groups add up to 2, but "rows" is 3"#)
    #expect(
      reason(file("3", "6", "12", "frequency", part(3, 5)))
        == #""weight" of its groups adds up to 5.0, but "weight" is 6.0"#)
    #expect(
      try MomentsFile(parsing: Array(file("3", "6", "12", "frequency", part(3, 6)).utf8)).groups[0].moments.rows == 3)
  }
}
