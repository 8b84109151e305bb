// `.fit` files: every bit comes back, and what is no such file is refused with the reason.
import GaussFit
import MatDeriv
import Testing

@Suite struct FitFileTests {
  private let single = FitFile(
    [
      FitFile.Distribution(
        columns: ["a", "b \"quoted\""], sampleSize: 0.1 + 0.2, structure: "diag(exp(p)) + b*b'",
        gaussian: Gaussian(
          mean: [1 / 3, -.leastNonzeroMagnitude], lower: [[0x1.fffffffffffffp+300, 0], [1e-3, 2 / 3]]))
    ], version: "1.2")

  private func grouped() throws -> FitFile {
    let fits = try GroupedFit(
      ["setosa", "versicolor", "virginica"].map { ($0, Fixture.moments("iris", group: $0)) })
    return FitFile(
      zip(fits.names, fits.fits).map {
        FitFile.Distribution(
          group: $0, columns: $1.columns, sampleSize: $1.sampleSize, structure: "full", gaussian: $1.gaussian,
          covariance: $1.covariance)
      }, groupedBy: "species")
  }

  @Test func roundTrip() throws {
    #expect(try FitFile(parsing: Array(single.text.utf8)) == single)
    let grouped = try grouped()
    #expect(try FitFile(parsing: Array(grouped.text.utf8)) == grouped)
    #expect(grouped.priors == Array(repeating: 50.0 / 150.0, count: 3))
  }

  /// A saved fit scores to the bit as the fit itself.
  @Test func scoresStayTheSame() throws {
    let fit = try Fit(Fixture.moments("iris")).gaussian
    let file = FitFile([
      FitFile.Distribution(columns: ["a", "b", "c", "d"], sampleSize: 150, structure: "full", gaussian: fit)
    ])
    let read = try FitFile(parsing: Array(file.text.utf8)).distributions[0].gaussian
    let rows = Matrix(rowArrays: Fixture.rows("iris"))
    #expect(read.logDensity(rows: rows) == fit.logDensity(rows: rows))
    var (before, after) = (Scoring(fit), Scoring(read))
    rows.withUnsafeBufferPointer { x in
      before.score(x.baseAddress!, stride: 150, rows: 150)
      after.score(x.baseAddress!, stride: 150, rows: 150)
    }
    #expect(before.logDensity == after.logDensity && before.squaredDistance == after.squaredDistance)
  }

