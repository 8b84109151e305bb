// Elementary functions against values of high precision: every function, both types, every set of instructions that the
// processor has. The fixture says where its values come from.
import CKernels
import Foundation
import Testing

/// One function of the fixture.
struct ReferenceValues {
  let name: String
  let exponent: Double
  let doubles: [Double], values: [Double], residues: [Float]
  let floats: [Float], floatValues: [Double]

  static func read() throws -> [ReferenceValues] {
    let url = try #require(Bundle.module.url(forResource: "functions", withExtension: "bin", subdirectory: "Fixtures"))
    let data = try Data(contentsOf: url)
    var offset = 0
    func take<T: BitwiseCopyable>(_ count: Int, _ type: T.Type) -> [T] {
      let size = MemoryLayout<T>.size
      defer { offset += count * size }
      return data.withUnsafeBytes { bytes in
        (0..<count).map { bytes.loadUnaligned(fromByteOffset: offset + $0 * size, as: type) }
      }
    }
    var all: [ReferenceValues] = []
    while offset < data.count {
      let name = String(decoding: take(16, UInt8.self).prefix { $0 != 0 }, as: UTF8.self)
      let exponent = take(1, Double.self)[0]
      let counts = take(2, UInt32.self).map { Int($0) }
      all.append(
        ReferenceValues(
          name: name, exponent: exponent, doubles: take(counts[0], Double.self), values: take(counts[0], Double.self),
          residues: take(counts[0], Float.self), floats: take(counts[1], Float.self),
          floatValues: take(counts[1], Double.self)))
    }
    return all
  }

  func results<T: KernelScalar>(_ x: [T], _ set: sk_instructions) throws -> [T] {
    if name == "pow" {
      var y = [T](repeating: 0, count: x.count)
      T.power(set, &y, x, x.count, exponent)
      return y
    }
    return applied(try #require(functions.first { $0.name == name }).function, x, set)
  }
}

@Suite struct ElementwiseTests {
  /// The promise of elementwise.h.
  static let bound = 2.0

