// The two forms of the writer byte for byte, and that whatever it writes is read back with the same bits.
import JSONText
import Testing

private let sample: JSON = [
  "schema": "x/1", "list": [1, 2.5, nil, "a\"b\\\n\u{1}"], "empty": [], "none": .object([]),
  "matrix": [[1.0, 0.1], [0.1, 1e-300]], "groups": [["n": 1], ["n": 2]], "flag": false,
]

@Test func compact() {
  #expect(
    sample.text(indented: false)
      == #"{"schema":"x/1","list":[1,2.5,null,"a\"b\\\n\u0001"],"empty":[],"none":{},"matrix":[[1.0,0.1],[0.1,1e-300]],"groups":[{"n":1},{"n":2}],"flag":false}"#
  )
}

@Test func indented() {
  #expect(
    sample.text(indented: true) == #"""
      {
        "schema": "x/1",
        "list": [1, 2.5, null, "a\"b\\\n\u0001"],
        "empty": [],
        "none": {},
        "matrix": [
          [1.0, 0.1],
          [0.1, 1e-300]
        ],
        "groups": [
          {
            "n": 1
          },
          {
            "n": 2
          }
        ],
        "flag": false
      }
      """#)
}

@Test func readsBackWhatItWrote() throws {
  #expect(try JSON(parsing: sample.utf8(indented: true)) == sample)
  #expect(try JSON(parsing: sample.utf8(indented: false)) == sample)
}

@Test func everyDoubleRoundTrips() throws {
  // Doubles with uniformly random bits, from a fixed linear congruential generator: all magnitudes, all lengths.
  var state: UInt64 = 1
  var values: [Double] = [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0x1p53, 1 / 3]
  while values.count < 20_000 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let value = Double(bitPattern: state)
    if value.isFinite { values.append(value) }
  }
  let read = try #require(try JSON(parsing: JSON(values).utf8(indented: false)).doublesValue)
  #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
}

@Test func infinityIsAMistakeOfTheCaller() async {
  await #expect(processExitsWith: .failure) { _ = JSON.number(.infinity).text(indented: false) }
  await #expect(processExitsWith: .failure) { _ = JSON.number(.nan).text(indented: false) }
  #expect(JSON.finite(.nan) == nil && JSON.finite(1) == .number(1))
}

@Test func access() {
  #expect(sample["schema"]?.stringValue == "x/1")
  #expect(sample["list"]?.doublesValue == nil)
  #expect(sample["matrix"]?.arrayValue?[1].doublesValue == [0.1, 1e-300])
  #expect(sample["list"]?.arrayValue?[0].doubleValue == 1)
  #expect(sample["absent"] == nil)
}
