// A model as one Swift file that needs Foundation alone. Parameters are base64 of their bytes: array literals of this size take compilers minutes.
import MatDeriv

extension Model {
  /// `enum Name { static func predict(_ x: [Double], texts: [String?]) -> [Double] }`, the name with a capital, without `texts` where no
  /// column has them.
  ///
  /// **Throws**: `notExpressible` if `name` is no identifier.
  func swiftSource(name: String) throws(MLPError) -> String {
    let type = name.prefix(1).uppercased() + name.dropFirst()
    guard SourceText.isIdentifier(name), !["_", "Any", "Self", "Type", "Protocol"].contains(type) else {
      throw .notExpressible(
        "\"\(name)\" is no name of a type in Swift: it takes letters, digits and _, and does not begin with a digit")
    }
    return SwiftWriter(model: self, type: type).text
  }
}

private struct SwiftWriter {
  let model: Model
  let type: String

  private var isSingle: Bool { model.precision == .single }

  var text: String {
    let classes = model.target.classes
    let categories = model.categoryColumns
    let arguments = "_ x: [Double]" + (categories.isEmpty ? "" : ", texts: [String?]")
    let members = model.exportedMembers
    return """
      // \(model.sourceHeading(type).joined(separator: "\n// "))
      import Foundation

      enum \(type) {
        /// Columns of numbers, in the order of \"x\".
        static let columns: [String] = [\(model.numberColumns.map { SourceText.swiftString($0.name) }.joined(separator: ", "))]
      \(categories.isEmpty ? "" : categoryTables(categories))\(classes.map { classTable($0) } ?? "")
        /// \(classes == nil ? "The predicted number, alone." : "Probabilities of the classes.") A missing number is NaN\
      \(categories.isEmpty ? "" : ", a missing text nil").
        static func predict(\(arguments)) -> [Double] {
          precondition(x.count == columns.count, "\\(x.count) numbers for \\(columns.count) columns")
          \(categories.isEmpty ? "let" : "var") inputs = x.indices.map { ((x[$0].isNaN ? fills[$0] : x[$0]) - centres[$0]) * factors[$0] }
      \(categories.isEmpty ? "" : "    for (text, values) in zip(texts, textValues) { inputs += values.map { $0 == text ? 1 : 0 } }\n")\
          let outputs = members.map { layers in
            var a = inputs
            for layer in layers { a = layer.outputs(a) }
            return \(readout)
          }
          let mean = outputs[0].indices.map { i in outputs.reduce(0) { $0 + $1[i] } / Double(outputs.count) }
          return \(answer)
        }

        private static let centres: [Double] = [\(decimals(model.numberColumns.map(\.centre)))]
        private static let factors: [Double] = [\(decimals(model.numberColumns.map(\.factor)))]
        private static let fills: [Double] = [\(decimals(model.numberColumns.map(\.fill)))]
        private static let members: [[Layer]] = [
      \(members.map { "    [\n" + $0.map(layer).joined(separator: ",\n") + "\n    ]" }.joined(separator: ",\n"))
        ]

        /// Weights by rows, then what is done with the sums.
        private struct Layer: Sendable {
          let weights, biases, gains, shifts: [Double]
          let activation: @Sendable (Double) -> Double

          init(
            _ weights: String, _ biases: String, gains: String = "", shifts: String = "", _ activation: @escaping @Sendable (Double) -> Double
          ) {
            (self.weights, self.biases) = (\(type).values(weights), \(type).values(biases))
            (self.gains, self.shifts) = (\(type).values(gains), \(type).values(shifts))
            self.activation = activation
          }

          func outputs(_ x: [Double]) -> [Double] {
            let n = biases.count
            var z = biases
            for i in 0..<n { for j in 0..<x.count { z[i] += weights[i * x.count + j] * x[j] } }
            if !gains.isEmpty {
              let mean = z.reduce(0, +) / Double(n)
              let variance = z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
              for i in 0..<n { z[i] = gains[i] * (z[i] - mean) / (variance + \(Network.normalizationEpsilon)).squareRoot() + shifts[i] }
            }
            return z.map(activation)
          }
        }

        /// Little-endian \(isSingle ? "floats" : "doubles") in base64.
        private static func values(_ text: String) -> [Double] {
          let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters)!
          return data.withUnsafeBytes { bytes in
            (0..<data.count / \(isSingle ? 4 : 8)).map {
              \(isSingle
                ? "Double(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))))"
                : "Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))")
            }
          }
        }\(readoutFunction)
      }

      """
  }

