// The NIST reference data sets, read as the decimal text they are published as. Numerical accuracy is counted in digits:
// the log relative error of NIST, -log10 |computed - certified| / |certified|.
import Foundation
import MatDeriv
import Tabular
import Testing

@testable import GaussFit

struct NISTCase: Decodable, Sendable, CustomTestStringConvertible {
  var id: String
  var n: Int
  var mean: String
  var sd: String
  var mleVariance: String
  var logLikelihood: String
  var values: String
  /// Digits of the standard deviation that doubles of the values can give.
  var fromBinary64: Double

  var testDescription: String { id }

  static let all: [NISTCase] = {
    struct File: Decodable { var cases: [NISTCase] }
    let url = Bundle.module.url(forResource: "Fixtures/nist", withExtension: "json")!
    return try! JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
  }()

  /// The moments of the values, one to a line.
  func moments(_ arithmetic: ReadingPlan.Arithmetic) throws -> Moments {
    let text = "x\n" + values.split(separator: " ").joined(separator: "\n")
    let input = try DelimitedInput(name: id, bytes: Array(text.utf8))
    let reading = try MomentsReading(input, MomentsRequest(columns: [0], arithmetic: arithmetic), threads: 2)
    return try #require(reading.groups.first).moments
  }
}

/// Correct digits; 17 where there is no difference.
func correctDigits(_ computed: Double, _ certified: String) -> Double {
  let difference = abs(Float80(computed) - Float80(certified)!)
  return difference == 0 ? 17 : -Double(Foundation.log10(Double(difference / abs(Float80(certified)!))))
}

@Suite struct NISTTests {
  @Test func allSevenAreThere() {
    #expect(NISTCase.all.count == 7)
  }

  @Test(arguments: NISTCase.all) func decimalTextGivesAllDigits(_ data: NISTCase) throws {
    let moments = try data.moments(.decimal)
    #expect(moments.rows == data.n)
    #expect(correctDigits(moments.mean[0], data.mean) >= 14.7)
    let variance = moments.scatter[0, 0] / Double(data.n - 1)
    #expect(correctDigits(variance.squareRoot(), data.sd) >= 14.7)
    #expect(correctDigits(moments.scatter[0, 0] / Double(data.n), data.mleVariance) >= 14.7)
    let fit = try Fit(moments)
    #expect(correctDigits(fit.logLikelihood, data.logLikelihood) >= 14)
  }

  @Test(arguments: NISTCase.all) func doublesGiveWhatDoublesCan(_ data: NISTCase) throws {
    // 10000000.2 is no double: what is lost is lost before any sum is made.
    let moments = try data.moments(.binary)
    #expect(correctDigits(moments.mean[0], data.mean) >= 14)
    let variance = moments.scatter[0, 0] / Double(data.n - 1)
    #expect(correctDigits(variance.squareRoot(), data.sd) >= data.fromBinary64 - 0.1)
  }

  @Test(arguments: NISTCase.all) func rowsInMemoryGiveWhatDoublesCan(_ data: NISTCase) throws {
    let values = data.values.split(separator: " ").map { Double($0)! }
    let moments = Moments(rows: Matrix(rows: values.count, columns: 1, columnMajor: values), columns: ["x"])
    #expect(correctDigits(moments.mean[0], data.mean) >= 14)
    let variance = moments.scatter[0, 0] / Double(data.n - 1)
    #expect(correctDigits(variance.squareRoot(), data.sd) >= data.fromBinary64 - 0.1)
  }
}
