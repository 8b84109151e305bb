// Marginals, conditionals, affine images and divergence: what stays Gaussian, and how far two Gaussians are apart.
// New factors come from an orthogonal triangularization of the old one, so that no covariance is squared up and refactored.
import MatDeriv

extension Gaussian {
  /// The distribution of some of the coordinates, in the given order.
  ///
  /// **Shapes**: traps for an index outside 0..<d or given twice. **Cost**: d k^2.
  public func marginal(_ indices: [Int]) -> Gaussian {
    requireDistinct(indices)
    return Gaussian(mean: indices.map { mean[$0] }, lower: triangular(rows: indices))
  }

  /// The distribution of the other coordinates, in their order, given the values of some.
  ///
  /// **Shapes**: traps for an index outside 0..<d or given twice, or if none is left. **Cost**: d^3.
  public func conditional(given values: [(index: Int, value: Double)]) -> Gaussian {
    let given = values.map(\.index)
    requireDistinct(given)
    require(given.count < dimension, "all \(dimension) coordinates are given: none is left to be random")
    let rest = (0..<dimension).filter { !given.contains($0) }
    // Given first, L = [A 0; B C]: mean of the rest is mu_r + B inv(A) (x_g - mu_g), its factor C.
    let lower = triangular(rows: given + rest)
    let k = given.count
    var z: [Double] = []
    for i in 0..<k {
      var sum = values[i].value - mean[given[i]]
      for m in 0..<i { sum -= lower[i, m] * z[m] }
      z.append(sum / lower[i, i])
    }
    let conditionalMean = rest.enumerated().map { i, index in
      z.enumerated().reduce(mean[index]) { $0 + lower[k + i, $1.offset] * $1.element }
    }
    let n = rest.count
    return Gaussian(mean: conditionalMean, lower: Matrix(rows: n, columns: n) { lower[k + $0, k + $1] })
  }

  /// The distribution of `A x + b`.
  ///
  /// **Shapes**: A is k x d, b has k entries. **Throws**: `notPositiveDefinite` if the rows of A are dependent.
  /// **Cost**: d^2 k.
  public func affineImage(_ a: Matrix<Double>, plus b: [Double]) throws(GaussFitError) -> Gaussian {
    require(
      a.columns == dimension && a.rows == b.count,
      "A x + b of \(dimension) coordinates needs A with \(dimension) columns and b with its rows; "
        + "A is \(a.rows) x \(a.columns), b has \(b.count) entries")
    guard a.rows <= dimension else {
      throw .notPositiveDefinite("\(a.rows) combinations of \(dimension) coordinates are dependent")
    }
    let image = a * lower
    let triangle = triangularized(image)
    for i in 0..<a.rows {
      // A diagonal entry that is rounding beside its row says that this row of A depends on those above.
      let size = (0..<dimension).reduce(0) { .hypot($0, image[i, $1]) }
      guard triangle[i, i] > 8 * Double(dimension) * .ulpOfOne * size else {
        throw .notPositiveDefinite("row \(i + 1) of the \(a.rows) x \(a.columns) map depends on the rows before it")
      }
    }
    return Gaussian(mean: zip(a * mean, b).map { $0 + $1 }, lower: triangle)
  }

  /// The Kullback-Leibler divergence from this distribution p to q: the mean under p of `log p - log q`, in nats.
  ///
  /// **Shapes**: equal dimensions. **Cost**: d^3.
  public func kullbackLeibler(to q: Gaussian) -> Double {
    require(
      q.dimension == dimension, "distributions of \(dimension) and \(q.dimension) dimensions cannot be compared")
    // M = inv(L_q) L_p: KL = 1/2 (sum over i > j of m_ij^2 + sum of (m_ii^2 - 1 - log m_ii^2) + |inv(L_q)(mu_p - mu_q)|^2)
    let m = q.factor.solveLower(lower)
    let distance = q.mahalanobis(mean)
    var sum = distance * distance
    for j in 0..<dimension {
      let x = (m[j, j] - 1) * (m[j, j] + 1)
      sum -= log1pMinusX(x)
      for i in (j + 1)..<max(dimension, j + 1) { sum += m[i, j] * m[i, j] }
    }
    return 0.5 * sum
  }

  private func requireDistinct(_ indices: [Int]) {
    for index in indices {
      require((0..<dimension).contains(index), "coordinate \(index) is outside 0..<\(dimension)")
    }
    require(Set(indices).count == indices.count, "coordinates are given twice: \(indices)")
  }

  /// The Cholesky factor of the covariance of some coordinates.
  func triangular(rows indices: [Int]) -> Matrix<Double> { triangularized(lower[rows: indices]) }

  /// The lower triangular T with `T T' = A A'` and a diagonal from 0 on: R' of `A' = Q R`, but for signs.
  private func triangularized(_ a: Matrix<Double>) -> Matrix<Double> {
    let r: Matrix<Double>
    do throws(LinearAlgebraError) { r = try QR(Matrix(a.transposed)).r } catch {
      fatalError("the factor of a Gaussian cannot be transformed: \(error)")
    }
    return Matrix(rows: a.rows, columns: a.rows) { i, j in r[j, j] < 0 ? -r[j, i] : r[j, i] }
  }
}
