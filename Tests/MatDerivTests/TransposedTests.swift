import MatDeriv
import Testing

@Suite struct TransposedTests {
  @Test func readsByRows() {
    let a: Matrix<Double> = [[1, 2, 3], [4, 5, 6]]
    let t = a.transposed
    #expect(t.rows == 3 && t.columns == 2)
    #expect(t[2, 0] == 3 && t[0, 1] == 4)
    #expect(Matrix(t) == [[1, 4], [2, 5], [3, 6]])
    #expect(t.transposed == a)
  }

  @Test(arguments: [(0, 3), (1, 1), (1, 70), (31, 33), (64, 32), (100, 65)])
  func carriedOutByTiles(rows: Int, columns: Int) {
    let a = Matrix<Double>.random(rows, columns, seed: 5)
    #expect(Matrix(a.transposed) == Matrix(rows: columns, columns: rows) { a[$1, $0] })
    let b = Matrix<Float>(a)
    #expect(Matrix(b.transposed) == Matrix(rows: columns, columns: rows) { b[$1, $0] })
  }

  @Test func sumsAndDifferences() {
    let a: Matrix<Double> = [[1, 2], [3, 4]]
    #expect(a + a.transposed == [[2, 5], [5, 8]])
    #expect(a.transposed + a == a + a.transposed)
    #expect(a - a.transposed == [[0, -1], [1, 0]])
    #expect(a.transposed - a == [[0, 1], [-1, 0]])
  }
}
