import MatDeriv
import Testing

@Suite(.serialized) struct LinearAlgebraTests {
  @Test func oneThreadUnlessAskedForMore() {
    #expect(LinearAlgebra.threads == 1)
    LinearAlgebra.threads = 2
    #expect(LinearAlgebra.threads == 2)
    LinearAlgebra.threads = 1
    #expect(LinearAlgebra.threads == 1)
  }

  @Test func theLibraryNamesItself() {
    let text = LinearAlgebra.libraryDescription
    #expect(text.hasPrefix("OpenBLAS "))
    #expect(text.hasSuffix(" kernels"))
  }

  @Test func noThreadTraps() async {
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      LinearAlgebra.threads = 0
    }
    #expect(lastWords(none).contains("the number of BLAS threads must be at least 1; it was set to 0"))
  }
}
