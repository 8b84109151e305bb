// RFC 8259 at its edges; the cases follow N. Seriot, Parsing JSON is a Minefield (2016), y_, n_ and i_ groups.
import JSONText
import Testing

private func parse(_ text: String) throws(JSONError) -> JSON { try JSON(parsing: Array(text.utf8)) }

@Test(
  arguments: [
    ("[]", JSON.array([])), ("{}", .object([])), (" [ 1 ,\t2\r\n] ", [1, 2]), ("null", nil), ("\"\"", ""),
    ("true", true), ("[[],{}]", [[], .object([])]), ("\u{FEFF}[0]", [0]),
    (#"{"b":1,"a":{"c":[false]}}"#, ["b": 1, "a": ["c": [false]]]),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\ud83d\ude00""#, "Aé😀"), (#""\u0000""#, "\0"),
    ("\"é😀\u{2028}\u{7f}\"", "é😀\u{2028}\u{7f}"), (#""\uFFFF""#, "\u{FFFF}"),
  ] as [(String, JSON)])
func accepted(text: String, value: JSON) throws { #expect(try parse(text) == value) }

@Test(arguments: [
  ("", 1, 1), (" ", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("[,1]", 1, 2), ("{\"a\":1,}", 1, 8), ("{a:1}", 1, 2),
  ("{\"a\" 1}", 1, 6), ("[1]]", 1, 4), ("[", 1, 2), ("[\n\"é\" x]", 2, 5), ("nul", 1, 1), ("True", 1, 1),
  ("[01]", 1, 2), ("[-]", 1, 3), ("[1.]", 1, 4), ("[.5]", 1, 2), ("[+1]", 1, 2), ("[1e]", 1, 4), ("[1e+]", 1, 5),
  ("[0x1]", 1, 3), ("[NaN]", 1, 2), ("[Infinity]", 1, 2), ("[-Infinity]", 1, 3), ("[1e400]", 1, 2),
  ("\"\t\"", 1, 2), ("\"abc", 1, 1), (#""\x""#, 1, 2), (#""\u12g4""#, 1, 6), (#""\ud800""#, 1, 2),
  (#""\udc00""#, 1, 2), (#""\ud800\u0041""#, 1, 2), ("'a'", 1, 1), ("[1]//x", 1, 4), ("{\"a\":1,\"a\":2}", 1, 8),
  ("\u{FEFF}x", 1, 1), ("[\u{a0}1]", 1, 2),
])
func refused(text: String, line: Int, column: Int) throws {
  let error = #expect(throws: JSONError.self) { try parse(text) }
  #expect(error?.line == line && error?.column == column, "\(text.debugDescription): \(error.map(String.init) ?? "")")
}

@Test func invalidUTF8() {
  #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
  #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]) }  // a surrogate in UTF-8
  #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xC0, 0x80, 0x22]) }  // overlong
}

@Test func nesting() throws {
  let deep = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
  #expect(throws: Never.self) { try parse(deep) }
  let error = #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 100_000)) }
  #expect(error?.column == 257)
}

@Test(
  arguments: [
    ("0", JSON.integer(0)), ("-0", .number(-0.0)), ("-12", .integer(-12)), ("1.0", .number(1)), ("1E2", .number(100)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(0x1p63)), ("9007199254740993", .integer(9_007_199_254_740_993)),
    ("1e-400", .number(0)), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e0000000000000000000002", .number(100)),
  ] as [(String, JSON)])
func kinds(text: String, value: JSON) throws {
  let parsed = try parse(text)
  #expect(parsed == value)
  #expect(parsed.doubleValue?.bitPattern == value.doubleValue?.bitPattern)
}

/// Halfway cases and the ends of the range: known bits, from W. Kahan's and D. Gay's collections.
@Test(arguments: [
  ("9007199254740992.9", 0x1p53), ("9007199254740993.0", 0x1p53), ("9007199254740993.0000000001", 0x1p53 + 2),
  ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown), ("2.2250738585072014e-308", 0x1p-1022),
  ("1.7976931348623157e308", Double.greatestFiniteMagnitude), ("4.9406564584124654e-324", 0x1p-1074),
  ("6.0221407e23", 6.0221407e23), ("0.1", 0x1.999999999999ap-4), ("123456789012345678e-22", 1.2345678901234568e-05),
  ("8.98846567431158e307", 8.98846567431158e307), ("1e22", 1e22), ("1e23", 1e23),
])
func rounding(text: String, value: Double) throws { #expect(try parse(text).doubleValue == value) }
