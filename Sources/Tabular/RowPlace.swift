// Where a row stands, for those who point at it later.

/// A row's place in its file, by physical lines.
public struct RowPlace: Hashable, Sendable {
  /// Position of the file in the input.
  public let file: Int
  /// From 1; of a record of several lines the first.
  public let line: Int

  public init(file: Int, line: Int) {
    self.file = file
    self.line = line
  }
}

extension Chunk {
  /// Where the rows stand, where the plan has lines counted.
  public var places: [RowPlace] { (0..<rows).map { RowPlace(file: file, line: line(row: $0)) } }
}
