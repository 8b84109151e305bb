import MatDeriv
import Testing

@Suite struct MatrixTests {
  @Test func storageIsByColumns() {
    let a = Matrix<Double>(rows: 2, columns: 3, columnMajor: [1, 2, 3, 4, 5, 6])
    #expect(a[0, 0] == 1 && a[1, 0] == 2 && a[0, 1] == 3 && a[1, 2] == 6)
    #expect(a == [[1, 3, 5], [2, 4, 6]])
    #expect(a.withUnsafeBufferPointer { Array($0) } == [1, 2, 3, 4, 5, 6])
    #expect(a.columnMajor == [1, 2, 3, 4, 5, 6])
    #expect(a.count == 6 && !a.isSquare && !a.isEmpty)
  }

  @Test func aCopyIsAValue() {
    let a = Matrix<Double>.random(3, 3, seed: 1)
    var b = a
    #expect(address(a) == address(b))
    b[1, 2] = 7
    #expect(a[1, 2] != 7 && b[1, 2] == 7)
    #expect(address(a) != address(b))
    b.withUnsafeMutableBufferPointer { $0[0] = -7 }
    #expect(a[0, 0] != -7 && b[0, 0] == -7)
  }

  @Test func aUniqueMatrixIsWrittenInPlace() {
    var a = Matrix<Float>(rows: 4, columns: 4, repeating: 1)
    let before = address(a)
    a[2, 3] = 5
    a[2, 3] += 1
    a.withUnsafeMutableBufferPointer { $0[0] = 3 }
    a.withMutableColumn(1) { $0[0] = 4 }
    a.withMutableBlock(rows: 1..<3, columns: 2..<4) { $0[0, 0] = 8 }
    #expect(address(a) == before)
    #expect(a[2, 3] == 6 && a[0, 0] == 3 && a[0, 1] == 4 && a[1, 2] == 8)
  }

  @Test func entriesFromAFunction() {
    let a = Matrix<Double>(rows: 2, columns: 3) { i, j in Double(10 * i + j) }
    #expect(a == [[0, 1, 2], [10, 11, 12]])
  }

  @Test func emptyShapes() {
    for (m, n) in [(0, 0), (3, 0), (0, 3)] {
      let a = Matrix<Double>(rows: m, columns: n, repeating: 1)
      #expect(a.isEmpty && a.rows == m && a.columns == n)
    }
    #expect(Matrix<Double>(rows: 3, columns: 0, repeating: 1) != Matrix<Double>(rows: 0, columns: 3, repeating: 1))
  }

  @Test func wrongShapesTrap() async {
    let entries = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, columnMajor: [1, 2, 3, 4, 5])
    }
    #expect(lastWords(entries).contains("a 2 x 3 matrix has 6 entries; 5 were given"))
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, repeating: 0)[2, 0]
    }
    #expect(lastWords(row).contains("entry [2, 0] is outside a 2 x 3 matrix"))
    let column = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a = Matrix<Double>(rows: 2, columns: 3, repeating: 0)
      a[0, -1] = 1
    }
    #expect(lastWords(column).contains("entry [0, -1] is outside a 2 x 3 matrix"))
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: -1, columns: 3, repeating: 0)
    }
    #expect(lastWords(negative).contains("a matrix cannot be -1 x 3"))
    let overflow = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: .max, columns: 2, repeating: 0)
    }
    #expect(lastWords(overflow).contains("a 9223372036854775807 x 2 matrix has more entries than can be counted"))
  }

  private func address<Element>(_ a: Matrix<Element>) -> UnsafePointer<Element>? {
    a.withUnsafeBufferPointer { $0.baseAddress }
  }
}
