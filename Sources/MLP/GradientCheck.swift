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
    /// Entries where the loss has a kink: its differences to both sides disagree, however small the step, or agree with the derivative
    /// in a smaller one. They count in no error.
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
      let scale = GradientCheck.scale(derivatives)
      var sides = [Sides](repeating: Sides(), count: slice.parameter.count)
      sides.withUnsafeMutableBufferPointer { sides in
        nonisolated(unsafe) let shared = (sides: sides, losses: losses)
        let work = { @Sendable (thread: Int) in
          let loss = shared.losses[thread]
          for i in Trainer<Double>.part(thread, of: workers, slice.parameter.count) {
            var found = Sides()
            (found.below, found.above) = loss.differences(slice.offset + i, step: 1)
            if !(abs(found.middle - derivatives[i]) <= tolerance * scale) {
              (found.nearBelow, found.nearAbove) = loss.differences(slice.offset + i, step: 0.125)
            }
            shared.sides[i] = found
          }
        }
        if let team { team.run(work) } else { work(0) }
      }
      parts.append(Part(slice.parameter, derivatives, sides, tolerance: tolerance))
    }
    self.parts = parts
  }
}

extension GradientCheck {
  /// What errors of a parameter are relative to.
  static func scale(_ derivatives: [Double]) -> Double { derivatives.reduce(floor) { max($0, abs($1)) } }

  /// Differences to both sides over their step; near ones, over an eighth of it, where the first are far from the derivative.
  struct Sides {
    var below = 0.0
    var above = 0.0
    var nearBelow = 0.0
    var nearAbove = 0.0

    var middle: Double { (below + above) / 2 }

    /// Whether the loss has a kink here. Of a smooth one the sides differ by an eighth as much over the smaller step.
    func areOfKink(_ derivative: Double, slack: Double) -> Bool {
      let jump = abs(nearAbove - nearBelow)
      if jump > slack, jump > abs(above - below) / 2 { return true }
      return abs((nearBelow + nearAbove) / 2 - derivative) <= slack && abs(above - below) > slack
    }
  }
}

extension GradientCheck.Part {
  init(_ parameter: Parameter, _ derivatives: [Double], _ sides: [GradientCheck.Sides], tolerance: Double) {
    self.parameter = parameter
    let scale = GradientCheck.scale(derivatives)
    for i in derivatives.indices {
      let distance = abs(derivatives[i] - sides[i].middle) / scale
      if distance > tolerance, sides[i].areOfKink(derivatives[i], slack: tolerance * scale) {
        kinks += 1
        continue
      }
      // NaN counts as the largest error.
      if !(distance <= error) {
        error = distance.isNaN ? .infinity : distance
        place = (i % parameter.rows, i / parameter.rows)
        (derivative, difference) = (derivatives[i], sides[i].middle)
      }
    }
  }
}

/// The loss of a batch by one parameter at a time.
private struct LossAt {
  let plan: CompiledNetwork<Double>
  let parameters: AlignedArray<Double>

  /// Differences to both sides, each over its step, which is the usual one times a factor.
  func differences(_ i: Int, step factor: Double) -> (below: Double, above: Double) {
    let value = parameters.start[i]
    // The cube root of the rounding unit.
    let step = factor * 6e-6 * max(1, abs(value))
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
