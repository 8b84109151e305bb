// A fused pass: elementwise operations and reductions over one shape, as a program for the C interpreter. Registers are given out by last
// use; what does not fit is cut into two passes.
internal import CKernels

/// The program of a pass, with the arrays that it reads and writes.
struct FusedPass: Sendable {
  var rows: Int
  var columns: Int
  var instructions: [FusedInstruction]
  var inputs: [MapInput]
  /// The cells that are written, and whether each is a reduction.
  var outputs: [Int]
  /// The cells that are computed, written or not.
  var cells: [Int]
}

/// An instruction of the interpreter, in Swift.
struct FusedInstruction: Sendable {
  enum Code: Sendable {
    case load, constant
    case apply(ElementKernel)
    case power, scale, offset, add, subtract, multiply, divide, store
    case sum, dot, rowSums, columnSums
  }
  var code: Code
  var to: UInt8 = 0
  var a: UInt8 = 0
  var b: UInt8 = 0
  var slot = 0
  var value = 0.0

  var native: sk_instruction {
    var result = sk_instruction()
    result.to = to
    result.a = a
    result.b = b
    result.slot = UInt16(slot)
    result.value = value
    switch code {
    case .load: result.operation = sk_operation_load
    case .constant: result.operation = sk_operation_constant
    case .apply(let kernel):
      result.operation = sk_operation_apply
      result.function = kernel.function
    case .power: result.operation = sk_operation_power
    case .scale: result.operation = sk_operation_scale
    case .offset: result.operation = sk_operation_offset
    case .add: result.operation = sk_operation_add
    case .subtract: result.operation = sk_operation_subtract
    case .multiply: result.operation = sk_operation_multiply
    case .divide: result.operation = sk_operation_divide
    case .store: result.operation = sk_operation_store
    case .sum: result.operation = sk_operation_sum
    case .dot: result.operation = sk_operation_dot
    case .rowSums: result.operation = sk_operation_row_sums
    case .columnSums: result.operation = sk_operation_column_sums
    }
    return result
  }
}

/// Makes the passes of one region: cells of one shape that need nothing from each other but in this order.
struct FusedPassBuilder {
  let cells: [Cell]
  /// Cells that are needed outside of the region.
  let isNeeded: (Int) -> Bool

  private static let registers = Int(SK_REGISTERS)
  private static let instructions = Int(SK_INSTRUCTIONS)

  func passes(_ region: [Int], rows: Int, columns: Int) -> [FusedPass] {
    var result: [FusedPass] = []
    var rest = region[...]
    while !rest.isEmpty {
      let (pass, taken) = pass(rest, rows, columns)
      result.append(pass)
      rest = rest.dropFirst(taken)
    }
    return result
  }

  private func inputs(_ cell: Int) -> [MapInput] {
    switch cells[cell].operation {
    case .map(_, let inputs), .reduce(_, let inputs): inputs
    default: []
    }
  }

  /// The longest beginning of the list that fits into one pass.
  private func pass(_ region: ArraySlice<Int>, _ rows: Int, _ columns: Int) -> (FusedPass, Int) {
    var count = region.count
    while true {
      if let pass = assemble(Array(region.prefix(count)), later: Set(region.dropFirst(count)), rows, columns) {
        return (pass, count)
      }
      count = Swift.max(1, count / 2)
    }
  }

  private func assemble(_ own: [Int], later: Set<Int>, _ rows: Int, _ columns: Int) -> FusedPass? {
    var pass = FusedPass(rows: rows, columns: columns, instructions: [], inputs: [], outputs: [], cells: own)
    let wantedLater = Set(later.flatMap { inputs($0).map(\.cell) })
    // The last place where each operand is used.
    var lastUse: [MapInput: Int] = [:]
    for (place, cell) in own.enumerated() { for input in inputs(cell) { lastUse[input] = place } }
    var registers: [MapInput: UInt8] = [:]
    var free = Array((0..<UInt8(FusedPassBuilder.registers)).reversed())
    for (place, cell) in own.enumerated() {
      var operands: [UInt8] = []
      for input in inputs(cell) {
        if let known = registers[input] {
          operands.append(known)
          continue
        }
        guard let register = free.popLast() else { return nil }
        let slot = pass.inputs.firstIndex(of: input) ?? pass.inputs.count
        if slot == pass.inputs.count { pass.inputs.append(input) }
        pass.instructions.append(FusedInstruction(code: .load, to: register, slot: slot))
        registers[input] = register
        operands.append(register)
      }
      for input in Set(inputs(cell)) where lastUse[input] == place {
        free.append(registers.removeValue(forKey: input)!)
      }
      free.sort(by: >)
      let a = operands.first ?? 0
      let b = operands.count > 1 ? operands[1] : 0
      switch cells[cell].operation {
      case .reduce(let reduction, _):
        pass.instructions.append(
          FusedInstruction(code: FusedPassBuilder.code(reduction), a: a, b: b, slot: pass.outputs.count))
        pass.outputs.append(cell)
      case .map(let operation, _):
        guard let register = free.popLast() else { return nil }
        var (code, value) = FusedPassBuilder.code(operation)
        if case .scale = code, value == 1 {
          code = .offset
          value = 0
        }
        pass.instructions.append(FusedInstruction(code: code, to: register, a: a, b: b, value: value))
        let own = MapInput(cell: cell, spread: .full)
        if isNeeded(cell) || wantedLater.contains(cell) {
          pass.instructions.append(FusedInstruction(code: .store, a: register, slot: pass.outputs.count))
          pass.outputs.append(cell)
        }
        if lastUse[own] != nil { registers[own] = register } else { free.append(register) }
      default: break
      }
      if pass.instructions.count > FusedPassBuilder.instructions { return own.count == 1 ? pass : nil }
    }
    return pass
  }

  private static func code(_ reduction: Reduction) -> FusedInstruction.Code {
    switch reduction {
    case .sum: .sum
    case .dot: .dot
    case .rowSums: .rowSums
    case .columnSums: .columnSums
    }
  }

  private static func code(_ operation: MapOperation) -> (FusedInstruction.Code, Double) {
    switch operation {
    case .constant(let value): (.constant, value)
    case .apply(let kernel): (.apply(kernel), 0)
    case .power(let e): (.power, e)
    case .scale(let c): (.scale, c)
    case .offset(let c): (.offset, c)
    case .add: (.add, 0)
    case .subtract: (.subtract, 0)
    case .multiply: (.multiply, 0)
    case .divide: (.divide, 0)
    }
  }
}
