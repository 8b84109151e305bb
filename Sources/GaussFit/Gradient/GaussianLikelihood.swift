// The likelihood of a Gaussian as an expression: what MatDeriv derives and compiles when a fit is searched for instead of written down.

/// The negative mean log-likelihood, without the constant `d/2 log 2 pi`, of rows with mean b and covariance C (divisor n).
///
/// **Source**: M15 divided by -m, with the sum over the rows taken as `C + (b - m)(b - m)'`.
enum GaussianLikelihood {
  /// Over the mean m and a lower matrix K, whose diagonal is the logarithm of that of the Cholesky factor L: every K is a covariance `L L'`.
  /// `sum(diag(K))` is half the log determinant.
  static let byFactor = """
    sum(diag(K)) + tr(inv(L)*(C + (b - m)*(b - m)')*inv(L)')/2
    where L = K - diag(diag(K)) + diag(exp(diag(K))), K: matrix(d,d) lower, C: symmetric(d), b: vector(d), m: vector(d)
    """
  /// Over the mean m and the covariance S itself.
  static let byCovariance = """
    (logdet(S) + tr(inv(S)*(C + (b - m)*(b - m)')))/2
    where S: spd(d), C: symmetric(d), b: vector(d), m: vector(d)
    """
}
