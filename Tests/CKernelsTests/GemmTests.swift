// Products without packing beside sums of products in twice the precision, and their bits when they are cut.
import CKernels
import Testing

@Suite struct GemmTests {
  private static let shapes = [
    (16, 1, 1), (16, 12, 40), (17, 5, 33), (31, 13, 7), (48, 8, 64), (64, 6, 100), (100, 32, 64), (112, 7, 50),
    (130, 29, 31), (208, 3, 9),
  ]

  private static func random(_ count: Int, _ seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Float(Int64(bitPattern: state) >> 40) / 0x1p23)
    }
  }

  /// Entries of A and B are floats, so that their products are exact in double precision.
  @Test(arguments: shapes, [false, true])
  func equalsTheSum(_ shape: (Int, Int, Int), transposed: Bool) {
    guard sk_best_instructions() != sk_instructions_plain else { return }
    let (m, n, k) = shape
    let (a, b) = (Self.random(m * k, 1), Self.random(k * n, 2))
    let (inner, outer) = transposed ? (n, 1) : (1, k)
    var c = [Double](repeating: .nan, count: m * n)
    sk_gemm_f64(m, n, k, 0.5, a, m, b, inner, outer, &c, m)
    var single = [Float](repeating: .nan, count: m * n)
    sk_gemm_f32(m, n, k, 0.5, a.map { Float($0) }, m, b.map { Float($0) }, inner, outer, &single, m)
    for i in 0..<m {
      for j in 0..<n {
        var (sum, magnitude) = (0.0, 0.0)
        for l in 0..<k {
          sum += a[i + l * m] * b[l * inner + j * outer]
          magnitude += abs(a[i + l * m] * b[l * inner + j * outer])
        }
        let bound = Double(k + 1) * magnitude / 2
        #expect(abs(c[i + j * m] - sum / 2) <= bound * 0x1p-52)
        #expect(abs(Double(single[i + j * m]) - sum / 2) <= bound * 0x1p-23)
      }
    }
  }

  @Test(arguments: shapes.filter { $0.0 >= 48 })
  func cutsHaveTheSameBits(_ shape: (Int, Int, Int)) {
    guard sk_best_instructions() != sk_instructions_plain else { return }
    let (m, n, k) = shape
    let (a, b) = (Self.random(m * k, 3).map { Float($0) }, Self.random(k * n, 4).map { Float($0) })
    var whole = [Float](repeating: 0, count: m * n)
    sk_gemm_f32(m, n, k, 1, a, m, b, 1, k, &whole, m)
    for cut in [16, 32] {
      var parts = [Float](repeating: 0, count: m * n)
      parts.withUnsafeMutableBufferPointer { c in
        a.withUnsafeBufferPointer { a in
          sk_gemm_f32(cut, n, k, 1, a.baseAddress!, m, b, 1, k, c.baseAddress!, m)
          sk_gemm_f32(m - cut, n, k, 1, a.baseAddress! + cut, m, b, 1, k, c.baseAddress! + cut, m)
        }
      }
      #expect(parts == whole)
    }
    for j in 0..<n {
      var column = [Float](repeating: 0, count: m)
      b.withUnsafeBufferPointer { sk_gemm_f32(m, 1, k, 1, a, m, $0.baseAddress! + j * k, 1, k, &column, m) }
      #expect(column == Array(whole[j * m..<(j + 1) * m]))
    }
  }
}
