// Softmax and logsumexp of columns against their definitions in double.
import CKernels
import Foundation
import Testing

@Suite struct SoftmaxTests {
  static func check<T: KernelScalar>(_ type: T.Type, _ set: sk_instructions, tolerance: Double) {
    var generator = Generator(state: 7)
    for m in [1, 2, 3, 10, 15, 16, 17, 31, 64, 100, 511, 512, 513, 1000, 5000] {
      for n in [1, 2, 31, 33, 70] where m * n < 40000 / thinning {
        for padding in [0, 5] {
          let ld = m + padding
          var x = (0..<(ld * n - padding)).map { _ in T(Double.random(in: -8...8, using: &generator)) }
          // Shifts by which exponentials without a shift would overflow.
          for i in 0..<m where n > 1 { x[ld + i] += 1000 }
          var y = [T](repeating: 7, count: x.count)
          var l = [T](repeating: 0, count: n)
          T.softmax(set, &y, &l, x, m, n, ld, ld)
          for j in 0..<n {
            let column = (0..<m).map { Double(x[j * ld + $0]) }
            let largest = column.max()!
            let sum = column.reduce(0) { $0 + exp($1 - largest) }
            #expect(
              abs(Double(l[j]) - (largest + log(sum))) <= tolerance * max(1, abs(largest + log(sum))), "\(m) x \(n)")
            let worst = (0..<m).map { abs(Double(y[j * ld + $0]) / (exp(column[$0] - largest) / sum) - 1) }.max()!
            #expect(worst <= 20 * tolerance, "\(T.name), \(m) x \(n), column \(j)")
            if j < n - 1 { #expect(y[(j * ld + m)..<((j + 1) * ld)].allSatisfy { $0 == 7 }, "\(m) x \(n)") }
          }
          // Each by itself, and in place, gives the same.
          var alone = [T](repeating: 0, count: n)
          T.softmax(set, nil, &alone, x, m, n, 0, ld)
          var inPlace = x
          inPlace.withUnsafeMutableBufferPointer {
            T.softmax(set, $0.baseAddress!, nil, UnsafePointer($0.baseAddress!), m, n, ld, ld)
          }
          let kept = (0..<n).allSatisfy { j in (0..<m).allSatisfy { inPlace[j * ld + $0] == y[j * ld + $0] } }
          #expect(alone == l && kept, "\(m) x \(n)")
        }
      }
    }
  }

  @Test(arguments: instructionSets.map(\.set.rawValue)) func columnsOfDoubles(_ set: UInt8) {
    SoftmaxTests.check(Double.self, sk_instructions(rawValue: set), tolerance: 1e-15)
  }

  @Test(arguments: instructionSets.map(\.set.rawValue)) func columnsOfFloats(_ set: UInt8) {
    SoftmaxTests.check(Float.self, sk_instructions(rawValue: set), tolerance: 3e-7)
  }

  @Test(arguments: [10, 64, 600]) func infiniteAndUndefinedNumbers(_ m: Int) {
    var x = [Double](repeating: 0, count: 4 * m)
    for i in 0..<m { x[i] = -.infinity }  // nothing possible
    for i in 1..<m { x[m + i] = -.infinity }  // certain
    x[2 * m + m / 2] = .infinity
    x[3 * m + m - 1] = .nan
    var y = x
    var l = [0.0, 0, 0, 0]
    sk_softmax_logsumexp_columns_f64(&y, &l, x, m, 4, m, m)
    #expect(l[0] == -.infinity && l[1] == 0 && l[2] == .infinity && l[3].isNaN)
    #expect(y[0].isNaN && y[m] == 1 && y[m + 1] == 0 && y[3 * m].isNaN)
  }
}
