// What comes of a covariance formula and a sample: by search in units of the columns' own scale, or in closed form for blocks.
import MatDeriv

/// The maximum under a covariance formula, in the units of the data.
struct Solution {
  var covariance: Matrix<Double>
  var covarianceStandardError: Matrix<Double>
  var parameters: [StructuredFit.Parameter]
  var count: Int
  var logLikelihood: Double
  var starts: (tried: Int, agreed: Int)
  var iterations: Int
  var evaluations: Int
  var gradientNorm: Double
  var converged: Bool
  var reason: String
  var isIdentified: Bool?
  /// The free parameters, in the units of the search.
  var point: [Double]

  /// By search.
  init(_ formula: CovarianceFormula, _ sample: Matrix<Double>, _ n: Double) throws(GaussFitError) {
    let d = sample.rows
    let units = SearchUnits(sample, formula.scaling)
    let search = try FormulaSearch(formula, sample: units.scaled(sample))
    let found = try search.run()
    let information = Solution.information(found.hessian, n)
    point = found.x
    covariance = units.unscaled(search.covariance(found.x))
    covarianceStandardError = units.unscaled(Solution.covarianceErrors(search, found.x, information))
    let errors = information?.inverse.diagonal.map { $0.squareRoot() } ?? found.x.map { _ in .nan }
    parameters = search.parameters(found.x, errors)
    count = search.count
    logLikelihood = -n * (found.value + 0.5 * Double(d) * logTwoPi + units.logScale)
    starts = (search.starts.count, found.agreed)
    iterations = found.iterations
    evaluations = found.evaluations
    gradientNorm = found.gradientNorm
    converged = found.converged
    reason = found.reason
    isIdentified = found.hessian == nil && search.count > FormulaSearch.informedParameters ? nil : information != nil
  }

  /// Blocks of columns that are independent of each other: each has the closed form of any covariance.
  ///
  /// **Throws**: `singular` for a block whose covariance is.
  init(blocks: [[Int]], _ moments: Moments, _ source: MeanSource) throws(GaussFitError) {
    let d = moments.columns.count
    var covariance = Matrix<Double>(rows: d, columns: d, repeating: 0)
    var errors = covariance
    var entries: [(row: Int, column: Int)] = []
    logLikelihood = 0
    point = []
    for block in blocks {
      let fit = try Fit(moments.selecting(block), mean: source, without: [], structure: .full, ridge: nil)
      let deviations = fit.covarianceStandardError
      for (b, j) in block.enumerated() {
        for (a, i) in block.enumerated() {
          covariance[i, j] = fit.covariance[a, b]
          errors[i, j] = deviations[a, b]
          if i >= j { entries.append((i, j)) }
        }
      }
      logLikelihood += fit.logLikelihood
    }
    self.covariance = covariance
    covarianceStandardError = errors
    entries.sort { ($0.column, $0.row) < ($1.column, $1.row) }
    parameters = [StructuredFit.Parameter(name: "S", value: covariance, standardError: errors, entries: entries)]
    count = entries.count
    starts = (1, 1)
    (iterations, evaluations, gradientNorm) = (0, 0, 0)
    converged = true
    reason = "closed form: the sample's covariance of each block"
    isIdentified = true
  }

  /// The factor of the observed information of all rows; nil where that is not definite.
  static func information(_ hessian: Matrix<Double>?, _ n: Double) -> Cholesky<Double>? {
    guard let hessian else { return nil }
    // Scaled to a diagonal of ones, so that units of the parameters do not decide.
    let root = hessian.diagonal.map { $0.squareRoot() }
    guard root.allSatisfy({ $0 > 0 }) else { return nil }
    let unit = Matrix<Double>(rows: root.count, columns: root.count) { i, j in hessian[i, j] / root[i] / root[j] }
    guard let check = try? Cholesky(unit), check.lower.diagonal.allSatisfy({ $0 * $0 > 1e-10 }) else { return nil }
    return try? Cholesky(n * hessian)
  }

  /// The delta method: the square root of j'*inv(I)*j for the derivative j of each entry.
  private static func covarianceErrors(
    _ search: FormulaSearch, _ x: [Double], _ information: Cholesky<Double>?
  ) -> Matrix<Double> {
    let d = search.dimension
    guard let information else { return Matrix(rows: d, columns: d, repeating: .nan) }
    let (entries, derivatives) = search.jacobian(x)
    let whitened = information.solveLower(derivatives)
    var errors = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for (e, entry) in entries.enumerated() {
      let error = (0..<whitened.rows).reduce(0) { $0 + whitened[$1, e] * whitened[$1, e] }.squareRoot()
      errors[entry.row, entry.column] = error
      errors[entry.column, entry.row] = error
    }
    return errors
  }
}

/// By what each column is divided while a formula is searched for, without leaving its family.
struct SearchUnits {
  let scale: [Double]

  init(_ sample: Matrix<Double>, _ scaling: CovarianceFormula.Scaling) {
    let deviations = sample.diagonal.map { $0.squareRoot() }
    switch scaling {
    case .none: scale = deviations.map { _ in 1 }
    case .byColumn: scale = deviations
    case .common:
      let mean = deviations.reduce(0) { $0 + Double.log($1) } / Double(deviations.count)
      scale = deviations.map { _ in Double.exp(mean) }
    }
  }

  /// The logarithm of the product of all scales.
  var logScale: Double { scale.reduce(0) { $0 + Double.log($1) } }

  /// A covariance in these units, exactly symmetric.
  func scaled(_ s: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: scale.count, columns: scale.count) { i, j in s[max(i, j), min(i, j)] / scale[i] / scale[j] }
  }

  /// One in the units of the data.
  func unscaled(_ s: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: scale.count, columns: scale.count) { i, j in scale[i] * scale[j] * s[max(i, j), min(i, j)] }
  }
}
