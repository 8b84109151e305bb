// What a run needs besides the plan: room for intermediate arrays and the addresses of inputs and outputs. One per thread.
internal import CKernels

/// The memory of one run at a time of one plan.
///
/// Inputs and outputs are memory of the caller, bound once and read at every run; what is not bound lies in the workspace.
public final class Workspace<Element: Scalar> {
  let layout: PlanLayout
  /// The address of every slot.
  let addresses: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  let pivots: UnsafeMutablePointer<Int32>
  let partials: UnsafeMutablePointer<Double>
  let passInputs: UnsafeMutablePointer<sk_input>
  let passOutputs: UnsafeMutablePointer<sk_output>
  let scratch: UnsafeMutablePointer<Element>
  private let memory: UnsafeMutableRawPointer
  /// Whether what depends on fixed inputs alone has been computed.
  var isPrepared = false
  /// The slots that move from instance to instance of a batch.
  private var strided: [(slot: Int, base: UnsafeMutablePointer<Element>, stride: Int)] = []

  init(_ layout: PlanLayout, constants: [[Element]]) {
    self.layout = layout
    let owned = layout.ownedElements
    memory = UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(64, owned * MemoryLayout<Element>.stride), alignment: 64)
    let elements = memory.bindMemory(to: Element.self, capacity: owned)
    elements.initialize(repeating: 0, count: owned)
    addresses = .allocate(capacity: Swift.max(1, layout.slots.count))
    pivots = .allocate(capacity: Swift.max(1, layout.pivots))
    partials = .allocate(capacity: Swift.max(1, layout.partials))
    passInputs = .allocate(capacity: Swift.max(1, layout.passInputs.count))
    passOutputs = .allocate(capacity: Swift.max(1, layout.passOutputs.count))
    scratch = elements + layout.scratchOffset
    for (slot, offset) in layout.offsets.enumerated() { (addresses + slot).initialize(to: elements + offset) }
    for (slot, kind) in layout.slots.enumerated() {
      if case .constant(let index) = kind {
        for (i, value) in constants[index].enumerated() { addresses[slot][i] = value }
      }
    }
    resolve()
  }

  deinit {
    memory.deallocate()
    addresses.deallocate()
    pivots.deallocate()
    partials.deallocate()
    passInputs.deallocate()
    passOutputs.deallocate()
  }

  /// Writes the addresses into the operands of the fused passes.
  private func resolve() {
    for (i, input) in layout.passInputs.enumerated() {
      passInputs[i] = sk_input(
        data: UnsafeRawPointer(addresses[input.slot]), stride: input.stride, shape: input.shape.native)
    }
    for (i, output) in layout.passOutputs.enumerated() {
      passOutputs[i] = sk_output(
        data: UnsafeMutableRawPointer(addresses[output.slot]), stride: output.stride, accumulate: false)
    }
  }

  /// The slot lies at `address + i*stride` for instance i.
  func bind(_ slot: Int, to address: UnsafeMutablePointer<Element>, stride: Int) {
    strided.removeAll { $0.slot == slot }
    strided.append((slot, address, stride))
  }

  /// The addresses of an instance of a batch.
  func move(to instance: Int) {
    for (slot, base, stride) in strided { rebind(slot, base + instance * stride) }
  }

  private func rebind(_ slot: Int, _ address: UnsafeMutablePointer<Element>) {
    addresses[slot] = address
    for i in layout.passInputsOfSlot[slot] { passInputs[i].data = UnsafeRawPointer(address) }
    for i in layout.passOutputsOfSlot[slot] { passOutputs[i].data = UnsafeMutableRawPointer(address) }
  }

  /// The array of an input that the workspace holds: to write values in; empty if the plan has no such variable.
  public func input(_ name: String) -> UnsafeMutableBufferPointer<Element> {
    guard let slot = layout.inputSlots[name] else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    return UnsafeMutableBufferPointer(start: addresses[slot], count: layout.counts[slot])
  }

  /// Reads an input from memory of the caller from now on; it must outlive the runs. An input that the plan does not read is
  /// passed over.
  public func bind(input name: String, to address: UnsafePointer<Element>) {
    guard let slot = layout.inputSlots[name] else { return }
    if layout.fixedInputs.contains(name) { isPrepared = false }
    strided.removeAll { $0.slot == slot }
    rebind(slot, UnsafeMutablePointer(mutating: address))
  }

  /// Fixed inputs have other values: what depends on them is computed again by the next run.
  public func forgetFixedInputs() { isPrepared = false }

  /// Writes an output to memory of the caller from now on.
  public func bind(output index: Int, to address: UnsafeMutablePointer<Element>) {
    strided.removeAll { $0.slot == layout.outputSlots[index] }
    rebind(layout.outputSlots[index], address)
  }

  /// The array of an output, by columns.
  public func output(_ index: Int) -> UnsafeMutableBufferPointer<Element> {
    let slot = layout.outputSlots[index]
    return UnsafeMutableBufferPointer(start: addresses[slot], count: layout.counts[slot])
  }
}

/// Where everything of a plan lies, as numbers.
struct PlanLayout: Sendable {
  struct PassInput: Sendable {
    var slot: Int
    var stride: Int
    var shape: Spread
  }
  struct PassOutput: Sendable {
    var slot: Int
    var stride: Int
  }

  var slots: [Slot] = []
  /// Elements of every slot, and where it lies in the memory of a workspace.
  var counts: [Int] = []
  var offsets: [Int] = []
  var inputSlots: [String: Int] = [:]
  var fixedInputs: Set<String> = []
  var outputSlots: [Int] = []
  /// The slot of every cell that is stored, those that lie in the array of another included.
  var slotOfCell: [Int: Int] = [:]
  /// The first operand of every fused pass.
  var firstInput: [Int] = []
  var firstOutput: [Int] = []
  var passInputs: [PassInput] = []
  var passOutputs: [PassOutput] = []
  var passInputsOfSlot: [[Int]] = []
  var passOutputsOfSlot: [[Int]] = []
  var ownedElements = 0
  var scratchOffset = 0
  var pivots = 0
  var partials = 0
}

extension Spread {
  var native: sk_shape {
    switch self {
    case .full: sk_shape_full
    case .perRow: sk_shape_per_row
    case .perColumn: sk_shape_per_column
    case .scalar: sk_shape_scalar
    }
  }
}
