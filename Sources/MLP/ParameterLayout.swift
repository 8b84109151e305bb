// How the parameters of a network lie in one flat vector: an update rule goes through it once, and products read and write it in place.
import MatDeriv

/// Where each parameter of a network begins in the flat vector; each lies by columns in its own shape.
struct ParameterLayout: Sendable {
  struct Slice: Sendable {
    let parameter: Parameter
    let offset: Int
    var range: Range<Int> { offset..<(offset + parameter.count) }
  }

  let slices: [Slice]
  /// Entries of the vector. Those between parameters are zero and stay so.
  let count: Int
  /// The entries that penalties and decay act on: the weights of all layers, without biases, gains and shifts.
  let weights: Range<Int>

  init(_ network: Network) {
    var slices: [Slice] = []
    var next = 0
    var end = 0
    for parameter in network.parameters {
      slices.append(Slice(parameter: parameter, offset: next))
      // Cache lines in either precision.
      next += (parameter.count + 15) / 16 * 16
      if parameter.role == .weight { end = next }
    }
    self.slices = slices
    count = next
    weights = 0..<end
  }
}

/// Memory on a boundary of cache lines that belongs to one owner.
final class AlignedArray<Element: Scalar> {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, count * MemoryLayout<Element>.stride), alignment: 64)
    start = memory.bindMemory(to: Element.self, capacity: max(1, count))
    start.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  var values: [Element] {
    get { Array(UnsafeBufferPointer(start: start, count: count)) }
    set {
      precondition(newValue.count == count, "\(newValue.count) values for an array of \(count)")
      for i in 0..<count { start[i] = newValue[i] }
    }
  }

  func copy(from other: AlignedArray<Element>) {
    precondition(other.count == count, "arrays of \(count) and \(other.count) entries")
    start.update(from: other.start, count: count)
  }
}

/// The values of a network's parameters, each a matrix in its own shape.
public struct Parameters: Sendable, Equatable {
  /// By name, in the order of ``Network/parameters``.
  public var matrices: [(name: String, value: Matrix<Double>)]

  public init(_ matrices: [(name: String, value: Matrix<Double>)]) { self.matrices = matrices }

  /// The parameter of this name; traps if the network has none.
  public subscript(name: String) -> Matrix<Double> {
    guard let found = matrices.first(where: { $0.name == name }) else {
      fatalError("the network has no parameter \(name)")
    }
    return found.value
  }

  public static func == (a: Parameters, b: Parameters) -> Bool {
    a.matrices.count == b.matrices.count
      && zip(a.matrices, b.matrices).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }
}

extension ParameterLayout {
  /// The parameters that a flat vector holds. Single precision is widened exactly.
  func parameters<Element: Scalar>(_ vector: UnsafePointer<Element>) -> Parameters {
    Parameters(
      slices.map { slice in
        let p = slice.parameter
        let entries = (0..<p.count).map { Double(vector[slice.offset + $0]) }
        return (p.name, Matrix(rows: p.rows, columns: p.columns, columnMajor: entries))
      })
  }

  func write<Element: Scalar>(_ parameters: Parameters, to vector: UnsafeMutablePointer<Element>) {
    for slice in slices {
      let value = parameters[slice.parameter.name]
      precondition(
        value.rows == slice.parameter.rows && value.columns == slice.parameter.columns,
        "\(slice.parameter.name) is \(value.rows) x \(value.columns) instead of \(slice.parameter.rows) x \(slice.parameter.columns)"
      )
      value.withUnsafeBufferPointer { for i in 0..<$0.count { vector[slice.offset + i] = Element($0[i]) } }
    }
  }
}
