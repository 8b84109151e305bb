// Second derivatives of an objective: the dense Hessian by blocks, and its product with a vector, each compiled when it is first asked for.

/// The plan of the dense Hessian: block (i, j) is the Jacobian of the gradient by variable i with respect to variable j, i <= j.
final class HessianForm {
  let plan: Plan<Double>
  let workspace: Workspace<Double>
  let blocks: [(row: Int, column: Int)]
  var flops: Double { plan.flops }

  init(_ plan: Plan<Double>, _ blocks: [(row: Int, column: Int)], _ memory: ObjectiveMemory) {
    self.plan = plan
    self.blocks = blocks
    workspace = plan.makeWorkspace()
    memory.bindInputs(workspace)
  }

  func bindInputs(_ memory: ObjectiveMemory) { memory.bindInputs(workspace) }
}

/// The plan of the Hessian times a direction: the differential of the gradients when all variables move.
final class ProductForm {
  let plan: Plan<Double>
  let workspace: Workspace<Double>
  let names: [String]

  init(_ plan: Plan<Double>, names: [String], _ packing: Packing, _ memory: ObjectiveMemory) {
    self.plan = plan
    self.names = names
    workspace = plan.makeWorkspace()
    for (i, slice) in packing.slices.enumerated() {
      workspace.bind(input: names[i], to: UnsafePointer(memory.directions + slice.offset))
      workspace.bind(output: i, to: memory.gradient + slice.offset)
    }
    memory.bindInputs(workspace)
  }

  func bindInputs(_ memory: ObjectiveMemory) { memory.bindInputs(workspace) }
}

extension Objective: Curvature {
  /// The Hessian by parameters; of one general variable it is `hessian(of:wrt:)`.
  ///
  /// From the plan of its blocks, or from one product for each parameter where that takes fewer operations.
  public func hessian(at x: [Double]) throws(ObjectiveError) -> Matrix<Double> {
    let products = try productPlan()
    let dense = try densePlan()
    guard let dense, dense.flops <= products.plan.flops * Double(count) else { return try hessianByProducts(at: x) }
    try move(to: x)
    do throws(PlanError) { try dense.plan.run(in: dense.workspace) } catch { throw .plan(error) }
    let n = packing.entryCount
    var h = Matrix<Double>(rows: n, columns: n, repeating: 0)
    h.withUnsafeMutableBufferPointer { h in
      for (i, block) in dense.blocks.enumerated() {
        let (a, b) = (packing.slices[block.row], packing.slices[block.column])
        let values = dense.workspace.output(i)
        let rows = a.rows * a.columns
        for q in 0..<(b.rows * b.columns) {
          for p in 0..<rows {
            h[a.offset + p + (b.offset + q) * n] = values[p + q * rows]
            if block.row != block.column { h[b.offset + q + (a.offset + p) * n] = values[p + q * rows] }
          }
        }
      }
    }
    return symmetrized(packing.reduce(h))
  }

  /// Mirrored entries differ by rounding at most.
  private func symmetrized(_ h: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: h.rows, columns: h.columns) { i, j in (h[i, j] + h[j, i]) / 2 }
  }

  private func hessianByProducts(at x: [Double]) throws(ObjectiveError) -> Matrix<Double> {
    var h = Matrix<Double>(rows: count, columns: count, repeating: 0)
    var unit = [Double](repeating: 0, count: count)
    var column = unit
    for j in 0..<count {
      unit[j] = 1
      try multiplyHessian(at: x, by: unit, into: &column)
      unit[j] = 0
      for i in 0..<count { h[i, j] = column[i] }
    }
    return symmetrized(h)
  }

  public func multiplyHessian(
    at x: [Double], by direction: [Double], into product: inout [Double]
  ) throws(ObjectiveError) {
    let form = try productPlan()
    try move(to: x)
    packing.expand(direction, into: memory.directions)
    do throws(PlanError) { try form.plan.run(in: form.workspace) } catch { throw .plan(error) }
    packing.reduce(memory.gradient, into: &product)
  }

  /// The operations of one product of the Hessian and a vector.
  ///
  /// **Throws**: `noRule` where there is no second derivative.
  public var hessianProductFlops: Double { get throws(ObjectiveError) { try productPlan().plan.flops } }

  // MARK: Plans

  private func productPlan() throws(ObjectiveError) -> ProductForm {
    if let known = productForm { return known }
    let g = expression.graph
    let (directions, names) = g.directions(of: variables)
    var candidates: [[Node]] = []
    do throws(DerivationError) {
      var gradients = [derivatives.map(\.node)]
      let simplified = simplifying ? gradients[0].map { g.best($0) } : gradients[0]
      if simplified != gradients[0] { gradients.append(simplified) }
      for gradient in gradients {
        var raw: [Node] = []
        for node in gradient { raw.append(try g.differential(of: node, directions)) }
        candidates += simplifying ? [raw, raw.map { g.best($0) }] : [raw]
      }
    } catch { throw .derivative(error) }
    let plan = try cheapest(candidates, transposed: true)
    let form = ProductForm(plan, names: names, packing, memory)
    productForm = form
    return form
  }

  /// The plan of fewest operations among several ways to write the same list of expressions.
  private func cheapest(_ candidates: [[Node]], transposed: Bool) throws(ObjectiveError) -> Plan<Double> {
    let g = expression.graph
    var seen: Set<[Node]> = []
    do throws(PlanError) {
      var best: Plan<Double>?
      for candidate in candidates where seen.insert(candidate).inserted {
        let plan = try Plan<Double>(
          candidate.map { Expression(g, $0) }, transposed: candidate.map { _ in transposed }, sizes: sizes,
          fixed: dataNames)
        if let known = best, known.flops <= plan.flops { continue }
        best = plan
      }
      return best!
    } catch { throw .plan(error) }
  }

  /// The plan of the blocks; nil where a Jacobian has no rule although the product has one.
  private func densePlan() throws(ObjectiveError) -> HessianForm? {
    if let known = hessianForm { return known }
    if hasNoHessianForm { return nil }
    let g = expression.graph
    var blocks: [(row: Int, column: Int)] = []
    var chosen: [Node] = []
    for j in variables.indices {
      for i in 0...j {
        let gradient = g.transpose(derivatives[i].node)
        var candidates: [Node]
        do throws(DerivationError) { candidates = try g.jacobians(of: gradient, with: variables[j].node) } catch {
          hasNoHessianForm = true
          return nil
        }
        if simplifying { for node in candidates { candidates.append(g.best(node)) } }
        chosen.append(try cheapestBlock(candidates))
        blocks.append((i, j))
      }
    }
    do throws(PlanError) {
      let plan = try Plan<Double>(chosen.map { Expression(g, $0) }, sizes: sizes, fixed: dataNames)
      hessianForm = HessianForm(plan, blocks, memory)
      return hessianForm
    } catch { throw .plan(error) }
  }

  private func cheapestBlock(_ candidates: [Node]) throws(ObjectiveError) -> Node {
    let g = expression.graph
    var seen: Set<Node> = []
    do throws(PlanError) {
      var best: (node: Node, flops: Double)?
      for node in candidates where seen.insert(node).inserted {
        let flops = try Plan<Double>([Expression(g, node)], sizes: sizes, fixed: dataNames).flops
        if best == nil || flops < best!.flops { best = (node, flops) }
      }
      return best!.node
    } catch { throw .plan(error) }
  }
}
