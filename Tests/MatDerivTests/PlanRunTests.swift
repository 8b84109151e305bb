// How plans run: nothing is allocated in a second run, the bits are the same from run to run and for any number of threads, fixed inputs are
// used once, outputs go where they are wanted, and batches are instances one after another.
import CAllocations
import Testing

@testable import MatDeriv

@Suite struct PlanRunTests {
  /// Functions whose plans have every kind of step, with sizes large enough for products to be cut.
  private static let functions: [(text: String, declarations: [String], gradients: [String])] = [
    ("x'*A*x", ["x: vector(n)", "A: matrix(n,n)"], ["x"]),
    ("sum(softplus(-y.*(X*w)))", ["X: matrix(m,n)", "w: vector(n)", "y: vector(m)"], ["w"]),
    ("sum((T - U*V').^2)", ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"], ["U", "V"]),
    ("logdet(S) + tr(inv(S)*C)", ["S: spd(n)", "C: spd(n)"], ["S"]),
    ("tr(A*X'*B*X*C)", ["A: matrix(n,n)", "B: matrix(n,n)", "C: matrix(n,n)", "X: matrix(n,n)"], ["X"]),
    (
      "sum(logsumexp(W2*relu(W1*X))) - sum(Y.*(W2*relu(W1*X)))",
      ["W1: matrix(n,n)", "W2: matrix(k,n)", "X: matrix(n,m)", "Y: matrix(k,m)"], ["W1", "W2"]
    ),
    ("tr(inv(A)*B*diag(exp(v))*B')", ["A: matrix(n,n) invertible", "B: matrix(n,m)", "v: vector(m)"], ["v", "B"]),
    ("sum(L*X) + sum(inv(L)*X)", ["L: matrix(n,n) lower invertible", "X: matrix(n,m)"], ["X"]),
  ]

  private static func compile(_ place: Int, fixed: Set<String> = []) throws -> (Plan<Double>, Values<Double>) {
    let function = functions[place]
    let program = try Program(function.text, Declarations(function.declarations))
    let variables = function.gradients.map { program.variable($0)! }
    let gradients = try derivatives(of: program.expression, wrt: variables)
    let sizes = ["m": 300, "n": 120, "k": 10]
    var generator = SeededGenerator(seed: UInt64(place + 1))
    let values = try program.graph.admissibleValues(of: [program.expression.node], sizes: sizes, using: &generator)
    let plan = try Plan<Double>([program.expression] + gradients.map(\.value), sizes: sizes, fixed: fixed)
    return (plan, values)
  }

  private static func fill(_ workspace: Workspace<Double>, _ plan: Plan<Double>, _ values: Values<Double>) {
    for input in plan.inputs {
      let target = workspace.input(input.name)
      for (i, x) in values[input.name]!.columnMajor.enumerated() { target[i] = x }
    }
  }

  private static func results(_ plan: Plan<Double>, _ workspace: Workspace<Double>) -> [[UInt64]] {
    plan.outputShapes.indices.map { workspace.output($0).map(\.bitPattern) }
  }

  /// The allocations of a run after the first, but for those of BLAS itself: some of its kernels for small products take a buffer at
  /// every call. The least of several runs: BLAS also asks for room when many threads call it at once.
  private static func allocations(_ plan: Plan<Double>, _ workspace: Workspace<Double>) throws -> Int64 {
    try plan.run(in: workspace)
    return try (0..<5).map { _ in
      var total: Int64 = 0
      for step in plan.steps {
        let before = sk_allocation_count()
        if step.parts == 1, !step.isTurned {
          try plan.runWhole(step, workspace)
        } else {
          for part in 0..<step.parts { plan.run(step, part, workspace) }
        }
        let count = sk_allocation_count() - before
        if step.routine != .gemm || count > step.parts { total += count }
      }
      let before = sk_allocation_count()
      try plan.run(in: workspace)
      let products = plan.steps.reduce(0) { $0 + ($1.routine == .gemm ? Int64($1.parts) : 0) }
      return total + Swift.max(0, sk_allocation_count() - before - products)
    }.min()!
  }

  @Test(arguments: functions.indices) func secondRunAllocatesNothing(_ place: Int) throws {
    let (plan, values) = try Self.compile(place)
    let workspace = plan.makeWorkspace()
    Self.fill(workspace, plan, values)
    #expect(try Self.allocations(plan, workspace) == 0, "\(plan)")
  }

  @Test(arguments: Identity.all) func secondRunOfIdentitiesAllocatesNothing(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let g = program.graph
    let roots = [program.expression.node, answer.value.node]
    let sizes = g.testSizes(of: roots, given: program.declarations.sizes)
    var generator = SeededGenerator(seed: 5)
    let values = try g.admissibleValues(of: roots + [answer.variable.node], sizes: sizes, using: &generator)
    let plan = try Plan<Double>([program.expression, answer.value], sizes: sizes)
    // A primitive without a routine returns its value as a new array.
    guard !plan.steps.contains(where: { $0.routine == .generic }) else { return }
    let workspace = plan.makeWorkspace()
    Self.fill(workspace, plan, values)
    #expect(try Self.allocations(plan, workspace) == 0, "\(plan)")
  }

  /// Most tables of identities run without a primitive that allocates.
  @Test func fewPlansNeedPrimitivesWithoutRoutine() throws {
    let count = try Identity.all.count { identity in
      let program = try identity.program()
      let answer = try identity.answer(program)
      let g = program.graph
      let sizes = g.testSizes(of: [program.expression.node, answer.value.node], given: program.declarations.sizes)
      let plan = try Plan<Double>([program.expression, answer.value], sizes: sizes)
      return plan.steps.contains { $0.routine == .generic }
    }
    #expect(count <= 15, "\(count) of \(Identity.all.count)")
  }

  @Test(arguments: functions.indices) func bitsAreTheSame(_ place: Int) throws {
    let (plan, values) = try Self.compile(place)
    let workspace = plan.makeWorkspace()
    Self.fill(workspace, plan, values)
    try plan.run(in: workspace)
    let first = Self.results(plan, workspace)
    for _ in 0..<3 {
      try plan.run(in: workspace)
      #expect(Self.results(plan, workspace) == first, "from run to run\n\(plan)")
    }
    for threads in 2...4 {
      let team = ThreadTeam(count: threads)
      defer { team.end() }
      let other = plan.makeWorkspace()
      Self.fill(other, plan, values)
      try plan.run(in: other, team: team)
      try plan.run(in: other, team: team)
      #expect(Self.results(plan, other) == first, "\(threads) threads\n\(plan)")
    }
  }

  /// A step that fails ends the run of every thread, whichever is ahead.
  @Test func threadsEndTogetherWhereAStepFails() throws {
    let program = try Program("logdet(S + T)", Declarations(["S: spd(n)", "T: spd(n)"]))
    let plan = try Plan<Double>([program.expression], sizes: ["n": 3])
    let workspace = plan.makeWorkspace()
    for name in ["S", "T"] { for i in 0..<9 { workspace.input(name)[i] = i % 4 == 0 ? -1 : 0 } }
    let team = ThreadTeam(count: 3)
    defer { team.end() }
    for _ in 0..<2000 {
      #expect(throws: PlanError.self) { try plan.run(in: workspace, team: team) }
    }
  }

  // MARK: Fixed inputs

  @Test(arguments: functions.indices) func fixedInputsGiveTheSameNumbers(_ place: Int) throws {
    let (plain, values) = try Self.compile(place)
    let expected = try plain.run(values)
    let names = plain.inputs.map(\.name).filter { !Self.functions[place].gradients.contains($0) }
    let (plan, _) = try Self.compile(place, fixed: Set(names))
    let workspace = plan.makeWorkspace()
    Self.fill(workspace, plan, values)
    for _ in 0..<2 {
      try plan.run(in: workspace)
      for (i, matrix) in expected.enumerated() {
        let given = Matrix(rows: matrix.rows, columns: matrix.columns, columnMajor: Array(workspace.output(i)))
        #expect(isClose(given, matrix, 1e-12), "\(plan)")
      }
    }
  }

  /// The Hessian of least squares depends on data alone: one product, before the runs.
  @Test func whatIsFixedIsComputedOnce() throws {
    let program = try Program("sum((M*x - y).^2)", Declarations(["M: matrix(m,n)", "x: vector(n)", "y: vector(m)"]))
    let second = try hessian(of: program.expression, wrt: program.variable("x")!).value
    let plan = try Plan<Double>([second], sizes: ["m": 40, "n": 7], fixed: ["M", "y"])
    #expect(plan.preparations == 1)
    #expect(plan.flops == 0, "\(plan)")
    let workspace = plan.makeWorkspace()
    let m = Matrix<Double>.random(40, 7, seed: 3)
    for (i, x) in m.columnMajor.enumerated() { workspace.input("M")[i] = x }
    try plan.run(in: workspace)
    let first = Array(workspace.output(0))
    for i in 0..<m.count { workspace.input("M")[i] *= 2 }
    try plan.run(in: workspace)
    #expect(Array(workspace.output(0)) == first)
    workspace.forgetFixedInputs()
    try plan.run(in: workspace)
    #expect(Array(workspace.output(0)) == first.map { 4 * $0 })
  }

  /// A sum that begins with a fixed product and goes on with one that is not: the kept part must not be added to.
  @Test func fixedTermsAreKept() throws {
    let program = try Program(
      "A*B + C*D", Declarations(["A: matrix(n,n)", "B: matrix(n,n)", "C: matrix(n,n)", "D: matrix(n,n)"]))
    let plan = try Plan<Double>([program.expression], sizes: ["n": 9], fixed: ["A", "B"])
    let workspace = plan.makeWorkspace()
    let matrices = ["A", "B", "C", "D"].enumerated().map { i, _ in Matrix<Double>.random(9, 9, seed: UInt64(i + 1)) }
    for (name, matrix) in zip(["A", "B", "C", "D"], matrices) {
      for (i, x) in matrix.columnMajor.enumerated() { workspace.input(name)[i] = x }
    }
    let expected = matrices[0] * matrices[1] + matrices[2] * matrices[3]
    for _ in 0..<3 {
      try plan.run(in: workspace)
      #expect(isClose(Matrix(rows: 9, columns: 9, columnMajor: Array(workspace.output(0))), expected, 1e-13))
    }
  }

  // MARK: Outputs and batches

  @Test func outputsGoIntoSlicesOfOneVector() throws {
    let (plan, values) = try Self.compile(2)
    let expected = try plan.run(values)
    let count = expected.reduce(0) { $0 + $1.count }
    let flat = UnsafeMutablePointer<Double>.allocate(capacity: count)
    defer { flat.deallocate() }
    flat.initialize(repeating: .nan, count: count)
    let workspace = plan.makeWorkspace()
    Self.fill(workspace, plan, values)
    var offset = 0
    for (i, matrix) in expected.enumerated() {
      workspace.bind(output: i, to: flat + offset)
      offset += matrix.count
    }
    try plan.run(in: workspace)
    #expect(Array(UnsafeBufferPointer(start: flat, count: count)) == expected.flatMap(\.columnMajor))
  }

  @Test func batchesAreInstancesOneAfterAnother() throws {
    let program = try Program("x'*inv(S)*x", Declarations(["x: vector(n)", "S: spd(n)"]))
    let x = program.variable("x")!
    let gradient = try derivative(of: program.expression, wrt: x).value
    let plan = try Plan<Double>([program.expression, gradient], transposed: [false, true], sizes: ["n": 3])
    let count = 50
    var points: [Double] = []
    var matrices: [Double] = []
    for i in 0..<count {
      points += Matrix<Double>.random(3, 1, seed: UInt64(i + 1)).columnMajor
      matrices += Matrix<Double>.randomDefinite(3, seed: UInt64(i + 101)).columnMajor
    }
    let results = UnsafeMutablePointer<Double>.allocate(capacity: 4 * count)
    defer { results.deallocate() }
    try points.withUnsafeBufferPointer { points in
      try matrices.withUnsafeBufferPointer { matrices in
        func bound() -> Workspace<Double> {
          let workspace = plan.makeWorkspace()
          workspace.bind(input: "x", to: points.baseAddress!, stride: 3)
          workspace.bind(input: "S", to: matrices.baseAddress!, stride: 9)
          workspace.bind(output: 0, to: results, stride: 4)
          workspace.bind(output: 1, to: results + 1, stride: 4)
          return workspace
        }
        results.initialize(repeating: .nan, count: 4 * count)
        try plan.run(instances: 0..<count, in: bound())
        let alone = (0..<(4 * count)).map { results[$0] }
        for i in 0..<count {
          var values = Values<Double>(sizes: ["n": 3])
          values["x"] = Matrix(column: Array(points[(3 * i)..<(3 * i + 3)]))
          values["S"] = Matrix(rows: 3, columns: 3, columnMajor: Array(matrices[(9 * i)..<(9 * i + 9)]))
          let single = try plan.run(values)
          #expect(Array(alone[(4 * i)..<(4 * i + 4)]) == single.flatMap(\.columnMajor))
        }
        results.update(repeating: .nan, count: 4 * count)
        let team = ThreadTeam(count: 2)
        defer { team.end() }
        try plan.run(instances: 0..<count, in: [bound(), bound()], team: team)
        #expect((0..<(4 * count)).map { results[$0] } == alone)
      }
    }
  }

  @Test func theFirstInstanceThatFailsIsNamed() throws {
    let program = try Program("logdet(S)", Declarations(["S: spd(n)"]))
    let plan = try Plan<Double>([program.expression], sizes: ["n": 1])
    let numbers = [1.0, 2, -3, 4, -5]
    numbers.withUnsafeBufferPointer { numbers in
      let workspace = plan.makeWorkspace()
      workspace.bind(input: "S", to: numbers.baseAddress!, stride: 1)
      #expect(throws: BatchError(instance: 2, error: .notPositiveDefinite("S"))) {
        try plan.run(instances: 0..<5, in: workspace)
      }
    }
  }
}
