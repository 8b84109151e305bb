// What is known of a training before it begins; columns that are taken out of a table; rows that are divided once more.
import Testing

@testable import MLP

private let table = Table(
  columns: ["a", "b", "c"], rows: (0..<40).map { [Double($0), 1, $0 == 3 ? .nan : Double($0 * $0)] },
  labels: (0..<40).map { $0 < 20 ? "low" : "high" })

@Test func outline() throws {
  let training = Training(hidden: [Layer(5), Layer(4, .tanh)])
  let outline = try training.outline(table, split: Split(all: table))
  #expect(outline.network.shape == "3-5-4-2")
  // 3*5 + 5 + 5*4 + 4 + 4*2 + 2.
  #expect(outline.network.parameterCount == 54)
  #expect(outline.constantColumns == ["b"])
  #expect(outline.incompleteColumns.map(\.name) == ["c"])
  // 4*15 + 6*20 + 6*8 for each of 40 rows.
  #expect(outline.flops == 40 * 228)
}

@Test func columnsAreTakenOut() {
  let rest = table.removing([0, 1])
  #expect(rest.columns.map(\.name) == ["c"])
  #expect(rest.rows == 40 && rest.columns[0].missing == 1)
  for row in 0..<40 where row != 3 { #expect(Double(rest.store[row][0]) + rest.columns[0].origin == Double(row * row)) }
}

@Test func someRowsAreDivided() {
  let rows = (0..<40).filter { $0 % 4 != 0 }.map(Int32.init)
  let split = Split(table, rows: rows, validation: 0.2, seed: 1)
  #expect((split.training + split.validation).sorted() == rows)
  #expect(split.validation.count == 6)
  #expect(split.validation.count { $0 < 20 } == 3, "of both classes alike")
}
