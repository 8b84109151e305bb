// Paired tests beside statsmodels and SciPy (Fixtures/Paired/paired.py), and a published interval.
import Foundation
import JSONText
import Testing

@testable import MLP

private let recorded: JSON = {
  let place = Bundle.module.url(forResource: "Fixtures/Paired/paired", withExtension: "json")!
  return try! JSON(parsing: Array(try! Data(contentsOf: place)))
}()

private func near(_ a: Double?, _ b: JSON?, _ tolerance: Double = 1e-11) -> Bool {
  guard let a, let b = b?.doubleValue else { return false }
  return abs(a - b) <= tolerance * max(abs(b), 1e-3)
}

@Suite struct PairedComparisonTests {
  @Test func mcNemar() throws {
    let cases = try #require(recorded["classes"]?.arrayValue)
    #expect(cases.count == 6)
    for c in cases {
      let counts = c["counts"]!.arrayValue!.map { $0.integerValue! }
      let pairs = PairedClasses(both: counts[0], first: counts[1], second: counts[2], neither: counts[3])
      #expect(near(pairs.exactPValue, c["exact"]), "\(counts): \(pairs.exactPValue)")
      #expect(near(pairs.midPValue, c["mid"], 1e-10), "\(counts): \(pairs.midPValue)")
      // statsmodels corrects 0 to 1: its statistic of equal counts is that of a distance of one.
      if counts[1] != counts[2] {
        #expect(near(pairs.chiSquare?.statistic, c["chiSquare"]))
        #expect(near(pairs.chiSquare?.pValue, c["pChiSquare"]))
      } else {
        #expect(pairs.chiSquare?.statistic == 0 && pairs.chiSquare?.pValue == 1)
      }
    }
  }

  /// The trial of Bentur et al. in Fagerland, Lydersen, Laake, Stat. Med. 33 (2014) 2850: Newcombe's interval -0.507 to -0.026, mid-p
  /// 0.039, exact 0.070.
  @Test func publishedInterval() {
    let pairs = PairedClasses(both: 1, first: 1, second: 7, neither: 12)
    let (low, high) = pairs.interval()
    #expect(abs(low - -0.507) < 5e-4 && abs(high - -0.026) < 5e-4, "\(low) \(high)")
    #expect(abs(pairs.midPValue - 0.039) < 5e-4 && abs(pairs.exactPValue - 0.070) < 5e-4)
    // The other way round it is the mirror image.
    let turned = PairedClasses(both: 1, first: 7, second: 1, neither: 12).interval()
    #expect(abs(turned.low + high) < 1e-15 && abs(turned.high + low) < 1e-15)
  }

  @Test func nothingToTell() {
    let none = PairedClasses(both: 5, neither: 2)
    #expect(none.exactPValue == 1 && none.midPValue == 0.5 && none.chiSquare == nil)
    #expect(none.interval().low <= 0 && none.interval().high >= 0)
    var same = PairedErrors()
    for i in 0..<5 { same.add(first: Double(i), second: Double(i), value: 2) }
    #expect(same.test == nil && same.interval()?.low == 0)
  }

  @Test func pairedT() throws {
    let c = try #require(recorded["numbers"])
    let (truth, a, b) = (c["truth"]!.doublesValue!, c["first"]!.doublesValue!, c["second"]!.doublesValue!)
    var errors = PairedErrors()
    for i in truth.indices { errors.add(first: a[i], second: b[i], value: truth[i]) }
    #expect(near(errors.difference, c["difference"]))
    #expect(near(errors.test?.statistic, c["t"]) && near(errors.test?.pValue, c["p"]))
    #expect(errors.test?.degrees == c["df"]?.integerValue)
    #expect(near(errors.interval()?.low, c["low"]) && near(errors.interval()?.high, c["high"]))
  }
}
