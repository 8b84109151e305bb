// Scores of folds against figures by hand, with the quantile of Student's t from a table.
import Testing

@testable import MLP

@Test func folds() {
  let score = ResampledScore([0.8, 0.9, 0.85, 0.95], testShare: 1.0 / 3)
  #expect(abs(score.mean - 0.875) < 1e-15)
  // s^2 = 0.0125/3, times 1/4 + 1/3.
  #expect(abs(score.standardError - (0.0125 / 3 * 7 / 12).squareRoot()) < 1e-15)
  // t(3, 0.975) = 3.182446305.
  let (low, high) = score.interval()
  #expect(abs(high - (0.875 + 3.182446305 * score.standardError)) < 1e-9)
  #expect(abs(low + high - 1.75) < 1e-12)
}
