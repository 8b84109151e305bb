// From cells to steps: what is needed, in which order, where it is stored. Elementwise cells of one shape and one level become one pass;
// buffers are given out by last use.

/// Where an array of a plan lies.
enum Slot: Hashable, Sendable {
  case input(String)
  case constant(Int)
  case output(Int)
  /// An offset in the workspace, in elements.
  case buffer(Int)
}

/// An array that the plan returns: which cell, in which orientation.
struct Target: Sendable {
  var ref: Ref
  var rows: Int
  var columns: Int
}

/// The steps of a plan and the places of its arrays.
struct Schedule {
  private(set) var steps: [PlanStep] = []
  private(set) var passes: [FusedPass] = []
  private(set) var generics: [(node: Node, arguments: [Ref])] = []
  private(set) var slots: [Slot] = []
  /// The slot of every cell that is stored.
  private(set) var slotOfCell: [Int: Int] = [:]
  private(set) var elements = 0
  private(set) var pivots = 0

  private let cells: [Cell]
  private let targets: [Target]
  private var slotIndex: [Slot: Int] = [:]
  /// Cells that share the array of another.
  private var home: [Int: Int] = [:]
  private var pivotOffset: [Int: Int] = [:]

  init(_ cells: [Cell], _ targets: [Target]) {
    self.cells = cells
    self.targets = targets
    let order = Schedule.order(cells, targets.map(\.ref.cell))
    shareHomes(order)
    let groups = group(order)
    let claimed = claimOutputs()
    var blocks: [Block] = []
    for group in groups { blocks += block(group, claimed) }
    blocks += copiesToOutputs(claimed, blocks)
    place(blocks, claimed)
  }

  /// Some steps that stand together: their cells, what they read and write.
  private struct Block {
    var cells: [Int]
    var pass: FusedPass?
    var reads: [Int]
    var writes: [Int]
    /// A result that is only copied to its output: which one.
    var output: Int?
  }

  // MARK: Order

  /// The cells that the targets need, children first.
  private static func order(_ cells: [Cell], _ roots: [Int]) -> [Int] {
    var result: [Int] = []
    var state = [UInt8](repeating: 0, count: cells.count)
    var stack: [(cell: Int, isDone: Bool)] = roots.reversed().map { ($0, false) }
    while let (cell, isDone) = stack.popLast() {
      if isDone {
        result.append(cell)
        state[cell] = 2
      } else if state[cell] == 0 {
        state[cell] = 1
        stack.append((cell, true))
        for input in cells[cell].inputs.reversed() where state[input] == 0 { stack.append((input, false)) }
      }
    }
    return result
  }

  private mutating func shareHomes(_ order: [Int]) {
    for cell in order {
      switch cells[cell].operation {
      case .reshape(let x): home[cell] = storage(x)
      case .product(let product): if let onto = product.onto { home[cell] = storage(onto) }
      default: break
      }
    }
  }

  /// The cell whose array this one lies in.
  private func storage(_ cell: Int) -> Int { home[cell] ?? cell }

  /// The shape over which a fused cell runs.
  private func passShape(_ cell: Int) -> (Int, Int)? {
    switch cells[cell].operation {
    case .map: (cells[cell].rows, cells[cell].columns)
    case .reduce(_, let inputs): (cells[inputs[0].cell].rows, cells[inputs[0].cell].columns)
    default: nil
    }
  }

  /// Cells by level; elementwise cells of one shape and level together.
  private func group(_ order: [Int]) -> [[Int]] {
    var level: [Int: Int] = [:]
    for cell in order {
      var own = 0
      let shape = passShape(cell)
      switch cells[cell].operation {
      case .input, .constant: own = 0
      case .map(_, let inputs), .reduce(_, let inputs):
        own = 1
        for input in inputs {
          let isMap = if case .map = cells[input.cell].operation { true } else { false }
          let joins = isMap && input.spread == .full && shape! == (cells[input.cell].rows, cells[input.cell].columns)
          own = Swift.max(own, level[input.cell]! + (joins ? 0 : 1))
        }
      case .reshape(let x): own = level[x]!
      default: own = 1 + (cells[cell].inputs.map { level[$0]! }.max() ?? 0)
      }
      level[cell] = own
    }
    sink(order, &level)
    struct Key: Hashable {
      var level: Int
      var rows: Int
      var columns: Int
    }
    var groups: [(level: Int, cells: [Int])] = []
    var places: [Key: Int] = [:]
    var softmaxes: [Int: Int] = [:]
    for cell in order {
      switch cells[cell].operation {
      case .input, .constant, .reshape: continue
      case .logSumExp(let x):
        // One pass gives softmax and logsumexp.
        if let place = softmaxes[x] {
          groups[place].cells.append(cell)
          continue
        }
        softmaxes[x] = groups.count
      case .softmax(let x):
        if let place = softmaxes[x] {
          groups[place].cells.append(cell)
          continue
        }
        softmaxes[x] = groups.count
      default: break
      }
      if let shape = passShape(cell) {
        let key = Key(level: level[cell]!, rows: shape.0, columns: shape.1)
        if let place = places[key] {
          groups[place].cells.append(cell)
          continue
        }
        places[key] = groups.count
      }
      groups.append((level[cell]!, [cell]))
    }
    return groups.enumerated().sorted { ($0.element.level, $0.offset) < ($1.element.level, $1.offset) }.map(
      \.element.cells)
  }

