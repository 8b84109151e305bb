// N10: 256 inputs, 10 outputs, real digits of 16 x 16 grey values. The data are for research and not in the repository: STATKIT_USPS names the
// folder of zip.train.gz and zip.test.gz as The Elements of Statistical Learning has them.
import Foundation
import Tabular
import Testing

@testable import MLP

@Suite struct USPSTests {
  private static let folder = ProcessInfo.processInfo.environment["STATKIT_USPS"]

  private func table() throws -> Table {
    var options = ReadingOptions()
    options.delimiter = UInt8(ascii: " ")
    options.header = false
    let input = try DelimitedInput(
      paths: ["train", "test"].map { "\(Self.folder!)/zip.\($0).gz" }, options: options)
    return try Table.read(
      input, TableColumns(numbers: Array(1...256), target: 0, isOfClasses: true), threads: 2)
  }

  /// scikit-learn 1.9.1 with its defaults: 5.98 % wrong, 5.73 to 6.18.
  @Test(.enabled(if: folder != nil, "STATKIT_USPS does not name the folder of the digits"))
  func defaultsReadDigits() throws {
    let table = try table()
    #expect(table.rowsOfFiles == [7291, 2007])
    let training = Array(0..<Int32(7291))
    let wrong = try (0..<5).map { seed in
      var options = TrainingOptions()
      options.seed = UInt64(seed)
      let split = Split(table, rows: training, validation: 0.1, seed: options.seed)
      let model = try Training(options: options).run(on: table, split: split).model
      return 1 - Evaluation(model, table, rows: Array(7291..<9298)).classes!.accuracy
    }
    #expect(wrong.reduce(0, +) / 5 <= 0.058, "\(wrong)")
  }
}
