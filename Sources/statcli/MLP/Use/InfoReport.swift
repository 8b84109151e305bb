// The page, the records and the JSON of `statcli mlp info`.
import JSONText
import MLP

struct InfoReport {
  let file: NetworkFile
  /// The command as it was typed.
  let command: String

  var report: Report {
    Report(
      verdict: verdict, sections: sections, next: "statcli mlp explain \(shellQuoted(file.path))",
      records: { curve }, json: { json })
  }

  private var model: MLP.Model { file.model }
  private var network: Network { file.model.network }
  private var record: TrainingRecord { file.model.record }
  private var usedBytes: Int { model.members.count * network.parameterCount * (model.precision == .single ? 4 : 8) }

  private var verdict: String {
    let what = model.target.classes.map { "\($0.count) classes" } ?? "a number"
    let members = model.members.count == 1 ? "" : "\(model.members.count) networks of "
    return
      "\(members)\(network.shape), \(network.parameterCount) parameters: predicts \"\(model.target.column)\", \(what)"
  }

  private var sections: [Section] {
    [
      Section("file", [.facts(fileFacts)]), Section("network", note: network.loss.description, [.table(layers)]),
      Section(
        "inputs", note: "an input is (cell - centre)/scale; missing cells are filled", [.table(columns)] + moreColumns),
      Section("target", [.facts(targetFacts)]), Section("training", [.facts(trainingFacts)]),
    ] + (record.epochs.isEmpty ? [] : [Section("curve", [.table(shownCurve)])])
  }

  private var fileFacts: [(String, String)] {
    [
      ("file", "\(NetworkFile.name(file.path)), \(file.size) bytes"),
      ("format", "safetensors, \(MLP.Model.format), \(model.precision.rawValue)"),
      ("parameters", "\(usedBytes) bytes, fingerprint \(model.members.map(\.fingerprint).joined(separator: " "))"),
      ("networks", model.members.count == 1 ? "1" : "\(model.members.count), their outputs averaged"),
    ]
  }

  private var layers: Table {
    let rows = (1...network.depth).map { l in
      let (inputs, outputs) = network.sizes(of: l)
      let layer = l < network.depth ? network.hidden[l - 1] : nil
      let count = network.parameters.filter { $0.layer == l }.reduce(0) { $0 + $1.count }
      return [
        Table.Cell.count(l), .text("\(outputs) x \(inputs)"), .text(layer?.activation.rawValue ?? outputText),
        .text(layer.map { $0.normalization == .none ? "" : $0.normalization.rawValue } ?? ""),
        layer.map { $0.dropout > 0 ? .number($0.dropout) : .blank } ?? .blank, .count(count),
      ]
    }
    return Table(
      columns: [
        .number("layer"), .text("weights"), .text("activation"), .text("normalization"), .number("dropout"),
        .number("parameters"),
      ], rows: rows)
  }

  /// What makes answers of the last sums.
  private var outputText: String {
    switch network.loss {
    case .crossEntropy: "softmax"
    case .binaryCrossEntropy: "sigmoid"
    case .poisson: "exp"
    default: network.outputActivation.rawValue
    }
  }

  /// Columns that a page shows.
  private static let mostColumns = 20

  private var columns: Table {
    let rows = model.encoder.columns.prefix(InfoReport.mostColumns).map { column -> [Table.Cell] in
      switch column {
      case .number(let name, let centre, let factor, let fill):
        [
          .text(name), .text("number"), .number(centre), factor == 0 ? .text("constant") : .number(1 / factor),
          .number(fill),
        ]
      case .category(let name, let values):
        [.text(name), .text("\(values.count) categories: \(FitReport.brief(values))"), .blank, .blank, .blank]
      }
    }
    return Table(
      columns: [.text("column"), .text("kind"), .number("centre"), .number("scale"), .number("if missing")],
      rows: Array(rows))
  }

  private var moreColumns: [Block] {
    let more = model.encoder.columns.count - InfoReport.mostColumns
    return more > 0 ? [.text("and \(more) more; all of them with --json")] : []
  }

  private var targetFacts: [(String, String)] {
    switch model.target {
    case .classes(let column, let names):
      return [
        ("column", "\"\(column)\""), ("classes", "\(names.count): \(names.joined(separator: ", "))"),
        ("temperature", Numbers.human(model.temperature)),
      ]
    case .number(let column, let centre, let factor):
      return [
        ("column", "\"\(column)\", a number"), ("centre", Numbers.human(centre)),
        ("scale", Numbers.human(1 / factor)),
      ]
    }
  }

