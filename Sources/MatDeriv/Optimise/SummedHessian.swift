// The Hessian of a sum over instances whose variables are selections of common ones, as S(o, o) and m(o) are of S and m. Each term of each instance is
// a Kronecker product, and a sum of Kronecker products is one matrix product in another order of its entries: sum of vec(A)*vec(B)'.
internal import CLinearAlgebra

/// Sums Kronecker terms over instances.
///
/// **Source**: C. F. Van Loan, N. P. Pitsianis, Approximation with Kronecker products (1993): the rearrangement of kron(A, B) is vec(A)*vec(B)'.
public struct SummedHessian: Sendable {
  /// The common variables: square ones of order `dimension` that are symmetric, and columns of that length.
  public enum Variable: Sendable {
    /// Square, its mirrored entries one parameter.
    case symmetric
    /// One column.
    case column
  }

  private let dimension: Int
  private let variables: [Variable]
  private let terms: [DerivativeForms.HessianTerm]
  private let factors: [Factor]
  /// By term, sum of vec(left)*vec(right)'.
  private var sums: [[Double]]
  /// The factors of a batch of instances, each a column.
  private var batch: [[Double]]
  private var waiting = 0
  private static let batchSize = 128

  /// A factor in the common sizes, packed where it is symmetric.
  private struct Factor: Sendable {
    /// Whether rows and columns are those of the common size; one otherwise.
    var hasRows: Bool
    var hasColumns: Bool
    var isSymmetric: Bool

    func count(_ d: Int) -> Int {
      isSymmetric ? d * (d + 1) / 2 : (hasRows ? d : 1) * (hasColumns ? d : 1)
    }

    func place(_ i: Int, _ j: Int, _ d: Int) -> Int {
      if isSymmetric {
        let (low, high) = (min(i, j), max(i, j))
        return low * d - low * (low - 1) / 2 + high - low
      }
      return (hasRows ? i : 0) + (hasColumns ? j : 0) * (hasRows ? d : 1)
    }
  }

  /// - Parameters:
  ///   - dimension: of the common variables.
  ///   - factors: what the factors are by: their rows and columns are one or the size of the variables; traps otherwise.
  public init(
    dimension: Int, variables: [Variable], terms: [DerivativeForms.HessianTerm], factors expressions: [Expression]
  ) {
    self.dimension = dimension
    self.variables = variables
    self.terms = terms
    let lengths = Set(expressions.flatMap { [$0.shape.rows, $0.shape.columns] }.filter { !$0.isOne })
    require(lengths.count <= 1, "the factors of a summed Hessian are of one size, not of \(lengths.count)")
    let factors = expressions.map { expression in
      let shape = expression.shape
      return Factor(
        hasRows: !shape.rows.isOne, hasColumns: !shape.columns.isOne,
        isSymmetric: expression.facts.contains(.symmetric) && !shape.isScalar)
    }
    self.factors = factors
    let counts = factors.map { $0.count(dimension) }
    sums = terms.map { Array(repeating: 0, count: counts[$0.left] * counts[$0.right]) }
    batch = counts.map { Array(repeating: 0, count: $0 * SummedHessian.batchSize) }
  }

  /// Adds an instance: its factors lie one after the other by columns, of order `stride` where their size is the common one; of these the
  /// entries of `selection` are taken, in the places that it names.
  public mutating func add(
    _ instance: [UnsafePointer<Double>], stride: Int, selection: [Int], weight: Double
  ) {
    for (f, factor) in factors.enumerated() {
      let count = factor.count(dimension)
      let source = instance[f]
      let (rows, columns) = (factor.hasRows ? selection.count : 1, factor.hasColumns ? selection.count : 1)
      batch[f].withUnsafeMutableBufferPointer { batch in
        let target = batch.baseAddress! + waiting * count
        target.update(repeating: 0, count: count)
        for j in 0..<columns {
          for i in (factor.isSymmetric ? j : 0)..<rows {
            let place = factor.place(
              factor.hasRows ? selection[i] : 0, factor.hasColumns ? selection[j] : 0, dimension)
            target[place] = source[i + j * (factor.hasRows ? stride : 1)]
          }
        }
      }
    }
    weights[waiting] = weight
    waiting += 1
    if waiting == SummedHessian.batchSize { flush() }
  }

  private var weights = [Double](repeating: 0, count: batchSize)

  private mutating func flush() {
    guard waiting > 0 else { return }
    for (t, term) in terms.enumerated() {
      let (m, n) = (factors[term.left].count(dimension), factors[term.right].count(dimension))
      var left = Array(batch[term.left][..<(m * waiting)])
      for k in 0..<waiting { for i in 0..<m { left[k * m + i] *= weights[k] } }
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(waiting), 1, left, Int32(m),
        batch[term.right], Int32(n), 1, &sums[t], Int32(m))
    }
    waiting = 0
  }

  /// Adds the instances of another sum of the same terms.
  public mutating func add(_ other: SummedHessian) {
    flush()
    var other = other
    other.flush()
    for t in sums.indices { for i in sums[t].indices { sums[t][i] += other.sums[t][i] } }
  }

  /// The Hessian by parameters: the lower triangle of a symmetric variable by columns, all of a column; mirrored entries are one parameter.
  public mutating func hessian() -> Matrix<Double> {
    flush()
    let d = dimension
    var parameters: [(variable: Int, entries: [(row: Int, column: Int)])] = []
    for (v, variable) in variables.enumerated() {
      for j in 0..<(variable == .symmetric ? d : 1) {
        for i in (variable == .symmetric ? j : 0)..<d {
          let isMirrored = variable == .symmetric && i != j
          parameters.append((v, isMirrored ? [(i, j), (j, i)] : [(i, j)]))
        }
      }
    }
    let n = parameters.count
    var h = Matrix<Double>(rows: n, columns: n, repeating: 0)
    for (t, term) in terms.enumerated() {
      let (left, right) = (factors[term.left], factors[term.right])
      let leading = left.count(d)
      // Entry (i + p*j, k + q*l) of kron(A, B) is A(j, l)*B(i, k), where B is p x q; a vector's entry has j = 0.
      let (rowsOfRight, columnsOfRight) = (right.hasRows, right.hasColumns)
      func split(_ entry: (row: Int, column: Int), _ variable: Variable, _ isOfRight: Bool) -> (left: Int, right: Int) {
        variable == .symmetric ? (entry.column, entry.row) : isOfRight ? (0, entry.row) : (entry.row, 0)
      }
      sums[t].withUnsafeBufferPointer { sum in
        for (q, b) in parameters.enumerated() where b.variable == term.column {
          for (p, a) in parameters.enumerated() where a.variable == term.row {
            if term.row == term.column && p > q { continue }
            var total = 0.0
            for x in a.entries {
              let r = split(x, variables[term.row], rowsOfRight)
              for y in b.entries {
                let c = split(y, variables[term.column], columnsOfRight)
                total += sum[left.place(r.left, c.left, d) + right.place(r.right, c.right, d) * leading]
              }
            }
            h[p, q] += total
          }
        }
      }
    }
    for q in 0..<n { for p in 0..<q { h[q, p] = h[p, q] } }
    return h
  }
}
