// The Gaussian fit from moments by L-BFGS on the derived gradient: mean 0 and covariance I to begin with, until the largest entry of the gradient
// is a given part of that at the start.
import Foundation
import MatDeriv

struct GradientSearch {
  /// The negative mean log-likelihood without its constant, as GaussFit has it: b and C are the moments, K the lower factor of the covariance with
  /// the logarithms of its diagonal.
  static let text = """
    sum(diag(K)) + tr(inv(L)*(C + (b - m)*(b - m)')*inv(L)')/2
    where L = K - diag(diag(K)) + diag(exp(diag(K))), K: matrix(d,d) lower, C: symmetric(d), b: vector(d), m: vector(d)
    """

  let directory: URL
  let memory: Int
  /// The part of the gradient at the start.
  let gradient: Double
  let mean: [Double]
  let covariance: [Double]

  /// The moments as raw doubles by columns.
  init(_ path: String, memory: Int, gradient: Double) throws {
    let directory = URL(fileURLWithPath: path, isDirectory: true)
    func doubles(_ name: String) throws -> [Double] {
      let data = try Data(contentsOf: directory.appendingPathComponent("\(name).f64"))
      return data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }
    self.directory = directory
    self.memory = memory
    self.gradient = gradient
    mean = try doubles("mean")
    covariance = try doubles("covariance")
    precondition(covariance.count == mean.count * mean.count, "mean.f64 and covariance.f64 are of different sizes")
  }

  /// From the text to the compiled objective.
  func compile() throws -> Objective {
    let d = mean.count
    var data = Values<Double>(sizes: ["d": d])
    data["C"] = Matrix(rows: d, columns: d) { i, j in covariance[i + d * j] }
    data["b"] = Matrix(column: mean)
    return try Objective(Program(Self.text), wrt: ["K", "m"], data: data, simplifying: false)
  }

  func search(_ objective: Objective) throws -> MinimizationResult {
    let start = [Double](repeating: 0, count: objective.count)
    var slope = start
    _ = try objective.value(at: start, gradient: &slope)
    let scale = slope.map(\.magnitude).max()!
    return try minimize(
      objective, from: start, by: LBFGS(memory: memory),
      until: StoppingRules(gradient: gradient * scale, gradientScale: .absolute, iterations: 20_000))
  }

  /// Writes `toolkit.mean.f64` and `toolkit.covariance.f64`.
  func writeAnswer() throws {
    let objective = try compile()
    let found = objective.packing.matrices(try search(objective).x)
    let (m, k) = (found["m"]!, found["K"]!)
    let lower = Matrix<Double>(rows: k.rows, columns: k.rows) { i, j in i < j ? 0 : i == j ? exp(k[i, i]) : k[i, j] }
    for (name, matrix) in [("mean", m), ("covariance", lower * lower.transposed)] {
      let data = matrix.columnMajor.withUnsafeBytes { Data($0) }
      try data.write(to: directory.appendingPathComponent("toolkit.\(name).f64"))
    }
  }

  struct Figures: Encodable {
    /// Seconds of processor time and by the clock, medians of seven batches.
    struct Seconds: Encodable {
      var processor: Double
      var wall: Double
    }
    var search: Seconds
    /// With derivation and compilation.
    var whole: Seconds
    var parameters: Int
    var iterations: Int
    var evaluations: Int
    var reached: Bool
  }

  func time() throws -> Figures {
    let objective = try compile()
    let result = try search(objective)
    let timed = try batches([{ _ = try search(objective) }, { _ = try search(compile()) }])
    return Figures(
      search: timed[0], whole: timed[1], parameters: objective.count, iterations: result.iterations,
      evaluations: result.evaluations + 1, reached: result.reason == .gradient)
  }

  /// Each function in turn, seven batches of at least a twentieth of a second, of one run where that takes longer.
  private func batches(_ functions: [() throws -> Void]) throws -> [Figures.Seconds] {
    let counts = try functions.map { function in
      var count = 1
      while true {
        let once = try seconds(count, function).wall
        if once * Double(count) >= 0.01 { return Int((0.05 / once).rounded(.up)) }
        count *= 4
      }
    }
    var found = [[Figures.Seconds]](repeating: [], count: functions.count)
    for _ in 0..<7 {
      for (i, function) in functions.enumerated() { found[i].append(try seconds(counts[i], function)) }
    }
    return found.map { batches in
      Figures.Seconds(processor: batches.map(\.processor).sorted()[3], wall: batches.map(\.wall).sorted()[3])
    }
  }

  /// Of one of so many runs.
  private func seconds(_ count: Int, _ function: () throws -> Void) rethrows -> Figures.Seconds {
    let before = processorSeconds()
    let wall = try ContinuousClock().measure { for _ in 0..<count { try function() } } / .seconds(1)
    return Figures.Seconds(processor: (processorSeconds() - before) / Double(count), wall: wall / Double(count))
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
