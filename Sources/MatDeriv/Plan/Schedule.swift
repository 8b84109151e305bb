// Where the arrays of a plan lie: inputs, constants and outputs by themselves, all others in buffers that are given out by last use. The calls
// stand in Schedule+Steps.swift.

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
  var steps: [PlanStep] = []
  /// So many of the steps depend on fixed inputs alone and stand first.
  private(set) var preparations = 0
  var passes: [FusedPass] = []
  var generics: [(node: Node, arguments: [Ref])] = []
  private(set) var slots: [Slot] = []
  /// The slot of every cell that is stored.
  private(set) var slotOfCell: [Int: Int] = [:]
  private(set) var elements = 0
  var pivots = 0
  /// The most elements that a step needs for itself.
  var scratch = 0

  let cells: [Cell]
  let targets: [Target]
  private let builder: StepBuilder
  private var slotIndex: [Slot: Int] = [:]
  /// Where the pivots of each factor by LU begin.
  var pivotOffset: [Int: Int] = [:]

  init(_ cells: [Cell], _ targets: [Target], fixed: Set<String>) {
    self.cells = cells
    self.targets = targets
    builder = StepBuilder(cells, targets, fixed: fixed)
    place(builder.blocks(), builder.claimedOutputs())
  }

  func storage(_ cell: Int) -> Int { builder.storage(cell) }

  // MARK: Places

  mutating func slot(_ slot: Slot) -> Int {
    if let known = slotIndex[slot] { return known }
    slots.append(slot)
    slotIndex[slot] = slots.count - 1
    return slots.count - 1
  }

  private mutating func place(_ blocks: [PlannedStep], _ claimed: [Int: Int]) {
    var lastUse: [Int: Int] = [:]
    for (i, block) in blocks.enumerated() {
      for cell in block.reads + block.writes {
        // What is prepared is read at every run.
        let isKept = !block.isPreparation && builder.isFixed[storage(cell)]
        lastUse[storage(cell)] = isKept ? blocks.count : Swift.max(i, lastUse[storage(cell)] ?? 0)
      }
    }
    var free: [(offset: Int, count: Int)] = []
    func round(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    func release(_ cell: Int) {
      guard let index = slotOfCell[cell], case .buffer(let offset) = slots[index] else { return }
      free.append((offset, round(cells[cell].count)))
    }
    for (i, block) in blocks.enumerated() {
      // A pass may write where it has read, if the array ends here.
      var released: Set<Int> = []
      if case .pass(let pass) = block.work {
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
      if block.isPreparation { preparations = steps.count }
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
}
