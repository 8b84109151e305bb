// The way to the maximum of an incomplete sample's likelihood, and the certificate at its end.
import MatDeriv

struct IncompleteSearch {
  let sample: IncompleteSample
  let detail: IncompleteDetail
  let asked: [Int]
  let threads: Int
  private let likelihood: ObservedLikelihood

  struct Found {
    var estimate: Estimate
    /// The mean log-likelihood without its constant.
    var value: Double
    var start: IncompleteFit.Start
    var steps: Int
    var iterations = 0
    var score: Double?
    var converged: Bool
    var errors: Errors?
    var asked: Asked?
    var worstFractionMissing: Double?
  }

  /// Standard errors in units of the sample.
  struct Errors {
    var mean: [Double]
    var covariance: Matrix<Double>?
  }

  /// Those of columns that were asked for by name, where not all were computed.
  typealias Asked = (columns: [Int], mean: [Double], covariance: Matrix<Double>)

  /// Steps of EM before Newton, where Newton has a matrix to work with.
  private static let stepsBeforeNewton = 200
  /// Operations of conjugate gradients for standard errors that are spent unasked: some seconds.
  private static let affordable = 5e10

  init(_ sample: IncompleteSample, detail: IncompleteDetail, asked: [Int], threads: Int) {
    self.sample = sample
    self.detail = detail
    self.asked = asked
    self.threads = threads
    likelihood = ObservedLikelihood(sample, threads: threads)
  }

  func run() throws(GaussFitError) -> Found {
    let d = sample.dimension
    let part = sample.monotonePart()
    let start = part ?? Estimate(mean: Array(repeating: 0, count: d), covariance: .identity(d))
    let kind: IncompleteFit.Start =
      part == nil ? .availableCells : sample.isMonotone ? .monotone : .monotonePart
    let isFormed = likelihood.count <= ObservedInformation.mostParameters
    var search = AcceleratedSearch(expectation: ExpectationMaximization(sample: sample, threads: threads))
    if isFormed { search.limit = IncompleteSearch.stepsBeforeNewton }
    let rough = search.run(from: start)
    var found = Found(
      estimate: rough.estimate, value: rough.path.last ?? -.infinity, start: kind, steps: rough.steps,
      converged: rough.size <= 1e-10)
    if detail == .estimates && (found.converged || !isFormed) { return found }
    do throws(ObjectiveError) {
      try certify(&found)
    } catch { throw .notPositiveDefinite("the covariance that EM ends at: \(error)") }
    if isFormed && found.errors == nil { throw .notIdentified([]) }
    return found
  }

  /// Newton to the end, and what the information there says.
  private func certify(_ found: inout Found) throws(ObjectiveError) {
    var x = PackedEstimate.parameters(found.estimate)
    var gradient = x
    found.value = -(try likelihood.value(at: x, gradient: &gradient))
    var information = try ObservedInformation(likelihood, at: found.estimate)
    var score = self.score(gradient, information)
    // A saddle is left along a direction in which the likelihood rises, twice at most.
    for _ in 0..<2 {
      guard information.isFormed, information.factor == nil, let way = information.ascent else { break }
      let moved = zip(x, way).map { $0 + 0.1 * $1 }
      let estimate = PackedEstimate(moved, dimension: sample.dimension).estimate
      guard (try? Cholesky(estimate.covariance)) != nil else { break }
      var search = AcceleratedSearch(expectation: ExpectationMaximization(sample: sample, threads: threads))
      search.limit = IncompleteSearch.stepsBeforeNewton
      let again = search.run(from: estimate)
      found.steps += again.steps
      found.estimate = again.estimate
      x = PackedEstimate.parameters(again.estimate)
      found.value = -(try likelihood.value(at: x, gradient: &gradient))
      information = try ObservedInformation(likelihood, at: found.estimate)
      score = self.score(gradient, information)
    }
    // Where a step of Newton is a solve by products it is taken only if the certificate asks for it.
    if score > (information.isFormed ? 1e-11 : 1e-10) {
      let result: MinimizationResult
      do throws(MinimizationError) {
        result = try minimize(
          likelihood, from: x, by: Newton(),
          until: StoppingRules(gradient: 1e-13, gradientScale: .absolute, step: 1e-14, iterations: 100))
      } catch { throw .domain(error.description) }
      found.estimate = PackedEstimate(result.x, dimension: sample.dimension).estimate
      found.value = -result.value
      found.iterations = result.iterations
      information = try ObservedInformation(likelihood, at: found.estimate)
      score = self.score(result.gradient, information)
    }
    found.score = score
    found.converged = score <= 1e-10
    guard detail == .full || information.isFormed else { return }
    found.worstFractionMissing = try information.worstFractionMissing()
    found.errors = try errors(information)
    if !information.isFormed, !asked.isEmpty {
      let some = try information.errors(of: asked, sampleSize: sample.sampleSize)
      found.asked = (asked, some.mean, some.covariance)
    }
  }

  /// The largest derivative by parameters in which the information is the identity: that of the observed cells, or of complete rows where it is not formed.
  private func score(_ gradient: [Double], _ information: ObservedInformation) -> Double {
    if let factor = information.factor { return factor.solveLower(gradient).reduce(0) { max($0, abs($1)) } }
    if information.isFormed { return .infinity }
    return information.size(gradient)
  }

  private func errors(_ information: ObservedInformation) throws(ObjectiveError) -> Errors? {
    let (d, n) = (sample.dimension, sample.sampleSize)
    let entries = d * (d + 1) / 2
    if information.isFormed {
      // What is left of each parameter's information after the others, relative to itself: units do not matter.
      guard let factor = information.factor, let matrix = information.matrix,
        zip(factor.lower.diagonal, matrix.diagonal).allSatisfy({ $0 * $0 > 1e-13 * $1 })
      else { return nil }
      let all = factor.inverse.diagonal.map { ($0 / n).squareRoot() }
      return Errors(
        mean: Array(all[entries...]),
        covariance: Matrix(rows: d, columns: d) { all[PackedEstimate.place($0, $1, dimension: d)] })
    }
    // A solution for each mean, of a dozen products or so.
    guard 12 * Double(d) * likelihood.productFlops <= IncompleteSearch.affordable else { return nil }
    var unit = [Double](repeating: 0, count: likelihood.count)
    var mean: [Double] = []
    for j in 0..<d {
      unit[entries + j] = 1
      mean.append((try information.solve(unit)[entries + j] / n).squareRoot())
      unit[entries + j] = 0
    }
    return Errors(mean: mean, covariance: nil)
  }
}

extension ObservedInformation {
  /// The direction in which an indefinite information is most negative, of length one; nil where it is not formed.
  var ascent: [Double]? {
    guard let matrix, let eigen = try? SymmetricEigen(matrix), let first = eigen.values.first, first < 0 else {
      return nil
    }
    return eigen.vectors.column(0)
  }
}
