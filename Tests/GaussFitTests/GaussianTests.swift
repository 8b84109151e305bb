// The distribution: densities against mpmath, and the laws that tie its parts together.
import GaussFit
import MatDeriv
import Testing

@Suite struct GaussianTests {
  private let gaussian = try! Gaussian(
    mean: [1, -2, 0.5, 3],
    covariance: [[4, 1, -1, 0.5], [1, 3, 0.25, -0.5], [-1, 0.25, 2, 0.75], [0.5, -0.5, 0.75, 1]])
  private let point = [0.25, 1, -1.5, 2]

  @Test func densities() throws {
    let fitted = try Fit(Fixture.moments("iris")).gaussian
    let reference = Fixture.reference["densities"]["iris"].list
    let points = reference.map { $0["x"].numbers }
    let densities = fitted.logDensity(rows: Matrix(rowArrays: points))
    let distances = fitted.mahalanobis(rows: Matrix(rowArrays: points))
    for (k, entry) in reference.enumerated() {
      #expect(relativeError(distances[k], entry["mahalanobis"].number) < 1e-12)
      #expect(relativeError(densities[k], entry["logDensity"].number) < 1e-12)
      #expect(relativeError(fitted.logDensity(points[k]), densities[k]) < 1e-14)
      #expect(relativeError(fitted.mahalanobis(points[k]), distances[k]) < 1e-14)
    }
  }

  @Test func marginalIsABlock() {
    let marginal = gaussian.marginal([3, 0])
    #expect(marginal.mean == [3, 1])
    #expect(relativeError(marginal.covariance, gaussian.covariance[rows: [3, 0], columns: [3, 0]]) < 1e-15)
    #expect(relativeError(gaussian.marginal([0, 1, 2, 3]).covariance, gaussian.covariance) < 1e-15)
  }

  /// mu_r + S_rg inv(S_gg) (x_g - mu_g), S_rr - S_rg inv(S_gg) S_gr
  @Test func conditionalIsASchurComplement() throws {
    let s = gaussian.covariance
    let (given, rest) = ([2, 0], [1, 3])
    let solve = try Cholesky(s[rows: given, columns: given])
    let gain = solve.solve(s[rows: given, columns: rest])
    let conditional = gaussian.conditional(given: given.map { (index: $0, value: point[$0]) })
    let deviation = given.map { point[$0] - gaussian.mean[$0] }
    let shift = gain.transposed * deviation
    #expect(relativeError(conditional.mean, zip(rest, shift).map { gaussian.mean[$0] + $1 }) < 1e-15)
    let schur = s[rows: rest, columns: rest] - s[rows: rest, columns: given] * gain
    #expect(relativeError(conditional.covariance, schur) < 2e-15)
    #expect(relativeError(gaussian.conditional(given: []).covariance, s) < 1e-15)
  }

  /// Marginals, conditionals and their densities against mpmath.
  @Test func partsOfTheReference() {
    let example = ConditionalCase()
    for entry in example.reference["marginals"].list {
      let marginal = example.gaussian.marginal(example.indices(entry["columns"]))
      #expect(relativeError(marginal.mean, entry["mean"].numbers) < 1e-15)
      #expect(entrywiseError(marginal.covariance, entry["covariance"].matrix) < 1e-14)
      #expect(relativeError(marginal.logDensity(entry["x"].numbers), entry["logDensity"].number) < 1e-14)
    }
    for entry in example.reference["conditionals"].list {
      let given = entry["given"].keys.map { name in
        (index: example.names.firstIndex(of: name)!, value: entry["given"][name].number)
      }
      let conditional = example.gaussian.conditional(given: given)
      #expect(relativeError(conditional.mean, entry["mean"].numbers) < 1e-14)
      #expect(entrywiseError(conditional.covariance, entry["covariance"].matrix) < 1e-14)
      #expect(relativeError(conditional.logDensity(entry["x"].numbers), entry["logDensity"].number) < 1e-14)
    }
  }

  /// Property: conditioning then marginal = marginal then conditioning.
  @Test func conditioningAndMarginalCommute() {
    let conditionedFirst = gaussian.conditional(given: [(index: 1, value: 1)]).marginal([0, 2])  // coordinates 0 and 3
    let marginalFirst = gaussian.marginal([0, 1, 3]).conditional(given: [(index: 1, value: 1)])
    #expect(relativeError(conditionedFirst.mean, marginalFirst.mean) < 1e-15)
    #expect(relativeError(conditionedFirst.covariance, marginalFirst.covariance) < 1e-15)
  }

  /// Property: log p(x) = log p(x_a) + log p(x_b | x_a).
  @Test(arguments: [[0], [3], [1, 2], [3, 1, 0]]) func chainRule(given: [Int]) {
    let rest = (0..<4).filter { !given.contains($0) }
    let first = gaussian.marginal(given).logDensity(given.map { point[$0] })
    let second = gaussian.conditional(given: given.map { (index: $0, value: point[$0]) })
      .logDensity(rest.map { point[$0] })
    #expect(relativeError(first + second, gaussian.logDensity(point)) < 1e-14)
  }

