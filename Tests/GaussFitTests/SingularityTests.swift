// Singular covariances: what is named, what is advised, and that the advice works; and what must not be called singular.
import GaussFit
import MatDeriv
import RandomStreams
import Testing

@Suite struct SingularityTests {
  private func singularity(_ moments: Moments, _ structure: Structure = .full, ridge: Double? = nil) throws
    -> Singularity
  {
    let error = #expect(throws: GaussFitError.self) { try Fit(moments, structure: structure, ridge: ridge) }
    guard case .singular(let singularity) = try #require(error) else { throw error! }
    return singularity
  }

  /// Rows of `names` with the columns that `derive` adds to random ones.
  private func moments(
    _ names: String, _ n: Int = 60, seed: UInt64 = 1, digits: Int = 3, derive: ([Double]) -> [Double]
  ) -> Moments {
    Moments(
      rows: randomRows(n, 3, seed: seed, digits: digits).map(derive),
      columns: names.split(separator: " ").map { String($0) })
  }

  @Test func sumOfColumns() throws {
    let orders: [(String, ([Double]) -> [Double])] = [
      ("a b c total", { [$0[0], $0[1], $0[2], $0[0] + $0[1] + $0[2]] }),
      ("total a b c", { [$0[0] + $0[1] + $0[2], $0[0], $0[1], $0[2]] }),
      ("a total b c", { [$0[0], $0[0] + $0[1] + $0[2], $0[1], $0[2]] }),
    ]
    for (names, derive) in orders {
      let found = try singularity(moments(names, derive: derive))
      #expect(found.description == #"covariance is singular (rank 3 of 4): column "total" = "a" + "b" + "c""#)
      #expect(found.mends.map(\.flags) == ["--exclude total", "--ridge 0.1", "--covariance diag"])
      #expect(found.mends[0].effect == #"leave out "total""#)
    }
  }

  private struct Example: Sendable {
    let names: String
    let text: String
    let derive: @Sendable (Double, Double, Double) -> [Double]

    init(_ names: String, _ text: String, _ derive: @escaping @Sendable (Double, Double, Double) -> [Double]) {
      (self.names, self.text, self.derive) = (names, text, derive)
    }
  }

