// The parameters of a covariance formula: its likelihood as an objective, starts, search, and the derivative of the covariance itself.
import MatDeriv

/// The likelihood of a covariance formula for one sample.
final class FormulaSearch {
  let dimension: Int
  let objective: Objective
  let starts: [[Double]]
  private let value: Plan<Double>
  private let differentials: [(plan: Plan<Double>, direction: String)]
  private let data: Values<Double>

  var count: Int { objective.count }

  struct Found {
    var x: [Double]
    /// The negative mean log-likelihood without its constant.
    var value: Double
    var gradientNorm: Double
    var iterations: Int
    var evaluations: Int
    var converged: Bool
    var reason: String
    /// The Hessian there; nil where it has none.
    var hessian: Matrix<Double>?
    /// Starts that ended here.
    var agreed: Int
  }

  init(_ formula: CovarianceFormula, sample: Matrix<Double>) throws(GaussFitError) {
    let d = sample.rows
    dimension = d
    var data = Values<Double>(sizes: ["d": d])
    for (name, matrix) in formula.data { data[name] = matrix }
    do {
      let program = try Program(formula.text, Declarations(formula.declarations))
      let g = program.graph
      let written = program.expression
      let parameters = try FormulaSearch.parameters(of: program, except: Set(formula.data.keys))
      try FormulaSearch.check(written, d)
      // Searches leave the set where the formula is definite by a step that the factorization refuses, and come back.
      let sigma = g.name("the covariance", written, assuming: .definite)
      let c = g.variable("the sample covariance", written.shape.rows, written.shape.columns, .symmetric)
      data["the sample covariance"] = sample
      let objective = try Objective((logdet(sigma) + tr(inv(sigma) * c)) / g.constant(2), wrt: parameters, data: data)
      let sizes = objective.sizes
      data.sizes = sizes
      self.objective = objective
      value = try Plan([written], sizes: sizes)
      differentials = try parameters.map { x in
        let name = "the change of \(x.syntax)"
        let dx = g.variable(name, x.shape.rows, x.shape.columns)
        return (try Plan([try jvp(of: written, wrt: x, dx)], sizes: sizes), name)
      }
    } catch let error as GaussFitError {
      throw error
    } catch {
      throw .formula(formula.text, "\(error)")
    }
    self.data = data
    starts = FormulaSearch.starts(formula, sample, objective.packing)
  }

  private static func parameters(of program: Program, except data: Set<String>) throws(GaussFitError) -> [Expression] {
    let defined = Set(program.definitions.map(\.name))
    let names = program.names.filter { !defined.contains($0) && !data.contains($0) }
    guard !names.isEmpty else { throw .formula("\(program.expression.syntax)", "it has no parameter") }
    return names.map { program.variable($0)! }
  }

  private static func check(_ written: Expression, _ d: Int) throws(GaussFitError) {
    let sizes = ["d": d]
    let (rows, columns) = (written.shape.rows.value(sizes), written.shape.columns.value(sizes))
    guard written.shape.rows == written.shape.columns, rows == nil || (rows == d && columns == d) else {
      throw .formula("\(written.syntax)", "it is \(written.shape); the covariance of \(d) columns is \(d) x \(d)")
    }
  }

  // MARK: Starts

  /// The guesses of the formula, or points near zero from a fixed seed.
  private static func starts(
    _ formula: CovarianceFormula, _ sample: Matrix<Double>, _ packing: Packing
  ) -> [[Double]] {
    if let guesses = formula.starts {
      return guesses(sample).compactMap { try? packing.parameters($0) }
    }
    // What a parameter is measured in is not known: numbers, standard deviations or variances.
    let variance = sample.trace / Double(sample.rows)
    return [0.1, 1, variance.squareRoot(), variance].enumerated().flatMap { round, size in
      [false, true].map { isRandom in
        let noise = Gaussian(mean: [0], lower: [[0.5]]).sample(rows: packing.count, seed: UInt64(round)).columnMajor
        return start(packing, size, isRandom ? noise : noise.map { _ in 0 })
      }
    }
  }

