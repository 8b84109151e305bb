// `statcli gauss sample`: rows drawn from a saved fit, written while they are drawn.
import ArgumentParser
import GaussFit
import MatDeriv
import Tabular

struct SampleCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw rows from a saved fit.",
    discussion: """
      Examples:
        statcli gauss sample iris.fit -n 1000 --seed 1 -o drawn.csv
        statcli gauss sample species.fit -n 5 --format jsonl

      Row i is a function of the seed and of i alone: the same bits for any number of threads, on any machine, and \
      the first rows of a longer sample are those of a shorter one. Of a model of groups each row has the group \
      that it was drawn from, with probability in proportion to the sample sizes.
      """)

  @Argument(help: ArgumentHelp("The model, as fit --save writes it.", valueName: "model.fit"))
  var model: String

  @Option(
    name: [.customShort("n"), .customLong("rows")],
    help: ArgumentHelp("Rows to draw; 10k and 2M are understood (default: 1000).", valueName: "count"))
  var rows: Count?

  @Option(name: .long, help: ArgumentHelp("Seed of the random numbers (default: 1).", valueName: "number"))
  var seed: Count?

  @Option(name: .long, help: ArgumentHelp("Threads (default: one per processor).", valueName: "n"))
  var threads: Count?

  @OptionGroup(title: "Result") var output: OutputFlags

  /// Rows that are drawn and written together.
  private static let block = 4096

  func validate() throws {
    if let threads, !(1...1024).contains(threads.value) {
      throw ValidationError("--threads is a number from 1 to 1024, not \(threads.value)")
    }
    if output.rowFormat(standard: .csv) == nil {
      throw ValidationError("a sample is written as csv, tsv or jsonl, not as \(output.chosenFormat.rawValue)")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    try InputPaths.keep([model], from: [output.file])
    let model = try Model(model)
    let publisher = Publisher(output)
    let stream = try RowStream(output)
    let (n, seed) = (rows?.value ?? 1000, UInt64(seed?.value ?? 1))
    let groups = model.groups
    let label = model.file.groupedBy.map { unused($0, model.columns) }
    let text = RowText(output.rowFormat(standard: .csv) ?? .csv, names: (label.map { [$0] } ?? []) + model.columns)
    if stream.write(text.header) == .stop { try stream.finish() }
    let mixture = model.file.mixture()
    let size = SampleCommand.block
    OrderedDelivery<[UInt8]>.run(
      count: (n + size - 1) / size, threads: threads?.value ?? Version.processors,
      make: { block in
        var text = text
        let count = min(size, n - block * size)
        let drawn: (rows: Matrix<Double>, component: [Int])
        if groups.isEmpty {
          drawn = (mixture.components[0].sample(rows: count, seed: seed, firstRow: block * size), [])
        } else {
          drawn = mixture.sample(rows: count, seed: seed, firstRow: block * size)
        }
        for i in 0..<count {
          if !groups.isEmpty { text.add(groups[drawn.component[i]]) }
          for j in 0..<drawn.rows.columns { text.add(drawn.rows[i, j]) }
          text.end()
        }
        return text.bytes
      }, to: stream.write)
    return try publisher.finish(stream, [])
  }

  /// A name for the column of groups that no other column has.
  private func unused(_ name: String, _ columns: [String]) -> String {
    columns.contains(name) ? unused(name + "_group", columns) : name
  }
}
