// What the entries of a derivative mean.

/// How a derivative is arranged.
public enum DerivativeForm: String, Sendable, CaseIterable {
  /// Order up to two: s/s, s/v a row, s/M of the transposed shape, v/s and M/s of the shape of the expression, v/v rows as the expression.
  case numerator
  /// d vec(F) / d vec(X)', for v/M, M/v, M/M and a row vector by a vector.
  case vecjac
  /// d^2 f / d vec(x) d vec(x)' of a scalar.
  case hessian
  /// The second derivative with respect to a scalar, of the shape of the expression.
  case second
  /// A scalar by a structured matrix, where each entry moves all entries that are tied to it: entry (j,i) belongs to X(i,j), as in
  /// numerator layout throughout.
  case tied
}

/// Whether rows or columns of a derivative belong to the numerator.
public enum Layout: String, Sendable, CaseIterable {
  /// Rows belong to the numerator: the chain rule keeps its order.
  case numerator
  /// The transpose of the numerator layout.
  case denominator
}

/// What the derivative with respect to a structured matrix is.
public enum Convention: String, Sendable, CaseIterable {
  /// df = tr(D*dX) for every admissible dX, D' having the structure itself: the orthogonal projection of the unrestricted derivative.
  case projected
  /// Entry (j,i) is the change of f when X(i,j) moves by one unit and takes the entries that are tied to it along. Matrix Cookbook (2012), section 2.8.2.
  case tied
}
