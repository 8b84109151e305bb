// Which steps a plan has, and in which order. Cells stand on levels: a level needs only lower ones. Elementwise cells of one shape and one
// level become one pass; products of one matrix that meet are done in one reading of it.

/// A step to be: its cells, what they read and write.
struct PlannedStep {
  enum Work {
    /// One routine for one cell, or one for two cells: softmax with logsumexp, A*x with A'*w.
    case routine
    case pass(FusedPass)
    /// A*x, a pass over its rows, and A' times a result of the pass, block of rows by block of rows.
    case panel(product: Int, pass: FusedPass, transposed: Int)
    /// A result that is only copied to this output.
    case copy(output: Int)
  }

  var work: Work
  var cells: [Int]
  var reads: [Int]
  var writes: [Int]
  /// Whether it depends on fixed inputs alone: done once, before the runs.
  var isPreparation = false
}

/// Makes the blocks of the cells that the targets need.
struct StepBuilder {
  let cells: [Cell]
  let targets: [Target]
  /// By cell, whether it depends on fixed inputs and constants alone.
  let isFixed: [Bool]
  private let order: [Int]
  private let roots: Set<Int>
  /// By cell, the needed cells that read it.
  private let consumers: [[Int]]
  /// Cells that lie in the array of another.
  private var homes: [Int: Int] = [:]

  init(_ cells: [Cell], _ targets: [Target], fixed: Set<String>) {
    self.cells = cells
    self.targets = targets
    roots = Set(targets.map(\.ref.cell))
    order = StepBuilder.order(cells, targets.map(\.ref.cell))
    var isFixed = [Bool](repeating: false, count: cells.count)
    var consumers = [[Int]](repeating: [], count: cells.count)
    for cell in order {
      isFixed[cell] =
        switch cells[cell].operation {
        case .input(let name): fixed.contains(name)
        default: cells[cell].inputs.allSatisfy { isFixed[$0] }
        }
      for input in Set(cells[cell].inputs) { consumers[input].append(cell) }
    }
    self.isFixed = isFixed
    self.consumers = consumers
    for cell in order {
      switch cells[cell].operation {
      case .reshape(let x): homes[cell] = storage(x)
      case .product(let product):
        if let onto = product.onto, isFixed[onto] == isFixed[cell] { homes[cell] = storage(onto) }
      default: break
      }
    }
  }

  /// The cell whose array this one lies in.
  func storage(_ cell: Int) -> Int { homes[cell] ?? cell }

  /// Outputs into which a cell is computed directly: by cell.
  func claimedOutputs() -> [Int: Int] {
    var claimed: [Int: Int] = [:]
    for (i, target) in targets.enumerated() {
      let cell = storage(target.ref.cell)
      switch cells[cell].operation {
      case .input, .constant, .reshape: continue
      default: break
      }
      let isStraight = !target.ref.transposed || target.rows == 1 || target.columns == 1
      // What is computed once is copied at every run: the output may be bound to other memory by then.
      if isStraight, !isFixed[cell], claimed[cell] == nil { claimed[cell] = i }
    }
    return claimed
  }

