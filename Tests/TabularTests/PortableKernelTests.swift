// The loops for processors without AVX2 give the same bits as the others, on texts of all shapes.
import CKernels
import Testing

@testable import Tabular

@Suite(.serialized) struct PortableKernelTests {
  /// Everything that is read from a text.
  private func read(_ text: [UInt8], portable: Bool) throws -> (
    deviations: [Double], values: [Double], texts: [[String]]
  ) {
    ck_use_portable(portable)
    defer { ck_use_portable(false) }
    var options = ReadingOptions()
    options.header = true
    let open = { try DelimitedInput(name: "t", bytes: text, options: options) }
    let plan = { (kind: Int) in
      kind == 0 ? ReadingPlan(deviations: [0], missing: .stays) : ReadingPlan(values: [0], missing: .stays)
    }
    let deviations = try open().read(plan(0), threads: 1) { Numbers() }.result ?? []
    let values = try open().read(plan(1), threads: 1) { Numbers() }.result ?? []
    let texts = try open().read(ReadingPlan(texts: [0, 1], missing: .stays), threads: 1) { TextRows(columns: 2) }.result
    return (deviations, values, texts ?? [])
  }

  @Test func theyReadTheSame() throws {
    var generator = SplitMix64(state: 21)
    let words = [
      "a", "b c", "\"q,\"\"u\"\"\n\"", "", "5\" pipe", "\"\"", "long text of more than sixty-four bytes, no: quoted",
    ]
    var text = "x,t\n"
    for _ in 0..<20_000 {
      let number =
        Bool.random(using: &generator)
        ? CellTests.randomDecimal(&generator) : "\(Int.random(in: -9...9, using: &generator))"
      let cell = Double(number)!.isFinite ? number : "NA"
      let word = words.randomElement(using: &generator)!
      text += "\(cell),\(word.contains(",") && !word.hasPrefix("\"") ? "\"\(word)\"" : word)\n"
    }
    let fast = try read(Array(text.utf8), portable: false)
    let portable = try read(Array(text.utf8), portable: true)
    #expect(fast.texts.count == 20_000)
    #expect(fast.deviations.map(\.bitPattern) == portable.deviations.map(\.bitPattern))
    #expect(fast.values.map(\.bitPattern) == portable.values.map(\.bitPattern))
    #expect(fast.texts == portable.texts)
  }

  @Test func theySumTheSame() {
    // Whole numbers: every order of summation is exact.
    let (rows, columns, stride) = (37, 11, 48)
    let x = (0..<columns * stride).map { Double(($0 * 7919) % 2003) - 1000 }
    func scatter(portable: Bool) -> [Double] {
      ck_use_portable(portable)
      defer { ck_use_portable(false) }
      var (centred, sums) = (Array(repeating: 0.0, count: columns * stride), Array(repeating: 0.0, count: columns))
      var scatter = Array(repeating: 0.0, count: columns * columns)
      ck_center(x, stride, rows, columns, Array(repeating: 3, count: columns), nil, &centred, nil, stride, &sums)
      ck_add_scatter(centred, centred, stride, 40, columns, &scatter)
      ck_merge_scatter(&scatter, scatter.map { 2 * $0 }, sums, 3, columns)
      return scatter + sums
    }
    #expect(scatter(portable: false) == scatter(portable: true))
  }
}
