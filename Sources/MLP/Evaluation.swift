// How well a model predicts rows whose answers are known: the figures of classes and of numbers, gathered row by row.
import CKernels
import MatDeriv
import RealModule

/// The figures of predictions beside the truth.
public struct Evaluation: Sendable {
  /// The figures of classes; nil for numbers.
  public internal(set) var classes: ClassFigures?
  /// The figures of numbers; nil for classes.
  public internal(set) var numbers: NumberFigures?

  public init(_ target: Target) {
    if let names = target.classes { classes = ClassFigures(names: names) } else { numbers = NumberFigures() }
  }

  /// The figures of rows of a table.
  public init(_ model: Model, _ table: Table, rows: [Int32]) { self.init(Predictor(model), table, rows: rows) }

  init(_ predictor: Predictor, _ table: Table, rows: [Int32]) {
    let model = predictor.model
    self.init(model.target)
    let outputs = predictor.predict(table, rows: rows)
    let k = model.target.classes?.count ?? 1
    for (j, row) in rows.enumerated() {
      switch table.targets {
      case .classes(_, let labels, _): classes?.add(Array(outputs[j * k..<(j + 1) * k]), label: Int(labels[Int(row)]))
      case .numbers(_, let values): numbers?.add(outputs[j], value: values[Int(row)])
      }
    }
  }

  /// Adds a row: its probabilities, and the place of its class among the names. Numbers have no use for it.
  public mutating func add(_ probabilities: [Double], label: Int) { classes?.add(probabilities, label: label) }

  /// Adds a row: what was predicted, and the truth. Classes have no use for it.
  public mutating func add(_ prediction: Double, value: Double) { numbers?.add(prediction, value: value) }

  /// Rows that were judged.
  public var rows: Int { classes?.rows ?? numbers?.rows ?? 0 }
}

/// Confusion, losses and calibration of predicted classes.
public struct ClassFigures: Sendable {
  public let names: [String]
  /// Rows by true class, then by predicted one.
  public private(set) var confusion: [[Int]]
  private var logLossSum = 0.0
  private var brierSum = 0.0
  /// By bin of the largest probability: rows, their probabilities, those that are right.
  private var bins = [(rows: Int, confidence: Double, right: Int)](repeating: (0, 0, 0), count: ClassFigures.binCount)
  static let binCount = 15

  init(names: [String]) {
    self.names = names
    confusion = Array(repeating: Array(repeating: 0, count: names.count), count: names.count)
  }

  public mutating func add(_ probabilities: [Double], label: Int) {
    var best = 0
    for i in probabilities.indices where probabilities[i] > probabilities[best] { best = i }
    confusion[label][best] += 1
    logLossSum -= probabilities[label].isNaN ? -Double.infinity : Double.log(max(probabilities[label], 1e-300))
    for i in probabilities.indices {
      let distance = probabilities[i] - (i == label ? 1 : 0)
      brierSum += distance * distance
    }
    // A row without an answer is wrong, and in no bin.
    guard probabilities[best].isFinite else { return }
    let bin = min(Int(probabilities[best] * Double(ClassFigures.binCount)), ClassFigures.binCount - 1)
    bins[bin].rows += 1
    bins[bin].confidence += probabilities[best]
    bins[bin].right += best == label ? 1 : 0
  }

  public var rows: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }
  public var right: Int { names.indices.reduce(0) { $0 + confusion[$1][$1] } }
  public var accuracy: Double { Double(right) / Double(max(1, rows)) }
  /// Mean of -log of the true class's probability.
  public var logLoss: Double { logLossSum / Double(max(1, rows)) }
  /// Mean over rows of the squared distance between probabilities and truth.
  public var brier: Double { brierSum / Double(max(1, rows)) }

  /// The interval of the accuracy.
  ///
  /// **Source**: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
  public func accuracyInterval(level: Double = 0.95) -> (low: Double, high: Double) {
    let n = Double(max(1, rows))
    let z = ck_normal_quantile(0.5 + level / 2)
    let middle = (accuracy + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (accuracy * (1 - accuracy) / n + z * z / (4 * n * n)).squareRoot()
    return (max(0, middle - half), min(1, middle + half))
  }

  /// Expected calibration error: the mean distance of confidence and accuracy over fifteen bins of equal width, by rows.
  ///
  /// **Source**: Guo et al., On calibration of modern neural networks, ICML 2017.
  public var calibrationError: Double {
    bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / Double(max(1, rows))
  }

  /// By class: share of its predictions that are right, share of its rows that are found, their harmonic mean, rows.
  public var perClass: [(name: String, precision: Double?, recall: Double?, f1: Double?, rows: Int)] {
    names.indices.map { c in
      let predicted = confusion.reduce(0) { $0 + $1[c] }
      let actual = confusion[c].reduce(0, +)
      let hits = confusion[c][c]
      let share = { (of: Int) in of == 0 ? nil : Double(hits) / Double(of) }
      let f1 = predicted + actual == 0 ? nil : 2 * Double(hits) / Double(predicted + actual)
      return (names[c], share(predicted), share(actual), f1, actual)
    }
  }

  /// Pairs of classes that are taken for each other most often, true class first.
  public func worstPairs(_ count: Int) -> [(truth: String, predicted: String, rows: Int)] {
    var pairs: [(Int, Int)] = []
    for i in names.indices { for j in names.indices where i != j && confusion[i][j] > 0 { pairs.append((i, j)) } }
    return pairs.sorted { (-confusion[$0.0][$0.1], $0.0, $0.1) < (-confusion[$1.0][$1.1], $1.0, $1.1) }.prefix(count)
      .map {
        (names[$0.0], names[$0.1], confusion[$0.0][$0.1])
      }
  }
}

