// Elementwise functions as a plan runs them, beside a loop over libm's scalar function, on an array that stays in the cache.
import Foundation
import MatDeriv

struct FunctionTiming: Encodable {
  var function: String
  var element: String
  /// Seconds of processor time for one entry.
  var plan: Double
  var libm: Double
}

func timeFunctions() throws -> [FunctionTiming] {
  let float: [(String, @Sendable (Float) -> Float)] = [
    ("exp", { expf($0) }), ("tanh", { tanhf($0) }), ("sigmoid", { 1 / (1 + expf(-$0)) }), ("log", { logf($0) }),
    ("erf", { erff($0) }),
  ]
  let double: [(String, @Sendable (Double) -> Double)] = [
    ("exp", { exp($0) }), ("tanh", { tanh($0) }), ("sigmoid", { 1 / (1 + exp(-$0)) }), ("log", { log($0) }),
    ("erf", { erf($0) }),
  ]
  return try float.map { try timeFunction($0.0, "Float", $0.1) } + double.map { try timeFunction($0.0, "Double", $0.1) }
}

private func timeFunction<Element: Scalar>(
  _ name: String, _ element: String, _ libm: @escaping @Sendable (Element) -> Element
) throws -> FunctionTiming {
  let count = 4096
  let program = try Program("\(name)(x)", Declarations(["x: vector(n) positive"]))
  let plan: Plan<Element> = try Plan([program.expression], sizes: ["n": count])
  // Between 1/256 and 8, and for all functions but the logarithm down to -8.
  let values = (1...count).map { i in
    let x = 8 * Double(i) / Double(count)
    return name == "log" || i % 2 == 0 ? x : -x
  }
  let run = try Run(plan) { _ in values }
  let (input, output) = (run.inputs[0], run.outputs[0])
  let timings = try time([
    { try plan.run(in: run.workspace) },
    { for i in 0..<count { output[i] = libm(input[i]) } },
  ])
  return FunctionTiming(
    function: name, element: element, plan: timings[0].processor / Double(count),
    libm: timings[1].processor / Double(count))
}
