import MatDeriv
import Testing

@Suite struct NormsTests {
  @Test func definitions() {
    let a: Matrix<Double> = [[1, -2, 3], [-4, 5, -6]]
    #expect(a.norm(.one) == 9)
    #expect(a.norm(.infinity) == 15)
    #expect(a.norm(.maximum) == 6)
    #expect(abs(a.norm(.frobenius) - 9.5393920141694564915) <= 4e-15)  // sqrt(91)
    #expect(a.diagonal == [1, 5])
    #expect(([[1, 2], [3, 4]] as Matrix<Float>).trace == 5)
  }

  @Test func frobeniusNeitherOverflowsNorUnderflows() {
    #expect(([[3e200, 4e200]] as Matrix<Double>).norm(.frobenius) / 5e200 - 1 <= 4e-16)
    let tiny = ([[3e-200, 4e-200]] as Matrix<Double>).norm(.frobenius)
    #expect(abs(tiny / 5e-200 - 1) <= 4e-16)
    #expect(([[3e30, 4e30]] as Matrix<Float>).norm(.frobenius).isFinite)
  }

  @Test(arguments: [Norm.one, .infinity, .frobenius, .maximum])
  func undefinedEntriesAndEmptyMatrices(norm: Norm) {
    #expect(([[1, .nan], [2, 3]] as Matrix<Double>).norm(norm).isNaN)
    #expect(([[.nan, 1], [2, 3]] as Matrix<Double>).norm(norm).isNaN)
    #expect(([[1, -.infinity]] as Matrix<Double>).norm(norm) == .infinity)
    #expect(Matrix<Double>(rows: 0, columns: 3, repeating: 0).norm(norm) == 0)
    #expect(Matrix<Double>(rows: 3, columns: 0, repeating: 0).norm(norm) == 0)
  }

  @Test func traceOfARectangleTraps() async {
    let trace = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, repeating: 0).trace
    }
    #expect(lastWords(trace).contains("trace needs a square matrix; this one is 2 x 3"))
  }
}
