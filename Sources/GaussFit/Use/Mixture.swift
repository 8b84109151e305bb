// Several Gaussians with weights: what a fit by groups is. Rows are classified by the posterior of their group, and samples are drawn group by row.
import MatDeriv
import RandomStreams

/// A mixture of Gaussians of the same columns.
public struct Mixture: Sendable {
  public let components: [Gaussian]
  /// Positive, with sum 1.
  public let weights: [Double]

  /// **Shapes**: as many weights as components, at least one, of one dimension. **Domain**: positive weights; they are divided by their sum.
  public init(_ components: [Gaussian], weights: [Double]) {
    require(
      !components.isEmpty && components.count == weights.count,
      "a mixture of \(components.count) components needs as many weights, not \(weights.count)")
    require(weights.allSatisfy { $0 > 0 && $0.isFinite }, "weights of a mixture are positive; they are \(weights)")
    require(
      components.allSatisfy { $0.dimension == components[0].dimension }, "components of a mixture have one dimension")
    self.components = components
    let total = weights.reduce(0, +)
    self.weights = weights.map { $0 / total }
  }
}

extension Mixture {
  /// Draws rows: row i takes its component from block (0, 1, row i) of ``Philox`` and its cells as row i of that component's own sample.
  ///
  /// **Shapes**: n x d, and the component of each row. **Cost**: as ``Gaussian/sample(rows:seed:firstRow:)``.
  public func sample(rows n: Int, seed: UInt64, firstRow: Int = 0) -> (rows: Matrix<Double>, component: [Int]) {
    let generator = Philox(seed: seed)
    let bounds = weights.reduce(into: [Double]()) { $0.append(($0.last ?? 0) + $1) }
    let component = (0..<n).map { i in
      let row = UInt64(firstRow + i)
      let (low, high) = (UInt32(truncatingIfNeeded: row), UInt32(truncatingIfNeeded: row >> 32))
      let u = Philox.uniforms(generator.block((0, 1, low, high))).0
      // The last bound may be rounded below 1.
      return bounds.dropLast().firstIndex { u < $0 } ?? bounds.count - 1
    }
    var sample = Matrix<Double>(rows: n, columns: components[0].dimension, repeating: 0)
    for (k, gaussian) in components.enumerated() {
      let members = component.indices.filter { component[$0] == k }
      let part = gaussian.sample(numbers: members.map { firstRow + $0 }, seed: seed)
      for j in 0..<part.columns { for (i, row) in members.enumerated() { sample[row, j] = part[i, j] } }
    }
    return (sample, component)
  }

  /// The mixture of the other coordinates given the values of some: components conditioned, weights by their densities at the values.
  ///
  /// **Shapes**: as ``Gaussian/conditional(given:)``. **Domain**: values so far off that no density is above 0 leave the weights as they are.
  public func conditional(given values: [(index: Int, value: Double)]) -> Mixture {
    let logs = jointLogDensities(values)
    let largest = logs.max() ?? 0
    // A component that is impossible beside another keeps the smallest weight there is.
    let posterior = logs.map { max(Double.exp($0 - largest), .leastNormalMagnitude) }
    return Mixture(
      components.map { $0.conditional(given: values) }, weights: largest.isFinite ? posterior : weights)
  }

  /// Log density of the values of some coordinates under their marginal.
  ///
  /// **Shapes**: traps for an index outside 0..<d or given twice.
  public func logDensity(of values: [(index: Int, value: Double)]) -> Double {
    let logs = jointLogDensities(values)
    let largest = logs.max() ?? 0
    return largest.isFinite ? largest + Double.log(logs.reduce(0) { $0 + Double.exp($1 - largest) }) : largest
  }

  private func jointLogDensities(_ values: [(index: Int, value: Double)]) -> [Double] {
    zip(components, weights).map { gaussian, weight in
      Double.log(weight) + gaussian.marginal(values.map(\.index)).logDensity(values.map(\.value))
    }
  }
}

/// Finds the component that each row of a block most likely comes from.
public struct Classification: Sendable {
  public let mixture: Mixture
  /// Of the last block: the component of the largest posterior of each row.
  public private(set) var component: [Int] = []
  /// The posterior of component k for a row at `k * rows + row`.
  public private(set) var posterior: [Double] = []
  /// Log density of the observed cells of each row under the mixture.
  public private(set) var logDensity: [Double] = []
  private var scorings: [Scoring]

  public init(_ mixture: Mixture) {
    self.mixture = mixture
    scorings = mixture.components.map(Scoring.init)
  }

  /// Classifies a block of rows; column c begins at `x + c * stride`, NaN is a missing cell. A row without any has the weights as posteriors.
  ///
  /// **Cost**: d^2 per row and component.
  public mutating func classify(_ x: UnsafePointer<Double>, stride: Int, rows: Int) {
    let count = scorings.count
    component = Array(repeating: 0, count: rows)
    posterior = Array(repeating: 0, count: rows * count)
    logDensity = Array(repeating: 0, count: rows)
    for k in 0..<count {
      scorings[k].score(x, stride: stride, rows: rows)
      let log = Double.log(mixture.weights[k])
      for row in 0..<rows { posterior[k * rows + row] = log + scorings[k].logDensity[row] }
    }
    for row in 0..<rows {
      var best = 0
      for k in 1..<max(count, 1) where posterior[k * rows + row] > posterior[best * rows + row] { best = k }
      let largest = posterior[best * rows + row]
      guard largest.isFinite else {
        // So far off that no density is above 0: the row says nothing about its group.
        best = mixture.weights.indices.max { mixture.weights[$0] < mixture.weights[$1] } ?? 0
        for k in 0..<count { posterior[k * rows + row] = mixture.weights[k] }
        (component[row], logDensity[row]) = (best, -.infinity)
        continue
      }
      var sum = 0.0
      for k in 0..<count {
        let ratio = k == best ? 1 : Double.exp(posterior[k * rows + row] - largest)
        posterior[k * rows + row] = ratio
        sum += ratio
      }
      for k in 0..<count { posterior[k * rows + row] /= sum }
      component[row] = best
      logDensity[row] = largest + Double.log(sum)
    }
  }
}

extension Interval {
  /// Wilson's score interval of a probability, from successes in n trials.
  ///
  /// **Domain**: n > 0. **Source**: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
  /// J. Am. Stat. Assoc. 22 (1927), 209-212.
  public init(successes: Int, of n: Int, level: Double = 0.95) {
    require(n > 0 && (0...n).contains(successes), "\(successes) of \(n) trials have no proportion")
    let z = StandardNormal().quantile(0.5 + level / 2)
    let (m, p) = (Double(n), Double(successes) / Double(n))
    let centre = (p + z * z / (2 * m)) / (1 + z * z / m)
    let half = z / (1 + z * z / m) * (p * (1 - p) / m + z * z / (4 * m * m)).squareRoot()
    self.init(lower: successes == 0 ? 0 : centre - half, upper: successes == n ? 1 : centre + half)
  }
}
