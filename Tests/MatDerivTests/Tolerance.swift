// The tolerances of the rule checks, all of them: relative to one plus the largest entry of what is compared.
@testable import MatDeriv

/// How far two numbers may lie apart that are one in exact arithmetic.
struct Tolerance {
  let double: Double
  let float: Float

  //                                        Double        Float
  /// Two expressions of one value.
  static let same = Tolerance(double: 1e-9, float: 4e-3)
  /// A fact that was claimed of a value.
  static let fact = Tolerance(double: 1e-10, float: 1e-3)
  /// The value in Float against the one in Double.
  static let precision = Tolerance(double: 4e-3, float: 4e-3)
  /// A derivative against central differences of sixth order.
  static let difference = Tolerance(double: 1e-6, float: 1)
  /// Differences of two steps: beyond this a kink or a singularity is near and the point says nothing.
  static let smooth = Tolerance(double: 1e-7, float: 1)

  func of<Element: Scalar>(_: Element.Type) -> Element { Element(Element.self == Float.self ? Double(float) : double) }
}

/// The largest difference, relative to one plus the largest entry of `b`; infinite where shapes differ or a number is missing.
func distance<Element: Scalar>(_ a: Matrix<Element>, _ b: Matrix<Element>) -> Element {
  guard a.rows == b.rows, a.columns == b.columns else { return .infinity }
  var (worst, scale) = (Element(0), Element(1))
  for (x, y) in zip(a.columnMajor, b.columnMajor) where x != y {
    let difference = Swift.abs(x - y)
    if !difference.isFinite { return .infinity }
    worst = Swift.max(worst, difference)
  }
  for y in b.columnMajor where y.isFinite { scale = Swift.max(scale, 1 + Swift.abs(y)) }
  return worst / scale
}

extension Facts {
  /// The facts, each by itself, that a value does not have.
  func violations<Element: Scalar>(by x: Matrix<Element>) -> [String] {
    let names: [(Facts, String)] = [
      (.symmetric, "symmetric"), (.skew, "skew"), (.diagonal, "diagonal"), (.lower, "lower"), (.upper, "upper"),
      (.orthogonal, "orthogonal"), (.invertible, "invertible"), (.semidefinite, "semidefinite"),
      (.definite, "definite"), (.posdet, "posdet"), (.nonnegative, "nonnegative"), (.positive, "positive"),
      (.binary, "binary"), (.stochastic, "stochastic"), (.fullColumnRank, "fullColumnRank"), (.nonzero, "nonzero"),
    ]
    return names.filter { contains($0.0) && !Facts.holds($0.0, x) }.map(\.1)
  }

  private static func holds<Element: Scalar>(_ fact: Facts, _ x: Matrix<Element>) -> Bool {
    let tolerance = Tolerance.fact.of(Element.self)
    let entries = x.columnMajor
    func isNear(_ a: Matrix<Element>, _ b: Matrix<Element>) -> Bool { distance(a, b) <= tolerance }
    func keep(_ condition: (Int, Int) -> Bool) -> Matrix<Element> {
      Matrix(rows: x.rows, columns: x.columns) { i, j in condition(i, j) ? x[i, j] : 0 }
    }
    var transpose: Matrix<Element> { Matrix(x.transposed) }
    var eigenvalues: [Element] { (try? SymmetricEigen(x.symmetricPart, vectors: .none).values) ?? [.nan] }
    var smallest: Element { (try? SVD(x, vectors: .none).values.min() ?? 1) ?? .nan }
    switch fact {
    case .symmetric: return isNear(transpose, x)
    case .skew: return isNear(-1 * transpose, x)
    case .diagonal: return isNear(keep { $0 == $1 }, x)
    case .lower: return isNear(keep { $0 >= $1 }, x)
    case .upper: return isNear(keep { $0 <= $1 }, x)
    case .orthogonal: return isNear(transpose * x, .identity(x.columns))
    case .invertible: return x.isSquare && smallest > 0
    case .semidefinite: return isNear(transpose, x) && eigenvalues.allSatisfy { $0 >= -tolerance }
    case .definite: return isNear(transpose, x) && eigenvalues.allSatisfy { $0 > 0 }
    case .posdet: return ((try? LU(x).determinantSign) ?? 0) > 0
    case .nonnegative: return entries.allSatisfy { $0 >= -tolerance }
    case .positive: return entries.allSatisfy { $0 > 0 }
    case .binary: return entries.allSatisfy { $0 == 1 || $0 == -1 }
    case .stochastic: return (0..<x.columns).allSatisfy { Swift.abs(x.column($0).reduce(0, +) - 1) <= tolerance }
    case .fullColumnRank: return x.rows >= x.columns && smallest > 0
    case .nonzero: return entries.allSatisfy { $0 != 0 }
    default: return false
    }
  }
}