  /// Elementwise cells move to the pass that needs them, if what they read is stored in any case: computing is cheaper than
  /// storing.
  private func sink(_ order: [Int], _ level: inout [Int: Int]) {
    var consumers: [Int: [Int]] = [:]
    for cell in order { for input in Set(cells[cell].inputs) { consumers[input, default: []].append(cell) } }
    let roots = Set(targets.map(\.ref.cell))
    func isStored(_ cell: Int) -> Bool {
      guard case .map = cells[cell].operation, !roots.contains(cell) else { return true }
      return (consumers[cell] ?? []).contains { level[$0]! > level[cell]! || passShape($0) == nil }
    }
    for cell in order.reversed() {
      guard case .map(_, let inputs) = cells[cell].operation, !roots.contains(cell), let users = consumers[cell] else {
        continue
      }
      let shape = (cells[cell].rows, cells[cell].columns)
      let areFused = users.allSatisfy { user in
        guard let other = passShape(user), other == shape else { return false }
        return operands(user).allSatisfy { $0.cell != cell || $0.spread == .full }
      }
      guard areFused, let next = users.map({ level[$0]! }).min(), next > level[cell]!,
        users.allSatisfy({ level[$0]! == next }),
        inputs.allSatisfy({ isStored($0.cell) })
      else { continue }
      level[cell] = next
    }
  }

  private func operands(_ cell: Int) -> [MapInput] {
    switch cells[cell].operation {
    case .map(_, let inputs), .reduce(_, let inputs): inputs
    default: []
    }
  }

  // MARK: Blocks

  private func block(_ group: [Int], _ claimed: [Int: Int]) -> [Block] {
    guard let (rows, columns) = passShape(group[0]) else {
      let cell = group[0]
      return [Block(cells: group, pass: nil, reads: cells[cell].inputs, writes: group)]
    }
    let own = Set(group)
    var needed = Set(targets.map(\.ref.cell))
    for (other, cell) in cells.enumerated() where !own.contains(other) { needed.formUnion(cell.inputs) }
    let builder = FusedPassBuilder(cells: cells) { needed.contains($0) }
    return builder.passes(group, rows: rows, columns: columns).map { pass in
      Block(cells: pass.cells, pass: pass, reads: pass.inputs.map(\.cell), writes: pass.outputs)
    }
  }

  /// Outputs into which a cell is computed directly: by cell.
  private func claimOutputs() -> [Int: Int] {
    var claimed: [Int: Int] = [:]
    for (i, target) in targets.enumerated() {
      let cell = storage(target.ref.cell)
      switch cells[cell].operation {
      case .input, .constant, .reshape: continue
      default: break
      }
      let isStraight = !target.ref.transposed || target.rows == 1 || target.columns == 1
      if isStraight, claimed[cell] == nil { claimed[cell] = i }
    }
    return claimed
  }

  private func copiesToOutputs(_ claimed: [Int: Int], _ blocks: [Block]) -> [Block] {
    targets.indices.compactMap { i in
      let cell = targets[i].ref.cell
      if claimed[storage(cell)] == i { return nil }
      return Block(cells: [cell], pass: nil, reads: [cell], writes: [], output: i)
    }
  }

  // MARK: Places

  private mutating func slot(_ slot: Slot) -> Int {
    if let known = slotIndex[slot] { return known }
    slots.append(slot)
    slotIndex[slot] = slots.count - 1
    return slots.count - 1
  }

