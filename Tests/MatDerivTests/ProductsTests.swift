import MatDeriv
import Testing

@Suite struct ProductsTests {
  @Test func everyCombinationAgreesWithTheDefinition() {
    agrees(Double.self)
    agrees(Float.self)
  }

  /// Rounding of a sum of k products of numbers up to 1: at most k rounding units times k.
  private func agrees<E: Scalar>(_: E.Type) {
    for (m, k, n) in [(1, 1, 1), (3, 4, 5), (1, 4, 5), (3, 4, 1), (3, 1, 5), (33, 65, 17), (2, 40, 2)] {
      let (a, b) = (Matrix<E>.random(m, k, seed: 1), Matrix<E>.random(k, n, seed: 2))
      let (at, bt) = (Matrix(a.transposed), Matrix(b.transposed))
      let expected = a.naiveProduct(b)
      let tolerance = E(k * k) * .ulpOfOne
      for product in [a * b, at.transposed * b, a * bt.transposed, at.transposed * bt.transposed] {
        #expect(product.rows == m && product.columns == n)
        #expect((product - expected).norm(.maximum) <= tolerance)
      }
      let x = b.column(0)
      for y in [a * x, at.transposed * x] {
        #expect((Matrix(column: y) - Matrix(column: expected.column(0))).norm(.maximum) <= tolerance)
      }
    }
  }

  @Test func integersAreExact() {
    let a: Matrix<Double> = [[1, 2], [3, 4], [5, 6]]
    let b: Matrix<Double> = [[1, 0, -1], [2, 1, 0]]
    #expect(a * b == [[5, 2, -1], [11, 4, -3], [17, 6, -5]])
    #expect(a.transposed * a == [[35, 44], [44, 56]])
    #expect(a * a.transposed == [[5, 11, 17], [11, 25, 39], [17, 39, 61]])
    #expect(a * [1, -1] == [-1, -1, -1])
    #expect(a.transposed * [1, 1, 1] == [9, 12])
  }

  @Test func aMatrixTimesItsTransposeIsExactlySymmetric() {
    symmetric(Double.self)
    symmetric(Float.self)
  }

  private func symmetric<E: Scalar>(_: E.Type) {
    for (m, n) in [(100, 7), (7, 100), (65, 65), (2, 1), (1, 2)] {
      let a = Matrix<E>.random(m, n, seed: 3)
      let (inner, outer) = (a.transposed * a, a * a.transposed)
      #expect(inner == Matrix(inner.transposed))
      #expect(outer == Matrix(outer.transposed))
      // The same product where the operands are two matrices, hence by gemm.
      #expect(inner.relativeError(to: a.transposed * a.elsewhere) <= E(m) * .ulpOfOne)
      #expect(outer.relativeError(to: a * a.elsewhere.transposed) <= E(n) * .ulpOfOne)
    }
  }

  @Test func emptyProductsAreZero() {
    let tall = Matrix<Double>(rows: 3, columns: 0, repeating: 1)
    let wide = Matrix<Double>(rows: 0, columns: 2, repeating: 1)
    #expect(tall * wide == Matrix(rows: 3, columns: 2, repeating: 0))
    #expect(tall * tall.transposed == Matrix(rows: 3, columns: 3, repeating: 0))
    #expect((tall.transposed * tall).count == 0)
    #expect((wide * Matrix(rows: 2, columns: 4, repeating: 1)).columns == 4)
    #expect(tall * [] == [0, 0, 0])
    #expect(wide * [1, 2] == [])
  }

  @Test func undefinedEntriesAreSeen() {
    let a: Matrix<Double> = [[.nan, 1], [1, 1]]
    let zero = Matrix<Double>(rows: 2, columns: 2, repeating: 0)
    #expect((a * zero)[0, 0].isNaN)
  }

  @Test func wrongShapesTrap() async {
    let matrices = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, repeating: 0) * Matrix<Double>(rows: 4, columns: 5, repeating: 0)
    }
    #expect(lastWords(matrices).contains("a 2 x 3 matrix cannot be multiplied by a 4 x 5 matrix"))
    let transposed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, repeating: 0).transposed * [1, 2, 3]
    }
    #expect(lastWords(transposed).contains("a 3 x 2 matrix cannot be multiplied by a 3 x 1 matrix"))
  }
}
