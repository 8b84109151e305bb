// From planned steps to calls as plain numbers: which routine, which arrays, which sizes and factors.

extension Schedule {
  mutating func emit(_ block: PlannedStep) {
    switch block.work {
    case .routine:
      emit(cell: block.cells[0])
      if block.cells.count == 2 { join(block.cells) }
    case .pass(let pass): emit(pass, PlanStep(routine: .map))
    case .panel(let product, let pass, let transposed): emit(panel: product, pass, transposed)
    case .copy(let output): emit(copyTo: output)
    }
  }

  private mutating func emit(copyTo output: Int) {
    let target = targets[output]
    var step = PlanStep(routine: target.ref.transposed && target.rows > 1 && target.columns > 1 ? .transpose : .copy)
    step.a = place(target.ref.cell)
    step.c = Int32(slot(.output(output)))
    step.m = Int32(cells[target.ref.cell].rows)
    step.n = Int32(cells[target.ref.cell].columns)
    step.cell = Int32(target.ref.cell)
    steps.append(step)
  }

  private mutating func emit(_ pass: FusedPass, _ plain: PlanStep) {
    var step = plain
    step.index = Int32(passes.count)
    step.m = Int32(pass.rows)
    step.n = Int32(pass.columns)
    step.cell = Int32(pass.cells[pass.cells.count - 1])
    passes.append(pass)
    steps.append(step)
  }

  private mutating func emit(panel first: Int, _ pass: FusedPass, _ last: Int) {
    guard case .product(let product) = cells[first].operation, case .product(let transposed) = cells[last].operation
    else { fatalError("a panel begins and ends with products") }
    var step = PlanStep(routine: .panel)
    step.a = place(product.left.cell)
    step.b = place(product.right.cell)
    step.c = place(first)
    step.d = place(last)
    step.vector = place(transposed.right.cell)
    step.k = Int32(cells[product.left.cell].columns)
    step.alpha = product.alpha
    step.beta = transposed.alpha
    emit(pass, step)
  }

  /// Two cells are one step: softmax and logsumexp of one array, or A*x and A'*w.
  private mutating func join(_ pair: [Int]) {
    let last = steps.count - 1
    guard case .product(let one) = cells[pair[0]].operation, case .product(let other) = cells[pair[1]].operation else {
      for cell in pair {
        if case .softmax = cells[cell].operation { steps[last].c = place(cell) } else { steps[last].d = place(cell) }
      }
      return
    }
    let (straight, turned) = one.left.transposed ? (other, one) : (one, other)
    let (y, z) = one.left.transposed ? (pair[1], pair[0]) : (pair[0], pair[1])
    var step = PlanStep(
      routine: .gemvBoth, a: place(one.left.cell), b: place(straight.right.cell), c: place(y), d: place(z))
    step.vector = place(turned.right.cell)
    step.m = Int32(cells[one.left.cell].rows)
    step.n = Int32(cells[one.left.cell].columns)
    step.alpha = straight.alpha
    step.beta = turned.alpha
    step.cell = Int32(pair[0])
    steps[last] = step
  }

  private mutating func emit(cell: Int) {
    let own = cells[cell]
    var step = PlanStep(routine: .copy, c: place(cell), m: Int32(own.rows), n: Int32(own.columns), cell: Int32(cell))
    switch own.operation {
    case .input, .constant, .map, .reduce, .reshape: return
    case .product(let product):
      if let onto = product.onto, storage(onto) != storage(cell) {
        // The sum so far is prepared once and kept: added to is a copy.
        steps.append(PlanStep(routine: .copy, a: place(onto), c: place(cell), m: step.m, n: step.n, cell: step.cell))
      }
      step = self.product(product, step)
    case .gram(let gram): step = self.gram(gram, step)
    case .factor(let method, let ref):
      step.a = place(ref.cell)
      switch method {
      case .cholesky: step.routine = .potrf
      case .lu:
        step.routine = .getrf
        pivotOffset[cell] = pivots
        step.d = Int32(pivots)
        pivots += own.rows
      case .lower, .upper: step.routine = .copy
      }
    case .solve(let factor, let transposed, let right):
      step.a = place(factor)
      step.b = place(right.cell)
      step.transposesA = transposed
      step.transposesB = right.transposed && own.rows > 1 && own.columns > 1
      (step.routine, step.d) = solving(factor)
      step.index = isLowerFactor(factor) ? 1 : 0
    case .inverse(let factor):
      step.a = place(factor)
      step.routine = .potri
      if case .factor(let method, _) = cells[factor].operation, method != .cholesky { step.routine = .getri }
      step.d = Int32(pivotOffset[factor] ?? -1)
      step.index = isTriangularFactor(factor) ? (isLowerFactor(factor) ? 1 : 0) : -1
    case .logDeterminant(let factor):
      step.a = place(factor)
      step.k = Int32(cells[factor].rows)
      step.routine =
        isCholesky(factor)
        ? .logDeterminantCholesky : isTriangularFactor(factor) ? .logDeterminantTriangle : .logDeterminantLU
    case .determinant(let factor):
      step.a = place(factor)
      step.k = Int32(cells[factor].rows)
      step.d = Int32(pivotOffset[factor] ?? -1)
      step.routine =
        isCholesky(factor) ? .determinantCholesky : isTriangularFactor(factor) ? .determinantTriangle : .determinantLU
    case .softmax(let x):
      step.routine = .softmax
      step.a = place(x)
      step.d = -1
    case .logSumExp(let x):
      step.routine = .softmax
      step.a = place(x)
      step.d = step.c
      step.c = -1
      step.m = Int32(cells[x].rows)
      step.n = Int32(cells[x].columns)
    case .copy(let ref):
      step.routine = ref.transposed ? .transpose : .copy
      step.a = place(ref.cell)
      step.m = Int32(cells[ref.cell].rows)
      step.n = Int32(cells[ref.cell].columns)
    case .diagonal(let v):
      step.routine = .diagonal
      step.a = place(v)
    case .diagonalOf(let x):
      step.routine = .diagonalOf
      step.a = place(x)
    case .addTransposed(let x):
      step.routine = .addTransposed
      step.a = place(x)
    case .triangle(let x, let isLower):
      step.routine = isLower ? .lowerTriangle : .upperTriangle
      step.a = place(x)
    case .kronecker(let a, let b), .khatri(let a, let b):
      step.routine = if case .kronecker = own.operation { .kron } else { .khatri }
      step.index = Int32(generics.count)
      generics.append((Node(index: -1), [a, b]))
      step.a = place(a.cell)
      step.b = place(b.cell)
    case .traceProduct(let x, let y):
      step.routine = .traceProduct
      step.a = place(x)
      step.b = place(y)
      step.m = Int32(cells[x].rows)
      step.n = Int32(cells[x].columns)
    case .generic(let node, let refs):
      step.routine = .generic
      step.index = Int32(generics.count)
      generics.append((node, refs))
    }
    steps.append(step)
  }

