// Shrunk covariances against 50-digit values, their effect on the likelihood, and data where nothing else exists.
import GaussFit
import MatDeriv
import Testing

@Suite struct ShrinkageTests {
  private func both(_ rows: [[Double]]) throws -> [Shrinkage] {
    let columns = rows[0].indices.map { "x\($0 + 1)" }
    return [
      try Shrinkage(ledoitWolf: Matrix(rowArrays: rows), columns: columns),
      try Shrinkage(oas: Moments(rows: rows, columns: columns)),
    ]
  }

  @Test(arguments: ["iris", "setosa", "setosa_first_3"]) func agreesWithHighPrecision(name: String) throws {
    let group = name == "iris" ? nil : "setosa"
    var rows = Fixture.rows("iris", group: group)
    if name == "setosa_first_3" { rows = Array(rows[..<3]) }
    for shrinkage in try both(rows) {
      let expected = Fixture.inference["shrinkage"][name][shrinkage.method.rawValue]
      #expect(relativeError(shrinkage.intensity, expected["intensity"].number) < 1e-12)
      #expect(relativeError(shrinkage.covariance, Matrix(rowArrays: expected["covariance"].matrix)) < 1e-12)
      #expect(relativeError(shrinkage.logLikelihood, expected["logLikelihood"].number) < 1e-12)
      let change = shrinkage.logLikelihoodChange
      if name == "setosa_first_3" {
        #expect(change == nil)
      } else {
        let most = try Fit(Fixture.moments("iris", group: group)).logLikelihood
        #expect(shrinkage.logLikelihoodWithout.map { relativeError($0, most) < 1e-13 } == true)
        #expect(try #require(change) < 0)
      }
    }
  }

  /// Property: with n <= d, and with a constant column, shrinkage still gives a distribution.
  @Test func singularRows() throws {
    for rows in [randomRows(5, 12, seed: 3), randomRows(20, 2, seed: 4).map { $0 + [7] }] {
      for shrinkage in try both(rows) {
        #expect(shrinkage.intensity > 0 && shrinkage.intensity <= 1)
        #expect(shrinkage.logLikelihood.isFinite && shrinkage.logLikelihoodWithout == nil)
        #expect(try Cholesky(shrinkage.covariance).order == rows[0].count)
      }
    }
  }

  /// One unit for all columns scales everything; large and small ones neither overflow nor vanish.
  @Test(arguments: [0x1p300, 0x1p-300]) func units(unit: Double) throws {
    let rows = randomRows(30, 4, seed: 6)
    for (a, b) in zip(try both(rows), try both(rows.map { $0.map { $0 * unit } })) {
      #expect(relativeError(a.intensity, b.intensity) < 1e-13)
      #expect(relativeError(b.target / unit / unit, a.target) < 1e-13)
    }
  }

  /// A multiple of the identity needs none (Ledoit and Wolf) or all of it (OAS): the covariance is the same.
  @Test func sphere() throws {
    let rows: [[Double]] = [-1, 1].flatMap { a in [-1, 1].map { b in [a, b] } }
    let (wolf, oas) = (try both(rows)[0], try both(rows)[1])
    #expect(wolf.intensity == 0 && oas.intensity == 1)
    #expect(wolf.covariance == .identity(2) && oas.covariance == .identity(2))
    #expect(wolf.logLikelihoodChange == 0 && oas.logLikelihoodChange == 0)
  }

  /// Blocks of rows, and threads, do not change a bit.
  @Test func threads() throws {
    let rows = Matrix(rowArrays: randomRows(40000, 3, seed: 8))
    let columns = ["a", "b", "c"]
    let (one, three) = (
      try Shrinkage(ledoitWolf: rows, columns: columns), try Shrinkage(ledoitWolf: rows, columns: columns, threads: 3)
    )
    #expect(one.intensity == three.intensity)
    let streamed = try Shrinkage(ledoitWolf: CoMoments(rows: rows, columns: columns))
    #expect(relativeError(streamed.intensity, one.intensity) < 1e-11)
  }

  @Test func refusals() {
    #expect(throws: GaussFitError.noRows) { try Shrinkage(oas: Moments(columns: ["a"])) }
    let error = #expect(throws: GaussFitError.self) {
      try Shrinkage(ledoitWolf: [[1, 2], [1, 2]], columns: ["a", "b"])
    }
    #expect(error?.description.contains(#"columns "a" and "b" are constant"#) == true)
  }
}
