// Imputation: conditional means against mpmath, draws of the right law that depend on seed and row alone.
import GaussFit
import MatDeriv
import Testing

extension Imputation {
  mutating func cells(_ rows: [[Double]], firstRow: Int = 0) -> [Cell] {
    let matrix = Matrix(rowArrays: rows)
    return matrix.withUnsafeBufferPointer { x in
      cells(x.baseAddress!, stride: rows.count, rows: rows.count) { $0 + firstRow }
    }
  }
}

@Suite struct ImputationTests {
  private let example = ConditionalCase()

  /// The row of a conditional of the fixture: given values, all else missing.
  private func row(_ entry: Value) -> [Double] {
    example.names.map { name in entry["given"][name].isNone ? .nan : entry["given"][name].number }
  }

  @Test func meansAreConditionalMeans() {
    let entries = example.reference["conditionals"].list
    var imputation = Imputation(example.gaussian)
    // Rows of several patterns in one block, with a whole one between them.
    let rows = entries.map(row) + [example.gaussian.mean] + entries.map(row)
    let cells = imputation.cells(rows)
    for (number, entry) in (entries + entries).enumerated() {
      let place = number < entries.count ? number : number + 1
      let found = cells.filter { $0.row == place }
      #expect(found.map { example.names[$0.column] } == entry["columns"].list.map(\.text))
      #expect(relativeError(found.map(\.value), entry["mean"].numbers) < 1e-14)
    }
    #expect(!cells.contains { $0.row == entries.count })
  }

  @Test func aRowWithoutCellsGetsTheMean() {
    var imputation = Imputation(example.gaussian)
    let cells = imputation.cells([[Double](repeating: .nan, count: 5)])
    #expect(cells.map(\.value) == example.gaussian.mean)
  }

  @Test func drawsDependOnSeedAndRowAlone() {
    let entry = example.reference["conditionals"].list[0]
    let rows = (0..<20).map { _ in row(entry) }
    var imputation = Imputation(example.gaussian, .draw(seed: 3))
    let whole = imputation.cells(rows)
    let first = imputation.cells(Array(rows[..<7]))
    let rest = imputation.cells(Array(rows[7...]), firstRow: 7)
    #expect(first.map(\.value) + rest.map(\.value) == whole.map(\.value))
    var other = Imputation(example.gaussian, .draw(seed: 4))
    #expect(other.cells(rows) != whole)
  }

  /// Mean and covariance of many draws are those of the conditional.
  @Test func drawsHaveTheConditionalLaw() throws {
    let entry = example.reference["conditionals"].list.max { $0["columns"].list.count < $1["columns"].list.count }!
    let n = 20_000
    let rows = (0..<n).map { _ in row(entry) }
    var imputation = Imputation(example.gaussian, .draw(seed: 11))
    let columns = entry["columns"].list.count
    let cells = imputation.cells(rows)
    let drawn = (0..<n).map { i in cells[(i * columns)..<((i + 1) * columns)].map(\.value) }
    let moments = Moments(rows: drawn)
    let law = try Gaussian(mean: entry["mean"].numbers, covariance: Matrix(rowArrays: entry["covariance"].matrix))
    let found = try Fit(moments).gaussian
    // 2 n KL is about chi-square with as many degrees of freedom as there are parameters.
    let degrees = Double(columns + columns * (columns + 1) / 2)
    let p = ChiSquare(degreesOfFreedom: degrees).survival(2 * Double(n) * found.kullbackLeibler(to: law))
    #expect(p > 1e-3)
  }
}
