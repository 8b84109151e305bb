// `statcli mlp train`: from files to a trained network, its page and its file.
import ArgumentParser
import JSONText
import MLP

struct TrainCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network on files.",
    discussion: """
      Examples:
        statcli mlp digits.csv --epochs 5
        statcli mlp train iris.csv --hidden 16:tanh --epochs 20 -o iris.mlp
        statcli mlp train stackloss.csv --target stack.loss --valid 0 -o stack.mlp
        statcli mlp train iris.csv --cv 5 --epochs 20

      The model is written to -o (default: the name of the data file with .mlp, in this folder; one that exists is \
      replaced with --force only), the report to standard output or to --report. Numbers are standardized, texts with at most \
      \(MLPColumns.mostCategories) values become categories, missing numbers the median of the rows that train; the model keeps all of that. \
      Training takes one thread unless --threads says more; results are the same bits for any number. Ctrl-C ends the batch, \
      keeps the weights of the best epoch, and saves (status 130).
      """)

  @Argument(help: ArgumentHelp("Tables (plain, gzip, zstd; - is standard input).", valueName: "file"))
  var files: [String] = []

  @OptionGroup(title: "Target") var targetFlags: TargetFlags
  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Network") var networkFlags: NetworkFlags
  @OptionGroup(title: "Training") var optimizerFlags: OptimizerFlags
  @OptionGroup(title: "Validation") var validationFlags: ValidationFlags
  @OptionGroup(title: "Run") var runFlags: RunFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if validationFlags.cv != nil, runFlags.checkpoint != nil {
      throw ValidationError("--checkpoint keeps one training: not with --cv")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "mlp")
    let validationFile: String? = if case .file(let path) = validationFlags.rows { path } else { nil }
    if runFlags.printConfig {
      try printConfiguration(paths, validationFile)
      return .success
    }
    let model = try ModelFile(output.output, paths: paths, isSaved: isSaved, force: output.force)
    let inputs = paths + (validationFile.map { [$0] } ?? [])
    try InputPaths.keep(inputs, from: [model.path, runFlags.report, runFlags.log, runFlags.checkpoint])
    let publisher = Publisher(reportFlags)
    let destination = try publisher.claim()
    let checkpoints = try checkpointStore()
    let log = try TrainingLog(runFlags.log, force: output.force)
    let clock = Stopwatch()
    let data = try MLPData(
      paths, validation: validationFile, columns: columnFlags, target: targetFlags, reading: readingFlags,
      quiet: output.quiet)
    if output.verbose { StandardError.write("statcli: read \(data.name.printable) in \(clock.text)\n") }
    let training = try self.training(isOfClasses: data.columns.columns.isOfClasses)
    let question = try TrainQuestion(
      data: data, training: training, preset: optimizerFlags.preset, validation: validationFlags.rows,
      isChosen: networkFlags.hidden != nil, command: Typed.command)
    if runFlags.dryRun { return try publisher.publish(DryRunReport(question: question).report, to: destination) }
    if runFlags.explain {
      let page = try ExplainPage(question.outline.network, wrt: [], withSteps: false)
      return try publisher.publish(try page.report(in: reportFlags.notation, command: Typed.command), to: destination)
    }
    let cross = try validationFlags.cv.map { folds throws(Failure) in
      try CrossTraining(question, folds: folds.value, repeats: validationFlags.repeats?.value ?? 1, output)
    }
    if let cross, !model.isWanted {
      return try publisher.publish(CrossTrainingReport(question: question, cross: cross).report, to: destination)
    }
    let run = TrainRun(
      question: question, cross: cross, model: model, checkpoints: checkpoints, log: log, output: output,
      reportFile: reportFlags.file, clock: clock)
    return try run.execute(publisher, destination)
  }

  /// Whether there is a model at the end: of a cross-validation only where its name is given.
  private var isSaved: Bool {
    !runFlags.dryRun && !runFlags.explain && (validationFlags.cv == nil || output.output != nil)
  }

  /// The flags of the report: its file is that of `--report`; a model on standard output takes the place of the page.
  private var reportFlags: OutputFlags {
    var flags = output
    flags.output = runFlags.report ?? (output.output == "-" && isSaved ? "/dev/null" : nil)
    return flags
  }

  /// The settings that follow from preset and flags.
  private func training(isOfClasses: Bool) throws(Failure) -> Training {
    var training = optimizerFlags.preset.training(isOfClasses: isOfClasses)
    training.hidden = try networkFlags.layers(training.hidden)
    if let loss = networkFlags.loss { training.loss = loss }
    if let activation = networkFlags.outputActivation { training.outputActivation = activation }
    if let initializer = networkFlags.initializer { training.options.initializer = initializer }
    optimizerFlags.apply(to: &training)
    validationFlags.apply(to: &training)
    if let threads = readingFlags.threads { training.options.threads = threads.value }
    // Checkpoints are of methods of first order.
    if training.options.optimizer == nil && runFlags.checkpoint != nil { training.options.optimizer = .adam }
    if let optimizer = training.options.optimizer { try optimizerFlags.check(optimizer) }
    return training
  }

  private func printConfiguration(_ paths: [String], _ validationFile: String?) throws(Failure) {
    let input = try MLPData.open(paths, validationFile, readingFlags)
    let columns = try MLPColumns(input.schema, file: paths[0], columns: columnFlags, target: targetFlags)
    let training = try self.training(isOfClasses: columns.columns.isOfClasses)
    let names = input.schema.names
    let json: JSON = [
      "schema": "statcli.mlp.config/1", "version": .string(Version.number),
      "preset": .string(optimizerFlags.preset.rawValue), "target": .string(names[columns.columns.target]),
      "task": columns.columns.isOfClasses ? "classification" : "regression",
      "numbers": JSON(columns.columns.numbers.map { names[$0] }),
      "categories": JSON(columns.columns.categories.map { names[$0] }),
      "settings": training.settingsJSON,
    ]
    try StandardOutput.write(json.utf8(indented: true) + [UInt8(ascii: "\n")])
  }

  private func checkpointStore() throws(Failure) -> CheckpointStore? {
    guard let path = runFlags.checkpoint else { return nil }
    var store = CheckpointStore(path: path, resumes: runFlags.resume)
    for member in 0..<(optimizerFlags.ensemble?.value ?? 1) {
      let path = store.path(ofMember: member)
      if !runFlags.resume && !output.force && System.exists(path) {
        throw Failure(
          .cannotCreateOutput, "exists already", at: path, mend: "--resume (to take it up)", "--force (to replace it)")
      }
    }
    if let every = runFlags.saveEvery { store.every = every.value }
    return store
  }
}
