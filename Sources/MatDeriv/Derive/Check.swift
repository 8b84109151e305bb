// The numerical proof of a derivative: random admissible values, central differences of sixth order in the tangent space of the structure.

/// What a comparison with finite differences found.
public struct CheckResult: Sendable {
  /// The largest difference over all entries, relative to one plus the largest entry.
  public var relativeError: Double
  /// How large it may be.
  public var tolerance: Double
  /// At how many points the derivative was compared.
  public var points: Int
  /// How many points were given up: a kink, a singularity or an overflow near by.
  public var skipped: Int
  /// Why nothing could be compared, or what is wrong beyond numbers.
  public var failure: String?

  /// Whether the derivative is confirmed.
  public var holds: Bool { failure == nil && points > 0 && relativeError <= tolerance }
}

extension Derivative {
  /// Compares with finite differences at random admissible values.
  ///
  /// **Throws**: `EvaluationError` where an admissible point has no value for a reason that other points will not cure.
  public func check(sizes: [String: Int] = [:], seed: UInt64 = 1, points: Int = 3) throws(EvaluationError)
    -> CheckResult
  {
    let first = try check(at: sizes, isWide: false, seed, points)
    // Conditions such as independent columns may want the other sizes.
    return first.points > 0 ? first : try check(at: sizes, isWide: true, seed, points)
  }

  private func check(at given: [String: Int], isWide: Bool, _ seed: UInt64, _ points: Int) throws(EvaluationError)
    -> CheckResult
  {
    let g = expression.graph
    var generator = SeededGenerator(seed: seed)
    let second = form == .hessian || form == .second
    let conditions = self.conditions
    var result = CheckResult(relativeError: 0, tolerance: second ? 2e-6 : 1e-6, points: 0, skipped: 0, failure: nil)
    let roots = parts
    let sizes = g.testSizes(of: roots, given: given, isReversed: isWide)
    while result.points < points {
      guard result.skipped < 50 * points else {
        if result.points == 0 { result.failure = "no point was found where finite differences are smooth" }
        break
      }
      var values = try g.admissibleValues(of: roots, sizes: sizes, using: &generator)
      do throws(EvaluationError) {
        // A named intermediate is a variable of its own: it starts where its definition puts it.
        if case .definition(let definition) = g.symbol(variable.node)?.role {
          values[g.symbol(variable.node)!.name] = try Expression(g, definition).value(at: values)
        }
        guard try holds(conditions, at: values), let error = try error(at: values) else {
          result.skipped += 1
          continue
        }
        result.points += 1
        result.relativeError = error.isNaN ? .infinity : Swift.max(result.relativeError, error)
      } catch {
        if case .domain = error {
          result.skipped += 1
          continue
        }
        throw error
      }
    }
    return result
  }

  private func holds(_ conditions: [Condition], at values: Values<Double>) throws(EvaluationError) -> Bool {
    for condition in conditions where try !condition.holds(at: values) { return false }
    return true
  }

  /// The error at one point; nil where the differences of two steps disagree.
  private func error(at values: Values<Double>) throws(EvaluationError) -> Double? {
    let g = expression.graph
    guard let name = g.symbol(variable.node)?.name, let x = values[name] else { return nil }
    guard x.count <= Graph.largestTestVariable else {
      throw .tooLarge(name: name, rows: x.rows, columns: x.columns)
    }
    func f(_ x: Matrix<Double>) throws(EvaluationError) -> Matrix<Double> {
      var moved = values
      moved[name] = x
      return try expression.value(at: moved)
    }
    let plain = try value.value(at: values)
    let d = layout == .denominator ? Matrix(plain.transposed) : plain
    let here = try f(x)
    guard here.columnMajor.allSatisfy(\.isFinite), d.columnMajor.allSatisfy(\.isFinite) else { return nil }
    let facts = g.structure(of: variable.node)
    let basis = Graph.tangentBasis(x.rows, x.columns, facts)
    let stencil = CentralDifference()
    if form == .hessian || form == .second { return try secondError(d, x, basis, f) }
    var worst = 0.0
    var largest = 0.0
    for direction in basis {
      let coarse = try stencil.derivative(f, at: x, along: direction, step: 2e-3)
      let fine = try stencil.derivative(f, at: x, along: direction, step: 5e-4)
      guard coarse.columnMajor.allSatisfy(\.isFinite), distance(coarse, fine) < 1e-7 else { return nil }
      let predicted = predict(d, direction, here)
      guard predicted.count == coarse.count else { return .infinity }
      largest = Swift.max(largest, coarse.columnMajor.reduce(0) { Swift.max($0, Swift.abs($1)) })
      worst = Swift.max(worst, zip(predicted, coarse.columnMajor).reduce(0) { Swift.max($0, Swift.abs($1.0 - $1.1)) })
    }
    return worst / (1 + largest)
  }