  @Test func valuesAreWithinTwoUlp() throws {
    let references = try ReferenceValues.read()
    #expect(Set(references.map(\.name)) == Set(functions.map(\.name) + ["pow"]))
    for reference in references {
      for (setName, set) in instructionSets {
        let what = "\(reference.name) \(reference.name == "pow" ? "\(reference.exponent) " : "")\(setName)"
        let y = try reference.results(reference.doubles, set)
        let errors = y.indices.map { i in
          ulps(y[i], reference.values[i], residue: Double(reference.residues[i]))
        }
        if let worst = errors.indices.max(by: { errors[$0] < errors[$1] }) {
          #expect(
            errors[worst] <= ElementwiseTests.bound,
            "double \(what) of \(reference.doubles[worst]): \(y[worst]), should be \(reference.values[worst])")
        }
        let z = try reference.results(reference.floats, set)
        let floatErrors = z.indices.map { ulps(z[$0], reference.floatValues[$0]) }
        if let worst = floatErrors.indices.max(by: { floatErrors[$0] < floatErrors[$1] }) {
          #expect(
            floatErrors[worst] <= ElementwiseTests.bound,
            "float \(what) of \(reference.floats[worst]): \(z[worst]), should be \(reference.floatValues[worst])")
        }
      }
    }
  }

  /// The C library's function in double, where double is so much more than float that its own error does not count.
  static func inDouble(_ name: String, _ x: Double) -> Double {
    let small = exp(-abs(x))
    switch name {
    case "neg": return -x
    case "abs": return abs(x)
    case "sign": return x > 0 ? 1 : x < 0 ? -1 : x
    case "step": return x > 0 ? 1 : 0
    case "relu": return x > 0 ? x : x.isNaN ? x : 0
    case "square": return x * x
    case "sqrt": return x.squareRoot()
    case "reciprocal": return 1 / x
    case "exp": return exp(x)
    case "expm1": return expm1(x)
    case "log": return log(x)
    case "log1p": return log1p(x)
    case "sin": return sin(x)
    case "cos": return cos(x)
    case "tan": return tan(x)
    case "asin": return asin(x)
    case "acos": return acos(x)
    case "atan": return atan(x)
    case "sinh": return sinh(x)
    case "cosh": return cosh(x)
    case "tanh": return tanh(x)
    case "sigmoid": return (x < 0 ? small : 1) / (1 + small)
    case "softplus": return x.isNaN ? x : max(x, 0) + log1p(small)
    case "silu": return x == -.infinity ? -0.0 : x * ((x < 0 ? small : 1) / (1 + small))
    case "elu": return x > 0 ? x : expm1(x)
    case "erf": return erf(x)
    case "erfc": return erfc(x)
    default: return x == -.infinity ? -0.0 : x * 0.5 * erfc(-x * 0.5.squareRoot())
    }
  }

  /// Two million floats of all kinds per function: every 2039th pattern of bits.
  @Test(arguments: functions.map(\.name)) func floatsAreWithinTwoUlpEverywhere(_ name: String) throws {
    let function = try #require(functions.first { $0.name == name }).function
    let chunk = 1 << 14
    let stride: UInt64 = 2039
    var next: UInt64 = 0
    var x = [Float](repeating: 0, count: chunk)
    var worst = 0.0
    var at: Float = 0
    while next < 1 << 32 {
      for i in x.indices {
        x[i] = Float(bitPattern: UInt32(truncatingIfNeeded: next))
        next += stride
      }
      let exact = x.map { ElementwiseTests.inDouble(name, Double($0)) }
      for (_, set) in instructionSets {
        let y = applied(function, x, set)
        for i in y.indices {
          let error = ElementwiseTests.floatUlps(y[i], exact[i])
          if error > worst { (worst, at) = (error, x[i]) }
        }
      }
    }
    #expect(worst <= ElementwiseTests.bound, "\(name) of \(at)")
  }

  /// The same as `ulps`, where a float that overflows may be the largest number within the bound of 2^128.
  static func floatUlps(_ y: Float, _ value: Double) -> Double {
    if y.isInfinite != Float(value).isInfinite && value.isFinite && abs(value) < 0x1.000002p128 {
      return abs(value - (y.isInfinite ? (y > 0 ? 0x1p128 : -0x1p128) : Double(y))) / 0x1p104
    }
    return ulps(y, value)
  }

  /// A number's value is the same at every place of arrays of every length, and in place.
  @Test func resultsDoNotDependOnTheirPlace() {
    func check<T: KernelScalar>(_ type: T.Type) {
      let x = (0..<100).map { T(($0 * 37) % 100) / 50 - 0.99 }
      for (_, set) in instructionSets {
        for (name, function) in functions {
          let y = applied(function, x, set)
          for n in [0, 1, 7, 8, 15, 16, 17, 33, 63, 99] {
            var z = Array(x.suffix(n))
            z.withUnsafeMutableBufferPointer { buffer in
              guard let base = buffer.baseAddress else { return }
              T.apply(set, function, base, base, n)
            }
            #expect(
              zip(z, y.suffix(n)).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(T.name) \(name), \(n) numbers")
          }
        }
      }
    }
    check(Double.self)
    check(Float.self)
  }

  /// Arguments that are reduced by the C library stand beside others in one block.
  @Test func largeArgumentsOfPeriodicFunctions() {
    var x = (0..<600).map(Double.init)
    for i in stride(from: 0, to: 600, by: 3) { x[i] = 1e22 + 1e18 * x[i] }
    for (_, set) in instructionSets {
      let s = applied(sk_function_sin, x, set)
      let c = applied(sk_function_cos, x, set)
      let t = applied(sk_function_tan, x, set)
      for i in x.indices {
        let error = max(ulps(s[i], sin(x[i])), ulps(c[i], cos(x[i])), ulps(t[i], tan(x[i])))
        #expect(error <= 3, "of \(x[i])")
      }
    }
  }
}
