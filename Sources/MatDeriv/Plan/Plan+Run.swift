// A run: the steps, one after another, on the addresses of a workspace. Nothing is allocated here but by primitives that have no routine.
internal import CKernels
internal import CLinearAlgebra
import Synchronization

extension Plan {
  /// Computes all outputs.
  ///
  /// - Parameter team: threads that share the work; the outputs have the same bits for any number of threads.
  /// **Throws**: `notPositiveDefinite`, `singular` and `domain` for the values; the outputs are then undefined.
  public func run(in workspace: Workspace<Element>, team: ThreadTeam? = nil) throws(PlanError) {
    let first = workspace.isPrepared ? preparations : 0
    guard let team, team.count > 1 else {
      for step in steps[first...] {
        if step.isDirect || step.parts == 1 && !step.isTurned {
          try runWhole(step, workspace)
        } else {
          for part in 0..<step.parts { run(step, part, workspace) }
        }
      }
      workspace.isPrepared = true
      return
    }
    let run = SharedRun(
      plan: self, first: first, workspace: workspace, barrier: Barrier(team.count), threads: team.count)
    team.run { run.work($0) }
    if let error = run.error { throw error }
    workspace.isPrepared = true
  }

  /// A step that is not cut.
  @_specialize(exported:false,where Element == Double)
  @_specialize(exported:false,where Element == Float)
  func runWhole(_ step: PlanStep, _ workspace: Workspace<Element>) throws(PlanError) {
    let at = workspace.addresses
    let blas = Element.routines.blas
    let (m, n, k) = (step.m, step.n, step.k)
    switch step.routine {
    case .map: runPass(Int(step.index), workspace)
    case .gemv:
      let rows = step.transposesA ? k : m
      blas.gemv(
        CblasColMajor, step.transposesA ? CblasTrans : CblasNoTrans, rows, step.transposesA ? m : k, alpha(step, at),
        at[Int(step.a)], Swift.max(1, rows), at[Int(step.b)], 1, Element(step.beta), at[Int(step.c)], 1)
    case .gemm where step.isDirect:
      Element.multiplyDirectly(
        Int(m), Int(n), Int(k), alpha(step, at), at[Int(step.a)], Int(m), at[Int(step.b)],
        Int(step.transposesB ? n : k),
        transposed: step.transposesB, at[Int(step.c)], Int(m))
    case .gemm:
      blas.gemm(
        CblasColMajor, step.transposesA ? CblasTrans : CblasNoTrans, step.transposesB ? CblasTrans : CblasNoTrans, m, n,
        k,
        alpha(step, at), at[Int(step.a)], step.transposesA ? k : m, at[Int(step.b)], step.transposesB ? n : k,
        Element(step.beta), at[Int(step.c)], m)
    case .syrk:
      blas.syrk(
        CblasColMajor, CblasLower, step.transposesA ? CblasTrans : CblasNoTrans, m, k, alpha(step, at), at[Int(step.a)],
        step.transposesA ? k : m, Element(step.beta), at[Int(step.c)], m)
      Element.mirrorLower(at[Int(step.c)], Int(m))
    case .gemmSymmetric: multiplySymmetric(step, at)
    case .trmm: multiplyTriangular(step, at)
    case .gemvBoth: multiplyBoth(step, at)
    case .panel: runPanel(step, workspace)
    case .gram: runGram(step, workspace)
    default: try runOther(step, workspace)
    }
  }

