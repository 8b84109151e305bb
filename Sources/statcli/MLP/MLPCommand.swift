// `statcli mlp`: the verbs of multilayer perceptrons. The first is the one that may be left out.
import ArgumentParser

struct MLPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlp",
    abstract: "Train multilayer perceptrons on tables, and use them.",
    subcommands: [
      TrainCommand.self, PredictCommand.self, EvaluateCommand.self, InfoCommand.self, ExplainCommand.self,
      CheckGradientCommand.self, CompareNetworksCommand.self, ExportCommand.self, ImportCommand.self, TuneCommand.self,
      BenchCommand.self,
    ])
}
