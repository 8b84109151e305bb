// The flags about the files of a training besides its data, and about what is done instead of training.
import ArgumentParser
import MLP

struct RunFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write the report to a file, its form by the extension (default: standard output; -o is the model).",
      valueName: "file"))
  var report: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Write a line of JSON for each epoch, as it ends, with its time.", valueName: "file.jsonl"))
  var log: String?

  @Option(
    name: .long, help: ArgumentHelp("Keep the training in this file on its way.", valueName: "file"))
  var checkpoint: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Epochs from one checkpoint to the next (default: \(CheckpointStore(path: "").every)).", valueName: "n"))
  var saveEvery: Count?

  @Flag(
    name: .long, help: "Take training up from the file of --checkpoint, if it is there, as if it had never stopped.")
  var resume = false

  @Flag(name: .long, help: "Read the data and tell what would be trained; train nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print the backpropagation of the network as formulas, and train nothing; see mlp explain.")
  var explain = false

  @Flag(name: .long, help: "Print the settings in full as JSON, and train nothing.")
  var printConfig = false

  func validate() throws {
    if checkpoint == nil {
      if saveEvery != nil { throw ValidationError("--save-every needs --checkpoint FILE") }
      if resume { throw ValidationError("--resume needs --checkpoint FILE") }
    }
    if let saveEvery, saveEvery.value < 1 { throw ValidationError("--save-every is at least 1; it is 0") }
    if log == "-" { throw ValidationError("--log takes the name of a file") }
    let instead = [("--dry-run", dryRun), ("--explain", explain), ("--print-config", printConfig)].filter(\.1).map(\.0)
    if instead.count > 1 { throw ValidationError("\(instead[0]) and \(instead[1]) exclude each other") }
  }
}
