// A network in Float beside bare sgemm calls of the same shapes: what the plan adds to its products is elementwise work and calls.
import CBLAS
import MatDeriv

struct Products: Encodable {
  var plan: Timing
  var products: Timing
  /// Flops of the products alone.
  var productFlops: Double
}

/// Loss and all gradients of the two-layer network of a case, and the five products that they need: two forwards, the
/// delta of the hidden layer, two gradients of weights.
func besideProducts(_ network: Case) throws -> Products {
  let run: Run<Float> = try network.run(try network.compile(.gradient, Float.self).plan)
  let size = network.description.sizes
  let (d, h, c, m) = (Int32(size["d"]!), Int32(size["h"]!), Int32(size["c"]!), Int32(size["m"]!))
  func array(_ rows: Int32, _ columns: Int32) -> UnsafeMutablePointer<Float> {
    allocate((0..<(rows * columns)).map { Float($0 % 7) - 3 }).baseAddress!
  }
  let (w1, w2, x) = (array(h, d), array(c, h), array(d, m))
  let (z, o, delta) = (array(h, m), array(c, m), array(h, m))
  let (g1, g2) = (array(h, d), array(c, h))
  func product(
    _ transA: CBLAS_TRANSPOSE, _ transB: CBLAS_TRANSPOSE, _ rows: Int32, _ columns: Int32, _ inner: Int32,
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ result: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemm(
      CblasColMajor, transA, transB, rows, columns, inner, 1, a, transA == CblasTrans ? inner : rows, b,
      transB == CblasTrans ? columns : inner, 0, result, rows)
  }
  let timings = try time([
    { try run.plan.run(in: run.workspace) },
    {
      product(CblasNoTrans, CblasNoTrans, h, m, d, w1, x, z)
      product(CblasNoTrans, CblasNoTrans, c, m, h, w2, z, o)
      product(CblasTrans, CblasNoTrans, h, m, c, w2, o, delta)
      product(CblasNoTrans, CblasTrans, h, d, m, delta, x, g1)
      product(CblasNoTrans, CblasTrans, c, h, m, o, z, g2)
    },
  ])
  for pointer in [w1, w2, x, z, o, delta, g1, g2] { pointer.deallocate() }
  return Products(
    plan: timings[0], products: timings[1], productFlops: Double(m) * (4 * Double(d * h) + 6 * Double(h * c)))
}
