import ArgumentParser

@main
struct Statcli: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "statcli")
}
