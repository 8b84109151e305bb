// What the Hessian says of a point, and that a search which flies off is not taken for one that has arrived.
import Testing

@testable import MatDeriv

@Suite struct DefinitenessTests {
  private func objective(_ text: String) throws -> Objective { try Objective(Program(text), wrt: ["a", "b"]) }

  /// Hessians diag(2, 2), diag(2, 0), diag(2, -2), by hand.
  @Test func isThatOfTheHessian() throws {
    #expect(try objective("a^2 + b^2").definiteness(at: [0, 0]) == .definite)
    #expect(try objective("a^2 + b").definiteness(at: [0, 0]) == .singular)
    #expect(try objective("(a + b)^2").definiteness(at: [0, 0]) == .singular)
    #expect(try objective("a^2/10^12 + 10^12*b^2").definiteness(at: [0, 0]) == .definite, "units do not matter")
    #expect(try objective("a^2 - b^2").definiteness(at: [0, 0]) == .indefinite(smallest: -2))
  }

  /// The value grows faster than the gradient, whose size relative to the value falls below every tolerance.
  @Test func divergenceIsNoConvergence() throws {
    let result = try minimize(
      objective("(a - 1)^2 + 100*(b - a^2)^2"), from: [-1.2, 1], by: GradientDescent(rate: 1e-2))
    #expect(!result.converged, "\(result.reason) at \(result.value)")
    #expect(result.value > 24.2)
  }

  /// A quadratic falls by all that it is above its minimum, whatever the units; where there is no minimum there is no answer.
  @Test func aQuadraticFallsToItsMinimum() throws {
    let hessian: Matrix<Double> = [[2, 1], [1, 4]]
    // g'*inv(H)*g/2 with inv(H) = [4 -1; -1 2]/7 and g = (3, 5).
    #expect(abs(ScaledHessian(hessian)!.remainingDecrease(gradient: [3, 5])! - 4) <= 1e-15)
    let scaled: Matrix<Double> = [[2e12, 1], [1, 4e-12]]
    #expect(abs(ScaledHessian(scaled)!.remainingDecrease(gradient: [3e6, 5e-6])! - 4) <= 1e-14)
    #expect(ScaledHessian([[1, 2], [2, 1]])!.remainingDecrease(gradient: [1, 1]) == nil)
    #expect(ScaledHessian([[1, .nan], [.nan, 1]]) == nil)
  }
}
