// One pattern as an instance of the likelihood of complete rows: the memory that a plan reads and writes.
import MatDeriv

/// Mean and covariance as parameters: the lower triangle by columns, then the mean.
struct PackedEstimate {
  let mean: [Double]
  /// All of it, by columns.
  let covariance: [Double]

  init(_ x: [Double], dimension d: Int) {
    var covariance = [Double](repeating: 0, count: d * d)
    var next = 0
    for j in 0..<d {
      for i in j..<d {
        covariance[i + j * d] = x[next]
        covariance[j + i * d] = x[next]
        next += 1
      }
    }
    self.covariance = covariance
    mean = Array(x[next...])
  }

  /// Where entry (i, j) of the covariance of d columns stands among the parameters.
  static func place(_ i: Int, _ j: Int, dimension d: Int) -> Int {
    let (low, high) = (min(i, j), max(i, j))
    return low * d - low * (low - 1) / 2 + high - low
  }

  /// The parameters of an estimate.
  static func parameters(_ estimate: Estimate) -> [Double] {
    let d = estimate.mean.count
    return (0..<d).flatMap { j in (j..<d).map { estimate.covariance[$0, j] } } + estimate.mean
  }

  var estimate: Estimate {
    Estimate(mean: mean, covariance: Matrix(rows: mean.count, columns: mean.count, columnMajor: covariance))
  }
}

/// A plan over S, m, C, b, and over changes of S and m where it has inputs for them.
struct InstancePlan {
  let plan: Plan<Double>
  let directions: [String]

  init(_ plan: Plan<Double>, directions: [String]) {
    self.plan = plan
    self.directions = directions
  }
}

/// The arrays of one pattern at a time.
final class Instance {
  let order: Int
  let outputs: [UnsafePointer<Double>]
  private let plan: Plan<Double>
  private let workspace: Workspace<Double>
  private let hasDirections: Bool
  /// S, C, change of S, then m, b, change of m.
  private let memory: UnsafeMutablePointer<Double>

  init(order: Int, _ instance: InstancePlan) {
    self.order = order
    plan = instance.plan
    workspace = plan.makeWorkspace()
    hasDirections = !instance.directions.isEmpty
    let (matrix, count) = (order * order, 3 * order * (order + 1))
    memory = .allocate(capacity: max(1, count))
    memory.initialize(repeating: 0, count: count)
    let names = ["S", "C"] + instance.directions.prefix(1)
    for (i, name) in names.enumerated() { workspace.bind(input: name, to: UnsafePointer(memory + i * matrix)) }
    let columns = ["m", "b"] + instance.directions.dropFirst()
    for (i, name) in columns.enumerated() {
      workspace.bind(input: name, to: UnsafePointer(memory + 3 * matrix + i * order))
    }
    outputs = plan.outputShapes.indices.map { [workspace] in UnsafePointer(workspace.output($0).baseAddress!) }
  }

  deinit { memory.deallocate() }

  /// Writes what a pattern sees of an estimate and of a change of it; what is beyond its columns is the identity, and adds nothing.
  func fill(_ pattern: MissingnessPattern, _ point: PackedEstimate, _ change: PackedEstimate?) {
    let (o, d, k) = (pattern.observed, point.mean.count, order)
    let (s, c, ds) = (memory, memory + k * k, memory + 2 * k * k)
    let (m, b, dm) = (memory + 3 * k * k, memory + 3 * k * k + k, memory + 3 * k * k + 2 * k)
    if o.count < k { memory.update(repeating: 0, count: 3 * k * (k + 1)) }
    for j in o.count..<max(k, o.count) { s[j + j * k] = 1 }
    let (mean, covariance) = pattern.moments()
    point.covariance.withUnsafeBufferPointer { all in
      covariance.withUnsafeBufferPointer { own in
        for j in o.indices {
          for i in o.indices {
            s[i + j * k] = all[o[i] + o[j] * d]
            c[i + j * k] = own[i + j * o.count]
          }
        }
      }
    }
    for i in o.indices {
      m[i] = point.mean[o[i]]
      b[i] = mean[i]
    }
    guard let change else { return }
    for j in o.indices {
      for i in o.indices { ds[i + j * k] = change.covariance[o[i] + o[j] * d] }
      dm[j] = change.mean[o[j]]
    }
  }

  func run() throws(PlanError) { try plan.run(in: workspace) }
}
