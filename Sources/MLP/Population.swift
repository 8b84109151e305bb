// Batch normalization behind training: mean and variance of the sums over all rows in place of running averages, and the fold that makes
// an ordinary layer of a normalized one.
import MatDeriv

/// Measures the statistics of normalized layers over the rows of training, layer by layer.
final class Population<Element: Scalar> {
  private let plans: [CompiledNetwork<Element>]
  private let samples: Samples<Element>
  private let rows: [Int32]
  private let statistics: BatchStatistics<Element>
  private static var block: Int { 256 }

  init(
    _ network: Network, _ samples: Samples<Element>, rows: [Int32], _ layout: ParameterLayout,
    parameters: AlignedArray<Element>, statistics: BatchStatistics<Element>
  ) {
    self.samples = samples
    self.rows = rows
    self.statistics = statistics
    plans = statistics.layers.map { layer in
      let plan = CompiledNetwork<Element>(network, .sums(layer: layer.layer), batch: Population.block)
      plan.bind(layout, parameters: parameters.start)
      plan.bind(statistics)
      return plan
    }
  }

  /// Writes the statistics for the parameters as they are. A layer's sums follow from the statistics of those before it.
  @_specialize(exported:false,where Element == Float)
  @_specialize(exported:false,where Element == Double)
  func measure(_ team: ThreadTeam?) {
    for (plan, layer) in zip(plans, statistics.layers) {
      let width = layer.mean.count
      var count = 0.0
      var means = [Double](repeating: 0, count: width)
      var squares = [Double](repeating: 0, count: width)
      for first in stride(from: 0, to: rows.count, by: plan.batch) {
        let size = min(plan.batch, rows.count - first)
        for j in 0..<size {
          samples.encode(Int(rows[first + j]), into: plan.x + j * samples.encoder.width)
        }
        plan.run(team)
        let sums = plan.outputs.baseAddress!
        for j in 0..<size {
          count += 1
          for i in 0..<width {
            // Welford's update.
            let z = Double(sums[j * width + i])
            let distance = z - means[i]
            means[i] += distance / count
            squares[i] += distance * (z - means[i])
          }
        }
      }
      for i in 0..<width {
        layer.mean.start[i] = Element(means[i])
        layer.variance.start[i] = Element(squares[i] / count)
      }
    }
  }
}

extension Network {
  /// The network without batch normalization: g*(W*a - u)/sqrt(v + eps) + q is a layer with weights diag(g/sqrt(v + eps))*W and bias
  /// q - g*u/sqrt(v + eps).
  func folded<Element: Scalar>(
    _ parameters: Parameters, _ statistics: BatchStatistics<Element>
  ) -> (network: Network, parameters: Parameters) {
    var network = self
    for l in hidden.indices where hidden[l].normalization == .batch { network.hidden[l].normalization = .none }
    let folded = network.parameters.map { p -> (name: String, value: Matrix<Double>) in
      guard let layer = statistics.layers.first(where: { $0.layer == p.layer }) else {
        return (p.name, parameters[p.name])
      }
      let (gain, shift) = (parameters["g\(p.layer)"], parameters["q\(p.layer)"])
      let epsilon = Double(Network.normalizationEpsilon)!
      let factor = (0..<p.rows).map { gain[$0, 0] / (Double(layer.variance.start[$0]) + epsilon).squareRoot() }
      if p.role == .weight {
        let w = parameters[p.name]
        return (p.name, Matrix(rows: p.rows, columns: p.columns) { i, j in factor[i] * w[i, j] })
      }
      return (
        p.name,
        Matrix(rows: p.rows, columns: 1) { i, _ in shift[i, 0] - factor[i] * Double(layer.mean.start[i]) }
      )
    }
    return (network, Parameters(folded))
  }
}