  private mutating func product(_ product: ProductCell, _ plain: PlanStep) -> PlanStep {
    var step = plain
    let (a, b) = (product.left, product.right)
    step.a = place(a.cell)
    step.b = place(b.cell)
    step.transposesA = a.transposed
    step.transposesB = b.transposed
    step.k = Int32(a.transposed ? cells[a.cell].rows : cells[a.cell].columns)
    step.alpha = product.alpha
    if let factor = product.factor { step.factor = place(factor) }
    step.beta = product.onto == nil ? 0 : 1
    if step.n == 1 {
      step.routine = .gemv
    } else if a == b.flipped, step.m > 1 {
      step.routine = .syrk
    } else if let triangle = product.triangle, product.onto == nil, Swift.min(step.m, step.n) >= 32 {
      step.routine = .trmm
      step.index = (triangle.isLower ? 1 : 0) + (triangle.isRight ? 2 : 0)
    } else {
      step.routine = product.isSymmetric && product.onto == nil && step.m >= 32 ? .gemmSymmetric : .gemm
      if step.routine == .gemm { orient(&step) }
    }
    return step
  }

  private mutating func gram(_ gram: GramCell, _ plain: PlanStep) -> PlanStep {
    var step = plain
    step.routine = .gram
    step.a = place(gram.matrix.cell)
    step.b = place(gram.weights)
    step.transposesA = gram.matrix.transposed
    step.k = Int32(cells[gram.weights].count)
    step.index = gram.areNonnegative ? 1 : 0
    step.alpha = gram.alpha
    scratch = Swift.max(scratch, gramBlock(step) * (Int(step.m) + 1))
    return step
  }

  /// BLAS is slow with a wide result where the right factor is transposed; the transposed product has a tall one.
  private mutating func orient(_ step: inout PlanStep) {
    cut(&step)
    step.isTurned = step.transposesB && step.beta == 0 && step.m >= 32 && step.n >= 2 * step.m && step.k >= 128
    if step.isTurned { scratch = Swift.max(scratch, Int(step.m) * Int(step.n)) }
  }

  /// Two parts are worth a thread's while from some million operations on; every part packs its factors anew, so there are few.
  private func cut(_ step: inout PlanStep) {
    let flops = 2 * Double(step.m) * Double(step.n) * Double(step.k)
    step.cutsRows = step.m > step.n
    let extent = Int(Swift.max(step.m, step.n))
    step.parts = flops < 8e6 || extent < 64 ? 1 : flops < 2e8 || extent < 256 ? 2 : 4
  }

  private func isCholesky(_ factor: Int) -> Bool {
    if case .factor(.cholesky, _) = cells[factor].operation { true } else { false }
  }

  private func isTriangularFactor(_ factor: Int) -> Bool {
    switch cells[factor].operation {
    case .factor(.lower, _), .factor(.upper, _): true
    default: false
    }
  }

  private func isLowerFactor(_ factor: Int) -> Bool {
    if case .factor(.lower, _) = cells[factor].operation { true } else { false }
  }

  private func solving(_ factor: Int) -> (Routine, Int32) {
    if isCholesky(factor) { return (.potrs, -1) }
    if isTriangularFactor(factor) { return (.trtrs, -1) }
    return (.getrs, Int32(pivotOffset[factor]!))
  }
}

/// How many terms of a weighted sum of outer products are taken at a time: few, so that the weighted ones stay in the cache; not so few
/// that the sum of a large matrix is read too often.
func gramBlock(_ step: PlanStep) -> Int { Swift.min(Int(step.k), step.m <= 256 ? 256 : 1024) }
