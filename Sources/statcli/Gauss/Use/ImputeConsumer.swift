// Chunks of a table with their missing cells filled in: the text between two filled cells is copied, whatever it is.
import GaussFit
import Tabular

struct ImputeConsumer: ChunkConsumer {
  struct Count: Sendable {
    var read = 0
    /// Rows with a cell that was filled in, and such cells.
    var rows = 0
    var cells = 0
    /// Rows with missing cells of groups that the model does not have.
    var foreign = 0

    mutating func add(_ other: Count) {
      read += other.read
      rows += other.rows
      cells += other.cells
      foreign += other.foreign
    }
  }

  struct Part: Sendable {
    var text: [UInt8]
    var count: Count
  }

  private var imputations: [Imputation]
  private var groups: RowGroups?
  private let dimension: Int
  private let decimalMark: UInt8
  private var text: [UInt8] = []
  private var count = Count()

  init(_ model: Model, _ value: Imputation.Value, grouped: Bool, decimalMark: UInt8) {
    imputations = model.file.distributions.map { Imputation($0.gaussian, value) }
    groups = grouped ? RowGroups(model.groups) : nil
    dimension = model.columns.count
    self.decimalMark = decimalMark
  }

  mutating func consume(_ chunk: borrowing Chunk) {
    let cells = groups == nil ? allCells(chunk) : cellsByGroup(chunk)
    count.read += chunk.rows
    count.cells += cells.count
    let source = chunk.source
    var copied = 0
    var lastRow = -1
    for cell in ordered(cells, chunk) {
      text.append(contentsOf: source[copied..<cell.place.lowerBound])
      text.appendShortest(cell.value, decimalMark: decimalMark)
      copied = cell.place.upperBound
      if cell.row != lastRow { count.rows += 1 }
      lastRow = cell.row
    }
    text.append(contentsOf: source[copied...])
  }

  /// The cells in the order of the text, which is not that of the model's columns.
  private func ordered(
    _ cells: [Imputation.Cell], _ chunk: borrowing Chunk
  ) -> [(row: Int, place: Range<Int>, value: Double)] {
    var ordered: [(row: Int, place: Range<Int>, value: Double)] = []
    ordered.reserveCapacity(cells.count)
    for cell in cells {
      ordered.append((cell.row, chunk.place(row: cell.row, column: cell.column), cell.value))
    }
    return ordered.sorted { ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound) }
  }

  private mutating func allCells(_ chunk: borrowing Chunk) -> [Imputation.Cell] {
    var lines: [Int] = []
    for row in 0..<chunk.rows { lines.append(chunk.line(row: row)) }
    return imputations[0].cells(chunk.numbers, stride: chunk.stride, rows: chunk.rows) { lines[$0] }
  }

  private mutating func cellsByGroup(_ chunk: borrowing Chunk) -> [Imputation.Cell] {
    let group = groups!.groups(chunk)
    var lines: [Int] = []
    for row in 0..<chunk.rows {
      lines.append(chunk.line(row: row))
      let isIncomplete = (0..<dimension).contains { chunk.numbers[$0 * chunk.stride + row].isNaN }
      if group[row] == nil && isIncomplete { count.foreign += 1 }
    }
    var found: [Imputation.Cell] = []
    for g in imputations.indices {
      let members = (0..<chunk.rows).filter { group[$0] == g }
      let cells = chunk.gathered(members, columns: dimension)
      cells.withUnsafeBufferPointer { x in
        guard let first = x.baseAddress else { return }
        let part = imputations[g].cells(first, stride: members.count, rows: members.count) { lines[members[$0]] }
        found += part.map { Imputation.Cell(row: members[$0.row], column: $0.column, value: $0.value) }
      }
    }
    return found
  }

  mutating func finishBlock() -> Part {
    defer {
      text = []
      count = Count()
    }
    return Part(text: text, count: count)
  }

  static func merge(_ partial: inout Part, with later: Part) {
    partial.text += later.text
    partial.count.add(later.count)
  }
}
