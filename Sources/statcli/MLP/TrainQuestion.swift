// What is to be trained on what: the data, the settings, the rows that judge, and the network that follows from them.
import JSONText
import MLP

struct TrainQuestion {
  let data: MLPData
  let training: Training
  let preset: Preset
  let split: Split
  let outline: TrainingOutline
  /// How the rows that judge were chosen, in words.
  let splitPhrase: String
  /// Whether layers were given.
  let isChosen: Bool
  /// The command as it was typed.
  let command: String

  /// **Throws**: what is wrong with the data for this training.
  init(
    data: MLPData, training: Training, preset: Preset, validation: ValidationFlags.Rows, isChosen: Bool,
    command: String
  ) throws(Failure) {
    self.data = data
    let training = training.resolved(for: data.table)
    self.training = training
    self.preset = preset
    self.isChosen = isChosen
    self.command = command
    if let file = data.validationFile {
      let border = Int32(data.trainingRows)
      guard border > 0 else { throw Failure(.badData, "no row can be used", at: data.name) }
      split = Split(training: Array(0..<border), validation: Array(border..<Int32(data.table.rows)))
      if split.validation.isEmpty { throw Failure(.badData, "no row can be used", at: file) }
      splitPhrase = "the rows of \(file)"
    } else {
      split = training.split(data.table)
      let isDrawn = data.columns.columns.isOfClasses ? "by class" : "by chance"
      splitPhrase = split.validation.isEmpty ? "no rows judge" : "chosen \(isDrawn), seed \(training.options.seed)"
    }
    let (split, table) = (self.split, data.table)
    outline = try perceptrons(at: data.name) { () throws(MLPError) in try training.outline(table, split: split) }
  }

  var isOfClasses: Bool { data.columns.columns.isOfClasses }
  var options: TrainingOptions { training.options }

  /// Rows of each class in all and in training; empty for numbers.
  var classes: [(name: String, rows: Int, training: Int)] {
    guard case .classes(_, let labels, let names) = data.table.targets else { return [] }
    var (all, trained) = ([Int](repeating: 0, count: names.count), [Int](repeating: 0, count: names.count))
    for label in labels { all[Int(label)] += 1 }
    for row in split.training { trained[Int(labels[Int(row)])] += 1 }
    return names.indices.map { (names[$0], all[$0], trained[$0]) }
  }

  /// A rate to try where the one given diverges.
  var lowerRate: String {
    let usual = options.usedOptimizer.usualRate
    return Numbers.human(options.usedRate > usual ? usual : options.usedRate / 10)
  }

  // MARK: In words

  /// `64-100-10, relu`.
  var networkPhrase: String {
    let network = outline.network
    guard !network.hidden.isEmpty else { return network.shape }
    let words = network.hidden.map(\.activation.rawValue)
    let isOne = words.allSatisfy { $0 == words[0] }
    return "\(network.shape) \(isOne ? words[0] : words.joined(separator: ", "))"
  }

  /// Data, split, model and machine.
  var section: Section {
    Section(
      "training",
      [.facts([("data", dataPhrase), ("split", rowsPhrase), ("model", modelPhrase), ("machine", machinePhrase)])])
  }

  private var dataPhrase: String {
    let columns = data.table.columns
    let categories = columns.count { $0.values != nil }
    var text = "\(data.name), \(Numbers.counted(data.table.rows, "row"))"
    if data.table.rows != data.rowsRead { text += " of \(data.rowsRead)" }
    text += ", \(Numbers.counted(columns.count - categories, "numeric column"))"
    if categories > 0 { text += ", \(Numbers.counted(categories, "category", "categories"))" }
    let target = data.names[data.columns.columns.target]
    guard isOfClasses else { return text + ", target \"\(target)\", a number" }
    let (fewest, most) = (classes.map(\.rows).min() ?? 0, classes.map(\.rows).max() ?? 0)
    let sizes = fewest == most ? "\(most) rows each" : "\(fewest) to \(most) rows"
    return text + ", target \"\(target)\" with \(Numbers.counted(classes.count, "class", "classes")) of \(sizes)"
  }

  private var rowsPhrase: String {
    let judging = split.validation.isEmpty ? "" : ", \(split.validation.count) for validation"
    return "\(split.training.count) for training\(judging); \(splitPhrase)"
  }