  @Test func textIsReadable() {
    let file = FitFile([
      FitFile.Distribution(
        columns: ["x", "y"], sampleSize: 10, structure: "full",
        gaussian: Gaussian(mean: [0.5, 1], lower: [[2, 0], [1, 1]]))
    ])
    #expect(
      file.text == """
        {
          "schema": "statcli.fit/1",
          "gaussians": [
            {
              "group": null,
              "columns": ["x", "y"],
              "sampleSize": 10.0,
              "structure": "full",
              "mean": [0.5, 1.0],
              "covariance": [
                [4.0, 2.0],
                [2.0, 2.0]
              ],
              "factor": [
                [2.0, 0.0],
                [1.0, 1.0]
              ]
            }
          ]
        }

        """)
  }

  private func reason(_ text: String) -> String {
    let error = #expect(throws: GaussFitError.self) { try FitFile(parsing: Array(text.utf8)) }
    guard case .notAFit(let reason) = error else { return String(describing: error) }
    return reason
  }

  @Test func offencesAreNamed() throws {
    let text = FitFile([
      FitFile.Distribution(
        columns: ["x", "y"], sampleSize: 10, structure: "full",
        gaussian: Gaussian(mean: [0.5, 1], lower: [[2, 0], [1, 1]]))
    ]).text
    func changed(_ old: String, _ new: String) -> String {
      #expect(text.contains(old))
      return reason(text.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(reason("") == "it is empty")
    #expect(reason("a,b\n1,2\n") == "line 1, column 1: expected a value")
    #expect(reason(String(text.dropLast(40))).hasPrefix("line "))
    #expect(reason("[1]") == "it is JSON, but not an object")
    #expect(reason(#"{"gaussians": []}"#) == #"it has no "schema""#)
    #expect(changed("fit/1", "fit/2") == #"its schema is "statcli.fit/2"; this version reads "statcli.fit/1""#)
    #expect(changed("gaussians", "gaussian") == #"it has no "gaussians""#)
    #expect(reason(#"{"schema": "statcli.fit/1", "gaussians": []}"#) == #""gaussians" is empty"#)
    #expect(reason(#"{"schema": "statcli.fit/1", "gaussians": [1]}"#) == #"an entry of "gaussians" is not an object"#)
    #expect(changed(#""columns""#, #""names""#) == #"it has no "columns""#)
    #expect(changed(#"["x", "y"]"#, "[]") == #""columns" is empty"#)
    #expect(changed(#"["x", "y"]"#, #"["x", "x"]"#) == #""columns" names a column twice"#)
    #expect(changed(#"["x", "y"]"#, "3") == #""columns" is not an array of names"#)
    #expect(changed("10.0", "0") == #""sampleSize" is not a positive number"#)
    #expect(changed(#""structure": "full""#, #""structure": 1"#) == #""structure" is not a text"#)
    #expect(changed("[0.5, 1.0]", "[0.5]") == #""mean" has 1 entries for 2 columns"#)
    #expect(changed("[4.0, 2.0],", "") == #""covariance" has 1 rows for 2 columns"#)
    #expect(changed("[4.0, 2.0]", "[4.0]") == #""covariance" has 1 entries in row 1 for 2 columns"#)
    #expect(changed("[4.0, 2.0]", "[4.0, 2.5]") == #""covariance" is not symmetric: row 1, column 2"#)
    #expect(changed("[4.0, 2.0]", "[-4.0, 2.0]") == #""covariance" has the variance -4.0 in row 1"#)
    #expect(changed("[2.0, 0.0]", "[2.0, 0.5]") == #""factor" is not lower triangular: row 1, column 2 is 0.5"#)
    #expect(changed("[1.0, 1.0]", "[1.0, 0.0]") == #""factor" has 0.0 on its diagonal, in row 2"#)
    #expect(changed("[2.0, 0.0]", "[-2.0, 0.0]") == #""factor" has -2.0 on its diagonal, in row 1"#)
    #expect(
      changed("[1.0, 1.0]", "[1.5, 1.0]")
        == #""factor" is not that of "covariance": row 2, column 1 is 2.0 there, and 3.0 by the factor"#)
    #expect(changed("null", #""g""#) == #"it has the group "g", but no "groupedBy""#)
    #expect(changed("null", "3") == #""group" is not a name"#)
    #expect(
      changed(#""gaussians""#, #""groupedBy": "g", "gaussians""#)
        == #"it is grouped by "g", but 1 of its Gaussians have no "group""#)
  }

  @Test func groupsAreChecked() throws {
    let text = try grouped().text
    func changed(_ old: String, _ new: String) -> String {
      #expect(text.contains(old))
      return reason(text.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(changed("\"virginica\"", "\"setosa\"") == #""group" names "setosa" twice"#)
    let third = "\"prior\": 0.3333333333333333"
    #expect(changed(third, "\"prior\": 0.5").hasPrefix(#""prior" of its groups adds up to 1.16"#))
    #expect(changed(third, "\"prior\": -1") == #""prior" of Gaussian 1 is not a positive number"#)
    #expect(changed("\"prior\"", "\"share\"") == #"some of its groups have no "prior""#)
    #expect(changed("\"groupedBy\": \"species\"", "\"groupedBy\": 3") == #""groupedBy" is not a name"#)
    let names = Fixture.moments("iris", group: "setosa").columns
    #expect(
      changed("\"\(names[0])\"", "\"other\"")
        == #""columns" of group "versicolor" are others than those of group "setosa""#)
  }
}
