// Rows of a table as batches: encoded, one sample a column, with their targets. What training and validation read.
import CKernels
import MatDeriv

/// A table seen through an encoder and a target.
final class Samples<Element: Scalar>: @unchecked Sendable {
  // Immutable once made.
  let table: Table
  let encoder: Encoder
  /// Inputs of a row.
  let width: Int
  let target: Target
  /// Outputs of the network.
  let outputs: Int
  /// Weight of each row, scaled so that their mean over the rows of training is one; nil if all are one.
  let weights: [Float]?
  private let numbers: Int
  private let centre: AlignedArray<Float>
  private let factor: AlignedArray<Element>
  private let fill: AlignedArray<Element>
  /// The class of each row; nil for numbers.
  private let labels: UnsafeMutablePointer<Int32>?
  /// The target of each row in the network's own units; nil for classes.
  private let values: AlignedArray<Element>?
  /// All rows, encoded, where they are few enough: a batch then copies them.
  private var encoded: AlignedArray<Element>?
  /// Bytes of encoded rows that are kept.
  private static var room: Int { 1 << 24 }
  /// By category: its place among the stored numbers, its first input, and the position of each stored value among the encoder's.
  private let categories: [(stored: Int, first: Int, positions: [Int])]

  init(_ table: Table, _ encoder: Encoder, _ target: Target, outputs: Int, weights: [Float]? = nil) {
    self.table = table
    self.encoder = encoder
    width = encoder.width
    self.target = target
    self.outputs = outputs
    self.weights = weights
    numbers = encoder.numbers
    switch table.targets {
    case .classes(_, let classes, _):
      let copy = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, classes.count))
      for (row, label) in classes.enumerated() { (copy + row).initialize(to: label) }
      (labels, values) = (copy, nil)
    case .numbers(_, let numbers):
      let scaled = AlignedArray<Element>(count: numbers.count)
      if case .number(_, let middle, let scale) = target {
        for (row, value) in numbers.enumerated() { scaled.start[row] = Element((value - middle) * scale) }
      }
      (labels, values) = (nil, scaled)
    }
    centre = AlignedArray(count: numbers)
    factor = AlignedArray(count: numbers)
    fill = AlignedArray(count: numbers)
    var categories: [(stored: Int, first: Int, positions: [Int])] = []
    var first = 0
    for (c, column) in encoder.columns.enumerated() {
      switch column {
      case .number(_, let middle, let scale, let missing):
        centre.start[c] = Float(middle - table.columns[c].origin)
        factor.start[c] = Element(scale)
        fill.start[c] = Element((missing - middle) * scale)
      case .category(_, let values):
        let place = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0.element, $0.offset) })
        categories.append((c, first, table.columns[c].values!.map { place[$0] ?? -1 }))
      }
      first += column.width
    }
    self.categories = categories
    if table.rows * encoder.width * MemoryLayout<Element>.stride <= Samples.room {
      let kept = AlignedArray<Element>(count: table.rows * encoder.width)
      for row in 0..<table.rows { encode(row, into: kept.start + row * encoder.width) }
      encoded = kept
    }
  }

  deinit { labels?.deallocate() }

  /// The lowest value that an input has in the encoder's table, encoded; for images, what lies around them.
  lazy var background: Double? = {
    guard numbers > 0 else { return nil }
    var lowest = Float.infinity
    var column = 0
    for row in 0..<table.rows {
      let x = table.store[row]
      for c in 0..<numbers {
        let value = x[c] + Float(table.columns[c].origin)
        if value < lowest { (lowest, column) = (value, c) }
      }
    }
    guard case .number(_, let middle, let scale, _) = encoder.columns[column] else { return nil }
    return (Double(lowest) - middle) * scale
  }()

  /// Asks for the numbers of a row that is encoded soon.
  @inline(__always)
  func prefetch(_ row: Int) {
    if let encoded {
      sk_prefetch(encoded.start + row * width, width * MemoryLayout<Element>.stride)
    } else {
      sk_prefetch(table.store[row], table.store.width * MemoryLayout<Float>.stride)
    }
  }

  /// Writes the inputs of a row.
  @inline(__always)
  func encode(_ row: Int, into x: UnsafeMutablePointer<Element>) {
    if let encoded {
      x.update(from: encoded.start + row * width, count: width)
      return
    }
    let stored = UnsafePointer(table.store[row])
    Element.encode(x, stored, centre.start, factor.start, fill.start, numbers)
    if categories.isEmpty { return }
    for i in numbers..<width { x[i] = 0 }
    for category in categories {
      let code = Int(stored[category.stored])
      if code >= 0, category.positions[code] >= 0 { x[category.first + category.positions[code]] = 1 }
    }
  }

  /// Writes the targets of a row. Smoothing moves this share of a class's one to all classes alike.
  @inline(__always)
  func writeTarget(_ row: Int, smoothing: Element, weight: Element, into y: UnsafeMutablePointer<Element>) {
    guard let labels else {
      y[0] = values!.start[row]
      return
    }
    let label = Int(labels[row])
    if outputs == 1 {
      let one: Element = label == 1 ? 1 : 0
      y[0] = weight * (one * (1 - smoothing) + smoothing / 2)
      return
    }
    let rest = weight * smoothing / Element(outputs)
    for k in 0..<outputs { y[k] = rest }
    y[label] += weight * (1 - smoothing)
  }
}

extension Scalar {
  @inline(__always)
  static func encode(
    _ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Float>, _ centre: UnsafeMutablePointer<Float>,
    _ factor: UnsafeMutablePointer<Self>, _ fill: UnsafeMutablePointer<Self>, _ n: Int
  ) {
    func cast<To>(_ p: UnsafeMutablePointer<Self>, _: To.Type) -> UnsafeMutablePointer<To> {
      UnsafeMutableRawPointer(p).assumingMemoryBound(to: To.self)
    }
    if Self.self == Double.self {
      sk_encode_f64(cast(y, Double.self), x, centre, cast(factor, Double.self), cast(fill, Double.self), n)
    } else {
      sk_encode_f32(cast(y, Float.self), x, centre, cast(factor, Float.self), cast(fill, Float.self), n)
    }
  }
}
