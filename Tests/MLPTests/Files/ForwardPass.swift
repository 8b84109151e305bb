// What a model computes, written down once more as plain loops over doubles: the measure of every export. And models at random.
import Foundation
import MatDeriv
import Testing

@testable import MLP

/// A generator with a seed (Steele, Lea, Flood: SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A row of a table: numbers, NaN where one is missing, then texts.
struct Row {
  var numbers: [Double]
  var texts: [String?] = []
}

/// The activations by their definitions, without regard to cancellation.
func activated(_ activation: Activation, _ z: Double) -> Double {
  switch activation {
  case .identity: z
  case .sigmoid: 1 / (1 + exp(-z))
  case .tanh: tanh(z)
  case .scaledTanh: 1.7159 * tanh(2 * z / 3)
  case .relu: max(z, 0)
  case .leakyRelu: z > 0 ? z : 0.01 * z
  case .elu: z > 0 ? z : exp(z) - 1
  case .selu: 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * (exp(z) - 1))
  case .gelu: z * (1 + erf(z / 2.0.squareRoot())) / 2
  case .silu: z / (1 + exp(-z))
  case .mish: z * tanh(log(1 + exp(z)))
  case .softplus: log(1 + exp(z))
  }
}

extension Model {
  /// Probabilities of the classes, or the number that is predicted.
  func reference(_ row: Row) -> [Double] {
    var x: [Double] = []
    var next = (number: 0, text: 0)
    for column in encoder.columns {
      switch column {
      case .number(_, let centre, let factor, let fill):
        let value = row.numbers[next.number]
        x.append(((value.isNaN ? fill : value) - centre) * factor)
        next.number += 1
      case .category(_, let values):
        x += values.map { $0 == row.texts[next.text] ? 1 : 0 }
        next.text += 1
      }
    }
    let outputs = members.map { output(of: $0, x) }
    let mean = outputs[0].indices.map { i in outputs.reduce(0) { $0 + $1[i] } / Double(outputs.count) }
    guard case .number(_, let centre, let factor) = target else { return mean }
    return mean.map { centre + $0 / factor }
  }

  private func output(of member: Parameters, _ x: [Double]) -> [Double] {
    var a = x
    for l in 1...network.depth {
      let w = member["W\(l)"]
      let b = member["b\(l)"]
      var z = (0..<w.rows).map { i in a.indices.reduce(b[i, 0]) { $0 + w[i, $1] * a[$1] } }
      guard l < network.depth else { return linked(z) }
      let layer = network.hidden[l - 1]
      if layer.normalization == .layer {
        let mean = z.reduce(0, +) / Double(z.count)
        let variance = z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(z.count)
        let (g, q) = (member["g\(l)"], member["q\(l)"])
        z = z.indices.map { g[$0, 0] * (z[$0] - mean) / (variance + 1e-5).squareRoot() + q[$0, 0] }
      }
      a = z.map { activated(layer.activation, $0) }
    }
    fatalError("a network has a last layer")
  }

  private func linked(_ z: [Double]) -> [Double] {
    switch network.loss.link {
    case .softmax:
      let e = z.map { exp(($0 - z.max()!) / temperature) }
      return e.map { $0 / e.reduce(0, +) }
    case .sigmoid: return complemented(z.map { 1 / (1 + exp(-$0 / temperature)) })
    case .exponential: return z.map { exp($0) }
    case nil: return complemented(z.map { activated(network.outputActivation, $0) })
    }
  }

  /// One output for two classes is the second one's; several are shares of what is positive.
  private func complemented(_ p: [Double]) -> [Double] {
    guard target.classes != nil else { return p }
    if p.count == 1 { return [1 - p[0], p[0]] }
    let total = p.reduce(0) { $0 + max($1, 0) }
    return p.map { total > 0 ? max($0, 0) / total : 1 / Double(p.count) }
  }

  /// The predicted class.
  func label(_ row: Row) -> String? {
    target.classes.map { classes in
      let p = reference(row)
      return classes[p.firstIndex(of: p.max()!)!]
    }
  }
}

// MARK: Models at random

/// A kind of model that can be exported.
struct ModelCase: Sendable, CustomTestStringConvertible {
  var name: String
  var model: Model
  /// Rows of the scale of the columns, some cells missing.
  var rows: [Row]
  var testDescription: String { name }

