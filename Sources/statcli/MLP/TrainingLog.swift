// Lines of JSON for other programs, written as epochs end.
import Glibc
import JSONText
import MLP

/// The file of `--log`; no file, no lines.
final class TrainingLog {
  private let path: String
  private let descriptor: Int32

  /// **Throws**: status 73 if the file exists and may not be replaced, or cannot be created.
  init(_ path: String?, force: Bool) throws(Failure) {
    self.path = path ?? ""
    guard let path else {
      descriptor = -1
      return
    }
    let mode = force || System.isSpecial(path) ? O_TRUNC : O_EXCL
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
    if descriptor < 0 {
      if errno == EEXIST {
        throw Failure(.cannotCreateOutput, "exists already", at: path, mend: "--force (to replace it)")
      }
      throw .system(.cannotCreateOutput, "create it", path, code: errno)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ event: String, _ members: [(String, JSON)]) throws(Failure) {
    guard descriptor >= 0 else { return }
    let line = JSON.object([("event", .string(event))] + members).text(indented: false) + "\n"
    if let code = System.write(line.utf8, to: descriptor) {
      throw .system(.readOrWriteError, "write it", path, code: code)
    }
  }
}

extension TrainingRecord.Epoch {
  /// What a line or a history says of an epoch; its time is no part of it, since it is another in each run.
  var members: [(String, JSON)] {
    [
      ("epoch", .integer(epoch)), ("loss", .finite(loss)), ("validationLoss", validationLoss.map(JSON.finite) ?? .null),
      ("validationScore", validationScore.map(JSON.finite) ?? .null), ("lr", .finite(rate)),
    ]
  }
}
