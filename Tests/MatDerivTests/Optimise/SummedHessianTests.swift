// Sums of Hessians by their Kronecker factors, against the dense Hessians of the same instances.
import Testing

@testable import MatDeriv

@Suite struct SummedHessianTests {
  private static let text = """
    (logdet(S) + tr(inv(S)*(C + (b - m)*(b - m)')))/2
    where S: spd(d), C: symmetric(d), b: vector(d), m: vector(d)
    """

  /// Symmetric, definite, and different for every number.
  private static func definite(_ n: Int, _ number: Int) -> Matrix<Double> {
    var generator = SeededGenerator(seed: UInt64(100 + number))
    let x = generator.normals(n, n + 2)
    let product = x * x.transposed
    return Matrix(rows: n, columns: n) { i, j in (product[max(i, j), min(i, j)]) / 4 + (i == j ? 1 : 0) }
  }

  /// Three selections of five rows and columns, with weights; the parameters are the lower triangle of S and m.
  @Test func equalsTheSumOfDenseHessians() throws {
    let d = 5
    let program = try Program(Self.text)
    let forms = try DerivativeForms(program.expression, wrt: ["S", "m"].map { program.variable($0)! })
    let terms = try #require(try forms.hessianTerms())
    var sum = SummedHessian(
      dimension: d, variables: [.symmetric, .column], terms: terms, factors: try #require(try forms.hessianFactors()))
    let s = Self.definite(d, 0)
    let m = (0..<d).map { 0.3 * Double($0) - 0.5 }
    var places: [Int] = []
    var expected = Matrix<Double>(rows: 20, columns: 20, repeating: 0)
    for (number, (selection, weight)) in [([0, 2, 3], 0.5), ([0, 1, 2, 3, 4], 2.0), ([4], 1.5)].enumerated() {
      let k = selection.count
      let c = Self.definite(k, number + 1)
      let b = (0..<k).map { Double($0 * number) / 3 }
      let plan = try #require(try forms.factorPlan(sizes: ["d": k]))
      var values = Values<Double>(sizes: ["d": k])
      values["S"] = s[rows: selection, columns: selection]
      values["m"] = Matrix(column: selection.map { m[$0] })
      values["C"] = c
      values["b"] = Matrix(column: b)
      let factors = try plan.run(values)
      var addresses: [UnsafePointer<Double>] = []
      let copies = factors.map { factor in
        let copy = UnsafeMutablePointer<Double>.allocate(capacity: factor.count)
        copy.initialize(from: factor.columnMajor, count: factor.count)
        addresses.append(UnsafePointer(copy))
        return copy
      }
      sum.add(addresses, stride: k, selection: selection, weight: weight)
      for copy in copies { copy.deallocate() }

      var data = Values<Double>(sizes: ["d": k])
      data["C"] = c
      data["b"] = Matrix(column: b)
      let objective = try Objective(try Program(Self.text), wrt: ["S", "m"], data: data)
      let x = try objective.packing.parameters(["S": values["S"]!, "m": values["m"]!])
      let own = try objective.hessian(at: x)
      places = []
      for (column, j) in selection.enumerated() {
        for i in selection[column...] { places.append(j * d - j * (j - 1) / 2 + i - j) }
      }
      places += selection.map { 15 + $0 }
      for p in places.indices {
        for q in places.indices { expected[places[p], places[q]] += weight * own[p, q] }
      }
    }
    let h = sum.hessian()
    for p in 0..<20 { for q in 0..<20 { #expect(abs(h[p, q] - expected[p, q]) <= 1e-12 * (1 + abs(expected[p, q]))) } }
  }

  /// A Hessian that is no sum of Kronecker products of matrices of the variables' size is told by nil.
  @Test func otherFormsAreTold() throws {
    let program = try Program("sum(exp(X)) where X: matrix(d,d)")
    let forms = try DerivativeForms(program.expression, wrt: [program.variable("X")!])
    #expect(try forms.hessianTerms() == nil)
  }
}
