// Missing cells where they are refused: each is told with its place, whatever it looks like.
import Testing

@testable import Tabular

@Suite struct MissingCellTests {
  private func read(_ text: String, _ columns: [Int]) throws(TabularError) -> [Double]? {
    let input = try DelimitedInput(name: "data.csv", bytes: Array(text.utf8))
    return try input.read(ReadingPlan(values: columns, missing: .refused), threads: 1) { Numbers() }.result
  }

  @Test func completeColumnsAreRead() throws {
    #expect(try read("a,b\n1,NA\n2,\n3,5\n", [0]) == [1, 2, 3])
  }

  /// An empty cell, a spelling of a missing value, and a record that ends before the cell.
  @Test func eachIsToldWithItsPlace() throws {
    let error = #expect(throws: TabularError.self) { try read("a,b\n1,2\n\"NA\",4\n5,\n\n6\n", [0, 1]) }
    guard case .badData(let groups)? = error else { return }
    let shown = groups.flatMap(\.shown)
    #expect(shown.map(\.line) == [3, 4, 6] && shown.map(\.field) == [1, 2, 2])
    #expect(shown.map(\.column) == ["a", "b", "b"])
    #expect(shown[0].message == "\"NA\" means missing, and a missing value has no place here (column \"a\")")
    #expect(shown[1].message == "an empty cell, and a missing value has no place here (column \"b\")")
  }
}