  /// What the derivative says of a direction.
  private func predict(_ d: Matrix<Double>, _ direction: Matrix<Double>, _ here: Matrix<Double>) -> [Double] {
    switch form {
    case .vecjac: return (d * Matrix(column: direction.columnMajor)).columnMajor
    case .tied:
      // Entry (i,j) is the change for the whole group of tied entries.
      for j in 0..<direction.columns {
        for i in 0..<direction.rows where direction[i, j] == 1 { return [d[j, i]] }
      }
      return [0]
    default:
      if here.count == 1 {
        return [
          (0..<direction.columns).reduce(0) { s, j in
            (0..<direction.rows).reduce(s) { $0 + d[j, $1] * direction[$1, j] }
          }
        ]
      }
      if direction.count == 1 { return d.columnMajor.map { $0 * direction[0, 0] } }
      return (d * direction).columnMajor
    }
  }

  private func secondError(
    _ d: Matrix<Double>, _ x: Matrix<Double>, _ basis: [Matrix<Double>],
    _ f: (Matrix<Double>) throws(EvaluationError) -> Matrix<Double>
  ) throws(EvaluationError) -> Double? {
    let stencil = CentralDifference()
    var worst = 0.0
    var largest = 0.0
    for a in basis {
      for b in basis {
        func mixed(_ step: Double) throws(EvaluationError) -> Matrix<Double> {
          try stencil.derivative(
            { (y: Matrix<Double>) throws(EvaluationError) in try stencil.derivative(f, at: y, along: a, step: step) },
            at: x, along: b,
            step: step)
        }
        let (coarse, fine) = (try mixed(4e-3), try mixed(6e-3))
        guard coarse.columnMajor.allSatisfy(\.isFinite), distance(coarse, fine) < 5e-6 else { return nil }
        let predicted =
          form == .second
          ? d.columnMajor : [(Matrix(column: a.columnMajor).transposed * (d * Matrix(column: b.columnMajor)))[0, 0]]
        guard predicted.count == coarse.count else { return .infinity }
        largest = Swift.max(largest, coarse.columnMajor.reduce(0) { Swift.max($0, Swift.abs($1)) })
        worst = Swift.max(worst, zip(predicted, coarse.columnMajor).reduce(0) { Swift.max($0, Swift.abs($1.0 - $1.1)) })
      }
    }
    return worst / (1 + largest)
  }

  private func distance(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
    let largest = b.columnMajor.reduce(0) { Swift.max($0, Swift.abs($1)) }
    return zip(a.columnMajor, b.columnMajor).reduce(0) { Swift.max($0, Swift.abs($1.0 - $1.1)) } / (1 + largest)
  }
}

/// Central differences of sixth order.
struct CentralDifference {
  /// df(x + t*direction)/dt at t = 0. Source: Fornberg, Math. Comp. 51 (1988) 699, table 1.
  func derivative(
    _ f: (Matrix<Double>) throws(EvaluationError) -> Matrix<Double>, at x: Matrix<Double>,
    along direction: Matrix<Double>, step h: Double
  ) throws(EvaluationError) -> Matrix<Double> {
    func difference(_ k: Double) throws(EvaluationError) -> Matrix<Double> {
      try f(x + k * h * direction) - f(x - k * h * direction)
    }
    let (d1, d2, d3) = (try difference(1), try difference(2), try difference(3))
    return (45 * d1 - 9 * d2 + d3) / (60 * h)
  }
}
