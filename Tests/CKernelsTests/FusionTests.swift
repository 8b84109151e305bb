// Fused programs against plain loops: random programs with all operations, broadcasts and reductions, sizes on both sides of
// the block's, strides, accumulation; the cut into tiles; outputs in the place of inputs.
import CKernels
import Testing

@Suite struct FusionTests {
  static let sizes = [
    (0, 3), (3, 0), (1, 1), (7, 1), (1, 7), (513, 1), (1, 513), (10, 128), (64, 33), (256, 5), (257, 4), (511, 2),
    (512, 3),
    (513, 5), (1000, 3), (20000, 2), (3, 15000), (40000, 3),
  ]

  /// Bounded functions, so that random chains of them stay comparable.
  static let bounded = [
    sk_function_tanh, sk_function_sigmoid, sk_function_sin, sk_function_cos, sk_function_atan, sk_function_erf,
    sk_function_abs, sk_function_step, sk_function_sign, sk_function_relu, sk_function_softplus, sk_function_gelu,
    sk_function_neg,
  ]

  static func numbers<T: KernelScalar>(_ count: Int, _ generator: inout Generator) -> [T] {
    (0..<count).map { _ in T(Double.random(in: -2...2, using: &generator)) }
  }

  /// Four inputs, a chain of random operations, and outputs of every kind.
  static func randomProgram<T: KernelScalar>(
    rows m: Int, columns n: Int, _ type: T.Type, _ generator: inout Generator
  ) -> TestProgram<T> {
    var p = TestProgram<T>(rows: m, columns: n)
    let padding = Int.random(in: 0...1, using: &generator) * 3
    let step = Int.random(in: 1...2, using: &generator)
    let shapes: [(sk_shape, Int, Int)] = [
      (sk_shape_full, m + padding, (m + padding) * n), (sk_shape_per_row, step, m * step),
      (sk_shape_per_column, step, n * step), (sk_shape_scalar, 1, 1), (sk_shape_full, m, m * n),
    ]
    for (slot, (shape, stride, count)) in shapes.enumerated() {
      p.inputs.append(.init(shape: shape, stride: stride, data: numbers(count, &generator)))
      p.add(sk_operation_load, to: slot, slot: slot)
    }
    p.add(sk_operation_constant, to: shapes.count, value: 0.75)
    var live = shapes.count + 1
    func any() -> Int { Int.random(in: 0..<live, using: &generator) }
    for _ in 0..<Int.random(in: 1...14, using: &generator) {
      // Mostly new registers, sometimes one that is written again.
      let to = live < Int(SK_REGISTERS) && Bool.random(using: &generator) ? live : any()
      let (a, b, c) = (any(), any(), any())
      switch Int.random(in: 0..<12, using: &generator) {
      case 0: p.add(sk_operation_scale, to: to, a: a, value: -0.5)
      case 1: p.add(sk_operation_offset, to: to, a: a, value: 0.25)
      case 2: p.add(sk_operation_add, to: to, a: a, b: b)
      case 3: p.add(sk_operation_subtract, to: to, a: a, b: b)
      case 4: p.add(sk_operation_minimum, to: to, a: a, b: b)
      case 5: p.add(sk_operation_maximum, to: to, a: a, b: b)
      case 6: p.add(sk_operation_greater, to: to, a: a, b: b)
      case 7: p.add(sk_operation_select, to: to, a: a, b: b, c: c)
      case 8:
        // Products only of bounded numbers.
        p.add(sk_operation_apply, to: to, a: a, function: sk_function_tanh)
        p.add(sk_operation_multiply_add, to: to, a: to, b: b, c: c)
      case 9:
        p.add(sk_operation_apply, to: to, a: a, function: sk_function_cosh)
        p.add(sk_operation_divide, to: to, a: b, b: to)
      default:
        p.add(sk_operation_apply, to: to, a: a, function: bounded.randomElement(using: &generator)!)
      }
      live = max(live, to + 1)
      if Int.random(in: 0..<4, using: &generator) == 0 { p.addStore(to, padding: padding, &generator) }
    }
    p.addStore(live - 1, padding: 0, &generator)
    for (operation, count) in [
      (sk_operation_sum, 1), (sk_operation_dot, 1), (sk_operation_largest, 1), (sk_operation_row_sums, m),
      (sk_operation_column_sums, n),
    ] where Bool.random(using: &generator) {
      let accumulate = operation != sk_operation_largest && Bool.random(using: &generator)
      p.outputs.append(
        .init(operation: operation, stride: step, accumulate: accumulate, data: numbers(count * step, &generator)))
      p.add(operation, a: any(), b: any(), slot: p.outputs.count - 1)
    }
    return p
  }

  /// Equal up to rounding: sums of `terms` numbers, products with one rounding or two.
  static func agree<T: KernelScalar>(_ x: [T], _ y: [T], terms: Int) -> Bool {
    let unit = T.self == Float.self ? 2e-6 : 1e-14
    return x.count == y.count
      && zip(x, y).allSatisfy {
        $0 == $1 || ($0.isNaN && $1.isNaN)
          || abs(Double($0) - Double($1)) <= unit * Double(max(terms, 50)) + unit * abs(Double($1))
      }
  }

