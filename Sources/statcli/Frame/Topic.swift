// `statcli help TOPIC`: what concerns all commands.

enum Topic: String, CaseIterable {
  case exitCodes = "exit-codes"
  case formats
  case csv
  case environment
  case warnings
  case language

  var text: String {
    switch self {
    case .exitCodes:
      """
      Exit codes: 0 only when the whole job was done.

      \(ExitStatus.allCases.map { "\(String($0.rawValue).padded(left: 5))  \($0.meaning)" }.joined(separator: "\n"))

      A reader of our output that goes away (statcli ... | head -1) ends the program quietly by SIGPIPE.

      """
    case .formats:
      """
      Formats of results, chosen by --format or by the extension of -o FILE.

      \(Format.allCases.map { $0.helpLine }.joined(separator: "\n"))

      --json is --format json, --plain is --format tsv. Without a choice: table.
      Numbers have 6 significant digits in table, markdown and latex; in all others they are the shortest
      text that reads back as the same double. JSON spells NaN and infinities as null, and
      csv, tsv and jsonl leave such a field empty or null; none is ever made for a failure.

      """
    case .csv:
      """
      How files are read: what is not given is found, and what was found is told by statcli sniff FILE.

      Text      UTF-8 (a byte order mark is skipped), or --encoding latin1|windows-1252; gzip and zstd are
                recognised by content. - is standard input.
      Fields    --delimiter , ; | tab space; --quote CHARACTER|none; quoted fields may hold line breaks and "".
      Numbers   decimal point, or --decimal ,
      Missing   the empty cell, NA, N/A, n/a, #N/A, #NA, NULL, null, None, NaN, nan, <NA> and a few more;
                --na TEXT adds a spelling, --na-only TEXT replaces the list.
      Lines     --header or --no-header; --skip N leaves out lines at the top; --comment CHARACTER leaves out lines
                that begin with it; records of a wrong length: --ragged pad|error|drop.
      Columns   --columns and --exclude take names, numbers from 1, ranges, regular expressions, and ! for all but:
                --columns age,weight   --columns 3-7   --columns '!id'   --columns '/^p[0-9]+$/'
                A name wins over a number or a range; a name with a comma stands in double quotes.

      """
    case .warnings:
      """
      Warnings and their codes. --silence CODE leaves one out, --warn-as-error ends with status 65 if there is any.

      \(WarningCode.meanings.map { "  \($0.0)  \($0.1)" }.joined(separator: "\n"))

      """
    case .language: Topic.languageText
    case .environment:
      """
      Environment variables.

      NO_COLOR       not empty: no colours (--color wins)
      FORCE_COLOR    not empty: colours even in a pipe
      TERM           dumb: no colours
      COLUMNS        width of the terminal
      LC_ALL, LC_CTYPE, LANG
                     ASCII stand-ins for symbols unless the first that is set says UTF-8
      OPENBLAS_CORETYPE
                     kernels that OpenBLAS uses; shown by statcli --version

      """
    }
  }
}

/// The remarks that a command may make, by code.
enum WarningCode {
  static let meanings = [
    ("W001", "columns left out because they are not numeric"),
    ("W002", "rows left out: missing cells, a wrong number of fields, weight zero"),
    ("W003", "constant columns left out, as asked by --drop-constant"),
    ("W004", "the covariance is singular"),
    ("W005", "columns nearly collinear"),
    ("W006", "a ridge was added, as asked by --ridge, or the covariance shrunk, by --shrinkage"),
    ("W007", "few rows for the number of columns"),
    ("W008", "a numeric column looks like a label"),
    ("W009", "a numeric column looks like a row number"),
    ("W010", "frequency weights are not whole numbers"),
    ("W011", "moments of groups are fitted together"),
    ("W012", "a parameter of a covariance formula is not determined by the data"),
    ("W013", "cells are missing, and the fit supposes that they are missing at random"),
    ("W014", "rows with missing cells were taken by the cells that they have"),
    ("W015", "rows could not be used: no cell at all, or a group that the model does not have"),
    ("W100", "a decision about the text of a file"),
    ("W101", "no header: columns are named col1, col2, ..."),
    ("W102", "the first column has no name: row names"),
    ("W103", "every record ends with a delimiter"),
    ("W104", "a column name stands twice"),
    ("W105", "decimal commas"),
    ("W106", "comment lines"),
    ("W107", "short rows filled up with missing cells"),
    ("W201", "a derivative is zero because its variable does not occur"),
    ("W202", "a value is given for a name that does not occur"),
    ("W203", "a name was taken for less than its letter promises"),
    ("W204", "a condition does not hold at the values given"),
    ("W301", "the minimisation did not converge"),
    ("W302", "the Hessian was not positive definite on the way, or is not at the answer"),
    ("W401", "columns left out: texts with too many different values, or no values"),
    ("W402", "missing cells are filled: numbers with the median of the rows that train"),
    ("W403", "columns with one value, which say nothing"),
    ("W404", "rows left out: no target, or no weight above zero"),
    ("W405", "classes with a single row to train on"),
    ("W406", "the loss diverged, and training went on at half the rate"),
    ("W407", "columns are standardized together, by one mean and one variance"),
    ("W408", "whole numbers of the target are taken for classes"),
    ("W409", "too few rows to keep some for validation"),
    ("W411", "missing cells filled with what a network's model keeps for them"),
    ("W412", "texts that a network has not seen, taken as no category"),
    ("W413", "rows not judged: without an answer, or of classes that the network does not know"),
  ]
}
