// A model as JSON for people and for programs that read nothing else: layers as rows of numbers, preprocessing and record beside them.
import JSONText
import MatDeriv

extension Model {
  /// The model with `schema` "statcli.mlp.model/1". Parameters are the shortest decimals that stand for them in the model's precision.
  var exportedJSON: JSON {
    .object([
      ("schema", "statcli.mlp.model/1"), ("precision", .string(precision.rawValue)), ("network", network.json),
      ("encoder", encoder.json), ("target", target.json), ("temperature", JSON(exactly: temperature)),
      ("members", .array(members.map { .object([("layers", layers(of: $0))]) })), ("record", record.json),
    ])
  }

  private func layers(of member: Parameters) -> JSON {
    .array(
      (1...network.depth).map { l in
        let weight = member["W\(l)"]
        var values: [(String, JSON)] = [
          (
            "weight",
            .array((0..<weight.rows).map { i in decimals((0..<weight.columns).map { weight[i, $0] }) })
          ),
          ("bias", decimals(member["b\(l)"].columnMajor)),
        ]
        if l < network.depth, network.hidden[l - 1].normalization == .layer {
          values.append(
            (
              "norm",
              .object([
                ("weight", decimals(member["g\(l)"].columnMajor)), ("bias", decimals(member["q\(l)"].columnMajor)),
              ])
            ))
        }
        return .object(values)
      })
  }

  private func decimals(_ values: [Double]) -> JSON {
    .array(values.map { .number(precision == .single ? Double(Float($0).description)! : $0) })
  }
}
