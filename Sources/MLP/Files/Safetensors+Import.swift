// Weights of other programs in a safetensors file: linear layers in the order of their names, with normalizations behind them.
import MatDeriv

extension Model {
  /// The network whose layers are all pairs `NAME.weight` (outputs x inputs) and `NAME.bias`, in the order of their names with numbers as numbers,
  /// or in the only order in which they follow each other. A pair of columns is a normalization of the layer before it, in front of the
  /// activation: over the batch where there are `running_mean` and `running_var`, of each sample otherwise.
  static func imported(safetensors file: Safetensors, activation: Activation) throws(FileDefect) -> Model {
    var parts = try file.parts()
    if let broken = parts.firstBreak {
      guard let order = parts.onlyChain else {
        let (a, b) = (parts[broken - 1], parts[broken])
        throw FileDefect(
          "its tensors are no chain of layers: \"\(a.name)\" has \(a.outputs) outputs, and \"\(b.name)\" has \(b.inputs ?? b.outputs) inputs"
        )
      }
      parts = order
    }
    var layers: [ImportedLayer] = []
    for part in parts { try part.append(to: &layers) }
    guard !layers.isEmpty else { throw FileDefect("it has no tensor NAME.weight of a layer, outputs x inputs") }
    for l in layers.indices.dropLast() { layers[l].activation = activation }
    let (target, loss) = ImportedNetwork.plainTarget(outputs: layers[layers.count - 1].weight.rows)
    let isDouble = file.tensors.contains { if case .double = $0.values { true } else { false } }
    return try ImportedNetwork(
      columns: ImportedNetwork.plainColumns(layers[0].weight.columns), layers: layers, target: target, loss: loss,
      precision: isDouble ? .double : .single
    ).model()
  }
}

/// A weight with its bias.
private struct Part {
  let name: String
  /// Nil of a normalization.
  let inputs: Int?
  let outputs: Int
  let weight: [Double]
  let bias: [Double]?
  /// Mean and variance over the batches of training.
  let running: (mean: [Double], variance: [Double])?

  func append(to layers: inout [ImportedLayer]) throws(FileDefect) {
    if let inputs {
      layers.append(ImportedLayer(weight: Matrix(rows: outputs, columns: inputs, rowMajor: weight), bias: bias))
      return
    }
    guard let last = layers.indices.last, layers[last].norm == nil else {
      throw FileDefect("its normalization \"\(name)\" follows no layer")
    }
    let shift = bias ?? Array(repeating: 0, count: outputs)
    if let running {
      let factor = zip(weight, running.variance).map { $0 / ($1 + Double(Network.normalizationEpsilon)!).squareRoot() }
      layers[last].scale(by: factor, adding: outputs.range.map { shift[$0] - factor[$0] * running.mean[$0] })
    } else {
      layers[last].norm = (weight, shift)
    }
  }
}

extension Int {
  fileprivate var range: Range<Int> { 0..<self }
}

extension Safetensors {
  /// The weights with what belongs to them, by names.
  fileprivate func parts() throws(FileDefect) -> [Part] {
    let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var used: Set<String> = []
    func values(_ name: String, count: Int) throws(FileDefect) -> [Double]? {
      guard let tensor = byName[name] else { return nil }
      guard tensor.shape == [count], let values = tensor.values.doubles else {
        throw FileDefect("its tensor \"\(name)\" is no column of \(count) numbers")
      }
      used.insert(name)
      return values
    }
    var parts: [Part] = []
    for tensor in tensors where tensor.name == "weight" || tensor.name.hasSuffix(".weight") {
      let prefix = tensor.name.dropLast("weight".count)
      guard let weight = tensor.values.doubles else {
        throw FileDefect("its tensor \"\(tensor.name)\" holds no floats")
      }
      guard (1...2).contains(tensor.shape.count), tensor.shape.allSatisfy({ $0 >= 1 }) else {
        throw FileDefect(
          "its tensor \"\(tensor.name)\" of \(tensor.shape.count) dimensions is no weight of a linear layer")
      }
      let outputs = tensor.shape[0]
      used.insert(tensor.name)
      let bias = try values(prefix + "bias", count: outputs)
      let mean = try values(prefix + "running_mean", count: outputs)
      let variance = try values(prefix + "running_var", count: outputs)
      used.insert(prefix + "num_batches_tracked")
      let running = mean.flatMap { mean in variance.map { (mean, $0) } }
      parts.append(
        Part(
          name: tensor.name, inputs: tensor.shape.count == 2 ? tensor.shape[1] : nil, outputs: outputs, weight: weight,
          bias: bias, running: running))
    }
    if let other = tensors.first(where: { !used.contains($0.name) }) {
      throw FileDefect("its tensor \"\(other.name)\" is none of a chain of linear layers")
    }
    return parts.sorted { Part.precedes($0.name, $1.name) }
  }
}

extension Part {
  /// Numbers by their size, and `norms.0` behind `layers.0`.
  static func precedes(_ a: String, _ b: String) -> Bool {
    let (x, y) = (pieces(a), pieces(b))
    for (p, q) in zip(x, y) where p != q {
      if let m = Int(p), let n = Int(q) { return m < n }
      return p < q
    }
    return x.count < y.count
  }

  private static func pieces(_ name: String) -> [String] {
    var name = name
    if name.hasPrefix("norms.") { name = "layers." + name.dropFirst("norms.".count) + "~" }
    var pieces: [String] = []
    for character in name {
      if let last = pieces.last?.last, last.isNumber == character.isNumber {
        pieces[pieces.count - 1].append(character)
      } else {
        pieces.append(String(character))
      }
    }
    return pieces
  }
}

extension [Part] {
  /// The first that does not take what the one before gives.
  fileprivate var firstBreak: Int? {
    indices.dropFirst().first { self[$0 - 1].outputs != self[$0].inputs ?? self[$0].outputs }
  }

  /// The only order of linear layers in which each takes what the one before gives; nil if there is none or more than one.
  fileprivate var onlyChain: [Part]? {
    guard count <= 16, allSatisfy({ $0.inputs != nil }) else { return nil }
    var found: [[Int]] = []
    func extend(_ chain: [Int]) {
      if chain.count == count { found.append(chain) }
      for next in indices where found.count < 2 && !chain.contains(next) {
        if let last = chain.last, self[last].outputs != self[next].inputs { continue }
        extend(chain + [next])
      }
    }
    extend([])
    return found.count == 1 ? found[0].map { self[$0] } : nil
  }
}
