// What a stream is taken to be able to show, and how tables, numbers and foreign text look there.
import Testing

@testable import statcli

private func terminal(
  _ environment: [String: String], isTerminal: Bool = true, color: ColorChoice = .auto, window: Int? = 90
) -> Terminal {
  // A variable that is set but empty counts as unset, as System.environment says.
  Terminal(isTerminal: isTerminal, windowWidth: window, color: color) {
    environment[$0].flatMap { $0.isEmpty ? nil : $0 }
  }
}

@Test func colours() {
  #expect(terminal([:]).style.colour)
  #expect(!terminal([:], isTerminal: false).style.colour)
  #expect(!terminal(["NO_COLOR": "1"]).style.colour)
  #expect(terminal(["NO_COLOR": ""]).style.colour)
  #expect(!terminal(["TERM": "dumb"]).style.colour)
  #expect(terminal(["FORCE_COLOR": "1"], isTerminal: false).style.colour)
  #expect(!terminal(["FORCE_COLOR": "1", "NO_COLOR": "1"]).style.colour)
  #expect(terminal(["NO_COLOR": "1"], isTerminal: false, color: .always).style.colour)
  #expect(!terminal(["FORCE_COLOR": "1"], color: .never).style.colour)
}

@Test func widthsAndLocales() {
  #expect(terminal([:]).width == 90)
  #expect(terminal(["COLUMNS": "120"]).width == 120)
  #expect(terminal(["COLUMNS": "x"]).width == 90)
  #expect(terminal([:], window: nil).width == 80)
  #expect(terminal(["COLUMNS": "120"], isTerminal: false).width == nil, "a pipe is never cut")
  #expect(terminal(["LANG": "en_US.UTF-8"]).style.unicode)
  #expect(terminal(["LANG": "en_US.UTF-8", "LC_ALL": "C"]).style.unicode == false)
  #expect(terminal([:]).style.unicode == false)
}

@Test(arguments: [
  (0.0, "0"), (-0.0, "0"), (3.758, "3.758"), (-379.91463012227, "-379.915"), (150, "150"), (1_500_000, "1.5e+06"),
  (1e-5, "1e-05"), (0.1 + 0.2, "0.3"), (123456.7, "123457"),
])
func humanNumbers(value: Double, text: String) { #expect(Numbers.human(value) == text) }

@Test(arguments: [
  (0.1 + 0.2, "0.30000000000000004"), (150, "150"), (-0.0, "-0"), (1e300, "1e+300"),
  (Double.leastNonzeroMagnitude, "5e-324"),
])
func exactNumbers(value: Double, text: String) {
  #expect(Numbers.exact(value) == text)
  #expect(Double(text)?.bitPattern == value.bitPattern)
}

@Test func tables() {
  let table = Table(
    columns: [.text("name"), .number("value"), .number("n")],
    rows: [
      [.text("ä"), .number(3.758), .count(7)], [.text("重さ"), .number(-12.5), .count(1200)],
      [.text("c"), .blank, .count(0)], [.text("d"), .number(1e-9), .blank],
    ])
  let plain = TextTable(table: table, style: Style(colour: false, unicode: false), width: nil).lines
  #expect(
    plain == [
      "  name    value     n",
      "  ----  -------  ----",
      "  ä       3.758     7",
      "  重さ  -12.5    1200",
      "  c                 0",
      "  d       1e-09",
    ])
  #expect(plain.allSatisfy { !$0.hasSuffix(" ") })
}

@Test func wideTablesGoOnBelow() {
  let table = Table(
    columns: [.text("")] + (1...6).map { .number("column\($0)") },
    rows: [[.text("row")] + (1...6).map { .number(Double($0)) }])
  let lines = TextTable(table: table, style: Style(colour: false, unicode: false), width: 40).lines
  #expect(lines.allSatisfy { $0.count <= 40 })
  #expect(lines.filter { $0.hasPrefix("  row") }.count == 2, "each part repeats the first column")
  for column in 1...6 { #expect(lines.contains { $0.contains("column\(column)") }) }
}

@Test func foreignTextCannotSteerTheTerminal() {
  #expect("\u{1B}[31mred".printable == #"\u{1b}[31mred"#)
  #expect("a\tb\nc\r".printable == #"a\tb\nc\r"#)
  #expect("\u{202E}abc".printable == #"\u{202e}abc"#)
  #expect("plain ü".printable == "plain ü")
  #expect("重さ".cells == 4)
  #expect("e\u{301}".cells == 1)
  #expect("abcdefgh".cut(to: 5, ellipsis: "...") == "ab...")
}

@Test func failuresHaveOneForm() {
  let excerpt = Failure.Excerpt(line: "1,x,2", caret: 2)
  let failure = Failure(
    .badData, items: [Failure.Item(location: "data.csv:3:2", text: "\"x\" is not a number", excerpt: excerpt)], more: 4,
    mends: ["--na x"])
  #expect(
    failure.text(style: Style(colour: false, unicode: false)) == """
      statcli: data.csv:3:2: error: "x" is not a number
        1,x,2
          ^
        and 4 more of this kind
        hint: --na x

      """)
  let long = Failure.Excerpt(
    line: String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500), caret: 500)
  let (line, caret) = long.window(width: 100)
  #expect(line.count == 100 && Array(line)[caret] == "X")
}
