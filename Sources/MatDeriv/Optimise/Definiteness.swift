// What the Hessian says about a point where the gradient vanishes: a minimum, one that is not isolated, or none.

/// The signs of the eigenvalues of a Hessian.
public enum Definiteness: Hashable, Sendable {
  /// All are positive: a minimum, isolated.
  case definite
  /// None is negative beyond rounding, and some vanish or nearly do: a minimum is not isolated, or badly determined.
  case singular
  /// One is negative, the smallest: no minimum.
  case indefinite(smallest: Double)
}

extension Curvature {
  /// What the Hessian at this point is; nil where it does not exist or is not finite.
  ///
  /// Eigenvalues are those of the Hessian scaled to a diagonal of ones, which have the same signs whatever the units of the parameters;
  /// up to 1e-8 of the largest they count as zero. **Cost**: the dense Hessian and its eigenvalues.
  public func definiteness(at x: [Double]) -> Definiteness? {
    guard let h = try? hessian(at: x), let largest = h.diagonal.map(\.magnitude).max(), h.norm(.infinity).isFinite
    else { return nil }
    let scale = h.diagonal.map { 1 / ($0 == 0 ? max(largest, .leastNormalMagnitude) : $0.magnitude).squareRoot() }
    // The Hessian times any diagonal matrix from both sides has eigenvalues of the same signs (Sylvester).
    let scaled = Matrix<Double>(rows: h.rows, columns: h.columns) { i, j in h[i, j] * scale[i] * scale[j] }
    guard let values = try? SymmetricEigen(scaled, vectors: .none).values, let least = values.first else { return nil }
    let slack = 1e-8 * max(least.magnitude, values.last!.magnitude)
    if least > slack { return .definite }
    if least >= -slack { return .singular }
    return (try? SymmetricEigen(h, vectors: .none).values.first).map { .indefinite(smallest: $0) }
  }

  /// What the value would still fall by if the function were the quadratic that it looks like here: g'*inv(H)*g/2, half the squared Newton
  /// decrement. Nil where the Hessian is not positive definite.
  ///
  /// **Cost**: the dense Hessian and its factorization.
  public func remainingDecrease(at x: [Double], gradient: [Double]) -> Double? {
    guard let h = try? hessian(at: x) else { return nil }
    let root = h.diagonal.map { $0.squareRoot() }
    guard root.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let unit = Matrix<Double>(rows: root.count, columns: root.count) { i, j in h[i, j] / root[i] / root[j] }
    guard let factor = try? Cholesky(unit) else { return nil }
    let half = factor.solveLower(Matrix(column: zip(gradient, root).map { $0 / $1 })).columnMajor
    return half.reduce(0) { $0 + $1 * $1 } / 2
  }
}
