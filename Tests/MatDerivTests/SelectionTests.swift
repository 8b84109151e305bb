import MatDeriv
import Testing

@Suite struct SelectionTests {
  let a = Matrix<Double>(rows: 3, columns: 4) { i, j in Double(10 * i + j) }

  @Test func listsAndRanges() {
    #expect(a[rows: [2, 0], columns: [3, 1, 1]] == [[23, 21, 21], [3, 1, 1]])
    #expect(a[rows: 1..<3, columns: [0]] == [[10], [20]])
    #expect(a[rows: [1]] == [[10, 11, 12, 13]])
    #expect(a[columns: [0, 3]] == [[0, 3], [10, 13], [20, 23]])
    #expect(a[rows: [], columns: 0..<4].columns == 4)
    #expect(a[rows: (0..<3).reversed(), columns: [0]] == [[20], [10], [0]])
  }

  @Test func outsideTraps() async {
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 3, columns: 4, repeating: 0)[rows: [0, 3], columns: [0]]
    }
    #expect(lastWords(row).contains("row 3 is outside a 3 x 4 matrix"))
    let column = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 3, columns: 4, repeating: 0)[columns: [-1]]
    }
    #expect(lastWords(column).contains("column -1 is outside a 3 x 4 matrix"))
  }
}