  private mutating func place(_ blocks: [Block], _ claimed: [Int: Int]) {
    var lastUse: [Int: Int] = [:]
    for (i, block) in blocks.enumerated() { for cell in block.reads + block.writes { lastUse[storage(cell)] = i } }
    var free: [(offset: Int, count: Int)] = []
    func round(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    func release(_ cell: Int) {
      guard let index = slotOfCell[cell], case .buffer(let offset) = slots[index] else { return }
      free.append((offset, round(cells[cell].count)))
    }
    for (i, block) in blocks.enumerated() {
      // A pass may write where it has read, if the array ends here.
      var released: Set<Int> = []
      if let pass = block.pass {
        for input in pass.inputs where input.spread == .full && lastUse[storage(input.cell)] == i {
          let cell = storage(input.cell)
          if !block.writes.contains(where: { storage($0) == cell }), canOverwrite(pass, input),
            released.insert(cell).inserted
          {
            release(cell)
          }
        }
      }
      for cell in block.writes where slotOfCell[storage(cell)] == nil {
        let owner = storage(cell)
        if let output = claimed[owner] {
          slotOfCell[owner] = slot(.output(output))
          continue
        }
        let count = round(cells[owner].count)
        let fitting = free.indices.filter { free[$0].count == count }.first
        if let fitting {
          slotOfCell[owner] = slot(.buffer(free.remove(at: fitting).offset))
        } else {
          slotOfCell[owner] = slot(.buffer(elements))
          elements += count
        }
      }
      for cell in block.reads where slotOfCell[storage(cell)] == nil {
        let owner = storage(cell)
        switch cells[owner].operation {
        case .input(let name): slotOfCell[owner] = slot(.input(name))
        case .constant(let index): slotOfCell[owner] = slot(.constant(index))
        default: fatalError("a cell is read before it is written")
        }
      }
      emit(block)
      for cell in Set((block.reads + block.writes).map(storage)).sorted()
      where lastUse[cell] == i && !released.contains(cell) {
        release(cell)
      }
    }
  }

  /// Whether every store of the pass stands behind the load of this input.
  private func canOverwrite(_ pass: FusedPass, _ input: MapInput) -> Bool {
    guard let slot = pass.inputs.firstIndex(of: input), pass.inputs.count(where: { $0.cell == input.cell }) == 1 else {
      return false
    }
    for instruction in pass.instructions {
      switch instruction.code {
      case .load where instruction.slot == slot: return true
      case .store, .sum, .dot, .rowSums, .columnSums: return false
      default: break
      }
    }
    return false
  }

  /// The slots of all cells that are stored.
  func allSlots(_ cells: [Cell]) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for cell in cells.indices { if let slot = slotOfCell[storage(cell)] { result[cell] = slot } }
    return result
  }

  /// The slot of a cell.
  func place(_ cell: Int) -> Int32 { Int32(slotOfCell[storage(cell)]!) }

  // MARK: Steps

  private mutating func emit(_ block: Block) {
    if let output = block.output {
      let target = targets[output]
      var step = PlanStep(routine: target.ref.transposed && target.rows > 1 && target.columns > 1 ? .transpose : .copy)
      step.a = place(target.ref.cell)
      step.c = Int32(slot(.output(output)))
      step.m = Int32(cells[target.ref.cell].rows)
      step.n = Int32(cells[target.ref.cell].columns)
      step.cell = Int32(target.ref.cell)
      steps.append(step)
      return
    }
    if let pass = block.pass {
      var step = PlanStep(routine: .map)
      step.index = Int32(passes.count)
      step.m = Int32(pass.rows)
      step.n = Int32(pass.columns)
      step.cell = Int32(pass.cells[pass.cells.count - 1])
      passes.append(pass)
      steps.append(step)
      return
    }
    emit(cell: block.cells[0])
    if block.cells.count == 2 { joinSoftmax(block.cells) }
  }

  /// Softmax and logsumexp of one array are one step.
  private mutating func joinSoftmax(_ pair: [Int]) {
    let last = steps.count - 1
    for cell in pair {
      if case .softmax = cells[cell].operation { steps[last].c = place(cell) } else { steps[last].d = place(cell) }
    }
  }

  private mutating func emit(cell: Int) {
    let own = cells[cell]
    var step = PlanStep(routine: .copy, c: place(cell), m: Int32(own.rows), n: Int32(own.columns), cell: Int32(cell))
    switch own.operation {
    case .input, .constant, .map, .reduce, .reshape: return
    case .product(let product): step = self.product(product, step)
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

  private func product(_ product: ProductCell, _ plain: PlanStep) -> PlanStep {
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
    } else {
      step.routine = product.isSymmetric && product.onto == nil && step.m >= 32 ? .gemmSymmetric : .gemm
      if step.routine == .gemm { cut(&step) }
    }
    return step
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

extension Cell {
  /// The cells that are read.
  var inputs: [Int] {
    switch operation {
    case .input, .constant: []
    case .map(_, let inputs), .reduce(_, let inputs): inputs.map(\.cell)
    case .product(let product):
      [product.left.cell, product.right.cell] + [product.factor, product.onto].compactMap { $0 }
    case .factor(_, let ref), .copy(let ref): [ref.cell]
    case .solve(let factor, _, let right): [factor, right.cell]
    case .inverse(let factor), .logDeterminant(let factor), .determinant(let factor): [factor]
    case .softmax(let x), .logSumExp(let x), .reshape(let x), .diagonal(let x), .diagonalOf(let x), .triangle(let x, _):
      [x]
    case .kronecker(let a, let b), .khatri(let a, let b): [a.cell, b.cell]
    case .traceProduct(let x, let y): [x, y]
    case .generic(_, let refs): refs.map(\.cell)
    }
  }
}
