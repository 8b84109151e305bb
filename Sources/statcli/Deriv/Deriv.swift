// `statcli deriv`: from the text of an expression to its derivative, on a page or in a notation of its own.
import ArgumentParser
import MatDeriv

struct Deriv: Action {
  static let configuration = CommandConfiguration(
    commandName: "deriv", abstract: "Derive a matrix expression: the answer, its conditions and its proof.",
    usage: "statcli deriv [<options>] <expression>",
    discussion: """
      Examples:
        statcli deriv "tr(A*X'*B*X*C)" --wrt X --steps
        statcli deriv 'logdet(S) + tr(inv(S)*C)' --let 'S: spd(d)' --wrt S --check
        statcli deriv "-y'*log(softmax(z)) where z = W*x" --wrt z,W
        statcli deriv "x'*A*x" --wrt x --hessian --json
        statcli deriv 'det(X)' --at 'X = [2 1; 1 2]'
        statcli deriv "x'*A*x" --wrt x --emit plan --size n=1000

      Lower-case a-g are scalars, h-z columns, capitals matrices, unless --let says otherwise; sizes follow from \
      the operators. The layout is the numerator's: df = tr((df/dX)*dX). The language: statcli help language.
      """)

  @Argument(
    help: ArgumentHelp(
      "The expression, quoted; it may begin with -, and end with where NAME = PART. - is standard input.",
      valueName: "expression"))
  var expressions: [String] = []

  @OptionGroup(title: "Expression") var expression: ExpressionFlags
  @OptionGroup(title: "Derivative") var flags: DerivFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    try expression.validate(with: expressions)
    if flags.hessian && flags.layout == .denominator {
      throw ValidationError("--layout denominator and --hessian exclude each other: a Hessian is symmetric")
    }
    if flags.hessian && flags.convention == .tied {
      throw ValidationError("--convention tied and --hessian exclude each other: the convention is one of gradients")
    }
    if flags.steps, let notation = flags.emit, ![.text, .latex, .json].contains(notation) {
      throw ValidationError("--steps can be had with --emit text, latex and json, and not with \(notation.rawValue)")
    }
    if flags.view != nil, let notation = flags.emit, ![.text, .latex, .json].contains(notation) {
      throw ValidationError("--view can be had with --emit text, latex and json, and not with \(notation.rawValue)")
    }
    if flags.view != nil, flags.steps, let notation = flags.emit, notation != .json {
      throw ValidationError("--view and --steps with --emit \(notation.rawValue) exclude each other")
    }
    if flags.emit == .plan, !flags.at.isEmpty {
      throw ValidationError(
        "--emit plan and --at exclude each other: a plan needs sizes, given by --size, and no values")
    }
    if !expression.sizes.isEmpty, flags.emit != .plan, flags.at.isEmpty, !flags.check {
      throw ValidationError("--size has no effect without --emit plan, --check or --at")
    }
    if let notation = flags.emit, notation != .plan, let other = output.namedFormat {
      throw ValidationError("--emit \(notation.rawValue) and \(other) exclude each other")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let clock = Stopwatch()
    let input = try ExpressionInput(
      expressions, expression, command: "deriv", example: "statcli deriv \"x'*A*x\" --wrt x")
    var inputs = input.path.map { [$0] } ?? []
    inputs += flags.at.filter { ValuesInput.isPath($0) }
    try InputPaths.keep(inputs, from: [output.file])
    if inputs.filter({ $0 == "-" }).count > 1 {
      throw Failure(.usage, "standard input can be read only once: it is asked for the expression and for --at")
    }
    let notation = flags.emit ?? output.notation
    var output = self.output
    if notation == .json { output.format = .json }
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let question = try DerivQuestion(input, expression, view: flags.view)
    let isDocument = notation == .json || output.chosenFormat == .json
    let answer = try DerivAnswer(question, flags, withSteps: notation != .plan && (flags.steps || isDocument))
    if output.verbose { StandardError.write("statcli: derived in \(clock.text)\n") }
    if let chosen = question.chosenAlone, !output.quiet, notation != nil || output.chosenFormat != .table {
      StandardError.write("statcli: with respect to \(chosen), the only variable\n")
    }
    if notation != nil, notation != .json, !output.quiet {
      for result in answer.results {
        guard let check = result.check else { continue }
        StandardError.write("statcli: \(answer.symbol(of: result)): check: \(check.summary)\n")
      }
    }
    let report = notation == .plan ? try PlanAnswer(answer).report : try answer.report(in: notation)
    return try publisher.publish(report, to: destination)
  }
}

struct DerivFlags: ParsableArguments {
  @Flag(name: .long, help: "Show how the derivative comes about, a line for each step with its rule.")
  var steps = false

  @Flag(name: .long, help: "The second derivative: of a scalar, or with respect to a scalar.")
  var hessian = false

  @Option(name: .long, help: ArgumentHelp("numerator (df/dX has the shape of X') or denominator.", valueName: "layout"))
  var layout: Layout = .numerator

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For a structured matrix: projected (the derivative has the structure) or tied (mirrored entries move together).",
      valueName: "word"))
  var convention: Convention = .projected

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What becomes of dX (operator), one entry by one entry (index), or the matrix on vec (vec).", valueName: "view"))
  var view: View?

  @Flag(name: .long, help: "Compare with finite differences at random values; status 1 if they disagree.")
  var check = false

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Evaluate at 'X = [2 1; 1 2], a = 3', or at the values of a JSON file {\"X\": [[2, 1], [1, 2]], \"a\": 3}.",
      valueName: "values"))
  var at: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Print the derivative alone, as a formula or as a function that runs; also chosen by the extension of -o: .tex .mml .swift .py .jl .m. plan: the schedule by which it is computed, for the sizes of --size; in every format.",
      valueName: "notation"))
  var emit: Notation?
}

extension Layout: ExpressibleByArgument {}
extension Convention: ExpressibleByArgument {}

extension OutputFlags {
  /// The flag that fixes the format, as it was typed.
  var namedFormat: String? { json ? "--json" : plain ? "--plain" : format.map { "--format \($0.rawValue)" } }

  /// The notation that the format or the extension of -o stands for.
  var notation: Notation? {
    guard format == nil, !json, !plain else { return nil }
    return output.flatMap(Notation.init(extensionOf:))
  }
}