  static func check<T: KernelScalar>(_ type: T.Type, seed: UInt64) {
    var generator = Generator(state: seed)
    for (m, n) in sizes {
      for _ in 0..<max((m * n > 10000 ? 3 : 20) / thinning, 1) {
        let p = randomProgram(rows: m, columns: n, type, &generator)
        for (name, set) in instructionSets {
          let results = p.run(set: set)
          let expected = p.evaluated(set: set)
          for k in results.indices {
            let sums = p.outputs[k].operation != sk_operation_store
            #expect(
              agree(results[k], expected[k], terms: sums ? m * n / 10 : 1),
              "\(T.name) \(m) x \(n) \(name), output \(k) (\(p.outputs[k].operation.rawValue))")
          }
          #expect(p.run(.backwards, set: set).map(bits) == results.map(bits), "\(T.name) \(m) x \(n), tiles backwards")
          #expect(p.run(.pairs, set: set).map(bits) == results.map(bits), "\(T.name) \(m) x \(n), tiles in pairs")
        }
      }
    }
  }

  static func bits<T: KernelScalar>(_ x: [T]) -> [UInt64] { x.map { Double($0).bitPattern } }

  @Test func randomProgramsInDouble() { FusionTests.check(Double.self, seed: 4) }
  @Test func randomProgramsInFloat() { FusionTests.check(Float.self, seed: 5) }

  /// An output over an input, whose register is read after the store.
  @Test(arguments: [(5, 1), (10, 100), (600, 3), (1000, 2)]) func outputsInPlace(_ m: Int, _ n: Int) {
    var generator = Generator(state: 6)
    var p = TestProgram<Double>(rows: m, columns: n)
    p.inputs.append(.init(shape: sk_shape_full, stride: m, data: FusionTests.numbers(m * n, &generator)))
    p.outputs.append(
      .init(operation: sk_operation_store, stride: m, accumulate: false, data: FusionTests.numbers(m * n, &generator)))
    p.outputs.append(
      .init(operation: sk_operation_store, stride: m, accumulate: false, data: FusionTests.numbers(m * n, &generator)))
    p.add(sk_operation_load, to: 0, slot: 0)
    p.add(sk_operation_apply, to: 1, a: 0, function: sk_function_exp)
    p.add(sk_operation_store, a: 1, slot: 0)
    p.add(sk_operation_multiply, to: 2, a: 0, b: 1)
    p.add(sk_operation_store, a: 2, slot: 1)
    #expect(p.run(inPlace: [0: 0]) == p.evaluated())
  }

  @Test func undefinedAndInfiniteNumbers() {
    for size in [1, 40, 700] {
      var p = TestProgram<Float>(rows: size, columns: 2)
      var data = [Float](repeating: 1, count: 2 * size)
      data[size / 2] = .nan
      data[2 * size - 1] = .infinity
      p.inputs.append(.init(shape: sk_shape_full, stride: size, data: data))
      for (slot, operation) in [sk_operation_largest, sk_operation_column_sums].enumerated() {
        p.outputs.append(.init(operation: operation, stride: 1, accumulate: false, data: [0, 0]))
        p.add(sk_operation_load, to: 0, slot: 0)
        p.add(operation, a: 0, slot: slot)
      }
      let results = p.run()
      #expect(results[0][0].isNaN && results[1][0].isNaN && results[1][1] == .infinity)
    }
  }

  /// Sums of floats are as good as the result's type: a running float sum of 10^7 times 0.1f would be 9 percent off.
  @Test func longSumsOfFloats() {
    let n = 10_000_000 / thinning
    var p = TestProgram<Float>(rows: n, columns: 1)
    p.inputs.append(.init(shape: sk_shape_full, stride: n, data: [Float](repeating: 0.1, count: n)))
    p.outputs.append(.init(operation: sk_operation_sum, stride: 1, accumulate: false, data: [0]))
    p.add(sk_operation_load, to: 0, slot: 0)
    p.add(sk_operation_sum, a: 0, slot: 0)
    let exact = Double(Float(0.1)) * Double(n)
    #expect(abs(Double(p.run()[0][0]) / exact - 1) < 2e-7)
  }

  @Test func programsThatAreNotValid() {
    func isValid(to: Int, slot: Int, inputs: Int) -> Bool {
      var p = TestProgram<Double>(rows: 1, columns: 1)
      p.add(sk_operation_load, to: to, slot: slot)
      return p.instructions.withUnsafeBufferPointer { steps in
        var program = sk_program(rows: 1, columns: 1, instructions: steps.baseAddress, count: steps.count)
        return sk_is_valid(&program, inputs, 0)
      }
    }
    #expect(isValid(to: 15, slot: 1, inputs: 2))
    #expect(!isValid(to: 15, slot: 1, inputs: 1))
    #expect(!isValid(to: 16, slot: 1, inputs: 2))
  }
}

extension TestProgram {
  /// A store into an output of its own, from time to time with accumulation.
  mutating func addStore(_ register: Int, padding: Int, _ generator: inout Generator) {
    let stride = rows + padding
    outputs.append(
      Output(
        operation: sk_operation_store, stride: stride, accumulate: Int.random(in: 0..<3, using: &generator) == 0,
        data: FusionTests.numbers(stride * columns, &generator)))
    add(sk_operation_store, a: register, slot: outputs.count - 1)
  }
}

/// Random numbers that are the same everywhere. Source: G. Steele, D. Lea, C. Flood, OOPSLA 2014 (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
