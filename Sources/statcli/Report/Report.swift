// The content of a result, written once: each format is a renderer of this value.
import JSONText

struct Report {
  /// The answer in one sentence.
  var verdict: String
  /// Further answers, each a line of its own, where several things were asked at once.
  var furtherAnswers: [String] = []
  /// What is printed in the place of the page, where the answer is asked for in a notation of its own.
  var bare: String?
  /// Whether the answer is "no"; the exit status follows from it.
  var isNegative = false
  var sections: [Section]
  var warnings: [Warning] = []
  /// The command to try next.
  var next: String?
  /// One record per number, for csv, tsv and jsonl; made only when asked for.
  var records: () -> Table
  /// The whole answer, for json; made only when asked for.
  var json: () -> JSON

  var status: ExitStatus { isNegative ? .answeredNo : .success }
}

struct Section {
  var title: String
  /// A remark on the same line: units, divisor, level.
  var note: String?
  var blocks: [Block]

  init(_ title: String, note: String? = nil, _ blocks: [Block]) {
    self.title = title
    self.note = note
    self.blocks = blocks
  }
}

enum Block {
  /// Names with their values.
  case facts([(String, String)])
  case table(Table)
  case text(String)
}

struct Table {
  struct Column {
    var title: String
    var kind: Kind

    /// A verbatim text is to be pasted, and never cut.
    enum Kind { case text, number, verbatim }

    static func text(_ title: String) -> Column { Column(title: title, kind: .text) }
    static func verbatim(_ title: String) -> Column { Column(title: title, kind: .verbatim) }
    static func number(_ title: String) -> Column { Column(title: title, kind: .number) }
  }

  enum Cell: Equatable {
    case text(String)
    case number(Double)
    case count(Int)
    /// A count that is not to catch the eye.
    case muted(Int)
    /// Nothing to say here.
    case blank
  }

  var columns: [Column]
  var rows: [[Cell]]
}
