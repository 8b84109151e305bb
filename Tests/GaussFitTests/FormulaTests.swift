// The formulas of the Gaussian likelihood, M15 to M18, each against its definition or a central difference.
import GaussFit
import MatDeriv
import Testing

@Suite struct FormulaTests {
  private let rows = randomRows(40, 3, seed: 12)
  private let mean = [1.5, 3.5, 8]
  private let covariance: Matrix<Double> = [[2, 0.5, 0.25], [0.5, 3, -0.5], [0.25, -0.5, 4]]

  private func logLikelihood(_ mean: [Double], _ covariance: Matrix<Double>) -> Double {
    let gaussian = try! Gaussian(mean: mean, covariance: covariance)
    return gaussian.logDensity(rows: Matrix(rowArrays: rows)).reduce(0, +)
  }

  /// sum (x_i - mu)(x_i - mu)' = (X - 1 mu')'(X - 1 mu')
  private func scatter(about mean: [Double]) -> Matrix<Double> {
    let x = Matrix<Double>(rows: rows.count, columns: 3) { rows[$0][$1] - mean[$1] }
    return x.transposed * x
  }

  /// The symmetric direction e_i e_j' + e_j e_i' (e_i e_i' for i = j).
  private func direction(_ i: Int, _ j: Int) -> Matrix<Double> {
    Matrix(rows: 3, columns: 3) { ($0 == i && $1 == j) || ($0 == j && $1 == i) ? 1 : 0 }
  }

  private func derivative(_ f: (Double) -> Double) -> Double {
    let h = 1e-3  // fourth-order central difference: error h^4
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
  }

  // M15
  @Test func logLikelihood() throws {
    let m = Double(rows.count)
    let s = try Cholesky(covariance)
    let quadratic = (s.inverse * scatter(about: mean)).trace
    let formula = -m * 3 / 2 * Double.log(2 * .pi) - m / 2 * s.logDeterminant - quadratic / 2
    #expect(relativeError(logLikelihood(mean, covariance), formula) < 1e-13)
    let fit = try Fit(Moments(rows: rows))
    #expect(relativeError(fit.logLikelihood, logLikelihood(fit.mean, fit.covariance)) < 1e-13)
  }

  // M16: d log det S = tr(inv(S) dS)
  @Test func logDeterminantOfTheCovariance() throws {
    let inverse = try Cholesky(covariance).inverse
    for (i, j) in [(0, 0), (1, 0), (2, 1), (2, 2)] {
      let e = direction(i, j)
      let difference = derivative { t in
        try! Gaussian(mean: mean, covariance: covariance + t * e).logDeterminant
      }
      #expect(abs(difference - (inverse * e).trace) < 1e-10)
    }
  }

  // M17: d (x' inv(S) x) = -tr(inv(S) x x' inv(S) dS)
  @Test func quadraticForm() throws {
    let x = [1.0, -2, 0.5]
    let z = try Cholesky(covariance).solve(x)
    let gradient = -1 * (Matrix(column: z) * Matrix(column: z).transposed)
    for (i, j) in [(0, 0), (1, 0), (2, 1), (2, 2)] {
      let e = direction(i, j)
      let difference = derivative { t in
        let distance = try! Gaussian(mean: [0, 0, 0], covariance: covariance + t * e).mahalanobis(x)
        return distance * distance
      }
      #expect(abs(difference - (gradient * e).trace) < 1e-10)
    }
  }

  // M18: dl/dmu = sum (x_i - mu)' inv(S), dl/dS = -m/2 inv(S) + 1/2 inv(S) T inv(S)
  private func score(_ mean: [Double], _ covariance: Matrix<Double>) throws -> (
    mean: [Double], covariance: Matrix<Double>
  ) {
    let m = Double(rows.count)
    let s = try Cholesky(covariance)
    let sum = (0..<3).map { j in rows.reduce(0) { $0 + $1[j] - mean[j] } }
    let inverse = s.inverse
    return (s.solve(sum), -m / 2 * inverse + 0.5 * (inverse * scatter(about: mean) * inverse))
  }

  // M18
  @Test func scoreIsTheDerivative() throws {
    let score = try score(mean, covariance)
    for j in 0..<3 {
      let difference = derivative { t in
        var moved = mean
        moved[j] += t
        return logLikelihood(moved, covariance)
      }
      #expect(abs(difference - score.mean[j]) < 1e-8)
    }
    for (i, j) in [(0, 0), (1, 0), (2, 1), (2, 2)] {
      let e = direction(i, j)
      let difference = derivative { t in logLikelihood(mean, covariance + t * e) }
      #expect(abs(difference - (score.covariance * e).trace) < 1e-8)
    }
  }

  // M18: both vanish at the closed form, which the gradient's size elsewhere gives a meaning.
  @Test func scoreVanishesAtTheFit() throws {
    let fit = try Fit(Moments(rows: rows))
    let (there, elsewhere) = (try score(fit.mean, fit.covariance), try score(mean, covariance))
    #expect(there.mean.allSatisfy { abs($0) < 1e-11 } && elsewhere.mean.contains { abs($0) > 1 })
    #expect(there.covariance.norm(.maximum) < 1e-11 && elsewhere.covariance.norm(.maximum) > 1)
  }
}
