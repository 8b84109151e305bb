// Products that are more than one call of BLAS: symmetric ones, weighted sums of outer products, and those that read a matrix once where
// two calls would read it twice.
internal import CKernels
internal import CLinearAlgebra

extension Plan {
  typealias Address = UnsafeMutablePointer<Element>

  /// C = alpha*op(A)*op(B), one of which is triangular: the other is copied and multiplied in place.
  func multiplyTriangular(_ step: PlanStep, _ at: UnsafeMutablePointer<Address>) {
    let (m, n) = (Int(step.m), Int(step.n))
    let isRight = step.index & 2 != 0
    let c = at[Int(step.c)]
    let (full, isTurned) = isRight ? (step.a, step.transposesA) : (step.b, step.transposesB)
    if isTurned { Element.transpose(c, at[Int(full)], n, m) } else { c.update(from: at[Int(full)], count: m * n) }
    let (triangle, transposes) = isRight ? (step.b, step.transposesB) : (step.a, step.transposesA)
    Element.routines.blas.trmm(
      CblasColMajor, isRight ? CblasRight : CblasLeft, step.index & 1 != 0 ? CblasLower : CblasUpper,
      transposes ? CblasTrans : CblasNoTrans, CblasNonUnit, step.m, step.n, alpha(step, at), at[Int(triangle)],
      isRight ? step.n : step.m, c, step.m)
  }

  // MARK: Symmetric products

  /// C = alpha*op(A)*op(B), which is symmetric: on and below the diagonal, then the mirror image.
  func multiplySymmetric(_ step: PlanStep, _ at: UnsafeMutablePointer<Address>) {
    let (n, k) = (Int(step.m), Int(step.k))
    let product = LowerProduct<Element>(
      k: k, a: at[Int(step.a)], lda: step.transposesA ? k : n, transposesA: step.transposesA, b: at[Int(step.b)],
      ldb: step.transposesB ? n : k, transposesB: step.transposesB, alpha: alpha(step, at), beta: 0)
    product.run(into: at[Int(step.c)], ldc: n, 0, n)
    Element.mirrorLower(at[Int(step.c)], n)
  }

  /// C = alpha*op(X)*diag(w)*op(X)', block by block of the weights: the weighted block stays in the cache. Roots of weights that are not
  /// negative make it syrk, with half the flops.
  func runGram(_ step: PlanStep, _ workspace: Workspace<Element>) {
    let at = workspace.addresses
    let (n, k) = (Int(step.m), Int(step.k))
    let (x, weights, c) = (at[Int(step.a)], at[Int(step.b)], at[Int(step.c)])
    let byRows = step.transposesA
    let isRooted = step.index == 1
    let block = gramBlock(step)
    let (roots, scaled) = (workspace.scratch, workspace.scratch + block)
    for first in stride(from: 0, to: k, by: block) {
      let count = Swift.min(block, k - first)
      var factors = UnsafePointer(weights + first)
      if isRooted {
        // A weight that rounding has made negative counts as zero.
        for i in 0..<count { roots[i] = weights[first + i] < 0 ? 0 : weights[first + i].squareRoot() }
        factors = UnsafePointer(roots)
      }
      let part = byRows ? x + first : x + first * n
      if byRows {
        Element.scaleRows(scaled, count, part, k, factors, count, n)
      } else {
        Element.scaleColumns(scaled, n, part, n, factors, n, count)
      }
      let beta: Element = first == 0 ? 0 : 1
      if isRooted {
        Element.routines.blas.syrk(
          CblasColMajor, CblasLower, byRows ? CblasTrans : CblasNoTrans, Int32(n), Int32(count), Element(step.alpha),
          scaled, Int32(byRows ? count : n), beta, c, Int32(n))
      } else {
        let product = LowerProduct<Element>(
          k: count, a: part, lda: byRows ? k : n, transposesA: byRows, b: scaled, ldb: byRows ? count : n,
          transposesB: !byRows, alpha: Element(step.alpha), beta: beta)
        product.run(into: c, ldc: n, 0, n)
      }
    }
    Element.mirrorLower(c, n)
  }

