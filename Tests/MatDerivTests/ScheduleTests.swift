// What plans call: the routines in their order, and the operations they take. The expected counts are those of the textbook algorithms
// (Golub and Van Loan, Matrix Computations; LAPACK Working Note 41), written out beside each case.
import Testing

@testable import MatDeriv

/// An expression, what is compiled of it, and what its plan is to be.
struct ScheduleCase: CustomTestStringConvertible, Sendable {
  var text: String
  var declarations: [String]
  /// The variables whose gradients are computed beside the value.
  var gradients: [String] = []
  /// The variable of the Hessian, which is then all that is computed.
  var hessian: String?
  var sizes: [String: Int]
  var routines: [String]
  /// Operations of the routines but for fused passes.
  var flops: Double

  var testDescription: String { text }

  func plan() throws -> Plan<Double> {
    let program = try Program(text, Declarations(declarations))
    if let hessian {
      let x = program.variable(hessian)!
      return try Plan([MatDeriv.hessian(of: program.expression, wrt: x).value], sizes: sizes)
    }
    let variables = gradients.map { program.variable($0)! }
    let derivatives = variables.isEmpty ? [] : try derivatives(of: program.expression, wrt: variables)
    return try Plan(
      [program.expression] + derivatives.map(\.value), transposed: [false] + derivatives.map { _ in true }, sizes: sizes
    )
  }
}

