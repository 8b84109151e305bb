// `statcli mlp`: the verbs of multilayer perceptrons. The first is the one that may be left out.
import ArgumentParser

struct MLPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlp",
    abstract: "Train multilayer perceptrons on CSV files, predict with them, take them apart.",
    subcommands: [
      PredictCommand.self, EvaluateCommand.self, InfoCommand.self, ExplainCommand.self, CheckGradientCommand.self,
      ExportCommand.self, CompareNetworksCommand.self,
    ])
}
