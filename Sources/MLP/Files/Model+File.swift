// A model as a file: safetensors, with weights under the names that PyTorch gives them and everything else as JSON in the metadata.
import JSONText
import MatDeriv

extension Model {
  /// The `format` of the files that this version writes and reads.
  public static let format = "\(formatName)/1"
  static let formatName = "statcli.mlp"

  /// The file: `layers.{i}.weight` by rows and `layers.{i}.bias`, `norms.{i}.weight` and `.bias` behind the layers that have a normalization,
  /// counted from 0; of an ensemble behind `members.{k}.`.
  ///
  /// Values are rounded to the model's precision, which changes none of a trained model.
  /// **Domain**: no batch normalization, which is folded into the weights before.
  public var fileBytes: [UInt8] {
    let metadata: [(key: String, value: JSON)] = [
      ("format", .string(Model.format)), ("precision", .string(precision.rawValue)), ("network", network.json),
      ("encoder", encoder.json), ("target", target.json), ("temperature", JSON(exactly: temperature)),
      ("members", .integer(members.count)), ("record", record.json),
    ]
    let tensors = members.indices.flatMap { k in
      network.tensorNames(member: members.count == 1 ? nil : k).map { name, parameter in
        let value = members[k][parameter.name]
        precondition(
          value.rows == parameter.rows && value.columns == parameter.columns,
          "\(parameter.name) is \(value.rows) x \(value.columns) instead of \(parameter.rows) x \(parameter.columns)")
        return Safetensors.Tensor(
          name: name, shape: parameter.role == .weight ? [value.rows, value.columns] : [value.rows],
          values: precision == .single ? .single(value.rowMajor.map(Float.init)) : .double(value.rowMajor))
      }
    }
    return Safetensors(
      tensors, metadata: metadata.map { ($0.key, $0.value.stringValue ?? $0.value.text(indented: false)) }
    )
    .bytes
  }

  /// Writes the file; it replaces one of this name only when it is complete.
  ///
  /// **Throws**: `system`.
  public func write(to path: String) throws(MLPError) { try AtomicFile.write(fileBytes, to: path) }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// **Throws**: `system` if it cannot be read, `file` with what is wrong in it.
  public init(contentsOf path: String) throws(MLPError) {
    try self.init(parsing: try AtomicFile.read(path), name: path)
  }

  /// Reads the content of a file; `name` is for messages.
  ///
  /// **Throws**: `file` with what is wrong in it.
  public init(parsing bytes: [UInt8], name: String) throws(MLPError) {
    do throws(FileDefect) { try self.init(try Safetensors(parsing: bytes)) } catch { throw error.of(name) }
  }

  init(_ file: Safetensors) throws(FileDefect) {
    try file.requireFormat(Model.formatName, version: 1, "model")
    let network = try Network(try file.json("network"))
    let encoder = try Encoder(try file.json("encoder"))
    let target = try Target(try file.json("target"))
    let precisionWord = try file.text("precision")
    guard let precision = Precision(rawValue: precisionWord) else {
      throw FileDefect("its precision is the unknown \"\(precisionWord)\"")
    }
    guard let temperature = try file.json("temperature").doubleValue, temperature > 0, temperature.isFinite else {
      throw FileDefect("its temperature is no positive number")
    }
    guard let count = try file.json("members").integerValue, count >= 1, count <= file.tensors.count else {
      throw FileDefect("its members are no count from 1 on, or more than it has tensors")
    }
    try network.requireReadable(encoder, target)
    var wanted: Set<String> = []
    var members: [Parameters] = []
    let tensors = Dictionary(file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for k in 0..<count {
      var matrices: [(name: String, value: Matrix<Double>)] = []
      for (name, parameter) in network.tensorNames(member: count == 1 ? nil : k) {
        guard let tensor = tensors[name] else { throw FileDefect("it has no tensor \"\(name)\"") }
        matrices.append((parameter.name, try tensor.matrix(parameter, precision)))
        wanted.insert(name)
      }
      members.append(Parameters(matrices))
    }
    if let other = file.tensors.first(where: { !wanted.contains($0.name) }) {
      throw FileDefect("its tensor \"\(other.name)\" is none that a \(network.shape) network has")
    }
    self.init(
      network: network, encoder: encoder, target: target, members: members, precision: precision,
      temperature: temperature, record: try TrainingRecord(try file.json("record")))
  }
}

extension Safetensors {
  /// A member of the metadata.
  func text(_ key: String) throws(FileDefect) -> String {
    guard let value = metadata.first(where: { $0.key == key })?.value else {
      throw FileDefect("its metadata have no \"\(key)\"")
    }
    return value
  }

