// Chains: powers of repeated factors, runs of transposes and of inverses under one sign, blocks of ones. The cheapest split by dynamic
// programming over the places where a segment may end.

extension Graph {
  func printChain(_ chain: [Node], _ shape: Shape) -> Print {
    if chain.count == 1 { return print(chain[0]) }
    let factors = joinOnes(chain)
    if factors.count == 1 { return factors[0].print }
    var best: [Print?] = Array(repeating: nil, count: factors.count + 1)
    for end in 1...factors.count {
      for start in 0..<end {
        if start > 0, best[start] == nil { continue }
        for segment in segments(factors[start..<end]) {
          let rows = best[start]?.syntax.shape!.rows ?? factors[start].shape.rows
          let candidate =
            best[start].map { Print.binary(.multiply, $0, segment, Shape(rows, factors[end - 1].shape.columns)) }
            ?? segment
          if best[end].map({ candidate.isBetter(than: $0) }) ?? true { best[end] = candidate }
        }
      }
    }
    return best[factors.count]!
  }

  private struct Factor {
    var node: Node?
    var print: Print
    var shape: Shape
  }

  /// A column of ones and a row of ones are a block of ones.
  private func joinOnes(_ chain: [Node]) -> [Factor] {
    var result: [Factor] = []
    for node in chain {
      let shape = shape(node)
      if let last = result.last?.node, isOnes(node), isOnes(last), shape.isRow, self.shape(last).isColumn {
        let block = Shape(self.shape(last).rows, shape.columns)
        result[result.count - 1] = Factor(
          node: nil, print: printConstant("ones", [block.rows, block.columns], block), shape: block)
      } else {
        result.append(Factor(node: node, print: print(node), shape: shape))
      }
    }
    return result
  }

  /// The ways to write a segment as one factor.
  private func segments(_ factors: ArraySlice<Factor>) -> [Print] {
    let factors = Array(factors)
    if factors.count == 1 { return [factors[0].print] }
    let nodes = factors.compactMap(\.node)
    guard nodes.count == factors.count else { return [] }
    let shape = Shape(factors[0].shape.rows, factors[factors.count - 1].shape.columns)
    var result: [Print] = []
    // X*X = X^2, also for longer periods.
    for period in 1...max(1, nodes.count / 2) where nodes.count % period == 0 && shape.isSquare {
      if period == nodes.count { continue }
      guard (period..<nodes.count).allSatisfy({ nodes[$0] == nodes[$0 - period] }) else { continue }
      let block = printChain(Array(nodes[..<period]), shape)
      result.append(
        .binary(.power, block, printNumber(Coefficient(nodes.count / period)), shape, extra: Print.repeatedFactor))
      break
    }
    // B'*A' = (A*B)'.
    if nodes.allSatisfy({ if case .transpose = operation($0) { true } else { false } }) {
      let inner = printChain(nodes.reversed().map { transpose($0) }, shape.transposed)
      result.append(Print(.transpose(inner.syntax), shape, inner, extra: Print.transposedFactor * (nodes.count - 1)))
    }
    // inv(B)*inv(A) = inv(A*B).
    let inverted = nodes.compactMap { argument($0, of: Inv.self) }
    if inverted.count == nodes.count {
      let inner = printChain(inverted.reversed(), shape)
      result.append(Print(.call("inv", [inner.syntax]), shape, inner))
    }
    return result
  }
}
