// EM made short: each step is mixed with those before it so that what is left is least, in the metric of the complete rows' information.
import MatDeriv

/// EM with Anderson's mixing.
///
/// In that metric an EM step is the gradient, and the derivative of the map is symmetric: mixing does what conjugate gradients do.
///
/// **Source**: H. F. Walker, P. Ni, Anderson acceleration for fixed-point iterations, SIAM J. Numer. Anal. 49 (2011); the metric:
/// Dempster, Laird, Rubin (1977), section 3.
struct AcceleratedSearch {
  let expectation: ExpectationMaximization
  /// Steps that are mixed.
  var memory = 8
  /// The largest entry of a step that counts as none, in standard errors of one complete row.
  var tolerance = 1e-11
  var limit = 1000
  /// Steps without a shorter one.
  var patience = 40

  struct Found {
    var estimate: Estimate
    /// Evaluations of the EM map.
    var steps: Int
    /// The largest entry of the last step, in standard errors of one complete row.
    var size: Double
    /// log-likelihood per row at each step that was kept.
    var path: [Double]
  }

  /// What a step changes: a vector in which a covariance lies by its lower triangle.
  private struct Change {
    var mean: [Double]
    var covariance: Matrix<Double>

    static func - (a: Change, b: Change) -> Change {
      Change(mean: zip(a.mean, b.mean).map { $0 - $1 }, covariance: a.covariance - b.covariance)
    }

    init(mean: [Double], covariance: Matrix<Double>) {
      self.mean = mean
      self.covariance = covariance
    }

    init(from old: Estimate, to new: Estimate) {
      mean = zip(new.mean, old.mean).map { $0 - $1 }
      covariance = new.covariance - old.covariance
    }

    /// The product with the complete rows' information: K*r, and K*R*K/2.
    func dual(_ k: Matrix<Double>) -> Change {
      Change(mean: k * mean, covariance: k * covariance * k * 0.5)
    }

    /// The largest entry of inv(L)*r and inv(L)*R*inv(L)'/sqrt(2).
    func size(_ factor: Cholesky<Double>) -> Double {
      let half = factor.solveLower(covariance)
      let whole = factor.solveLower(Matrix(half.transposed))
      let ofMean = factor.solveLower(mean).reduce(0) { max($0, abs($1)) }
      return whole.withUnsafeBufferPointer { $0.reduce(ofMean) { max($0, abs($1) * 0.5.squareRoot()) } }
    }

    func dot(_ other: Change) -> Double {
      var sum = zip(mean, other.mean).reduce(0) { $0 + $1.0 * $1.1 }
      covariance.withUnsafeBufferPointer { a in
        other.covariance.withUnsafeBufferPointer { b in
          for i in a.indices { sum += a[i] * b[i] }
        }
      }
      return sum
    }
  }

  func run(from start: Estimate) -> Found {
    var current = start
    var value = -Double.infinity
    /// Where the EM step from the last good estimate leads.
    var fallback: Estimate?
    var history: [(point: Change, residual: Change)] = []
    var last: (point: Estimate, residual: Change)?
    var least = (size: Double.infinity, step: 0)
    var found = Found(estimate: start, steps: 0, size: .infinity, path: [])
    while found.steps < limit {
      let step = expectation.step(current)
      found.steps += 1
      // Rounding alone may lower it.
      guard let step, step.logLikelihood >= value - step.noise else {
        // Mixing went too far: back to the step of EM itself, which loses nothing.
        guard let way = fallback else { break }
        current = way
        fallback = nil
        history = []
        last = nil
        continue
      }
      value = step.logLikelihood
      found.path.append(value)
      found.estimate = step.new
      let residual = Change(from: current, to: step.new)
      found.size = residual.size(step.factor)
      if found.size <= tolerance { break }
      // Rounding ends what does not get shorter any more.
      if found.size < 0.9 * least.size { least = (found.size, found.steps) }
      if found.steps - least.step >= patience { break }
      if let last {
        history.append((Change(from: last.point, to: current), residual - last.residual))
        if history.count > memory { history.removeFirst() }
      }
      last = (current, residual)
      fallback = step.new
      current = mixed(step, residual, history) ?? step.new
    }
    return found
  }

  /// x + r - sum of c_i (dx_i + dr_i), with the c that make r - sum of c_i dr_i least.
  private func mixed(
    _ step: ExpectationMaximization.Step, _ residual: Change, _ history: [(point: Change, residual: Change)]
  ) -> Estimate? {
    guard !history.isEmpty else { return nil }
    let duals = history.map { $0.residual.dual(step.precision) }
    let m = history.count
    let lengths = (0..<m).map { history[$0].residual.dot(duals[$0]).squareRoot() }
    guard lengths.allSatisfy({ $0 > 0 }) else { return nil }
    let gram = Matrix<Double>(rows: m, columns: m) { i, j in
      let entry = history[max(i, j)].residual.dot(duals[min(i, j)]) / lengths[i] / lengths[j]
      return i == j ? entry * (1 + 1e-12) : entry
    }
    let right = (0..<m).map { residual.dot(duals[$0]) / lengths[$0] }
    guard let factor = try? Cholesky(gram) else { return nil }
    let c = zip(factor.solve(right), lengths).map { $0 / $1 }
    var next = step.new
    for (i, old) in history.enumerated() {
      for j in next.mean.indices { next.mean[j] -= c[i] * (old.point.mean[j] + old.residual.mean[j]) }
      next.covariance = next.covariance - (old.point.covariance + old.residual.covariance) * c[i]
    }
    return next
  }
}
