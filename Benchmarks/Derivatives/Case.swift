// A case as derivatives.py writes it: a directory with the text, its declarations and sizes, and the inputs as raw doubles by columns.
// It is derived, compiled and run on these inputs.
import Foundation
import MatDeriv

/// What is asked for.
enum Question: String { case gradient, hessian }

struct Case {
  struct Description: Decodable {
    var text: String
    var declarations: [String]
    var sizes: [String: Int]
    /// What the gradient is taken with respect to, and what the Hessian.
    var variables: [String]
    var hessian: String
    /// Rows and columns of the inputs.
    var shapes: [String: [Int]]
  }

  let description: Description
  let directory: URL

  init(_ path: String) throws {
    directory = URL(fileURLWithPath: path, isDirectory: true)
    description = try JSONDecoder().decode(
      Description.self, from: Data(contentsOf: directory.appendingPathComponent("case.json")))
  }

  func input(_ name: String) throws -> [Double] {
    let data = try Data(contentsOf: directory.appendingPathComponent("\(name).f64"))
    let count = description.shapes[name]!.reduce(1, *)
    precondition(data.count == count * 8, "\(name).f64 holds \(data.count) bytes, \(count) doubles take \(count * 8)")
    return data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
  }

  /// Value and gradients in the shapes of the variables, or the Hessian.
  func derive(_ question: Question) throws -> (outputs: [MatDeriv.Expression], transposed: [Bool]) {
    let program = try Program(description.text, Declarations(description.declarations))
    if question == .hessian {
      return ([try hessian(of: program.expression, wrt: program.variable(description.hessian)!).value], [false])
    }
    let variables = description.variables.map { program.variable($0)! }
    let gradients = try derivatives(of: program.expression, wrt: variables).map(\.value)
    return ([program.expression] + gradients, [false] + gradients.map { _ in true })
  }

  /// The plan, with the seconds that text, derivative and compilation took.
  func compile<Element: Scalar>(
    _ question: Question, _: Element.Type
  ) throws -> (plan: Plan<Element>, derive: Double, compile: Double) {
    var derived: (outputs: [MatDeriv.Expression], transposed: [Bool]) = ([], [])
    var plan: Plan<Element>?
    let derive = try seconds { derived = try self.derive(question) }
    let compile = try seconds {
      plan = try Plan(derived.outputs, transposed: derived.transposed, sizes: description.sizes)
    }
    return (plan!, derive, compile)
  }

  func compile(_ question: Question) throws -> (plan: Plan<Double>, derive: Double, compile: Double) {
    try compile(question, Double.self)
  }
}

/// A plan with inputs and outputs in memory of its own.
final class Run<Element: Scalar> {
  let plan: Plan<Element>
  let workspace: Workspace<Element>
  let inputs: [UnsafeMutableBufferPointer<Element>]
  let outputs: [UnsafeMutableBufferPointer<Element>]

  init(_ plan: Plan<Element>, _ values: (String) throws -> [Double]) throws {
    self.plan = plan
    workspace = plan.makeWorkspace()
    var inputs: [UnsafeMutableBufferPointer<Element>] = []
    for input in plan.inputs {
      let array = allocate(try values(input.name).map { Element($0) })
      workspace.bind(input: input.name, to: UnsafePointer(array.baseAddress!))
      inputs.append(array)
    }
    self.inputs = inputs
    outputs = plan.outputShapes.map { allocate([Element](repeating: 0, count: $0.rows * $0.columns)) }
    for (i, output) in outputs.enumerated() { workspace.bind(output: i, to: output.baseAddress!) }
  }

  deinit { for array in inputs + outputs { array.deallocate() } }
}

/// On a boundary of cache lines, as NumPy and JAX have theirs.
func allocate<Element>(_ values: [Element]) -> UnsafeMutableBufferPointer<Element> {
  let size = Swift.max(1, values.count) * MemoryLayout<Element>.stride
  let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
  let array = memory.bindMemory(to: Element.self, capacity: values.count)
  for (i, value) in values.enumerated() { (array + i).initialize(to: value) }
  return UnsafeMutableBufferPointer(start: array, count: values.count)
}

extension Case {
  func run<Element: Scalar>(_ plan: Plan<Element>) throws -> Run<Element> { try Run(plan, input) }

  /// Writes output i to `toolkit.QUESTION.i.f64`.
  func writeAnswer(to question: Question) throws {
    let run = try run(try compile(question).plan)
    try run.plan.run(in: run.workspace)
    for (i, output) in run.outputs.enumerated() {
      try Data(buffer: output).write(to: directory.appendingPathComponent("toolkit.\(question.rawValue).\(i).f64"))
    }
  }

  struct Figures: Encodable {
    var seconds: Timing
    var deriveSeconds: Double
    var compileSeconds: Double
    var flops: Double
    var steps: Int
    var inputs: [String]
    var workspaceBytes: Int
  }

  func time(_ question: Question) throws -> Figures {
    let compilations = try (0..<5).map { _ in try compile(question) }
    let run = try run(compilations[0].plan)
    let plan = run.plan
    func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    return Figures(
      seconds: try timeRun(run), deriveSeconds: middle(compilations.map(\.derive)),
      compileSeconds: middle(compilations.map(\.compile)), flops: plan.flops, steps: plan.stepDescriptions.count,
      inputs: plan.inputs.map(\.name), workspaceBytes: plan.workspaceBytes)
  }

  private func timeRun(_ run: Run<Double>) throws -> Timing {
    try Derivatives.time { try run.plan.run(in: run.workspace) }
  }

  func repeatRuns(_ question: Question, seconds limit: Double) throws {
    let run = try run(try compile(question).plan)
    let start = processorSeconds()
    var (end, count) = (start, 0)
    while end - start < limit {
      for _ in 0..<16 { try run.plan.run(in: run.workspace) }
      count += 16
      end = processorSeconds()
    }
    print("\(count) runs, \((end - start) / Double(count) * 1e6) microseconds of processor time each")
  }
}
