// What a file of delimited text contains: its dialect, its columns, and where the records begin.

/// What the cells of a column look like.
public enum ColumnType: String, Sendable {
  case integer
  case number
  case text
  /// Every cell that was seen is missing.
  case empty

  public var isNumeric: Bool { self == .integer || self == .number }
}

/// One column, as the head of the file shows it.
public struct ColumnDescription: Sendable, Equatable {
  public var name: String
  public var type: ColumnType
  /// A numeric column is read as decimals with this many places: enough for the head of the file.
  public var decimalPlaces: Int
  /// A decimal among the column's values, its first one, in units of 10^-decimalPlaces: what is read are distances from it.
  public var origin: Int64
  /// Cells of the head that are missing.
  public var missingInSample: Int
  /// Different whole numbers in the head, if they are few: the column may be a label.
  public var distinctIntegers: Int?
}

/// Something that was decided about a file and that changes what is read.
public struct ReadingNote: Sendable, Equatable {
  /// Stable, for programs: `decimal-comma`, `no-header`, ...
  public var code: String
  public var text: String
}

/// The structure of a file.
public struct Schema: Sendable, Equatable {
  public var dialect: Dialect
  public var columns: [ColumnDescription]
  /// Fields of a record; those beyond the columns are empty and nameless.
  public var fields: Int
  public var notes: [ReadingNote]
  /// Bytes and lines before the first data record.
  public var headerBytes: Int
  public var headerLines: Int
  /// Average length of a record in the head of the file, in bytes.
  public var bytesPerRecord: Int

  public var names: [String] { columns.map(\.name) }
}
