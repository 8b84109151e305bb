// Both element types behind one name, the sets of instructions that can be tested here, and the distance of a result from
// the exact value.
import CKernels
import Foundation

protocol KernelScalar: BinaryFloatingPoint, Sendable where RawSignificand: FixedWidthInteger {
  static var name: String { get }
  static func apply(
    _ set: sk_instructions, _ f: sk_function, _ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ n: Int)
  static func power(
    _ set: sk_instructions, _ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ n: Int, _ p: Double)
  static func runTiles(
    _ set: sk_instructions, _ program: UnsafePointer<sk_program>, _ inputs: UnsafePointer<sk_input>,
    _ outputs: UnsafePointer<sk_output>,
    _ workspace: UnsafeMutablePointer<Double>, _ tiles: Range<Int>)
  static func finish(
    _ program: UnsafePointer<sk_program>, _ outputs: UnsafePointer<sk_output>, _ workspace: UnsafePointer<Double>)
  static func softmax(
    _ set: sk_instructions, _ y: UnsafeMutablePointer<Self>?, _ l: UnsafeMutablePointer<Self>?,
    _ x: UnsafePointer<Self>, _ m: Int, _ n: Int,
    _ ldy: Int, _ ldx: Int)
}

extension Double: KernelScalar {
  static var name: String { "double" }
  static func apply(
    _ set: sk_instructions, _ f: sk_function, _ y: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, _ n: Int
  ) { sk_apply_with_f64(set, f, y, x, n) }
  static func power(
    _ set: sk_instructions, _ y: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, _ n: Int, _ p: Double
  ) { sk_pow_with_f64(set, y, x, n, p) }
  static func runTiles(
    _ set: sk_instructions, _ program: UnsafePointer<sk_program>, _ inputs: UnsafePointer<sk_input>,
    _ outputs: UnsafePointer<sk_output>,
    _ workspace: UnsafeMutablePointer<Double>, _ tiles: Range<Int>
  ) { sk_run_tiles_with_f64(set, program, inputs, outputs, workspace, tiles.lowerBound, tiles.upperBound) }
  static func finish(
    _ program: UnsafePointer<sk_program>, _ outputs: UnsafePointer<sk_output>, _ workspace: UnsafePointer<Double>
  ) { sk_finish_f64(program, outputs, workspace) }
  static func softmax(
    _ set: sk_instructions, _ y: UnsafeMutablePointer<Double>?, _ l: UnsafeMutablePointer<Double>?,
    _ x: UnsafePointer<Double>, _ m: Int,
    _ n: Int, _ ldy: Int, _ ldx: Int
  ) { sk_softmax_logsumexp_columns_with_f64(set, y, l, x, m, n, ldy, ldx) }
}

extension Float: KernelScalar {
  static var name: String { "float" }
  static func apply(
    _ set: sk_instructions, _ f: sk_function, _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ n: Int
  ) { sk_apply_with_f32(set, f, y, x, n) }
  static func power(
    _ set: sk_instructions, _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ n: Int, _ p: Double
  ) { sk_pow_with_f32(set, y, x, n, Float(p)) }
  static func runTiles(
    _ set: sk_instructions, _ program: UnsafePointer<sk_program>, _ inputs: UnsafePointer<sk_input>,
    _ outputs: UnsafePointer<sk_output>,
    _ workspace: UnsafeMutablePointer<Double>, _ tiles: Range<Int>
  ) { sk_run_tiles_with_f32(set, program, inputs, outputs, workspace, tiles.lowerBound, tiles.upperBound) }
  static func finish(
    _ program: UnsafePointer<sk_program>, _ outputs: UnsafePointer<sk_output>, _ workspace: UnsafePointer<Double>
  ) { sk_finish_f32(program, outputs, workspace) }
  static func softmax(
    _ set: sk_instructions, _ y: UnsafeMutablePointer<Float>?, _ l: UnsafeMutablePointer<Float>?,
    _ x: UnsafePointer<Float>, _ m: Int, _ n: Int,
    _ ldy: Int, _ ldx: Int
  ) { sk_softmax_logsumexp_columns_with_f32(set, y, l, x, m, n, ldy, ldx) }
}

/// How much of the random work a run without optimisation, or under a sanitizer, leaves out.
#if DEBUG
  let thinning = 20
#else
  let thinning = 1
#endif

/// The sets that this processor has, with their names.
let instructionSets: [(name: String, set: sk_instructions)] = [
  ("plain", sk_instructions_plain), ("AVX2", sk_instructions_avx2), ("AVX-512", sk_instructions_avx512),
].filter { $0.set.rawValue <= sk_best_instructions().rawValue }

/// The functions of elementwise.h by name.
let functions: [(name: String, function: sk_function)] = [
  ("neg", sk_function_neg), ("abs", sk_function_abs), ("sign", sk_function_sign), ("step", sk_function_step),
  ("relu", sk_function_relu), ("square", sk_function_square), ("sqrt", sk_function_sqrt),
  ("reciprocal", sk_function_reciprocal), ("exp", sk_function_exp), ("expm1", sk_function_expm1),
  ("log", sk_function_log), ("log1p", sk_function_log1p), ("sin", sk_function_sin), ("cos", sk_function_cos),
  ("tan", sk_function_tan), ("asin", sk_function_asin), ("acos", sk_function_acos), ("atan", sk_function_atan),
  ("sinh", sk_function_sinh), ("cosh", sk_function_cosh), ("tanh", sk_function_tanh), ("sigmoid", sk_function_sigmoid),
  ("softplus", sk_function_softplus), ("silu", sk_function_silu), ("elu", sk_function_elu), ("erf", sk_function_erf),
  ("erfc", sk_function_erfc), ("gelu", sk_function_gelu),
]

/// |y - (value + residue ulp(value))| in units of the last place of y's type at `value`; infinite where one is infinite or NaN
/// and the other is not, and where signs of zeros differ.
func ulps<T: KernelScalar>(_ y: T, _ value: Double, residue: Double = 0) -> Double {
  if value.isNaN || y.isNaN { return value.isNaN && y.isNaN ? 0 : .infinity }
  let nearest = T(value)
  if nearest.isInfinite || y.isInfinite { return nearest == y ? 0 : .infinity }
  if y == 0 && (y.sign != value.sign) { return .infinity }
  if value == 0 && residue == 0 { return y == 0 ? 0 : .infinity }
  // The binade of the exact value, where the value is given as a double.
  let place = max(Double(value.binade.exponent) - Double(T.significandBitCount), T.self == Float.self ? -149 : -1074)
  let difference = Double(y) - value
  let unit = Double(sign: .plus, exponent: Int(place), significand: 1)
  return abs(difference / unit - (T.self == Float.self ? 0 : residue))
}

/// y = f(x) with a set of instructions.
func applied<T: KernelScalar>(_ f: sk_function, _ x: [T], _ set: sk_instructions) -> [T] {
  var y = [T](repeating: 0, count: x.count)
  T.apply(set, f, &y, x, x.count)
  return y
}