  /// A member of the metadata that is JSON.
  func json(_ key: String) throws(FileDefect) -> JSON {
    do { return try JSON(parsing: Array(try text(key).utf8)) } catch let error as JSONError {
      throw FileDefect("its metadata \"\(key)\" are damaged: \(error.reason) in column \(error.column)")
    } catch let error as FileDefect { throw error } catch { fatalError("\(error)") }
  }

  /// Checks that `format` is `name/version`.
  func requireFormat(_ name: String, version: Int, _ kind: String) throws(FileDefect) {
    guard let format = metadata.first(where: { $0.key == "format" })?.value else {
      throw FileDefect("it is a safetensors file, but no \(kind): its metadata have no \"format\"")
    }
    let parts = format.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == name, let found = Int(parts[1]), found >= 1 else {
      throw FileDefect(
        "it is a safetensors file, but no \(kind): its format is \"\(format)\" instead of \"\(name)/\(version)\"")
    }
    guard found <= version else {
      throw FileDefect(
        "it was written by a newer version: its format is \"\(format)\", and this version reads \"\(name)/\(version)\"")
    }
  }
}

extension Safetensors.Tensor {
  /// The parameter that this is.
  fileprivate func matrix(_ parameter: Parameter, _ precision: Precision) throws(FileDefect) -> Matrix<Double> {
    let expected = parameter.role == .weight ? [parameter.rows, parameter.columns] : [parameter.rows]
    guard shape == expected else {
      throw FileDefect("its tensor \"\(name)\" has shape \(shape), and the network needs \(expected)")
    }
    switch (values, precision) {
    case (.single, .single), (.double, .double): break
    default: throw FileDefect("its tensor \"\(name)\" has another type than its precision \(precision.rawValue)")
    }
    let entries = values.doubles ?? []
    guard entries.allSatisfy(\.isFinite) else {
      throw FileDefect("its tensor \"\(name)\" holds values that are not finite")
    }
    return Matrix(rows: parameter.rows, columns: parameter.columns, rowMajor: entries)
  }
}

extension Matrix<Double> {
  /// The entries, row after row.
  var rowMajor: [Double] { (0..<count).map { self[$0 / columns, $0 % columns] } }

  init(rows: Int, columns: Int, rowMajor: [Double]) {
    self.init(rows: rows, columns: columns) { rowMajor[$0 * columns + $1] }
  }
}

extension Network {
  /// The names in a file, each with its parameter.
  func tensorNames(member: Int?) -> [(name: String, parameter: Parameter)] {
    precondition(
      !hidden.contains { $0.normalization == .batch },
      "batch normalization is folded into the weights before a model is written")
    let prefix = member.map { "members.\($0)." } ?? ""
    return parameters.map { parameter in
      let part =
        switch parameter.role {
        case .weight: "layers.\(parameter.layer - 1).weight"
        case .bias: "layers.\(parameter.layer - 1).bias"
        case .gain: "norms.\(parameter.layer - 1).weight"
        case .shift: "norms.\(parameter.layer - 1).bias"
        }
      return (prefix + part, parameter)
    }
  }

  /// Checks that what is read from a file fits together.
  func requireReadable(_ encoder: Encoder, _ target: Target) throws(FileDefect) {
    if let l = hidden.firstIndex(where: { $0.normalization == .batch }) {
      throw FileDefect("its hidden layer \(l + 1) is normalized over the batch, which no saved model is")
    }
    guard encoder.width == inputs else {
      throw FileDefect("its columns become \(encoder.width) inputs, and its network has \(inputs)")
    }
    if let classes = target.classes {
      guard classes.areDistinct, classes.count >= 2 else {
        throw FileDefect("its \(classes.count) classes are not two or more different ones")
      }
      guard outputs == classes.count || (outputs == 1 && classes.count == 2) else {
        throw FileDefect("its network has \(outputs) outputs for \(classes.count) classes")
      }
    } else if outputs != 1 {
      throw FileDefect("its network has \(outputs) outputs for one number")
    }
  }
}
