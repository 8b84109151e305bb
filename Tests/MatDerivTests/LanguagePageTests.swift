// docs/language.md against the language: every word is in it, every attribute too, and every example is parsed and printed back.
import Foundation
import Testing

@testable import MatDeriv

private let page: String = {
  let place = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/language.md")
  return (try? String(contentsOf: place, encoding: .utf8)) ?? ""
}()

/// The programs of the blocks marked as language: a line each, with the indented lines that follow it.
private let examples: [String] = {
  var examples: [String] = []
  var inside = false
  for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.hasPrefix("```") {
      inside = line == "```language"
    } else if inside, line.hasPrefix(" "), !examples.isEmpty {
      examples[examples.count - 1] += "\n" + line
    } else if inside, !line.isEmpty {
      examples.append(String(line))
    }
  }
  return examples
}()

@Suite struct LanguagePageTests {
  @Test func everyWordIsThere() {
    for word in Vocabulary.standard.names { #expect(page.contains("`\(word)("), "\(word)") }
  }

  @Test func everyAttributeIsThere() {
    for (word, _) in Facts.words { #expect(page.contains("`\(word)`"), "\(word)") }
  }

  @Test func everyOperatorIsThere() {
    for op in Syntax.Operator.allCases { #expect(page.contains("`\(op.rawValue)`"), "\(op.rawValue)") }
  }

  @Test func thereAreExamples() { #expect(examples.count > 20) }

  @Test(arguments: examples) func isParsedAndPrintedBack(_ text: String) throws {
    let program = try Program(text)
    let definitions = program.definitions.map { "\($0.name) = \($0.syntax)" }
    let printed = ([program.syntax.description] + definitions).joined(separator: "\n")
    let again = try Program(printed, program.declarations)
    #expect(again.syntax == program.syntax)
    #expect(again.definitions.map(\.syntax) == program.definitions.map(\.syntax))
    #expect(again.expression.syntax == program.expression.syntax)
  }
}
