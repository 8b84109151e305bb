import Testing

@testable import MatDeriv

@Suite struct ScalarTests {
  @Test func dimensionsBeyond32BitsTrap() async {
    #expect(blasInteger(2_147_483_647) == .max)
    let wide = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = blasInteger(2_147_483_648)
    }
    #expect(lastWords(wide).contains("a dimension of 2147483648 exceeds 2147483647, the largest that BLAS can address"))
  }
}
