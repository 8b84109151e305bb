// A search over mean and covariance of a standardized sample: the objective in the parameters that suit the method.
import MatDeriv

/// The likelihood of a sample as an objective, and the method that climbs it.
struct LikelihoodSearch {
  let sample: StandardizedSample
  let optimizer: LikelihoodOptimizer
  let objective: Objective
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
    var data = Values<Double>(sizes: ["d": sample.dimension])
    data["C"] = sample.covariance
    data["b"] = Matrix(column: sample.mean)
    // The text is part of this program, and all its data are there.
    let program = try! Program(isByCovariance ? GaussianLikelihood.byCovariance : GaussianLikelihood.byFactor)
    objective = try! Objective(program, wrt: [isByCovariance ? "S" : "K", "m"], data: data, simplifying: false)
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
    return Found(mean: values["m"]!.columnMajor, lower: lower(values), result: result)
  }

  private func lower(_ values: [String: Matrix<Double>]) -> Matrix<Double> {
    if let s = values["S"] { return try! Cholesky(s).lower }
    let k = values["K"]!
    return Matrix(rows: k.rows, columns: k.columns) { i, j in
      i < j ? 0 : i == j ? Double.exp(k[i, i]) : k[i, j]
    }
  }

  /// The information of mean and log-diagonal factor for one row, where they are now. With dL = L*A it is |inv(L)*dm|^2 plus the sum of a_ij^2*v_jj and
  /// once more that of a_ii^2*v_ii, of the diagonal of V = inv(L)*(C + (b - m)*(b - m)')*inv(L)': diagonal in A. At the maximum V is the identity and this
  /// the Fisher information; far from it, where variances have to grow by orders of magnitude, it keeps steps within reach. Its inverse takes the
  /// derivatives g and G by L to L*L'*g and L*A with A from tril(L'*G).
  ///
  /// **Source**: tr((inv(S)*dS)^2)/2 with dS = dL*L' + L*dL', Anderson (2003), theorem 3.4.4; V for I: the second derivative of M15 along L.
  private var factorMetric: Metric {
    let packing = objective.packing
    let sample = self.sample
    return Metric(solution: { x, gradient throws(ObjectiveError) in
      let (values, slopes) = (packing.matrices(x), packing.matrices(gradient))
      let (k, packed) = (values["K"]!, slopes["K"]!)
      let d = k.rows
      let l = Matrix<Double>(rows: d, columns: d) { i, j in i < j ? 0 : i == j ? Double.exp(k[i, i]) : k[i, j] }
      let spread = LikelihoodSearch.spread(sample, mean: values["m"]!, l)
      let g = Matrix<Double>(rows: d, columns: d) { i, j in i < j ? 0 : i == j ? packed[i, i] / l[i, i] : packed[i, j] }
      let turned = l.transposed * g
      let a = Matrix<Double>(rows: d, columns: d) { i, j in
        i < j ? 0 : turned[i, j] / (i == j ? 2 * spread[j] : spread[j])
      }
      var step = l * a
      for i in 0..<d { step[i, i] /= l[i, i] }
      return try packing.parameters(["K": step, "m": l * (l.transposed * slopes["m"]!)])
    })
  }

  /// The diagonal of inv(L)*(C + (b - m)*(b - m)')*inv(L)', at least one.
  private static func spread(_ sample: StandardizedSample, mean: Matrix<Double>, _ l: Matrix<Double>) -> [Double] {
    let d = sample.dimension
    let factor = Cholesky(lower: l)
    let inverse = factor.solveLower(.identity(d))
    let product = inverse * sample.covariance
    let gap = factor.solveLower((0..<d).map { sample.mean[$0] - mean[$0, 0] })
    return (0..<d).map { i in
      max(1, (0...i).reduce(gap[i] * gap[i]) { $0 + product[i, $1] * inverse[i, $1] })
    }
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
