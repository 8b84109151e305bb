// Numbers for expressions: every node that is needed, once, in the order in which nodes were made. Plans are the fast way; this is the
// direct one, against which they are tested.
import RealModule

/// Values of names and of named sizes.
public struct Values<Element: Scalar>: Sendable {
  /// The values by name.
  public private(set) var matrices: [String: Matrix<Element>]
  /// The values of named sizes; those that follow from the matrices need not be given.
  public var sizes: [String: Int]

  /// Values of names and of named sizes.
  public init(_ matrices: [String: Matrix<Element>] = [:], sizes: [String: Int] = [:]) {
    self.matrices = matrices
    self.sizes = sizes
  }

  /// The value of a name.
  public subscript(name: String) -> Matrix<Element>? {
    get { matrices[name] }
    set { matrices[name] = newValue }
  }

  /// Finds the sizes that follow from the shapes of the values.
  ///
  /// **Throws**: `shape` where a value contradicts its symbol or the other values.
  mutating func bindSizes(of symbols: [Symbol]) throws(EvaluationError) {
    let known = symbols.filter { matrices[$0.name] != nil }
    // Plain names first; sums and products are then checked against them.
    for symbol in known {
      let value = matrices[symbol.name]!
      for (size, actual) in [(symbol.shape.rows, value.rows), (symbol.shape.columns, value.columns)] {
        if case .name(let name) = size.form, sizes[name] == nil { sizes[name] = actual }
      }
    }
    for symbol in known {
      let value = matrices[symbol.name]!
      for (size, actual) in [(symbol.shape.rows, value.rows), (symbol.shape.columns, value.columns)] {
        let open = size.names.filter { sizes[$0] == nil }
        if open.count == 1, let solved = Values.solve(size, for: open[0], equal: actual, sizes) {
          sizes[open[0]] = solved
        }
        guard size.value(sizes) ?? actual == actual else {
          let expected = [symbol.shape.rows, symbol.shape.columns].map { s in s.value(sizes).map(String.init) ?? "\(s)"
          }
          throw .shape(
            name: symbol.name, expected: expected.joined(separator: " x "), rows: value.rows, columns: value.columns)
        }
      }
    }
  }

  /// The whole number that makes the size equal, if the size is linear in the name.
  private static func solve(_ size: Size, for name: String, equal value: Int, _ sizes: [String: Int]) -> Int? {
    var (slope, rest) = (0, 0)
    for term in size.monomials {
      let others = term.names.filter { $0 != name }
      guard term.names.count - others.count <= 1 else { return nil }
      let product = others.reduce(term.coefficient) { $0 * (sizes[$1] ?? 0) }
      if others.count < term.names.count { slope += product } else { rest += product }
    }
    guard slope != 0, (value - rest) % slope == 0, (value - rest) / slope >= 0 else { return nil }
    return (value - rest) / slope
  }
}

extension Expression {
  /// The value of the expression.
  ///
  /// **Throws**: `missing`, `shape`, `size` for what the values lack; `domain` where a primitive has no value.
  /// **Cost**: every node once; inverses beside other factors are solves.
  public func value<Element: Scalar>(at values: Values<Element>) throws(EvaluationError) -> Matrix<Element> {
    var values = values
    let nodes = graph.reachable(from: [node]).sorted { $0.index < $1.index }
    try values.bindSizes(of: nodes.compactMap { graph.symbol($0) })
    var evaluation = Evaluation(graph: graph, values: values)
    // Children first, so that deep expressions need no deep recursion; inverses wait, most are solved with.
    for node in nodes where graph.argument(node, of: Inv.self) == nil { _ = try evaluation.value(node) }
    return try evaluation.value(node)
  }
}

/// The values of nodes so far.
struct Evaluation<Element: Scalar> {
  let graph: Graph
  let values: Values<Element>
  private var known: [Node: Matrix<Element>] = [:]
  private var factors: [Node: LU<Element>] = [:]

  init(graph: Graph, values: Values<Element>) {
    self.graph = graph
    self.values = values
  }

  mutating func value(_ node: Node) throws(EvaluationError) -> Matrix<Element> {
    if let value = known[node] { return value }
    let value = try compute(node)
    known[node] = value
    return value
  }

  private mutating func scalar(_ node: Node) throws(EvaluationError) -> Element { try value(node)[0, 0] }

  private func size(_ size: Size) throws(EvaluationError) -> Int {
    guard let value = size.value(values.sizes) else {
      throw .size(size.names.first { values.sizes[$0] == nil } ?? size.description)
    }
    return value
  }

