// What a fit says beyond its estimates: partial correlations, criteria, ridge, dropped columns, and how all of it behaves
// under weights, affine maps and changes of units.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct FitTests {
  @Test func partialCorrelation() throws {
    let fit = try Fit(Fixture.moments("iris"))
    #expect(entrywiseError(fit.partialCorrelation, Fixture.reference["partialCorrelation"]["iris"].matrix) < 1e-12)
    #expect(try Fit(Fixture.moments("iris"), structure: .diagonal).partialCorrelation == .identity(4))
  }

  @Test func smallSampleCriterion() throws {
    let rows = randomRows(10, 2, seed: 5)
    let five = try Fit(Moments(rows: Array(rows[..<6])))  // n = k + 1
    #expect(five.parameters == 5 && five.aicc == nil)
    #expect(try Fit(Moments(rows: Array(rows[..<7]))).aicc != nil)
  }

  @Test func ridge() throws {
    let expected = Fixture.reference["ridge"]["iris"]
    let plain = try Fit(Fixture.moments("iris"))
    let fit = try Fit(Fixture.moments("iris"), ridge: expected["value"].number)
    #expect(relativeError(fit.logLikelihood, expected["logLikelihood"].number) < 1e-12)
    #expect(fit.ridge == Ridge(value: 0.01, logLikelihoodWithout: plain.logLikelihood))
    #expect(relativeError(fit.covariance, plain.covariance + Matrix.diagonal([0.01, 0.01, 0.01, 0.01])) < 1e-15)
    #expect(plain.ridge == nil)
    for value in [0, -1, .infinity] as [Double] {
      #expect(throws: GaussFitError.invalidRidge(value)) { try Fit(Fixture.moments("iris"), ridge: value) }
    }
    #expect("\(GaussFitError.invalidRidge(-0.001))" == "a ridge must be positive and finite; it is -0.001")
  }

  /// Property: a ridge and dropping both make a fit with a constant column proceed.
  @Test func constantColumns() throws {
    let rows = randomRows(20, 2, seed: 9).map { [$0[0], 5.1, $0[1]] }
    let moments = Moments(rows: rows, columns: ["a", "c", "b"])
    let dropped = try Fit(moments, constantColumns: .drop)
    #expect(dropped.columns == ["a", "b"] && dropped.droppedColumns == ["c"] && dropped.dimension == 2)
    let alone = try Fit(Moments(rows: rows.map { [$0[0], $0[2]] }, columns: ["a", "b"]))
    #expect(dropped.logLikelihood == alone.logLikelihood && alone.droppedColumns.isEmpty)
    #expect(try Fit(alone.moments, constantColumns: .drop).droppedColumns.isEmpty)
    let ridged = try Fit(moments, ridge: 0.5)
    #expect(ridged.rank == 2 && ridged.ridge == Ridge(value: 0.5, logLikelihoodWithout: nil))
    #expect(ridged.covariance[1, 1] == 0.5 && ridged.logLikelihood.isFinite)
    #expect(throws: GaussFitError.allColumnsConstant(["x1", "x2"])) {
      try Fit(Moments(rows: [[1, 2], [1, 2]]), constantColumns: .drop)
    }
    #expect(throws: GaussFitError.noRows) { try Fit(Moments(columns: ["x"])) }
  }

  @Test func overflow() throws {
    let rows = randomRows(20, 2, seed: 1).map { [$0[0], $0[1] * 1e160] }
    #expect(throws: GaussFitError.overflow(["x2"])) { try Fit(Moments(rows: rows)) }
    #expect(
      "\(GaussFitError.overflow(["x2"]))" == #"squares of column "x2" exceed 1.8e308: rescale the data"#)
    #expect(try Fit(Moments(rows: rows.map { [$0[0], $0[1] * 1e-10] })).logLikelihood.isFinite)
  }

  /// Property: an integer weight w equals w copies, zero equals dropping, scaling leaves mean and covariance.
  @Test func weights() throws {
    let rows = randomRows(15, 3, seed: 21)
    let weights = (0..<15).map { Double($0 * 7 % 4) }
    let copies = zip(rows, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    let repeated = try Fit(Moments(rows: copies))
    let weighted = try Fit(Moments(rows: rows, weights: weights, weighting: .frequency))
    #expect(weighted.sampleSize == Double(copies.count) && weighted.moments.rows == weights.count { $0 > 0 })
    #expect(relativeError(weighted.mean, repeated.mean) < 1e-14)
    #expect(relativeError(weighted.covariance, repeated.covariance) < 1e-14)
    #expect(relativeError(weighted.unbiasedCovariance!, repeated.unbiasedCovariance!) < 1e-14)
    for (a, b) in [
      (weighted.logLikelihood, repeated.logLikelihood), (weighted.aic, repeated.aic), (weighted.bic, repeated.bic),
      (weighted.aicc!, repeated.aicc!),
    ] { #expect(relativeError(a, b) < 1e-13) }
    for weighting in [Weighting.frequency, .reliability] {
      let fit = try Fit(Moments(rows: rows, weights: weights, weighting: weighting))
      let scaled = try Fit(Moments(rows: rows, weights: weights.map { $0 * 3.7 }, weighting: weighting))
      #expect(relativeError(scaled.mean, fit.mean) < 1e-14)
      #expect(relativeError(scaled.covariance, fit.covariance) < 1e-14)
      if weighting == .reliability {
        #expect(relativeError(scaled.logLikelihood, fit.logLikelihood) < 1e-13)
        #expect(relativeError(scaled.unbiasedCovariance!, fit.unbiasedCovariance!) < 1e-13)
      }
    }
  }

  /// Property: fit(X A' + b) has mean A mu + b and covariance A S A'; the log-likelihood changes by -n log |det A|.
  @Test func affine() throws {
    let rows = randomRows(30, 3, seed: 4, digits: 1)
    let a: Matrix<Double> = [[2, 0, 1], [-1, 3, 0], [0.5, 0, 1]]  // det 4.5
    let moved = rows.map { row in zip(a * row, [10, -5, 1]).map { $0 + $1 } }
    let (fit, image) = (try Fit(Moments(rows: rows)), try Fit(Moments(rows: moved)))
    let expected = try fit.gaussian.affineImage(a, plus: [10, -5, 1])
    #expect(relativeError(image.mean, expected.mean) < 1e-14)
    #expect(relativeError(image.covariance, expected.covariance) < 1e-13)
    #expect(relativeError(image.logLikelihood, fit.logLikelihood - 30 * Double.log(4.5)) < 1e-13)
    for (x, y) in zip(rows, moved) {
      #expect(relativeError(image.gaussian.mahalanobis(y), fit.gaussian.mahalanobis(x)) < 1e-12)
    }
  }

  /// Property: scaling columns by 2^+-300 scales results exactly; nothing overflows.
  @Test func powersOfTwo() throws {
    let rows = randomRows(25, 3, seed: 8)
    let scale = [0x1p300, 1, 0x1p-300]
    let fit = try Fit(Moments(rows: rows))
    let scaled = try Fit(Moments(rows: rows.map { zip($0, scale).map { $0 * $1 } }))
    let grid = { (m: Matrix<Double>) in Matrix(rows: 3, columns: 3) { m[$0, $1] * scale[$0] * scale[$1] } }
    #expect(scaled.covariance == grid(fit.covariance))
    #expect(scaled.covarianceStandardError == grid(fit.covarianceStandardError))
    #expect(scaled.correlation == fit.correlation && scaled.partialCorrelation == fit.partialCorrelation)
    #expect(scaled.rank == 3 && scaled.condition.scaled == fit.condition.scaled)
    #expect(scaled.condition.raw == .infinity)
    #expect(scaled.logLikelihood == fit.logLikelihood)  // the scales cancel
    #expect(
      scaled.gaussian.mahalanobis(zip(rows[0], scale).map { $0 * $1 }) == fit.gaussian.mahalanobis(rows[0]))
    let all = try Fit(Moments(rows: rows.map { $0.map { $0 * 0x1p-300 } }))
    #expect(relativeError(all.logLikelihood, fit.logLikelihood + 25 * 3 * 300 * Double.log(2)) < 1e-15)
    #expect(all.condition.raw == fit.condition.raw)
  }

  @Test func conditionOfKnownMatrices() throws {
    // Hilbert matrix of order 6 as a scatter: 2-norm condition 1.495105864013e7 (Gregory and Karney, 1969).
    let hilbert = Moments(
      columns: (1...6).map { "h\($0)" }, rows: 1000, weight: 1, squaredWeight: 1,
      shift: Array(repeating: DoubleDouble(0), count: 6), meanDeviation: Array(repeating: 0, count: 6),
      scatter: Matrix(rows: 6, columns: 6) { 1 / Double($0 + $1 + 1) })
    #expect(relativeError(try Fit(hilbert).condition.raw, 1.495105864e7) < 1e-8)
    // Order 120, where the iteration ends before the order is reached: against all eigenvalues.
    let fit = try Fit(Moments(rows: randomRows(400, 120, seed: 2)))
    let values = try SymmetricEigen(fit.covariance, vectors: .none).values
    #expect(relativeError(fit.condition.raw, values.last! / values.first!) < 1e-9)
    let scaled = try SymmetricEigen(fit.correlation, vectors: .none).values
    #expect(relativeError(fit.condition.scaled, scaled.last! / scaled.first!) < 1e-9)
  }

  /// A light row may lie farther than sqrt(n) standard deviations from the mean; rounding about it is counted in full.
  @Test func noiseOfALightFarRow() throws {
    let rows = [[1e6]] + (0..<20).map { [Double($0 % 7)] }
    let weights = [1e-14] + Array(repeating: 1.0, count: 20)
    let sample = SampleCovariance(Moments(rows: rows, weights: weights, weighting: .reliability))
    #expect(sample.noise[0] > 1e5 && SampleCovariance(Moments(rows: rows)).noise[0] <= 21.0.squareRoot())
  }

  /// With reliability weights the log-likelihood is the weighted sum of the log densities, weights scaled to sum to n.
  @Test func logLikelihoodOfReliabilityWeights() throws {
    let rows = randomRows(9, 2, seed: 4)
    let weights = rows.indices.map { Double(1 + $0 % 4) }
    let fit = try Fit(Moments(rows: rows, weights: weights, weighting: .reliability))
    let densities = fit.gaussian.logDensity(rows: Matrix(rowArrays: rows))
    let scale = 9 / weights.reduce(0, +)
    let sum = zip(weights, densities).reduce(0) { $0 + scale * $1.0 * $1.1 }
    #expect(relativeError(fit.logLikelihood, sum) < 1e-13)
  }
}
