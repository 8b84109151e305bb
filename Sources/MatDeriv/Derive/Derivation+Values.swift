// Numbers for lines of a derivation: a differential has the value that follows from the direction in which the variable moves.

extension Expression {
  /// The value when the variable moves along a direction: every differential in the expression, of the variable, of names and of inner nodes,
  /// is the directional derivative of what it is the differential of.
  ///
  /// **Throws**: `EvaluationError` as `value(at:)`; a differential without a rule is a `missing` value.
  public func value(
    at values: Values<Double>, moving variable: Expression, along direction: Matrix<Double>
  ) throws(EvaluationError) -> Matrix<Double> {
    var values = values
    let dx = graph.differentialSymbol(of: variable.node)
    values[graph.symbol(dx)!.name] = direction
    for symbol in graph.reachable(from: [node]) where symbol != dx {
      guard let known = graph.symbol(symbol), case .differential(let z) = known.role else { continue }
      guard let dz = try? graph.differential(of: z, [variable.node: dx]) else { throw .missing(known.name) }
      values[known.name] = try Expression(graph, dz).value(at: values)
    }
    return try value(at: values)
  }
}
