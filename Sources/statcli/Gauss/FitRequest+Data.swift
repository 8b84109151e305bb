// What is asked of a fit, once the data are there: what flags exclude each other, what is known of the columns, what a search leaves out.
import GaussFit
import MatDeriv

extension FitFlags {
  /// What cannot be asked for together, as a sentence; nil where there is nothing of the kind.
  func contradiction(_ given: GivenFlags, by: String?) -> String? {
    if by != nil, method == .gradient { return "--method gradient is for all rows: fit the groups one by one" }
    let known = given.mean != nil ? "--mean" : given.knownCovariance != nil ? "--known-covariance" : nil
    guard let known else { return nil }
    if by != nil { return "\(known) is for all rows: fit the groups one by one" }
    if method == .gradient { return "\(known) is not for --method gradient, which searches for mean and covariance" }
    if unbiased { return "\(known) and --unbiased exclude each other: the divisor is n" }
    guard given.knownCovariance != nil else { return nil }
    let flags = [
      ("--covariance", covariance != .full), ("--ridge", ridge != nil), ("--drop-constant", dropConstant),
    ]
    return flags.first(where: \.1).map { "\(known) and \($0.0) exclude each other: the covariance is not fitted" }
  }

  /// The request for data with these columns.
  func request(for data: GaussData, _ given: GivenFlags, _ compare: CompareFlags) throws(Failure) -> FitRequest {
    var request = self.request
    request.compared = try compare.choices(dimension: data.columns.count)
    request.knownMean = try given.mean(columns: data.columns)
    request.knownCovariance = try given.covariance(columns: data.columns)
    return request
  }
}

extension FitRequest {
  /// Whether the fit is searched for, so that what closed forms offer is not there.
  var isSearched: Bool { optimizer != nil || covariance.closed == nil || !compared.isEmpty || shrinkage != nil }

  /// Whether only all rows together can be fitted, and not groups.
  var isOfAllRows: Bool {
    optimizer != nil || knownMean != nil || knownCovariance != nil || !compared.isEmpty || shrinkage != nil
  }

  /// The form for those of the columns that are kept: blocks and patterns were given for all.
  func form(of kept: [String], in columns: [String]) throws(Failure) -> CovarianceForm {
    try form(covariance, of: kept, in: columns)
  }

  /// What is compared, by name.
  func forms(of kept: [String], in columns: [String]) throws(Failure) -> [(name: String, form: CovarianceForm)] {
    var forms: [(name: String, form: CovarianceForm)] = []
    for choice in compared {
      do throws(Failure) { forms.append((choice.text, try form(choice, of: kept, in: columns))) } catch {
        var failure = error
        failure.items[0].text = failure.items[0].text.replacing("--covariance", with: "--compare")
        failure.mends = failure.mends.map { $0.replacing("--covariance", with: "--compare") }
        throw failure
      }
    }
    return forms
  }

  private func form(
    _ covariance: CovarianceChoice, of kept: [String], in columns: [String]
  ) throws(Failure) -> CovarianceForm {
    let places = columns.indices.filter { kept.contains(columns[$0]) }
    if kept.count < columns.count {
      switch try covariance.form(columns: columns, declarations: declarations) {
      case .blocks(let block): return .blocks(places.map { block[$0] })
      case .zeros(let pattern): return .zeros(pattern[rows: places, columns: places])
      default: break
      }
    }
    return try covariance.form(columns: kept, declarations: declarations)
  }

  /// Whether the formula of the fit is the user's own, so that its parameters mean something to them.
  func isWritten(_ fit: StructuredFit) -> Bool { fit.formula.text == covariance.text }

  /// The known mean of the columns that are left of the data's.
  func knownMean(of moments: Moments, in data: GaussData) -> [Double]? {
    knownMean.map { mean in
      zip(data.columns, mean).filter { moments.columns.contains($0.0) }.map(\.1)
    }
  }
}

extension GaussData {
  /// The groups of a search, without the columns that are constant in one of them, if so asked.
  func searched(_ request: FitRequest) throws(Failure) -> [(name: String, moments: Moments)] {
    var moments = groups.map(\.moments)
    if request.isSearched, request.constantColumns == .drop {
      var constant: Set<String> = []
      do throws(GaussFitError) {
        for group in moments { constant.formUnion(try group.droppingConstantColumns().dropped) }
        guard constant.count < columns.count else { throw .allColumnsConstant(columns) }
      } catch { throw Failure(.badData, error.description, at: name) }
      let kept = columns.indices.filter { !constant.contains(columns[$0]) }
      moments = moments.map { $0.selecting(kept) }
    }
    return zip(groups, moments).map { ($0.label ?? "", $1) }
  }
}