  private var trainingFacts: [(String, String)] {
    var facts: [(String, String)] = []
    func add(_ name: String, _ text: String) { if !text.isEmpty { facts.append((name, text)) } }
    add("rows", "\(record.rows) of training, \(record.validationRows) of validation")
    if let last = record.epochs.last {
      add(
        "epochs",
        "\(last.epoch)" + (record.bestEpoch.map { ", best \($0)" } ?? "")
          + (record.ending.isEmpty ? "" : "; \(record.ending)"))
    }
    add(
      "settings",
      record.settings.filter { $0.value != .null }.map { "\($0.name) \(InfoReport.text($0.value))" }.joined(
        separator: ", "))
    add("data", record.fingerprint.isEmpty ? "" : "fingerprint \(record.fingerprint)")
    add("command", record.command)
    add("version", record.version)
    add("BLAS", record.library)
    return facts
  }

  private static func text(_ value: JSON) -> String {
    value.doubleValue.map { Numbers.exact($0) } ?? value.stringValue ?? value.text(indented: false)
  }

  private var curve: Table { table(record.epochs) }

  /// The epochs that a page shows: the first, the best, the last, and some between.
  private var shownCurve: Table {
    let count = record.epochs.count
    guard count > 12 else { return curve }
    let spread = (0..<11).map { $0 * (count - 1) / 10 }
    let best = record.bestEpoch.flatMap { best in record.epochs.firstIndex { $0.epoch == best } }
    return table(Set(spread + (best.map { [$0] } ?? [])).sorted().map { record.epochs[$0] })
  }

  private func table(_ epochs: [TrainingRecord.Epoch]) -> Table {
    let number = { (value: Double?) in value.map { Table.Cell.number($0) } ?? .blank }
    let score = model.target.classes == nil ? "validation R2" : "validation accuracy"
    return Table(
      columns: [
        .number("epoch"), .number("loss"), .number("validation loss"), .number(score), .number("rate"),
        .number("seconds"),
      ],
      rows: epochs.map {
        [
          .count($0.epoch), .number($0.loss), number($0.validationLoss), number($0.validationScore), .number($0.rate),
          .number($0.seconds),
        ]
      })
  }

  private var json: JSON {
    [
      "schema": "statcli.mlp.info/1", "command": .string(command), "version": .string(Version.number),
      "file": [
        "path": .string(file.path), "bytes": .integer(file.size), "format": .string(MLP.Model.format),
        "precision": .string(model.precision.rawValue),
      ],
      "network": [
        "shape": .string(network.shape), "loss": .string(network.loss.description), "output": .string(outputText),
        "parameters": .integer(network.parameterCount), "members": .integer(model.members.count),
        "fingerprints": JSON(model.members.map(\.fingerprint)),
        "layers": .array(
          (1...network.depth).map { l in
            let (inputs, outputs) = network.sizes(of: l)
            let layer = l < network.depth ? network.hidden[l - 1] : nil
            return [
              "inputs": .integer(inputs), "outputs": .integer(outputs),
              "activation": .string(layer?.activation.rawValue ?? outputText),
              "normalization": .string(layer?.normalization.rawValue ?? "none"),
              "dropout": .number(layer?.dropout ?? 0),
              "parameters": .integer(network.parameters.filter { $0.layer == l }.reduce(0) { $0 + $1.count }),
            ]
          }),
      ],
      "inputs": .array(model.encoder.columns.map(InfoReport.json)), "target": targetJSON,
      "training": [
        "rows": .integer(record.rows), "validationRows": .integer(record.validationRows),
        "bestEpoch": record.bestEpoch.map(JSON.integer) ?? nil, "ending": .string(record.ending),
        "seed": .string(String(record.seed)), "settings": .object(record.settings.map { ($0.name, $0.value) }),
        "dataFingerprint": .string(record.fingerprint), "command": .string(record.command),
        "version": .string(record.version), "library": .string(record.library),
        "epochs": .array(
          record.epochs.map { epoch in
            [
              "epoch": .integer(epoch.epoch), "loss": .finite(epoch.loss),
              "validationLoss": epoch.validationLoss.map(JSON.finite) ?? nil,
              "validationScore": epoch.validationScore.map(JSON.finite) ?? nil, "rate": .finite(epoch.rate),
              "seconds": .finite(epoch.seconds),
            ]
          }),
      ],
    ]
  }

  private static func json(_ column: Encoder.Column) -> JSON {
    switch column {
    case .number(let name, let centre, let factor, let fill):
      [
        "column": .string(name), "kind": "number", "centre": .number(centre), "factor": .number(factor),
        "fill": .number(fill),
      ]
    case .category(let name, let values): ["column": .string(name), "kind": "category", "values": JSON(values)]
    }
  }

  private var targetJSON: JSON {
    switch model.target {
    case .classes(let column, let names):
      ["column": .string(column), "classes": JSON(names), "temperature": .number(model.temperature)]
    case .number(let column, let centre, let factor):
      ["column": .string(column), "centre": .number(centre), "factor": .number(factor)]
    }
  }
}
