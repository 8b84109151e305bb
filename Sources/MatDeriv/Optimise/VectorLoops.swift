// Loops over parameter vectors. Sums run in eight fixed lanes, so that their bits depend on nothing but the numbers.

/// The sum of products.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in dot(a.baseAddress, b.baseAddress, a.count) } }
}

func dot(_ a: UnsafePointer<Double>?, _ b: UnsafePointer<Double>?, _ n: Int) -> Double {
  guard let a, let b else { return 0 }
  var lanes = SIMD8<Double>.zero
  var i = 0
  while i &+ 8 <= n {
    let x = UnsafeRawPointer(a + i).loadUnaligned(as: SIMD8<Double>.self)
    let y = UnsafeRawPointer(b + i).loadUnaligned(as: SIMD8<Double>.self)
    lanes += x * y
    i &+= 8
  }
  var total = lanes.sum()
  while i < n {
    total += a[i] * b[i]
    i &+= 1
  }
  return total
}

/// y += factor*x
func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
  x.withUnsafeBufferPointer { x in
    y.withUnsafeMutableBufferPointer { y in for i in 0..<x.count { y[i] += factor * x[i] } }
  }
}

/// y = base + factor*x
func set(_ y: inout [Double], to base: [Double], plus factor: Double, times x: [Double]) {
  base.withUnsafeBufferPointer { base in
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in for i in 0..<x.count { y[i] = base[i] + factor * x[i] } }
    }
  }
}

/// y *= factor
func scale(_ y: inout [Double], by factor: Double) {
  y.withUnsafeMutableBufferPointer { y in for i in 0..<y.count { y[i] *= factor } }
}

/// The largest magnitude, NaN if an entry is.
func maximumNorm(_ x: [Double]) -> Double {
  x.withUnsafeBufferPointer { x in
    var largest = 0.0
    for i in 0..<x.count {
      let size = x[i].magnitude
      if !(size <= largest) { largest = size }
      if size.isNaN { return .nan }
    }
    return largest
  }
}

/// The largest |a(i) - b(i)| relative to the larger of one and |b(i)|.
func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var largest = 0.0
      for i in 0..<a.count { largest = max(largest, (a[i] - b[i]).magnitude / max(1, b[i].magnitude)) }
      return largest
    }
  }
}
