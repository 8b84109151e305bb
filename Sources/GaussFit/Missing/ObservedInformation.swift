// The information of the observed cells about mean and covariance: as a matrix where there are few parameters, by its products where there are many.
import MatDeriv

/// The Hessian of the negative mean log-likelihood at an estimate: the information of one row.
struct ObservedInformation {
  private let likelihood: ObservedLikelihood
  private let estimate: Estimate
  private let parameters: [Double]
  private let precision: Matrix<Double>
  /// Its factor; nil where it is not formed.
  let factor: Cholesky<Double>?
  let matrix: Matrix<Double>?

  /// The most parameters of which the matrix is formed.
  static let mostParameters = 2000

  /// **Throws**: what the likelihood throws; nil factor and matrix mean that it was not formed.
  init(
    _ likelihood: ObservedLikelihood, at estimate: Estimate, forming most: Int = mostParameters
  ) throws(ObjectiveError) {
    self.likelihood = likelihood
    self.estimate = estimate
    parameters = PackedEstimate.parameters(estimate)
    do throws(LinearAlgebraError) { precision = try Cholesky(estimate.covariance).inverse } catch {
      throw .domain("the covariance is not positive definite")
    }
    if likelihood.count <= most {
      let h = try likelihood.hessian(at: parameters)
      matrix = h
      factor = try? Cholesky(h)
    } else {
      (matrix, factor) = (nil, nil)
    }
  }

  var isFormed: Bool { matrix != nil }

  func times(_ x: [Double]) throws(ObjectiveError) -> [Double] {
    if let matrix { return matrix * x }
    var product = x
    try likelihood.multiplyHessian(at: parameters, by: x, into: &product)
    return product
  }

  // MARK: The information of complete rows

  /// The complete rows' information times a change: inv(S)*dm, and inv(S)*dS*inv(S)/2 by entries.
  ///
  /// **Source**: T. W. Anderson, An introduction to multivariate statistical analysis, 3rd ed. (2003), theorem 3.4.4.
  func completeTimes(_ x: [Double]) -> [Double] {
    let change = PackedEstimate(x, dimension: estimate.mean.count).estimate
    let product = precision * change.covariance * precision
    return packedGradient(precision * change.mean, product * 0.5)
  }

  /// The inverse of the complete rows' information times a gradient.
  func completeSolve(_ g: [Double]) -> [Double] {
    let d = estimate.mean.count
    let packed = PackedEstimate(g, dimension: d).estimate
    // The derivative by a parameter off the diagonal is the sum of those by its two entries.
    let slope = Matrix<Double>(rows: d, columns: d) { i, j in packed.covariance[i, j] * (i == j ? 1 : 0.5) }
    let s = estimate.covariance
    let product = s * slope * s
    let change = Matrix<Double>(rows: d, columns: d) { i, j in product[i, j] + product[j, i] }
    return PackedEstimate.parameters(Estimate(mean: s * packed.mean, covariance: change))
  }

  /// The largest derivative by parameters in which the complete rows' information is the identity: of L'*g and L'*G*L*sqrt(2).
  func size(_ g: [Double]) -> Double {
    let d = estimate.mean.count
    guard let l = (try? Cholesky(estimate.covariance))?.lower else { return .infinity }
    let packed = PackedEstimate(g, dimension: d).estimate
    let slope = Matrix<Double>(rows: d, columns: d) { i, j in packed.covariance[i, j] * (i == j ? 1 : 0.5) }
    let turned = l.transposed * slope * l
    let ofMean = (l.transposed * packed.mean).reduce(0) { max($0, abs($1)) }
    return turned.columnMajor.reduce(ofMean) { max($0, abs($1) * 2.0.squareRoot()) }
  }

  private func packedGradient(_ mean: [Double], _ g: Matrix<Double>) -> [Double] {
    (0..<g.rows).flatMap { j in (j..<g.rows).map { i in i == j ? g[j, j] : g[i, j] + g[j, i] } } + mean
  }

  // MARK: What is missing

