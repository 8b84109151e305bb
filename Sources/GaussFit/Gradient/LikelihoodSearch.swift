// A search over mean and covariance of a standardized sample: the objective in the parameters that suit the method.
import MatDeriv

/// The likelihood of a sample as an objective, and the method that climbs it.
struct LikelihoodSearch {
  let sample: StandardizedSample
  let optimizer: LikelihoodOptimizer
  private let compiled: CompiledLikelihood
  var objective: Objective { compiled.objective }
  private let start: Matrix<Double>

  struct Found {
    var mean: [Double]
    /// The lower Cholesky factor of the covariance.
    var lower: Matrix<Double>
    var result: MinimizationResult
  }

  /// - Parameter start: the lower factor that the search begins with.
  init(_ sample: StandardizedSample, _ optimizer: LikelihoodOptimizer, from start: Matrix<Double>? = nil) {
    self.sample = sample
    self.start = start ?? .identity(sample.dimension)
    self.optimizer = optimizer
    let isByCovariance = optimizer == .natural
    compiled = .take(dimension: sample.dimension, isByCovariance: isByCovariance)
    compiled.bind(sample)
  }

  private var startParameters: [Double] {
    let d = sample.dimension
    let matrix: (name: String, start: Matrix<Double>) =
      optimizer == .natural
      ? ("S", start * start.transposed)
      : ("K", Matrix(rows: d, columns: d) { i, j in i == j ? Double.log(start[i, i]) : start[i, j] })
    return try! objective.packing.parameters([matrix.name: matrix.start, "m": Matrix(column: sample.start)])
  }

  /// The largest entry of the gradient where the search begins.
  var gradientAtStart: Double {
    var gradient = [Double](repeating: 0, count: objective.count)
    // The start is definite: there is a value.
    _ = try! objective.value(at: startParameters, gradient: &gradient)
    return gradient.reduce(0) { max($0, abs($1)) }
  }

  func run(until rules: StoppingRules, _ visit: (Progress) -> Void) -> Found {
    let start = startParameters
    func search(_ method: some MinimizationMethod) -> MinimizationResult {
      // The start is the identity and a finite mean: there is a value.
      try! withoutActuallyEscaping(visit) { visit in
        try minimize(objective, from: start, by: method, until: rules) {
          visit($0)
          return .proceed
        }
      }
    }
    let result =
      switch optimizer {
      case .gd: search(NaturalGradient(Metric(solution: { _, gradient in gradient })))
      case .lbfgs: search(LBFGS(metric: factorMetric))
      case .newton: search(Newton())
      case .natural: search(NaturalGradient(fisherMetric))
      }
    let values = objective.packing.matrices(result.x)
    compiled.release(isByCovariance: optimizer == .natural)
    return Found(mean: values["m"]!.columnMajor, lower: lower(values), result: result)
  }

  private func lower(_ values: [String: Matrix<Double>]) -> Matrix<Double> {
    if let s = values["S"] { return try! Cholesky(s).lower }
    let k = values["K"]!
    return Matrix(rows: k.rows, columns: k.columns) { i, j in
      i < j ? 0 : i == j ? Double.exp(k[i, i]) : k[i, j]
    }
  }

  /// The information of mean and log-diagonal factor, see ``FactorInformation``.
  private var factorMetric: Metric {
    let packing = objective.packing
    let information = FactorInformation(sample)
    return Metric(solution: { x, gradient throws(ObjectiveError) in
      let slopes = packing.matrices(gradient)
      information.move(to: x) {
        let values = packing.matrices(x)
        return (values["m"]!.columnMajor, values["K"]!)
      }
      return try packing.parameters([
        "K": information.solve(slopes["K"]!), "m": information.solve(mean: slopes["m"]!),
      ])
    })
  }

  /// The Fisher information of mean and covariance for one row: inv(S), and kron(inv(S), inv(S))/2. Its inverse takes the derivatives g and G to
  /// S*g and 2*S*G*S.
  ///
  /// **Source**: T. W. Anderson, An introduction to multivariate statistical analysis, 3rd ed. (2003), theorem 3.4.4.
  private var fisherMetric: Metric {
    let packing = objective.packing
    return Metric(solution: { x, gradient throws(ObjectiveError) in
      let (values, slopes) = (packing.matrices(x), packing.matrices(gradient))
      let (s, packed) = (values["S"]!, slopes["S"]!)
      // The derivative by a parameter off the diagonal is the sum of those by its two entries.
      let g = Matrix<Double>(rows: s.rows, columns: s.rows) { i, j in i == j ? packed[i, i] : packed[i, j] / 2 }
      let product = s * g * s
      let step = Matrix<Double>(rows: s.rows, columns: s.rows) { i, j in product[i, j] + product[j, i] }
      return try packing.parameters(["S": step, "m": s * slopes["m"]!])
    })
  }
}
