// EM for a sample with missing cells, over patterns: what the missing cells are expected to be, then the fit to that. Squared steps make the way
// short; each step is taken back where the likelihood would fall.
import MatDeriv

/// Mean and covariance in the units of a sample.
struct Estimate: Sendable {
  var mean: [Double]
  var covariance: Matrix<Double>
}

/// One step of EM: the new estimate, and the log-likelihood per row of the one before, without d/2 log(2 pi).
///
/// **Source**: A. P. Dempster, N. M. Laird, D. B. Rubin, Maximum likelihood from incomplete data via the EM algorithm, J. R. Stat. Soc. B 39
/// (1977), section 4.1.1; R. J. A. Little, D. B. Rubin, Statistical analysis with missing data (2002), section 11.2.
struct ExpectationMaximization {
  let sample: IncompleteSample

  /// Nil where the covariance is not positive definite.
  func step(_ old: Estimate) -> (new: Estimate, logLikelihood: Double)? {
    let d = sample.dimension
    var first = [Double](repeating: 0, count: d)
    var second = Matrix<Double>(rows: d, columns: d, repeating: 0)
    var value = 0.0
    for pattern in sample.patterns {
      guard let part = expectation(pattern, old) else { return nil }
      value += part.logLikelihood
      for j in 0..<d {
        first[j] += pattern.count * part.deviation[j]
        for i in j..<d { second[i, j] += pattern.count * part.second[i, j] }
      }
    }
    let n = sample.rows
    let shift = first.map { $0 / n }
    let covariance = Matrix<Double>(rows: d, columns: d) { i, j in
      second[max(i, j), min(i, j)] / n - shift[i] * shift[j]
    }
    return (Estimate(mean: zip(old.mean, shift).map(+), covariance: covariance), value / n)
  }

  /// Of the rows of a pattern: the mean deviation from the old mean and the mean product of deviations, missing cells replaced by what they are
  /// expected to be; and their log-likelihood.
  private func expectation(
    _ pattern: MissingnessPattern, _ old: Estimate
  ) -> (deviation: [Double], second: Matrix<Double>, logLikelihood: Double)? {
    let d = sample.dimension
    let o = pattern.observed
    let m = (0..<d).filter { !o.contains($0) }
    let part = Matrix<Double>(rows: o.count, columns: o.count) { i, j in old.covariance[o[i], o[j]] }
    guard let factor = try? Cholesky(part) else { return nil }
    let delta = o.indices.map { pattern.mean[$0] - old.mean[o[$0]] }
    // Products of deviations from the old mean.
    let products = Matrix<Double>(rows: o.count, columns: o.count) { i, j in
      pattern.covariance[i, j] + delta[i] * delta[j]
    }
    // B = S_mo inv(S_oo)
    let cross = Matrix<Double>(rows: o.count, columns: m.count) { i, j in old.covariance[o[i], m[j]] }
    let regression =
      m.isEmpty ? Matrix<Double>(rows: 0, columns: o.count, repeating: 0) : Matrix(factor.solve(cross).transposed)
    let missing = regression * products
    let spread = missing * regression.transposed - regression * cross
    var deviation = [Double](repeating: 0, count: d)
    for (i, column) in o.enumerated() { deviation[column] = delta[i] }
    for (i, column) in m.enumerated() { deviation[column] = o.indices.reduce(0) { $0 + regression[i, $1] * delta[$1] } }
    var second = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for i in o.indices { for j in o.indices { second[o[i], o[j]] = products[i, j] } }
    for i in m.indices {
      for j in o.indices {
        second[m[i], o[j]] = missing[i, j]
        second[o[j], m[i]] = missing[i, j]
      }
      for j in m.indices { second[m[i], m[j]] = old.covariance[m[i], m[j]] + spread[i, j] }
    }
    let half = factor.solveLower(products)
    let distance = factor.solveLower(Matrix(half.transposed)).trace
    let value = -0.5 * pattern.count * (factor.logDeterminant + distance)
    return (deviation, second, value)
  }

  /// EM with squared extrapolation, until the relative change of the log-likelihood is small; Newton does the rest.
  ///
  /// **Source**: R. Varadhan, C. Roland, Simple and globally convergent methods for accelerating the convergence of any EM algorithm, Scand. J.
  /// Stat. 35 (2008), scheme S3.
  func run(from start: Estimate, tolerance: Double = 1e-8, limit: Int = 2000) -> (estimate: Estimate, steps: Int) {
    var current = start
    var value = -Double.infinity
    var steps = 0
    while steps < limit {
      guard let one = step(current), let two = step(one.new) else { break }
      steps += 2
      let done = abs(two.logLikelihood - value) <= tolerance * max(1, abs(two.logLikelihood))
      value = two.logLikelihood
      current = two.new
      if done { break }
      // theta - 2 a r + a^2 v, in the means and the logarithm of the covariance's factor: always a covariance.
      guard let jump = extrapolated(before: one, two), let after = step(jump) else { continue }
      steps += 1
      if after.logLikelihood >= value { current = after.new }
    }
    return (current, steps)
  }

  private func extrapolated(
    before one: (new: Estimate, logLikelihood: Double), _ two: (new: Estimate, logLikelihood: Double)
  ) -> Estimate? {
    guard let three = step(two.new) else { return nil }
    guard let a = parameters(one.new), let b = parameters(two.new), let c = parameters(three.new) else { return nil }
    let r = zip(b, a).map { $0 - $1 }
    let v = zip(zip(c, b), r).map { $0.0 - $0.1 - $1 }
    let (rr, vv) = (r.reduce(0) { $0 + $1 * $1 }, v.reduce(0) { $0 + $1 * $1 })
    guard vv > 0 else { return nil }
    let length = min(-1, -(rr / vv).squareRoot())
    return estimate(a.indices.map { a[$0] - 2 * length * r[$0] + length * length * v[$0] })
  }

  private func parameters(_ estimate: Estimate) -> [Double]? {
    guard let l = (try? Cholesky(estimate.covariance))?.lower else { return nil }
    var result = estimate.mean
    for j in 0..<l.rows { for i in j..<l.rows { result.append(i == j ? Double.log(l[j, j]) : l[i, j]) } }
    return result
  }

  private func estimate(_ x: [Double]) -> Estimate {
    let d = sample.dimension
    var l = Matrix<Double>(rows: d, columns: d, repeating: 0)
    var next = d
    for j in 0..<d {
      for i in j..<d {
        l[i, j] = i == j ? Double.exp(x[next]) : x[next]
        next += 1
      }
    }
    let product = l * l.transposed
    return Estimate(
      mean: Array(x[..<d]), covariance: Matrix(rows: d, columns: d) { product[max($0, $1), min($0, $1)] })
  }
}
