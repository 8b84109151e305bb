// The largest eigenvalue of a positive semidefinite operator by Lanczos iteration, which needs products only: condition
// numbers come from products with a covariance and solves with its factor, at d^2 a step instead of d^3.
import MatDeriv
import RandomStreams

/// The largest eigenvalue of a symmetric positive semidefinite operator of order d.
///
/// Full reorthogonalization; stops when the residual proves ten digits (in practice the error is its square) or at d steps.
/// **Source**: B. N. Parlett, The symmetric eigenvalue problem (1980), sections 13.2 and 13.8.
func largestEigenvalue(order d: Int, _ apply: ([Double]) -> [Double]) -> Double {
  var basis: [[Double]] = []
  var diagonal: [Double] = []
  var offDiagonal: [Double] = []
  // A fixed random start: no structure of the data can be orthogonal to it but by chance.
  let generator = Philox(seed: 0x4C61_6E63_7A6F_73)
  var v = (0..<d).map { NormalInversion.quantile(Philox.uniforms(generator.block((UInt32($0), 0, 0, 0))).0) }
  scale(&v, by: 1 / dot(v, v).squareRoot())
  while true {
    var w = apply(v)
    diagonal.append(dot(v, w))
    basis.append(v)
    for _ in 0..<2 { for q in basis { subtract(dot(q, w), q, from: &w) } }  // twice is enough
    let norm = dot(w, w).squareRoot()
    let m = basis.count
    let last = m == d || norm <= .ulpOfOne * diagonal[0]
    if last || m.isMultiple(of: 5) || m < 5 {
      let (value, tail) = largestTridiagonal(diagonal, offDiagonal)
      if last || norm * tail <= 1e-10 * value { return value }
    }
    offDiagonal.append(norm)
    v = w
    scale(&v, by: 1 / norm)
  }
}

/// The largest eigenvalue of a symmetric tridiagonal matrix and the size of the last entry of its unit eigenvector.
private func largestTridiagonal(_ a: [Double], _ b: [Double]) -> (value: Double, tail: Double) {
  let m = a.count
  let t = Matrix<Double>(rows: m, columns: m) { i, j in
    i == j ? a[i] : (i == j + 1 ? b[j] : (j == i + 1 ? b[i] : 0))
  }
  guard let eigen = try? SymmetricEigen(t) else {
    fatalError("a tridiagonal matrix of order \(m) did not converge")
  }
  return (eigen.values[m - 1], abs(eigen.vectors[m - 1, m - 1]))
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var sum = 0.0
      for k in 0..<a.count { sum += a[k] * b[k] }
      return sum
    }
  }
}

private func scale(_ a: inout [Double], by factor: Double) {
  for k in a.indices { a[k] *= factor }
}

private func subtract(_ factor: Double, _ q: [Double], from w: inout [Double]) {
  w.withUnsafeMutableBufferPointer { w in
    q.withUnsafeBufferPointer { q in
      for k in 0..<q.count { w[k] -= factor * q[k] }
    }
  }
}