  private static let examples: [Example] = [
    Example("a b c", #""b" = 2*"a" + "c""#) { a, c, _ in [a, 2 * a + c, c] },
    Example("a b c", #""c" = "a""#) { a, b, _ in [a, b, a] },
    Example("a b c", #""c" = -"a""#) { a, b, _ in [a, b, -a] },
    Example("c x f", #""f" = 1.8*"c" + 32"#) { c, x, _ in [c, x, 1.8 * c + 32] },
    Example("inch x cm", #""cm" = 2.54*"inch""#) { a, x, _ in [a, x, 2.54 * a] },
    Example("a b mean", #""mean" = 0.5*"a" + 0.5*"b""#) { a, b, _ in [a, b, (a + b) / 2] },
    Example("a b c m", #""m" = 1/3*"a" + 1/3*"b" + 1/3*"c""#) { a, b, c in [a, b, c, (a + b + c) / 3] },
    Example("b rest all", #""rest" = -"b" + 100"#) { a, b, _ in [b, 100 - b, a] },
    Example("r c area", #""area" = 3.14159*"r" - "c""#) { r, c, _ in [r, c, 3.14159265358979 * r - c] },
    Example("a b c", #""c" = 5*"a" - "b""#) { a, b, _ in [a, b, 5 * a - b] },
    Example("c a b", #""b" = -"c" + 5*"a""#) { a, b, _ in [5 * a - b, a, b] },
    Example("a b c", #""c" = 3*"a" - 5*"b""#) { a, b, _ in [a, b, 3 * a - 5 * b] },
    Example("double a", #""double" = 2*"a""#) { a, _, _ in [2 * a, a] },
  ]

  @Test(arguments: examples.indices) func relations(index: Int) throws {
    let example = Self.examples[index]
    let found = try singularity(moments(example.names) { example.derive($0[0], $0[1], $0[2]) })
    #expect(found.relations.map(\.description) == [example.text])
    #expect(found.rank == found.dimension - 1)
  }

  @Test func severalRelations() throws {
    let found = try singularity(
      moments("a b sum twice copy c") { [$0[0], $0[1], $0[0] + $0[1], 2 * $0[0], $0[1], $0[2]] })
    #expect(found.relations.map(\.description) == [#""sum" = "a" + "b""#, #""twice" = 2*"a""#, #""copy" = "b""#])
    #expect(found.rank == 3)
    #expect(found.mends[0].flags == "--exclude sum --exclude twice --exclude copy")
  }

  @Test func constantColumns() throws {
    let found = try singularity(moments("a k b total z") { [$0[0], 7.1, $0[1], $0[0] - $0[1], 0] })
    #expect(found.constantColumns == ["k", "z"] && found.rank == 2)
    #expect(
      found.description
        == #"covariance is singular (rank 2 of 5): columns "k" and "z" are constant; column "a" = "b" + "total""#)
    #expect(found.mends[0].flags == "--drop-constant --exclude a")
    #expect(found.mends[0].effect == #"leave out the constant columns and leave out "a""#)
    #expect(found.mends.last?.flags == "--covariance diag --drop-constant")
    let alone = try singularity(Moments(rows: [[3], [3], [3]], columns: ["x"]), .spherical)
    #expect(alone.description == #"covariance is singular (rank 0 of 1): column "x" is constant"#)
    #expect(alone.mends.isEmpty && alone.sufficientRidge == nil)
  }

  /// Property: n <= d: rank min(n - 1, d) is told; diagonal and spherical fits are given.
  @Test(arguments: [2, 3, 5, 8]) func tooFewRows(n: Int) throws {
    let few = Moments(rows: randomRows(n, 8, seed: 3))
    let found = try singularity(few)
    #expect(found.rank == n - 1 && found.hasTooFewRows && found.relations.isEmpty)
    #expect(
      found.description
        == "covariance is singular (rank \(n - 1) of 8): \(n) rows cannot determine the covariance of 8 columns: "
        + "its rank is at most \(n - 1)")
    #expect(found.mends.map(\.flags) == ["--ridge 0.1", "--covariance diag"])
    for structure in [Structure.diagonal, .spherical, .compoundSymmetry] {
      let fit = try Fit(few, structure: structure)
      #expect(fit.logLikelihood.isFinite && fit.rank == n - 1)
    }
    let one = try singularity(Moments(rows: [[1, 2]]))
    #expect(one.description.hasPrefix("covariance is singular (rank 0 of 2): column"))
  }

  /// d + 1 rows are enough.
  @Test func justEnoughRows() throws {
    #expect(try Fit(Moments(rows: randomRows(9, 8, seed: 3))).rank == 8)
  }

  /// Every mend that is advised does mend.
  @Test func mendsSuffice() throws {
    let cases: [Moments] = [
      moments("a b c total") { [$0[0], $0[1], $0[2], $0[0] + $0[1] + $0[2]] },
      moments("a b c d") { [$0[0], 1e6 * $0[1], 1e6 * $0[1], 1e-6 * $0[2]] },
      moments("a k b t") { [$0[0], 3, $0[1], 2 * $0[1] - $0[0]] },
      moments("a b c d e") { [$0[0], $0[1], $0[0] + $0[1], $0[0] - $0[1], $0[2]] },
      Moments(rows: randomRows(4, 6, seed: 2)),
    ]
    for moments in cases {
      for mend in try singularity(moments).mends {
        var words = mend.flags.split(separator: " ").map { String($0) }
        var (excluded, structure, ridge, constant) = ([String](), Structure.full, Double?.none, ConstantColumns.refuse)
        while !words.isEmpty {
          switch words.removeFirst() {
          case "--exclude": excluded.append(words.removeFirst())
          case "--ridge": ridge = Double(words.removeFirst())!
          case "--covariance": structure = try #require(Structure(rawValue: words.removeFirst()))
          case "--drop-constant": constant = .drop
          case let word: Issue.record("no flag \(word)")
          }
        }
        let kept = moments.columns.indices.filter { !excluded.contains(moments.columns[$0]) }
        let fit = try Fit(moments.selecting(kept), structure: structure, ridge: ridge, constantColumns: constant)
        #expect(fit.logLikelihood.isFinite, "\(mend.flags)")
      }
    }
  }

  /// A ridge below the rounding of the moments mends nothing, and is not pretended to.
  @Test func ridgeThatIsTooSmall() throws {
    let found = try singularity(moments("a b c") { [$0[0], $0[1], $0[0] + $0[1]] }, ridge: 1e-18)
    #expect(
      found.description
        == #"covariance is singular even with the ridge 1e-18 (rank 2 of 3): column "c" = "a" + "b""#)
  }

  /// A million rows of two decimals, summed one by one: rounding has had every chance.
  @Test func exactRelationInAMillionRows() throws {
    let n = 1_000_000
    var scatter = Matrix<Double>(rows: 3, columns: 3, repeating: 0)
    var mean = [0.0, 0.0, 0.0]
    var first = [0, 0, 0]
    let generator = Philox(seed: 5)
    for i in 0..<n {
      let words = generator.block((UInt32(i), 0, 0, 0))
      let (a, b) = (Int(words.0 % 20_000), Int(words.1 % 7_000) + Int(words.2 % 7_000))
      let row = [a, b, a + b]
      if i == 0 { first = row }
      let x = (0..<3).map { Double(row[$0] - first[$0]) / 100 }
      for k in 0..<3 {
        mean[k] += x[k]
        for l in 0...k { scatter[k, l] += x[k] * x[l] }
      }
    }
    mean = mean.map { $0 / Double(n) }
    for k in 0..<3 {
      for l in 0...k {
        scatter[k, l] -= Double(n) * mean[k] * mean[l]
        scatter[l, k] = scatter[k, l]
      }
    }
    let exact = Moments(
      columns: ["a", "b", "total"], rows: n, weight: Double(n), squaredWeight: Double(n),
      shift: first.map { DoubleDouble(significand: Int64($0), scale: 2) }, meanDeviation: mean, scatter: scatter)
    #expect(try singularity(exact).relations.map(\.description) == [#""total" = "a" + "b""#])
    // The same, but the total carries an error of a hundredth of its unit: 1e-6 of its spread.
    var noisy = scatter
    noisy[2, 2] += Double(n) * 1e-8
    let near = Moments(
      columns: ["a", "b", "total"], rows: n, weight: Double(n), squaredWeight: Double(n), shift: exact.shift,
      meanDeviation: mean, scatter: noisy)
    #expect(try Fit(near).rank == 3)
  }

  /// Nearly dependent is not dependent: the residual has 1e-6 of the column's standard deviation.
  @Test func nearlyDependent() throws {
    let rows = randomRows(200, 4, seed: 6, digits: 12)
    let fit = try Fit(Moments(rows: rows.map { [$0[0], $0[1], $0[0] + $0[1] + 1e-6 * $0[3]] }))
    #expect(fit.rank == 3 && fit.condition.scaled > 1e11)
  }

  /// Columns that sum to a constant, and columns equal but for a constant, have no compound symmetry.
  @Test func compoundSymmetry() throws {
    let equal = try singularity(moments("a b") { [$0[0], $0[0] + 1] }, .compoundSymmetry)
    #expect(equal.description == #"covariance is singular (rank 1 of 2): column "b" = "a" + 1"#)
    let closed = try singularity(
      moments("p q r") { [$0[0], $0[1], 10 - $0[0] - $0[1]] }, .compoundSymmetry)
    #expect(closed.description == #"covariance is singular (rank 2 of 3): column "r" = -"p" - "q" + 10"#)
  }

  @Test func namesAreQuotedForTheShell() throws {
    let found = try singularity(
      Moments(
        rows: randomRows(20, 2, seed: 1).map { [$0[0], $0[1], $0[0] + $0[1]] }, columns: ["a", "b", "Bob's total"]))
    #expect(found.mends[0].flags == #"--exclude 'Bob'\''s total'"#)
  }
}
