// Co-moments up to the fourth order: all that Mardia's, Doornik and Hansen's and Ledoit and Wolf's formulas need of rows
// that pass by once. Parts are merged exactly as moments are; whitening is done on the sums, after the fact.
import MatDeriv

/// Sums of products of up to four columns about their means.
///
/// Whitening the sums after the fact loses about `cond(R)^2` rounding units, R the correlation matrix: rows that are at
/// hand are better whitened first (``Normality/mardia()``).
///
/// **Shapes**: d columns; d (d + 1) / 2 pairs, pair (a, b) with a >= b at `b d - b (b - 1) / 2 + a - b`.
/// **Source**: P. Pébay, Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
/// moments, Sandia report SAND2008-6212, section 3, for several columns.
public struct CoMoments: Sendable {
  /// Names of the columns.
  public let columns: [String]
  /// Number of rows n.
  public private(set) var rows: Int
  /// A point near the mean.
  private(set) var centre: [Double]
  /// Mean minus centre.
  private(set) var offset: [Double]
  /// Unit of each column in the sums below, a power of two near its standard deviation; 0 for one that did not vary.
  private(set) var scale: [Double]
  /// Sums of y_a y_b by pairs, y = (x - mean) / scale.
  private(set) var second: [Double]
  /// Sums of y_a y_b y_c: pair (a, b) by column c, column-major.
  private(set) var third: [Double]
  /// Sums of y_a y_b y_c y_e: pairs by pairs, column-major; the lower triangle.
  private(set) var fourth: [Double]

  /// Of no rows.
  public init(columns: [String]) {
    let d = columns.count
    let pairs = d * (d + 1) / 2
    let zero = [Double](repeating: 0, count: d)
    self.init(
      columns: columns, rows: 0, centre: zero, offset: zero, scale: zero,
      second: Array(repeating: 0, count: pairs), third: Array(repeating: 0, count: pairs * d),
      fourth: Array(repeating: 0, count: pairs * pairs))
  }

  init(
    columns: [String], rows: Int, centre: [Double], offset: [Double], scale: [Double], second: [Double],
    third: [Double], fourth: [Double]
  ) {
    self.columns = columns
    self.rows = rows
    self.centre = centre
    self.offset = offset
    self.scale = scale
    self.second = second
    self.third = third
    self.fourth = fourth
  }

  public var dimension: Int { columns.count }
  var pairs: Int { second.count }

  /// The mean of the rows.
  public var mean: [Double] { zip(centre, offset).map { $0 + $1 } }

  /// Index of the pair (a, b) in either order.
  func pair(_ a: Int, _ b: Int) -> Int { pairIndex(max(a, b), min(a, b), dimension) }

  /// The moments of first and second order.
  public var moments: Moments {
    Moments(
      columns: columns, rows: rows, weight: Double(rows), squaredWeight: Double(rows),
      shift: centre.map { DoubleDouble($0) }, meanDeviation: offset,
      scatter: Matrix(rows: dimension, columns: dimension) { second[pair($0, $1)] * scale[$0] * scale[$1] })
  }
}

/// Index of the pair (a, b), a >= b.
func pairIndex(_ a: Int, _ b: Int, _ d: Int) -> Int { b * d - b * (b - 1) / 2 + a - b }

// MARK: Merging

extension CoMoments: BlockSum {
  /// Adds the rows that `other` stands for.
  ///
  /// **Throws**: `differentColumns`. **Cost**: some d^4 operations.
  public mutating func merge(_ other: CoMoments) throws(GaussFitError) {
    guard columns == other.columns else { throw .differentColumns(columns, other.columns) }
    add(other)
  }

