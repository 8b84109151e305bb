import MatDeriv
import Testing

@Suite struct MatrixConstructionTests {
  @Test func rowsAndLiterals() {
    let a: Matrix<Double> = [[1, 2, 3], [4, 5, 6]]
    #expect(a == Matrix(rowArrays: [[1, 2, 3], [4, 5, 6]]))
    #expect(a.rows == 2 && a.columns == 3)
    #expect(a.row(1) == [4, 5, 6])
    #expect(a.column(1) == [2, 5])
    #expect(a.rowArrays == [[1, 2, 3], [4, 5, 6]])
    let empty: Matrix<Float> = []
    #expect(empty.rows == 0 && empty.columns == 0)
    #expect(Matrix<Double>(rowArrays: [[], []]).rows == 2)
  }

  @Test func specialMatrices() {
    #expect(Matrix<Double>.identity(2) == [[1, 0], [0, 1]])
    #expect(Matrix<Double>.diagonal([1, 2, 3]) == [[1, 0, 0], [0, 2, 0], [0, 0, 3]])
    #expect(Matrix<Double>(column: [1, 2]) == [[1], [2]])
    #expect(Matrix<Double>.identity(0).isEmpty)
  }

  @Test func text() {
    let a: Matrix<Double> = [[1, 0.1], [-2, 1e300]]
    #expect("\(a)" == "[[1.0, 0.1],\n [-2.0, 1e+300]]")
    #expect("\(Matrix<Double>(rows: 0, columns: 3, repeating: 0))" == "0 x 3 matrix")
  }

  @Test func raggedRowsTrap() async {
    let ragged = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rowArrays: [[1, 2], [3]])
    }
    #expect(lastWords(ragged).contains("row 1 has 1 entries; row 0 has 2"))
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>.identity(2).row(2)
    }
    #expect(lastWords(row).contains("row 2 is outside a 2 x 2 matrix"))
  }
}
