// What is wrong with data, settings and files of networks, as failures with their exit status and the flags that mend them.
import MLP

extension Failure {
  /// - Parameter name: the input, for what is wrong with its rows.
  init(_ error: MLPError, at name: String) {
    switch error {
    case .noRows: self.init(.badData, error.description, at: name, mend: "statcli sniff \(shellQuoted(name))")
    case .outOfRange(let column):
      self.init(.badData, error.description, at: name, mend: "--exclude \(ColumnSelection.word(for: column))")
    case .noInputs: self.init(.badData, error.description, at: name, mend: "--target COLUMN")
    case .oneClass: self.init(.badData, error.description, at: name, mend: "--target COLUMN")
    case .rareClass(let className, let rows):
      self.init(
        .badData,
        "class \"\(className)\" has no row among those that train; all \(Numbers.counted(rows, "row", "of its \(rows) rows")) "
          + "\(rows == 1 ? "judges" : "judge")", at: name, mend: "--valid 0.1 (rows are chosen by class)")
    case .allMissing(let names):
      let list = names.map { ColumnSelection.word(for: $0) }.joined(separator: ",")
      self.init(.badData, error.description, at: name, mend: "--exclude \(list)")
    case .lossOfTarget(_, let target):
      self.init(
        .usage, error.description,
        mend: target == "classes" ? "--loss cross-entropy" : "--loss mse",
        "--task \(target == "classes" ? "regression" : "classification")")
    case .setting, .notExpressible: self.init(.usage, error.description)
    case .file(let file, let reason): self.init(.badData, reason, at: file)
    case .system(let file, let action, let reason):
      let status: ExitStatus =
        action.hasPrefix("open") ? .inputMissing : action.hasPrefix("create") ? .cannotCreateOutput : .readOrWriteError
      self.init(status, "cannot \(action): \(reason)", at: file)
    }
  }
}

/// Runs a call of the library of networks; what is wrong with the data is told with the name of the input.
func perceptrons<Result>(at name: String, _ body: () throws(MLPError) -> Result) throws(Failure) -> Result {
  do throws(MLPError) { return try body() } catch { throw Failure(error, at: name) }
}
