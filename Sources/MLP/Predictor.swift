// Answers of a trained network, in blocks of one size: a row has the same bits alone and among others.
import CKernels
import MatDeriv
import RealModule

/// Computes the outputs of a model for rows.
public final class Predictor {
  public let model: Model
  /// What the sums of the last layer are divided by: the model's, unless another is tried.
  var temperature: Double {
    get { single?.temperature ?? double!.temperature }
    set {
      single?.temperature = newValue
      double?.temperature = newValue
    }
  }
  private let single: BlockPredictor<Float>?
  private let double: BlockPredictor<Double>?

  /// Rows of a block.
  public static let block = 64

  /// Compiles the network. **Cost**: milliseconds, then two flops per weight and row.
  public init(_ model: Model) {
    self.model = model
    single = model.precision == .single ? BlockPredictor(model) : nil
    double = model.precision == .double ? BlockPredictor(model) : nil
  }

  /// Outputs of a row: one for each class, in the order of the target's names, or one number in its own units.
  public var width: Int { model.target.classes?.count ?? 1 }

  /// Answers for rows whose cells come by columns: number c of row i at `numbers[c*stride + i]` in the order of the encoder's columns, NaN where
  /// it is missing; categories as positions among the encoder's values, -1 for any other text, position of category c of row i at
  /// `categories[c*stride + i]`.
  ///
  /// - Returns: ``width`` numbers for each row, row after row: probabilities, or predictions.
  public func predict(
    numbers: UnsafePointer<Double>, categories: UnsafePointer<Int32>? = nil, stride: Int, rows: Int
  ) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(rows * width)
    for first in Swift.stride(from: 0, to: rows, by: Predictor.block) {
      let count = min(Predictor.block, rows - first)
      if let single {
        single.predict(numbers + first, categories.map { $0 + first }, stride, count, into: &result)
      } else {
        double!.predict(numbers + first, categories.map { $0 + first }, stride, count, into: &result)
      }
    }
    return result
  }

  /// Answers for one row of numbers.
  ///
  /// **Shapes**: traps unless the model has as many columns, all of numbers.
  public func predict(_ row: [Double]) -> [Double] {
    precondition(
      row.count == model.encoder.columns.count && row.count == model.encoder.numbers,
      "the model has \(model.encoder.columns.count) columns; the row has \(row.count) numbers")
    return row.withUnsafeBufferPointer { predict(numbers: $0.baseAddress!, stride: 1, rows: 1) }
  }
}

/// The plans of a model in its precision: one for each member of an ensemble, on common inputs.
final class BlockPredictor<Element: Scalar> {
  private let model: Model
  var temperature: Double
  private let members: [CompiledNetwork<Element>]
  private let parameters: [AlignedArray<Element>]
  private var sums: [Double] = []

  init(_ model: Model) {
    self.model = model
    temperature = model.temperature
    let layout = ParameterLayout(model.network)
    var members: [CompiledNetwork<Element>] = []
    var parameters: [AlignedArray<Element>] = []
    for member in model.members {
      let vector = AlignedArray<Element>(count: layout.count)
      layout.write(member, to: vector.start)
      let plan = CompiledNetwork<Element>(model.network, .scores, batch: Predictor.block)
      plan.bind(layout, parameters: vector.start)
      members.append(plan)
      parameters.append(vector)
    }
    self.members = members
    self.parameters = parameters
  }

  @_specialize(exported:false,where Element == Float)
  @_specialize(exported:false,where Element == Double)
  func predict(
    _ numbers: UnsafePointer<Double>, _ categories: UnsafePointer<Int32>?, _ stride: Int, _ rows: Int,
    into result: inout [Double]
  ) {
    let k = model.network.outputs
    let x = members[0].x
    encode(numbers, categories, stride, rows, into: x)
    let width = model.target.classes?.count ?? 1
    sums = [Double](repeating: 0, count: rows * width)
    for (m, member) in members.enumerated() {
      if m > 0 { member.x.update(from: x, count: rows * model.network.inputs) }
      member.run()
      let scores = member.outputs.baseAddress!
      for j in 0..<rows { add(scores + j * k, k, to: j * width) }
    }
    for value in sums { result.append(value / Double(members.count)) }
  }

