// The likelihood of the observed cells as a function of mean and covariance, with the derivatives that MatDeriv finds: a sum over patterns, each
// of which is the likelihood of complete rows in fewer columns.
import MatDeriv

/// The negative mean log-likelihood of a sample with missing cells, without its constant, over the covariance S by its lower triangle and the mean.
final class ObservedLikelihood: ObjectiveFunction {
  let sample: IncompleteSample
  let count: Int
  private let parts: [Part]

  /// A pattern: the objective of complete rows in as many columns, and where its parameters lie among all.
  private struct Part {
    let weight: Double
    let objective: Objective
    let covariance: [Double]
    let mean: [Double]
    let places: [Int]
  }

  init(_ sample: IncompleteSample) {
    self.sample = sample
    let d = sample.dimension
    count = d * (d + 1) / 2 + d
    var objectives: [Int: Objective] = [:]
    parts = sample.patterns.map { pattern in
      let k = pattern.observed.count
      let objective = objectives[k] ?? ObservedLikelihood.objective(k)
      objectives[k] = objective
      return Part(
        weight: pattern.count / sample.rows, objective: objective, covariance: pattern.covariance.columnMajor,
        mean: pattern.mean, places: ObservedLikelihood.places(pattern.observed, of: d))
    }
  }

  /// Compiled once for each number of observed columns; data are bound pattern by pattern.
  private static func objective(_ k: Int) -> Objective {
    var data = Values<Double>(sizes: ["d": k])
    data["C"] = .identity(k)
    data["b"] = Matrix(rows: k, columns: 1, repeating: 0)
    return try! Objective(
      try! Program(GaussianLikelihood.byCovariance), wrt: ["S", "m"], data: data, simplifying: false)
  }

  /// Where the parameters of some columns, lower triangle first, lie among those of d columns.
  static func places(_ columns: [Int], of d: Int) -> [Int] {
    var places: [Int] = []
    for (b, j) in columns.enumerated() {
      // Entry (i, j) of the lower triangle by columns stands behind the columns before it.
      for i in columns[b...] { places.append(j * d - j * (j - 1) / 2 + i - j) }
    }
    return places + columns.map { d * (d + 1) / 2 + $0 }
  }

  /// Calls the body with the parameters of each pattern, its data bound.
  private func each(
    _ x: [Double], _ body: (Part, [Double]) throws(ObjectiveError) -> Void
  ) throws(ObjectiveError) {
    for part in parts {
      let own = part.places.map { x[$0] }
      var failure: ObjectiveError?
      part.covariance.withUnsafeBufferPointer { c in
        part.mean.withUnsafeBufferPointer { b in
          part.objective.bind("C", to: c.baseAddress!)
          part.objective.bind("b", to: b.baseAddress!)
          do throws(ObjectiveError) { try body(part, own) } catch { failure = error }
        }
      }
      if let failure { throw failure }
    }
  }

  func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double {
    for i in gradient.indices { gradient[i] = 0 }
    var total = 0.0
    var sum = gradient
    try each(x) { part, own throws(ObjectiveError) in
      var slope = [Double](repeating: 0, count: own.count)
      total += part.weight * (try part.objective.value(at: own, gradient: &slope))
      for (place, value) in zip(part.places, slope) { sum[place] += part.weight * value }
    }
    gradient = sum
    return total
  }

  var curvature: (any Curvature)? { self }
}

extension ObservedLikelihood: Curvature {
  /// A sum of the Hessians of the patterns.
  func hessian(at x: [Double]) throws(ObjectiveError) -> Matrix<Double> {
    var h = Matrix<Double>(rows: count, columns: count, repeating: 0)
    try each(x) { part, own throws(ObjectiveError) in
      let block = try part.objective.hessian(at: own)
      for (b, q) in part.places.enumerated() {
        for (a, p) in part.places.enumerated() { h[p, q] += part.weight * block[a, b] }
      }
    }
    return h
  }

  func multiplyHessian(
    at x: [Double], by direction: [Double], into product: inout [Double]
  ) throws(ObjectiveError) {
    var sum = [Double](repeating: 0, count: count)
    try each(x) { part, own throws(ObjectiveError) in
      var change = [Double](repeating: 0, count: own.count)
      try part.objective.multiplyHessian(at: own, by: part.places.map { direction[$0] }, into: &change)
      for (place, value) in zip(part.places, change) { sum[place] += part.weight * value }
    }
    product = sum
  }
}
