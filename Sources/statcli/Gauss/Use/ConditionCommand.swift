// `statcli gauss condition`: the distribution of the other columns given values of some.
import ArgumentParser
import GaussFit
import JSONText
import MatDeriv

struct ConditionCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "condition", abstract: "The distribution of the other columns given values of some.",
    discussion: """
      Examples:
        statcli gauss condition iris.fit --given Petal.Length=1.5
        statcli gauss condition iris.fit --given Petal.Length=1.5 --given Petal.Width=0.2 --json
        statcli gauss condition species.fit --given Petal.Length=4.8 --save given.fit

      Mean, standard deviations, covariance and correlations of the columns that are not given, and the log density \
      of the given values under their own marginal. Of a model of groups each group is conditioned, and the weights \
      of the groups become their posteriors given the values. --save writes a .fit file of the remaining columns.
      """)

  @Argument(help: ArgumentHelp("The model, as fit --save writes it.", valueName: "model.fit"))
  var model: String

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A column and its value; may be repeated.", valueName: "column=value"))
  var given: [String] = []

  @Option(name: .long, help: ArgumentHelp("Save the fitted distribution.", valueName: "model.fit"))
  var save: String?

  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if given.isEmpty { throw ValidationError("--given is missing: it names a column and its value") }
  }

  func execute() throws(Failure) -> ExitStatus {
    try InputPaths.keep([model], from: [output.file, save])
    let model = try Model(model)
    let values = try self.values(model)
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let saved = try ModelDestination(save, force: output.force)
    let mixture = model.file.mixture()
    let conditioned = mixture.conditional(given: values)
    let logDensity = mixture.logDensity(of: values)
    let indices = values.map(\.index)
    let rest = model.columns.indices.filter { !indices.contains($0) }
    let derived = FitFile(
      zip(model.file.distributions, conditioned.components).map { distribution, gaussian in
        FitFile.Distribution(
          group: distribution.group, columns: rest.map { model.columns[$0] }, sampleSize: distribution.sampleSize,
          structure: distribution.structure, gaussian: gaussian)
      }, groupedBy: model.file.groupedBy, priors: conditioned.weights, version: Version.number)
    try saved.write(derived)
    let page = DistributionPage(model: model, derived: derived)
    let command = Typed.command
    let typed = values.map { "\(model.columns[$0.index]) = \(Numbers.exact($0.value))" }.joined(separator: ", ")
    let names = FitReport.brief(rest.map { model.columns[$0] })
    let first = derived.distributions[0]
    let verdict =
      derived.groupedBy == nil && rest.count == 1
      ? "Given \(typed): \(names) has mean \(Numbers.human(first.gaussian.mean[0])), standard deviation \(Numbers.human(first.standardDeviation[0]))"
      : "Given \(typed): the distribution of \(names)"
    let facts = model.facts + [("given", typed), ("log density", "\(Numbers.human(logDensity)) of the given values")]
    let report = Report(
      verdict: verdict, sections: [Section("model", [.facts(facts)])] + page.sections,
      records: { page.records },
      json: {
        .object(
          [
            ("schema", "statcli.gauss.condition/1"), ("command", .string(command)),
            ("version", .string(Version.number)), ("model", model.json),
            ("given", .object(values.map { (model.columns[$0.index], .number($0.value)) })),
            ("givenLogDensity", .finite(logDensity)),
          ] + page.members)
      })
    return try publisher.publish(report, to: destination)
  }

  /// The values given, by the place of their columns.
  private func values(_ model: Model) throws(Failure) -> [(index: Int, value: Double)] {
    var values: [(index: Int, value: Double)] = []
    for text in given {
      guard let equals = text.lastIndex(of: "=") else {
        throw Failure(
          .usage, "--given \(text): a column and its value are joined by =",
          mend: "--given \(shellQuoted("\(model.columns[0])=1.5"))")
      }
      let index = try columnIndex(String(text[..<equals]), flag: "--given", in: model.columns)
      guard let value = Real(argument: String(text[text.index(after: equals)...]))?.value else {
        throw Failure(.usage, "--given \(text): \"\(text[text.index(after: equals)...])\" is not a number")
      }
      if values.contains(where: { $0.index == index }) {
        throw Failure(.usage, "--given \(text): column \"\(model.columns[index])\" is given twice")
      }
      values.append((index, value))
    }
    guard values.count < model.columns.count else {
      throw Failure(
        .usage, "all \(Numbers.counted(values.count, "column")) of the model are given: none is left",
        mend: "statcli gauss score \(shellQuoted(model.path)) data.csv (for the density of whole rows)")
    }
    return values
  }
}
