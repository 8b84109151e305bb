// The loop over rows: chunks of columns go in, the moments of a block of rows come out.
// Each block has a centre, the mean of its first chunk, and sums are taken about it. That costs at most a factor
// (rows of the block) / (rows of the chunk) in cancellation, whatever the data, and nothing at all where deviations
// are whole numbers of a unit: the centre is whole too, and sums of whole numbers below 2^53 are exact.
import CKernels
import CLinearAlgebra
import MatDeriv

/// How the centre of a block is chosen.
enum Centring {
  /// Deviations are whole numbers of a unit as long as they fit: keep them whole.
  case wholeUnits
  case free
}

/// Sums of one worker; not to be shared.
final class Accumulator {
  /// From this many columns on the blocked dsyrk of the BLAS is faster than the tiles of our own.
  static let blasColumns = 160

  /// Room for one chunk, centred and weighted; accumulators that never work at the same time may share it.
  final class Scratch {
    let columns: Int
    let capacity: Int
    let stride: Int
    let centred: UnsafeMutablePointer<Double>
    private(set) lazy var weighted = UnsafeMutablePointer<Double>.allocate(capacity: max(1, columns) * stride)
    private var hasWeighted = false

    /// For chunks of at most `capacity` rows.
    init(columns: Int, capacity: Int) {
      self.columns = columns
      self.capacity = capacity
      stride = padded(capacity) + Int(ck_row_group)  // columns must not all meet in the same cache sets
      centred = .allocate(capacity: max(1, columns) * stride)
    }

    func weightedRoom() -> UnsafeMutablePointer<Double> {
      hasWeighted = true
      return weighted
    }

    deinit {
      centred.deallocate()
      if hasWeighted { weighted.deallocate() }
    }
  }

  private let scratch: Scratch
  private let centring: Centring
  private var block: Block?

  /// The sums of one block of rows.
  private struct Block {
    var rows = 0
    var weight = 0.0
    var squaredWeight = 0.0
    var centre: [Double]
    var sums: [Double]
    var scatter: [Double]
  }

  private var columns: Int { scratch.columns }

  init(scratch: Scratch, centring: Centring) {
    self.scratch = scratch
    self.centring = centring
    _ = LinearAlgebra.threads  // one BLAS thread: blocks are spread over threads here
  }

  /// Adds `rows` rows; column c begins at `x + c * stride`. Rows of weight zero must have been left out.
  func add(_ x: UnsafePointer<Double>, stride xStride: Int, rows: Int, weights: UnsafePointer<Double>? = nil) {
    precondition(rows <= scratch.capacity, "a chunk of \(rows) rows is more than the \(scratch.capacity) prepared for")
    if rows == 0 || columns == 0 { return }
    let (centred, stride) = (scratch.centred, scratch.stride)
    let weighted = weights == nil ? nil : scratch.weightedRoom()
    var current =
      block
      ?? Block(
        centre: centre(of: x, stride: xStride, rows: rows), sums: Array(repeating: 0, count: columns),
        scatter: Array(repeating: 0, count: columns * columns))
    block = nil  // so that the arrays are not copied when they change
    current.rows += rows
    if let weights {
      for r in 0..<rows {
        current.weight += weights[r]
        current.squaredWeight += weights[r] * weights[r]
      }
    } else {
      current.weight += Double(rows)
      current.squaredWeight += Double(rows)
    }
    ck_center(x, xStride, rows, columns, current.centre, weights, centred, weighted, stride, &current.sums)
    if columns < Accumulator.blasColumns || weights != nil {
      ck_add_scatter(centred, weighted ?? centred, stride, padded(rows), columns, &current.scatter)
    } else {
      cblas_dsyrk(
        CblasColMajor, CblasLower, CblasTrans, Int32(columns), Int32(rows), 1, centred, Int32(stride), 1,
        &current.scatter, Int32(columns))
    }
    block = current
  }

  /// The moments of the rows since the last call.
  func finishBlock() -> PartialMoments {
    guard var current = block else {
      return PartialMoments(columns: columns)
    }
    block = nil
    let offset = current.sums.map { $0 / current.weight }
    current.scatter.withUnsafeMutableBufferPointer { scatter in
      for j in 0..<columns {
        let factor = offset[j] * current.weight
        for i in j..<columns { scatter[j * columns + i] -= offset[i] * factor }
      }
    }
    return PartialMoments(
      rows: current.rows, weight: current.weight, squaredWeight: current.squaredWeight,
      centre: current.centre, offset: offset, scatter: current.scatter)
  }

  private func centre(of x: UnsafePointer<Double>, stride: Int, rows: Int) -> [Double] {
    (0..<columns).map { column in
      let values = UnsafeBufferPointer(start: x + column * stride, count: rows)
      let mean = values.reduce(0, +) / Double(rows)
      // A whole centre keeps whole deviations whole; beyond 2^53 no deviation is exact anyway.
      return centring == .wholeUnits ? mean.rounded() : mean
    }
  }
}

/// Rows in whole groups, as the kernels take them.
private func padded(_ rows: Int) -> Int {
  let group = Int(ck_row_group)
  return (rows + group - 1) / group * group
}
