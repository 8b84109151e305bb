// `statcli gauss marginal`: the distribution of some columns of a saved fit.
import ArgumentParser
import GaussFit
import JSONText

struct MarginalCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "marginal", abstract: "The distribution of some columns of a saved fit.",
    discussion: """
      Examples:
        statcli gauss marginal iris.fit --columns Petal.Length,Petal.Width
        statcli gauss marginal species.fit --exclude 1-2 --save petal.fit

      Columns keep the order of --columns. --save writes a .fit file of them, which condition, score and the other \
      verbs take.
      """)

  @Argument(help: ArgumentHelp("The model, as fit --save writes it.", valueName: "model.fit"))
  var model: String

  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags

  @Option(name: .long, help: ArgumentHelp("Save the fitted distribution.", valueName: "model.fit"))
  var save: String?

  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if columnFlags.columns.isEmpty && columnFlags.exclude.isEmpty {
      throw ValidationError("--columns is missing: it names the columns of the marginal")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    try InputPaths.keep([model], from: [output.file, save])
    let model = try Model(model)
    let chosen = try columnFlags.chosen(of: model.columns)
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let saved = try ModelDestination(save, force: output.force)
    let derived = FitFile(
      model.file.distributions.map { distribution in
        FitFile.Distribution(
          group: distribution.group, columns: chosen.map { model.columns[$0] }, sampleSize: distribution.sampleSize,
          structure: distribution.structure, gaussian: distribution.gaussian.marginal(chosen),
          covariance: distribution.covariance[rows: chosen, columns: chosen])
      }, groupedBy: model.file.groupedBy, priors: model.file.priors, version: Version.number)
    try saved.write(derived)
    let page = DistributionPage(model: model, derived: derived)
    let command = Typed.command
    let report = Report(
      verdict: "The distribution of \(FitReport.brief(derived.columns)), "
        + "\(derived.columns.count) of \(Numbers.counted(model.columns.count, "column"))",
      sections: [Section("model", [.facts(model.facts)])] + page.sections, records: { page.records },
      json: {
        .object(
          [
            ("schema", "statcli.gauss.marginal/1"), ("command", .string(command)),
            ("version", .string(Version.number)), ("model", model.json),
          ] + page.members)
      })
    return try publisher.publish(report, to: destination)
  }
}
