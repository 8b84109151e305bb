// `statcli mlp info`: all that a model file says; of a file of another kind, what it is.
import ArgumentParser
import JSONText
import MLP

struct InfoCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Everything about a model: layers, preprocessing, training, file.",
    discussion: """
      Examples:
        statcli mlp info species.mlp
        statcli mlp info species.mlp --json
        statcli mlp info species.mlp --format csv

      csv, tsv and jsonl hold the curve of training: one record per epoch. Of a file that is no model the answer is \
      what it is, and which command takes it.
      """)

  @Argument(help: ArgumentHelp("The model, as mlp train writes it.", valueName: "model.mlp"))
  var model: String

  @OptionGroup(title: "Result") var output: OutputFlags

  func execute() throws(Failure) -> ExitStatus {
    try InputPaths.keep([model], from: [output.file])
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let bytes = try System.read(model)
    if let foreign = ForeignFile(bytes, path: model) {
      return try publisher.publish(foreign.report(of: model, command: Typed.command), to: destination)
    }
    let file = try NetworkFile(model, bytes)
    return try publisher.publish(InfoReport(file: file, command: Typed.command).report, to: destination)
  }
}
