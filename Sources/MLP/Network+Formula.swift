// The network written down: one expression in the language of MatDeriv, from which all derivatives and plans are made. Samples are columns.
import MatDeriv

/// What a formula is for.
enum FormulaKind: Hashable, Sendable {
  /// The loss of a batch; with penalty, plus l2/2 times the squared weights.
  case loss(weighted: Bool, penalized: Bool)
  /// The loss of a batch with weights, and behind it the outputs, of a trained network: no dropout, batch norm with the statistics of
  /// all samples.
  case evaluation
  /// The outputs of a batch, of a trained network.
  case outputs
  /// The sums of the last layer of a trained network.
  case scores
  /// The sums of a layer before its normalization, of a network that is trained up to there.
  case sums(layer: Int)
}

extension Network {
  /// What keeps a normalization from dividing by zero.
  static let normalizationEpsilon = "0.00001"

  /// The name of the size of layer l.
  func sizeName(_ l: Int) -> String { l == 0 ? "d" : l == depth ? "k" : "h\(l)" }

  /// Values of the named sizes, for a batch of so many samples.
  func sizeValues(batch: Int) -> [String: Int] {
    var values = ["d": inputs, "k": outputs, "m": batch]
    for (l, layer) in hidden.enumerated() { values["h\(l + 1)"] = layer.width }
    return values
  }

  /// The expression and the definitions behind `where`, in the order in which one reads them: from the outputs back.
  func formula(_ kind: FormulaKind) -> (main: String, definitions: [String]) {
    var definitions: [String] = []
    var last = depth
    if case .sums(let layer) = kind { last = layer }
    let isTraining = if case .loss = kind { true } else { false }
    for l in 1...last { definitions.append(contentsOf: layerDefinitions(l, isTraining: isTraining, isLast: l == last)) }
    let z = "z\(depth)"
    let a = outputActivation == .identity ? z : "a\(depth)"
    let main: String
    switch kind {
    case .evaluation:
      if a != z, loss.link == nil { definitions.append("\(a) = \(outputActivation.formula(z))") }
      main = loss.formula(z: z, a: a, weighted: true)
    case .loss(let weighted, let penalized):
      if a != z, loss.link == nil { definitions.append("\(a) = \(outputActivation.formula(z))") }
      let penalty = (1...depth).map { "norm2(W\($0))^2" }.joined(separator: " + ")
      main = loss.formula(z: z, a: a, weighted: weighted) + (penalized ? " + c/2*(\(penalty))" : "")
    case .outputs: main = outputFormula
    case .scores: main = z
    case .sums(let layer): main = "z\(layer)"
    }
    return (main, definitions.reversed())
  }

  /// The outputs by the sums of the last layer.
  var outputFormula: String {
    let z = "z\(depth)"
    switch loss.link {
    case .softmax: return "softmax(\(z))"
    case .sigmoid: return "sigmoid(\(z))"
    case .exponential: return "exp(\(z))"
    case nil: return outputActivation.formula(z)
    }
  }

  private func layerDefinitions(_ l: Int, isTraining: Bool, isLast: Bool) -> [String] {
    let before = l == 1 ? "X" : "a\(l - 1)"
    let (z, h) = ("z\(l)", sizeName(l))
    let layer = l < depth ? hidden[l - 1] : nil
    let normalization = layer?.normalization ?? .none
    let bias = normalization == .batch ? "" : " + b\(l)*ones(1, m)"
    var lines = ["\(z) = W\(l)*\(before)\(bias)"]
    guard let layer, !isLast else { return lines }
    var sums = z
    let epsilon = Network.normalizationEpsilon
    switch normalization {
    case .none: break
    case .layer:
      lines.append("c\(l) = \(z) - ones(\(h), 1)*(ones(1, \(h))*\(z))/\(h)")
      lines.append("v\(l) = (ones(1, \(h))*c\(l).^2)/\(h) + \(epsilon)*ones(1, m)")
      lines.append("y\(l) = (g\(l)*ones(1, m)).*(c\(l).*(ones(\(h), 1)*v\(l).^(-1/2))) + q\(l)*ones(1, m)")
      sums = "y\(l)"
    case .batch:
      // Of a trained network, u is the mean and v the variance of the sums over all samples.
      let mean = isTraining ? "(\(z)*ones(m, 1))*ones(1, m)/m" : "u\(l)*ones(1, m)"
      lines.append("c\(l) = \(z) - \(mean)")
      if isTraining { lines.append("v\(l) = (c\(l).^2*ones(m, 1))/m") }
      lines.append(
        "y\(l) = ((g\(l).*(v\(l) + \(epsilon)*ones(\(h), 1)).^(-1/2))*ones(1, m)).*c\(l) + q\(l)*ones(1, m)")
      sums = "y\(l)"
    }
    let value = layer.activation.formula(sums)
    lines.append("a\(l) = " + (isTraining && layer.dropout > 0 ? "D\(l).*(\(value))" : value))
    return lines
  }

  /// Declarations of all that a formula may name.
  func declarations(_ kind: FormulaKind) -> [String] {
    var lines = parameters.map { p in
      p.role == .weight
        ? "\(p.name): matrix(\(sizeName(p.layer)), \(sizeName(p.layer - 1)))"
        : "\(p.name): vector(\(sizeName(p.layer)))"
    }
    lines.append("X: matrix(d, m)")
    let isTraining: Bool
    if case .loss(let weighted, let penalized) = kind {
      isTraining = true
      lines.append("Y: matrix(k, m)")
      if weighted { lines.append("w: vector(m)") }
      if penalized { lines.append("c: scalar") }
    } else {
      isTraining = false
      if kind == .evaluation { lines += ["Y: matrix(k, m)", "w: vector(m)"] }
    }
    for (i, layer) in hidden.enumerated() {
      if isTraining, layer.dropout > 0 { lines.append("D\(i + 1): matrix(h\(i + 1), m)") }
      if !isTraining, layer.normalization == .batch {
        lines.append("u\(i + 1): vector(h\(i + 1))")
        lines.append("v\(i + 1): vector(h\(i + 1)) positive")
      }
    }
    return lines
  }

  /// The formula as an expression.
  func program(_ kind: FormulaKind) -> Program {
    let (main, definitions) = formula(kind)
    return program(kind, main, definitions, in: Graph())
  }

  /// The outputs of the same network, in the graph of a formula for evaluation.
  func outputs(beside program: Program) -> Expression {
    self.program(.evaluation, outputFormula, formula(.scores).definitions, in: program.graph).expression
  }

  private func program(_ kind: FormulaKind, _ main: String, _ definitions: [String], in graph: Graph) -> Program {
    let text = main + (definitions.isEmpty ? "" : " where " + definitions.joined(separator: "; "))
    do {
      var used = declarations(kind)
      if case .sums(let layer) = kind {
        used.removeAll { line in
          guard let digit = line.drop(while: { !$0.isNumber }).first.flatMap({ Int(String($0)) }) else { return false }
          return digit > layer && !line.hasPrefix("X")
        }
      }
      return try Program(text, Declarations(used), in: graph)
    } catch {
      // The text is ours.
      fatalError("the formula of a \(shape) network is not read: \(error) in \(text)")
    }
  }
}
