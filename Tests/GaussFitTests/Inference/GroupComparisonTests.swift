// Equality of covariances and means between groups: 50-digit values, published ones, and refusals by name.
import GaussFit
import MatDeriv
import Testing

@Suite struct GroupComparisonTests {
  private static let names = ["setosa", "versicolor", "virginica"]

  private func groups(_ name: String) -> [(name: String, moments: Moments)] {
    let all = Self.names.map { (name: $0, rows: Fixture.rows("iris", group: $0)) }
    switch name {
    case "two": return all[1...].map { ($0.name, Moments(rows: $0.rows)) }
    case "one_column": return all.map { ($0.name, Moments(rows: $0.rows.map { [$0[0]] })) }
    case "small": return zip(all, [6, 7, 9]).map { ($0.name, Moments(rows: Array($0.rows[..<$1]))) }
    default: return all.map { ($0.name, Moments(rows: $0.rows)) }
    }
  }

  @Test(arguments: ["species", "two", "one_column", "small"]) func agreeWithHighPrecision(name: String) throws {
    let expected = Fixture.inference["groups"][name]
    let comparison = try GroupComparison(groups(name))
    let tolerance = 3e-12
    expectAgreement(comparison.equalCovariances, expected["covarianceEquals"], tolerance)
    let box = comparison.box
    #expect(relativeError(box.m, expected["box"]["m"].number) < tolerance)
    expectAgreement(box.chiSquare, expected["box"]["chiSquare"], tolerance)
    expectAgreement(box.f, expected["box"]["f"], tolerance)
    let wilks = try comparison.equalMeans()
    #expect(relativeError(wilks.lambda, expected["wilks"]["lambda"].number) < tolerance)
    expectAgreement(wilks.f, expected["wilks"]["f"], tolerance)
    expectAgreement(wilks.chiSquare, expected["wilks"]["chiSquare"], tolerance)
  }

  /// R: `heplots::boxM(iris[, 1:4], iris$Species)` prints 140.94 on 20 degrees of freedom;
  /// `summary(manova(...), test = "Wilks")` prints 0.023439, 199.15 on 8 and 288.
  @Test func published() throws {
    let comparison = try GroupComparison(groups("species"))
    #expect(abs(comparison.box.chiSquare.statistic - 140.94) < 5e-3 && comparison.box.chiSquare.df == 20)
    let wilks = try comparison.equalMeans()
    #expect(abs(wilks.lambda - 0.023439) < 5e-7 && abs(wilks.f.statistic - 199.15) < 5e-3)
    #expect(wilks.f.df == 8 && wilks.f.df2 == 288)
  }

  /// Property: the statistics are at least 0, and 0 where the groups are copies of each other.
  @Test func notNegative() throws {
    let rows = randomRows(25, 3, seed: 4)
    let same = Moments(rows: rows)
    let comparison = try GroupComparison([("a", same), ("b", same), ("c", same)])
    #expect(comparison.equalCovariances.statistic < 1e-11 && comparison.box.m < 1e-11)
    #expect(try comparison.equalMeans().f.statistic < 1e-12)
    for seed in 10..<30 as Range<UInt64> {
      let parts = (0..<3).map { ("\($0)", Moments(rows: randomRows(12, 3, seed: 3 * seed + UInt64($0)))) }
      let comparison = try GroupComparison(parts.map { (name: $0.0, moments: $0.1) })
      #expect(comparison.equalCovariances.statistic >= 0 && comparison.box.f.statistic >= 0)
    }
  }

  /// Units cancel before logarithms are taken.
  @Test func units() throws {
    let powers: [Double] = [0x1p250, 0x1p-200, 1, 0x1p3]
    let scaled = Self.names.map { name in
      (
        name: name,
        moments: Moments(rows: Fixture.rows("iris", group: name).map { row in zip(row, powers).map { $0 * $1 } })
      )
    }
    let (a, b) = (try GroupComparison(groups("species")), try GroupComparison(scaled))
    #expect(relativeError(a.box.m, b.box.m) < 1e-13)
    #expect(relativeError(try a.equalMeans().lambda, try b.equalMeans().lambda) < 1e-13)
  }

  @Test func refusals() throws {
    #expect(throws: GaussFitError.self) { try GroupComparison([("a", Fixture.moments("iris"))]) }
    let error = #expect(throws: GaussFitError.self) {
      try GroupComparison([
        ("a", Moments(rows: randomRows(20, 2, seed: 1))),
        ("flat", Moments(rows: randomRows(20, 2, seed: 2).map { [$0[0], 1] })),
      ])
    }
    #expect(error?.description.contains(#"group "flat""#) == true)
  }
}
