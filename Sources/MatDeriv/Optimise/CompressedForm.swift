// The structure of a Hessian read off its expression: which parts there are, and a plan that computes the parts alone.

/// The parts of a Hessian as outputs of a plan.
final class CompressedForm {
  private let plan: Plan<Double>
  private let workspace: Workspace<Double>
  private let blocks: [StructuredBlock]

  init(_ plan: Plan<Double>, _ blocks: [StructuredBlock], _ memory: ObjectiveMemory) {
    self.plan = plan
    self.blocks = blocks
    workspace = plan.makeWorkspace()
    memory.bindInputs(workspace)
  }

  func bindInputs(_ memory: ObjectiveMemory) { memory.bindInputs(workspace) }

  private func output(_ i: Int) -> Matrix<Double> {
    let shape = plan.outputShapes[i]
    return Matrix(rows: shape.rows, columns: shape.columns, columnMajor: Array(workspace.output(i)))
  }

  /// The Hessian where the variables are now.
  func value() throws(PlanError) -> CompressedHessian {
    try plan.run(in: workspace)
    return CompressedHessian(blocks: blocks.map { block in value(of: block) })
  }

  private func value(of block: StructuredBlock) -> CompressedHessian.Block {
    let multiple = block.identities.reduce(0) { $0 + output($1)[0, 0] }
    let base: CompressedHessian.Base
    if let kron = block.kron {
      var (left, right) = (kron.left.map(output), kron.right.map(output))
      // kron(A, I) + c*I = kron(A + c*I, I)
      if multiple != 0 {
        if let a = left { left = a + multiple * Matrix.identity(a.rows) }
        if let b = right { right = b + multiple * Matrix.identity(b.rows) }
      }
      base = .kron(left: left, right: right)
    } else {
      var diagonal = [Double](repeating: multiple, count: block.order)
      for i in block.diagonals { add(1, output(i).columnMajor, to: &diagonal) }
      base = .diagonal(diagonal)
    }
    let left = block.lowRank.map { output($0.left) }
    let right = block.lowRank.map { output($0.right) }
    return CompressedHessian.Block(
      order: block.order, base: base, left: CompressedForm.joined(left, byColumns: true),
      right: CompressedForm.joined(right, byColumns: false))
  }

  /// The factors of several products beside or below each other: L1*R1 + L2*R2 = [L1 L2]*[R1; R2].
  private static func joined(_ parts: [Matrix<Double>], byColumns: Bool) -> Matrix<Double>? {
    guard let first = parts.first else { return nil }
    if parts.count == 1 { return first }
    if byColumns {
      let columns = parts.reduce(0) { $0 + $1.columns }
      return Matrix(rows: first.rows, columns: columns, columnMajor: parts.flatMap(\.columnMajor))
    }
    let turned = joined(parts.map { Matrix($0.transposed) }, byColumns: true)!
    return Matrix(turned.transposed)
  }
}

/// A block: indices of the outputs that are its parts.
struct StructuredBlock {
  var order: Int
  var kron: (left: Int?, right: Int?)?
  /// Multiples of the identity.
  var identities: [Int] = []
  var diagonals: [Int] = []
  var lowRank: [(left: Int, right: Int)] = []
}

/// Reads structure off expressions and collects the parts to compute.
struct StructureReader {
  let graph: Graph
  let sizes: [String: Int]
  private(set) var outputs: [Node] = []

  init(_ graph: Graph, _ sizes: [String: Int]) {
    self.graph = graph
    self.sizes = sizes
  }

  private mutating func output(_ node: Node) -> Int {
    outputs.append(node)
    return outputs.count - 1
  }

  /// The block that the expression is; nil where it is none of the known forms or cannot be solved with by its parts.
  mutating func block(_ node: Node, order: Int) -> StructuredBlock? {
    var block = StructuredBlock(order: order)
    guard collect(node, graph.one, &block) else { return nil }
    if let kron = block.kron {
      guard block.diagonals.isEmpty else { return nil }
      // A multiple of the identity joins a Kronecker product only beside an identity.
      if !block.identities.isEmpty, kron.left != nil, kron.right != nil { return nil }
      return block
    }
    return block.identities.isEmpty && block.diagonals.isEmpty ? nil : block
  }

