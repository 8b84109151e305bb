// The expectation for many columns: pattern by pattern, products only with what is missing. Sums over cells that are there are made once.
import CLinearAlgebra
import MatDeriv

/// Patterns one by one.
struct PatternExpectation: Expectation {
  private let sample: IncompleteSample
  /// Of the incomplete rows, about the sample's centre: sums of cells that are there, and of their products.
  private let observed: CompletedSums
  private let incomplete: [Int]
  private let blockPatterns: Int

  init(_ sample: IncompleteSample) {
    self.sample = sample
    let d = sample.dimension
    var observed = CompletedSums(dimension: d)
    for pattern in sample.patterns {
      guard case .rows(let cells) = pattern.summary else { continue }
      let k = pattern.observed.count
      let rows = cells.count / (k + 1)
      // [u y]'*[u y]: sums in the first column, products in the others.
      var products = [Double](repeating: 0, count: (k + 1) * (k + 1))
      cblas_dsyrk(
        CblasColMajor, CblasLower, CblasNoTrans, Int32(k + 1), Int32(rows), 1, cells, Int32(k + 1), 0, &products,
        Int32(k + 1))
      for (j, column) in pattern.observed.enumerated() {
        observed.first[column] += products[j + 1]
        for i in j..<k { observed.second[pattern.observed[i] + column * d] += products[i + 1 + (j + 1) * (k + 1)] }
      }
    }
    self.observed = observed
    incomplete = sample.patterns.indices.filter { !sample.patterns[$0].missing.isEmpty }
    // Adding up sums costs d^2 numbers a block: as few blocks as keep the threads busy.
    blockPatterns = max(1, (incomplete.count + 15) / 16)
  }

  func sums(_ old: Estimate, _ precision: Matrix<Double>, threads: Int) -> CompletedSums? {
    let d = sample.dimension
    var total = CompletedSums(dimension: d)
    let completed = sumByBlocks(rows: incomplete.count, of: blockPatterns, threads: threads) { range in
      var sums = CompletedSums(dimension: d)
      for number in range { add(sample.patterns[incomplete[number]], old, precision, to: &sums) }
      return sums
    }
    guard let completed else { return total }
    if completed.logDeterminant.isNaN { return nil }
    total.add(observed)
    total.add(completed)
    // From sums about the centre to sums about the old mean: T - a*mu' - mu*a' + n*mu*mu'.
    let (mu, a) = (old.mean, total.first)
    let n = incomplete.reduce(0) { $0 + sample.patterns[$1].weight }
    for j in 0..<d {
      total.first[j] -= n * mu[j]
      for i in j..<d { total.second[i + j * d] += n * mu[i] * mu[j] - a[i] * mu[j] - mu[i] * a[j] }
    }
    return total
  }

  private func add(
    _ pattern: MissingnessPattern, _ old: Estimate, _ precision: Matrix<Double>, to sums: inout CompletedSums
  ) {
    guard case .rows(let cells) = pattern.summary else { return }
    let (o, m, d) = (pattern.observed, pattern.missing, sample.dimension)
    let (k, q) = (o.count, m.count)
    let rows = cells.count / (k + 1)
    let block = Matrix<Double>(rows: q, columns: q) { i, j in precision[m[i], m[j]] }
    guard let factor = try? Cholesky(block) else {
      sums.logDeterminant = .nan
      return
    }
    // [-K_mo*mu_o, K_mo]*[u; u*y] = K_mo*(u*y - u*mu_o)
    var cross = Matrix<Double>(rows: q, columns: k + 1, repeating: 0)
    for j in 0..<k {
      for i in 0..<q {
        let entry = precision[m[i], o[j]]
        cross[i, j + 1] = entry
        cross[i, 0] -= entry * old.mean[o[j]]
      }
    }
    // The missing cells: mu_m - inv(K_mm)*K_mo*(y - mu_o).
    var regression = factor.solve(cross) * -1.0
    for i in 0..<q { regression[i, 0] += old.mean[m[i]] }
    var filled = [Double](repeating: 0, count: q * rows)
    var products = [Double](repeating: 0, count: q * (k + 1))
    var own = [Double](repeating: 0, count: q * q)
    regression.withUnsafeBufferPointer { b in
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(q), Int32(rows), Int32(k + 1), 1, b.baseAddress!, Int32(q),
        cells, Int32(k + 1), 0, &filled, Int32(q))
    }
    cblas_dgemm(
      CblasColMajor, CblasNoTrans, CblasTrans, Int32(q), Int32(k + 1), Int32(rows), 1, filled, Int32(q), cells,
      Int32(k + 1), 0, &products, Int32(q))
    cblas_dsyrk(
      CblasColMajor, CblasLower, CblasNoTrans, Int32(q), Int32(rows), 1, filled, Int32(q), 0, &own, Int32(q))
    let conditional = factor.inverse
    for i in 0..<q {
      sums.first[m[i]] += products[i]
      for j in 0..<k { sums.second[max(m[i], o[j]) + min(m[i], o[j]) * d] += products[i + (j + 1) * q] }
      for j in 0...i {
        sums.second[m[i] + m[j] * d] += own[i + j * q]
        sums.conditional[m[i] + m[j] * d] += pattern.weight * conditional[i, j]
      }
    }
    sums.logDeterminant += pattern.weight * factor.logDeterminant
  }
}
