// How a file of delimited text is written, and what a reader may be told about it in advance.
// A `Dialect` is complete; `ReadingOptions` hold only what the user has fixed, the rest is found in the file.
import CKernels

/// What to do with records of fewer or more fields than the header has.
public enum RaggedPolicy: String, Sendable, CaseIterable {
  /// Missing fields count as missing values; surplus fields must be empty.
  case pad
  case error
  /// The record is left out, and counted.
  case drop
}

/// The encoding of names and labels. Numbers are ASCII in all of them.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case latin1 = "latin1"
  case windows1252 = "windows-1252"
}

/// How records end.
public enum LineEnding: String, Sendable {
  /// LF, with or without a CR before it.
  case lineFeed = "LF"
  case carriageReturnLineFeed = "CRLF"
  case carriageReturn = "CR"

  var terminator: UInt8 { self == .carriageReturn ? UInt8(ascii: "\r") : UInt8(ascii: "\n") }
}

/// The way a file is written, found or given.
public struct Dialect: Sendable, Equatable {
  public var delimiter: UInt8
  /// nil: quotes are ordinary characters.
  public var quote: UInt8?
  /// `.` or `,`.
  public var decimalMark: UInt8
  public var lineEnding: LineEnding
  /// Lines that begin with it are left out.
  public var comment: UInt8?
  /// Lines left out before anything else is read.
  public var skippedLines: Int
  public var hasHeader: Bool
  public var encoding: TextEncoding
  /// Spellings of a missing value; the empty cell always is one.
  public var missingSpellings: [String]
  public var ragged: RaggedPolicy

  var kernel: ck_dialect {
    ck_dialect(delimiter: delimiter, quote: quote ?? 0, terminator: lineEnding.terminator, comment: comment ?? 0)
  }

  /// The spellings that pandas reads as missing. Further ones (`-`, `.`, `?`, `-999`) must be named: they may be data.
  public static let defaultMissingSpellings = [
    "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "NULL", "null", "None", "NaN", "nan", "-NaN", "-nan", "<NA>",
    "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
  ]
}

/// What the user has fixed about the reading of a file; nil means: find it in the file.
public struct ReadingOptions: Sendable {
  public enum Quote: Sendable, Equatable {
    case character(UInt8)
    case none
  }

  public var delimiter: UInt8?
  public var quote: Quote?
  public var decimalMark: UInt8?
  public var header: Bool?
  public var comment: UInt8?
  public var skippedLines = 0
  public var encoding = TextEncoding.utf8
  /// Spellings of missing values besides the default ones.
  public var additionalMissing: [String] = []
  /// Spellings of missing values instead of the default ones.
  public var onlyMissing: [String]?
  public var ragged = RaggedPolicy.pad

  public init() {}

  /// All spellings of a missing cell.
  public var missingSpellings: [String] { (onlyMissing ?? Dialect.defaultMissingSpellings) + additionalMissing }
}
