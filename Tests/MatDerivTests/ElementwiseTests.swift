import MatDeriv
import Testing

@Suite struct ElementwiseTests {
  let a: Matrix<Double> = [[1, 2], [3, 4]]
  let b: Matrix<Double> = [[10, 20], [30, 40]]

  @Test func arithmetic() {
    #expect(a + b == [[11, 22], [33, 44]])
    #expect(b - a == [[9, 18], [27, 36]])
    #expect(-a == [[-1, -2], [-3, -4]])
    #expect(2 * a == [[2, 4], [6, 8]])
    #expect(a * 2 == 2 * a)
    #expect(b / 10 == a)
    var c = a
    c += b
    c -= a
    c *= 0.1
    #expect(c == a)
  }

  @Test func mapAndZip() throws {
    #expect(a.map { $0 * $0 } == [[1, 4], [9, 16]])
    #expect(a.zip(b) { $0 * $1 } == [[10, 40], [90, 160]])
    #expect(a.map { Float($0) } == [[1, 2], [3, 4]] as Matrix<Float>)
    #expect(Matrix<Float>(a) == [[1, 2], [3, 4]])
    #expect(Matrix<Double>([[0.1]] as Matrix<Float>)[0, 0] == Double(Float(0.1)))
    #expect(throws: LinearAlgebraError.singular(pivot: 1, of: 1)) {
      try a.map { _ -> Double in throw LinearAlgebraError.singular(pivot: 1, of: 1) }
    }
  }

  @Test func emptyMatrices() {
    let empty = Matrix<Double>(rows: 0, columns: 3, repeating: 1)
    #expect(empty + empty == empty && 2 * empty == empty && empty.map { $0 + 1 } == empty)
  }

  @Test func differentShapesTrap() async {
    let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, repeating: 0) + Matrix<Double>(rows: 3, columns: 2, repeating: 0)
    }
    #expect(lastWords(sum).contains("a 2 x 3 and a 3 x 2 matrix cannot be combined entry by entry"))
  }
}