  mutating func add(_ other: CoMoments) {
    if other.rows == 0 { return }
    if rows == 0 {
      self = other
      return
    }
    var part = other
    let common = zip(scale, other.scale).map { max($0, $1) }
    rescale(to: common)
    part.rescale(to: common)
    let (here, there) = (Double(rows), Double(other.rows))
    let total = here + there
    let gap = (0..<dimension).map { (part.centre[$0] - centre[$0]) + (part.offset[$0] - offset[$0]) }
    let units = (0..<dimension).map { common[$0] > 0 ? gap[$0] / common[$0] : 0 }
    // Both means lie off the common one: by gap n_b / n and -gap n_a / n.
    recentre(by: units.map { $0 * (there / total) }, firstSums: nil)
    part.recentre(by: units.map { -$0 * (here / total) }, firstSums: nil)
    // The centre of the larger part is the nearer one.
    if other.rows > rows {
      centre = part.centre
      offset = (0..<dimension).map { part.offset[$0] - gap[$0] * (here / total) }
    } else {
      for j in 0..<dimension { offset[j] += gap[j] * (there / total) }
    }
    rows += part.rows
    second.add(part.second)
    third.add(part.third)
    fourth.add(part.fourth)
  }

  /// Changes the units; exact, since they are powers of two.
  private mutating func rescale(to unit: [Double]) {
    let d = dimension
    guard unit != scale else { return }
    let f = (0..<d).map { unit[$0] > 0 ? scale[$0] / unit[$0] : 1 }
    var pairFactor: [Double] = []
    for b in 0..<d { for a in b..<d { pairFactor.append(f[a] * f[b]) } }
    for p in 0..<pairs {
      second[p] *= pairFactor[p]
      for c in 0..<d { third[p + c * pairs] *= pairFactor[p] * f[c] }
      for q in 0...p { fourth[p + q * pairs] *= pairFactor[p] * pairFactor[q] }
    }
    scale = unit
  }

  /// Takes the sums about the point `v` units beside the present one.
  ///
  /// With y' = y - v and the sums s of order 0 to 3 before:
  /// `s'_abce = s_abce - sum v_a s_bce + sum v_a v_b s_ce - sum v_a v_b v_c s_e + n v_a v_b v_c v_e`, sums over the ways to choose,
  /// and likewise for lower orders.
  ///
  /// - Parameter firstSums: the sums of y; nil for zero.
  mutating func recentre(by v: [Double], firstSums: [Double]?) {
    let (d, pairs, n) = (dimension, self.pairs, Double(rows))
    let s1 = firstSums ?? Array(repeating: 0, count: d)
    let (s2, s3) = (second, third)
    var left: [Int] = []
    var right: [Int] = []
    for b in 0..<d {
      for a in b..<d {
        left.append(a)
        right.append(b)
      }
    }
    func pair(_ a: Int, _ b: Int) -> Int { pairIndex(max(a, b), min(a, b), d) }
    s2.withUnsafeBufferPointer { s2 in
      s3.withUnsafeBufferPointer { s3 in
        func product(_ a: Int, _ b: Int) -> Double { s2[pair(a, b)] }
        for q in 0..<pairs {
          let (c, e) = (left[q], right[q])
          let vv = v[c] * v[e]
          // What multiplies the products of the first two columns, and each of them.
          let tail = -(v[c] * s1[e] + v[e] * s1[c]) + n * vv
          for p in q..<pairs {
            let (a, b) = (left[p], right[p])
            let thirds =
              v[a] * s3[q + b * pairs] + v[b] * s3[q + a * pairs] + v[c] * s3[p + e * pairs] + v[e] * s3[p + c * pairs]
            let seconds =
              v[a] * v[b] * s2[q] + vv * s2[p]
              + v[a] * (v[c] * product(b, e) + v[e] * product(b, c)) + v[b]
              * (v[c] * product(a, e) + v[e] * product(a, c))
            fourth[p + q * pairs] += seconds - thirds + v[a] * v[b] * tail - vv * (v[a] * s1[b] + v[b] * s1[a])
          }
        }
        for c in 0..<d {
          for p in 0..<pairs {
            let (a, b) = (left[p], right[p])
            third[p + c * pairs] +=
              v[a] * v[b] * s1[c] + v[a] * v[c] * s1[b] + v[b] * v[c] * s1[a] - n * v[a] * v[b] * v[c]
              - (v[a] * product(b, c) + v[b] * product(a, c) + v[c] * s2[p])
          }
        }
      }
    }
    for p in 0..<pairs {
      let (a, b) = (left[p], right[p])
      second[p] += n * v[a] * v[b] - v[a] * s1[b] - v[b] * s1[a]
    }
  }
}
