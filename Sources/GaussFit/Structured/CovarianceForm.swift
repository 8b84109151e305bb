// The forms of a covariance by name, those with a closed form and those that are searched for: what each is, and which are special cases of which.
import MatDeriv

/// A form that a covariance may be required to have.
public enum CovarianceForm: Sendable {
  /// One of the four with a closed form.
  case closed(Structure)
  /// Each column its own variance, one correlation.
  case heterogeneousCompoundSymmetry
  /// One variance, or each column its own, and correlations `r^|i-j|`.
  case autoregressive, heterogeneousAutoregressive
  /// One covariance for each distance of columns.
  case toeplitz
  /// Free up to so many places from the diagonal.
  case banded(Int)
  /// Free within blocks; the block of each column by its number.
  case blocks([Int])
  /// Free where the symmetric pattern is not zero.
  case zeros(Matrix<Double>)
  /// So many common factors, and a variance for each column or one for all.
  case factors(Int)
  case principalComponents(Int)
  /// As it is written.
  case written(CovarianceFormula)

  /// The formula that is searched for; nil for closed forms.
  public func formula(dimension d: Int) -> CovarianceFormula? {
    switch self {
    case .closed: nil
    case .heterogeneousCompoundSymmetry: .heterogeneousCompoundSymmetry(dimension: d)
    case .autoregressive: .autoregressive(dimension: d)
    case .heterogeneousAutoregressive: .heterogeneousAutoregressive(dimension: d)
    case .toeplitz: .toeplitz(dimension: d)
    case .banded(let width): .banded(width, dimension: d)
    case .blocks(let block): .blocks(block)
    case .zeros(let pattern): .zeros(pattern)
    case .factors(let k): .factors(k, dimension: d)
    case .principalComponents(let k): .principalComponents(k, dimension: d)
    case .written(let formula): formula
    }
  }
}

// MARK: Nesting

extension CovarianceForm {
  /// Whether every covariance of this form is one of the other, and the likelihood ratio of both has a chi-square law.
  ///
  /// The second fails where the wider form has parameters that the narrower one leaves undetermined, as the loadings of a factor that explains
  /// nothing: independent columns are a special case of one factor, and no test of it follows.
  ///
  /// **Source**: S. S. Wilks, Ann. Math. Stat. 9 (1938); for factors T. W. Anderson, H. Rubin, Proc. 3rd Berkeley Symp. 5 (1956).
  public func isNested(in wider: CovarianceForm, dimension d: Int) -> Bool {
    if case .closed(.full) = wider {
      if case .closed(.full) = self { return false }
      return true
    }
    if let inner = pattern(dimension: d), let outer = wider.pattern(dimension: d) {
      return inner.columnMajor != outer.columnMajor && zip(inner.columnMajor, outer.columnMajor).allSatisfy { $0 <= $1 }
    }
    switch (self, wider) {
    case (.closed(.spherical), .closed(.diagonal)), (.closed(.spherical), .banded), (.closed(.spherical), .blocks),
      (.closed(.spherical), .zeros), (.closed(.spherical), .closed(.compoundSymmetry)),
      (.closed(.spherical), .heterogeneousCompoundSymmetry), (.closed(.spherical), .autoregressive),
      (.closed(.spherical), .heterogeneousAutoregressive), (.closed(.spherical), .toeplitz):
      return true
    case (.closed(.diagonal), .heterogeneousCompoundSymmetry), (.closed(.diagonal), .heterogeneousAutoregressive):
      return true
    case (.closed(.compoundSymmetry), .heterogeneousCompoundSymmetry), (.closed(.compoundSymmetry), .toeplitz):
      return true
    case (.autoregressive, .heterogeneousAutoregressive), (.autoregressive, .toeplitz):
      return true
    case (.principalComponents(let inner), .factors(let outer)):
      return inner == outer
    default:
      return false
    }
  }

  /// Ones where entries are free, of forms that are nothing but zeros elsewhere.
  private func pattern(dimension d: Int) -> Matrix<Double>? {
    switch self {
    case .closed(.full): Matrix(rows: d, columns: d, repeating: 1)
    case .closed(.diagonal): .identity(d)
    case .banded(let width): Matrix(rows: d, columns: d) { abs($0 - $1) <= width ? 1 : 0 }
    case .blocks(let block): Matrix(rows: d, columns: d) { block[$0] == block[$1] ? 1 : 0 }
    case .zeros(let pattern):
      Matrix(rows: d, columns: d) { $0 == $1 || pattern[max($0, $1), min($0, $1)] != 0 ? 1 : 0 }
    default: nil
    }
  }
}
