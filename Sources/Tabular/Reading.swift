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
  /// Columns that are only looked at: what kinds of cell do they hold?
  public var probes: [Int]
  public var arithmetic: Arithmetic
  public var missing: MissingPolicy

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

  public init(
    deviations: [Int] = [], values: [Int] = [], texts: [Int] = [], probes: [Int] = [],
    arithmetic: Arithmetic = .decimal, missing: MissingPolicy = .dropsRow
  ) {
    self.deviations = deviations
    self.values = values
    self.texts = texts
    self.probes = probes
    self.arithmetic = arithmetic
    self.missing = missing
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
  /// The block that the rows stand in.
  public let place: BlockPlace
  let spans: UnsafeMutablePointer<ck_span>
  /// Offsets of the rows in the block.
  let starts: UnsafeMutablePointer<UInt32>
  let block: Block
  let dialect: Dialect

  /// The bytes of a text cell, as they stand in the file. `column` counts the plan's text columns.
  public func bytes(row: Int, column: Int) -> UnsafeBufferPointer<UInt8> {
    let span = spans[column * stride + row]
    return block.cell(Int(span.start)..<Int(span.end))
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
  /// Missing cells of the plan's columns: deviations, values, texts, probes.
  public var missing: [Int] = []
  /// What the cells of the probed columns are, those that are missing left out.
  public var integers: [Int] = []
  public var decimals: [Int] = []
  public var labels: [Int] = []
  /// On which lines the blocks of the input begin.
  public var lines = LinesOfBlocks()

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
