// What is wrong with an input, said so that the user can mend it: file, line, field, column, text, and a flag that helps.
// All problems of one pass are kept together; of each kind the first few are shown and the rest counted.

/// One thing that is wrong at one place of an input.
public struct Diagnostic: Sendable, Equatable {
  public var file: String
  /// Physical line from 1, line ends inside quotes counted; nil where the whole file is meant.
  public var line: Int?
  /// Field of the record, from 1.
  public var field: Int?
  /// Offset of the first byte concerned, from 0, in the decompressed text.
  public var byteOffset: Int?
  public var column: String?
  /// One sentence without full stop.
  public var message: String
  /// What to do about it; flags in it are real.
  public var mend: String?
  /// The record as it stands in the file, cut to a readable length, and the part of it that is meant.
  public var excerpt: String?
  public var excerptRange: Range<Int>?

  public init(
    file: String, line: Int? = nil, field: Int? = nil, byteOffset: Int? = nil, column: String? = nil, message: String,
    mend: String? = nil, excerpt: String? = nil, excerptRange: Range<Int>? = nil
  ) {
    self.file = file
    self.line = line
    self.field = field
    self.byteOffset = byteOffset
    self.column = column
    self.message = message
    self.mend = mend
    self.excerpt = excerpt
    self.excerptRange = excerptRange
  }
}

/// Diagnostics of one kind: the first few, and how many there are in all.
public struct DiagnosticGroup: Sendable, Equatable {
  public var shown: [Diagnostic]
  public var total: Int

  public init(shown: [Diagnostic], total: Int) {
    self.shown = shown
    self.total = total
  }
}

/// Why an input cannot be read.
public enum TabularError: Error, Sendable, Equatable {
  /// The file is not there.
  case notFound(path: String)
  /// The file is there but cannot be read: a directory, no permission, a failing device.
  case unreadable(path: String, reason: String)
  /// The content is wrong.
  case badData([DiagnosticGroup])

  static func badData(_ diagnostic: Diagnostic) -> TabularError {
    .badData([DiagnosticGroup(shown: [diagnostic], total: 1)])
  }
}

extension TabularError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let path): "\(path): no such file"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .badData(let groups): groups.flatMap(\.shown).map(\.description).joined(separator: "\n")
    }
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:field: message`.
  public var description: String {
    let place = [line, field].compactMap { $0.map(String.init) }
    return ([file] + place).joined(separator: ":") + ": " + message
  }
}
