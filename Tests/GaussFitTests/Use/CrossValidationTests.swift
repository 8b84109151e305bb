// Cross-validation from moments: the sums of log densities are those of the rows, training is on all other rows, folds are dealt evenly.
import GaussFit
import MatDeriv
import Testing

@Suite struct CrossValidationTests {
  private let rows = randomRows(240, 3, seed: 9)

  private func folds(_ deal: Folds, _ rows: [[Double]]) -> [[[Double]]] {
    var folds = [[[Double]]](repeating: [], count: deal.count)
    for (i, row) in rows.enumerated() { folds[deal.fold(ofRow: i)].append(row) }
    return folds
  }

  @Test func sumsAreThoseOfTheRows() throws {
    let gaussian = try Fit(Moments(rows: Array(rows[..<100]))).gaussian
    let rest = Array(rows[100...])
    let sum = gaussian.logDensity(rows: Matrix(rowArrays: rest)).reduce(0, +)
    #expect(relativeError(gaussian.logDensity(sum: Moments(rows: rest)), sum) < 1e-13)
    // Far from zero the moments keep what doubles of the rows do not.
    let far = rest.map { $0.map { $0 + 1e9 } }
    let moved = Gaussian(mean: gaussian.mean.map { $0 + 1e9 }, lower: gaussian.lower)
    #expect(relativeError(moved.logDensity(sum: Moments(rows: far)), sum) < 1e-6)
  }

  @Test(arguments: [Structure.full, .diagonal, .compoundSymmetry])
  func scoresAreThoseOfRefits(structure: Structure) throws {
    let parts = folds(Folds(4, seed: 2), rows)
    let validation = try CrossValidation(folds: parts.map { Moments(rows: $0) })
    let score = try validation.score { moments throws(GaussFitError) in try Fit(moments, structure: structure).gaussian
    }
    var total = 0.0
    for k in parts.indices {
      let others = parts.indices.filter { $0 != k }.flatMap { parts[$0] }
      let gaussian = try Fit(Moments(rows: others), structure: structure).gaussian
      let sum = gaussian.logDensity(rows: Matrix(rowArrays: parts[k])).reduce(0, +)
      #expect(relativeError(score.folds[k], sum / Double(parts[k].count)) < 1e-12)
      total += sum
    }
    #expect(relativeError(score.mean, total / 240) < 1e-12)
    let spread = score.folds.reduce(0) { $0 + $1 } / 4
    let variance = score.folds.reduce(0) { $0 + ($1 - spread) * ($1 - spread) } / 3
    #expect(relativeError(score.standardError, (variance / 4).squareRoot()) < 1e-12)
    #expect(score.standardError(ofDifferenceFrom: score) == 0)
  }

  /// Training moments are merged, and agree with a subtraction from the whole.
  @Test func trainingIsTheWholeLessTheFold() throws {
    let parts = folds(Folds(5, seed: 1), rows).map { Moments(rows: $0) }
    let validation = try CrossValidation(folds: parts)
    var whole = Moments(columns: parts[0].columns)
    for part in parts { try whole.merge(part) }
    for (part, training) in zip(parts, validation.training) {
      var rest = whole
      try rest.subtract(part)
      #expect(rest.rows == training.rows)
      #expect(relativeError(rest.mean, training.mean) < 1e-13)
      #expect(relativeError(rest.scatter, training.scatter) < 1e-12)
    }
  }

  @Test func foldsAreDealtEvenly() {
    let deal = Folds(5, seed: 3)
    var counts = [Int](repeating: 0, count: 5)
    for row in 0..<50_000 { counts[deal.fold(ofRow: row)] += 1 }
    let statistic = counts.reduce(0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(ChiSquare(degreesOfFreedom: 4).survival(statistic) > 1e-3)
    #expect((0..<100).contains { deal.fold(ofRow: $0) != Folds(5, seed: 4).fold(ofRow: $0) })
    #expect((0..<100).contains { deal.fold(ofRow: $0) != deal.fold(ofRow: $0, file: 1) })
  }

  @Test func emptyFoldsAreRefused() {
    #expect(throws: GaussFitError.noRows) {
      try CrossValidation(folds: [Moments(rows: rows), Moments(columns: ["x1", "x2", "x3"])])
    }
  }
}
