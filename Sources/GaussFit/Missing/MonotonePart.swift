// Regressions one after another: the closed form where the patterns are monotone, and a start near the maximum where they are not.
import MatDeriv

extension IncompleteSample {
  /// The maximum-likelihood estimate of the cells that make a monotone pattern: columns ordered by how often they are there, of each row the cells
  /// before its first gap. Nil where a regression has too few rows.
  ///
  /// It is that of all cells if the sample is monotone.
  /// **Source**: T. W. Anderson, Maximum likelihood estimates for a multivariate normal distribution when some observations are missing, J. Am.
  /// Stat. Assoc. 52 (1957); Little, Rubin (2002), section 7.4. **Cost**: d^3 for each number of leading columns that some rows end with.
  func monotonePart() -> Estimate? {
    let d = dimension
    var weights = [Double](repeating: 0, count: d)
    for pattern in patterns { for j in pattern.observed { weights[j] += pattern.weight } }
    let order = (0..<d).sorted { (weights[$0], $1) > (weights[$1], $0) }
    // Patterns by the number of their leading columns.
    var byLength: [Int: [MissingnessPattern]] = [:]
    for pattern in patterns {
      let observed = Set(pattern.observed)
      let length = order.firstIndex { !observed.contains($0) } ?? d
      if length > 0 { byLength[length, default: []].append(pattern) }
    }
    let lengths = byLength.keys.sorted(by: >)
    guard lengths.first == d else { return nil }
    // Sums over the rows that have at least so many leading columns, from the longest down.
    var sums: [Int: CompletedSums] = [:]
    var running = CompletedSums(dimension: d)
    var count = 0.0
    var counts: [Int: Double] = [:]
    for length in lengths {
      for pattern in byLength[length]! {
        running.add(pattern, leading: order, length)
        count += pattern.weight
      }
      sums[length] = running
      counts[length] = count
    }
    var estimate = Estimate(
      mean: Array(repeating: 0, count: d), covariance: Matrix(rows: d, columns: d, repeating: 0))
    var known = 0
    for length in lengths.reversed() {
      guard estimate.extend(to: length, from: known, sums[length]!, counts[length]!) else { return nil }
      known = length
    }
    // Back to the order of the columns.
    var place = [Int](repeating: 0, count: d)
    for (position, column) in order.enumerated() { place[column] = position }
    let (mean, covariance) = (estimate.mean, estimate.covariance)
    return Estimate(
      mean: place.map { mean[$0] },
      covariance: Matrix(rows: d, columns: d) { i, j in covariance[place[i], place[j]] })
  }
}

extension CompletedSums {
  /// Adds a pattern's sums about the sample's centre for its leading columns in an order.
  fileprivate mutating func add(_ pattern: MissingnessPattern, leading order: [Int], _ length: Int) {
    let d = first.count
    var place = [Int](repeating: -1, count: d)
    for (i, column) in pattern.observed.enumerated() { place[column] = i }
    let own = order[..<length].map { place[$0] }
    let (mean, covariance) = pattern.moments()
    for j in 0..<length {
      first[j] += pattern.weight * mean[own[j]]
      for i in j..<length {
        second[i + j * d] += pattern.weight * (covariance[own[i], own[j]] + mean[own[i]] * mean[own[j]])
      }
    }
  }
}

extension Estimate {
  /// Adds the columns from `known` to `length` by their regression on those before; false if the rows do not give it.
  fileprivate mutating func extend(to length: Int, from known: Int, _ sums: CompletedSums, _ count: Double) -> Bool {
    let d = mean.count
    guard count > Double(length) else { return false }
    let average = sums.first[..<length].map { $0 / count }
    let sample = Matrix<Double>(rows: length, columns: length) { i, j in
      sums.second[max(i, j) + min(i, j) * d] / count - average[i] * average[j]
    }
    guard let factor = try? Cholesky(sample), factor.lower.diagonal.allSatisfy({ $0 > 1e-7 }) else { return false }
    guard known > 0 else {
      for j in 0..<length {
        mean[j] = average[j]
        for i in 0..<length { covariance[i, j] = sample[i, j] }
      }
      return true
    }
    // L = [A 0; B C]: the regression on the known columns is B*inv(A), what it leaves C*C'.
    let new = length - known
    let l = factor.lower
    let upper = Cholesky(lower: l[rows: Array(0..<known), columns: Array(0..<known)])
    let b = l[rows: Array(known..<length), columns: Array(0..<known)]
    let c = l[rows: Array(known..<length), columns: Array(known..<length)]
    let regression = Matrix(upper.solveUpper(Matrix(b.transposed)).transposed)
    let old = covariance[rows: Array(0..<known), columns: Array(0..<known)]
    let cross = regression * old
    let own = cross * regression.transposed + c * c.transposed
    let gap = (0..<known).map { mean[$0] - average[$0] }
    let shift = regression * gap
    for i in 0..<new {
      mean[known + i] = average[known + i] + shift[i]
      for j in 0..<known {
        covariance[known + i, j] = cross[i, j]
        covariance[j, known + i] = cross[i, j]
      }
      for j in 0..<new { covariance[known + i, known + j] = own[max(i, j), min(i, j)] }
    }
    return true
  }
}