  func blocks() -> [PlannedStep] {
    let claimed = claimedOutputs()
    let computed = joinPanels(groups().flatMap { blocks(of: $0) })
    let copies = targets.indices.compactMap { i -> PlannedStep? in
      let cell = targets[i].ref.cell
      if claimed[storage(cell)] == i { return nil }
      return PlannedStep(work: .copy(output: i), cells: [cell], reads: [cell], writes: [])
    }
    return computed + copies
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

  /// The shape over which a fused cell runs.
  private func passShape(_ cell: Int) -> (Int, Int)? {
    switch cells[cell].operation {
    case .map: (cells[cell].rows, cells[cell].columns)
    case .reduce(_, let inputs): (cells[inputs[0].cell].rows, cells[inputs[0].cell].columns)
    default: nil
    }
  }

  private func operands(_ cell: Int) -> [MapInput] {
    switch cells[cell].operation {
    case .map(_, let inputs), .reduce(_, let inputs): inputs
    default: []
    }
  }

  private func levels() -> [Int: Int] {
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
          let joins =
            isMap && input.spread == .full && isFixed[input.cell] == isFixed[cell]
            && shape! == (cells[input.cell].rows, cells[input.cell].columns)
          own = Swift.max(own, level[input.cell]! + (joins ? 0 : 1))
        }
      case .reshape(let x): own = level[x]!
      default: own = 1 + (cells[cell].inputs.map { level[$0]! }.max() ?? 0)
      }
      level[cell] = own
    }
    sink(&level)
    return level
  }

  /// Elementwise cells move to the pass that needs them, if what they read is stored in any case: computing is cheaper than
  /// storing.
  private func sink(_ level: inout [Int: Int]) {
    func isStored(_ cell: Int) -> Bool {
      guard case .map = cells[cell].operation, !roots.contains(cell) else { return true }
      return consumers[cell].contains { level[$0]! > level[cell]! || passShape($0) == nil }
    }
    for cell in order.reversed() {
      let users = consumers[cell]
      guard case .map(_, let inputs) = cells[cell].operation, !roots.contains(cell) else { continue }
      let shape = (cells[cell].rows, cells[cell].columns)
      let areFused = users.allSatisfy { user in
        guard let other = passShape(user), other == shape, isFixed[user] == isFixed[cell] else { return false }
        return operands(user).allSatisfy { $0.cell != cell || $0.spread == .full }
      }
      guard areFused, let next = users.map({ level[$0]! }).min(), next > level[cell]!,
        users.allSatisfy({ level[$0]! == next }),
        inputs.allSatisfy({ isStored($0.cell) })
      else { continue }
      level[cell] = next
    }
  }

  // MARK: Groups

  /// What cells have in common that are computed together.
  private enum Key: Hashable {
    case pass(rows: Int, columns: Int, level: Int, isFixed: Bool)
    case softmax(of: Int)
    case products(matrix: Int, level: Int, isFixed: Bool)
  }

  private func key(_ cell: Int, _ level: Int) -> Key? {
    if let shape = passShape(cell) {
      return .pass(rows: shape.0, columns: shape.1, level: level, isFixed: isFixed[cell])
    }
    switch cells[cell].operation {
    case .softmax(let x), .logSumExp(let x): return .softmax(of: x)
    case .product(let product) where isPlainGemv(cell):
      return .products(matrix: product.left.cell, level: level, isFixed: isFixed[cell])
    default: return nil
    }
  }

  /// A matrix times a vector, and nothing else.
  private func isPlainGemv(_ cell: Int) -> Bool {
    guard case .product(let product) = cells[cell].operation else { return false }
    return cells[cell].columns == 1 && cells[product.left.cell].columns > 1 && product.onto == nil
      && product.factor == nil
  }

  /// The cells of every step, by level.
  private func groups() -> [[Int]] {
    let level = levels()
    var groups: [(level: Int, cells: [Int])] = []
    var places: [Key: Int] = [:]
    for cell in order {
      switch cells[cell].operation {
      case .input, .constant, .reshape: continue
      default: break
      }
      guard let key = key(cell, level[cell]!) else {
        groups.append((level[cell]!, [cell]))
        continue
      }
      if let place = places[key], joins(cell, groups[place].cells, key) {
        groups[place].cells.append(cell)
      } else {
        places[key] = groups.count
        groups.append((level[cell]!, [cell]))
      }
    }
    let isLater = groups.map { isFixed[$0.cells[0]] ? 0 : 1 }
    return groups.enumerated().sorted {
      (isLater[$0.offset], $0.element.level, $0.offset) < (isLater[$1.offset], $1.element.level, $1.offset)
    }.map(\.element.cells)
  }

  private func joins(_ cell: Int, _ group: [Int], _ key: Key) -> Bool {
    switch key {
    case .pass: return true
    case .softmax: return group.count == 1
    case .products:
      guard group.count == 1, case .product(let own) = cells[cell].operation,
        case .product(let other) = cells[group[0]].operation
      else { return false }
      return own.left.transposed != other.left.transposed
    }
  }

  // MARK: Blocks

  private func blocks(of group: [Int]) -> [PlannedStep] {
    let isPreparation = isFixed[group[0]]
    guard let (rows, columns) = passShape(group[0]) else {
      let reads = group.count == 1 ? cells[group[0]].inputs : group.flatMap { cells[$0].inputs }
      return [PlannedStep(work: .routine, cells: group, reads: reads, writes: group, isPreparation: isPreparation)]
    }
    let own = Set(group)
    let builder = FusedPassBuilder(cells: cells) { cell in
      roots.contains(cell) || consumers[cell].contains { !own.contains($0) }
    }
    return builder.passes(group, rows: rows, columns: columns).map { pass in
      PlannedStep(
        work: .pass(pass), cells: pass.cells, reads: pass.inputs.map(\.cell), writes: pass.outputs,
        isPreparation: isPreparation)
    }
  }

  /// A*x, a pass over it and A' times a result of the pass: a block of rows of A is read once and still near when it is needed
  /// again.
  private func joinPanels(_ blocks: [PlannedStep]) -> [PlannedStep] {
    var result: [PlannedStep?] = blocks
    for (j, block) in blocks.enumerated() {
      guard case .pass(let pass) = block.work, pass.columns == 1,
        let i = (0..<j).last(where: {
          result[$0] != nil && blocks[$0].isPreparation == block.isPreparation && isForward(blocks[$0], of: pass)
        }),
        case .product(let forward) = cells[blocks[i].cells[0]].operation,
        let k = blocks.indices.first(where: {
          $0 > j && blocks[$0].isPreparation == block.isPreparation && result[$0] != nil
            && isBackward(blocks[$0], of: pass, through: forward.left)
        }),
        // In between, nobody may wait for the first or be waited for by the last.
        !blocks[(i + 1)..<j].contains(where: { $0.reads.contains(blocks[i].cells[0]) }),
        !blocks[(j + 1)..<k].contains(where: { !Set($0.writes).isDisjoint(with: blocks[k].reads) })
      else { continue }
      result[i] = nil
      result[k] = nil
      let (first, last) = (blocks[i].cells[0], blocks[k].cells[0])
      result[j] = PlannedStep(
        work: .panel(product: first, pass: pass, transposed: last), cells: [first] + pass.cells + [last],
        reads: blocks[i].reads + block.reads + blocks[k].reads, writes: [first] + block.writes + [last],
        isPreparation: block.isPreparation)
    }
    return result.compactMap { $0 }
  }

  private func isForward(_ block: PlannedStep, of pass: FusedPass) -> Bool {
    guard block.cells.count == 1, let cell = block.cells.first, isPlainGemv(cell),
      case .product(let product) = cells[cell].operation, !product.left.transposed
    else { return false }
    return pass.inputs.contains(MapInput(cell: cell, spread: .full)) && cells[cell].rows == pass.rows && pass.rows > 1
  }

  private func isBackward(_ block: PlannedStep, of pass: FusedPass, through matrix: Ref) -> Bool {
    guard block.cells.count == 1, let cell = block.cells.first, isPlainGemv(cell),
      case .product(let product) = cells[cell].operation, product.left == matrix.flipped,
      pass.outputs.contains(product.right.cell)
    else { return false }
    if case .map = cells[product.right.cell].operation { return true }
    return false
  }
}