  /// Encodes in double precision, so that numbers far from zero lose nothing.
  private func encode(
    _ numbers: UnsafePointer<Double>, _ categories: UnsafePointer<Int32>?, _ stride: Int, _ rows: Int,
    into x: UnsafeMutablePointer<Element>
  ) {
    let d = model.network.inputs
    var first = 0
    var category = 0
    for (c, column) in model.encoder.columns.enumerated() {
      switch column {
      case .number(_, let centre, let factor, let fill):
        let cells = numbers + c * stride
        for j in 0..<rows {
          let value = cells[j].isNaN ? fill : cells[j]
          x[j * d + first] = Element((value - centre) * factor)
        }
      case .category(_, let values):
        for j in 0..<rows {
          let place = x + (j * d + first)
          for v in values.indices { place[v] = 0 }
          if let code = categories?[category * stride + j], code >= 0 { place[Int(code)] = 1 }
        }
        category += 1
      }
      first += column.width
    }
    for i in rows * d..<Predictor.block * d { x[i] = 0 }
  }

  /// Adds the answers of a member, from the sums of its last layer.
  private func add(_ z: UnsafePointer<Element>, _ k: Int, to place: Int) {
    let network = model.network
    if case .number(_, let centre, let factor) = model.target {
      let output = network.loss == .poisson ? Double.exp(Double(z[0])) : network.outputActivation.value(Double(z[0]))
      sums[place] += centre + output / factor
      return
    }
    let t = temperature
    switch network.loss.link {
    case .softmax:
      var top = Double(z[0])
      for i in 1..<k { top = max(top, Double(z[i])) }
      var total = 0.0
      let weights = (0..<k).map { i in
        let w = Double.exp((Double(z[i]) - top) / t)
        total += w
        return w
      }
      for i in 0..<k { sums[place + i] += weights[i] / total }
    default:
      // Each output by itself; a single one is the probability of the second class.
      let isLinked = network.loss.link == .sigmoid
      let values = (0..<k).map { i in
        isLinked ? 1 / (1 + Double.exp(-Double(z[i]) / t)) : network.outputActivation.value(Double(z[i]))
      }
      if k == 1 {
        sums[place] += 1 - values[0]
        sums[place + 1] += values[0]
      } else {
        // Outputs that were trained apart are shares after they are divided by their sum.
        let total = values.reduce(0) { $0 + max($1, 0) }
        for i in 0..<k { sums[place + i] += total > 0 ? max(values[i], 0) / total : 1 / Double(k) }
      }
    }
  }
}

extension Activation {
  /// The function of one number, for what is written out and compared.
  func value(_ z: Double) -> Double {
    switch self {
    case .identity: z
    case .sigmoid: 1 / (1 + Double.exp(-z))
    case .tanh: Double.tanh(z)
    case .scaledTanh: 1.7159 * Double.tanh(2 * z / 3)
    case .relu: max(z, 0)
    case .leakyRelu: z > 0 ? z : 0.01 * z
    case .elu: z > 0 ? z : Double.expMinusOne(z)
    case .selu: z > 0 ? 1.0507009873554805 * z : 1.7580993408473766 * Double.expMinusOne(z)
    case .gelu: z * Double.erfc(-z * 0.5.squareRoot()) / 2
    case .silu: z / (1 + Double.exp(-z))
    case .mish: z * Double.tanh(max(z, 0) + Double.log(onePlus: Double.exp(-abs(z))))
    case .softplus: max(z, 0) + Double.log(onePlus: Double.exp(-abs(z)))
    }
  }
}
