// Every reference case of closed forms: numerics, closed form and structures, weights, tied, conditioning, near-singular.
import GaussFit
import MatDeriv
import Testing

@Suite struct ReferenceCaseTests {
  static let numerics = Fixture.cases["cases"].list.filter { $0["area"].text == "numerics" }.map { $0["id"].text }
  static let closedForms = ["closed_iris", "closed_setosa", "closed_versicolor"]

  /// No case is left without a test.
  @Test func coversTheFile() {
    let tested =
      Self.numerics + Self.closedForms
      + ["tied_groups_iris", "weights_cov_wt_01", "conditioning_setosa", "illcond_vandermonde"]
      + InferenceCaseTests.normality + InferenceCaseTests.shrinkage + InferenceCaseTests.others
    #expect(Set(Fixture.cases["cases"].list.map { $0["id"].text }) == Set(tested))
    #expect(Self.numerics.count == 7)
  }

  /// Digits: `-log10` of the relative error, at most 15.
  private func digits(_ value: Double, _ certified: Value) -> Double {
    min(15, -Double.log10(max(relativeError(value, certified.number), 1e-20)))
  }

  @Test(arguments: numerics) func numericsCase(id: String) throws {
    let reference = Fixture.cases["cases"].list.first { $0["id"].text == id }!
    let expected = reference["expected"]
    let fit = try Fit(Moments(decimals: Fixture.decimals(reference["dataset"].text)))
    let needed = reference["tolerance"]["sd_min_if_csv_text_is_read_exactly"].number
    #expect(fit.sampleSize == expected["n"].number)
    #expect(digits(fit.mean[0], expected["certified_mean"]) >= reference["tolerance"]["mean_min"].number)
    #expect(digits(fit.unbiasedCovariance![0, 0].squareRoot(), expected["certified_sd_n_minus_1"]) >= needed)
    #expect(digits(fit.covariance[0, 0], expected["mle_variance"]) >= 14)
    #expect(digits(fit.logLikelihood, expected["loglik_at_mle"]) >= 14)
  }

  @Test(arguments: closedForms) func closedForm(id: String) throws {
    let expected = Fixture.expected(id)
    let reference = Fixture.cases["cases"].list.first { $0["id"].text == id }!
    let group = reference["subset"].isNone ? nil : reference["subset"].text
    let (tolerance, errorTolerance) = (reference["tolerance"]["rel"].number, reference["tolerance"]["rel_se"].number)
    let moments = Fixture.moments("iris", group: group)
    let fit = try Fit(moments)
    #expect(fit.sampleSize == expected["n"].number)
    #expect(relativeError(fit.mean, expected["mean"].numbers) < tolerance)
    #expect(entrywiseError(fit.covariance, expected["cov_mle"].matrix) < tolerance)
    #expect(relativeError(fit.logLikelihood, expected["loglik"].number) < tolerance)
    #expect(relativeError(fit.logDeterminant, expected["logdet"].number) < tolerance)
    #expect(relativeError(fit.condition.raw, expected["cond"].number) < 2e-12)  // given to 12 digits
    #expect(relativeError(fit.aic, expected["aic"].number) < tolerance)
    #expect(relativeError(fit.bic, expected["bic"].number) < tolerance)
    #expect(relativeError(try #require(fit.aicc), expected["aicc"].number) < tolerance)
    #expect(fit.parameters == 14)
    #expect(fit.rank == 4)
    #expect(relativeError(fit.meanStandardError, expected["se_mean"].numbers) < errorTolerance)
    #expect(entrywiseError(fit.covarianceStandardError, expected["se_cov"].matrix) < errorTolerance)
    let eigenvalues = try SymmetricEigen(fit.covariance, vectors: .none).values
    #expect(relativeError(eigenvalues, expected["eig"].numbers) < tolerance)

    let diagonal = try Fit(moments, structure: .diagonal)
    #expect(relativeError(diagonal.logLikelihood, expected["loglik_diag"].number) < tolerance)
    let spherical = try Fit(moments, structure: .spherical)
    #expect(relativeError(spherical.logLikelihood, expected["loglik_spherical"].number) < tolerance)
    let compound = try Fit(moments, structure: .compoundSymmetry)
    #expect(relativeError(compound.logLikelihood, expected["loglik_cs"].number) < tolerance)
    #expect(relativeError(compound.covariance[2, 2], expected["cs_var"].number) < tolerance)
    #expect(relativeError(compound.correlation[3, 1], expected["cs_rho"].number) < tolerance)
    #expect([diagonal, spherical, compound].map(\.parameters) == [8, 5, 6])
  }

  @Test func tied() throws {
    let expected = Fixture.expected("tied_groups_iris")
    let names: [String] = ["setosa", "versicolor", "virginica"]
    let groups = names.map { (name: $0, moments: Fixture.moments("iris", group: $0)) }
    let fit = try GroupedFit(groups, pooling: .tied)
    for group in fit.fits { #expect(entrywiseError(group.covariance, expected["pooled_mle_cov"].matrix) < 1e-12) }
    #expect(relativeError(fit.logLikelihood, expected["loglik"].number) < 1e-12)
  }

  @Test(arguments: [Weighting.frequency, .reliability]) func weights(weighting: Weighting) throws {
    let reference = Fixture.cases["cases"].list.first { $0["id"].text == "weights_cov_wt_01" }!
    let expected = reference["expected"]
    let fit = try Fit(
      Moments(rows: Fixture.rows("cov_wt"), weights: reference["weights"].numbers, weighting: weighting))
    #expect(relativeError(fit.mean, expected["mean"].numbers) < 1e-14)
    #expect(entrywiseError(fit.covariance, expected["cov_ml"].matrix) < 1e-14)
    #expect(entrywiseError(try #require(fit.unbiasedCovariance), expected["cov_unbiased_R"].matrix) < 1e-14)
  }

  @Test func conditional() throws {
    let expected = Fixture.expected("conditioning_setosa")
    let given = expected["given"]
    let rest = try Fit(Fixture.moments("iris", group: "setosa")).gaussian.conditional(given: [
      (index: 3, value: given["petal_width"].number), (index: 2, value: given["petal_length"].number),
    ])
    #expect(relativeError(rest.mean, expected["mean"].numbers) < 1e-11)
    #expect(entrywiseError(rest.covariance, expected["cov"].matrix) < 1e-11)
  }

  @Test func nearSingular() throws {
    let expected = Fixture.expected("illcond_vandermonde")
    let fit = try Fit(Fixture.moments("vandermonde_20_6"))
    #expect(entrywiseError(fit.covariance, expected["cov_mle"].matrix) < 1e-14)
    #expect(relativeError(fit.mean, expected["mean"].numbers) < 1e-14)
    #expect(relativeError(fit.logLikelihood, expected["loglik"].number) < 1e-9)
    #expect(relativeError(fit.logDeterminant, expected["logdet"].number) < 1e-9)
    #expect(relativeError(fit.condition.raw, expected["cond"].number) < 1e-7)  // given to 8 digits
    #expect(relativeError(fit.condition.scaled, expected["cond_of_correlation"].number) < 1e-6)
    #expect(fit.rank == 6)
  }
}