  private mutating func compute(_ node: Node) throws(EvaluationError) -> Matrix<Element> {
    let shape = graph.shape(node)
    switch graph.operation(node) {
    case .symbol(let index):
      let symbol = graph.symbols[Int(index)]
      if let value = values[symbol.name] {
        let expected = (try size(shape.rows), try size(shape.columns))
        guard (value.rows, value.columns) == expected else {
          throw .shape(
            name: symbol.name, expected: "\(expected.0) x \(expected.1)", rows: value.rows, columns: value.columns)
        }
        return value
      }
      if case .constant(let number) = symbol.role { return Matrix(column: [Element(number)]) }
      guard case .definition(let definition) = symbol.role else { throw .missing(symbol.name) }
      return try value(definition)
    case .size(let s): return Matrix(column: [Element(try size(s))])
    case .zeros(let s): return Matrix(rows: try size(s.rows), columns: try size(s.columns), repeating: 0)
    case .eye(let n): return .identity(try size(n))
    case .ones(let n): return Matrix(rows: try size(n), columns: 1, repeating: 1)
    case .commutation(let m, let n):
      let (m, n) = (try size(m), try size(n))
      return Matrix(rows: m * n, columns: m * n) { r, c in r / n == c % m && r % n == c / m ? 1 : 0 }
    case .transpose(let x): return Matrix(try value(x).transposed)
    case .sum(let terms):
      var total = Matrix<Element>(rows: try size(shape.rows), columns: try size(shape.columns), repeating: 0)
      for term in terms { total += Element(term.coefficient.value) * (try value(term.unit)) }
      return total
    case .dot(let chain): return try self.chain(chain)
    case .product(let c, let scalars, let chain):
      var factor = Element(c.value)
      for power in scalars { factor *= Evaluation.power(try scalar(power.base), try exponent(power.exponent)) }
      return chain.isEmpty ? Matrix(column: [factor]) : factor * (try self.chain(chain))
    case .hadamard(let powers):
      var result = Matrix<Element>(rows: try size(shape.rows), columns: try size(shape.columns), repeating: 1)
      for power in powers {
        let e = try exponent(power.exponent)
        result = result.zip(try value(power.base)) { $0 * Evaluation.power($1, e) }
      }
      return result
    case .apply(let index, let arguments):
      var x: [Matrix<Element>] = []
      for argument in arguments { x.append(try value(argument)) }
      return try graph.primitives[Int(index)].value(x, sizes: values.sizes)
    }
  }

  private enum Exponent {
    case whole(Int)
    case half
    case real(Element)
  }

  private mutating func exponent(_ node: Node) throws(EvaluationError) -> Exponent {
    if let c = graph.coefficient(node) {
      if let k = c.integer { return .whole(k) }
      if c == Coefficient(1, over: 2) { return .half }
    }
    let value = try scalar(node)
    return value == value.rounded() && Swift.abs(value) < 1000 ? .whole(Int(value)) : .real(value)
  }

  private static func power(_ base: Element, _ exponent: Exponent) -> Element {
    switch exponent {
    case .whole(1): base
    case .whole(2): base * base
    case .whole(-1): 1 / base
    case .whole(let k): .pow(base, k)
    case .half: base.squareRoot()
    case .real(let e): .pow(base, e)
    }
  }

  /// The product of a chain in the cheapest order, with solves for inverses.
  private mutating func chain(_ nodes: [Node]) throws(EvaluationError) -> Matrix<Element> {
    if nodes.count == 1 { return try value(nodes[0]) }
    var sizes: [Int] = [try size(graph.shape(nodes[0]).rows)]
    for node in nodes { sizes.append(try size(graph.shape(node).columns)) }
    let order = ProductOrder(sizes)
    return try multiply(nodes, 0, nodes.count - 1, order)
  }

  private mutating func multiply(_ nodes: [Node], _ i: Int, _ j: Int, _ order: ProductOrder) throws(EvaluationError)
    -> Matrix<Element>
  {
    if i == j { return try value(nodes[i]) }
    let k = order.split(i, j)
    if k == i, let x = graph.argument(nodes[i], of: Inv.self) {
      return try solve(x, .plain, try multiply(nodes, i + 1, j, order))
    }
    if k == j - 1, let x = graph.argument(nodes[j], of: Inv.self) {
      // B*inv(A) = (inv(A)'*B')'.
      let right = Matrix(try multiply(nodes, i, j - 1, order).transposed)
      return Matrix(try solve(x, .transposed, right).transposed)
    }
    return try multiply(nodes, i, k, order) * multiply(nodes, k + 1, j, order)
  }

  private enum System { case plain, transposed }

  /// inv(A)*b or inv(A)'*b with one factorization of A for all.
  private mutating func solve(_ node: Node, _ system: System, _ b: Matrix<Element>) throws(EvaluationError) -> Matrix<
    Element
  > {
    let matrix = try value(node)
    do throws(LinearAlgebraError) {
      let lu: LU<Element>
      if let known = factors[node] { lu = known } else { lu = try LU(matrix) }
      factors[node] = lu
      return system == .plain ? try lu.solve(b) : try lu.solveTransposed(b)
    } catch { throw .domain(primitive: "inv", reason: error.description) }
  }
}

/// The order of least multiplications for a chain of matrices: matrix k is sizes[k] x sizes[k + 1].
struct ProductOrder {
  private let splits: [[Int]]

  init(_ sizes: [Int]) {
    let n = sizes.count - 1
    var cost = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    var splits = [[Int]](repeating: [Int](repeating: 0, count: n), count: n)
    for length in 1..<Swift.max(n, 1) {
      for i in 0..<(n - length) {
        let j = i + length
        cost[i][j] = .infinity
        for k in i..<j {
          let total = cost[i][k] + cost[k + 1][j] + Double(sizes[i]) * Double(sizes[k + 1]) * Double(sizes[j + 1])
          if total < cost[i][j] {
            cost[i][j] = total
            splits[i][j] = k
          }
        }
      }
    }
    self.splits = splits
  }

  /// Where the product of matrices i...j is cut: after this matrix.
  func split(_ i: Int, _ j: Int) -> Int { splits[i][j] }
}
