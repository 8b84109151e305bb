// The program: routes the command line, runs a command, and turns whatever happened into text on the right stream and an exit
// status. Nothing else ends the process.
import ArgumentParser
import Glibc
import MatDeriv

/// A subcommand that does work.
protocol Action: ParsableCommand {
  /// **Throws**: `Failure`, to be told on standard error.
  func execute() throws(Failure) -> ExitStatus
}

struct Statcli: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statcli", abstract: "Statistics from CSV files.",
    subcommands: [Gauss.self, MLPCommand.self, Deriv.self, Minimize.self, Sniff.self])

  @Flag(help: "Print version, commit, BLAS and features; with --json for programs.")
  var version = false

  /// The subcommands and their verbs; the first verb is the one that may be left out.
  static let verbs: [(String, [String])] = configuration.subcommands.map { command in
    (command._commandName, command.configuration.subcommands.map { $0._commandName })
  }

  /// Flags whose next argument is their value. The parser knows them too, but only after routing; a test compares the two.
  static let flagsWithValue: Set<String> = [
    "--activation", "--at", "--augment", "--batch", "--beta1", "--beta2", "--blocks", "--bootstrap", "--by",
    "--checkpoint", "--class-weight", "--clip-norm", "--color", "--columns", "--comment", "--compare",
    "--convention", "--covariance", "--covariance-equals", "--cv", "--data", "--decimal", "--delimiter", "--dropout",
    "--emit", "--encoding", "--ensemble", "--epochs", "--exclude", "--file", "--folds", "--format",
    "--generate-completion-script", "--given", "--hidden", "--id", "--init", "--intervals", "--keep",
    "--known-covariance", "--l1", "--l2", "--label-smoothing", "--layout", "--let", "--level", "--log", "--loss",
    "--lr", "--max-iterations", "--mean", "--method", "--min-delta", "--missing", "--model", "--momentum",
    "--monitor", "-n", "--na", "--na-only", "--name", "--norm", "-o", "--optimizer", "--output",
    "--output-activation", "--patience", "--precision", "--preset", "--priors", "--quote", "--ragged", "--rate",
    "--repeats", "--report", "--require-accuracy", "--ridge", "--rows", "--save", "--save-every", "--scale",
    "--schedule", "--seed", "--settings", "--shape", "--shrinkage", "--silence", "--size", "--skip",
    "--standard-errors", "--start", "--target", "--task", "--threads", "--time", "--to", "--tolerance", "--top",
    "--trace", "--valid", "--view", "--warmup", "--weight-decay", "--weight-kind", "--weights", "--wrt",
  ]
}

extension [(String, [String])] {
  subscript(name: String) -> [String]? { first { $0.0 == name }?.1 }
  var keys: [String] { map(\.0) }
}

@main
enum Program {
  static func main() {
    System.installSignalHandlers()
    LinearAlgebra.endIdleThreads()
    exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  static func run(_ arguments: [String]) -> ExitStatus {
    do throws(Failure) {
      let status = try act(on: Route(arguments, exists: System.exists))
      try StandardOutput.close()
      return status
    } catch {
      StandardError.write(error.text(style: Terminal(descriptor: 2, color: ColorChoice(in: arguments)).style))
      return error.status
    }
  }

  private static func act(on route: Route) throws(Failure) -> ExitStatus {
    switch route {
    case .failure(let failure): throw failure
    case .version(let json): try StandardOutput.write(Version.text(json: json))
    case .topic(let topic): try StandardOutput.write(topic.text)
    case .help(let path): try StandardOutput.write(Help.text(path))
    case .command(let arguments): return try execute(arguments)
    }
    return .success
  }

  private static func execute(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let command: any ParsableCommand
    do {
      command = try Statcli.parseAsRoot(arguments)
    } catch {
      if Statcli.exitCode(for: error) == .success {
        try StandardOutput.write(Help.plain(Statcli.fullMessage(for: error)) + "\n")
        return .success
      }
      let path = arguments.prefix { !$0.hasPrefix("-") }.prefix(2)
      throw Help.usageFailure(Statcli.message(for: error), command: path.filter { Statcli.isCommandWord($0) })
    }
    guard let action = command as? any Action else {
      try StandardOutput.write(Help.text([]))
      return .success
    }
    return try action.execute()
  }
}

extension Statcli {
  static func isCommandWord(_ word: String) -> Bool { verbs.contains { $0.0 == word || $0.1.contains(word) } }
}

extension ColorChoice {
  /// The choice in a command line that may not have been parsed.
  init(in arguments: [String]) {
    let value = zip(arguments, arguments.dropFirst()).first { $0.0 == "--color" }?.1
    let joined = arguments.first { $0.hasPrefix("--color=") }?.dropFirst("--color=".count)
    self = (value ?? joined.map(String.init)).flatMap(ColorChoice.init(rawValue:)) ?? .auto
  }
}
