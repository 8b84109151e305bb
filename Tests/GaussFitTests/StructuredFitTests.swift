// Covariances by formula: the user's text gives what the built-in structure gives, and both what independent solutions give.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct StructuredFitTests {
  private static let setosa = Fixture.moments("iris", group: "setosa")

  /// Compound symmetry has a closed form, with standard errors.
  @Test func compoundSymmetryByFormula() throws {
    let closed = try Fit(Self.setosa, structure: .compoundSymmetry)
    let written = try StructuredFit(
      Self.setosa, CovarianceFormula("a^2*eye(d) + c*ones(d,d)", declarations: ["a: scalar", "c: scalar"]))
    #expect(written.converged, "\(written.reason)")
    #expect(abs(written.logLikelihood - closed.logLikelihood) <= 1e-9)
    #expect(entrywiseError(written.covariance, closed.covariance.rowArrays) <= 1e-8)
    #expect(entrywiseError(written.covarianceStandardError, closed.covarianceStandardError.rowArrays) <= 1e-5)
    #expect(written.covarianceParameters == 2)
  }

  @Test func anyCovarianceByFormula() throws {
    let closed = try Fit(Self.setosa)
    let written = try StructuredFit(Self.setosa, CovarianceFormula("L*L'", declarations: ["L: matrix(d,d) lower"]))
    #expect(abs(written.logLikelihood - closed.logLikelihood) <= 1e-9)
    #expect(entrywiseError(written.covariance, closed.covariance.rowArrays) <= 1e-8)
    #expect(entrywiseError(written.covarianceStandardError, closed.covarianceStandardError.rowArrays) <= 1e-5)
  }

  @Test func autoregressive() throws {
    let named = try StructuredFit(Self.setosa, .autoregressive(dimension: 4))
    // The stationarity equations, solved to 50 digits.
    #expect(relativeError(named.covariance[0, 0], 0.0745951925698786) <= 1e-8)
    #expect(relativeError(named.covariance[1, 0] / named.covariance[0, 0], 0.467997362411283) <= 1e-8)
    #expect(relativeError(named.logLikelihood, -5.67920760640497) <= 1e-8)
    let written = try StructuredFit(
      Self.setosa,
      CovarianceFormula(
        "exp(v)*(eye(4) + r*A + r^2*B + r^3*C) where A = [0 1 0 0; 1 0 1 0; 0 1 0 1; 0 0 1 0], "
          + "B = [0 0 1 0; 0 0 0 1; 1 0 0 0; 0 1 0 0], C = [0 0 0 1; 0 0 0 0; 0 0 0 0; 1 0 0 0]",
        declarations: ["v: scalar", "r: scalar"]))
    #expect(abs(written.logLikelihood - named.logLikelihood) <= 1e-9)
    #expect(entrywiseError(written.covarianceStandardError, named.covarianceStandardError.rowArrays) <= 1e-5)
  }

  @Test func oneFactor() throws {
    let named = try StructuredFit(Self.setosa, .factors(1, dimension: 4))
    let written = try StructuredFit(
      Self.setosa, CovarianceFormula("diag(exp(p)) + b*b'", declarations: ["p: vector(d)", "b: vector(d)"]))
    #expect(named.converged && written.converged)
    #expect(abs(written.logLikelihood - named.logLikelihood) <= 1e-9)
    #expect(entrywiseError(written.covariance, named.covariance.rowArrays) <= 1e-7)
    #expect(entrywiseError(written.covarianceStandardError, named.covarianceStandardError.rowArrays) <= 1e-5)
  }

  /// Families that hold each other are as likely in that order.
  @Test func nestedFamilies() throws {
    func value(_ formula: CovarianceFormula) throws -> Double { try StructuredFit(Self.setosa, formula).logLikelihood }
    let full = try Fit(Self.setosa).logLikelihood
    let compound = try Fit(Self.setosa, structure: .compoundSymmetry).logLikelihood
    let toeplitz = try value(.toeplitz(dimension: 4))
    #expect(compound <= toeplitz + 1e-9)
    #expect(toeplitz <= full + 1e-9)
    #expect(try value(.autoregressive(dimension: 4)) <= toeplitz + 1e-9)
    let heterogeneous = try value(.heterogeneousAutoregressive(dimension: 4))
    #expect(try value(.autoregressive(dimension: 4)) <= heterogeneous + 1e-9)
    #expect(compound <= (try value(.heterogeneousCompoundSymmetry(dimension: 4))) + 1e-9)
    #expect(try value(.banded(1, dimension: 4)) <= (try value(.banded(2, dimension: 4))) + 1e-9)
    #expect(try value(.principalComponents(1, dimension: 4)) <= (try value(.factors(1, dimension: 4))) + 1e-9)
  }

  /// Columns of very different units, which the formula's parameters take on.
  @Test func unitsOfTheColumns() throws {
    let scales = [1e6, 1e6, 1e-6, 1]
    let rows = Fixture.rows("iris").map { row in zip(row, scales).map { $0 * $1 } }
    let closed = try Fit(Moments(rows: rows), structure: .diagonal)
    let written = try StructuredFit(Moments(rows: rows), CovarianceFormula("diag(p)", declarations: ["p: vector(d)"]))
    #expect(written.converged, "\(written.reason)")
    #expect(abs(written.logLikelihood - closed.logLikelihood) <= 1e-6)
  }

  /// A parameter that is itself a covariance, and a square factor, which no covariance determines.
  @Test func squareParametersStart() throws {
    let full = try Fit(Self.setosa).logLikelihood
    let free = try StructuredFit(Self.setosa, CovarianceFormula("S", declarations: ["S: spd(d)"]))
    #expect(free.converged && abs(free.logLikelihood - full) <= 1e-8)
    let square = try StructuredFit(Self.setosa, CovarianceFormula("X*X'", declarations: ["X: matrix(d,d)"]))
    #expect(square.isIdentified == false && abs(square.logLikelihood - full) <= 1e-6)
  }

  /// Blocks have a closed form: the sample's own within, zero between.
  @Test func blocks() throws {
    let fit = try StructuredFit(Self.setosa, .blocks([0, 0, 1, 1]))
    let full = try Fit(Self.setosa).covariance
    for j in 0..<4 {
      for i in 0..<4 {
        let expected = (i < 2) == (j < 2) ? full[i, j] : 0
        #expect(abs(fit.covariance[i, j] - expected) <= 1e-9)
      }
    }
  }

  /// Tipping and Bishop: the mean of the smallest eigenvalues is the noise.
  @Test func principalComponentsHaveAClosedForm() throws {
    let fit = try StructuredFit(Self.setosa, .principalComponents(2, dimension: 4))
    let values = try SymmetricEigen(try Fit(Self.setosa).covariance, vectors: .none).values
    let fitted = try SymmetricEigen(fit.covariance, vectors: .none).values
    let noise = (values[0] + values[1]) / 2
    #expect(relativeError(fitted, [noise, noise, values[2], values[3]]) <= 1e-8)
  }

  /// With one column every structure is its variance, and counts one parameter.
  @Test func oneColumn() throws {
    let moments = Moments(rows: Fixture.rows("iris").map { [$0[0]] })
    let closed = try Fit(moments)
    let formulas: [CovarianceFormula] = [
      .heterogeneousCompoundSymmetry(dimension: 1), .autoregressive(dimension: 1),
      .heterogeneousAutoregressive(dimension: 1), .toeplitz(dimension: 1), .banded(0, dimension: 1), .blocks([0]),
    ]
    for formula in formulas {
      let fit = try StructuredFit(moments, formula)
      #expect(fit.parameterCount == 2 && fit.isIdentified == true, "\(formula.text)")
      #expect(relativeError(fit.logLikelihood, closed.logLikelihood) <= 1e-12)
      #expect(entrywiseError(fit.covarianceStandardError, closed.covarianceStandardError.rowArrays) <= 1e-8)
    }
  }

  /// Many columns: as many parameters as no dense Newton step would end with.
  @Test func bandedOfManyColumns() throws {
    let d = 60
    let lower = Matrix<Double>(rows: d, columns: d) { i, j in i == j ? 1 : i == j + 1 ? 0.4 : 0 }
    let rows = Gaussian(mean: [Double](repeating: 0, count: d), lower: lower).sample(rows: 400, seed: 3)
    let moments = Moments(rows: rows, columns: (1...d).map { "x\($0)" })
    let fit = try StructuredFit(moments, .banded(5, dimension: d))
    #expect(fit.converged && fit.covarianceParameters == 345)
    // At the maximum tr(inv(S) C) is d in any family that is closed under scaling.
    let solved = try Cholesky(fit.covariance).solve(moments.scatter / moments.weight)
    #expect(abs(solved.trace - Double(d)) <= 1e-9)
  }

  /// Blocks need no search; what they leave at zero has no error, and a block whose columns depend on each other is told.
  @Test func blocksHaveAClosedForm() throws {
    let fit = try StructuredFit(Self.setosa, .blocks([0, 1, 1, 0]))
    #expect(fit.evaluations == 0 && fit.covarianceParameters == 6 && fit.parameters[0].entries.count == 6)
    let searched = try StructuredFit(
      Self.setosa, .zeros([[1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]]))
    #expect(abs(fit.logLikelihood - searched.logLikelihood) <= 1e-10)
    for (a, b) in zip(fit.covarianceStandardError.columnMajor, searched.covarianceStandardError.columnMajor) {
      #expect(abs(a - b) <= 1e-8)
    }
    let rows = Fixture.rows("iris").map { [$0[0], $0[0] + $0[1], $0[1], $0[2]] }
    #expect(throws: GaussFitError.self) { try StructuredFit(Moments(rows: rows), .blocks([0, 0, 0, 1])) }
  }

  /// A lower factor has as many parameters as its triangle, and they alone are told.
  @Test func structuralZerosAreNoParameters() throws {
    let fit = try StructuredFit(Self.setosa, CovarianceFormula("L*L'", declarations: ["L: matrix(d,d) lower"]))
    #expect(fit.parameters[0].entries.count == 10 && fit.parameters[0].entries.allSatisfy { $0.row >= $0.column })
  }

  /// Fewer rows than columns: what has few parameters is still fitted.
  @Test func fewerRowsThanColumns() throws {
    let moments = Moments(rows: randomRows(6, 8, seed: 5))
    for form in [CovarianceForm.factors(1), .principalComponents(1), .autoregressive, .heterogeneousCompoundSymmetry] {
      let fit = try StructuredFit(moments, form.formula(dimension: 8)!)
      #expect(fit.converged, "\(fit.formula.text): \(fit.reason)")
    }
    #expect(throws: GaussFitError.self) { try Fit(moments) }
    for structure in [Structure.diagonal, .spherical] {
      #expect(try Fit(moments, structure: structure).logLikelihood.isFinite)
    }
    #expect(try Shrinkage(oas: moments).logLikelihood.isFinite)
  }

  @Test(arguments: [
    ("diag(exp(p)", ["p: vector(d)"]), ("ones(d,1)", []), ("eye(d)", []), ("exp(v)*eye(3)", ["v: scalar"]),
    ("-exp(v)*eye(d)", ["v: scalar"]), ("B*B'", ["B: matrix(d,2)"]),
  ]) func whatCannotBeACovarianceIsRefused(_ text: String, _ declarations: [String]) {
    #expect(throws: GaussFitError.self) {
      try StructuredFit(Self.setosa, CovarianceFormula(text, declarations: declarations))
    }
  }
}

