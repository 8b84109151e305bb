// The oracle approximating shrinkage intensity, from moments alone.
import MatDeriv

extension Shrinkage {
  /// The oracle approximating shrinkage estimate.
  ///
  /// `s = (a + m^2) / ((n + 1) (a - m^2 / d))`, at most 1, with `a = sum s_ij^2 / d^2`; 1 where the denominator vanishes.
  ///
  /// **Throws**: `noRows`, `overflow`, `singular` where every column is constant. **Cost**: d^3.
  /// **Source**: Y. Chen, A. Wiesel, Y. C. Eldar, A. O. Hero, Shrinkage algorithms for MMSE covariance estimation, IEEE Trans. Signal
  /// Process. 58 (2010), eq. 23, in the form that scikit-learn computes.
  public init(oas moments: Moments) throws(GaussFitError) {
    try self.init(.oas, moments) { sphere in
      let d = sphere.dimension
      let a = sphere.squares / (d * d)
      // a - m^2 / d = distance / d^2
      let below = (moments.sampleSize + 1) * (sphere.distance / (d * d))
      return below > 0 ? (a + sphere.mean * sphere.mean) / below : 1
    }
  }
}
