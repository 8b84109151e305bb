// What a network in training is worth on rows that it does not see: loss and share right, in blocks of one size.
import MatDeriv

/// The loss of rows and how well they are predicted.
struct Verdict {
  var loss: Double
  /// Share of rows of the right class; R2 of numbers, nil where all are equal.
  var score: Double?
}

/// Evaluates the parameters of a trainer on some rows.
final class Judge<Element: Scalar> {
  private let compiled: CompiledNetwork<Element>
  private let samples: Samples<Element>
  private let rows: [Int32]
  private let isOfClasses: Bool
  static var block: Int { 256 }

  init(
    _ network: Network, _ samples: Samples<Element>, rows: [Int32], _ layout: ParameterLayout,
    parameters: AlignedArray<Element>, statistics: BatchStatistics<Element>
  ) {
    self.samples = samples
    self.rows = rows
    isOfClasses = samples.target.classes != nil
    compiled = CompiledNetwork(network, .evaluation, batch: Judge.block)
    compiled.bind(layout, parameters: parameters.start)
    compiled.bind(statistics)
  }

  @_specialize(exported:false,where Element == Float)
  @_specialize(exported:false,where Element == Double)
  func verdict(_ team: ThreadTeam?) -> Verdict {
    let block = Judge.block
    let (d, k) = (samples.encoder.width, samples.outputs)
    var (loss, right, weight) = (0.0, 0.0, 0.0)
    // Residuals and deviations of numbers.
    var (residual, sum, squares) = (0.0, 0.0, 0.0)
    for first in stride(from: 0, to: rows.count, by: block) {
      let count = min(block, rows.count - first)
      for j in 0..<block {
        let y = compiled.y! + j * k
        guard j < count else {
          // Behind the last row stand samples without weight.
          compiled.w![j] = 0
          for i in 0..<k { y[i] = 0 }
          continue
        }
        let row = Int(rows[first + j])
        let w = samples.weights.map { Element($0[row]) } ?? 1
        samples.encode(row, into: compiled.x + j * d)
        samples.writeTarget(row, smoothing: 0, weight: isOfClasses ? w : 1, into: y)
        compiled.w![j] = w
      }
      compiled.run(team)
      // The formula divides by the size of the block.
      loss += Double(compiled.loss) * Double(block)
      let outputs = compiled.secondOutput
      for j in 0..<count {
        let w = Double(compiled.w![j])
        weight += w
        let o = outputs.baseAddress! + j * k
        switch samples.table.targets {
        case .classes(_, let labels, _):
          if Judge.decision(o, k) == Int(labels[Int(rows[first + j])]) { right += w }
        case .numbers:
          let (y, o) = (Double(compiled.y![j]), Double(o[0]))
          residual += w * (o - y) * (o - y)
          sum += w * y
          squares += w * y * y
        }
      }
    }
    let spread = squares - sum * sum / weight
    let score = isOfClasses ? right / weight : spread > 1e-6 * squares ? 1 - residual / spread : nil
    return Verdict(loss: loss / weight, score: score)
  }

  /// The class of the largest output, the first of equal ones; of a single output, 1 above a half.
  static func decision(_ o: UnsafePointer<Element>, _ k: Int) -> Int {
    if k == 1 { return o[0] > 0.5 ? 1 : 0 }
    var best = 0
    for i in 1..<k where o[i] > o[best] { best = i }
    return best
  }
}