/// Structures against maxima that were solved to 30 digits: structures.json.
@Suite struct StructureReferenceTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var dataset: Int
    var structure: String
    var testDescription: String { "\(dataset), \(structure)" }
  }

  private static let file = Fixture.read("structures.json")["data"].list
  private static let cases = file.indices.flatMap { dataset in
    file[dataset]["structures"].keys.sorted().map { Case(dataset: dataset, structure: $0) }
  }

  private static func formula(_ structure: String, _ d: Int) -> CovarianceFormula {
    switch structure {
    case "csh": return .heterogeneousCompoundSymmetry(dimension: d)
    case "ar1": return .autoregressive(dimension: d)
    case "ar1h": return .heterogeneousAutoregressive(dimension: d)
    case "toeplitz": return .toeplitz(dimension: d)
    case "banded:1": return .banded(1, dimension: d)
    case "factor:1": return .factors(1, dimension: d)
    case "ppca:1": return .principalComponents(1, dimension: d)
    default:
      var block = [Int](repeating: 0, count: d)
      for (number, part) in structure.dropFirst("block:".count).split(separator: "/").enumerated() {
        for column in part.split(separator: ",") { block[Int(column)! - 1] = number }
      }
      return .blocks(block)
    }
  }

  @Test(arguments: cases) func isTheMaximum(_ reference: Case) throws {
    let data = Self.file[reference.dataset]
    let expected = data["structures"][reference.structure]
    let moments = Moments(rows: data["rows"].matrix)
    let fit = try StructuredFit(moments, Self.formula(reference.structure, moments.columns.count))
    #expect(fit.converged && fit.isIdentified == true, "\(fit.reason), \(fit.gradientNorm)")
    #expect(relativeError(fit.logLikelihood, expected["logLikelihood"].number) <= 1e-10)
    #expect(Double(fit.parameterCount) == expected["parameters"].number)
    // Entries that are zero in the structure are compared with the scale of their columns.
    let sd = fit.covariance.diagonal.map { $0.squareRoot() }
    let (covariance, errors) = (expected["covariance"].matrix, expected["covarianceStandardError"].matrix)
    for i in sd.indices {
      for j in sd.indices {
        #expect(abs(fit.covariance[i, j] - covariance[i][j]) <= 1e-8 * sd[i] * sd[j])
        #expect(abs(fit.covarianceStandardError[i, j] - errors[i][j]) <= 1e-6 * sd[i] * sd[j])
      }
    }
  }
}