  private func categoryTables(_ categories: [(name: String, values: [String])]) -> String {
    let values = categories.map { "[" + $0.values.map(SourceText.swiftString).joined(separator: ", ") + "]" }
    return """
        /// Columns of texts, in the order of \"texts\".
        static let textColumns: [String] = [\(categories.map { SourceText.swiftString($0.name) }.joined(separator: ", "))]
        private static let textValues: [[String]] = [\(values.joined(separator: ", "))]

      """
  }

  private func classTable(_ classes: [String]) -> String {
    "  /// In the order of the probabilities.\n  static let classes: [String] = ["
      + classes.map(SourceText.swiftString).joined(separator: ", ") + "]\n"
  }

  private func decimals(_ values: [Double]) -> String { values.map(\.description).joined(separator: ", ") }

  private var readout: String {
    switch model.readout {
    case .softmax: "softmax(a)"
    case .complement: "[1 - a[0], a[0]]"
    case .shares: "shares(a)"
    case .exponential: "a.map { exp($0) }"
    case .plain: "a"
    }
  }

  private var answer: String {
    guard case .number(_, let centre, let factor) = model.target else { return "mean" }
    return "mean.map { \(centre) + $0 / \(factor) }"
  }

  private func layer(_ layer: ExportedLayer) -> String {
    let norm = layer.norm.map { ",\n        gains: \(values($0.gain)), shifts: \(values($0.shift))" } ?? ""
    return "      Layer(\n        \(values(layer.weight.rowMajor)),\n        \(values(layer.bias))\(norm),\n        "
      + "{ z in \(SwiftWriter.formula(layer.activation)) })"
  }

  private func values(_ values: [Double]) -> String {
    var bytes: [UInt8] = []
    if isSingle { bytes.appendLittleEndian(values.map(Float.init)) } else { bytes.appendLittleEndian(values) }
    let text = SourceText.base64(bytes)
    guard text.utf8.count > 80 else { return "\"\(text)\"" }
    var lines: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(100))
      rest = rest.dropFirst(100)
    }
    return "\"\"\"\n" + lines.map { "        " + $0 }.joined(separator: "\n") + "\n        \"\"\""
  }

  private static func formula(_ activation: Activation) -> String {
    switch activation {
    case .identity: "z"
    case .sigmoid: "z < 0 ? exp(z) / (1 + exp(z)) : 1 / (1 + exp(-z))"
    case .tanh: "tanh(z)"
    case .scaledTanh: "1.7159 * tanh(2 * z / 3)"
    case .relu: "max(z, 0)"
    case .leakyRelu: "z > 0 ? z : 0.01 * z"
    case .elu: "z > 0 ? z : expm1(z)"
    case .selu: "z > 0 ? \(Activation.seluConstants.scale) * z : \(Activation.seluConstants.negative) * expm1(z)"
    case .gelu: "z * erfc(-z * 0.7071067811865476) / 2"
    case .silu: "z < 0 ? z * exp(z) / (1 + exp(z)) : z / (1 + exp(-z))"
    case .mish: "z * tanh(max(z, 0) + log1p(exp(-abs(z))))"
    case .softplus: "max(z, 0) + log1p(exp(-abs(z)))"
    }
  }

  private var readoutFunction: String {
    switch model.readout {
    case .softmax: SwiftWriter.softmax
    case .shares: SwiftWriter.shares
    case .complement, .exponential, .plain: ""
    }
  }

  private static let shares = """


      private static func shares(_ p: [Double]) -> [Double] {
        let total = p.reduce(0) { $0 + max($1, 0) }
        return p.map { total > 0 ? max($0, 0) / total : 1 / Double(p.count) }
      }
    """

  private static let softmax = """


      private static func softmax(_ z: [Double]) -> [Double] {
        let largest = z.max()!
        let e = z.map { exp($0 - largest) }
        let total = e.reduce(0, +)
        return e.map { $0 / total }
      }
    """
}
