// Every derivative of a network in double precision beside central differences of its loss.
import MatDeriv

/// The comparison, parameter by parameter.
public struct GradientCheck: Sendable {
  /// A matrix or column of parameters.
  public struct Part: Sendable {
    public let parameter: Parameter
    /// Largest distance between derivative and difference, over the largest derivative of this parameter.
    public var error = 0.0
    /// Where it is, from 0.
    public var place = (row: 0, column: 0)
    /// Both values there.
    public var derivative = 0.0
    public var difference = 0.0
    /// Entries where the loss has a kink within the step: its differences to both sides disagree, and the derivative lies between them.
    /// They count in no error.
    public var kinks = 0
  }

  public let parts: [Part]
  /// The loss of the batch.
  public let loss: Double
  /// Samples of the batch.
  public let rows: Int
  /// The error up to which derivatives are confirmed.
  public let tolerance: Double

  public var error: Double { parts.map(\.error).max() ?? 0 }
  public var kinks: Int { parts.reduce(0) { $0 + $1.kinks } }
  public var holds: Bool { error <= tolerance }

  /// Derivatives below this size are compared as if they were of it: the rounding of the loss does not let a difference be more exact.
  static let floor = 1e-3

  /// Compares on some rows of a table, evenly spaced among those whose class the model knows.
  ///
  /// Neurons that training leaves out at random stay in.
  /// **Throws**: `noRows`.
  /// **Cost**: two losses of the batch for every parameter.
  public init(
    _ model: Model, _ table: Table, rows wanted: Int = 16, tolerance: Double = 1e-5, threads: Int = 1
  ) throws(MLPError) {
    var network = model.network
    for l in network.hidden.indices { network.hidden[l].dropout = 0 }
    let known = table.matched(to: model.target)
    guard !known.isEmpty else { throw .noRows }
    let count = min(wanted, known.count)
    let chosen = (0..<count).map { Int(known[$0 * known.count / count]) }
    let layout = ParameterLayout(network)
    let samples = Samples<Double>(table, model.encoder, model.target, outputs: network.outputs)
    let parameters = AlignedArray<Double>(count: layout.count)
    layout.write(model.members[0], to: parameters.start)
    func fill(_ plan: CompiledNetwork<Double>) {
      for (j, row) in chosen.enumerated() {
        samples.encode(row, into: plan.x + j * network.inputs)
        samples.writeTarget(row, smoothing: 0, weight: 1, into: plan.y! + j * network.outputs)
        plan.w?[j] = 1
      }
    }
    let plan = CompiledNetwork<Double>(network, .loss(weighted: false, penalized: false), batch: count)
    let gradient = AlignedArray<Double>(count: layout.count)
    fill(plan)
    plan.bind(layout, parameters: parameters.start)
    plan.bind(layout, gradient: gradient.start)
    plan.run()
    loss = plan.loss
    rows = count
    self.tolerance = tolerance
    let workers = max(1, threads)
    let losses = (0..<workers).map { _ in
      let own = AlignedArray<Double>(count: layout.count)
      own.copy(from: parameters)
      let plan = CompiledNetwork<Double>(network, .evaluation, batch: count)
      fill(plan)
      plan.bind(layout, parameters: own.start)
      return LossAt(plan: plan, parameters: own)
    }
    let team = workers > 1 ? ThreadTeam(count: workers) : nil
    defer { team?.end() }
    var parts: [Part] = []
    for slice in layout.slices {
      let derivatives = Array(UnsafeBufferPointer(start: gradient.start + slice.offset, count: slice.parameter.count))
      var sides = [(below: Double, above: Double)](repeating: (0, 0), count: slice.parameter.count)
      sides.withUnsafeMutableBufferPointer { sides in
        nonisolated(unsafe) let shared = (sides: sides, losses: losses)
        let work = { @Sendable (thread: Int) in
          for i in Trainer<Double>.part(thread, of: workers, slice.parameter.count) {
            shared.sides[i] = shared.losses[thread].differences(slice.offset + i)
          }
        }
        if let team { team.run(work) } else { work(0) }
      }
      parts.append(Part(slice.parameter, derivatives, sides, tolerance: tolerance))
    }
    self.parts = parts
  }
}

extension GradientCheck.Part {
  init(
    _ parameter: Parameter, _ derivatives: [Double], _ sides: [(below: Double, above: Double)], tolerance: Double
  ) {
    self.parameter = parameter
    let scale = max(derivatives.reduce(0) { max($0, abs($1)) }, GradientCheck.floor)
    for i in derivatives.indices {
      let (below, above) = sides[i]
      let difference = (below + above) / 2
      let distance = abs(derivatives[i] - difference) / scale
      if distance > tolerance, abs(above - below) / scale > tolerance {
        let slack = tolerance * scale
        if derivatives[i] >= min(below, above) - slack, derivatives[i] <= max(below, above) + slack {
          kinks += 1
          continue
        }
      }
      // NaN counts as the largest error.
      if !(distance <= error) {
        error = distance.isNaN ? .infinity : distance
        place = (i % parameter.rows, i / parameter.rows)
        (derivative, self.difference) = (derivatives[i], difference)
      }
    }
  }
}

/// The loss of a batch by one parameter at a time.
private struct LossAt {
  let plan: CompiledNetwork<Double>
  let parameters: AlignedArray<Double>

  /// Differences to both sides, each over its step.
  func differences(_ i: Int) -> (below: Double, above: Double) {
    let value = parameters.start[i]
    // The cube root of the rounding unit.
    let step = 6e-6 * max(1, abs(value))
    let (up, down) = (value + step, value - step)
    plan.run()
    let middle = plan.loss
    parameters.start[i] = up
    plan.run()
    let above = (plan.loss - middle) / (up - value)
    parameters.start[i] = down
    plan.run()
    let below = (middle - plan.loss) / (value - down)
    parameters.start[i] = value
    return (below, above)
  }
}

extension Table {
  /// Renames the classes as a model has them.
  ///
  /// - Returns: the rows whose class it knows; all rows of numbers.
  func matched(to target: Target) -> [Int32] {
    guard case .classes(let column, let labels, let names) = targets, let classes = target.classes else {
      return (0..<rows).map { Int32($0) }
    }
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Int32($0)) })
    let mapped = labels.map { places[names[Int($0)]] ?? -1 }
    targets = .classes(column: column, mapped, names: classes)
    return (0..<rows).filter { mapped[$0] >= 0 }.map { Int32($0) }
  }
}
