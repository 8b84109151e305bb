// Scores of blocks of rows: against mpmath, against the density itself, by the marginal where cells are missing.
import MatDeriv
import Testing

@testable import GaussFit

/// The Gaussian of `conditional.json`.
struct ConditionalCase {
  let reference = Fixture.read("conditional.json")
  var names: [String] { reference["columns"].list.map(\.text) }
  var gaussian: Gaussian {
    try! Gaussian(mean: reference["mean"].numbers, covariance: Matrix(rowArrays: reference["covariance"].matrix))
  }

  func indices(_ names: Value) -> [Int] { names.list.map { self.names.firstIndex(of: $0.text)! } }
}

extension Scoring {
  /// Scores rows of a matrix.
  mutating func score(_ rows: [[Double]]) {
    let matrix = Matrix(rowArrays: rows)
    matrix.withUnsafeBufferPointer { score($0.baseAddress!, stride: rows.count, rows: rows.count) }
  }
}

@Suite struct ScoringTests {
  private let example = ConditionalCase()

  @Test func densitiesAndPValues() {
    let expected = example.reference["densities"].list
    var scoring = Scoring(example.gaussian)
    scoring.score(expected.map { $0["x"].numbers })
    for (row, entry) in expected.enumerated() {
      let distance = entry["mahalanobis"].number
      #expect(relativeError(scoring.logDensity[row], entry["logDensity"].number) < 1e-14)
      #expect(abs(scoring.squaredDistance[row] - distance * distance) < 1e-13 * (1 + distance * distance))
      let p = Scoring.pValue(squaredDistance: scoring.squaredDistance[row], observed: scoring.observed[row])!
      // d log p / d log x is about -x / 2 far out.
      #expect(relativeError(p, entry["pValue"].number) < 1e-13 * (1 + distance * distance))
    }
  }

  /// A row with missing cells has the density of its marginal, with the degrees of freedom of what is there.
  @Test func missingCellsAreIntegratedOut() {
    for entry in example.reference["marginals"].list {
      let columns = example.indices(entry["columns"])
      var row = [Double](repeating: .nan, count: 5)
      for (column, value) in zip(columns, entry["x"].numbers) { row[column] = value }
      var scoring = Scoring(example.gaussian)
      scoring.score([example.gaussian.mean, row, [Double](repeating: .nan, count: 5), row])
      for place in [1, 3] {
        #expect(relativeError(scoring.logDensity[place], entry["logDensity"].number) < 1e-14)
        #expect(scoring.observed[place] == columns.count)
      }
      #expect(scoring.observed[0] == 5 && scoring.squaredDistance[0] == 0)
      #expect(scoring.observed[2] == 0 && scoring.logDensity[2] == 0)
      #expect(Scoring.pValue(squaredDistance: 0, observed: 0) == nil)
    }
  }

  /// Property: log p(x) = log p(x_a) + log p(x_b | x_a), with scores of rows that have only a.
  @Test(arguments: [[0], [4, 1], [2, 3, 0]]) func chainRule(given: [Int]) {
    let gaussian = example.gaussian
    let x = [0.5, -1, 1.25, 9, 98]
    var part = [Double](repeating: .nan, count: 5)
    for i in given { part[i] = x[i] }
    var scoring = Scoring(gaussian)
    scoring.score([x, part])
    let rest = (0..<5).filter { !given.contains($0) }
    let conditional = gaussian.conditional(given: given.map { (index: $0, value: x[$0]) })
    let sum = scoring.logDensity[1] + conditional.logDensity(rest.map { x[$0] })
    #expect(relativeError(sum, scoring.logDensity[0]) < 1e-14)
  }

  /// Few columns and many, which take different ways, agree with the density of single rows, in blocks of any size.
  @Test(arguments: [1, 3, 31, 32, 70]) func agreesWithTheDensity(d: Int) {
    let lower = Matrix<Double>(rows: d, columns: d) { i, j in
      i == j ? 1 + Double(i % 4) : i > j ? 0.3 / Double(1 + i - j) : 0
    }
    let gaussian = Gaussian(mean: (0..<d).map { Double($0) - 3 }, lower: lower)
    let rows = gaussian.sample(rows: 37, seed: 5)
    let expected = gaussian.logDensity(rows: rows)
    var scoring = Scoring(gaussian)
    scoring.score(rows.rowArrays)
    for i in 0..<37 { #expect(relativeError(scoring.logDensity[i], expected[i]) < 1e-13) }
    guard d < 32 else { return }
    let whole = scoring.squaredDistance
    var parts: [Double] = []
    for range in [0..<5, 5..<37] {
      scoring.score(Array(rows.rowArrays[range]))
      parts += scoring.squaredDistance
    }
    #expect(parts == whole, "a row's bits do not depend on its block")
  }

  @Test func pointsThatAreNotFinite() {
    var scoring = Scoring(example.gaussian)
    scoring.score([[.infinity, 0, 0, 0, 0], [1, -2, 0, 10, .nan]])
    #expect(scoring.squaredDistance[0] == .infinity && scoring.logDensity[0] == -.infinity && scoring.observed[0] == 5)
    #expect(scoring.squaredDistance[1].isFinite && scoring.observed[1] == 4)
  }

  /// The finite sums against Boost's incomplete gamma function.
  @Test func survivalOfWholeDegrees() {
    for degrees in [1, 2, 3, 4, 5, 10, 11, 40, 63, 64, 65, 200] {
      for x in [1e-300, 1e-9, 0.01, 0.5, 1, 3, 10, 30, 100, 500, 1199, 1201, 1400] {
        let expected = ChiSquare(degreesOfFreedom: Double(degrees)).survival(x)
        #expect(relativeError(chiSquareSurvival(x, degrees: degrees), expected) < 4e-14, "\(degrees), \(x)")
      }
    }
    #expect(chiSquareSurvival(0, degrees: 3) == 1)
    #expect(chiSquareSurvival(.infinity, degrees: 3) == 0)
  }
}