@Suite struct ScheduleTests {
  /// A large order, so that a product too many cannot hide.
  private static let n = 64.0
  private static let cases: [ScheduleCase] = [
    // One factorization for the determinant, the quadratic form and all gradients: n^3/3, and its inverse n^3*2/3; a solve 2*n^2.
    ScheduleCase(
      text: "logdet(S) + (x - mu)'*inv(S)*(x - mu)", declarations: ["S: spd(n)", "x: vector(n)", "mu: vector(n)"],
      gradients: ["S", "mu"], sizes: ["n": 64], routines: ["potrf", "logdet", "potrs", "potri"],
      flops: n * n * n + 2 * n * n),
    // Gauss: half of a product.
    ScheduleCase(
      text: "M'*M", declarations: ["M: matrix(m,n)"], sizes: ["m": 300, "n": 64], routines: ["syrk"],
      flops: 300 * n * (n + 1)),
    ScheduleCase(
      text: "M'*diag(exp(w))*M", declarations: ["M: matrix(m,n)", "w: vector(m)"], sizes: ["m": 300, "n": 64],
      routines: ["gram"], flops: 300 * n * (n + 2)),
    // A trace is a dot product.
    ScheduleCase(
      text: "tr(A*B)", declarations: ["A: matrix(n,n)", "B: matrix(n,n)"], sizes: ["n": 64], routines: ["tr(A*B)"],
      flops: 2 * n * n),
    ScheduleCase(
      text: "tr(A'*B)", declarations: ["A: matrix(n,n)", "B: matrix(n,n)"], sizes: ["n": 64], routines: [], flops: 0),
    ScheduleCase(
      text: "diag(v)*M", declarations: ["v: vector(m)", "M: matrix(m,n)"], sizes: ["m": 300, "n": 64], routines: [],
      flops: 0),
    // A is read once: 2*n^2 for A*x and for A'*x.
    ScheduleCase(
      text: "x'*A*x", declarations: ["x: vector(n)", "A: matrix(n,n)"], gradients: ["x"], sizes: ["n": 64],
      routines: ["gemv, both ways"], flops: 4 * n * n),
    ScheduleCase(
      text: "x'*A*x", declarations: ["x: vector(n)", "A: matrix(n,n)"], hessian: "x", sizes: ["n": 64],
      routines: ["A + A'"], flops: n * (n + 1) / 2),
    // Products, a pass and products again, by blocks of rows: five operations of the pass and its sum for each row.
    ScheduleCase(
      text: "sum(softplus(-y.*(X*w)))", declarations: ["X: matrix(m,n)", "w: vector(n)", "y: vector(m) binary"],
      gradients: ["w"], sizes: ["m": 300, "n": 64],
      routines: ["gemv, fused: multiply scale softplus sum sigmoid multiply, gemv"], flops: 4 * 300 * n + 6 * 300),
    // The weights of its Hessian are positive: syrk of rows scaled by their roots.
    ScheduleCase(
      text: "sum(softplus(-y.*(X*w)))", declarations: ["X: matrix(m,n)", "w: vector(n)", "y: vector(m) binary"],
      hessian: "w", sizes: ["m": 300, "n": 64], routines: ["gemv", "gram"],
      flops: 2 * 300 * n + 300 * n * (n + 2)),
    // Reverse mode shares what the value needs: five products for the value and its gradient.
    ScheduleCase(
      text: "tr(A*X'*B*X*C)",
      declarations: ["A: matrix(n,n)", "B: matrix(n,n)", "C: matrix(n,n)", "X: matrix(n,n)"], gradients: ["X"],
      sizes: ["n": 64], routines: ["gemm", "gemm", "gemm", "gemm", "gemm"], flops: 5 * 2 * n * n * n),
    // From the right: three products with a vector.
    ScheduleCase(
      text: "A*B*C*v", declarations: ["A: matrix(n,n)", "B: matrix(n,n)", "C: matrix(n,n)", "v: vector(n)"],
      sizes: ["n": 64], routines: ["gemv", "gemv", "gemv"], flops: 6 * n * n),
    // An inverse that is multiplied is a solve; so many columns at n^2 each for two triangles.
    ScheduleCase(
      text: "inv(S)*B", declarations: ["S: spd(n)", "B: matrix(n,k)"], sizes: ["n": 64, "k": 3],
      routines: ["potrf", "potrs"], flops: n * n * n / 3 + 2 * n * n * 3),
    ScheduleCase(
      text: "inv(A)*b", declarations: ["A: matrix(n,n) invertible", "b: vector(n)"], sizes: ["n": 64],
      routines: ["getrf", "getrs"], flops: 2 * n * n * n / 3 + 2 * n * n),
    ScheduleCase(
      text: "inv(L)*b", declarations: ["L: matrix(n,n) lower invertible", "b: vector(n)"], sizes: ["n": 64],
      routines: ["copy", "trsm"], flops: n * n),
    ScheduleCase(
      text: "det(A) + b'*inv(A)*b", declarations: ["A: matrix(n,n) invertible", "b: vector(n)"], sizes: ["n": 64],
      routines: ["getrf", "det", "getrs"], flops: 2 * n * n * n / 3 + 2 * n * n),
    // Triangular: half of the product.
    ScheduleCase(
      text: "L*B", declarations: ["L: matrix(n,n) lower", "B: matrix(n,k)"], sizes: ["n": 64, "k": 300],
      routines: ["trmm"], flops: n * n * 300),
    ScheduleCase(
      text: "B*L'", declarations: ["L: matrix(n,n) lower", "B: matrix(k,n)"], sizes: ["n": 64, "k": 300],
      routines: ["trmm"], flops: n * n * 300),
    // A product is added where it is computed, with its factor.
    ScheduleCase(
      text: "2*A*B - 3*C*A", declarations: ["A: matrix(n,n)", "B: matrix(n,n)", "C: matrix(n,n)"], sizes: ["n": 64],
      routines: ["gemm", "gemm"], flops: 4 * n * n * n),
    ScheduleCase(
      text: "A*S*A'", declarations: ["A: matrix(n,n)", "S: symmetric(n)"], sizes: ["n": 64],
      routines: ["gemm", "gemm, symmetric"], flops: 2 * n * n * n + n * (n + 1) * n),
    // The residual is computed once, for the value and for both gradients.
    ScheduleCase(
      text: "sum((T - U*V').^2)", declarations: ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"],
      gradients: ["U", "V"], sizes: ["m": 300, "n": 64, "k": 5], routines: ["gemm", "gemm", "gemm"],
      flops: 3 * 2 * 300 * n * 5),
    // Softmax for the gradient and its logarithm for the value in one pass over the columns.
    ScheduleCase(
      text: "sum(logsumexp(W*X)) - sum(Y.*(W*X))",
      declarations: ["W: matrix(c,d)", "X: matrix(d,m)", "Y: matrix(c,m)"], gradients: ["W"],
      sizes: ["c": 10, "d": 64, "m": 300], routines: ["gemm", "softmax", "gemm"],
      flops: 2 * 2 * 10 * n * 300 + 4 * 10 * 300),
    // One pass.
    ScheduleCase(
      text: "sum(exp(A).*B./(ones(m,n) + A.^2))", declarations: ["A: matrix(m,n)", "B: matrix(m,n)"],
      sizes: ["m": 300, "n": 64], routines: [], flops: 0),
    ScheduleCase(
      text: "u*v'", declarations: ["u: vector(m)", "v: vector(n)"], sizes: ["m": 300, "n": 64], routines: [], flops: 0),
  ]

