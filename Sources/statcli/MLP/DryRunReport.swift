// What `statcli mlp train --dry-run` tells: shapes, parameters, memory, arithmetic.
import JSONText
import MLP

struct DryRunReport {
  let question: TrainQuestion

  var report: Report {
    Report(
      verdict:
        "A network \(question.networkPhrase) with \(question.outline.network.parameterCount) parameters would be trained on "
        + "\(Numbers.counted(question.split.training.count, "row")); nothing was",
      sections: [question.section, layers, cost], warnings: question.warnings,
      records: { Table(columns: columns, rows: rows) }, json: { json })
  }

  private var layers: Section { Section("layers", [.table(Table(columns: columns, rows: rows))]) }

  private var columns: [Table.Column] {
    [.number("layer"), .number("inputs"), .number("outputs"), .text("activation"), .number("parameters")]
  }

  private var rows: [[Table.Cell]] {
    let network = question.outline.network
    return (1...network.depth).map { l in
      let sizes = network.sizes(of: l)
      let parameters = network.parameters.filter { $0.layer == l }.reduce(0) { $0 + $1.count }
      return [
        .count(l), .count(sizes.inputs), .count(sizes.outputs),
        .text(l < network.depth ? network.hidden[l - 1].activation.rawValue : network.outputName), .count(parameters),
      ]
    }
  }

  private var cost: Section {
    let megabytes = Numbers.human(Double(question.outline.bytes) / 1e6, digits: 3)
    return Section(
      "cost",
      [
        .facts([
          ("memory", "about \(megabytes) MB for the table, the parameters and what the optimizer remembers"),
          ("arithmetic", "\(Numbers.human(question.outline.flops / 1e9, digits: 3)) GFLOP in the products of an epoch"),
        ])
      ])
  }

  private var json: JSON {
    .object(
      [
        ("schema", "statcli.mlp.dry-run/1"), ("command", .string(question.command)),
        ("version", .string(Version.number)),
      ]
        + question.members
        + [
          ("bytes", .integer(question.outline.bytes)), ("flopsPerEpoch", .finite(question.outline.flops)),
          ("warnings", JSON(question.warnings)),
        ])
  }
}

extension Network {
  /// What the last layer does, in a word.
  var outputName: String {
    switch loss {
    case .crossEntropy: "softmax"
    case .binaryCrossEntropy: "sigmoid"
    case .poisson: "exp"
    default: outputActivation.rawValue
    }
  }
}
