// `statcli mlp tune`: a search for settings, printed as the command that trains with the best of them.
import ArgumentParser
import JSONText
import MLP

struct TuneCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "tune", abstract: "Search settings by successive halving; the best as a train command.",
    discussion: """
      Examples:
        statcli mlp tune iris.csv --settings 9 --epochs 9
        statcli mlp tune iris.csv --settings 9 --epochs 9 --save tuned.mlp

      Width, depth, activation, dropout, rate, l2 and batch are drawn by the seed; the defaults of train are the \
      first settings. All are trained for a few epochs, the better third for three times as many, and so on to the \
      last with --epochs, by the loss on the rows of validation. Those rows have chosen the settings: judge the \
      network on rows that it has not seen. --save writes the network of the last round.
      """)

  @Argument(help: ArgumentHelp("Tables (plain, gzip, zstd; - is standard input).", valueName: "file"))
  var files: [String] = []

  @Option(name: .long, help: ArgumentHelp("Settings of the first round (default: 27).", valueName: "count"))
  var settings: Count?

  @Option(name: .long, help: ArgumentHelp("Epochs of the last round (default: 81).", valueName: "n"))
  var epochs: Count?

  @Option(
    name: .long,
    help: ArgumentHelp("The share of rows that judge, chosen by class and seed (default: 0.2).", valueName: "share"))
  var valid: Share?

  @Option(
    name: .long, help: ArgumentHelp("Seed of the random numbers (default: 42).", valueName: "number"))
  var seed: Count?

  @Option(name: .long, help: ArgumentHelp("Save the network of the last round.", valueName: "model.mlp"))
  var save: String?

  @OptionGroup(title: "Target") var targetFlags: TargetFlags
  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if let settings, !(1...10_000).contains(settings.value) {
      throw ValidationError("--settings is a count from 1 to 10000, not \(settings.value)")
    }
    if let epochs, epochs.value < 1 { throw ValidationError("--epochs is at least 1; it is \(epochs.value)") }
    if let valid, !(valid.value > 0 && valid.value < 1) {
      throw ValidationError("--valid is a share between 0 and 1; it is \(Numbers.exact(valid.value))")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "mlp tune")
    try InputPaths.keep(paths, from: [output.file, save])
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let saved = save == nil ? nil : try ModelFile(save, paths: paths, isSaved: true, force: output.force)
    let data = try MLPData(
      paths, validation: nil, columns: columnFlags, target: targetFlags, reading: readingFlags, quiet: output.quiet)
    try publisher.announce(data.warnings)
    var base = Training()
    base.options.epochs = epochs?.value ?? 81
    base.options.seed = UInt64(seed?.value ?? 42)
    base.validation = valid?.value ?? 0.2
    let progress = TuneProgress(quiet: output.quiet)
    Interruption.listen()
    let (training, count, threads) = (base, settings?.value ?? 27, readingFlags.threadCount)
    let tuning = try perceptrons(at: data.name) { () throws(MLPError) in
      try Tuning(training, on: data.table, count: count, threads: threads) { trial in
        progress.tell(trial)
        return Interruption.isAsked ? .stop : .goOn
      }
    }
    progress.end()
    let report = TuneReport(
      tuning: tuning, data: data, typed: paths, flags: typedFlags, saved: save, command: Typed.command)
    if let saved {
      guard var model = tuning.best.model else {
        throw Failure(.interrupted, "interrupted before the last round; nothing is saved")
      }
      model.record.command = report.trainCommand
      model.record.version = Version.number
      _ = try saved.write(model)
    }
    let status = try publisher.publish(report.report, to: destination, announced: data.warnings)
    return Interruption.isAsked ? .interrupted : status
  }

  /// The flags about data as typed, for the command that trains.
  private var typedFlags: [String] {
    var words: [String] = []
    if let target = targetFlags.target { words += ["--target", shellQuoted(target)] }
    if let task = targetFlags.task { words += ["--task", task.rawValue] }
    if let weights = targetFlags.weights { words += ["--weights", shellQuoted(weights)] }
    words += columnFlags.columns.flatMap { ["--columns", shellQuoted($0)] }
    words += columnFlags.exclude.flatMap { ["--exclude", shellQuoted($0)] }
    return words + readingFlags.typed
      + ["--valid", Numbers.exact(valid?.value ?? 0.2), "--seed", String(seed?.value ?? 42)]
  }
}

/// A line on a terminal that tells how far the search is.
final class TuneProgress: Sendable {
  private let isShown: Bool

  init(quiet: Bool) { isShown = !quiet && System.isTerminal(2) }

  func tell(_ trial: Tuning.Trial) {
    guard isShown else { return }
    let loss = Numbers.human(trial.loss, digits: 4)
    StandardError.write(
      "\rtuning  settings \(trial.number), \(trial.epochs) epochs: loss \(loss)" + ProgressLine.clearRest)
  }

  func end() { if isShown { StandardError.write("\r" + ProgressLine.clearRest) } }
}
