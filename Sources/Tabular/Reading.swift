// What is wanted from an input, and what comes out of it: chunks of rows for a consumer, counts for the report.
import CKernels

/// Which columns to read, and as what.
public struct ReadingPlan: Sendable {
  /// Numeric columns as distances from a decimal of their own, see `DeviationScale`.
  public var deviations: [Int]
  /// Numeric columns as nearest doubles.
  public var values: [Int]
  /// Columns whose text is wanted.
  public var texts: [Int]
  /// Columns of which only the place of each cell in the text is wanted.
  public var places: [Int]
  /// Columns that are only looked at: what kinds of cell do they hold?
  public var probes: [Int]
  public var arithmetic: Arithmetic
  public var missing: MissingPolicy
  public var lines: Lines

  /// How deviations are computed.
  public enum Arithmetic: String, Sendable, CaseIterable {
    /// On the decimal text, as scaled integers: a large offset loses nothing.
    case decimal
    /// On the nearest doubles.
    case binary
  }

  public enum MissingPolicy: Sendable {
    case dropsRow
    /// A missing number is NaN.
    case stays
    /// The same for deviations; a row without its value or text is dropped.
    case staysInDeviations
    /// A missing number is a problem that is told with its place.
    case refused
  }

  /// Whether each row has its physical line number.
  public enum Lines: Sendable {
    case unknown
    /// Lines are counted, and all of the text comes in chunks, comments and blank lines included.
    case counted
  }

  public init(
    deviations: [Int] = [], values: [Int] = [], texts: [Int] = [], places: [Int] = [], probes: [Int] = [],
    arithmetic: Arithmetic = .decimal, missing: MissingPolicy = .dropsRow, lines: Lines = .unknown
  ) {
    self.deviations = deviations
    self.values = values
    self.texts = texts
    self.places = places
    self.probes = probes
    self.arithmetic = arithmetic
    self.missing = missing
    self.lines = lines
  }
}

/// The unit and the origin of a column of deviations: value = (origin + deviation) * 10^-places.
public struct DeviationScale: Sendable, Equatable {
  public var origin: Int64
  public var places: Int

  public init(origin: Int64, places: Int) {
    self.origin = origin
    self.places = places
  }
}

/// Rows of one block, by columns.
public struct Chunk: ~Copyable {
  public let rows: Int
  /// Rows with a missing cell, where these stay.
  public let incompleteRows: Int
  /// Column c of the plan (deviations first, then values) starts at `numbers + c * stride`.
  public let numbers: UnsafeMutablePointer<Double>
  public let stride: Int
  /// Position of the file in the input.
  public let file: Int
  let spans: UnsafeMutablePointer<ck_span>
  let block: Block
  let dialect: Dialect
  let plan: ReadingPlan
  /// Line of each row from 1, where lines are counted.
  let lines: UnsafePointer<Int>
  /// The bytes of the block from which the chunk was read.
  let extent: Range<Int>

  /// The bytes of a text cell, as they stand in the file. `column` counts the plan's text columns.
  public func bytes(row: Int, column: Int) -> UnsafeBufferPointer<UInt8> {
    let span = spans[column * stride + row]
    return block.cell(Int(span.start)..<Int(span.end))
  }

  /// The physical line on which a row begins, from 1, where the plan has lines counted.
  public func line(row: Int) -> Int { lines[row] }

  /// The text from which the chunk was read, where the plan has lines counted: the chunks of an input follow each other without a gap from behind the
  /// header to the end.
  public var source: UnsafeBufferPointer<UInt8> { block.cell(extent) }

  /// Where a cell stands in ``source``; `column` counts the plan's columns of places.
  public func place(row: Int, column: Int) -> Range<Int> {
    let span = spans[(plan.texts.count + column) * stride + row]
    return Int(span.start) - extent.lowerBound..<Int(span.end) - extent.lowerBound
  }

  /// The text of a cell without quotes and surrounding blanks; nil where it is not valid in the file's encoding.
  public func text(row: Int, column: Int) -> String? {
    CellText.decode(bytes(row: row, column: column), quote: dialect.quote, encoding: dialect.encoding)
  }
}

/// Takes chunks of rows and makes something of them. Each worker has its own consumer; what the consumer made of
/// a block is merged with the rest in an order that the file alone decides.
public protocol ChunkConsumer: SendableMetatype {
  associatedtype Partial: Sendable
  /// Takes rows of the current block.
  mutating func consume(_ chunk: borrowing Chunk)
  /// What became of the current block; the next chunk begins another.
  mutating func finishBlock() -> Partial
  /// Appends what came after `partial` in the input.
  static func merge(_ partial: inout Partial, with later: Partial)
}

/// Counts over a whole input.
public struct ReadingTally: Sendable, Equatable {
  public var records = 0
  /// Records with a missing cell in a column that was read.
  public var incomplete = 0
  /// Of these, records that were dropped for it.
  public var leftOut = 0
  /// Short records that were filled up, and records of the wrong length that were left out.
  public var padded = 0
  public var dropped = 0
  public var bytes = 0
  /// Missing cells of the plan's columns: deviations, values, texts, places (which count none), probes.
  public var missing: [Int] = []
  /// What the cells of the probed columns are, those that are missing left out.
  public var integers: [Int] = []
  public var decimals: [Int] = []
  public var labels: [Int] = []

  mutating func add(_ other: ReadingTally) {
    records += other.records
    incomplete += other.incomplete
    leftOut += other.leftOut
    padded += other.padded
    dropped += other.dropped
    bytes += other.bytes
    for counts in [\ReadingTally.missing, \.integers, \.decimals, \.labels] {
      if self[keyPath: counts].isEmpty {
        self[keyPath: counts] = other[keyPath: counts]
      } else {
        for i in self[keyPath: counts].indices { self[keyPath: counts][i] += other[keyPath: counts][i] }
      }
    }
  }
}
