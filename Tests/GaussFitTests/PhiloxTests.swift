// The generator against the known answers of its authors, and its normal numbers against mpmath.
import RealModule
import Testing

@testable import RandomStreams

@Suite struct PhiloxTests {
  /// Random123, tests/kat_vectors, lines `philox4x32 10`.
  @Test func knownAnswers() {
    let zero = Philox(key: (0, 0)).block((0, 0, 0, 0))
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox(key: (.max, .max)).block((.max, .max, .max, .max))
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox(key: (0xa409_3822, 0x299f_31d0)).block((0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func seedIsTheKey() {
    #expect(Philox(seed: 0x299f_31d0_a409_3822).key == (0xa409_3822, 0x299f_31d0))
  }

  @Test func uniformsStayInside() {
    #expect(Philox.uniforms((0, 0, .max, .max)) == (0x1p-53, 1 - 0x1p-53))
  }

  /// The standard library's logarithm serves as a reference good to an ulp.
  @Test func portableLogarithm() {
    for k in 1..<4000 {
      let x = Double(k) * 1.37e-4 * (k.isMultiple(of: 7) ? 1e-12 : 1)
      #expect(abs(NormalInversion.portableLog(x) - Double.log(x)) <= Double.log(x).ulp, "log \(x)")
    }
  }

  @Test func normalQuantiles() {
    for entry in Fixture.reference["distributions"].list
    where entry["distribution"].text == "normal" && entry["function"].text == "quantile" {
      let p = entry["at"].number
      #expect(abs(NormalInversion.quantile(p) - entry["value"].number) <= 2e-15 * max(1, abs(entry["value"].number)))
    }
  }
}
