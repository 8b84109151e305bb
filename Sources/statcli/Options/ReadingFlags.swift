// The flags about files of data that every command has which reads them.
import ArgumentParser

struct ReadingFlags: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Field separator: a character, tab or space (default: found).", valueName: "char"))
  var delimiter: Character1?

  @Option(name: .long, help: ArgumentHelp("Quote character, or none (default: found).", valueName: "char"))
  var quote: QuoteChoice?

  @Flag(name: .long, inversion: .prefixedNo, help: "Whether the first line names the columns (default: found).")
  var header: Bool?

  @Option(name: .long, help: ArgumentHelp("Decimal mark (default: found).", valueName: "char"))
  var decimal: DecimalMark?

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp("One more spelling of a missing value; may be repeated.", valueName: "text"))
  var na: [String] = []

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A spelling of a missing value in place of the usual ones; may be repeated.", valueName: "text"))
  var naOnly: [String] = []

  @Option(name: .long, help: ArgumentHelp("Leave out lines that begin with it.", valueName: "char"))
  var comment: Character1?

  @Option(name: .long, help: ArgumentHelp("Leave out so many lines at the top (default: 0).", valueName: "lines"))
  var skip: Count?

  @Option(name: .long, help: ArgumentHelp("Encoding of the text (default: utf-8).", valueName: "name"))
  var encoding: EncodingChoice?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Records of a wrong length: pad takes short ones as having missing cells (default: pad).",
      valueName: "policy"))
  var ragged: RaggedChoice?

  @Option(name: .long, help: ArgumentHelp("Threads (default: one per processor).", valueName: "n"))
  var threads: Count?

  func validate() throws {
    if let threads, !(1...1024).contains(threads.value) {
      throw ValidationError("--threads is a number from 1 to 1024, not \(threads.value)")
    }
    if let delimiter, let quote, case .character(let byte) = quote, byte == delimiter.byte {
      throw ValidationError("--delimiter and --quote are the same character")
    }
  }
}

/// The flags that choose columns; see `ColumnSelection`.
struct ColumnFlags: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Use these columns: names, numbers from 1, ranges 3-7, !name for all but, /regex/; comma-separated, may be repeated.",
      valueName: "list"))
  var columns: [String] = []

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Leave out these columns; the same forms.", valueName: "list"))
  var exclude: [String] = []

  /// The columns that `--columns` and `--exclude` leave.
  func chosen(of names: [String]) throws(Failure) -> [Int] {
    var chosen = Array(names.indices)
    if !columns.isEmpty { chosen = try ColumnSelection(columns, flag: "--columns").indices(in: names) }
    if !exclude.isEmpty {
      let excluded = Set(try ColumnSelection(exclude, flag: "--exclude").indices(in: names))
      chosen.removeAll { excluded.contains($0) }
    }
    if chosen.isEmpty { throw Failure(.usage, "--columns and --exclude leave no column") }
    return chosen
  }
}

/// One ASCII character, or the word for one that is awkward to type.
struct Character1: ExpressibleByArgument, Equatable {
  let byte: UInt8

  init?(argument: String) {
    let words: [String: UInt8] = ["tab": 9, "\\t": 9, "space": 32, "comma": 44, "semicolon": 59, "pipe": 124]
    if let byte = words[argument] {
      self.byte = byte
    } else if let byte = argument.utf8.first, argument.utf8.count == 1, byte == 9 || (32..<127).contains(byte) {
      self.byte = byte
    } else {
      return nil
    }
  }
}

enum QuoteChoice: ExpressibleByArgument, Equatable {
  case character(UInt8)
  case none

  init?(argument: String) {
    if argument == "none" {
      self = .none
    } else if let character = Character1(argument: argument) {
      self = .character(character.byte)
    } else {
      return nil
    }
  }
}

enum DecimalMark: String, CaseIterable, ExpressibleByArgument {
  case point = "."
  case comma = ","
}

enum EncodingChoice: String, CaseIterable, ExpressibleByArgument {
  case utf8 = "utf-8"
  case latin1
  case windows1252 = "windows-1252"
}

enum RaggedChoice: String, CaseIterable, ExpressibleByArgument {
  case pad, error, drop
}
