// Matrices in files of delimited text: read through the reader of all commands, where a missing cell is refused, and written so that they are
// read back to the bit.
import MatDeriv
import Tabular

/// A matrix that was read, with the names of its columns where the file has a header.
struct MatrixFile {
  let matrix: Matrix<Double>
  let columnNames: [String]?
  let warnings: [Warning]

  /// - Parameter lead: what the choice of columns is typed behind: `--data M=m.csv:`.
  /// **Throws**: status 65 with file, line and column of every cell that is no number or missing.
  init(path: String, columns: String?, lead: String, reading flags: ReadingFlags, quiet: Bool) throws(Failure) {
    let input = try statcli.reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: flags.options)
    }
    let (schema, place) = (input.schema, path == "-" ? "standard input" : path)
    var chosen = Array(schema.names.indices)
    if let columns {
      chosen = try ColumnSelection([columns], flag: "columns of \(place)", lead: lead).indices(in: schema.names)
    }
    let plan = ReadingPlan(values: chosen, missing: .refused)
    let count = chosen.count
    let collected: [[Double]]?
    do throws(Failure) {
      collected = try ProgressLine.during(input, quiet: quiet) { () throws(Failure) in
        try statcli.reading { () throws(TabularError) in
          try input.read(plan, threads: flags.threadCount) { ColumnCollector(columns: count) }.result
        }
      }
    } catch {
      // Here columns are left out by the list behind the colon.
      var failure = error
      failure.mends = failure.mends.filter { !$0.contains("--exclude") }
      let numeric = chosen.filter { schema.columns[$0].type.isNumeric }.map { String($0 + 1) }
      if !numeric.isEmpty && numeric.count < chosen.count {
        failure.mends.append("\(lead)\(numeric.joined(separator: ",")) (the numeric columns)")
      } else if failure.mends.isEmpty {
        failure.mends = ["\(lead)1-3 (to choose columns)"]
      }
      throw failure
    }
    guard let values = collected, let rows = values.first?.count, rows > 0 else {
      throw Failure(.badData, "holds no rows", at: place)
    }
    matrix = Matrix(rows: rows, columns: count, columnMajor: values.flatMap(\.self))
    columnNames = schema.dialect.hasHeader ? chosen.map { schema.names[$0] } : nil
    // That there is no header means nothing where columns are used by their places.
    warnings = schema.notes.map(Warning.init).filter { $0.code != "W101" }
  }

  /// The matrix as CSV with a header.
  static func csv(_ matrix: Matrix<Double>, columns: [String]) -> String {
    Records.csv(
      Table(
        columns: columns.map { .number($0) },
        rows: (0..<matrix.rows).map { i in (0..<matrix.columns).map { .number(matrix[i, $0]) } }))
  }
}

/// Collects columns of numbers in the order of the file.
private struct ColumnCollector: ChunkConsumer {
  var columns: [[Double]]

  init(columns count: Int) { columns = Array(repeating: [], count: count) }

  mutating func consume(_ chunk: borrowing Chunk) {
    for column in columns.indices {
      columns[column] += UnsafeBufferPointer(start: chunk.numbers + column * chunk.stride, count: chunk.rows)
    }
  }

  mutating func finishBlock() -> [[Double]] {
    defer { columns = Array(repeating: [], count: columns.count) }
    return columns
  }

  static func merge(_ partial: inout [[Double]], with later: [[Double]]) {
    for column in partial.indices { partial[column] += later[column] }
  }
}