  @Test(arguments: cases) func calls(_ expected: ScheduleCase) throws {
    let plan = try expected.plan()
    let steps = plan.stepDescriptions.filter { !$0.routine.hasPrefix("fused") }
    #expect(steps.map(\.routine) == expected.routines, "\(plan)")
    let flops = steps.reduce(0) { $0 + $1.flops }
    #expect(abs(flops - expected.flops) <= 1e-12 * expected.flops, "\(plan)")
  }

  /// The sum of a row that is a product: no factor of one may be split off, again and again.
  @Test func sumOfARow() throws {
    let program = try Program("sum(x'*A*B*A)", Declarations(["x: vector(n)", "A: matrix(n,n)", "B: matrix(n,n)"]))
    let plan = try Plan<Double>([program.expression], sizes: ["n": 64])
    #expect(plan.stepDescriptions.filter { $0.routine == "gemv" }.count <= 3, "\(plan)")
    #expect(!plan.stepDescriptions.contains { $0.routine == "gemm" }, "\(plan)")
  }

  /// No array of n x n for what is a vector or a number.
  @Test(arguments: ["tr(A*B)", "tr(A'*B)", "sum(A.*B)", "diag(v)*A*v", "v'*A*B*v", "tr(A*v*v')"])
  func hasNoSquareTemporary(_ text: String) throws {
    let program = try Program(text, Declarations(["A: matrix(n,n)", "B: matrix(n,n)", "v: vector(n)"]))
    let plan = try Plan<Double>([program.expression], sizes: ["n": 200])
    for (cell, slot) in plan.layout.slotOfCell {
      guard case .buffer = plan.layout.slots[slot] else { continue }
      #expect(plan.cells[cell].count < 200 * 200, "\(plan)")
    }
  }

  /// What the plan of a gradient inverts is an inverse in the answer: nothing that could be solved.
  @Test(arguments: Identity.all) func gradientsSolve(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let g = program.graph
    guard program.expression.shape.isScalar else { return }
    let sizes = g.testSizes(of: [answer.value.node], given: program.declarations.sizes)
    let plan = try Plan<Double>([answer.value], sizes: sizes)
    let inverts = plan.steps.contains { $0.routine == .potri || $0.routine == .getri }
    // The answer itself is an inverse or a product of inverses, or a sum or an elementwise product with one.
    let terms = g.summands(g.untransposed(answer.value.node) ?? answer.value.node).map(\.1)
    func isInverse(_ node: Node) -> Bool { g.argument(g.untransposed(node) ?? node, of: Inv.self) != nil }
    let hasInverse = terms.contains { term in
      let chain = g.parts(term).chain
      return chain.count > 1 ? chain.allSatisfy(isInverse) : g.reachable(from: [term]).contains(where: isInverse)
    }
    if inverts { #expect(hasInverse, "\(answer.value.syntax)\n\(plan)") }
  }
}
