// The loop over rows: chunks of columns go in, the moments of a block of rows come out.
// Sums are taken about a centre, the weighted mean of the first chunk, which serves for `reach` times that chunk's weight;
// then another begins, and both are merged. So cancellation costs at most that factor, whatever the data and the weights,
// and nothing at all where deviations are whole numbers of a unit: the centre is whole too, and sums of whole numbers
// below 2^53 are exact.
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
  /// How many times the weight of its first chunk a centre serves.
  static let reach = 16.0

  /// Room for one chunk, centred and weighted; accumulators that never work at the same time may share it.
  final class Scratch {
    let columns: Int
    let capacity: Int
    let stride: Int
    let centred: UnsafeMutablePointer<Double>
    /// Made when weights first appear.
    private var weighted: UnsafeMutablePointer<Double>?

    /// For chunks of at most `capacity` rows.
    init(columns: Int, capacity: Int) {
      self.columns = columns
      self.capacity = capacity
      stride = padded(capacity) + Int(ck_row_group)  // columns must not all meet in the same cache sets
      centred = .allocate(capacity: max(1, columns) * stride)
    }

    func weightedRoom() -> UnsafeMutablePointer<Double> {
      let room = weighted ?? .allocate(capacity: max(1, columns) * stride)
      weighted = room
      return room
    }

    deinit {
      centred.deallocate()
      weighted?.deallocate()
    }
  }

  private let scratch: Scratch
  private let centring: Centring
  /// The sums about the present centre.
  private var sums: Sums?
  /// The moments of the rows about earlier centres of the same block.
  private var earlier: PartialMoments?

  private struct Sums {
    let reach: Double
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
    require(rows <= scratch.capacity, "a chunk of \(rows) rows is more than the \(scratch.capacity) prepared for")
    if rows == 0 || columns == 0 { return }
    let (centred, stride) = (scratch.centred, scratch.stride)
    let weighted = weights == nil ? nil : scratch.weightedRoom()
    let weight = weights.map { UnsafeBufferPointer(start: $0, count: rows).reduce(0, +) } ?? Double(rows)
    if let sums, sums.weight + weight > sums.reach { closeCentre() }
    var current =
      sums
      ?? Sums(
        reach: Accumulator.reach * weight, centre: centre(of: x, stride: xStride, rows: rows, weights: weights),
        sums: Array(repeating: 0, count: columns), scatter: Array(repeating: 0, count: columns * columns))
    sums = nil  // so that the arrays are not copied when they change
    current.rows += rows
    current.weight += weight
    current.squaredWeight +=
      weights.map { UnsafeBufferPointer(start: $0, count: rows).reduce(0) { $0 + $1 * $1 } } ?? weight
    ck_center(x, xStride, rows, columns, current.centre, weights, centred, weighted, stride, &current.sums)
    if columns < Accumulator.blasColumns || weights != nil {
      ck_add_scatter(centred, weighted ?? centred, stride, padded(rows), columns, &current.scatter)
    } else {
      cblas_dsyrk(
        CblasColMajor, CblasLower, CblasTrans, Int32(columns), Int32(rows), 1, centred, Int32(stride), 1,
        &current.scatter, Int32(columns))
    }
    sums = current
  }

  /// The moments of the rows since the last call.
  func finishBlock() -> PartialMoments {
    closeCentre()
    defer { earlier = nil }
    return earlier ?? PartialMoments(columns: columns)
  }

  /// Turns the sums about the present centre into moments; the next rows begin another centre.
  private func closeCentre() {
    guard var current = sums else { return }
    sums = nil
    let offset = current.sums.map { $0 / current.weight }
    current.scatter.withUnsafeMutableBufferPointer { scatter in
      for j in 0..<columns {
        let factor = offset[j] * current.weight
        for i in j..<columns { scatter[j * columns + i] -= offset[i] * factor }
      }
    }
    let part = PartialMoments(
      rows: current.rows, weight: current.weight, squaredWeight: current.squaredWeight, centre: current.centre,
      offset: offset, scatter: current.scatter)
    if earlier == nil { earlier = part } else { earlier!.merge(part) }
  }

  private func centre(
    of x: UnsafePointer<Double>, stride: Int, rows: Int, weights: UnsafePointer<Double>?
  ) -> [Double] {
    let total = weights.map { UnsafeBufferPointer(start: $0, count: rows).reduce(0, +) } ?? Double(rows)
    return (0..<columns).map { column in
      let values = UnsafeBufferPointer(start: x + column * stride, count: rows)
      let sum = weights.map { w in (0..<rows).reduce(0) { $0 + w[$1] * values[$1] } } ?? values.reduce(0, +)
      // A whole centre keeps whole deviations whole; beyond 2^53 no deviation is exact anyway.
      return centring == .wholeUnits ? (sum / total).rounded() : sum / total
    }
  }
}

/// Rows in whole groups, as the kernels take them.
private func padded(_ rows: Int) -> Int {
  let group = Int(ck_row_group)
  return (rows + group - 1) / group * group
}
