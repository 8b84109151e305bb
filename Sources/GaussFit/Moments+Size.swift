// The sizes that weights give to a sample, in the one place that says what n is and by what a covariance is divided.

extension Moments {
  /// Sample size n: the number of rows, or with frequency weights their sum.
  public var sampleSize: Double { weighting == .frequency ? weight : Double(rows) }

  /// Kish's effective sample size, `(sum w)^2 / sum w^2`: rows of equal weight that would give a mean of the same variance.
  public var effectiveSampleSize: Double {
    weighting == .reliability ? weight / squaredWeight * weight : sampleSize
  }

  /// Divisor of the scatter for an unbiased covariance: `sum w - 1`, or with reliability weights `sum w - sum w^2 / sum w`.
  ///
  /// **Source**: R, `stats::cov.wt(method = "unbiased")`, for the latter.
  public var unbiasedDivisor: Double {
    weighting == .reliability ? weight - squaredWeight / weight : weight - 1
  }
}

extension Moments {
  /// Makes sure that nothing has overflown; fits do so themselves, moments that are saved should be asked.
  ///
  /// **Throws**: `GaussFitError.overflow` where deviations or their squares were too large for a double.
  public func requireFinite() throws(GaussFitError) {
    let overflown = columns.indices.filter { j in
      !(meanDeviation[j].isFinite && scatter[j, j].isFinite && shift[j].rounded.isFinite)
    }
    guard overflown.isEmpty else { throw .overflow(overflown.map { columns[$0] }) }
  }
}

extension Moments {
  /// The moments of the columns that vary, and the names of the others.
  ///
  /// **Throws**: `overflow`, `allColumnsConstant`.
  public func droppingConstantColumns() throws(GaussFitError) -> (moments: Moments, dropped: [String]) {
    let (kept, dropped) = try [self].treatingConstantColumns(.drop, in: .separate)
    return (kept[0], dropped)
  }
}

extension [Moments] {
  /// Leaves out the constant columns of all groups, if so asked; their names are told.
  ///
  /// Constant is, with a covariance for each group, what is constant in any; with a common one, what is in all.
  ///
  /// **Throws**: `overflow`, `allColumnsConstant`.
  func treatingConstantColumns(
    _ treatment: ConstantColumns, in pooling: Pooling
  ) throws(GaussFitError) -> (kept: [Moments], dropped: [String]) {
    for moments in self { try moments.requireFinite() }
    guard treatment == .drop, let first else { return (self, []) }
    let constant =
      switch pooling {
      case .separate: Set(flatMap { SampleCovariance($0).constantColumns }).sorted()
      case .tied: SampleCovariance(pooling: self).constantColumns
      }
    guard !constant.isEmpty else { return (self, []) }
    let names = constant.map { first.columns[$0] }
    guard constant.count < first.columns.count else { throw .allColumnsConstant(names) }
    let kept = first.columns.indices.filter { !constant.contains($0) }
    return (map { $0.selecting(kept) }, names)
  }
}
