// Elementwise operations as cells: sums, elementwise products, scalings, functions. Each becomes one operation here; Schedule fuses those that
// meet in one pass.
import RealModule

extension Compilation {
  /// An elementwise operation over terms of one shape.
  func map(_ operation: MapOperation, _ operands: [Deferred], _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred
  {
    if rows == 1, columns > 1 {
      return try map(operation, operands.map(\.flipped), columns, rows).flipped
    }
    if let folded = Compilation.fold(operation, operands) { return folded }
    if operation == .add, case .array(let x) = operands[0], case .array(let y) = operands[1], x == y.flipped,
      isMatrix(rows, columns)
    {
      return .array(Ref(cell: cell(.addTransposed(x.cell), rows, columns)))
    }
    var refs: [Ref] = []
    for case .array(let ref) in operands where isMatrix(rows, columns) && cells[ref.cell].count > 1 { refs.append(ref) }
    // The orientation that most operands have; the others are copied.
    let flips = refs.count { $0.transposed } * 2 > refs.count
    var inputs: [MapInput] = []
    for operand in operands {
      inputs.append(try input(flips ? operand.flipped : operand, flips ? columns : rows, flips ? rows : columns))
    }
    let result = cell(.map(operation, inputs), flips ? columns : rows, flips ? rows : columns)
    return .array(Ref(cell: result, transposed: flips))
  }

  private func isMatrix(_ rows: Int, _ columns: Int) -> Bool { rows > 1 && columns > 1 }

  private func input(_ term: Deferred, _ rows: Int, _ columns: Int) throws(PlanError) -> MapInput {
    switch term {
    case .perRow(let cell): return MapInput(cell: cell, spread: columns == 1 ? .full : .perRow)
    case .perColumn(let cell): return MapInput(cell: cell, spread: .perColumn)
    case .array(let ref) where cells[ref.cell].count == 1 && rows * columns != 1:
      return MapInput(cell: ref.cell, spread: .scalar)
    case .array(let ref):
      if ref.transposed, isMatrix(rows, columns) {
        return MapInput(cell: cell(.copy(ref), rows, columns), spread: .full)
      }
      return MapInput(cell: ref.cell, spread: .full)
    default: return MapInput(cell: try array(term, rows, columns).cell, spread: .full)
    }
  }

  /// What needs no pass: numbers among themselves, the factor one, the summand zero.
  private static func fold(_ operation: MapOperation, _ operands: [Deferred]) -> Deferred? {
    func number(_ i: Int) -> Double? { if case .number(let value) = operands[i] { value } else { nil } }
    switch operation {
    case .scale(1): return operands[0]
    case .scale(let c): return number(0).map { .number(c * $0) }
    case .offset(0): return operands[0]
    case .offset(let c): return number(0).map { .number(c + $0) }
    case .power(1): return operands[0]
    case .add, .subtract, .multiply, .divide:
      guard let a = number(0), let b = number(1) else { return nil }
      switch operation {
      case .add: return .number(a + b)
      case .subtract: return .number(a - b)
      case .multiply: return .number(a * b)
      default: return .number(a / b)
      }
    default: return nil
    }
  }

  func scaled(_ term: Deferred, by c: Double, _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred {
    if c == 1 { return term }
    switch term {
    case .perRow(let u): return .perRow(try vector(try map(.scale(c), [.array(Ref(cell: u))], rows, 1)))
    case .perColumn(let v): return .perColumn(try vector(try map(.scale(c), [.array(Ref(cell: v))], columns, 1)))
    case .diagonal(let v): return .diagonal(try vector(try map(.scale(c), [.array(Ref(cell: v))], rows, 1)))
    case .identity: return .diagonal(try array(.number(c), rows, 1).cell)
    default: return try map(.scale(c), [term], rows, columns)
    }
  }

  private func vector(_ term: Deferred) throws(PlanError) -> Int {
    guard case .array(let ref) = term else { return try array(term, 1, 1).cell }
    return ref.cell
  }

  /// a*b entry by entry; numbers scale, ones vanish.
  func multiplied(_ a: Deferred, _ b: Deferred, _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred {
    if case .number(let c) = a { return try scaled(b, by: c, rows, columns) }
    if case .number(let c) = b { return try scaled(a, by: c, rows, columns) }
    return try map(.multiply, [a, b], rows, columns)
  }

  // MARK: Nodes

  func hadamard(_ powers: [Power], _ node: Node) throws(PlanError) -> Deferred {
    let (m, n) = try dimensions(node)
    var numerator: Deferred = .number(1)
    var denominator: Deferred?
    for power in powers {
      let base = try operand(power.base)
      guard let e = graph.coefficient(power.exponent) else {
        // x^e = exp(e*log(x)) for an exponent that is known at the run alone.
        let logarithm = try map(.apply(.log), [try full(base, m, n)], m, n)
        let exponent = try multiplied(try operand(power.exponent), logarithm, m, n)
        numerator = try multiplied(numerator, try map(.apply(.exp), [exponent], m, n), m, n)
        continue
      }
      if e.isNegative, e.isInteger {
        let factor = try raised(base, to: -e.value, m, n)
        denominator = try denominator.map { d throws(PlanError) in try multiplied(d, factor, m, n) } ?? factor
      } else {
        numerator = try multiplied(numerator, try raised(base, to: e.value, m, n), m, n)
      }
    }
    guard let denominator else { return numerator }
    return try divided(numerator, denominator, m, n)
  }

  private func divided(_ a: Deferred, _ b: Deferred, _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred {
    if case .number(let c) = b { return try scaled(a, by: 1 / c, rows, columns) }
    if case .number(let c) = a {
      return try scaled(try map(.apply(.reciprocal), [b], rows, columns), by: c, rows, columns)
    }
    return try map(.divide, [a, b], rows, columns)
  }

  private func raised(_ base: Deferred, to e: Double, _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred {
    if case .number(let c) = base {
      return .number(realPower(c, e))
    }
    switch e {
    case 1: return base
    case 2: return try map(.apply(.square), [try full(base, rows, columns)], rows, columns)
    case -1: return try map(.apply(.reciprocal), [try full(base, rows, columns)], rows, columns)
    case 0.5: return try map(.apply(.sqrt), [try full(base, rows, columns)], rows, columns)
    default: return try map(.power(e), [try full(base, rows, columns)], rows, columns)
    }
  }

  /// Diagonals, identities and inverses as arrays; what a pass can read otherwise stays.
  func full(_ term: Deferred, _ rows: Int, _ columns: Int) throws(PlanError) -> Deferred {
    switch term {
    case .diagonal, .identity, .inverse: .array(try array(term, rows, columns))
    default: term
    }
  }

  /// Products of matrices are added where they are computed; all else in one pass.
  func sum(_ terms: [Term], _ node: Node) throws(PlanError) -> Deferred {
    let (m, n) = try dimensions(node)
    var products: [(coefficient: Double, node: Node)] = []
    var rest: [(coefficient: Double, node: Node)] = []
    for term in terms {
      let c = term.coefficient.value
      if isOwnProduct(term.unit) { products.append((c, term.unit)) } else { rest.append((c, term.unit)) }
    }
    if products.count < 2 {
      rest = terms.map { ($0.coefficient.value, $0.unit) }
      products = []
    }
    var total: Deferred?
    if !products.isEmpty { total = try accumulated(products, m, n) }
    // Constants last: x + 1 is one operation with an immediate number.
    var offset = 0.0
    for (c, unit) in rest {
      let part = try full(try operand(unit), m, n)
      if case .number(let value) = part {
        offset += c * value
        continue
      }
      guard let before = total else {
        total = try scaled(part, by: c, m, n)
        continue
      }
      if c == 1 {
        total = try map(.add, [before, part], m, n)
      } else if c == -1 {
        total = try map(.subtract, [before, part], m, n)
      } else {
        total = try map(.add, [before, try scaled(part, by: c, m, n)], m, n)
      }
    }
    guard let result = total else { return .number(offset) }
    return offset == 0 ? result : try map(.offset(offset), [result], m, n)
  }
}

/// c^e, also of a negative number to a whole power.
func realPower(_ c: Double, _ e: Double) -> Double {
  e == e.rounded() && Swift.abs(e) < 1e9 ? Double.pow(c, Int(e)) : Double.pow(c, e)
}
