// The elementwise functions that fused passes know, by the names of the C kernels.
internal import CKernels

/// A function of one number that a fused pass can apply. An elementwise primitive that names none runs by its own value, unfused.
public enum ElementKernel: String, Hashable, Sendable, CaseIterable {
  /// The function of this name in C.
  case neg, abs, sign, step, relu, square, sqrt, reciprocal, exp, expm1, log, log1p, sin, cos, tan, asin, acos, atan
  /// The function of this name in C.
  case sinh, cosh, tanh, sigmoid, softplus, silu, elu, erf, erfc, gelu

  var function: sk_function {
    switch self {
    case .neg: sk_function_neg
    case .abs: sk_function_abs
    case .sign: sk_function_sign
    case .step: sk_function_step
    case .relu: sk_function_relu
    case .square: sk_function_square
    case .sqrt: sk_function_sqrt
    case .reciprocal: sk_function_reciprocal
    case .exp: sk_function_exp
    case .expm1: sk_function_expm1
    case .log: sk_function_log
    case .log1p: sk_function_log1p
    case .sin: sk_function_sin
    case .cos: sk_function_cos
    case .tan: sk_function_tan
    case .asin: sk_function_asin
    case .acos: sk_function_acos
    case .atan: sk_function_atan
    case .sinh: sk_function_sinh
    case .cosh: sk_function_cosh
    case .tanh: sk_function_tanh
    case .sigmoid: sk_function_sigmoid
    case .softplus: sk_function_softplus
    case .silu: sk_function_silu
    case .elu: sk_function_elu
    case .erf: sk_function_erf
    case .erfc: sk_function_erfc
    case .gelu: sk_function_gelu
    }
  }
}
