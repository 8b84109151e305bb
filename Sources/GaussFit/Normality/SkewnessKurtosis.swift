// Skewness and kurtosis of a column, turned into standard normal numbers: the univariate pieces of Doornik and Hansen's test.

/// Sample skewness `m3 / m2^(3/2)` and kurtosis `m4 / m2^2` of n numbers, central moments with divisor n.
struct SkewnessKurtosis: Sendable, Equatable {
  let skewness: Double
  let kurtosis: Double
  let n: Double

  init(skewness: Double, kurtosis: Double, n: Double) {
    self.skewness = skewness
    self.kurtosis = kurtosis
    self.n = n
  }

  init(_ x: UnsafeBufferPointer<Double>) {
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    var (m2, m3, m4) = (0.0, 0.0, 0.0)
    for value in x {
      let y = value - mean
      m2 += y * y
      m3 += y * y * y
      m4 += (y * y) * (y * y)
    }
    self.init(skewness: m3 / n / ((m2 / n) * (m2 / n).squareRoot()), kurtosis: n * (m4 / m2) / m2, n: n)
  }

  /// D'Agostino's transformation of the skewness, standard normal under normality.
  ///
  /// **Domain**: n > 7. **Source**: J. A. Doornik, H. Hansen, An omnibus test for univariate and multivariate normality, Oxf. Bull.
  /// Econ. Stat. 70 (2008), section 2, after R. B. D'Agostino, Biometrika 57 (1970).
  var normalSkewness: Double {
    // w^2 - 1 = sqrt(2 (beta - 1)) - 2 with beta - 3 by its own polynomial: w^2 is 1 + 18 / n and less for many rows
    let excess =
      36 * (((n - 5) * n - 19) * n + 35) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
    let above = 2 * excess / ((2 * excess + 4).squareRoot() + 2)
    let delta = 1 / (0.5 * Double.log(onePlus: above)).squareRoot()
    let y = skewness * (above / 2 * ((n + 1) * (n + 3)) / (6 * (n - 2))).squareRoot()
    return delta * Double.asinh(y)  // log(y + sqrt(y^2 + 1)), without cancellation for negative y
  }

  /// The kurtosis given the skewness as a gamma variable, by Wilson and Hilferty's cube root: standard normal.
  ///
  /// **Domain**: n > 7. **Source**: Doornik and Hansen (2008), section 2, after L. R. Shenton, K. O. Bowman, J. Am. Stat. Assoc. 72
  /// (1977).
  var normalKurtosis: Double {
    let b1 = skewness * skewness
    let delta = (n - 3) * (n + 1) * (n * n + 15 * n - 4)
    let a = (n - 2) * (n + 5) * (n + 7) * (n * n + 27 * n - 70) / (6 * delta)
    let c = (n - 7) * (n + 5) * (n + 7) * (n * n + 2 * n - 5) / (6 * delta)
    let k = (n + 5) * (n + 7) * (n * n * n + 37 * n * n + 11 * n - 313) / (12 * delta)
    let alpha = a + b1 * c
    // kurtosis >= 1 + b1 for every sample; rounding may say otherwise
    let chi = max(kurtosis - 1 - b1, 0) * 2 * k
    return (Double.root(chi / (2 * alpha), 3) - 1 + 1 / (9 * alpha)) * (9 * alpha).squareRoot()
  }
}