/// Errors of predicted numbers.
public struct NumberFigures: Sendable {
  public private(set) var rows = 0
  private var squared = 0.0
  private var absolute = 0.0
  // Welford's sums of the truth.
  private var mean = 0.0
  private var squares = 0.0

  public mutating func add(_ prediction: Double, value: Double) {
    rows += 1
    let residual = prediction - value
    squared += residual * residual
    absolute += abs(residual)
    let distance = value - mean
    mean += distance / Double(rows)
    squares += distance * (value - mean)
  }

  public var rmse: Double { (squared / Double(max(1, rows))).squareRoot() }
  public var mae: Double { absolute / Double(max(1, rows)) }
  /// One less the squared errors over those of the mean; nil where all values are equal.
  public var r2: Double? { squares > 0 ? 1 - squared / squares : nil }
}

extension Predictor {
  /// Answers for rows of a table.
  func predict(_ table: Table, rows: [Int32]) -> [Double] {
    let d = table.numbers
    let positions = model.encoder.columns.enumerated().compactMap { c, column -> [Int32]? in
      guard case .category(_, let values) = column else { return nil }
      let place = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0.element, Int32($0.offset)) })
      return table.columns[c].values!.map { place[$0] ?? -1 }
    }
    var result: [Double] = []
    let block = Predictor.block
    var numbers = [Double](repeating: 0, count: max(1, d) * block)
    var categories = [Int32](repeating: -1, count: max(1, positions.count) * block)
    for first in Swift.stride(from: 0, to: rows.count, by: block) {
      let count = min(block, rows.count - first)
      for j in 0..<count {
        let x = table.store[Int(rows[first + j])]
        for c in 0..<d { numbers[c * block + j] = Double(x[c]) + table.columns[c].origin }
        for t in positions.indices {
          let code = Int(x[d + t])
          categories[t * block + j] = code < 0 ? -1 : positions[t][code]
        }
      }
      result += predict(numbers: numbers, categories: categories, stride: block, rows: count)
    }
    return result
  }
}

/// The number that sums of the last layer are divided by, so that probabilities are as sure as they should be.
enum Temperature {
  /// Minimises the total log-loss of these rows and 2*(log T)^2 over 0.05...20 by golden section in log T.
  ///
  /// The second term, a normal prior of standard deviation 1/2, keeps few rows that are all right from making the network sure of everything.
  /// **Source**: Guo et al., ICML 2017, section 4.2, but for the prior.
  static func fitted(_ model: Model, _ table: Table, rows: [Int32]) -> Double {
    guard model.network.loss.isOfClasses, rows.count >= 20 else { return 1 }
    let predictor = Predictor(model)
    func loss(_ logT: Double) -> Double {
      predictor.temperature = Double.exp(logT)
      return Evaluation(predictor, table, rows: rows).classes!.logLoss * Double(rows.count) + 2 * logT * logT
    }
    var (low, high) = (Double.log(0.05), Double.log(20))
    let ratio = (5.0.squareRoot() - 1) / 2
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (fa, fb) = (loss(a), loss(b))
    while high - low > 1e-3 {
      if fa < fb {
        (high, b, fb) = (b, a, fa)
        a = high - ratio * (high - low)
        fa = loss(a)
      } else {
        (low, a, fa) = (a, b, fb)
        b = low + ratio * (high - low)
        fb = loss(b)
      }
    }
    return Double.exp((low + high) / 2)
  }
}
