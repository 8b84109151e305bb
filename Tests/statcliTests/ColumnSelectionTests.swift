// What a list of columns means, with names that could be mistaken for something else.
import Testing

@testable import statcli

private let names = ["id", "age", "body weight", "p0", "p1", "p10", "3-4", "a,b", "2"]

private func select(_ texts: String...) throws -> [String] {
  try ColumnSelection(texts, flag: "--columns").indices(in: names).map { names[$0] }
}

@Test func selections() throws {
  #expect(try select("age,id") == ["age", "id"])
  #expect(try select("age", "id") == ["age", "id"])
  #expect(try select("id,id,1") == ["id"])
  #expect(try select("1,3") == ["id", "body weight"])
  #expect(try select("4-6") == ["p0", "p1", "p10"])
  #expect(try select("7-") == ["3-4", "a,b", "2"])
  #expect(try select("3-4") == ["3-4"], "a name wins over a range")
  #expect(try select("2") == ["2"], "a name wins over a number")
  #expect(try select("\"a,b\",id") == ["a,b", "id"])
  #expect(try select("/^p[0-9]$/") == ["p0", "p1"])
  #expect(try select("/p|a/,id") == ["age", "p0", "p1", "p10", "a,b", "id"])
  #expect(try select("/^p[0-9]{1,2}$/") == ["p0", "p1", "p10"], "a comma inside a pattern")
  #expect(try select("!id,!/^p/") == ["age", "body weight", "3-4", "a,b", "2"])
  #expect(try select("4-6,!p1") == ["p0", "p10"])
  #expect(try select("body weight") == ["body weight"])
}

@Test(arguments: [
  ("aeg", "did you mean \"age\"?"), ("12", "has 9 columns"), ("0", "has 9 columns"), ("5-20", "has 9 columns"),
  ("/^q/", "no column matches"), ("/(/", "not a regular expression"), ("age,,id", "an entry is empty"),
  ("!nothing", "no column \"nothing\""), ("\"p0\"x", "no column"), ("", "an entry is empty"),
])
func refusedSelections(text: String, part: String) throws {
  let failure = #expect(throws: Failure.self) { try select(text) }
  #expect(failure?.items[0].text.contains(part) == true, "\(failure?.items[0].text ?? "")")
}

@Test func singleColumn() throws {
  #expect(try columnIndex("a,b", flag: "--by", in: names) == 7)
  #expect(try columnIndex("1", flag: "--by", in: names) == 0)
  #expect(throws: Failure.self) { try columnIndex("4-6", flag: "--by", in: names) }
}

@Test(
  arguments: [
    ("0", 0), ("500", 500), ("10k", 10_000), ("2M", 2_000_000), ("2G", 2_000_000_000), ("64Ki", 65_536),
    ("1Gi", 1 << 30), ("k", nil), ("-1", nil), ("1.5k", nil), ("10K", nil), ("9223372036854775807k", nil), ("", nil),
  ] as [(String, Int?)])
func counts(text: String, value: Int?) { #expect(Count(argument: text)?.value == value) }

@Test(
  arguments: [
    ("-1e-3", -0.001), (".5", 0.5), ("+2", 2), ("1e400", nil), ("nan", nil), ("inf", nil), ("0x10", nil), ("1,5", nil),
  ] as [(String, Double?)])
func reals(text: String, value: Double?) { #expect(Real(argument: text)?.value == value) }

@Test(arguments: [
  ("iris.csv", "iris.csv"), ("my data.csv", "'my data.csv'"), ("it's", #"'it'\''s'"#), ("", "''"), ("$x", "'$x'"),
])
func shellWords(text: String, word: String) { #expect(shellQuoted(text) == word) }
