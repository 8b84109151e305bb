// A symmetric matrix of the columns that are fitted, in a file: a known covariance, or a pattern of zeros. Its own columns may have names,
// and then stand in any order; a whole table may be given, of which the columns are taken.
import GaussFit
import MatDeriv
import Tabular

struct SquareMatrixFile {
  let matrix: Matrix<Double>

  /// What the entries may be.
  enum Kind { case pattern, covariance }

  /// - Parameters:
  ///   - flag: what the path is typed behind, for messages.
  ///   - columns: the columns of the fit, in whose order the matrix comes.
  /// **Throws**: status 65 with file, line and value for what does not belong; 66 where there is no file.
  init(_ path: String, flag: String, columns: [String], _ kind: Kind) throws(Failure) {
    let input = try statcli.reading { () throws(TabularError) in try DelimitedInput(paths: [path]) }
    let names = input.schema.names
    let plan = ReadingPlan(values: Array(names.indices), missing: .refused, lines: .counted)
    let (result, _) = try statcli.reading { () throws(TabularError) in
      try input.read(plan, threads: 1) { PlacedRows(columns: names.count) }
    }
    let read = result ?? PlacedRows.Partial()
    let lines = read.lines
    let d = columns.count
    guard names.count == d, lines.count == d else {
      throw Failure(
        .badData,
        "\(flag) needs a matrix of \(d) x \(d), for \(Numbers.counted(d, "column")); this one is \(lines.count) x \(names.count)",
        at: path)
    }
    let order = try SquareMatrixFile.order(
      input.schema.dialect.hasHeader ? names : nil, columns, at: path, flag: flag)
    let given = read.values
    for i in 0..<d {
      for j in 0..<d {
        let place = "\(path):\(lines[i]):\(j + 1)"
        if kind == .pattern, given[j][i] != 0 && given[j][i] != 1 {
          throw Failure(
            .badData, "\(Numbers.exact(given[j][i])) is neither 1 (free) nor 0 (zero)", at: place)
        }
        guard given[j][i] == given[i][j] else {
          throw Failure(
            .badData,
            "row \(i + 1), column \(j + 1) is \(Numbers.exact(given[j][i])), and row \(j + 1), column \(i + 1) is "
              + "\(Numbers.exact(given[i][j])): the matrix is not symmetric", at: place)
        }
        if i == j, !(given[j][i] > 0) {
          let what = kind == .pattern ? "a variance cannot be zero" : "a variance is positive"
          throw Failure(.badData, "\(what); the one of row \(i + 1) is \(Numbers.exact(given[j][i]))", at: place)
        }
      }
    }
    matrix = Matrix(rows: d, columns: d) { given[order[$1]][order[$0]] }
    guard kind == .covariance else { return }
    do throws(GaussFitError) { _ = try Gaussian(mean: [Double](repeating: 0, count: d), covariance: matrix) } catch {
      throw Failure(.badData, error.description, at: path)
    }
  }

  /// For each column of the fit, its place in the file: by name where the file has the names, else as they stand.
  private static func order(
    _ names: [String]?, _ columns: [String], at path: String, flag: String
  ) throws(Failure) -> [Int] {
    guard let names else { return Array(columns.indices) }
    let places = columns.map { names.firstIndex(of: $0) }
    if let missing = places.firstIndex(of: nil) {
      throw Failure(
        .badData,
        "\(flag) has no column \"\(columns[missing])\"; its columns are \(ColumnChoice.list(names)), and have to be those of the fit",
        at: path, mend: "the same names, or no header")
    }
    return places.map { $0! }
  }
}

/// Rows of numbers with the lines that they stand on.
struct PlacedRows: ChunkConsumer {
  struct Partial: Sendable {
    var values: [[Double]] = []
    var lines: [Int] = []
  }

  private let count: Int
  private var partial: Partial

  init(columns count: Int) {
    self.count = count
    partial = Partial(values: Array(repeating: [], count: count))
  }

  mutating func consume(_ chunk: borrowing Chunk) {
    for c in 0..<count {
      partial.values[c] += UnsafeBufferPointer(start: chunk.numbers + c * chunk.stride, count: chunk.rows)
    }
    partial.lines += chunk.places.map(\.line)
  }

  mutating func finishBlock() -> Partial {
    defer { partial = Partial(values: Array(repeating: [], count: count)) }
    return partial
  }

  static func merge(_ partial: inout Partial, with later: Partial) {
    for c in partial.values.indices { partial.values[c] += later.values[c] }
    partial.lines += later.lines
  }
}
