// A plan: several expressions compiled together for given sizes. Compiled once, run many times.
internal import CKernels

/// A schedule of BLAS and LAPACK calls and fused passes that computes several expressions.
///
/// A plan is immutable and may be shared by threads; each thread runs it in a workspace of its own, and a second run in the same
/// workspace allocates nothing.
public struct Plan<Element: Scalar>: Sendable {
  /// A variable and its shape in this plan.
  public struct Input: Sendable, Equatable {
    /// The name of the variable.
    public var name: String
    /// Its rows.
    public var rows: Int
    /// Its columns.
    public var columns: Int
  }

  /// The variables that are read, in the order of the graph.
  public let inputs: [Input]
  /// Rows and columns of every output as it is stored.
  public let outputShapes: [(rows: Int, columns: Int)]
  let steps: [PlanStep]
  /// So many of the steps depend on fixed inputs alone.
  let preparations: Int
  let passes: [FusedPass]
  let programs: FusedPrograms
  let generics: [GenericStep]
  let cells: [Cell]
  let names: [Int: String]
  let layout: PlanLayout
  let constants: [[Element]]

  /// Compiles expressions of one graph.
  ///
  /// - Parameters:
  ///   - transposed: The outputs whose transposes are stored; none if it is empty.
  ///   - fixed: The variables whose values stay from run to run: what depends on them alone is computed by the first run of a
  ///     workspace and kept.
  /// **Throws**: `size` for a named size without a value. **Cost**: milliseconds.
  public init(
    _ outputs: [Expression], transposed: [Bool] = [], sizes: [String: Int], fixed: Set<String> = []
  ) throws(PlanError) {
    require(!outputs.isEmpty, "a plan needs an output")
    let graph = outputs[0].graph
    let roots = outputs.map { graph.prepared($0.node) }
    let compilation = try Compilation(graph, roots, sizes: sizes)
    var targets: [Target] = []
    for (i, root) in roots.enumerated() {
      let isTransposed = i < transposed.count && transposed[i]
      let node = isTransposed ? graph.transpose(root) : root
      let (m, n) = try compilation.dimensions(node)
      targets.append(Target(ref: try compilation.output(node, m, n), rows: m, columns: n))
    }
    try self.init(compilation, targets, graph, sizes, fixed)
  }

  private init(
    _ compilation: Compilation, _ targets: [Target], _ graph: Graph, _ sizes: [String: Int], _ fixed: Set<String>
  ) throws(PlanError) {
    let cells = compilation.finishedCells()
    // 256 GB in double precision.
    if let cell = cells.first(where: { Double($0.rows) * Double($0.columns) > 0x1p35 }) {
      throw .tooLarge("an array of this plan", rows: cell.rows, columns: cell.columns)
    }
    let schedule = Schedule(cells, targets, fixed: fixed)
    self.cells = cells
    steps = schedule.steps.map { $0.direct(Element.self) }
    preparations = schedule.preparations
    passes = schedule.passes
    programs = FusedPrograms(schedule.passes)
    generics = schedule.generics.map { GenericStep($0.node, $0.arguments, graph, cells, sizes) }
    constants = compilation.constants.map { $0.columnMajor.map { Element($0) } }
    outputShapes = targets.map { ($0.rows, $0.columns) }
    names = compilation.names(of: schedule.steps)
    var layout = PlanLayout(schedule, cells, compilation.constants, targets)
    layout.place(passes: schedule.passes, schedule, cells, programs)
    layout.fixedInputs = fixed.intersection(layout.inputSlots.keys)
    self.layout = layout
    var inputs: [Input] = []
    for cell in cells {
      guard case .input(let name) = cell.operation, layout.inputSlots[name] != nil else { continue }
      let shape = try compilation.declaredShape(name)
      inputs.append(Input(name: name, rows: shape.rows, columns: shape.columns))
    }
    self.inputs = inputs
  }

  /// Room for one run at a time.
  public func makeWorkspace() -> Workspace<Element> { Workspace(layout, constants: constants) }

