// A `.mlp` file on the command line: read, and its columns found in a table by their names.
import JSONText
import MLP
import Tabular

struct NetworkFile {
  let path: String
  let model: MLP.Model
  /// Bytes of the file.
  let size: Int

  /// **Throws**: status 66 for a file that is not there, 65 for one that is no model, with the command that takes what it is.
  init(_ path: String) throws(Failure) { try self.init(path, try System.read(path)) }

  init(_ path: String, _ bytes: [UInt8]) throws(Failure) {
    self.path = path
    size = bytes.count
    let name = NetworkFile.name(path)
    do throws(MLPError) { model = try MLP.Model(parsing: bytes, name: name) } catch {
      if let kind = ForeignFile(bytes, path: path) {
        throw Failure(
          .badData, items: [Failure.Item(location: name, text: "is no model of mlp: it is \(kind.text)")],
          mends: kind.ways)
      }
      throw Failure(error, at: name)
    }
  }

  static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  /// Places of the model's columns in a table, in the order of the model.
  struct Places {
    var numbers: [Int] = []
    var categories: [Int] = []
  }

  /// The places of the model's columns in a table.
  ///
  /// **Throws**: status 65 with every column that is not there.
  func places(in schema: Schema, of table: String) throws(Failure) -> Places {
    let names = schema.names
    let known = model.encoder.columns.map(\.name)
    var places = Places()
    var items: [Failure.Item] = []
    for column in model.encoder.columns {
      guard let place = names.firstIndex(of: column.name) else {
        let near = DerivQuestion.resembling(column.name, in: names.filter { !known.contains($0) })
        items.append(
          Failure.Item(
            location: NetworkFile.name(table),
            text: "there is no column \"\(column.name)\" of the model"
              + (near.map { "; did you mean \"\($0)\"?" } ?? "")))
        continue
      }
      if case .number = column { places.numbers.append(place) } else { places.categories.append(place) }
    }
    guard items.isEmpty else {
      throw Failure(
        .badData, items: Array(items.prefix(5)), more: max(0, items.count - 5),
        mends: [
          table == "-" ? "statcli mlp info \(shellQuoted(path))" : "statcli sniff \(shellQuoted(table))"
        ])
    }
    return places
  }

  /// The column that holds the truth: that of `--target`, or the one that the model was trained on.
  ///
  /// **Throws**: status 65 if there is none.
  func target(_ given: String?, in schema: Schema, of table: String) throws(Failure) -> Int {
    if let given { return try columnIndex(given, flag: "--target", in: schema.names) }
    if let place = schema.names.firstIndex(of: model.target.column) { return place }
    throw Failure(
      .badData, "there is no column \"\(model.target.column)\", which the model predicts", at: NetworkFile.name(table),
      mend: "--target COLUMN", "statcli mlp predict \(shellQuoted(path)) \(shellQuoted(table))")
  }

  /// `64-100-10`, activations, outputs.
  var networkText: String {
    let network = model.network
    let activations = network.hidden.map(\.activation.rawValue)
    let same = Set(activations).count == 1 ? Array(activations.prefix(1)) : activations
    let members = model.members.count == 1 ? "" : ", \(model.members.count) of them averaged"
    return ([network.shape] + same + [network.loss.description]).joined(separator: ", ") + members
  }

  /// Facts of a page.
  var facts: [(String, String)] {
    let columns = model.encoder.columns.map(\.name)
    var facts = [
      ("model", NetworkFile.name(path)), ("network", networkText),
      ("columns", "\(columns.count): \(FitReport.brief(columns))"),
    ]
    if let classes = model.target.classes {
      facts.append(("predicts", "\"\(model.target.column)\": \(classes.count) classes \(FitReport.brief(classes))"))
    } else {
      facts.append(("predicts", "\"\(model.target.column)\", a number"))
    }
    return facts
  }

  var json: JSON {
    [
      "file": .string(path), "shape": .string(model.network.shape), "target": .string(model.target.column),
      "classes": model.target.classes.map { JSON($0) } ?? nil, "temperature": .number(model.temperature),
      "members": .integer(model.members.count),
    ]
  }
}
