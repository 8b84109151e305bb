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

/// A Hessian scaled to a diagonal of ones: what it says has then nothing to do with the units of the parameters.
public struct ScaledHessian: Sendable {
  private let hessian: Matrix<Double>
  private let scale: [Double]
  private let unit: Matrix<Double>

  /// Nil where an entry is not finite.
  public init?(_ hessian: Matrix<Double>) {
    let h = hessian
    guard let largest = h.diagonal.map(\.magnitude).max(), h.norm(.infinity).isFinite else { return nil }
    let scale = h.diagonal.map { 1 / ($0 == 0 ? max(largest, .leastNormalMagnitude) : $0.magnitude).squareRoot() }
    self.hessian = h
    self.scale = scale
    // The lower triangle, mirrored: exactly symmetric.
    unit = Matrix(rows: h.rows, columns: h.columns) { i, j in
      let (high, low) = (max(i, j), min(i, j))
      return h[high, low] * scale[high] * scale[low]
    }
  }

  /// The signs of the eigenvalues, which scaling keeps (Sylvester); up to 1e-8 of the largest they count as zero.
  ///
  /// **Cost**: the eigenvalues.
  public var definiteness: Definiteness? {
    guard let values = try? SymmetricEigen(unit, vectors: .none).values, let least = values.first else { return nil }
    let slack = 1e-8 * max(least.magnitude, values.last!.magnitude)
    if least > slack { return .definite }
    if least >= -slack { return .singular }
    return (try? SymmetricEigen(hessian, vectors: .none).values.first).map { .indefinite(smallest: $0) }
  }

  /// What the value would still fall by if the function were the quadratic that it looks like here: g'*inv(H)*g/2, half the squared Newton
  /// decrement. Nil where the Hessian is not positive definite.
  ///
  /// **Shapes**: as many entries as the Hessian has rows. **Cost**: a factorization.
  public func remainingDecrease(gradient: [Double]) -> Double? {
    guard let factor = try? Cholesky(unit) else { return nil }
    let half = factor.solveLower(Matrix(column: zip(gradient, scale).map { $0 * $1 })).columnMajor
    return half.reduce(0) { $0 + $1 * $1 } / 2
  }
}

extension Curvature {
  /// What the Hessian at this point is; nil where it does not exist or is not finite.
  ///
  /// **Cost**: the dense Hessian and its eigenvalues.
  public func definiteness(at x: [Double]) -> Definiteness? {
    (try? hessian(at: x)).flatMap { ScaledHessian($0) }?.definiteness
  }
}