  // MARK: One reading of a matrix

  /// y = alpha*A*x and z = beta*A'*w.
  func multiplyBoth(_ step: PlanStep, _ at: UnsafeMutablePointer<Address>) {
    let (m, n) = (Int(step.m), Int(step.n))
    let (y, z) = (at[Int(step.c)], at[Int(step.d)])
    y.update(repeating: 0, count: m)
    z.update(repeating: 0, count: n)
    Element.multiplyBoth(y, z, at[Int(step.a)], at[Int(step.b)], at[Int(step.vector)], m, n)
    Plan.scale(y, m, step.alpha)
    Plan.scale(z, n, step.beta)
  }

  /// y = alpha*A*x, a pass over y, z = beta*A'*w with a result w of the pass.
  func runPanel(_ step: PlanStep, _ workspace: Workspace<Element>) {
    let at = workspace.addresses
    let (m, n, pass) = (Int(step.m), Int(step.k), Int(step.index))
    let (a, y, z, w) = (at[Int(step.a)], at[Int(step.c)], at[Int(step.d)], at[Int(step.vector)])
    let (inputs, outputs) = (
      workspace.passInputs + layout.firstInput[pass], workspace.passOutputs + layout.firstOutput[pass]
    )
    let program = programs.programs + pass
    let rows = Int(sk_tile_rows(program))
    y.update(repeating: 0, count: m)
    z.update(repeating: 0, count: n)
    for tile in 0..<Int(sk_tile_count(program)) {
      let first = tile * rows
      let count = Swift.min(rows, m - first)
      Element.multiply(y + first, a + first, m, at[Int(step.b)], count, n)
      Plan.scale(y + first, count, step.alpha)
      Element.runTiles(program, inputs, outputs, workspace.partials, tile, tile + 1)
      Element.multiplyTransposed(z, a + first, m, w + first, count, n)
    }
    Element.finishProgram(program, outputs, workspace.partials)
    Plan.scale(z, n, step.beta)
  }

  private static func scale(_ x: Address, _ count: Int, _ factor: Double) {
    if factor == 1 { return }
    for i in 0..<count { x[i] *= Element(factor) }
  }
}

/// alpha*op(A)*op(B) + beta*C on and below the diagonal.
private struct LowerProduct<Element: Scalar> {
  var k: Int
  var a: UnsafeMutablePointer<Element>
  var lda: Int
  var transposesA: Bool
  var b: UnsafeMutablePointer<Element>
  var ldb: Int
  var transposesB: Bool
  var alpha: Element
  var beta: Element

  /// Rows and columns first..<first + n of C. Halves: the block below the diagonal is one large product. Small matrices go by narrow strips,
  /// for which BLAS has kernels without packing.
  func run(into c: UnsafeMutablePointer<Element>, ldc: Int, _ first: Int, _ n: Int) {
    if n <= 32 {
      multiply(c, ldc, rows: first..<(first + n), columns: first..<(first + n))
    } else if n <= 200, k <= 1024 {
      for start in stride(from: first, to: first + n, by: 16) {
        multiply(c, ldc, rows: start..<(first + n), columns: start..<Swift.min(start + 16, first + n))
      }
    } else {
      let half = (n / 2 + 15) / 16 * 16
      run(into: c, ldc: ldc, first, half)
      multiply(c, ldc, rows: (first + half)..<(first + n), columns: first..<(first + half))
      run(into: c, ldc: ldc, first + half, n - half)
    }
  }

  private func multiply(_ c: UnsafeMutablePointer<Element>, _ ldc: Int, rows: Range<Int>, columns: Range<Int>) {
    Element.routines.blas.gemm(
      CblasColMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
      Int32(rows.count), Int32(columns.count), Int32(k), alpha,
      a + (transposesA ? rows.lowerBound * lda : rows.lowerBound), Int32(lda),
      b + (transposesB ? columns.lowerBound : columns.lowerBound * ldb), Int32(ldb), beta,
      c + columns.lowerBound * ldc + rows.lowerBound, Int32(ldc))
  }
}