  private var modelPhrase: String {
    let network = outline.network
    var parts = [networkPhrase, "\(network.parameterCount) parameters", network.loss.description]
    var method = options.usedOptimizer.rawValue
    if options.usedOptimizer != .lbfgs {
      method += " lr \(Numbers.human(options.usedRate))"
      if options.schedule != .constant { method += " \(options.schedule.rawValue)" }
      method += ", batch \(min(options.batch, split.training.count))"
    }
    if let l2 = options.l2, l2 > 0 { method += ", l2 \(Numbers.human(l2))" }
    if let smoothing = options.labelSmoothing, smoothing > 0 {
      method += ", label smoothing \(Numbers.human(smoothing))"
    }
    parts.append(method)
    parts.append("at most \(Numbers.counted(options.epochs, "epoch"))")
    if training.ensemble > 1 { parts.append("\(training.ensemble) networks") }
    if preset != .standard { parts.append("preset \(preset.rawValue)") }
    if !isChosen && preset == .standard { parts.append("hidden layers by default (--hidden)") }
    return parts.joined(separator: ", ")
  }

  private var machinePhrase: String {
    "\(Numbers.counted(options.threads, "thread")), \(Machine.brief), \(options.precision.rawValue)"
  }

  // MARK: Warnings

  /// What is known before training.
  var warnings: [Warning] {
    var warnings = data.warnings
    let incomplete = outline.incompleteColumns
    if !incomplete.isEmpty {
      let list = incomplete.prefix(5).map { "\"\($0.name)\" \($0.missing)" }.joined(separator: ", ")
      let isCategory = Dictionary(uniqueKeysWithValues: data.table.columns.map { ($0.name, $0.values != nil) })
      let ways =
        (incomplete.contains { isCategory[$0.name] == false }
          ? ["numbers are filled with the median of the rows that train"] : [])
        + (incomplete.contains { isCategory[$0.name] == true } ? ["categories count as none of their values"] : [])
      let more = incomplete.count > 5 ? " and in \(incomplete.count - 5) more columns" : ""
      warnings.append(
        Warning(
          code: "W402",
          text: "missing cells: \(list)\(more); \(ways.joined(separator: ", "))",
          mend: "--exclude \(incomplete.prefix(5).map { ColumnSelection.word(for: $0.name) }.joined(separator: ","))"))
    }
    let constant = outline.constantColumns
    if !constant.isEmpty {
      warnings.append(
        Warning(
          code: "W403",
          text: "\(constant.count == 1 ? "column" : "columns") \(ColumnChoice.list(constant)) "
            + "\(constant.count == 1 ? "has" : "have") one value in the rows that train, which says nothing"))
    }
    if outline.scaling == .common, training.scaling == .automatic {
      warnings.append(
        Warning(
          code: "W407",
          text: "the \(data.table.columns.count { $0.values == nil }) columns share one scale, as pixels do, and are "
            + "standardized by one mean and one variance", mend: "--scale columns"))
    }
    let single = classes.filter { $0.training == 1 }.map(\.name)
    if !single.isEmpty {
      warnings.append(
        Warning(
          code: "W405",
          text: "\(single.count == 1 ? "class" : "classes") \(ColumnChoice.list(single)) "
            + "\(single.count == 1 ? "has" : "have") a single row to train on"))
    }
    if split.validation.isEmpty, training.validation > 0, data.validationFile == nil {
      warnings.append(
        Warning(
          code: "W409",
          text: "\(Numbers.counted(data.table.rows, "row")) are too few to keep some for validation: training ends "
            + "with the last epoch, and nothing judges it"))
    }
    return warnings.map { $0.completed(command) }
  }
}

extension Training {
  /// The settings in full.
  var settingsJSON: JSON {
    let layers = hidden.map { layer -> JSON in
      [
        "width": .integer(layer.width), "activation": .string(layer.activation.rawValue),
        "normalization": .string(layer.normalization.rawValue), "dropout": .number(layer.dropout),
      ]
    }
    return .object(
      [
        ("hidden", .array(layers)), ("loss", loss.map { .string($0.description) } ?? .null),
        ("outputActivation", outputActivation.map { .string($0.rawValue) } ?? .null),
        ("scaling", .string(scaling.rawValue)), ("validation", .number(validation)), ("ensemble", .integer(ensemble)),
        ("calibrates", .bool(calibrates)),
      ] + options.settings + [("threads", .integer(options.threads))])
  }
}
