// A model as other programs are told it: layer by layer, the temperature in the last weights, and what is done with the last sums.
import MatDeriv

/// A layer of weights with what follows it.
struct ExportedLayer {
  /// Outputs x inputs.
  var weight: Matrix<Double>
  var bias: [Double]
  /// Gain and shift of a normalization of each sample.
  var norm: (gain: [Double], shift: [Double])?
  /// Of the last layer, that of its link: sigmoid, or the identity before softmax and exp.
  var activation: Activation
}

/// What is done with the activations of the last layer.
enum Readout {
  case softmax
  /// One output p for two classes: 1 - p and p.
  case complement
  /// Several by themselves: what is positive, over its sum; equal shares where nothing is.
  case shares
  case exponential
  /// They are the outputs.
  case plain
}

extension Model {
  /// What is done with the activations of the last layer.
  var readout: Readout {
    switch network.loss.link {
    case .softmax: .softmax
    case .exponential: .exponential
    case .sigmoid, nil: target.classes == nil ? .plain : network.outputs == 1 ? .complement : .shares
    }
  }

  /// The layers of each member.
  ///
  /// **Domain**: no batch normalization, which is folded into the weights before.
  var exportedMembers: [[ExportedLayer]] {
    let isScaled = network.loss.link == .softmax || network.loss.link == .sigmoid
    return members.map { member in
      (1...network.depth).map { l in
        var layer = ExportedLayer(
          weight: member["W\(l)"], bias: member["b\(l)"].columnMajor, norm: nil, activation: .identity)
        if l < network.depth {
          layer.activation = network.hidden[l - 1].activation
          switch network.hidden[l - 1].normalization {
          case .none: break
          case .layer: layer.norm = (member["g\(l)"].columnMajor, member["q\(l)"].columnMajor)
          case .batch: preconditionFailure("batch normalization is folded into the weights before a model is exported")
          }
        } else {
          switch network.loss.link {
          case .sigmoid: layer.activation = .sigmoid
          case nil: layer.activation = network.outputActivation
          case .softmax, .exponential: break
          }
          if isScaled {
            layer.weight = Matrix(
              rows: layer.weight.rows, columns: layer.weight.columns,
              columnMajor: layer.weight.columnMajor.map { $0 / temperature })
            layer.bias = layer.bias.map { $0 / temperature }
          }
        }
        return layer
      }
    }
  }

  /// Columns of numbers, in their order.
  var numberColumns: [(name: String, centre: Double, factor: Double, fill: Double)] {
    encoder.columns.compactMap { column in
      if case .number(let name, let centre, let factor, let fill) = column { (name, centre, factor, fill) } else { nil }
    }
  }

  /// Columns of texts, in their order.
  var categoryColumns: [(name: String, values: [String])] {
    encoder.columns.compactMap { column in
      if case .category(let name, let values) = column { (name, values) } else { nil }
    }
  }
}
