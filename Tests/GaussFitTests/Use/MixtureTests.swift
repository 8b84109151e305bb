// Mixtures: posteriors by their definition, samples that any number of threads draws alike, conditioning, Wilson's interval.
import GaussFit
import MatDeriv
import Testing

@Suite struct MixtureTests {
  private func iris() throws -> Mixture {
    Mixture(
      try ["setosa", "versicolor", "virginica"].map { try Fit(Fixture.moments("iris", group: $0)).gaussian },
      weights: [2, 1, 1])
  }

  @Test func posteriorsAreBayes() throws {
    let mixture = try iris()
    var rows = Array(Fixture.rows("iris").prefix(120).suffix(60))
    rows[3][1] = .nan
    var classification = Classification(mixture)
    Matrix(rowArrays: rows).withUnsafeBufferPointer {
      classification.classify($0.baseAddress!, stride: rows.count, rows: rows.count)
    }
    for (i, row) in rows.enumerated() {
      let observed = row.indices.filter { !row[$0].isNaN }
      let joint = zip(mixture.components, mixture.weights).map { gaussian, weight in
        weight * Double.exp(gaussian.marginal(observed).logDensity(observed.map { row[$0] }))
      }
      let total = joint.reduce(0, +)
      let posterior = (0..<3).map { classification.posterior[$0 * rows.count + i] }
      for k in 0..<3 { #expect(abs(posterior[k] - joint[k] / total) < 1e-12) }
      #expect(classification.component[i] == joint.indices.max { joint[$0] < joint[$1] })
      #expect(abs(classification.logDensity[i] - Double.log(total)) < 1e-11)
    }
  }

  /// Resubstitution of Fisher's iris: R's MASS::qda, with equal priors, has 3 errors; MASS::lda has 3 as well.
  @Test(arguments: [Pooling.separate, .tied]) func irisHasThreeErrors(pooling: Pooling) throws {
    let groups = ["setosa", "versicolor", "virginica"]
    let fit = try GroupedFit(groups.map { ($0, Fixture.moments("iris", group: $0)) }, pooling: pooling)
    var classification = Classification(Mixture(fit.fits.map(\.gaussian), weights: [1, 1, 1]))
    let rows = Matrix(rowArrays: Fixture.rows("iris"))
    rows.withUnsafeBufferPointer { classification.classify($0.baseAddress!, stride: 150, rows: 150) }
    let errors = (0..<150).count { classification.component[$0] != $0 / 50 }
    #expect(errors == 3)
  }

  @Test func samplesDoNotDependOnHowTheyAreDrawn() throws {
    let mixture = try iris()
    let whole = mixture.sample(rows: 40, seed: 7)
    var rows: [[Double]] = []
    var components: [Int] = []
    for range in [0..<1, 1..<17, 17..<40] {
      let part = mixture.sample(rows: range.count, seed: 7, firstRow: range.lowerBound)
      rows += part.rows.rowArrays
      components += part.component
    }
    #expect(rows == whole.rows.rowArrays && components == whole.component)
    // Each row is that of its component's own sample.
    for (i, component) in whole.component.enumerated() {
      let alone = mixture.components[component].sample(rows: 1, seed: 7, firstRow: i)
      #expect(alone.row(0) == whole.rows.row(i))
    }
    let counts = (0..<3).map { k in mixture.sample(rows: 20_000, seed: 1).component.count { $0 == k } }
    // Four standard deviations of a binomial.
    #expect(abs(counts[0] - 10_000) < 283 && abs(counts[1] - 5000) < 245)
  }

  /// p(x_b | x_a) of the mixture is p(x) / p(x_a).
  @Test func conditionalIsARatio() throws {
    let mixture = try iris()
    func logDensity(_ mixture: Mixture, _ x: [Double]) -> Double {
      Double.log(
        zip(mixture.components, mixture.weights).reduce(0) { $0 + $1.1 * Double.exp($1.0.logDensity(x)) })
    }
    let x = [5.9, 3.0, 4.6, 1.5]
    let conditional = mixture.conditional(given: [(index: 2, value: x[2]), (index: 0, value: x[0])])
    let marginal = Mixture(mixture.components.map { $0.marginal([0, 2]) }, weights: mixture.weights)
    let expected = logDensity(mixture, x) - logDensity(marginal, [x[0], x[2]])
    #expect(abs(logDensity(conditional, [x[1], x[3]]) - expected) < 1e-12)
    #expect(abs(conditional.weights.reduce(0, +) - 1) < 1e-15)
    let given = mixture.logDensity(of: [(index: 0, value: x[0]), (index: 2, value: x[2])])
    #expect(abs(given - logDensity(marginal, [x[0], x[2]])) < 1e-13)
  }

  /// Nothing is NaN where no density is above 0.
  @Test func absurdValuesLeaveTheWeights() throws {
    let mixture = try iris()
    let far = mixture.conditional(given: [(index: 1, value: 1e300)])
    #expect(far.weights == mixture.weights)
    #expect(mixture.logDensity(of: [(index: 1, value: 1e300)]) == -.infinity)
    var classification = Classification(mixture)
    [1e300, -1e300, 1e300, 0].withUnsafeBufferPointer {
      classification.classify($0.baseAddress!, stride: 1, rows: 1)
    }
    #expect(classification.posterior == mixture.weights && classification.component == [0])
  }

  /// Published: A. Agresti, B. A. Coull (1998) and Wilson (1927): 0 of 10 and 95 %: 0 to 0.2775; 81 of 263: 0.2553 to 0.3662 (Newcombe 1998).
  @Test func wilson() {
    let none = Interval(successes: 0, of: 10)
    #expect(none.lower == 0 && abs(none.upper - 0.2775) < 5e-5)
    let some = Interval(successes: 81, of: 263)
    #expect(abs(some.lower - 0.2553) < 5e-5 && abs(some.upper - 0.3662) < 5e-5)
    #expect(Interval(successes: 10, of: 10).upper == 1)
  }
}
