// Programs of fusion.h as Swift values: run by the kernels, and evaluated by plain loops over whole arrays as their meaning.
import CKernels

struct TestProgram<T: KernelScalar> {
  struct Input {
    var shape: sk_shape
    var stride: Int
    var data: [T]
  }
  struct Output {
    var operation: sk_operation
    var stride: Int
    var accumulate: Bool
    var data: [T]
  }

  let rows: Int, columns: Int
  var inputs: [Input] = []
  var outputs: [Output] = []
  var instructions: [sk_instruction] = []

  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
  }

  mutating func add(
    _ operation: sk_operation, to: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0, slot: Int = 0, value: Double = 0,
    function: sk_function = sk_function_neg
  ) {
    instructions.append(
      sk_instruction(
        operation: operation, function: function, to: UInt8(to), a: UInt8(a), b: UInt8(b), c: UInt8(c),
        slot: UInt16(slot), value: value))
  }

  /// How the tiles are given out.
  enum Cut { case whole, backwards, pairs }

  /// The outputs' data after a run. Outputs listed in `inPlace` use the memory of that input.
  func run(
    _ cut: Cut = .whole, inPlace: [Int: Int] = [:], set: sk_instructions = sk_best_instructions()
  ) -> [[T]] {
    let inputData = inputs.map { input in
      let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: max(input.data.count, 1))
      _ = memory.update(fromContentsOf: input.data)
      return memory
    }
    let outputData = outputs.indices.map { k -> UnsafeMutableBufferPointer<T> in
      if let input = inPlace[k] { return inputData[input] }
      let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: max(outputs[k].data.count, 1))
      _ = memory.update(fromContentsOf: outputs[k].data)
      return memory
    }
    defer {
      for memory in inputData { memory.deallocate() }
      for k in outputs.indices where inPlace[k] == nil { outputData[k].deallocate() }
    }
    let sources = zip(inputs, inputData).map {
      sk_input(data: UnsafeRawPointer($1.baseAddress!), stride: $0.stride, shape: $0.shape)
    }
    let targets = zip(outputs, outputData).map {
      sk_output(data: UnsafeMutableRawPointer($1.baseAddress!), stride: $0.stride, accumulate: $0.accumulate)
    }
    instructions.withUnsafeBufferPointer { steps in
      var program = sk_program(rows: rows, columns: columns, instructions: steps.baseAddress, count: steps.count)
      precondition(sk_is_valid(&program, inputs.count, outputs.count), "program is not valid")
      var workspace = [Double](repeating: .nan, count: sk_workspace_count(&program) + 1)
      let tiles = sk_tile_count(&program)
      switch cut {
      case .whole: T.runTiles(set, &program, sources, targets, &workspace, 0..<tiles)
      case .backwards:
        for t in (0..<tiles).reversed() { T.runTiles(set, &program, sources, targets, &workspace, t..<(t + 1)) }
      case .pairs:
        for t in stride(from: 0, to: tiles, by: 2) {
          T.runTiles(set, &program, sources, targets, &workspace, t..<min(t + 2, tiles))
        }
      }
      T.finish(&program, targets, workspace)
    }
    return zip(outputs, outputData).map { Array($1.prefix($0.data.count)) }
  }

  /// Element (i, j) of an input.
  func element(_ input: Input, _ i: Int, _ j: Int) -> T {
    switch input.shape {
    case sk_shape_full: input.data[i + j * input.stride]
    case sk_shape_per_row: input.data[i * input.stride]
    case sk_shape_per_column: input.data[j * input.stride]
    default: input.data[0]
    }
  }

  /// What the program means, instruction by instruction over whole arrays; sums in double.
  func evaluated(set: sk_instructions = sk_best_instructions()) -> [[T]] {
    let count = rows * columns
    var registers = [[T]](repeating: [], count: Int(SK_REGISTERS))
    var results = outputs.map(\.data)
    func each(_ f: (Int) -> T) -> [T] { (0..<count).map(f) }
    func write(_ slot: Int, _ place: Int, _ x: Double) {
      results[slot][place] = T((outputs[slot].accumulate ? Double(results[slot][place]) : 0) + x)
    }
    for s in instructions {
      let a = registers[Int(s.a)]
      let b = registers[Int(s.b)]
      let c = registers[Int(s.c)]
      let value = T(s.value)
      let slot = Int(s.slot)
      var to: [T]?
      switch s.operation {
      case sk_operation_load: to = each { element(inputs[slot], $0 % rows, $0 / rows) }
      case sk_operation_constant: to = each { _ in value }
      case sk_operation_apply: to = applied(s.function, a, set)
      case sk_operation_power:
        var y = a
        T.power(set, &y, a, count, s.value)
        to = y
      case sk_operation_scale: to = each { a[$0] * value }
      case sk_operation_offset: to = each { a[$0] + value }
      case sk_operation_add: to = each { a[$0] + b[$0] }
      case sk_operation_subtract: to = each { a[$0] - b[$0] }
      case sk_operation_multiply: to = each { a[$0] * b[$0] }
      case sk_operation_divide: to = each { a[$0] / b[$0] }
      case sk_operation_multiply_add: to = each { a[$0] * b[$0] + c[$0] }
      case sk_operation_minimum: to = each { a[$0].isNaN || b[$0].isNaN ? .nan : min(a[$0], b[$0]) }
      case sk_operation_maximum: to = each { a[$0].isNaN || b[$0].isNaN ? .nan : max(a[$0], b[$0]) }
      case sk_operation_greater: to = each { a[$0] > b[$0] ? 1 : 0 }
      case sk_operation_select: to = each { a[$0] > 0 ? b[$0] : c[$0] }
      case sk_operation_store:
        for k in 0..<count {
          let place = k % rows + k / rows * outputs[slot].stride
          results[slot][place] = (outputs[slot].accumulate ? results[slot][place] : 0) + a[k]
        }
      case sk_operation_sum: write(slot, 0, sum(a.map { Double($0) }))
      case sk_operation_dot: write(slot, 0, sum(zip(a, b).map { Double($0) * Double($1) }))
      case sk_operation_largest: write(slot, 0, a.reduce(-Double.infinity) { $1.isNaN ? .nan : max($0, Double($1)) })
      case sk_operation_row_sums:
        for i in 0..<rows {
          write(slot, i * outputs[slot].stride, sum((0..<columns).map { Double(a[i + $0 * rows]) }))
        }
      default:
        for j in 0..<columns {
          write(slot, j * outputs[slot].stride, sum((0..<rows).map { Double(a[$0 + j * rows]) }))
        }
      }
      if let to { registers[Int(s.to)] = to }
    }
    return results
  }
}

/// A sum whose rounding errors are added up, too. Source: Kahan, CACM 8 (1965).
func sum(_ x: [Double]) -> Double {
  var sum = 0.0
  var lost = 0.0
  for value in x {
    let y = value - lost
    let t = sum + y
    lost = (t - sum) - y
    sum = t
  }
  return sum
}
