// Splits and folds: every row once, every class in its share.
import Testing

@testable import MLP

@Suite struct SplitTests {
  private static func table(_ counts: [Int]) -> Table {
    let labels = counts.enumerated().flatMap { Array(repeating: "c\($0.offset)", count: $0.element) }
    return Table(columns: ["x"], rows: labels.indices.map { [Double($0)] }, labels: labels)
  }

  @Test(arguments: [[50, 50], [200, 30, 7, 3], [1, 40, 2], Array(repeating: 11, count: 26)])
  func sharesOfClasses(_ counts: [Int]) {
    let table = Self.table(counts)
    let split = Split(table, validation: 0.2, seed: 3)
    #expect((split.training + split.validation).sorted() == Array(0..<Int32(table.rows)))
    var first = 0
    for count in counts {
      let judges = split.validation.count { (first..<first + count).contains(Int($0)) }
      #expect(abs(Double(judges) - 0.2 * Double(count)) <= 1)
      #expect(judges < count)
      first += count
    }
    #expect(abs(split.validation.count - Int((0.2 * Double(table.rows)).rounded())) <= counts.count { $0 < 2 })
  }

  @Test func foldsJudgeEveryRowOnce() {
    let table = Self.table([40, 25, 7])
    let folds = Split.folds(table, count: 5, seed: 1)
    #expect(folds.flatMap(\.validation).sorted() == Array(0..<72))
    for fold in folds {
      #expect((14...15).contains(fold.validation.count))
      #expect((7...9).contains(fold.validation.count { $0 < 40 }))
      #expect((fold.training + fold.validation).sorted() == Array(0..<72))
    }
    #expect(Split.folds(table, count: 5, seed: 1, repetition: 1) != folds)
  }
}
