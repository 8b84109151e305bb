import MatDeriv
import Testing

@Suite struct ViewsTests {
  let a = Matrix<Double>(rows: 4, columns: 5) { i, j in Double(10 * i + j) }

  @Test func blocksAreReadInPlace() {
    let base = a.withUnsafeBufferPointer { $0.baseAddress! }
    a.withBlock(rows: 1..<3, columns: 2..<5) { block in
      #expect(block.rows == 2 && block.columns == 3 && block.stride == 4)
      #expect(block[0, 0] == 12 && block[1, 2] == 24)
      #expect(block.withColumn(1) { Array($0) } == [13, 23])
      #expect(block.withColumn(0) { $0.baseAddress! } == base + 9)  // (1, 2) stands at 1 + 2 * 4
      #expect(Matrix(block) == [[12, 13, 14], [22, 23, 24]])
    }
    #expect(a.withColumn(3) { Array($0) } == [3, 13, 23, 33])
    #expect(a.withColumn(3) { $0.baseAddress! } == base + 12)
  }

  @Test func blocksAreFactorsOfProducts() {
    let b = Matrix<Double>.random(3, 2, seed: 7)
    let block = a[rows: 1..<3, columns: 2..<5]
    let product = a.withBlock(rows: 1..<3, columns: 2..<5) { $0 * b }
    #expect(product.relativeError(to: block.naiveProduct(b)) <= 4e-16)
    let left = Matrix<Double>.random(3, 2, seed: 8)
    #expect(a.withBlock(rows: 1..<3, columns: 2..<5) { left * $0 }.relativeError(to: left.naiveProduct(block)) <= 4e-16)
    #expect(a.withBlock(rows: 1..<3, columns: 2..<5) { $0 * [1, 1, 1] } == [39, 69])
    // A single row of a block is not contiguous.
    #expect(a.withBlock(rows: 1..<2, columns: 0..<5) { $0 * Matrix.identity(5) } == [[10, 11, 12, 13, 14]])
    #expect(a.withBlock(rows: 1..<2, columns: 0..<5) { [[1], [2]] * $0 }.row(1) == [20, 22, 24, 26, 28])
    #expect(a.withBlock(rows: 1..<3, columns: 2..<2) { Matrix(rows: 4, columns: 2, repeating: 1) * $0 }.columns == 0)
  }

  @Test func blocksAreChangedInPlace() {
    var b = a
    b.withMutableBlock(rows: 1..<3, columns: 1..<3) { block in
      block.assign([[1, 2], [3, 4]])
      block[1, 1] += 0.5
      block.withMutableColumn(0) { $0[0] = -1 }
    }
    b.withMutableColumn(4) { $0[3] = 99 }
    #expect(b == [[0, 1, 2, 3, 4], [10, -1, 2, 13, 14], [20, 3, 4.5, 23, 24], [30, 31, 32, 33, 99]])
    #expect(a[1, 1] == 11)  // the copy that was not changed
  }

  @Test func emptyBlocks() {
    let empty = Matrix<Double>(rows: 0, columns: 0, repeating: 0)
    #expect(empty.withBlock(rows: 0..<0, columns: 0..<0) { Matrix($0) } == empty)
    #expect(a.withBlock(rows: 4..<4, columns: 5..<5) { $0.rows } == 0)
    #expect(Matrix<Double>(rows: 0, columns: 2, repeating: 0).withColumn(1) { $0.count } == 0)
  }

  @Test func outsideTraps() async {
    let block = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Matrix<Double>(rows: 2, columns: 3, repeating: 0).withBlock(rows: 0..<3, columns: 0..<1) { _ in }
    }
    #expect(lastWords(block).contains("rows 0..<3 and columns 0..<1 are not inside a 2 x 3 matrix"))
    let entry = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Matrix<Double>(rows: 2, columns: 3, repeating: 0).withBlock(rows: 0..<1, columns: 0..<2) { _ = $0[1, 0] }
    }
    #expect(lastWords(entry).contains("entry [1, 0] is outside a 1 x 2 matrix"))
    let assigned = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a = Matrix<Double>(rows: 2, columns: 3, repeating: 0)
      a.withMutableBlock(rows: 0..<1, columns: 0..<2) { $0.assign([[1], [2]]) }
    }
    #expect(lastWords(assigned).contains("a 2 x 1 matrix cannot be assigned to a 1 x 2 block"))
  }
}
