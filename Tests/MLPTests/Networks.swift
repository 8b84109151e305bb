// Small networks and tables for the tests: numbers from a generator of their own.
import MatDeriv

@testable import MLP

/// Uniform numbers in (-1, 1).
struct TestNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int64(bitPattern: state) >> 11) / 0x1p52
  }

  mutating func array(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
}

/// A plan of a network in double precision on given numbers, with its gradients.
final class Rig {
  let network: Network
  let layout: ParameterLayout
  let compiled: CompiledNetwork<Double>
  let parameters: AlignedArray<Double>
  let gradient: AlignedArray<Double>

  init(_ network: Network, batch: Int, weighted: Bool = false, penalized: Bool = false, seed: UInt64 = 7) {
    self.network = network
    layout = ParameterLayout(network)
    compiled = CompiledNetwork(network, .loss(weighted: weighted, penalized: penalized), batch: batch)
    parameters = AlignedArray(count: layout.count)
    gradient = AlignedArray(count: layout.count)
    compiled.bind(layout, parameters: parameters.start)
    compiled.bind(layout, gradient: gradient.start)
    var numbers = TestNumbers(seed)
    for slice in layout.slices { for i in slice.range { parameters.start[i] = numbers.next() } }
    for i in 0..<batch * network.inputs { compiled.x[i] = 2 * numbers.next() }
    if penalized { compiled.workspace.input("c")[0] = 0.3 }
    for j in 0..<batch {
      let w = weighted ? 1 + 0.5 * numbers.next() : 1
      compiled.w?[j] = w
      for k in 0..<network.outputs {
        let isClass = network.loss.isOfClasses
        // Of classes one-hot, with the weight; of others any number, not negative for counts.
        let y = isClass ? (k == j % network.outputs ? w : 0) : abs(numbers.next())
        compiled.y![j * network.outputs + k] = y
      }
    }
    for (_, mask) in compiled.masks { for i in mask.indices { mask[i] = numbers.next() > -0.5 ? 1.25 : 0 } }
  }

  func loss() -> Double {
    compiled.run()
    return compiled.loss
  }

  /// The largest distance of a derivative from a central difference, over the larger of one and its magnitude; entries at which the differences
  /// to either side disagree, as beside a kink, are passed over and counted.
  func worstError(step: Double = 1e-6) -> (error: Double, kinks: Int) {
    let value = loss()
    let derived = gradient.values
    var (worst, kinks) = (0.0, 0)
    for slice in layout.slices {
      for i in slice.range {
        let x = parameters.start[i]
        parameters.start[i] = x + step
        let above = loss()
        parameters.start[i] = x - step
        let below = loss()
        parameters.start[i] = x
        let (right, left) = ((above - value) / step, (value - below) / step)
        if abs(right - left) > 1e-3 * max(1, abs(right)) {
          kinks += 1
          continue
        }
        worst = max(worst, abs(derived[i] - (above - below) / (2 * step)) / max(1, abs(derived[i])))
      }
    }
    return (worst, kinks)
  }
}
