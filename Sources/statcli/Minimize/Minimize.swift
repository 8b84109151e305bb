// `statcli minimize`: from the text of an objective and files of data to its minimiser; derivatives and plans are found on the way.
import ArgumentParser
import MatDeriv

struct Minimize: Action {
  static let configuration = CommandConfiguration(
    commandName: "minimize", abstract: "Minimise a matrix expression over data; the derivatives are found.",
    usage: "statcli minimize [<options>] <expression>",
    discussion: """
      Examples:
        statcli minimize 'norm2(M*x - y)^2' --wrt x --data M=m.csv --data y=y.csv
        statcli minimize 'logdet(S) + tr(inv(S)*C)' --let 'S: spd(d)' --data C=c.csv
        statcli minimize '(a - 1)^2 + 100*(b - a^2)^2' --wrt a,b --method newton

      Sizes follow from the files; those that do not \
      are given by --size. The derivative that is used is printed. Status 1 unless it converged to a minimum. \
      The language of expressions: statcli help language.
      """)

  @Argument(
    help: ArgumentHelp(
      "The scalar to minimise, quoted; it may begin with -, and end with where NAME = PART. - is standard input.",
      valueName: "expression"))
  var expressions: [String] = []

  @OptionGroup(title: "Expression") var expression: ExpressionFlags
  @OptionGroup(title: "Minimisation") var flags: MinimizeFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    try expression.validate(with: expressions)
    if flags.trace == "-", let format = output.namedFormat ?? output.output.map({ "-o \($0)" }) {
      throw ValidationError("--trace - and \(format) exclude each other: the trace takes the place of the report")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let clock = Stopwatch()
    let saves = try flags.save.map { text throws(Failure) in
      try Assignment.sides(text, flag: "--save", form: "NAME=FILE")
    }
    let input = try ExpressionInput(
      expressions, expression, command: "minimize", example: "statcli minimize '(a - 1)^2'")
    try claimInputs(input, saves.map(\.value))
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    var trace = try OptionalFile(flags.trace == "-" ? nil : flags.trace, force: output.force)
    var files = SavedMatrices()
    for save in saves { try files.claim(save.name, save.value, force: output.force) }

    let question = try MinimizeQuestion(
      input, expression, flags, MinimizeValues.Reader(flags: readingFlags, quiet: output.quiet))
    try files.require(question.question.variables.map(\.name))
    if output.verbose { StandardError.write("statcli: derived and compiled after \(clock.text)\n") }
    let answer = try MinimizeAnswer(question, flags, quiet: output.quiet)
    if output.verbose { StandardError.write("statcli: minimised after \(clock.text)\n") }
    try trace.write(answer.traceCSV)
    try files.write(answer)
    var report = MinimizeReport(answer: answer, command: Typed.command, isSaved: !saves.isEmpty).report
    if flags.trace == "-" { report.bare = answer.traceCSV }
    return try publisher.publish(report, to: destination)
  }

  /// **Throws**: status 64 if standard input is asked for twice, 73 if an output would replace an input.
  private func claimInputs(_ input: ExpressionInput, _ outputs: [String]) throws(Failure) {
    let assigned =
      try Assignment.all(flags.data, flag: "--data") + Assignment.all(flags.start, flag: "--start")
    let inputs = assigned.compactMap(\.path) + (input.path.map { [$0] } ?? [])
    if inputs.filter({ $0 == "-" }).count > 1 {
      throw Failure(.usage, "standard input can be read only once: it is asked for more than one value")
    }
    try InputPaths.keep(inputs, from: [output.file, flags.trace] + outputs)
  }
}