  /// One part of a step that is cut: columns or rows of a product, so many of each as the shapes alone decide.
  @_specialize(exported:false,where Element == Double)
  @_specialize(exported:false,where Element == Float)
  func run(_ step: PlanStep, _ part: Int, _ workspace: Workspace<Element>) {
    let at = workspace.addresses
    let (m, n, k) = (Int(step.m), Int(step.n), Int(step.k))
    let extent = step.cutsRows ? m : n
    var width = ((extent + step.parts - 1) / step.parts + 15) / 16 * 16
    if step.isDirect { width = (extent / 16 + step.parts - 1) / step.parts * 16 }
    let first = part * width
    // What is left behind the sixteens goes with the last of them: the kernel wants sixteen rows.
    let isLast = step.isDirect && extent - first - width < 16
    let count = isLast ? extent - first : Swift.min(width, extent - first)
    if count <= 0 || step.isDirect && count < 16 { return }
    let (a, b, c) = (at[Int(step.a)], at[Int(step.b)], at[Int(step.c)])
    let (rowOffset, columnOffset) = step.cutsRows ? (first, 0) : (0, first)
    if step.isDirect {
      Element.multiplyDirectly(
        step.cutsRows ? count : m, step.cutsRows ? n : count, k, alpha(step, at), a + rowOffset, m,
        b + (step.transposesB ? columnOffset : columnOffset * k), step.transposesB ? n : k,
        transposed: step.transposesB, c + columnOffset * m + rowOffset, m)
      return
    }
    // In single precision there is nothing to be gained.
    if step.isTurned, Element.self == Double.self {
      let turned = workspace.scratch + first * m
      Element.routines.blas.gemm(
        CblasColMajor, CblasNoTrans, step.transposesA ? CblasNoTrans : CblasTrans, Int32(count), Int32(m), Int32(k),
        alpha(step, at), b + first, Int32(n), a, Int32(step.transposesA ? k : m), 0, turned, Int32(count))
      Element.transpose(c + first * m, turned, count, m)
      return
    }
    Element.routines.blas.gemm(
      CblasColMajor, step.transposesA ? CblasTrans : CblasNoTrans, step.transposesB ? CblasTrans : CblasNoTrans,
      Int32(step.cutsRows ? count : m), Int32(step.cutsRows ? n : count), Int32(k), alpha(step, at),
      a + (step.transposesA ? rowOffset * k : rowOffset), Int32(step.transposesA ? k : m),
      b + (step.transposesB ? columnOffset : columnOffset * k), Int32(step.transposesB ? n : k), Element(step.beta),
      c + columnOffset * m + rowOffset, Int32(m))
  }

  @inline(__always)
  func alpha(_ step: PlanStep, _ at: UnsafeMutablePointer<UnsafeMutablePointer<Element>>) -> Element {
    step.factor < 0 ? Element(step.alpha) : Element(step.alpha) * at[Int(step.factor)][0]
  }

  /// Inputs and outputs of pass p stand behind those of the passes before it.
  private func runPass(_ index: Int, _ workspace: Workspace<Element>) {
    let (inputs, outputs) = (layout.firstInput[index], layout.firstOutput[index])
    Element.runProgram(
      programs.programs + index, workspace.passInputs + inputs, workspace.passOutputs + outputs, workspace.partials)
  }

  /// The same by several threads: tiles are shared, their sums are put together by the first.
  fileprivate func runPass(
    _ index: Int, _ workspace: Workspace<Element>, thread: Int, of threads: Int, _ barrier: Barrier
  ) {
    let (inputs, outputs) = (
      workspace.passInputs + layout.firstInput[index], workspace.passOutputs + layout.firstOutput[index]
    )
    let program = programs.programs + index
    let tiles = Int(sk_tile_count(program))
    if tiles == 1 {
      if thread == 0 { runPass(index, workspace) }
      return
    }
    let share = (tiles + threads - 1) / threads
    let (first, end) = (Swift.min(thread * share, tiles), Swift.min((thread + 1) * share, tiles))
    Element.runTiles(program, inputs, outputs, workspace.partials, first, end)
    barrier.meet()
    if thread == 0 { Element.finishProgram(program, outputs, workspace.partials) }
  }

  // MARK: Factorizations and rearrangements