  init(
    _ name: String, hidden: [Layer] = [Layer(8, .tanh)], loss: Loss = .crossEntropy, outputs: Int = 3,
    classes: Int? = 3,
    numbers: Int = 4, categories: Int = 0, precision: Precision = .single, members: Int = 1, temperature: Double = 1,
    outputActivation: Activation = .identity
  ) {
    self.name = name
    var generator = SeededGenerator(seed: 7)
    func random(_ scale: Double) -> Double {
      let value = Double.random(in: -scale...scale, using: &generator)
      return precision == .single ? Double(Float(value)) : value
    }
    let names = ["x one", "größe", "c,\"3\"", "x4", "x5", "x6"]
    var columns = (0..<numbers).map { i in
      Encoder.Column.number(
        name: names[i], centre: .random(in: -1000...1000, using: &generator),
        factor: 1 / .random(in: 500...800, using: &generator),
        fill: .random(in: -1000...1000, using: &generator))
    }
    let values = [["red", "green", "blå"], ["yes", "no"]]
    columns += (0..<categories).map { .category(name: "colour \($0)", values: values[$0]) }
    let encoder = Encoder(columns)
    let network = Network(
      inputs: encoder.width, hidden: hidden, outputs: outputs, outputActivation: outputActivation, loss: loss)
    let parameters = (0..<members).map { _ in
      Parameters(
        network.parameters.map { p in
          (
            p.name,
            Matrix(rows: p.rows, columns: p.columns) { _, _ in
              random(p.role == .weight ? 2 / Double(p.columns).squareRoot() : 1)
            }
          )
        })
    }
    let labels = ["a", "b \"quoted\"", "ç", "d", "e"]
    let target: Target =
      classes.map { .classes(column: "kind", names: Array(labels.prefix($0))) }
      ?? .number(column: "price", centre: loss == .poisson ? 0 : 1234.5, factor: loss == .poisson ? 1 : 0.013)
    var record = TrainingRecord()
    record.epochs = [
      .init(epoch: 1, loss: 1 / 3, validationLoss: .nan, validationScore: -0.0, rate: 1e-3, seconds: 0.1),
      .init(epoch: 2, loss: .infinity, rate: .leastNonzeroMagnitude, seconds: 1e300),
    ]
    record.bestEpoch = 1
    record.ending = "stopped \u{1} after \"2\" epochs"
    record.command = "statcli mlp train größe.csv"
    record.seed = .max
    record.rows = 150
    record.fingerprint = "00ff"
    record.settings = [("hidden", ["8:tanh"]), ("lr", .number(1e-3)), ("patience", 10), ("early", true), ("time", nil)]
    model = Model(
      network: network, encoder: encoder, target: target, members: parameters, precision: precision,
      temperature: temperature,
      record: record)
    rows = (0..<20).map { i in
      Row(
        numbers: (0..<numbers).map { j in i % 5 == 4 && j == i % 4 ? .nan : .random(in: -1000...1000, using: &generator)
        },
        texts: (0..<categories).map { j in i % 7 == 6 ? nil : i % 7 == 5 ? "other" : values[j][i % values[j].count] })
    }
  }

  /// All activations and losses in either precision, normalization, categories, ensembles.
  static let all: [ModelCase] = {
    var cases = Precision.allCases.flatMap { precision in
      Activation.allCases.map {
        ModelCase("\($0) \(precision.rawValue)", hidden: [Layer(7, $0), Layer(5, $0)], precision: precision)
      }
    }
    for precision in Precision.allCases {
      cases += [
        ModelCase("no hidden layer \(precision.rawValue)", hidden: [], precision: precision),
        ModelCase(
          "layer norm \(precision.rawValue)",
          hidden: [Layer(8, .relu, normalization: .layer), Layer(5, .gelu, normalization: .layer)],
          precision: precision),
        ModelCase("temperature \(precision.rawValue)", precision: precision, temperature: 1.31),
        ModelCase(
          "one sigmoid \(precision.rawValue)", loss: .binaryCrossEntropy, outputs: 1, classes: 2, precision: precision,
          temperature: 0.7),
        ModelCase("sigmoids \(precision.rawValue)", loss: .binaryCrossEntropy, precision: precision),
        ModelCase(
          "tanh outputs \(precision.rawValue)", loss: .squaredError, precision: precision, outputActivation: .tanh),
        ModelCase(
          "squared error \(precision.rawValue)", loss: .squaredError, precision: precision, outputActivation: .sigmoid),
        ModelCase(
          "number \(precision.rawValue)", loss: .meanSquaredError, outputs: 1, classes: nil, precision: precision,
          members: 2),
        ModelCase(
          "huber \(precision.rawValue)", loss: .huber(delta: 1.5), outputs: 1, classes: nil, precision: precision),
        ModelCase("poisson \(precision.rawValue)", loss: .poisson, outputs: 1, classes: nil, precision: precision),
        ModelCase("categories \(precision.rawValue)", numbers: 2, categories: 2, precision: precision),
        ModelCase("categories alone \(precision.rawValue)", numbers: 0, categories: 1, precision: precision),
        ModelCase("ensemble \(precision.rawValue)", precision: precision, members: 3, temperature: 2),
      ]
    }
    return cases
  }()
}
