// Cells as numbers: bit-equal to the correctly rounded value, exact as deviations.
import CKernels
import Testing

@testable import Tabular

@Suite struct CellTests {
  /// Decimal texts of all shapes; Swift's Double(_:) rounds them correctly and is the independent judge.
  static func randomDecimal(_ generator: inout SplitMix64) -> String {
    let digits = { (count: Int, generator: inout SplitMix64) in
      String((0..<count).map { _ in "0123456789".randomElement(using: &generator)! })
    }
    var text = ["", "-", "+"].randomElement(using: &generator)!
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: text += digits(Int.random(in: 1...25, using: &generator), &generator)
    case 1: text += "." + digits(Int.random(in: 1...25, using: &generator), &generator)
    case 2: text += digits(Int.random(in: 1...20, using: &generator), &generator) + "."
    default:
      text +=
        digits(Int.random(in: 1...12, using: &generator), &generator) + "."
        + digits(Int.random(in: 1...20, using: &generator), &generator)
    }
    if Int.random(in: 0..<4, using: &generator) == 0 {
      text +=
        ["e", "E", "e-", "e+"].randomElement(using: &generator)! + String(Int.random(in: 0...320, using: &generator))
    }
    return text
  }

  @Test func valuesAreCorrectlyRounded() throws {
    var generator = SplitMix64(state: 11)
    var cells: [String] = [
      "0", "-0", "-0.0", "1e-330", "4.9e-324", "1.7976931348623157e308", "9007199254740993", "0.1",
    ]
    while cells.count < 100_000 {
      let cell = CellTests.randomDecimal(&generator)
      if Double(cell)!.isFinite { cells.append(cell) }
    }
    // In doubles as they are usually written, too.
    for _ in 0..<100_000 {
      let value = Double(
        bitPattern: generator.next() & ~(0x7ff << 52) | UInt64.random(in: 900...1100, using: &generator) << 52)
      cells.append("\(value)")
    }
    var options = ReadingOptions()
    options.header = false
    let (values, _) = try numbers(cells.joined(separator: "\n"), options: options)
    #expect(values.count == cells.count)
    for (cell, value) in zip(cells, values) {
      #expect(value.bitPattern == Double(cell)!.bitPattern, "\(cell)")
    }
  }

  @Test func deviationsAreExactOnTheDecimals() throws {
    // Significands and places of a column with a large offset, as a person would write them.
    var generator = SplitMix64(state: 3)
    for (offset, places) in [
      (Int128(10_000_000_2), 1), (1_000_000_000_000_001, 3), (-299_850_000_000_000_000, 17), (0, 0),
    ] {
      let whole = (0..<2000).map { _ in offset + Int128(Int64.random(in: -500_000...500_000, using: &generator)) }
      let cells = whole.map { decimal($0, places) }
      var options = ReadingOptions()
      options.header = false
      let (deviations, scale) = try numbers(cells.joined(separator: "\n"), decimal: .decimal, options: options)
      for (value, deviation) in zip(whole, deviations) {
        // In units of the column: differences this small are whole numbers that a double holds.
        let expected = Double(value - whole[0]) * power(scale.places - places)
        #expect(deviation == expected)
      }
    }
  }

  @Test func deviationsOfMixedPlacesAreWithinTwoRoundings() throws {
    // 0.0123..., 123456.789, 1e-7: what does not fit 64 bits is computed in 128.
    var generator = SplitMix64(state: 5)
    let cells = (0..<3000).map { i in
      i == 0
        ? "12.5"
        : "\(Double.random(in: -50...50, using: &generator) * [1, 1e-3, 1e-6].randomElement(using: &generator)!)"
    }
    var options = ReadingOptions()
    options.header = false
    let (deviations, scale) = try numbers(cells.joined(separator: "\n"), decimal: .decimal, options: options)
    let unit = power(scale.places)
    for (cell, deviation) in zip(cells, deviations) {
      // Float80 carries 64 bits: enough to judge the last of 53.
      let exact = (Float80(cell)! - Float80(scale.origin) / Float80(unit)) * Float80(unit)
      let error = abs(Float80(deviation) - exact)
      #expect(error <= 0x1p-52 * abs(exact), "\(cell): \(deviation)")
    }
  }

  @Test func missingSpellings() throws {
    let (values, _) = try numbers("x\n1\nNA\n2\n#N/A\n\"NA\"\n nan \n3\n")
    #expect(values == [1, 2, 3])
  }

  @Test func decimalComma() throws {
    let input = try DelimitedInput(name: "t", bytes: Array("a;b\n1,5;2\n-3,25;4\n".utf8))
    #expect(input.schema.dialect.decimalMark == UInt8(ascii: ","))
    #expect(input.schema.dialect.delimiter == UInt8(ascii: ";"))
    let (values, _) = try input.read(ReadingPlan(values: [0]), threads: 1) { Numbers() }
    #expect(values == [1.5, -3.25])
  }

  private func decimal(_ whole: Int128, _ places: Int) -> String {
    let digits = String(whole.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let text = places == 0 ? padded : padded.dropLast(places) + "." + padded.suffix(places)
    return (whole < 0 ? "-" : "") + text
  }

  private func power(_ k: Int) -> Double { Double.powerOfTen(k) }
}
