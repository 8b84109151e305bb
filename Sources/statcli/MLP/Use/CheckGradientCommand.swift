// `statcli mlp check-gradient`: every derivative of a network beside central differences of its loss.
import ArgumentParser
import JSONText
import MLP
import Tabular

struct CheckGradientCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "check-gradient", abstract: "Compare every derivative of a network with finite differences.",
    discussion: """
      Examples:
        statcli mlp check-gradient species.mlp iris.csv
        statcli mlp check-gradient species.mlp iris.csv --rows 50 --json

      In double precision, on some rows of the table, evenly spaced; dropout is off. The error of a parameter is the \
      largest distance between derivative and central difference, over the largest derivative of that parameter. \
      Where the loss has a kink within the step, as relu makes, the differences to both sides disagree; such entries \
      are counted, and in no error. Status 1 if an error is above the tolerance.
      """)

  @Argument(help: ArgumentHelp("The model, as mlp train writes it.", valueName: "model.mlp"))
  var model: String

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column that holds the truth (default: the one that the model was trained on).", valueName: "column"))
  var target: String?

  @Option(name: .long, help: ArgumentHelp("Rows that the loss is of (default: 16).", valueName: "count"))
  var rows: Count?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The error up to which derivatives are confirmed (default: 1e-5).", valueName: "number"))
  var tolerance: Real?

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if let rows, !(1...10_000).contains(rows.value) { throw ValidationError("--rows is a count from 1 to 10000") }
    if let tolerance, tolerance.value <= 0 { throw ValidationError("--tolerance is a number above 0") }
  }

  func execute() throws(Failure) -> ExitStatus {
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: "mlp check-gradient \(shellQuoted(model))")[0]
    try Model.requireOneStandardInput([model, path])
    try InputPaths.keep([model, path], from: [output.file])
    let file = try NetworkFile(model)
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let input = try reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: readingFlags.options)
    }
    let places = try file.places(in: input.schema, of: path)
    let truth = try file.target(target, in: input.schema, of: path)
    let columns = TableColumns(
      numbers: places.numbers, categories: places.categories, target: truth,
      isOfClasses: file.model.target.classes != nil)
    let threads = readingFlags.threadCount
    let table = try reading { () throws(TabularError) in try MLP.Table.read(input, columns, threads: threads) }
    let check: GradientCheck
    do throws(MLPError) {
      check = try GradientCheck(
        file.model, table, rows: rows?.value ?? 16, tolerance: tolerance?.value ?? 1e-5, threads: threads)
    } catch {
      throw Failure(
        .badData, "no row has an answer that the model knows in column \"\(input.schema.names[truth])\"",
        at: NetworkFile.name(path), mend: "statcli mlp info \(shellQuoted(model))")
    }
    return try publisher.publish(
      CheckGradientCommand.report(check, file, path, command: Typed.command), to: destination)
  }

  private static func report(_ check: GradientCheck, _ file: NetworkFile, _ path: String, command: String) -> Report {
    let entries = check.parts.reduce(0) { $0 + $1.parameter.count }
    let error = Numbers.human(check.error, digits: 2)
    let kinks = check.kinks == 0 ? "" : "; \(Numbers.counted(check.kinks, "entry", "entries")) at kinks not judged"
    let verdict =
      check.holds
      ? "All \(entries) derivatives are confirmed: largest relative error \(error)\(kinks)"
      : "Derivatives are not confirmed: largest relative error \(error), tolerance "
        + "\(Numbers.human(check.tolerance, digits: 2))\(kinks)"
    let table = Table(
      columns: [
        .text("parameter"), .number("layer"), .number("entries"), .number("error"), .text("at"), .number("derivative"),
        .number("difference"), .number("kinks"),
      ],
      rows: check.parts.map { part in
        [
          .text(part.parameter.name), .count(part.parameter.layer), .count(part.parameter.count), .number(part.error),
          .text("\(part.place.row + 1),\(part.place.column + 1)"), .number(part.derivative),
          .number(part.difference), .count(part.kinks),
        ]
      })
    return Report(
      verdict: verdict, isNegative: !check.holds,
      sections: [
        Section(
          "data",
          [.facts([("file", NetworkFile.name(path)), ("rows", "\(check.rows)"), ("loss", Numbers.human(check.loss))])]),
        Section("model", [.facts(file.facts)]),
        Section("parameters", note: "the largest error of each, and where it is", [.table(table)]),
      ], records: { table },
      json: {
        [
          "schema": "statcli.mlp.check-gradient/1", "command": .string(command), "version": .string(Version.number),
          "model": file.json, "data": ["file": .string(path), "rows": .integer(check.rows)],
          "loss": .finite(check.loss), "holds": .bool(check.holds), "relativeError": .finite(check.error),
          "tolerance": .number(check.tolerance), "kinks": .integer(check.kinks),
          "parameters": .array(
            check.parts.map { part in
              [
                "name": .string(part.parameter.name), "layer": .integer(part.parameter.layer),
                "rows": .integer(part.parameter.rows), "columns": .integer(part.parameter.columns),
                "relativeError": .finite(part.error),
                "at": [.integer(part.place.row + 1), .integer(part.place.column + 1)],
                "derivative": .finite(part.derivative), "difference": .finite(part.difference),
                "kinks": .integer(part.kinks),
              ]
            }),
        ]
      })
  }
}
