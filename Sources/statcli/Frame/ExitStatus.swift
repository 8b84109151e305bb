// How the program ends. The numbers are sysexits.h's where it has one; nothing else in the program names a number.

/// The exit codes, each with the sentence that `statcli help exit-codes` prints.
enum ExitStatus: Int32, CaseIterable {
  case success = 0
  case answeredNo = 1
  case usage = 64
  case badData = 65
  case inputMissing = 66
  case internalError = 70
  case cannotCreateOutput = 73
  case readOrWriteError = 74
  case interrupted = 130

  var meaning: String {
    switch self {
    case .success: "the whole job was done"
    case .answeredNo: "the question was answered \"no\": not converged, a check failed, the covariance is singular"
    case .usage: "the command line or an expression is wrong"
    case .badData: "the data are wrong: a cell is no number, a file is damaged, too few rows"
    case .inputMissing: "an input file does not exist or cannot be opened"
    case .internalError: "our fault: please report it"
    case .cannotCreateOutput: "an output file exists already (see --force) or cannot be created"
    case .readOrWriteError: "reading or writing failed, for instance on a full disk"
    case .interrupted: "interrupted by Ctrl-C (as shells report it)"
    }
  }
}
