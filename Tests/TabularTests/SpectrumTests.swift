// The csv-spectrum files, cut into blocks at every place, by one and two workers, read as their truth says.
import Foundation
import Testing

@testable import Tabular

@Suite struct SpectrumTests {
  static let folder = Bundle.module.url(forResource: "Fixtures/csv-spectrum", withExtension: nil)!
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "csvs").path)
    .map { String($0.dropLast(4)) }.sorted()

  @Test func allElevenFilesAreThere() {
    #expect(SpectrumTests.names.count == 11)
  }

  @Test(arguments: names) func blocksCutAnywhereReadTheSame(_ name: String) throws {
    let text = try Data(contentsOf: SpectrumTests.folder.appending(path: "csvs/\(name).csv"))
    let truth = try JSONSerialization.jsonObject(
      with: Data(contentsOf: SpectrumTests.folder.appending(path: "json/\(name).json")))
    let expected = try #require(truth as? [[String: String]])
    var options = ReadingOptions()
    options.header = true
    for blockSize in 1...text.count + 1 {
      for threads in [1, 2] {
        let (names, rows) = try textRows(Array(text), options: options, blockSize: blockSize, threads: threads)
        let read = rows.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
        // The truth says "\n" for a line end inside quotes; the file's own CR LF is kept as it stands.
        #expect(read == expected, "block size \(blockSize), \(threads) threads")
      }
    }
  }
}
