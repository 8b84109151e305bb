// Rows of numbers in memory, each without a gap: in segments, so that a table of unknown length is never copied to a larger place.

/// Rows of one width. Written by one thread, then read by many.
final class RowStore<Element: BinaryFloatingPoint>: @unchecked Sendable {
  let width: Int
  private(set) var rows = 0
  private var segments: [UnsafeMutablePointer<Element>] = []
  /// Rows of a segment: a power of two, about four megabytes.
  private let shift: Int
  private let mask: Int

  init(width: Int) {
    precondition(width >= 1, "a row has at least one number")
    self.width = width
    var shift = 4
    while (width << (shift + 1)) * MemoryLayout<Element>.stride <= 1 << 22 { shift += 1 }
    self.shift = shift
    mask = 1 << shift - 1
  }

  deinit { for segment in segments { segment.deallocate() } }

  /// The numbers of a row.
  @inline(__always)
  subscript(row: Int) -> UnsafeMutablePointer<Element> { segments[row >> shift] + (row & mask) * width }

  /// Appends a row of zeros and returns its place.
  func append() -> UnsafeMutablePointer<Element> {
    if rows >> shift == segments.count {
      let count = width << shift
      let segment = UnsafeMutablePointer<Element>.allocate(capacity: count)
      // The pages of a segment that is never filled are never touched.
      segments.append(segment)
    }
    rows += 1
    let place = self[rows - 1]
    place.initialize(repeating: 0, count: width)
    return place
  }
}
