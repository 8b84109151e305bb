// How matrices lie in one flat vector of parameters: each by columns in its own shape, structured ones by their free entries.

/// The places of several variables in one vector of parameters.
public struct Packing: Sendable {
  /// Which entries of a variable are parameters.
  public enum Structure: Sendable {
    /// All of them.
    case general
    /// Those on and below the diagonal; mirrored ones are the same parameter.
    case symmetric
    /// Those below the diagonal; mirrored ones are its negative.
    case skew
    /// The triangle or the diagonal of this name is free.
    case diagonal, lower, upper
  }

  /// A variable and its place.
  public struct Slice: Sendable {
    /// The name of the variable.
    public let name: String
    /// Rows of the variable.
    public let rows: Int
    /// Columns of the variable.
    public let columns: Int
    /// The structure by which its entries are free.
    public let structure: Structure
    /// Its parameters, by columns.
    public let range: Range<Int>
    /// Where its array begins among the arrays of all variables.
    let offset: Int
    /// By parameter, the entry that it is, and the one that mirrors it; -1 where there is none. Empty for general variables.
    let entries: [Int]
    let mirrors: [Int]

    /// By parameter, the entry that it is; of mirrored ones that below the diagonal.
    public var places: [(row: Int, column: Int)] {
      (0..<range.count).map { k in
        let entry = isPlain ? k : entries[k]
        return (entry % max(rows, 1), entry / max(rows, 1))
      }
    }

    var isPlain: Bool { entries.isEmpty && structure == .general }
    var sign: Double { structure == .skew ? -1 : 1 }
  }

  /// The variables, one behind the other.
  public private(set) var slices: [Slice] = []
  /// Number of parameters.
  public private(set) var count = 0
  /// Number of entries of all variables.
  private(set) var entryCount = 0

  mutating func append(_ name: String, rows: Int, columns: Int, _ structure: Structure) {
    var entries: [Int] = []
    var mirrors: [Int] = []
    if structure != .general {
      for j in 0..<columns {
        for i in 0..<rows where Packing.isFree(i, j, structure) {
          entries.append(i + j * rows)
          let isMirrored = i != j && (structure == .symmetric || structure == .skew)
          mirrors.append(isMirrored ? j + i * rows : -1)
        }
      }
    }
    let free = structure == .general ? rows * columns : entries.count
    slices.append(
      Slice(
        name: name, rows: rows, columns: columns, structure: structure, range: count..<(count + free),
        offset: entryCount, entries: entries, mirrors: mirrors))
    count += free
    entryCount += rows * columns
  }

  private static func isFree(_ i: Int, _ j: Int, _ structure: Structure) -> Bool {
    switch structure {
    case .general: true
    case .symmetric, .lower: i >= j
    case .skew: i > j
    case .diagonal: i == j
    case .upper: i <= j
    }
  }

  /// Whether parameters and entries are the same.
  var isPlain: Bool { slices.allSatisfy(\.isPlain) }

  /// Writes the arrays of all variables, one after another.
  func expand(_ x: [Double], into arrays: UnsafeMutablePointer<Double>) {
    x.withUnsafeBufferPointer { x in
      for slice in slices {
        let array = arrays + slice.offset
        let first = slice.range.lowerBound
        if slice.isPlain {
          for k in 0..<slice.range.count { array[k] = x[first + k] }
          continue
        }
        array.update(repeating: 0, count: slice.rows * slice.columns)
        for k in 0..<slice.entries.count {
          array[slice.entries[k]] = x[first + k]
          if slice.mirrors[k] >= 0 { array[slice.mirrors[k]] = slice.sign * x[first + k] }
        }
      }
    }
  }

  /// The gradient by parameters from that by entries: mirrored entries add up.
  func reduce(_ arrays: UnsafePointer<Double>, into gradient: inout [Double]) {
    gradient.withUnsafeMutableBufferPointer { gradient in
      for slice in slices {
        let array = arrays + slice.offset
        let first = slice.range.lowerBound
        if slice.isPlain {
          for k in 0..<slice.range.count { gradient[first + k] = array[k] }
          continue
        }
        for k in 0..<slice.entries.count {
          let mirrored = slice.mirrors[k] < 0 ? 0 : slice.sign * array[slice.mirrors[k]]
          gradient[first + k] = array[slice.entries[k]] + mirrored
        }
      }
    }
  }

  /// P'*H*P for the matrix H by entries, where P takes parameters to entries.
  func reduce(_ h: Matrix<Double>) -> Matrix<Double> {
    if isPlain { return h }
    var columns = Matrix<Double>(rows: entryCount, columns: count, repeating: 0)
    var column = 0
    for slice in slices {
      for k in 0..<slice.range.count {
        let entry = slice.offset + (slice.isPlain ? k : slice.entries[k])
        let mirror = slice.isPlain || slice.mirrors[k] < 0 ? -1 : slice.offset + slice.mirrors[k]
        for i in 0..<entryCount {
          columns[i, column] = h[i, entry] + (mirror < 0 ? 0 : slice.sign * h[i, mirror])
        }
        column += 1
      }
    }
    var result = Matrix<Double>(rows: count, columns: count, repeating: 0)
    var gradient = [Double](repeating: 0, count: count)
    for j in 0..<count {
      columns.withUnsafeBufferPointer { reduce($0.baseAddress! + j * entryCount, into: &gradient) }
      for i in 0..<count { result[i, j] = gradient[i] }
    }
    return result
  }

  /// The parameters of these values.
  ///
  /// **Throws**: `start` for a variable without a value, of another shape, or without its structure.
  public func parameters(_ values: [String: Matrix<Double>]) throws(ObjectiveError) -> [Double] {
    var x = [Double](repeating: 0, count: count)
    for slice in slices {
      guard let value = values[slice.name] else { throw .start(name: slice.name, reason: "is missing") }
      guard value.rows == slice.rows, value.columns == slice.columns else {
        throw .start(
          name: slice.name, reason: "is \(value.rows) x \(value.columns) instead of \(slice.rows) x \(slice.columns)")
      }
      let entries = value.columnMajor
      for k in 0..<slice.range.count {
        x[slice.range.lowerBound + k] = entries[slice.isPlain ? k : slice.entries[k]]
      }
    }
    let back = matrices(x)
    for slice in slices where back[slice.name] != values[slice.name] {
      throw .start(name: slice.name, reason: "is not \(slice.structure)")
    }
    return x
  }

  /// The variables that these parameters are.
  public func matrices(_ x: [Double]) -> [String: Matrix<Double>] {
    require(x.count == count, "there are \(count) parameters; \(x.count) were given")
    var arrays = [Double](repeating: 0, count: entryCount)
    arrays.withUnsafeMutableBufferPointer { arrays in
      if let address = arrays.baseAddress { expand(x, into: address) }
    }
    var result: [String: Matrix<Double>] = [:]
    for slice in slices {
      let entries = Array(arrays[slice.offset..<(slice.offset + slice.rows * slice.columns)])
      result[slice.name] = Matrix(rows: slice.rows, columns: slice.columns, columnMajor: entries)
    }
    return result
  }
}
