// The search for the parameters of a covariance formula: L-BFGS from every start, Newton from the best end.
import MatDeriv

extension FormulaSearch {
  struct Found {
    /// The free parameters.
    var x: [Double]
    /// The negative mean log-likelihood without its constant.
    var value: Double
    var gradient: [Double]
    var gradientNorm: Double
    var iterations: Int
    var evaluations: Int
    var reason: String
    var converged = false
    /// The Hessian there; nil where it has none, or where there are too many parameters for one.
    var hessian: Matrix<Double>?
    /// Starts that ended here.
    var agreed = 0
  }

  /// The most parameters for which Newton's method forms a Hessian; beyond them it takes products with vectors.
  static let denseParameters = 300
  /// The most parameters whose Hessian is formed at the end, for standard errors.
  static let informedParameters = 2000

  func run() throws(GaussFitError) -> Found {
    var ends: [MinimizationResult] = []
    var failure = "no start has a likelihood"
    for start in starts {
      do throws(MinimizationError) { ends.append(try approach(from: start)) } catch { failure = error.description }
    }
    // Parameters in units of their own, as only a user's formula has them, bring L-BFGS nowhere near: each end is then a start of Newton's.
    if scaling != .none, let best = ends.min(by: { $0.value < $1.value }) {
      ends = ends.filter { isAsGood($0.value, as: best.value) }
      ends.sort { $0.value < $1.value }
    }
    var found: [Found] = []
    for end in scaling == .none ? ends[...] : ends.prefix(1) {
      do throws(MinimizationError) { found.append(try finish(end)) } catch { failure = error.description }
    }
    guard var best = found.min(by: { $0.value < $1.value }) else {
      throw .formula("\(objective.whole.expression.syntax)", failure)
    }
    best.agreed = scaling == .none ? found.count { isAsGood($0.value, as: best.value) } : ends.count
    if count <= FormulaSearch.informedParameters { best.hessian = try? objective.hessian(at: best.x) }
    best.converged = FormulaSearch.isConverged(best)
    return best
  }

  /// The end of a search that begins near it; nil where it comes to none.
  func refined(from x: [Double]) -> [Double]? {
    guard let rough = try? approach(from: x), let fine = try? finish(rough), FormulaSearch.isConverged(fine) else {
      return nil
    }
    return fine.x
  }

  private func isAsGood(_ value: Double, as best: Double) -> Bool {
    value - best <= 1e-9 * Swift.max(1, best.magnitude)
  }

  /// From far away to near the end.
  private func approach(from start: [Double]) throws(MinimizationError) -> MinimizationResult {
    try minimize(
      objective, from: start, by: LBFGS(memory: 20),
      until: StoppingRules(gradient: 1e-7, gradientScale: .absolute, iterations: 2000))
  }

  /// Newton squares what L-BFGS has left.
  private func finish(_ rough: MinimizationResult) throws(MinimizationError) -> Found {
    let fine = try minimize(
      objective, from: rough.x, by: Newton(system: count <= FormulaSearch.denseParameters ? .dense : .products),
      until: StoppingRules(gradient: 1e-13, gradientScale: .absolute, iterations: 50))
    return Found(
      x: fine.x, value: fine.value, gradient: fine.gradient, gradientNorm: fine.gradientNorm,
      iterations: rough.iterations + fine.iterations, evaluations: rough.evaluations + fine.evaluations,
      reason: fine.reason.description)
  }

  /// By what the mean log-likelihood would still rise, which has no unit; by the gradient where the Hessian is not definite.
  private static func isConverged(_ found: Found) -> Bool {
    guard let decrease = found.hessian.flatMap({ ScaledHessian($0) })?.remainingDecrease(gradient: found.gradient)
    else {
      return found.gradientNorm <= 1e-8
    }
    return decrease <= 1e-12
  }
}
