// The flags that say which rows judge a network, and when they end its training.
import ArgumentParser
import MLP

struct ValidationFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The rows that judge: a share of all, chosen by class and seed; 0 for none; or a file of rows of their own (default: \(Training().validation)).",
      valueName: "share|file"))
  var valid: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "End after so many epochs without a better value, or none (default: \(TrainingOptions().patience.map { String($0) } ?? "none")).",
      valueName: "n"))
  var patience: Patience?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("By how much a value must be better to count (default: 0).", valueName: "value"))
  var minDelta: Real?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What decides which epoch is the best; val_score is accuracy of classes, R2 of numbers (default: \(TrainingOptions().monitor.rawValue)).",
      valueName: "name"))
  var monitor: Monitor?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Cross-validate in k folds; a model is saved only where -o is given.", valueName: "k"))
  var cv: Count?

  @Option(name: .long, help: ArgumentHelp("Repeat --cv with other folds (default: 1).", valueName: "n"))
  var repeats: Count?

  func validate() throws {
    if let cv, !(2...1000).contains(cv.value) {
      throw ValidationError("--cv is a number of folds from 2 to 1000, not \(cv.value)")
    }
    if let repeats, !(1...1000).contains(repeats.value) {
      throw ValidationError("--repeats is a number from 1 to 1000, not \(repeats.value)")
    }
    if repeats != nil && cv == nil { throw ValidationError("--repeats needs --cv") }
    if let minDelta, minDelta.value < 0 {
      throw ValidationError("--min-delta is not negative; it is \(Numbers.exact(minDelta.value))")
    }
    if case .share(let share) = rows, !(0..<1).contains(share) {
      throw ValidationError("--valid is a share from 0 to below 1, or a file; it is \(Numbers.exact(share))")
    }
    if case .share(0) = rows {
      let flags = [
        ("--patience", patience.map { $0.epochs != nil } ?? false), ("--min-delta", minDelta != nil),
        ("--monitor \(monitor?.rawValue ?? "")", monitor.map { $0 != .trainingLoss } ?? false),
      ]
      if let flag = flags.first(where: \.1)?.0 { throw ValidationError("\(flag) needs rows that judge: not --valid 0") }
    }
    if case .file = rows, cv != nil { throw ValidationError("--cv chooses the rows that judge: not --valid FILE") }
  }

  /// The rows that judge.
  enum Rows: Equatable {
    case usual
    case share(Double)
    case file(String)
  }

  var rows: Rows {
    guard let valid else { return .usual }
    return Real(argument: valid).map { .share($0.value) } ?? .file(valid)
  }

  func apply(to training: inout Training) {
    if case .share(let share) = rows { training.validation = share }
    if let patience { training.options.patience = patience.epochs }
    if let minDelta { training.options.minDelta = minDelta.value }
    if let monitor { training.options.monitor = monitor }
  }
}

extension Monitor: ExpressibleByArgument {}

/// A number of epochs, or `none`.
struct Patience: ExpressibleByArgument, Equatable {
  let epochs: Int?

  init?(argument: String) {
    if argument == "none" {
      epochs = nil
      return
    }
    guard let number = Count(argument: argument), number.value >= 1 else { return nil }
    epochs = number.value
  }
}
