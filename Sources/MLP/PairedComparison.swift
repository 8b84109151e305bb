// Two models on the same rows: what is told apart by chance alone, for classes and for numbers.
import CKernels
import RealModule

/// Rows by whether each of two models predicts their class.
public struct PairedClasses: Sendable, Equatable {
  /// Rows that both predict, the first alone, the second alone, neither.
  public var both = 0
  public var first = 0
  public var second = 0
  public var neither = 0

  public init(both: Int = 0, first: Int = 0, second: Int = 0, neither: Int = 0) {
    (self.both, self.first, self.second, self.neither) = (both, first, second, neither)
  }

  public mutating func add(first isFirstRight: Bool, second isSecondRight: Bool) {
    switch (isFirstRight, isSecondRight) {
    case (true, true): both += 1
    case (true, false): first += 1
    case (false, true): second += 1
    case (false, false): neither += 1
    }
  }

  public var rows: Int { both + first + second + neither }
  /// Rows that one of the models predicts, and the other not.
  public var discordant: Int { first + second }
  /// Accuracy of the first model, and of the second.
  public var accuracies: (first: Double, second: Double) {
    let n = Double(max(1, rows))
    return (Double(both + first) / n, Double(both + second) / n)
  }
  /// Accuracy of the first less that of the second.
  public var difference: Double { Double(first - second) / Double(max(1, rows)) }

  /// The probability, were both equally good, of discordant rows that are shared out at least as unevenly.
  ///
  /// **Source**: McNemar, Psychometrika 12 (1947) 153; exact by the binomial distribution.
  public var exactPValue: Double { min(1, 2 * tail(min(first, second))) }

  /// The same with half of the probability of what was observed: closer to its nominal level.
  ///
  /// **Source**: Fagerland, Lydersen, Laake, BMC Med. Res. Methodol. 13 (2013) 91, equation 5.
  public var midPValue: Double {
    let point = probability(first)
    return first == second ? 1 - point / 2 : 2 * tail(min(first, second)) - point
  }

  /// Chi-square of one degree of freedom with the correction for continuity, and its p-value; nil without discordant rows.
  ///
  /// **Source**: Edwards, Psychometrika 13 (1948) 185.
  public var chiSquare: (statistic: Double, pValue: Double)? {
    guard discordant > 0 else { return nil }
    let distance = max(0, Double(abs(first - second)) - 1)
    let statistic = distance * distance / Double(discordant)
    return (statistic, ck_chi_square_survival(1, statistic))
  }

  /// The interval of ``difference``: Wilson's intervals of both accuracies, squared and added with their correlation.
  ///
  /// **Source**: Newcombe, Stat. Med. 17 (1998) 2635, method 10.
  public func interval(level: Double = 0.95) -> (low: Double, high: Double) {
    let n = Double(max(1, rows))
    let z = ck_normal_quantile(0.5 + level / 2)
    func wilson(_ p: Double) -> (low: Double, high: Double) {
      let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
      return (middle - half, middle + half)
    }
    let (p, q) = accuracies
    let (a, b) = (wilson(p), wilson(q))
    let (e, f, g, h) = (Double(both), Double(first), Double(second), Double(neither))
    let margins = ((e + f) * (g + h) * (e + g) * (f + h)).squareRoot()
    let product = e * h - f * g
    let corrected = product > 0 ? max(product - n / 2, 0) : product
    let phi = margins > 0 ? corrected / margins : 0
    func root(_ x: Double, _ y: Double) -> Double { max(0, x * x - 2 * phi * x * y + y * y).squareRoot() }
    return (difference - root(p - a.low, b.high - q), difference + root(a.high - p, q - b.low))
  }

  /// Binomial probability of k of the discordant rows, each with probability 1/2.
  private func probability(_ k: Int) -> Double {
    let n = Double(discordant)
    let k = Double(k)
    return Double.exp(
      Double.logGamma(n + 1) - Double.logGamma(k + 1) - Double.logGamma(n - k + 1) - n * Double.log(2))
  }

  /// Probability of at most k: the beta distribution's.
  private func tail(_ k: Int) -> Double {
    k >= discordant ? 1 : ck_beta_cdf(Double(discordant - k), Double(k + 1), 0.5)
  }
}

/// Squared errors of two models on the same rows.
public struct PairedErrors: Sendable {
  public private(set) var rows = 0
  /// Mean of the first model's squared error less the second's.
  public private(set) var difference = 0.0
  private var squares = 0.0
  private var sums = (first: 0.0, second: 0.0)

  public init() {}

  public mutating func add(first: Double, second: Double, value: Double) {
    let (a, b) = ((first - value) * (first - value), (second - value) * (second - value))
    rows += 1
    sums = (sums.first + a, sums.second + b)
    // Welford's update.
    let distance = a - b - difference
    difference += distance / Double(rows)
    squares += distance * (a - b - difference)
  }

  /// Root mean squared errors.
  public var rmse: (first: Double, second: Double) {
    let n = Double(max(1, rows))
    return ((sums.first / n).squareRoot(), (sums.second / n).squareRoot())
  }

  /// Standard error of ``difference``; nil for less than two rows.
  public var standardError: Double? {
    rows < 2 ? nil : (squares / Double(rows - 1) / Double(rows)).squareRoot()
  }

  /// The paired t statistic and its two-sided p-value; nil where all differences are equal.
  public var test: (statistic: Double, degrees: Int, pValue: Double)? {
    guard let error = standardError, error > 0 else { return nil }
    let t = difference / error
    return (t, rows - 1, 2 * ck_student_t_survival(Double(rows - 1), abs(t)))
  }

  /// The interval of ``difference`` by Student's distribution; nil for less than two rows.
  public func interval(level: Double = 0.95) -> (low: Double, high: Double)? {
    guard let error = standardError else { return nil }
    let half = ck_student_t_quantile(Double(rows - 1), 0.5 + level / 2) * error
    return (difference - half, difference + half)
  }
}
