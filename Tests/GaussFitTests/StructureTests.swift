// The structures: estimates and standard errors against the expected information computed by mpmath.
import GaussFit
import MatDeriv
import Testing

@Suite struct StructureTests {
  @Test(arguments: Structure.allCases, ["iris", "setosa"]) func estimates(structure: Structure, name: String) throws {
    let expected = Fixture.reference["structures"][name][structure.rawValue]
    let fit = try Fit(Fixture.moments("iris", group: name == "iris" ? nil : name), structure: structure)
    #expect(entrywiseError(fit.covariance, expected["covariance"].matrix) < 1e-12)
    #expect(entrywiseError(fit.covarianceStandardError, expected["covarianceStandardError"].matrix) < 1e-12)
    #expect(relativeError(fit.meanStandardError, expected["meanStandardError"].numbers) < 1e-12)
    #expect(relativeError(fit.logLikelihood, expected["logLikelihood"].number) < 1e-12)
  }

  @Test func parameters() {
    #expect(Structure.allCases.map { $0.covarianceParameters(dimension: 5) } == [15, 5, 1, 2])
    #expect(Structure.allCases.map { $0.covarianceParameters(dimension: 1) } == [1, 1, 1, 1])
  }

  /// One column: all structures are the same.
  @Test func oneColumn() throws {
    let moments = Moments(decimals: Fixture.decimals("NIST_Michelso"))
    let full = try Fit(moments)
    for structure in Structure.allCases {
      let fit = try Fit(moments, structure: structure)
      #expect(fit.covariance == full.covariance && fit.logLikelihood == full.logLikelihood)
      #expect(relativeError(fit.covarianceStandardError, full.covarianceStandardError) < 1e-15)
      #expect(fit.varianceInterval(0) == full.varianceInterval(0))
      #expect(fit.condition.raw == 1 && fit.condition.scaled == 1)
    }
  }

  /// Property: loglik(spherical) <= loglik(diag) <= loglik(full), loglik(spherical) <= loglik(cs) <= loglik(full).
  @Test(arguments: 1...20) func nested(seed: UInt64) throws {
    let moments = Moments(rows: randomRows(12, 4, seed: seed))
    func value(_ structure: Structure) throws -> Double { try Fit(moments, structure: structure).logLikelihood }
    let (full, diagonal, spherical, compound) =
      (try value(.full), try value(.diagonal), try value(.spherical), try value(.compoundSymmetry))
    #expect(spherical <= diagonal && diagonal <= full && spherical <= compound && compound <= full)
  }
}