  @Test func affineImage() throws {
    let a: Matrix<Double> = [[1, 0, 2, -1], [0, 3, 0, 0.5], [1, 1, 1, 1]]
    let image = try gaussian.affineImage(a, plus: [1, 2, 3])
    #expect(image.mean == [0, -2.5, 5.5])
    #expect(relativeError(image.covariance, a * gaussian.covariance * a.transposed) < 2e-15)
    // A change of coordinates leaves distances and divergences as they are.
    let square: Matrix<Double> = [[2, 0, 0, 1], [0, -1, 0, 0], [1, 0, 3, 0], [0, 2, 0, 1]]
    let moved = try gaussian.affineImage(square, plus: [5, 6, 7, 8])
    let movedPoint = zip(square * point, [5, 6, 7, 8]).map { $0 + $1 }
    #expect(relativeError(moved.mahalanobis(movedPoint), gaussian.mahalanobis(point)) < 1e-14)
  }

  @Test func dependentImagesAreRefused() {
    let dependent: Matrix<Double> = [[1, 2, 0, 0], [0, 0, 1, 0], [2, 4, 1, 0]]
    #expect(throws: GaussFitError.notPositiveDefinite("row 3 of the 3 x 4 map depends on the rows before it")) {
      try gaussian.affineImage(dependent, plus: [0, 0, 0])
    }
    #expect(throws: GaussFitError.notPositiveDefinite("5 combinations of 4 coordinates are dependent")) {
      try gaussian.affineImage(Matrix(rows: 5, columns: 4, repeating: 1), plus: [0, 0, 0, 0, 0])
    }
  }

  @Test func divergence() throws {
    let setosa = try Fit(Fixture.moments("iris", group: "setosa")).gaussian
    let versicolor = try Fit(Fixture.moments("iris", group: "versicolor")).gaussian
    let reference = Fixture.reference["kullbackLeibler"]
    #expect(
      relativeError(setosa.kullbackLeibler(to: versicolor), reference["setosa_versicolor"].number) < 1e-12)
    #expect(
      relativeError(versicolor.kullbackLeibler(to: setosa), reference["versicolor_setosa"].number) < 1e-12)
    #expect(abs(setosa.kullbackLeibler(to: setosa)) < 1e-28)
    // Close by, it is quadratic: N(0, 1) to N(0, (1 + e)^2) is e^2 - 5/3 e^3 + ..., which a difference of logs would lose.
    let e = 1e-7
    let near = Gaussian(mean: [0], lower: [[1]]).kullbackLeibler(to: Gaussian(mean: [0], lower: [[1 + e]]))
    #expect(relativeError(near, e * e - 5 / 3 * e * e * e) < 1e-8)
  }

  /// Units 2^300 apart: nothing over- or underflows, distances keep every bit.
  @Test func extremeUnits() throws {
    let scale = [0x1p300, 0x1p-300, 1, 0x1p150]
    let s = gaussian.covariance
    let scaled = try Gaussian(
      mean: zip(gaussian.mean, scale).map { $0 * $1 },
      covariance: Matrix(rows: 4, columns: 4) { s[$0, $1] * scale[$0] * scale[$1] })
    let same = try Gaussian(mean: gaussian.mean, covariance: s)
    #expect(scaled.mahalanobis(zip(point, scale).map { $0 * $1 }) == same.mahalanobis(point))
    #expect(abs(scaled.logDeterminant - same.logDeterminant - 300 * Double.log(2)) < 1e-12)
  }

  @Test func pointsThatAreNotFinite() {
    #expect(gaussian.mahalanobis([.infinity, 0, -.infinity, 1]) == .infinity)
    #expect(gaussian.logDensity([0, .infinity, 0, 0]) == -.infinity)
    #expect(gaussian.mahalanobis([0, .nan, .infinity, 0]).isNaN)
    #expect(gaussian.mahalanobis(gaussian.mean) == 0)
    let far = Gaussian(mean: [0, 0], lower: .identity(2))
    #expect(relativeError(far.mahalanobis([3e200, 4e200]), 5e200) < 1e-15)
    #expect(relativeError(far.mahalanobis([3e-200, 4e-200]), 5e-200) < 1e-15)
  }

  @Test func indefiniteCovariancesAreRefused() {
    #expect(throws: GaussFitError.notPositiveDefinite("variance 2 of 2 is -1.0")) {
      try Gaussian(mean: [0, 0], covariance: [[1, 0], [0, -1]])
    }
    #expect(throws: GaussFitError.notPositiveDefinite("its 2 x 2 correlation matrix has no Cholesky factor")) {
      try Gaussian(mean: [0, 0], covariance: [[1, 2], [2, 1]])
    }
  }
}