  private func runOther(_ step: PlanStep, _ workspace: Workspace<Element>) throws(PlanError) {
    let at = workspace.addresses
    let (m, n) = (Int(step.m), Int(step.n))
    let lapack = Element.routines.lapack
    func a() -> UnsafeMutablePointer<Element> { at[Int(step.a)] }
    func b() -> UnsafeMutablePointer<Element> { at[Int(step.b)] }
    func c() -> UnsafeMutablePointer<Element> { at[Int(step.c)] }
    switch step.routine {
    case .potrf:
      c().update(from: a(), count: m * m)
      let info = lapack.potrf(Option.columnMajor, Option.lower, step.m, c(), step.m)
      guard info == 0, m == 0 || (0..<m).allSatisfy({ c()[$0 * (m + 1)].isFinite }) else {
        throw .notPositiveDefinite(name(step.cell))
      }
    case .getrf:
      c().update(from: a(), count: m * m)
      // A zero pivot makes the determinant zero; solving finds it.
      _ = lapack.getrf(Option.columnMajor, step.m, step.m, c(), step.m, workspace.pivots + Int(step.d))
    case .potri:
      c().update(from: a(), count: m * m)
      _ = lapack.potri(Option.columnMajor, Option.lower, step.m, c(), step.m)
      Element.mirrorLower(c(), m)
    case .getri: try invert(step, workspace)
    case .potrs:
      copyRight(step, at)
      if n == 1 {
        // potrs packs the factor, which takes longer than to use it for one vector.
        let blas = Element.routines.blas
        blas.trsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, step.m, a(), step.m, c(), 1)
        blas.trsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, step.m, a(), step.m, c(), 1)
        return
      }
      _ = lapack.potrs(Option.columnMajor, Option.lower, step.m, step.n, a(), step.m, c(), step.m)
    case .getrs:
      for i in 0..<m where a()[i * (m + 1)] == 0 { throw .singular(name(factorCell(step))) }
      copyRight(step, at)
      _ = lapack.getrs(
        Option.columnMajor, step.transposesA ? Option.transposed : Option.plain, step.m, step.n, a(), step.m,
        UnsafePointer(workspace.pivots + Int(step.d)), c(), step.m)
    case .trtrs:
      for i in 0..<m where a()[i * (m + 1)] == 0 { throw .singular(name(factorCell(step))) }
      copyRight(step, at)
      Element.routines.blas.trsm(
        CblasColMajor, CblasLeft, step.index == 1 ? CblasLower : CblasUpper,
        step.transposesA ? CblasTrans : CblasNoTrans, CblasNonUnit, step.m, step.n, 1, a(), step.m, c(), step.m)
    case .logDeterminantCholesky, .logDeterminantLU, .logDeterminantTriangle:
      let order = Int(step.k)
      var total = 0.0
      for i in 0..<order { total += Double(Element.log(Swift.abs(a()[i * (order + 1)]))) }
      c()[0] = Element(step.routine == .logDeterminantCholesky ? 2 * total : total)
    case .determinantCholesky, .determinantLU, .determinantTriangle:
      c()[0] = determinant(step, a(), workspace)
    case .softmax:
      let p = step.c >= 0 ? at[Int(step.c)] : nil
      let l = step.d >= 0 ? at[Int(step.d)] : nil
      Element.softmaxColumns(p, l, a(), m, n)
    case .copy: c().update(from: a(), count: m * n)
    case .transpose: Element.transpose(c(), a(), m, n)
    case .diagonal:
      c().update(repeating: 0, count: m * m)
      for i in 0..<m { c()[i * (m + 1)] = a()[i] }
    case .diagonalOf: for i in 0..<m { c()[i] = a()[i * (m + 1)] }
    case .lowerTriangle, .upperTriangle:
      for j in 0..<n {
        for i in 0..<m { c()[i + j * m] = (step.routine == .lowerTriangle ? i >= j : i <= j) ? a()[i + j * m] : 0 }
      }
    case .addTransposed: Element.addTransposed(c(), a(), m)
    case .traceProduct: c()[0] = Element.traceProduct(a(), b(), m, n)
    case .kron: kron(generics[Int(step.index)], a(), b(), c())
    case .khatri: khatri(generics[Int(step.index)], a(), b(), c())
    case .generic: try runGeneric(step, at)
    default: break
    }
  }

  private func copyRight(_ step: PlanStep, _ at: UnsafeMutablePointer<UnsafeMutablePointer<Element>>) {
    let (m, n) = (Int(step.m), Int(step.n))
    if step.transposesB {
      Element.transpose(at[Int(step.c)], at[Int(step.b)], n, m)
    } else {
      at[Int(step.c)].update(from: at[Int(step.b)], count: m * n)
    }
  }

  private func invert(_ step: PlanStep, _ workspace: Workspace<Element>) throws(PlanError) {
    let at = workspace.addresses
    let m = Int(step.m)
    let (a, c) = (at[Int(step.a)], at[Int(step.c)])
    for i in 0..<m where a[i * (m + 1)] == 0 { throw .singular(name(factorCell(step))) }
    c.update(repeating: 0, count: m * m)
    for i in 0..<m { c[i * (m + 1)] = 1 }
    if step.index >= 0 {
      Element.routines.blas.trsm(
        CblasColMajor, CblasLeft, step.index == 1 ? CblasLower : CblasUpper, CblasNoTrans, CblasNonUnit, step.m, step.m,
        1,
        a, step.m, c, step.m)
    } else {
      _ = Element.routines.lapack.getrs(
        Option.columnMajor, Option.plain, step.m, step.m, a, step.m, UnsafePointer(workspace.pivots + Int(step.d)), c,
        step.m)
    }
  }

  private func determinant(
    _ step: PlanStep, _ factor: UnsafeMutablePointer<Element>, _ workspace: Workspace<Element>
  ) -> Element {
    let order = Int(step.k)
    var result: Element = 1
    for i in 0..<order { result *= factor[i * (order + 1)] }
    if step.routine == .determinantCholesky { return result * result }
    if step.routine == .determinantLU {
      // LAPACK counts rows from one.
      for i in 0..<order where workspace.pivots[Int(step.d) + i] != Int32(i + 1) { result = -result }
    }
    return result
  }

  private func name(_ cell: Int32) -> String { names[Int(cell)] ?? "a matrix" }

  private func factorCell(_ step: PlanStep) -> Int32 {
    switch cells[Int(step.cell)].operation {
    case .solve(let factor, _, _), .inverse(let factor): Int32(factor)
    default: step.cell
    }
  }

  // MARK: Primitives

  private func kron(
    _ step: GenericStep, _ a: UnsafeMutablePointer<Element>, _ b: UnsafeMutablePointer<Element>,
    _ c: UnsafeMutablePointer<Element>
  ) {
    let (x, y) = (step.shapes[0], step.shapes[1])
    let rows = x.rows * y.rows
    for ja in 0..<x.columns {
      for jb in 0..<y.columns {
        var target = c + (ja * y.columns + jb) * rows
        for ia in 0..<x.rows {
          let factor = a[step.refs[0].transposed ? ja + ia * x.columns : ia + ja * x.rows]
          if factor == 0 {
            target.update(repeating: 0, count: y.rows)
          } else if step.refs[1].transposed {
            for ib in 0..<y.rows { target[ib] = factor * b[jb + ib * y.columns] }
          } else {
            for ib in 0..<y.rows { target[ib] = factor * b[ib + jb * y.rows] }
          }
          target += y.rows
        }
      }
    }
  }

  private func khatri(
    _ step: GenericStep, _ a: UnsafeMutablePointer<Element>, _ b: UnsafeMutablePointer<Element>,
    _ c: UnsafeMutablePointer<Element>
  ) {
    let (x, y) = (step.shapes[0], step.shapes[1])
    for j in 0..<x.columns {
      for ia in 0..<x.rows {
        let factor = a[step.refs[0].transposed ? j + ia * x.columns : ia + j * x.rows]
        let target = c + (j * x.rows + ia) * y.rows
        for ib in 0..<y.rows { target[ib] = factor * b[step.refs[1].transposed ? j + ib * y.columns : ib + j * y.rows] }
      }
    }
  }

  private func runGeneric(
    _ step: PlanStep, _ at: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  ) throws(PlanError) {
    let generic = generics[Int(step.index)]
    var arguments: [Matrix<Element>] = []
    for (ref, shape) in zip(generic.refs, generic.shapes) {
      let slot = layout.slotOfCell[ref.cell]!
      let entries = Array(UnsafeBufferPointer(start: at[slot], count: shape.rows * shape.columns))
      let isTurned = ref.transposed && shape.rows > 1 && shape.columns > 1
      let stored = Matrix(
        rows: isTurned ? shape.columns : shape.rows, columns: isTurned ? shape.rows : shape.columns,
        columnMajor: entries)
      arguments.append(isTurned ? Matrix(stored.transposed) : stored)
    }
    do throws(EvaluationError) {
      let value = try generic.primitive!.value(arguments, sizes: generic.sizes)
      value.withUnsafeBufferPointer { at[Int(step.c)].update(from: $0.baseAddress!, count: $0.count) }
    } catch { throw .domain("\(error)") }
  }
}

