// The parts of a model as JSON, and back: what the metadata of a model's file hold, and what is exported for people. Every double comes back
// bit for bit.
import JSONText

/// Members of an object that must be there, with the place for complaints.
struct Members {
  let json: JSON
  let place: String

  init(_ json: JSON, _ place: String) throws(FileDefect) {
    guard json.objectValue != nil else { throw FileDefect("its \(place) is not an object") }
    self.json = json
    self.place = place
  }

  func callAsFunction<T>(_ key: String, _ kind: String, _ read: (JSON) -> T?) throws(FileDefect) -> T {
    guard let value = json[key] else { throw FileDefect("its \(place) has no \"\(key)\"") }
    guard let typed = read(value) else { throw FileDefect("\"\(key)\" of its \(place) is not \(kind)") }
    return typed
  }

  func text(_ key: String) throws(FileDefect) -> String { try self(key, "a text") { $0.stringValue } }
  func texts(_ key: String) throws(FileDefect) -> [String] { try self(key, "an array of texts") { $0.stringsValue } }
  func array(_ key: String) throws(FileDefect) -> [JSON] { try self(key, "an array") { $0.arrayValue } }
  func number(_ key: String) throws(FileDefect) -> Double { try self(key, "a number") { $0.exactValue } }

  /// A number that is there and finite.
  func finite(_ key: String) throws(FileDefect) -> Double {
    try self(key, "a finite number") { value in value.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
  }

  func count(_ key: String, _ range: ClosedRange<Int> = 0...Int(Int32.max)) throws(FileDefect) -> Int {
    try self(key, "a count from \(range.lowerBound) to \(range.upperBound)") { value in
      value.integerValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func word<Word: RawRepresentable<String>>(_ key: String, _: Word.Type) throws(FileDefect) -> Word {
    let text = try text(key)
    guard let word = Word(rawValue: text) else {
      throw FileDefect("\"\(key)\" of its \(place) is the unknown \"\(text)\"")
    }
    return word
  }
}

extension JSON {
  /// A number of any kind: those for which JSON has no spelling are texts.
  init(exactly value: Double) {
    self = value.isFinite ? .number(value) : .string(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf")
  }

  /// What ``init(exactly:)`` was given.
  var exactValue: Double? {
    switch stringValue {
    case "nan": .nan
    case "inf": .infinity
    case "-inf": -.infinity
    default: doubleValue
    }
  }

  /// The same with all numbers spelled as in ``init(exactly:)``.
  var spellable: JSON {
    switch self {
    case .object(let members): .object(members.map { ($0.0, $0.1.spellable) })
    case .array(let values): .array(values.map(\.spellable))
    case .number(let value): JSON(exactly: value)
    default: self
    }
  }
}

extension [String] {
  /// Whether no two have the same bytes.
  var areDistinct: Bool { Set(self.map { [UInt8]($0.utf8) }).count == count }
}

extension Network {
  var json: JSON {
    .object([
      ("inputs", .integer(inputs)),
      (
        "hidden",
        .array(
          hidden.map { layer in
            .object([
              ("width", .integer(layer.width)), ("activation", .string(layer.activation.rawValue)),
              ("normalization", .string(layer.normalization.rawValue)), ("dropout", .number(layer.dropout)),
            ])
          })
      ),
      ("outputs", .integer(outputs)), ("outputActivation", .string(outputActivation.rawValue)),
      ("loss", .string(loss.description)),
    ])
  }

  init(_ json: JSON) throws(FileDefect) {
    let members = try Members(json, "network")
    var hidden: [Layer] = []
    for (l, value) in try members.array("hidden").enumerated() {
      let layer = try Members(value, "hidden layer \(l + 1)")
      let dropout = try layer("dropout", "a share from 0 to below 1") { value in
        value.doubleValue.flatMap { (0..<1).contains($0) ? $0 : nil }
      }
      hidden.append(
        Layer(
          try layer.count("width", 1...Int(Int32.max)), try layer.word("activation", Activation.self),
          normalization: try layer.word("normalization", Normalization.self), dropout: dropout))
    }
    let loss = try members.text("loss")
    guard let known = Loss(loss) else { throw FileDefect("its network has the unknown loss \"\(loss)\"") }
    self.init(
      inputs: try members.count("inputs", 1...Int(Int32.max)), hidden: hidden,
      outputs: try members.count("outputs", 1...Int(Int32.max)),
      outputActivation: try members.word("outputActivation", Activation.self), loss: known)
  }
}

extension Encoder {
  var json: JSON {
    .array(
      columns.map { column in
        switch column {
        case .number(let name, let centre, let factor, let fill):
          .object([
            ("number", .string(name)), ("centre", JSON(exactly: centre)), ("factor", JSON(exactly: factor)),
            ("fill", JSON(exactly: fill)),
          ])
        case .category(let name, let values): .object([("category", .string(name)), ("values", JSON(values))])
        }
      })
  }

  init(_ json: JSON) throws(FileDefect) {
    guard let values = json.arrayValue else { throw FileDefect("its encoder is not an array of columns") }
    var columns: [Column] = []
    for (i, value) in values.enumerated() {
      let column = try Members(value, "column \(i + 1)")
      if let name = value["category"]?.stringValue {
        let values = try column.texts("values")
        guard !values.isEmpty else { throw FileDefect("its column \"\(name)\" has no values") }
        guard values.areDistinct else { throw FileDefect("its column \"\(name)\" has a value twice") }
        columns.append(.category(name: name, values: values))
      } else {
        if case .category(let name, _)? = columns.last {
          throw FileDefect("behind its category \"\(name)\" stands a number")
        }
        columns.append(
          .number(
            name: try column.text("number"), centre: try column.finite("centre"), factor: try column.finite("factor"),
            fill: try column.finite("fill")))
      }
    }
    self.init(columns)
  }
}

extension Target {
  var json: JSON {
    switch self {
    case .classes(let column, let names): .object([("classes", .string(column)), ("names", JSON(names))])
    case .number(let column, let centre, let factor):
      .object([
        ("number", .string(column)), ("centre", JSON(exactly: centre)), ("factor", JSON(exactly: factor)),
      ])
    }
  }

  init(_ json: JSON) throws(FileDefect) {
    let members = try Members(json, "target")
    if let column = json["classes"]?.stringValue {
      self = .classes(column: column, names: try members.texts("names"))
    } else {
      self = .number(
        column: try members.text("number"), centre: try members.finite("centre"), factor: try members.finite("factor"))
    }
  }
}

extension TrainingRecord {
  var json: JSON {
    .object([
      ("command", .string(command)), ("version", .string(version)), ("library", .string(library)),
      // Beyond 2^53 readers of JSON lose digits of numbers.
      ("seed", .string(String(seed))), ("rows", .integer(rows)), ("validationRows", .integer(validationRows)),
      ("fingerprint", .string(fingerprint)), ("bestEpoch", bestEpoch.map(JSON.integer) ?? .null),
      ("ending", .string(ending)), ("settings", .object(settings.map { ($0.name, $0.value.spellable) })),
      (
        "epochs",
        .array(
          epochs.map { epoch in
            .object([
              ("epoch", .integer(epoch.epoch)), ("loss", JSON(exactly: epoch.loss)),
              ("validationLoss", epoch.validationLoss.map(JSON.init(exactly:)) ?? .null),
              ("validationScore", epoch.validationScore.map(JSON.init(exactly:)) ?? .null),
              ("rate", JSON(exactly: epoch.rate)), ("seconds", JSON(exactly: epoch.seconds)),
            ])
          })
      ),
    ])
  }

  init(_ json: JSON) throws(FileDefect) {
    let members = try Members(json, "record")
    self.init()
    command = try members.text("command")
    version = try members.text("version")
    library = try members.text("library")
    seed = try members("seed", "a whole number as text") { value in value.stringValue.flatMap { UInt64($0) } }
    rows = try members.count("rows", 0...Int.max)
    validationRows = try members.count("validationRows", 0...Int.max)
    fingerprint = try members.text("fingerprint")
    bestEpoch = try members("bestEpoch", "a count or null") {
      $0 == .null ? .some(nil) : $0.integerValue.map { .some($0) }
    }
    ending = try members.text("ending")
    settings = try members("settings", "an object") { $0.objectValue }.map { ($0.0, $0.1) }
    for (i, value) in try members.array("epochs").enumerated() {
      let epoch = try Members(value, "epoch in place \(i + 1)")
      func optional(_ key: String) throws(FileDefect) -> Double? {
        try epoch(key, "a number or null") { value -> Double?? in
          value == .null ? .some(nil) : value.exactValue.map { .some($0) }
        }
      }
      epochs.append(
        Epoch(
          epoch: try epoch.count("epoch"), loss: try epoch.number("loss"),
          validationLoss: try optional("validationLoss"),
          validationScore: try optional("validationScore"), rate: try epoch.number("rate"),
          seconds: try epoch.number("seconds")))
    }
  }
}