  private mutating func collect(_ node: Node, _ factor: Node, _ block: inout StructuredBlock) -> Bool {
    for (coefficient, unit) in graph.summands(node) {
      let (c, scalars, chain) = graph.parts(unit)
      let scalar = graph.multiply([factor, graph.number(coefficient), graph.product(c, scalars, [], .scalar)])
      guard term(chain, scalar, &block) else { return false }
    }
    return true
  }

  private mutating func term(_ chain: [Node], _ scalar: Node, _ block: inout StructuredBlock) -> Bool {
    guard let first = chain.first else { return false }
    if chain.count > 1 { return product(chain, scalar, &block) }
    if case .sum = graph.operation(first) { return collect(first, scalar, &block) }
    if graph.isEye(first) {
      block.identities.append(output(scalar))
      return true
    }
    if let v = graph.argument(first, of: Diag.self) {
      block.diagonals.append(output(graph.multiply([scalar, v])))
      return true
    }
    if let factors = graph.arguments(first, of: Kron.self) { return kron(factors[0], factors[1], scalar, &block) }
    return false
  }

  private mutating func kron(_ a: Node, _ b: Node, _ scalar: Node, _ block: inout StructuredBlock) -> Bool {
    guard graph.shape(a).isSquare, graph.shape(b).isSquare, block.kron == nil else { return false }
    let (hasLeft, hasRight) = (!graph.isEye(a), !graph.isEye(b))
    let left = hasLeft ? output(graph.multiply([scalar, a])) : nil
    let right = hasRight ? output(hasLeft ? b : graph.multiply([scalar, b])) : nil
    block.kron = (left, right)
    return true
  }

  /// A chain cut where it is narrowest, if that is less than half of its order.
  private mutating func product(_ chain: [Node], _ scalar: Node, _ block: inout StructuredBlock) -> Bool {
    var best: (cut: Int, width: Int)?
    for cut in 1..<chain.count {
      guard let width = graph.shape(chain[cut]).rows.value(sizes) else { return false }
      if best == nil || width < best!.width { best = (cut, width) }
    }
    guard let best, 2 * best.width < block.order else { return false }
    let left = output(graph.multiply([scalar] + chain[..<best.cut]))
    block.lowRank.append((left, output(graph.multiply(Array(chain[best.cut...])))))
    return true
  }
}

extension Objective {
  /// The Hessian in compressed form: for each variable a Kronecker product or a diagonal, plus a product of low rank, none across variables.
  ///
  /// Nil where the expression has another form. **Cost**: that of the parts; no array of count x count.
  public func compressedHessian(at x: [Double]) throws(ObjectiveError) -> CompressedHessian? {
    if compressedForm == nil, !hasNoCompressedForm {
      compressedForm = try makeCompressedForm()
      hasNoCompressedForm = compressedForm == nil
    }
    guard let form = compressedForm else { return nil }
    try move(to: x)
    do throws(PlanError) { return try form.value() } catch { throw .plan(error) }
  }

  private func makeCompressedForm() throws(ObjectiveError) -> CompressedForm? {
    guard packing.isPlain else { return nil }
    let g = expression.graph
    var reader = StructureReader(g, sizes)
    var blocks: [StructuredBlock] = []
    for (j, x) in variables.enumerated() {
      for i in 0...j {
        var candidates: [Node]
        do throws(DerivationError) {
          candidates = try g.jacobians(of: g.transpose(derivatives[i].node), with: x.node)
        } catch { throw .derivative(error) }
        candidates = candidates.map { g.best($0) } + candidates + candidates.map { g.expand($0) }
        if i < j {
          guard candidates.contains(where: { g.isZero($0) }) else { return nil }
          continue
        }
        var found: StructuredBlock?
        for node in candidates where found == nil {
          var attempt = reader
          found = attempt.block(node, order: packing.slices[j].range.count)
          if found != nil { reader = attempt }
        }
        guard let found else { return nil }
        blocks.append(found)
      }
    }
    do throws(PlanError) {
      let plan = try Plan<Double>(reader.outputs.map { Expression(g, $0) }, sizes: sizes, fixed: dataNames)
      return CompressedForm(plan, blocks, memory)
    } catch { throw .plan(error) }
  }
}
