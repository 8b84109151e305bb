import Testing

@testable import MatDeriv

@Suite struct DeterminantTests {
  @Test func productsBeyondTheRange() {
    let huge = ScaledProduct([Double](repeating: 1e300, count: 1000))
    #expect(abs(huge.logMagnitude - 690775.52789821370521) <= 1e-9)  // 300000 log 10
    #expect(huge.value == .infinity)
    let tiny = ScaledProduct([Double](repeating: -1e-300, count: 999))
    #expect(tiny.significand < 0)
    #expect(tiny.value == 0)
    #expect(ScaledProduct([1e300, 1e300, 1e-300, 1e-300] as [Double]).value.distance(to: 1).magnitude <= 1e-15)
  }

  @Test func exactCases() {
    #expect(ScaledProduct([] as [Double]).value == 1)
    #expect(ScaledProduct([] as [Double]).logMagnitude == 0)
    #expect(ScaledProduct([3, -5, 7] as [Double]).value == -105)
    #expect(ScaledProduct([3, -5, 7] as [Float]).value == -105)
    #expect(ScaledProduct([2, 0, 1e308] as [Double]).value == 0)
    #expect(ScaledProduct([1e308, 1e308, 0] as [Double]).value == 0)
    #expect(ScaledProduct([2, 0] as [Double]).logMagnitude == -.infinity)
    #expect(ScaledProduct([0x1p-600, 0x1p-470] as [Double]).value == 0x1p-1070)  // subnormal
    #expect(ScaledProduct([Double.leastNonzeroMagnitude, 0x1p1000, 0x1p74]).value == 1)
  }
}
