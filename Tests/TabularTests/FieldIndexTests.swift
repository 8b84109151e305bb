// The structural index against a plain reading of RFC 4180, byte by byte.
import CKernels
import Testing

@testable import Tabular

@Suite struct FieldIndexTests {
  /// Separators of `text` by the rule: a quote opens a quoted field only where the field begins.
  static func reference(_ text: [UInt8], quote: UInt8, comment: UInt8) -> (ends: [Int], open: Int) {
    var ends: [Int] = []
    var i = 0
    var atRecordStart = true
    while i < text.count {
      if atRecordStart && comment != 0 && text[i] == comment {
        while i < text.count && text[i] != 10 { i += 1 }
        if i < text.count { ends.append(i) }
        i += 1
        continue
      }
      // One field.
      if quote != 0 && text[i] == quote {
        let opened = i
        i += 1
        var closed = false
        while i < text.count {
          if text[i] == quote {
            if i + 1 < text.count && text[i + 1] == quote {
              i += 2
              continue
            }
            closed = true
            i += 1
            break
          }
          i += 1
        }
        if !closed { return (ends, opened) }
      }
      while i < text.count && text[i] != 44 && text[i] != 10 { i += 1 }
      if i < text.count {
        ends.append(i)
        atRecordStart = text[i] == 10
      }
      i += 1
    }
    return (ends, -1)
  }

  @Test(arguments: [0, UInt8(ascii: "#")]) func randomTextsAgreeWithTheRule(_ comment: UInt8) {
    var generator = SplitMix64(state: 7)
    let alphabets: [[UInt8]] = [Array("a,\n".utf8), Array("ab,\"\n".utf8), Array("a,,\"\"\n#".utf8)]
    for round in 0..<30_000 {
      let alphabet = alphabets[round % alphabets.count]
      let text = (0..<Int.random(in: 0...150, using: &generator)).map { _ in alphabet.randomElement(using: &generator)!
      }
      // Delimiters in comments may be listed where nothing is quoted.
      if comment != 0 && !text.contains(34) { continue }
      let block = Block(capacity: text.count + 1)
      block.text.initialize(from: text, count: text.count)
      let dialect = ck_dialect(delimiter: 44, quote: 34, terminator: 10, comment: comment)
      let found = ck_index(block.text, text.count, dialect, block.ends)
      let (ends, open) = FieldIndexTests.reference(text, quote: 34, comment: comment)
      #expect(
        (0..<found.count).map { Int(block.ends[$0]) } == ends,
        "\(String(decoding: text, as: UTF8.self).debugDescription)")
      #expect(found.open_quote == (open >= 0), "\(String(decoding: text, as: UTF8.self).debugDescription)")
      #expect(ck_open_quote(block.text, text.count, dialect, block.ends) == open)
      #expect(found.lines == text.count { $0 == 10 })
    }
  }

  @Test func lastAndCount() {
    let text = Array("a\nbb\nc".utf8)
    #expect(ck_last(text, text.count, 10) == 4)
    #expect(ck_last(text, text.count, 44) == text.count)
    #expect(ck_count(text, text.count, 10) == 2)
  }
}