  /// Square matrices as a multiple of the identity, all else as one number, and noise upon it.
  private static func start(_ packing: Packing, _ size: Double, _ noise: [Double]) -> [Double] {
    var x = noise.map { size * (1 + $0) }
    for slice in packing.slices where slice.rows == slice.columns && slice.rows > 1 {
      var unit = [Double](repeating: 0, count: packing.count)
      for q in slice.range {
        unit[q] = 1
        let isDiagonal = packing.matrices(unit)[slice.name]!.diagonal.contains(1)
        unit[q] = 0
        x[q] = isDiagonal ? size : 0.1 * size * noise[q]
      }
    }
    return x
  }

  // MARK: Search

  func run() throws(GaussFitError) -> Found {
    var results: [MinimizationResult] = []
    var failure = "no start has a likelihood"
    for start in starts {
      do throws(MinimizationError) {
        let rough = try minimize(
          objective, from: start, by: LBFGS(memory: 20),
          until: StoppingRules(gradient: 1e-7, gradientScale: .absolute, iterations: 2000))
        // Newton squares what L-BFGS has left.
        var fine = try minimize(
          objective, from: rough.x, by: Newton(),
          until: StoppingRules(gradient: 1e-13, gradientScale: .absolute, iterations: 50))
        fine.iterations += rough.iterations
        fine.evaluations += rough.evaluations
        results.append(fine)
      } catch { failure = error.description }
    }
    guard let best = results.min(by: { $0.value < $1.value }) else {
      throw .formula("\(objective.expression.syntax)", failure)
    }
    let agreed = results.count { $0.value - best.value <= 1e-9 * Swift.max(1, best.value.magnitude) }
    let hessian = try? objective.hessian(at: best.x)
    return Found(
      x: best.x, value: best.value, gradientNorm: best.gradientNorm, iterations: best.iterations,
      evaluations: best.evaluations, converged: FormulaSearch.isConverged(best, hessian),
      reason: best.reason.description,
      hessian: hessian,
      agreed: agreed)
  }

  /// By what the mean log-likelihood would still rise, which has no unit; by the gradient where the Hessian is not definite.
  private static func isConverged(_ result: MinimizationResult, _ hessian: Matrix<Double>?) -> Bool {
    guard let decrease = hessian.flatMap({ ScaledHessian($0) })?.remainingDecrease(gradient: result.gradient) else {
      return result.gradientNorm <= 1e-8
    }
    return decrease <= 1e-12
  }

  // MARK: Values

  private func values(_ x: [Double]) -> Values<Double> {
    var values = data
    for (name, matrix) in objective.packing.matrices(x) { values[name] = matrix }
    return values
  }

  /// The formula at these parameters.
  func covariance(_ x: [Double]) -> Matrix<Double> { try! value.run(values(x))[0] }

  /// The derivative of vec of the covariance by the parameters, d^2 x count: a differential for each.
  func jacobian(_ x: [Double]) -> Matrix<Double> {
    var columns = Matrix<Double>(rows: dimension * dimension, columns: count, repeating: 0)
    var unit = [Double](repeating: 0, count: count)
    var arguments = values(x)
    for (slice, differential) in zip(objective.packing.slices, differentials) {
      for q in slice.range {
        unit[q] = 1
        arguments[differential.direction] = objective.packing.matrices(unit)[slice.name]!
        unit[q] = 0
        let change = try! differential.plan.run(arguments)[0].columnMajor
        for (i, value) in change.enumerated() { columns[i, q] = value }
      }
    }
    return columns
  }

  /// The parameters by name, with standard errors.
  func parameters(_ x: [Double], _ information: Cholesky<Double>?) -> [StructuredFit.Parameter] {
    let inverse = information?.inverse
    let errors = (0..<count).map { inverse.map { $0.diagonal }?[$0].squareRoot() ?? .nan }
    let (values, deviations) = (objective.packing.matrices(x), objective.packing.matrices(errors))
    return objective.packing.slices.map { slice in
      StructuredFit.Parameter(
        name: slice.name, value: values[slice.name]!, standardError: deviations[slice.name]!)
    }
  }
}
