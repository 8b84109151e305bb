// Whether a side condition holds at given values, with a margin: beside a singular matrix finite differences say nothing.

extension Condition {
  /// Whether the condition holds at these values.
  ///
  /// **Throws**: where the subject has no value.
  public func holds(at values: Values<Double>) throws(EvaluationError) -> Bool {
    let x = try subject.value(at: values)
    let entries = x.columnMajor
    guard entries.allSatisfy(\.isFinite) else { return false }
    switch kind {
    case .invertible:
      guard let lu = try? LU(x) else { return false }
      return lu.reciprocalCondition > Condition.margin
    case .positiveDeterminant:
      guard let lu = try? LU(x) else { return false }
      return lu.determinantSign > 0
    case .positiveDefinite: return (try? Cholesky(x.symmetricPart)) != nil
    case .positive: return entries.allSatisfy { $0 > 0 }
    case .nonnegative: return entries.allSatisfy { $0 >= 0 }
    case .nonzero: return entries.allSatisfy { $0 != 0 }
    case .fullColumnRank:
      guard let svd = try? SVD(x), x.columns <= x.rows else { return false }
      return (svd.values.last ?? 1) > Condition.margin * (svd.values.first ?? 1)
    case .simpleLargestEigenvalue:
      guard let eigen = try? SymmetricEigen(x.symmetricPart) else { return false }
      let sorted = eigen.values.sorted()
      return sorted.count < 2
        || sorted[sorted.count - 1] - sorted[sorted.count - 2] > Condition.margin * x.norm(.maximum)
    case .noEigenvalueOnNegativeAxis: return (try? sqrtm(subject).value(at: values)) != nil
    }
  }

  private static let margin = 1e-9
}
