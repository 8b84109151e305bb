// Code in other languages, run where they are installed: all reference identities and all examples of primitives must have our values.
import Foundation
import Testing

@testable import MatDeriv

@Suite struct CodeTests {
  private func check(_ interpreter: Interpreter) throws {
    for cases in [try CodeCase.identities(interpreter.language), try CodeCase.primitives(interpreter.language)] {
      for failure in try interpreter.failures(cases) { Issue.record("\(failure)") }
    }
  }

  @Test(.enabled(if: Interpreter.numpy.isInstalled, "python3 with NumPy and SciPy is not installed"))
  func numpyHasOurValues() throws { try check(.numpy) }

  @Test(.enabled(if: Interpreter.octave.isInstalled, "octave-cli is not installed"))
  func octaveHasOurValues() throws { try check(.octave) }

  @Test(.enabled(if: Interpreter.pytorch.isInstalled, "python3 with PyTorch is not installed"))
  func pytorchHasOurValues() throws { try check(.pytorch) }
}
