// An objective of which some parameters stay where they are: entries that a structure fixes, and a parameter whose profile is followed.
import MatDeriv

/// An objective as a function of some of its parameters.
final class PartialObjective: ObjectiveFunction, Curvature {
  let whole: Objective
  /// Indices of the parameters that move, ascending.
  let free: [Int]
  /// All parameters; those that do not move keep these values.
  private(set) var base: [Double]
  private var point: [Double]
  private var slope: [Double]
  private var direction: [Double]

  init(_ whole: Objective, free: [Int], base: [Double]) {
    self.whole = whole
    self.free = free
    self.base = base
    point = base
    slope = base.map { _ in 0 }
    direction = slope
  }

  var count: Int { free.count }

  /// Moves a parameter that is not free.
  func fix(_ index: Int, at value: Double) { base[index] = value }

  /// All parameters, from the free ones.
  func expanded(_ x: [Double]) -> [Double] {
    var all = base
    for (k, index) in free.enumerated() { all[index] = x[k] }
    return all
  }

  /// The same for numbers that belong to parameters, zero where they do not move.
  func deviations(_ x: [Double]) -> [Double] {
    var all = base.map { _ in 0.0 }
    for (k, index) in free.enumerated() { all[index] = x[k] }
    return all
  }

  /// The free parameters of all.
  func reduced(_ all: [Double]) -> [Double] { free.map { all[$0] } }

  private func move(to x: [Double]) {
    for index in base.indices { point[index] = base[index] }
    for (k, index) in free.enumerated() { point[index] = x[k] }
  }

  func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double {
    move(to: x)
    let value = try whole.value(at: point, gradient: &slope)
    for (k, index) in free.enumerated() { gradient[k] = slope[index] }
    return value
  }

  var curvature: (any Curvature)? { self }

  func multiplyHessian(
    at x: [Double], by vector: [Double], into product: inout [Double]
  ) throws(ObjectiveError) {
    move(to: x)
    for index in direction.indices { direction[index] = 0 }
    for (k, index) in free.enumerated() { direction[index] = vector[k] }
    try whole.multiplyHessian(at: point, by: direction, into: &slope)
    for (k, index) in free.enumerated() { product[k] = slope[index] }
  }

  /// By a product for each parameter: the plan of the whole Hessian takes longer to compile than these take to run.
  func hessian(at x: [Double]) throws(ObjectiveError) -> Matrix<Double> {
    var h = Matrix<Double>(rows: count, columns: count, repeating: 0)
    var unit = [Double](repeating: 0, count: count)
    var column = unit
    for j in 0..<count {
      unit[j] = 1
      try multiplyHessian(at: x, by: unit, into: &column)
      unit[j] = 0
      for i in 0..<count { h[i, j] = column[i] }
    }
    return Matrix(rows: count, columns: count) { (h[$0, $1] + h[$1, $0]) / 2 }
  }
}