  /// Runs the plan with these values.
  ///
  /// **Throws**: `missing` and `shape` for the values; what `run(in:)` throws.
  public func run(_ values: Values<Element>) throws(PlanError) -> [Matrix<Element>] {
    let workspace = makeWorkspace()
    for input in inputs {
      guard let value = values[input.name] else { throw .missing(input.name) }
      guard value.rows == input.rows, value.columns == input.columns else {
        throw .shape(
          name: input.name, expected: "\(input.rows) x \(input.columns)", given: "\(value.rows) x \(value.columns)")
      }
      let target = workspace.input(input.name)
      for (i, x) in value.columnMajor.enumerated() { target[i] = x }
    }
    try run(in: workspace)
    return outputShapes.enumerated().map { i, shape in
      Matrix(rows: shape.rows, columns: shape.columns, columnMajor: Array(workspace.output(i)))
    }
  }
}

extension Compilation {
  /// The array of an output: constants and broadcasts become arrays.
  func output(_ node: Node, _ rows: Int, _ columns: Int) throws(PlanError) -> Ref {
    try array(try operand(node), rows, columns)
  }

  func declaredShape(_ name: String) throws(PlanError) -> (rows: Int, columns: Int) {
    try dimensions(graph.symbol(named: name)!)
  }

  /// What the matrices that are factored are called, for errors.
  func names(of steps: [PlanStep]) -> [Int: String] {
    let factored = Set(
      steps.filter { $0.routine == .potrf || $0.routine == .getrf || $0.routine == .copy }.map { Int($0.cell) })
    var result: [Int: String] = [:]
    for (node, cell) in factors where factored.contains(cell) { result[cell] = "\(Expression(graph, node).syntax)" }
    return result
  }
}

/// The programs of all passes in C's form.
final class FusedPrograms: @unchecked Sendable {
  // Written at initialisation only.
  let programs: UnsafeMutablePointer<sk_program>
  private let instructions: UnsafeMutablePointer<sk_instruction>

  init(_ passes: [FusedPass]) {
    let all = passes.flatMap { $0.instructions.map(\.native) }
    instructions = .allocate(capacity: Swift.max(1, all.count))
    programs = .allocate(capacity: Swift.max(1, passes.count))
    for (i, instruction) in all.enumerated() { (instructions + i).initialize(to: instruction) }
    var first = 0
    for (i, pass) in passes.enumerated() {
      (programs + i).initialize(
        to: sk_program(
          rows: pass.rows, columns: pass.columns, instructions: UnsafePointer(instructions + first),
          count: pass.instructions.count))
      first += pass.instructions.count
    }
  }

  deinit {
    programs.deallocate()
    instructions.deallocate()
  }
}

extension PlanLayout {
  init(_ schedule: Schedule, _ cells: [Cell], _ constants: [Matrix<Double>], _ targets: [Target]) {
    slots = schedule.slots
    pivots = schedule.pivots
    counts = [Int](repeating: 0, count: slots.count)
    slotOfCell = schedule.allSlots(cells)
    for (cell, slot) in schedule.slotOfCell { counts[slot] = Swift.max(counts[slot], cells[cell].count) }
    outputSlots = targets.indices.map { i in slots.firstIndex(of: .output(i))! }
    for (i, target) in targets.enumerated() { counts[outputSlots[i]] = target.rows * target.columns }
    // Buffers first, then what is not bound.
    var next = schedule.elements
    offsets = slots.indices.map { i in
      if case .buffer(let offset) = slots[i] { return offset }
      let offset = next
      next += (counts[i] + 15) / 16 * 16
      return offset
    }
    for (i, slot) in slots.enumerated() { if case .input(let name) = slot { inputSlots[name] = i } }
    scratchOffset = next
    ownedElements = next + schedule.scratch
  }

  mutating func place(passes: [FusedPass], _ schedule: Schedule, _ cells: [Cell], _ programs: FusedPrograms) {
    passInputsOfSlot = [[Int]](repeating: [], count: slots.count)
    passOutputsOfSlot = passInputsOfSlot
    for (p, pass) in passes.enumerated() {
      firstInput.append(passInputs.count)
      firstOutput.append(passOutputs.count)
      for input in pass.inputs {
        let slot = Int(schedule.place(input.cell))
        passInputsOfSlot[slot].append(passInputs.count)
        passInputs.append(PassInput(slot: slot, stride: input.spread == .full ? pass.rows : 1, shape: input.spread))
      }
      for output in pass.outputs {
        let slot = Int(schedule.place(output))
        passOutputsOfSlot[slot].append(passOutputs.count)
        let isReduction = if case .reduce = cells[output].operation { true } else { false }
        passOutputs.append(PassOutput(slot: slot, stride: isReduction ? 1 : pass.rows))
      }
      partials = Swift.max(partials, sk_workspace_count(programs.programs + p))
    }
  }
}
