// The replicates of a bootstrap: rows drawn again, or moments drawn from the fitted distribution. A replicate is a function of seed and number
// alone, so that it has the same bits for any number of threads.
import MatDeriv
import RandomStreams

/// Where the replicates of a bootstrap come from.
public enum Resampling: Sendable {
  /// As many rows as there are, drawn with replacement.
  case rows(Matrix<Double>)
  /// Moments of as many rows of the fitted Gaussian.
  case parametric

  /// The word of reports.
  public var name: String {
    switch self {
    case .rows: "rows"
    case .parametric: "parametric"
    }
  }
}

/// Draws the moments of replicates.
struct Replicates: Sendable {
  let resampling: Resampling
  let moments: Moments
  let gaussian: Gaussian
  let source: MeanSource
  let generator: Philox

  /// Streams of the generator that are no sample of a ``Gaussian``.
  private enum Stream {
    static let rows: UInt32 = 1
    static let wishart: UInt32 = 2
  }

  /// The moments of one replicate, about the known mean if there is one.
  func moments(_ replicate: Int) -> Moments {
    switch resampling {
    case .rows(let rows):
      let drawn = Moments(
        rows: rows, columns: moments.columns, weights: counts(of: rows.rows, replicate), weighting: .frequency)
      return source == .known ? drawn.about(gaussian.mean) : drawn
    case .parametric: return wishart(replicate)
    }
  }

  /// How often each row is drawn: multinomial.
  func counts(of n: Int, _ replicate: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: n)
    let (low, high) = (UInt32(truncatingIfNeeded: replicate), UInt32(truncatingIfNeeded: replicate >> 32))
    for pair in 0..<((n + 1) / 2) {
      let block = generator.block((UInt32(truncatingIfNeeded: pair), Stream.rows, low, high))
      // The high word of a product: uniform but for n / 2^64.
      let first = (UInt64(block.0) << 32 | UInt64(block.1)).multipliedFullWidth(by: UInt64(n)).high
      counts[Int(first)] += 1
      guard 2 * pair + 1 < n else { break }
      let second = (UInt64(block.2) << 32 | UInt64(block.3)).multipliedFullWidth(by: UInt64(n)).high
      counts[Int(second)] += 1
    }
    return counts
  }

  /// Mean and scatter of n rows of the fitted Gaussian, without the rows: `L A A' L'`, A lower triangular with roots of chi-squares on the
  /// diagonal and normal numbers below.
  ///
  /// **Source**: M. S. Bartlett, Proc. R. Soc. Edinburgh 53 (1933); Anderson (2003), theorem 7.2.1.
  private func wishart(_ replicate: Int) -> Moments {
    let (d, n) = (moments.columns.count, moments.sampleSize)
    let nu = n - Double(source.estimated)
    var numbers = Uniforms(generator, Stream.wishart, replicate)
    var a = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for j in 0..<d {
      a[j, j] = ChiSquare(degreesOfFreedom: nu - Double(j)).quantile(numbers.next()).squareRoot()
      for i in (j + 1)..<max(d, j + 1) { a[i, j] = NormalInversion.quantile(numbers.next()) }
    }
    let root = gaussian.lower * a
    let product = root * root.transposed
    let z = (0..<d).map { _ in NormalInversion.quantile(numbers.next()) / n.squareRoot() }
    let gap =
      source == .known
      ? z.map { _ in 0 } : (0..<d).map { i in (0...i).reduce(0) { $0 + gaussian.lower[i, $1] * z[$1] } }
    return Moments(
      columns: moments.columns, weighting: .frequency, rows: moments.rows, weight: n, squaredWeight: n,
      shift: gaussian.mean.map { DoubleDouble($0) }, meanDeviation: gap,
      scatter: Matrix(rows: d, columns: d) { product[max($0, $1), min($0, $1)] })
  }
}

/// Uniform numbers of one replicate, one after the other.
private struct Uniforms {
  private let generator: Philox
  private let stream: UInt32
  private let replicate: (UInt32, UInt32)
  private var index: UInt32 = 0
  private var spare: Double?

  init(_ generator: Philox, _ stream: UInt32, _ replicate: Int) {
    self.generator = generator
    self.stream = stream
    self.replicate = (UInt32(truncatingIfNeeded: replicate), UInt32(truncatingIfNeeded: replicate >> 32))
  }

  mutating func next() -> Double {
    if let known = spare {
      spare = nil
      return known
    }
    let (u, v) = Philox.uniforms(generator.block((index, stream, replicate.0, replicate.1)))
    index += 1
    spare = v
    return u
  }
}
