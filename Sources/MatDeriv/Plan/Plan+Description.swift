// What a plan does, as a table: step, routine, sizes, flops, bytes, where the result lies.

/// A step of a plan, for people and tests.
public struct PlanStepDescription: Sendable {
  /// The routine, or the operations of a fused pass.
  public var routine: String
  /// `m x n` or `m x n x k` for products.
  public var sizes: String
  /// Floating-point operations; a function of a number counts as one.
  public var flops: Double
  /// Bytes read and written.
  public var bytes: Double
  /// `output 0`, or the offset of a buffer.
  public var place: String

  /// A count of operations or bytes in a few characters: `512`, `2.0k`, `1.5G`.
  public static func short(_ count: Double) -> String {
    for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where count >= unit {
      let scaled = (count / unit * 10).rounded() / 10
      return "\(scaled)\(name)"
    }
    return "\(Int(count))"
  }
}

extension Plan {
  /// The steps in their order.
  public var stepDescriptions: [PlanStepDescription] {
    steps.map { step in
      PlanStepDescription(
        routine: routineName(step), sizes: sizes(step), flops: flops(step), bytes: bytes(step), place: place(step))
    }
  }

  /// The floating-point operations of a run; a function of a number counts as one. What is prepared does not count.
  public var flops: Double { steps[preparations...].reduce(0) { $0 + flops($1) } }
  /// The bytes that workspaces hold.
  public var workspaceBytes: Int { layout.ownedElements * MemoryLayout<Element>.stride }

  private func routineName(_ step: PlanStep) -> String {
    switch step.routine {
    case .map: return "fused: " + passName(step)
    case .panel: return "gemv, fused: \(passName(step)), gemv"
    default: return step.routine.name
    }
  }

  private func passName(_ step: PlanStep) -> String {
    var words: [String] = []
    for instruction in passes[Int(step.index)].instructions {
      switch instruction.code {
      case .load, .store, .constant: break
      case .apply(let kernel): words.append(kernel.rawValue)
      case .rowSums: words.append("row sums")
      case .columnSums: words.append("column sums")
      default: words.append("\(instruction.code)")
      }
    }
    return words.isEmpty ? "fill" : words.joined(separator: " ")
  }

  private func sizes(_ step: PlanStep) -> String {
    switch step.routine {
    case .gemm, .gemmSymmetric, .syrk, .trmm: "\(step.m) x \(step.k) x \(step.n)"
    case .gram: "\(step.m) x \(step.k) x \(step.m)"
    case .gemv, .panel: "\(step.m) x \(step.k)"
    case .logDeterminantLU, .logDeterminantCholesky, .logDeterminantTriangle, .determinantLU, .determinantCholesky,
      .determinantTriangle:
      "\(step.k) x \(step.k)"
    default: "\(step.m) x \(step.n)"
    }
  }

  func flops(_ step: PlanStep) -> Double {
    let (m, n, k) = (Double(step.m), Double(step.n), Double(step.k))
    switch step.routine {
    case .gemm: return 2 * m * n * k
    case .gemv: return 2 * m * k
    case .trmm: return m * n * k
    case .syrk, .gemmSymmetric: return m * (m + 1) * k
    case .gram: return m * (m + 2) * k
    case .gemvBoth: return 4 * m * n
    case .panel: return 4 * m * k + passOperations(step) * m
    case .potrf: return m * m * m / 3
    case .getrf: return 2 * m * m * m / 3
    case .potri: return 2 * m * m * m / 3
    case .getri: return 4 * m * m * m / 3
    case .potrs, .getrs: return 2 * m * m * n
    case .trtrs: return m * m * n
    case .traceProduct: return 2 * m * n
    case .addTransposed: return m * (m + 1) / 2
    case .softmax: return 4 * m * n
    case .map: return passOperations(step) * m * n
    case .kron, .khatri: return m * n
    default: return 0
    }
  }

  /// The operations of a pass for one element.
  private func passOperations(_ step: PlanStep) -> Double {
    passes[Int(step.index)].instructions.reduce(0.0) { total, instruction in
      switch instruction.code {
      case .load, .store, .constant: total
      case .dot: total + 2
      default: total + 1
      }
    }
  }

  private func bytes(_ step: PlanStep) -> Double {
    let (m, n, k) = (Double(step.m), Double(step.n), Double(step.k))
    let elements: Double
    switch step.routine {
    case .gemm, .gemmSymmetric, .trmm: elements = m * k + k * n + m * n
    case .syrk: elements = m * k + m * n
    case .gemv: elements = m * k + k + m
    case .gram: elements = m * k + k + m * m
    case .gemvBoth: elements = m * n + 2 * (m + n)
    case .panel: elements = m * k + 2 * k + passElements(step)
    case .map: elements = passElements(step)
    default: elements = 2 * m * n
    }
    return elements * Double(MemoryLayout<Element>.stride)
  }

  private func passElements(_ step: PlanStep) -> Double {
    let pass = passes[Int(step.index)]
    let read = pass.inputs.reduce(0) { $0 + Double(cells[$1.cell].count) }
    return read + pass.outputs.reduce(0) { $0 + Double(cells[$1].count) }
  }

  private func place(_ step: PlanStep) -> String {
    func name(_ slot: Int) -> String {
      switch layout.slots[slot] {
      case .output(let i): "output \(i)"
      case .buffer(let offset): "buffer \(offset)"
      case .input(let name): name
      case .constant(let i): "constant \(i)"
      }
    }
    switch step.routine {
    case .map, .panel:
      let first = layout.firstOutput[Int(step.index)]
      let slots = (first..<(first + passes[Int(step.index)].outputs.count)).map { layout.passOutputs[$0].slot }
      let all = step.routine == .map ? slots : slots + [Int(step.d)]
      return all.map(name).joined(separator: ", ")
    case .gemvBoth: return "\(name(Int(step.c))), \(name(Int(step.d)))"
    default: break
    }
    return step.c >= 0 ? name(Int(step.c)) : step.d >= 0 && step.routine == .softmax ? name(Int(step.d)) : ""
  }
}

extension Plan: CustomStringConvertible {
  /// The schedule as a table.
  public var description: String {
    let short = PlanStepDescription.short
    let rows = stepDescriptions.enumerated().map { i, step in
      ["\(i + 1)", step.routine, step.sizes, short(step.flops), short(step.bytes), step.place]
    }
    let table = [["step", "routine", "sizes", "flops", "bytes", "result"]] + rows
    let widths = table[0].indices.map { c in table.map { $0[c].count }.max()! }
    return table.map { row in
      row.enumerated().map { c, text in
        c == row.count - 1 ? text : text + String(repeating: " ", count: widths[c] - text.count + 2)
      }.joined()
    }.joined(separator: "\n")
  }
}
