// The Gaussian fit from moments by L-BFGS on the derived gradient: mean 0 and covariance I to begin with, until the largest entry of the gradient
// is a given part of that at the start.
import Foundation
import GaussFit
import MatDeriv

struct GradientSearch {
  let directory: URL
  /// The part of the gradient at the start.
  let gradient: Double
  let moments: Moments

  /// The moments as raw doubles by columns.
  init(_ path: String, gradient: Double) throws {
    let directory = URL(fileURLWithPath: path, isDirectory: true)
    func doubles(_ name: String) throws -> [Double] {
      let data = try Data(contentsOf: directory.appendingPathComponent("\(name).f64"))
      return data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }
    let (mean, covariance) = (try doubles("mean"), try doubles("covariance"))
    let d = mean.count
    precondition(covariance.count == d * d, "mean.f64 and covariance.f64 are of different sizes")
    // As many rows as make the sample's rank no question.
    let n = 100 * d
    self.directory = directory
    self.gradient = gradient
    moments = Moments(
      columns: (0..<d).map { "x\($0)" }, rows: n, weight: Double(n), squaredWeight: Double(n),
      shift: mean.map { DoubleDouble($0) }, meanDeviation: mean.map { _ in 0 },
      scatter: Matrix(rows: d, columns: d, columnMajor: covariance.map { $0 * Double(n) }))
  }

  func fit() throws -> GradientFit {
    try GradientFit(moments, optimizer: .lbfgs, start: .identity, tolerance: 0, relativeTolerance: gradient)
  }

  /// Writes `toolkit.mean.f64` and `toolkit.covariance.f64`.
  func writeAnswer() throws {
    let found = try fit()
    for (name, values) in [("mean", found.gaussian.mean), ("covariance", found.covariance.columnMajor)] {
      let data = values.withUnsafeBytes { Data($0) }
      try data.write(to: directory.appendingPathComponent("toolkit.\(name).f64"))
    }
  }

  struct Figures: Encodable {
    /// Seconds of processor time and by the clock, medians of seven batches.
    struct Seconds: Encodable {
      var processor: Double
      var wall: Double
    }
    /// Of a fit; the likelihood of its size has been compiled by the first one.
    var search: Seconds
    var parameters: Int
    var iterations: Int
    var evaluations: Int
    var reached: Bool
  }

  func time() throws -> Figures {
    let found = try fit()
    let d = moments.columns.count
    let timed = try batches([{ _ = try fit() }])
    return Figures(
      search: timed[0], parameters: d * (d + 3) / 2, iterations: found.iterations, evaluations: found.evaluations + 1,
      reached: found.converged)
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
