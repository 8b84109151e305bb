// Products of matrices: the order of least work, with a nominal value for every named size, solves for inverses, scalings for diagonal
// matrices, sums for ones, and selection for rows of identities.

extension CodeWriter {
  func chain(_ nodes: [Node]) throws(CodeError) -> Code {
    if nodes.count == 1 { return try value(nodes[0]) }
    let cut = split(nodes)
    return try product(Array(nodes[...cut]), Array(nodes[(cut + 1)...]))
  }

  /// After which factor the chain is cut. Of equal orders the one from the left, that of a number from the right.
  private func split(_ nodes: [Node]) -> Int {
    let sizes = [nominal(graph.shape(nodes[0]).rows)] + nodes.map { nominal(graph.shape($0).columns) }
    let n = nodes.count
    var cost = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    var cuts = [[Int]](repeating: [Int](repeating: 0, count: n), count: n)
    for length in 1..<n {
      for i in 0..<(n - length) {
        let j = i + length
        cost[i][j] = .infinity
        let isNumber = sizes[i] == 1 && sizes[j + 1] == 1
        for k in isNumber ? Array(i..<j) : (i..<j).reversed() {
          let isScaling = k == i && isScaling(nodes[i]) || k + 1 == j && isScaling(nodes[j])
          let inner = isScaling ? 1 : sizes[k + 1]
          var total = cost[i][k] + cost[k + 1][j] + sizes[i] * inner * sizes[j + 1]
          // A solve from the right costs two transposes.
          if k + 1 == j, inverted(nodes[j]) != nil { total += sizes[i] * sizes[j] + sizes[i] * sizes[j + 1] }
          // (A*x)'*(A*x) needs one product.
          if isNumber, isMirror(nodes[i...k], nodes[(k + 1)...j]) { total -= cost[i][k] }
          if total < cost[i][j] {
            cost[i][j] = total
            cuts[i][j] = k
          }
        }
      }
    }
    return cuts[0][n - 1]
  }

  /// Whether one chain is the transpose of the other.
  private func isMirror(_ a: ArraySlice<Node>, _ b: ArraySlice<Node>) -> Bool {
    a.count == b.count && zip(a.reversed(), b).allSatisfy { graph.transpose($0) == $1 }
  }

  /// Whether the factor only scales or selects rows or columns.
  private func isScaling(_ node: Node) -> Bool {
    if case .transpose(let x) = graph.operation(node) { return selection(x) != nil }
    return selection(node) != nil || graph.argument(node, of: Diag.self) != nil
  }

  private func nominal(_ size: Size) -> Double {
    size.monomials.reduce(0) { total, term in
      total + term.names.reduce(Double(term.coefficient)) { product, _ in product * 100 }
    }
  }

  /// The matrix of which this is the inverse or its transpose.
  private func inverted(_ node: Node) -> (matrix: Node, isTransposed: Bool)? {
    if let a = graph.argument(node, of: Inv.self) { return (a, false) }
    if case .transpose(let x) = graph.operation(node), let a = graph.argument(x, of: Inv.self) { return (a, true) }
    return nil
  }

  private func node(_ chain: [Node]) -> Node {
    graph.product(.one, [], chain, Shape(graph.shape(chain[0]).rows, graph.shape(chain[chain.count - 1]).columns))
  }

  private func product(_ left: [Node], _ right: [Node]) throws(CodeError) -> Code {
    let (a, b) = (node(left), node(right))
    let (p, q) = (graph.shape(a), graph.shape(b))
    if left.count == 1, let (matrix, isTransposed) = inverted(a) {
      return try solve(matrix, try value(b), isTransposed: isTransposed)
    }
    if right.count == 1, let (matrix, isTransposed) = inverted(b) {
      // B*inv(A) = (inv(A)'*B')'.
      let solution = try solve(matrix, try value(graph.transpose(a)), isTransposed: !isTransposed)
      return dialect.transpose(solution, isColumn: q.isColumn)
    }
    if p.isRow, q.isColumn { return dialect.dot(try value(graph.transpose(a)), try value(b)) }
    if let v = graph.argument(a, of: Diag.self) {
      let (v, matrix) = (try value(v), try value(b))
      return q.isColumn ? dialect.hadamard(v, matrix) : dialect.scaleRows(v, matrix)
    }
    if let v = graph.argument(b, of: Diag.self) { return dialect.scaleColumns(try value(a), try value(v)) }
    if graph.isOnes(a), graph.isOnes(b), p.columns.isOne {
      return dialect.ones(size(p.rows), size(q.columns), isColumn: false)
    }
    if case .ones = graph.operation(b) { return dialect.rowSums(try value(a)) }
    if case .transpose(let x) = graph.operation(a), case .ones = graph.operation(x) {
      return dialect.columnSums(try value(b))
    }
    if let rows = selection(a) { return dialect.rows(try value(b), rows, isColumn: q.isColumn) }
    if case .transpose(let x) = graph.operation(b), let columns = selection(x) {
      return dialect.columns(try value(a), columns)
    }
    return dialect.product(try value(a), try value(b))
  }

  private func selection(_ node: Node) -> Taken? {
    guard case .apply(let index, _) = graph.operation(node) else { return nil }
    if let pick = graph.primitives[Int(index)] as? Pick { return .list(pick.indices) }
    if let block = graph.primitives[Int(index)] as? Block { return taken(block) }
    return nil
  }
}