/// A run that several threads share. Steps that are not cut are the first thread's; all meet behind every step.
private final class SharedRun<Element: Scalar>: @unchecked Sendable {
  let plan: Plan<Element>
  let first: Int
  let workspace: Workspace<Element>
  let barrier: Barrier
  let threads: Int
  // Written by the first thread, read by the caller when all have ended.
  private(set) var error: PlanError?
  /// The step that failed.
  private let failed = Atomic<Int>(.max)

  init(plan: Plan<Element>, first: Int, workspace: Workspace<Element>, barrier: Barrier, threads: Int) {
    self.plan = plan
    self.first = first
    self.workspace = workspace
    self.barrier = barrier
    self.threads = threads
  }

  func work(_ number: Int) {
    for (index, step) in plan.steps.enumerated().dropFirst(first) {
      if step.routine == .map {
        plan.runPass(Int(step.index), workspace, thread: number, of: threads, barrier)
      } else if step.parts > 1 || step.isTurned {
        for part in stride(from: number, to: step.parts, by: threads) { plan.run(step, part, workspace) }
      } else if number == 0 {
        do throws(PlanError) { try plan.runWhole(step, workspace) } catch {
          self.error = error
          failed.store(index, ordering: .releasing)
        }
      }
      barrier.meet()
      // The first thread may be a step ahead already: only what failed up to here is known to all.
      if failed.load(ordering: .acquiring) <= index { return }
    }
  }
}

/// A step by a primitive's own value, or a Kronecker product: what it reads, in which orientation.
struct GenericStep: Sendable {
  var primitive: (any Primitive)?
  var refs: [Ref]
  /// Rows and columns of the arguments as they are used.
  var shapes: [(rows: Int, columns: Int)] = []
  var sizes: [String: Int]

  init(_ node: Node, _ refs: [Ref], _ graph: Graph, _ cells: [Cell], _ sizes: [String: Int]) {
    self.refs = refs
    self.sizes = sizes
    if node.index >= 0, case .apply(let index, let arguments) = graph.operation(node) {
      primitive = graph.primitives[Int(index)]
      shapes = arguments.map { argument in
        let shape = graph.shape(argument)
        return (shape.rows.value(sizes)!, shape.columns.value(sizes)!)
      }
    } else {
      shapes = refs.map { ref in
        let (m, n) = (cells[ref.cell].rows, cells[ref.cell].columns)
        return ref.transposed ? (n, m) : (m, n)
      }
    }
  }
}