  /// The largest eigenvalue of `I - inv(C)*I_o`, with the information C of complete rows and I_o of the observed cells: the largest share of the
  /// information about a direction of the parameters that the missing cells take. Below one if and only if I_o is positive definite.
  ///
  /// By Lanczos' method in the metric of C, with all vectors kept orthogonal.
  /// **Source**: G. H. Golub, C. F. Van Loan, Matrix computations, 4th ed. (2013), section 10.3; the operator: Dempster, Laird, Rubin (1977).
  func worstFractionMissing() throws(ObjectiveError) -> Double {
    let n = parameters.count
    // Products with a matrix cost little; of others as many as take some seconds, a dozen at least.
    let limit = isFormed ? 200 : max(12, min(120, Int(2e11 / likelihood.productFlops)))
    let tolerance = isFormed || n <= ObservedInformation.mostParameters ? 1e-10 : 1e-4
    // Directions that no symmetry of the data singles out, the same at every call.
    let start = Gaussian(mean: [0], lower: [[1]]).sample(rows: n, seed: 1).columnMajor
    var basis: [[Double]] = []
    var duals: [[Double]] = []
    var diagonal: [Double] = []
    var beside: [Double] = []
    var v = completeSolve(start)
    var last = -Double.infinity
    while basis.count < min(limit, n) {
      var dual = completeTimes(v)
      let length = dot(v, dual).squareRoot()
      guard length.isFinite, length > 1e-12 * (basis.isEmpty ? 0 : 1) else { break }
      if !basis.isEmpty { beside.append(length) }
      for i in v.indices {
        v[i] /= length
        dual[i] /= length
      }
      basis.append(v)
      duals.append(dual)
      // w = (I - inv(C)*I_o)*v
      let product = completeSolve(try times(v))
      var w = zip(v, product).map { $0 - $1 }
      diagonal.append(dot(w, dual))
      // Twice is enough.
      for _ in 0..<2 {
        for k in basis.indices {
          let share = dot(w, duals[k])
          for i in w.indices { w[i] -= share * basis[k][i] }
        }
      }
      v = w
      let m = diagonal.count
      let triangle = Matrix<Double>(rows: m, columns: m) { i, j in
        i == j ? diagonal[i] : abs(i - j) == 1 ? beside[min(i, j)] : 0
      }
      guard let top = (try? SymmetricEigen(triangle, vectors: .none))?.values.last else { break }
      if m > 4, abs(top - last) <= tolerance * max(abs(top), 1e-3) { return top }
      last = top
    }
    return last
  }

  // MARK: Solutions

  /// Standard errors of the means and covariances of some columns, one solution each, in units of the sample.
  func errors(of columns: [Int], sampleSize n: Double) throws(ObjectiveError) -> (
    mean: [Double], covariance: Matrix<Double>
  ) {
    let d = estimate.mean.count
    func error(_ place: Int) throws(ObjectiveError) -> Double {
      var unit = [Double](repeating: 0, count: parameters.count)
      unit[place] = 1
      return (try solve(unit)[place] / n).squareRoot()
    }
    var mean: [Double] = []
    var covariance = Matrix<Double>(rows: columns.count, columns: columns.count, repeating: 0)
    for (a, i) in columns.enumerated() {
      mean.append(try error(d * (d + 1) / 2 + i))
      for (b, j) in columns[...a].enumerated() {
        let value = try error(PackedEstimate.place(i, j, dimension: d))
        covariance[a, b] = value
        covariance[b, a] = value
      }
    }
    return (mean, covariance)
  }

  /// The solution of I_o*x = b by conjugate gradients, preconditioned by the information of complete rows: the more is missing the longer.
  func solve(_ b: [Double], tolerance: Double = 1e-8, limit: Int = 500) throws(ObjectiveError) -> [Double] {
    if let factor { return factor.solve(b) }
    var x = [Double](repeating: 0, count: b.count)
    var r = b
    var z = completeSolve(r)
    var p = z
    var size = dot(r, z)
    let goal = size * tolerance * tolerance
    for _ in 0..<limit where size > goal {
      let product = try times(p)
      let length = size / dot(p, product)
      guard length > 0 else { throw .domain("the observed information is not positive definite") }
      for i in x.indices {
        x[i] += length * p[i]
        r[i] -= length * product[i]
      }
      z = completeSolve(r)
      let next = dot(r, z)
      for i in p.indices { p[i] = z[i] + next / size * p[i] }
      size = next
    }
    guard size <= goal else { throw .domain("conjugate gradients did not end: too much is missing") }
    return x
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}
