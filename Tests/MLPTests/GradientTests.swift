// The compiled gradients of every kind of network beside central differences.
import MatDeriv
import Testing

@testable import MLP

@Suite struct GradientTests {
  static let allLosses: [Loss] = [
    .crossEntropy, .binaryCrossEntropy, .squaredError, .meanSquaredError, .meanAbsoluteError, .huber(delta: 0.5),
    .logCosh, .quantile(0.3), .poisson,
  ]

  @Test(arguments: Activation.allCases, Normalization.allCases)
  func activations(_ activation: Activation, _ normalization: Normalization) {
    let network = Network(
      inputs: 4, hidden: [Layer(5, activation, normalization: normalization, dropout: 0.2), Layer(3, activation)],
      outputs: 3)
    let (error, kinks) = Rig(network, batch: 6).worstError()
    #expect(error < 1e-7, "\(activation), \(normalization)")
    #expect(kinks <= 2)
  }

  @Test(arguments: allLosses, [false, true])
  func losses(_ loss: Loss, weighted: Bool) {
    let network = Network(
      inputs: 3, hidden: [Layer(4, .tanh)], outputs: 2, outputActivation: loss == .squaredError ? .sigmoid : .identity,
      loss: loss)
    let (error, kinks) = Rig(network, batch: 5, weighted: weighted, penalized: weighted).worstError()
    #expect(error < 1e-7, "\(loss)")
    #expect(kinks <= 1)
  }

  @Test func withoutHiddenLayer() {
    #expect(Rig(Network(inputs: 3, hidden: [], outputs: 4), batch: 7).worstError().error < 1e-7)
  }

  @Test func deep() {
    let layers = (0..<6).map {
      Layer(3 + $0 % 2, $0 % 2 == 0 ? .sigmoid : .silu, normalization: $0 == 2 ? .layer : .none)
    }
    #expect(Rig(Network(inputs: 3, hidden: layers, outputs: 2), batch: 4).worstError().error < 1e-7)
  }

  /// The penalty is l2/2*sum(W.^2), whatever the batch: two batches of half the size have the same mean gradient.
  @Test func penaltyIsFreeOfTheBatch() {
    let network = Network(inputs: 3, hidden: [Layer(4, .tanh)], outputs: 2)
    let whole = Rig(network, batch: 8, penalized: true)
    let total = whole.loss()
    var sum = 0.0
    for half in 0..<2 {
      let rig = Rig(network, batch: 4, penalized: true)
      rig.parameters.copy(from: whole.parameters)
      for i in 0..<12 { rig.compiled.x[i] = whole.compiled.x[half * 12 + i] }
      for i in 0..<8 { rig.compiled.y![i] = whole.compiled.y![half * 8 + i] }
      sum += rig.loss()
    }
    #expect(abs(sum / 2 - total) < 1e-12)
  }
}
