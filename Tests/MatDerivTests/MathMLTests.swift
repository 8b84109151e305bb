// Expressions in MathML: the same formulas as in LaTeX, so that here only the elements are to be looked at; and all of it is XML.
import Foundation
import Testing

@testable import MatDeriv

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct MathMLTests {
  private func mathML(_ text: String) throws -> String {
    let whole = try Program(text, Declarations(LaTeXTests.declarations)).syntax.mathML
    let head = #"<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">"#
    #expect(whole.hasPrefix(head) && whole.hasSuffix("</math>"))
    return String(whole.dropFirst(head.count).dropLast("</math>".count))
  }

  @Test func elements() throws {
    #expect(try mathML("a/b") == "<mfrac><mi>a</mi><mi>b</mi></mfrac>")
    #expect(try mathML("R'") == "<msup><mi>R</mi><mi>⊤</mi></msup>")
    #expect(try mathML("sqrt(a)") == "<msqrt><mi>a</mi></msqrt>")
    #expect(try mathML("A*x") == "<mrow><mi>A</mi><mo>&#x2062;</mo><mi>𝐱</mi></mrow>")
    #expect(try mathML("A.*B") == "<mrow><mi>A</mi><mo>⊙</mo><mi>B</mi></mrow>")
    #expect(try mathML("W1") == "<msub><mi>W</mi><mn>1</mn></msub>")
    #expect(try mathML("mu") == "<mi>𝝁</mi>")
    #expect(try mathML("Sigma") == #"<mi mathvariant="normal">Σ</mi>"#)
    #expect(try mathML("eye(n)") == "<msub><mi>I</mi><mi>n</mi></msub>")
    #expect(try mathML("-a") == #"<mrow><mo form="prefix">−</mo><mi>a</mi></mrow>"#)
  }

  @Test func fencesAndFunctions() throws {
    let brackets = { (inner: String) in
      #"<mrow><mo form="prefix" stretchy="false">(</mo>\#(inner)<mo form="postfix" stretchy="false">)</mo></mrow>"#
    }
    #expect(try mathML("det(Q)") == "<mrow><mi>det</mi><mo>&#x2061;</mo>\(brackets("<mi>Q</mi>"))</mrow>")
    #expect(
      try mathML("a*exp(b)")
        == "<mrow><mi>a</mi><mspace width=\"0.1667em\"/><mrow><mi>exp</mi><mo>&#x2061;</mo>\(brackets("<mi>b</mi>"))</mrow></mrow>"
    )
    #expect(
      try mathML("norm2(R)")
        == "<msub><mrow><mo form=\"prefix\" stretchy=\"false\">‖</mo><mi>R</mi><mo form=\"postfix\" stretchy=\"false\">‖</mo></mrow><mi>F</mi></msub>"
    )
    #expect(try mathML("(a/b)^2").contains(#"stretchy="true">("#))
    #expect(
      try mathML("[A, B]")
        == "<mrow><mo>[</mo><mtable><mtr><mtd><mi>A</mi></mtd><mtd><mi>B</mi></mtd></mtr></mtable><mo>]</mo></mrow>")
  }

  @Test func isWellFormed() throws {
    var texts = Primitives.all.flatMap(\.examples).map { ($0.expression, $0.declarations) }
    texts += Identity.all.map { ($0.derivative, $0.declarations) }
    for (text, declarations) in texts {
      let syntax = try Program(text, Declarations(declarations)).syntax
      let parser = XMLParser(data: Data(syntax.mathML.utf8))
      #expect(parser.parse(), "\(text): \(syntax.mathML)")
    }
    // Names of one's own may be anything.
    let odd = Syntax(.call("a<b", [Syntax(.name("x&y"))]))
    #expect(XMLParser(data: Data(odd.mathML.utf8)).parse(), "\(odd.mathML)")
  }
}
