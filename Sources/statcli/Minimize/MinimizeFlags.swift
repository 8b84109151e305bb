// What is asked of a minimisation: values, start, method, when to stop, and what is written besides the report.
import ArgumentParser
import MatDeriv

struct MinimizeFlags: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "The value of a name: M=m.csv, M=data.csv:1-3 (columns as --columns of gauss takes them), c=0.5, 'A=[2 1; 1 2]'. Rows and columns give named sizes their values. May be repeated.",
      valueName: "name=file"))
  var data: [String] = []

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Where a variable starts: x=start.csv, 'x=[1; 2]', or a number for every entry (on the diagonal of a structured matrix). Default: 0; 1 where it is positive, the identity where it is invertible.",
      valueName: "name=file"))
  var start: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "lbfgs and newton search for the length of a step; the others take steps of --rate.", valueName: "name"))
  var method: MethodChoice = .lbfgs

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The rate of gd, momentum, nesterov, rmsprop (default: 0.01), adam and adamw (0.001).", valueName: "value"))
  var rate: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Converged when no entry of the gradient is larger, over the larger of 1 and the value (default: 1e-8).",
      valueName: "value"))
  var tolerance: Real?

  @Option(name: .long, help: ArgumentHelp("The most iterations (default: 1000).", valueName: "count"))
  var maxIterations: Count?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write iteration, value and gradient norm as CSV; - prints them in the place of the report.", valueName: "file"))
  var trace: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Write the minimiser of a variable as CSV that --start reads back: x=x.csv. May be repeated.",
      valueName: "name=file"))
  var save: [String] = []

  func validate() throws {
    if let rate {
      if !method.hasRate {
        throw ValidationError("--rate has no effect with --method \(method.rawValue), which searches for its steps")
      }
      if !(rate.value > 0) { throw ValidationError("--rate is positive; it is \(Numbers.exact(rate.value))") }
    }
    if let tolerance, !(tolerance.value >= 0) {
      throw ValidationError("--tolerance is at least 0; it is \(Numbers.exact(tolerance.value))")
    }
  }

  var rules: StoppingRules {
    StoppingRules(gradient: tolerance?.value ?? 1e-8, iterations: maxIterations?.value ?? 1000)
  }
}
