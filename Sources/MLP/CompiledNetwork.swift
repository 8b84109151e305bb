// Plans of a network's formula: loss with all gradients, outputs, scores, for batches of one size each. Nothing here knows a derivative.
import MatDeriv

/// A plan of a network for batches of one size, its inputs in memory of its own, parameters and gradients where the caller has them.
final class CompiledNetwork<Element: Scalar> {
  let plan: Plan<Element>
  let batch: Int
  /// Inputs by columns, one sample each.
  let x: UnsafeMutablePointer<Element>
  /// Targets by columns, and weights of samples; nil where the formula has none.
  let y: UnsafeMutablePointer<Element>?
  let w: UnsafeMutablePointer<Element>?
  /// Masks of dropout by layer from 1.
  let masks: [(layer: Int, mask: UnsafeMutableBufferPointer<Element>)]
  let workspace: Workspace<Element>

  /// Compiles a formula for batches of `batch` samples.
  ///
  /// A loss has the gradients by all parameters behind it, each in the parameter's own shape, by the form, simplified or not, that takes fewer
  /// operations.
  init(_ network: Network, _ kind: FormulaKind, batch: Int) {
    self.batch = batch
    let sizes = network.sizeValues(batch: batch)
    let program = network.program(kind)
    do {
      if case .loss = kind {
        let variables = network.parameters.map { program.variable($0.name)! }
        let gradients = try derivatives(of: program.expression, wrt: variables)
        let turned = [false] + variables.map { _ in true }
        let plans = try [gradients.map(\.value), gradients.map(\.unsimplified)].map {
          try Plan<Element>([program.expression] + $0, transposed: turned, sizes: sizes)
        }
        plan = plans[0].flops <= plans[1].flops ? plans[0] : plans[1]
      } else if kind == .evaluation {
        plan = try Plan<Element>([program.expression, network.outputs(beside: program)], sizes: sizes)
      } else {
        plan = try Plan<Element>([program.expression], sizes: sizes)
      }
    } catch { fatalError("the formula of a \(network.shape) network is not compiled: \(error)") }
    workspace = plan.makeWorkspace()
    x = workspace.input("X").baseAddress!
    y = workspace.input("Y").baseAddress
    w = workspace.input("w").baseAddress
    masks = network.hidden.indices.compactMap { [workspace] l in
      let mask = workspace.input("D\(l + 1)")
      return mask.isEmpty ? nil : (l + 1, mask)
    }
  }

  /// Reads the parameters from this vector from now on.
  func bind(_ layout: ParameterLayout, parameters: UnsafeMutablePointer<Element>) {
    for slice in layout.slices {
      workspace.bind(input: slice.parameter.name, to: UnsafePointer(parameters + slice.offset))
    }
  }

  /// Writes the gradients to this vector from now on.
  func bind(_ layout: ParameterLayout, gradient: UnsafeMutablePointer<Element>) {
    for (i, slice) in layout.slices.enumerated() { workspace.bind(output: i + 1, to: gradient + slice.offset) }
  }

  /// Reads the statistics of batch normalization from these values from now on.
  func bind(_ statistics: BatchStatistics<Element>) {
    for (layer, mean, variance) in statistics.layers {
      workspace.bind(input: "u\(layer)", to: UnsafePointer(mean.start))
      workspace.bind(input: "v\(layer)", to: UnsafePointer(variance.start))
    }
  }

  /// Runs the plan. A network has no step that can fail: no factorization, no domain.
  func run(_ team: ThreadTeam? = nil) {
    do { try plan.run(in: workspace, team: team) } catch { fatalError("a network's plan does not run: \(error)") }
  }

  /// The loss of the last run.
  var loss: Element { workspace.output(0)[0] }

  /// The outputs behind the loss of an evaluation, by columns.
  var secondOutput: UnsafeMutableBufferPointer<Element> { workspace.output(1) }

  /// The outputs or scores of the last run, by columns.
  var outputs: UnsafeMutableBufferPointer<Element> { workspace.output(0) }
}

/// Mean and variance of the sums of each layer that is normalized over the batch, over all samples of training.
final class BatchStatistics<Element: Scalar> {
  var layers: [(layer: Int, mean: AlignedArray<Element>, variance: AlignedArray<Element>)]

  init(_ network: Network) {
    layers = network.hidden.enumerated().filter { $0.element.normalization == .batch }.map {
      ($0.offset + 1, AlignedArray(count: $0.element.width), AlignedArray(count: $0.element.width))
    }
  }

  var isEmpty: Bool { layers.isEmpty }
}
