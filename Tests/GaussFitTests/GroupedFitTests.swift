// Fits by group: the sums of separate fits, the pooled covariance, and the errors that name groups.
import GaussFit
import MatDeriv
import Testing

@Suite struct GroupedFitTests {
  private let names = ["setosa", "versicolor", "virginica"]
  private var groups: [(name: String, moments: Moments)] {
    names.map { (name: $0, moments: Fixture.moments("iris", group: $0)) }
  }

  @Test func separate() throws {
    let fit = try GroupedFit(groups)
    #expect(fit.names == names && fit.parameters == 42 && fit.sampleSize == 150)
    let expected = Fixture.expected("closed_setosa")["loglik"].number
    #expect(relativeError(fit.fits[0].logLikelihood, expected) < 1e-12)
    #expect(relativeError(fit.logLikelihood, fit.fits.reduce(0) { $0 + $1.logLikelihood }) < 1e-15)
    #expect(relativeError(fit.bic, 42 * Double.log(150) - 2 * fit.logLikelihood) < 1e-15)
  }

  @Test func tied() throws {
    let fit = try GroupedFit(groups, pooling: .tied)
    #expect(fit.parameters == 22 && fit.sampleSize == 150)
    for group in fit.fits {
      #expect(group.covariance == fit.fits[0].covariance)
      #expect(group.sampleSize == 50 && group.covarianceSampleSize == 150 && group.degreesOfFreedom == 147)
      #expect(relativeError(group.meanStandardError[0], (group.covariance[0, 0] / 50).squareRoot()) < 1e-15)
      #expect(relativeError(group.unbiasedCovariance!, group.covariance * (150.0 / 147)) < 1e-15)
    }
    // The log-likelihood of each group is the sum of its rows' densities, M15.
    for (group, name) in zip(fit.fits, names) {
      let densities = group.gaussian.logDensity(rows: Matrix(rowArrays: Fixture.rows("iris", group: name)))
      #expect(relativeError(group.logLikelihood, densities.reduce(0, +)) < 1e-13)
    }
    let diagonal = try GroupedFit(groups, pooling: .tied, structure: .diagonal)
    #expect(diagonal.parameters == 16 && diagonal.logLikelihood < fit.logLikelihood)
    // Separate covariances fit no worse, one group tied is one fit.
    #expect(try GroupedFit(groups).logLikelihood >= fit.logLikelihood)
    let one = try GroupedFit([groups[0]], pooling: .tied)
    #expect(one.logLikelihood == (try Fit(groups[0].moments)).logLikelihood)
  }

  /// Reliability weights: sizes are shares of all rows, and scaling all weights changes nothing.
  @Test func tiedReliability() throws {
    func fit(_ factor: Double) throws -> GroupedFit {
      try GroupedFit(
        (0..<2).map { k in
          let rows = randomRows(12, 2, seed: UInt64(k + 1))
          return (
            name: "g\(k)",
            moments: Moments(
              rows: rows, weights: rows.indices.map { factor * Double(1 + $0 % 3 + k) }, weighting: .reliability)
          )
        }, pooling: .tied)
    }
    let (a, b) = (try fit(1), try fit(5))
    #expect(relativeError(a.sampleSize, 24) < 1e-15)
    #expect(relativeError(a.logLikelihood, b.logLikelihood) < 1e-14)
    #expect(relativeError(a.fits[0].sampleSize, 24 * 24.0 / 60) < 1e-14)
  }

  /// A column that is constant in one group is dropped in all: densities of the same columns are summed.
  @Test func constantColumnsAreDroppedInAllGroups() throws {
    let rows = randomRows(24, 3, seed: 9)
    let first = Moments(rows: rows[..<12].map { [$0[0], 7, $0[1], $0[2]] }, columns: ["a", "k", "b", "c"])
    let second = Moments(rows: rows[12...].map { [$0[0], $0[1] + $0[2] * $0[2], $0[1], 2] }, columns: first.columns)
    let groups = [(name: "u", moments: first), (name: "v", moments: second)]
    let fit = try GroupedFit(groups, constantColumns: .drop)
    for (group, part) in zip(fit.fits, [first, second]) {
      #expect(group.columns == ["a", "b"] && group.droppedColumns == ["k", "c"])
      #expect(group.logLikelihood == (try Fit(part.selecting([0, 2])).logLikelihood))
    }
    #expect(fit.parameters == 10)
    // With one covariance both vary.
    #expect(try GroupedFit(groups, pooling: .tied, constantColumns: .drop).fits[0].droppedColumns == [])
    #expect(throws: GaussFitError.allColumnsConstant(["k", "c"])) {
      try GroupedFit(
        groups.map { (name: $0.name, moments: $0.moments.selecting([1, 3])) }, constantColumns: .drop)
    }
  }

  @Test func singularGroupsAreAllNamed() {
    let short = Moments(rows: Array(Fixture.rows("iris")[50..<53]), columns: groups[0].moments.columns)
    let groups = [groups[0], (name: "few", moments: short), (name: "none", moments: short)]
    let error = #expect(throws: GaussFitError.self) { try GroupedFit(groups) }
    let reason =
      "covariance is singular (rank 2 of 4): 3 rows cannot determine the covariance of 4 columns: its rank is at most 2"
    #expect(error?.description == "group \"few\": \(reason)\ngroup \"none\": \(reason)")
    #expect(throws: GaussFitError.noRows) { try GroupedFit([]) }
  }

  @Test func tiedGroupsThatAreTooFew() throws {
    let pairs = (0..<3).map { k in
      (name: "g\(k)", moments: Moments(rows: randomRows(2, 4, seed: UInt64(k + 50))))
    }
    let error = #expect(throws: GaussFitError.self) { try GroupedFit(pairs, pooling: .tied) }
    guard case .singular(let singularity) = error else { return }
    #expect(singularity.rank == 3 && singularity.hasTooFewRows && singularity.groups == 3)
    #expect(
      "\(singularity)"
        == "covariance is singular (rank 3 of 4): 6 rows in 3 groups cannot determine the covariance of 4 columns: "
        + "its rank is at most 3")
    #expect(try GroupedFit(pairs, pooling: .tied, structure: .diagonal).fits.count == 3)
  }
}
