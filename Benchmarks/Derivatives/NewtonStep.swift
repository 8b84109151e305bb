// One Newton step for the factor U of T = U*V', T 20,000 x 100 and U 20,000 x 5: 100,000 parameters, whose Hessian as an array would take 80 GB.
// The process does nothing else, so that its peak memory is that of the step.
import Foundation
import MatDeriv

struct NewtonStep: Encodable {
  var parameters: Int
  /// Of compilation and of the step.
  var compileSeconds: Double
  var seconds: Double
  var iterations: Int
  /// The largest entry of the gradient over the larger of one and the value, behind the step.
  var gradientNorm: Double
  var peakMiB: Double
}

func newtonStep() throws -> NewtonStep {
  let (m, n, k) = (20_000, 100, 5)
  var state: UInt64 = 1
  func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    Matrix(rows: rows, columns: columns) { _, _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) / 0x1p52
    }
  }
  let program = try Program("norm2(T - U*V')^2", Declarations(["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"]))
  var data = Values<Double>(sizes: ["m": m, "n": n, "k": k])
  data["T"] = matrix(m, n)
  data["V"] = matrix(n, k)
  var objective: Objective?
  let compilation = try seconds { objective = try Objective(program, wrt: ["U"], data: data) }
  data = Values()
  var result: MinimizationResult?
  let step = try seconds {
    result = try minimize(
      objective!, from: [Double](repeating: 0, count: m * k), by: Newton(), until: StoppingRules(gradient: 1e-10))
  }
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return NewtonStep(
    parameters: m * k, compileSeconds: compilation, seconds: step, iterations: result!.iterations,
    gradientNorm: result!.gradientNorm, peakMiB: Double(usage.ru_maxrss) / 1024)
}
