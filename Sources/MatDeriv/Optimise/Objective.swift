// An expression to be minimised: value and gradients in one plan, parameters packed into one vector, data bound where they lie.
// Second derivatives are compiled when they are first asked for; they stand in a file of their own.

/// A scalar expression as a function of some of its variables; the others are data.
///
/// An objective holds the memory of its runs: one per thread.
public final class Objective: ObjectiveFunction {
  /// The expression that is minimised.
  public let expression: Expression
  /// The variables, in the order of the packed vector.
  public let variables: [Expression]
  /// How the variables lie in the vector of parameters.
  public let packing: Packing
  /// Value first, then the derivatives, each in the shape of its variable.
  public let plan: Plan<Double>
  /// The derivatives that the plan computes, in numerator layout: the form, simplified or not, that takes fewer operations.
  public let derivatives: [Expression]
  /// The values of named sizes.
  public let sizes: [String: Int]

  /// Whether derivatives are simplified before they are compiled.
  let simplifying: Bool
  let memory: ObjectiveMemory
  /// What stays from run to run.
  let dataNames: Set<String>
  private let workspace: Workspace<Double>
  private let domains: [Domain]
  var hessianForm: HessianForm?
  var productForm: ProductForm?
  var compressedForm: CompressedForm?
  /// Whether these were looked for in vain.
  var hasNoHessianForm = false
  var hasNoCompressedForm = false

  /// Compiles value and gradients.
  ///
  /// - Parameters:
  ///   - data: The values of all other variables, which are copied once, and the sizes that follow from nothing else.
  ///   - simplifying: Whether first and second derivatives are simplified where that saves operations. It takes milliseconds to seconds, the longer
  ///     part of compiling.
  ///
  /// **Throws**: what is wrong with expression, variables or data; `noRule` where a derivative does not exist.
  public init(
    _ expression: Expression, wrt variables: [Expression], data: Values<Double> = Values(), simplifying: Bool = true
  ) throws(ObjectiveError) {
    let g = expression.graph
    guard expression.shape.isScalar else { throw .notScalar(shape: expression.shape.description) }
    require(!variables.isEmpty, "an objective needs a variable")
    let sizes = try Objective.sizes(expression, variables, data)
    var packing = Packing()
    var domains: [Domain] = []
    for x in variables {
      let (name, structure) = try Objective.structure(of: x)
      var shape: [Int] = []
      for size in [x.shape.rows, x.shape.columns] {
        guard let value = size.value(sizes) else { throw .plan(.size(size.names.first { sizes[$0] == nil }!)) }
        shape.append(value)
      }
      packing.append(name, rows: shape[0], columns: shape[1], structure)
      if x.facts.contains(.positive) { domains.append(.positive(packing.slices.count - 1)) }
      if x.facts.contains(.definite) { domains.append(.definite(packing.slices.count - 1)) }
    }
    let names = Set(packing.slices.map(\.name))
    let symbols = g.reachable(from: [expression.node]).compactMap { g.symbol($0) }
    let dataNames = symbols.filter { $0.role == .variable && !names.contains($0.name) }.map(\.name)
    let chosen = try Objective.cheapest(expression, variables.map(\.node), sizes, fixed: Set(dataNames), simplifying)
    self.expression = expression
    self.variables = variables
    self.packing = packing
    self.sizes = sizes
    self.simplifying = simplifying
    plan = chosen.plan
    derivatives = chosen.derivatives.map { Expression(g, $0) }
    memory = ObjectiveMemory(packing)
    self.dataNames = Set(dataNames)
    workspace = chosen.plan.makeWorkspace()
    // A plan that factors the variable finds out by itself.
    let factored = Set(chosen.plan.names.values)
    self.domains = domains.filter { domain in
      if case .definite(let slice) = domain { !factored.contains(packing.slices[slice].name) } else { true }
    }
    for name in dataNames {
      guard let value = data[name] else { throw .plan(.missing(name)) }
      memory.add(name, value)
    }
    memory.bindInputs(workspace)
    for (i, slice) in packing.slices.enumerated() {
      workspace.bind(output: i + 1, to: memory.gradient + slice.offset)
    }
  }

  /// The same for a text: `Objective("sum((M*x - y).^2)", wrt: ["x"], ...)`.
  public convenience init(
    _ program: Program, wrt names: [String], data: Values<Double> = Values(), simplifying: Bool = true
  ) throws(ObjectiveError) {
    var variables: [Expression] = []
    for name in names {
      guard let x = program.variable(name) else { throw .derivative(.unknownVariable(name)) }
      variables.append(x)
    }
    var data = data
    data.sizes.merge(program.declarations.sizes) { given, _ in given }
    try self.init(program.expression, wrt: variables, data: data, simplifying: simplifying)
  }

  /// Number of parameters.
  public var count: Int { packing.count }

  /// Reads a variable that is data from memory of the caller from now on, which must outlive the objective. What follows from
  /// data alone is computed once: bind again when the numbers there have changed.
  ///
  /// **Shapes**: as many entries as before, by columns.
  public func bind(_ name: String, to address: UnsafePointer<Double>) {
    memory.addresses[name] = address
    memory.bindInputs(workspace)
    hessianForm?.bindInputs(memory)
    productForm?.bindInputs(memory)
    compressedForm?.bindInputs(memory)
  }

  public func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double {
    try move(to: x)
    do throws(PlanError) { try plan.run(in: workspace) } catch { throw .plan(error) }
    packing.reduce(memory.gradient, into: &gradient)
    return workspace.output(0)[0]
  }

  public var curvature: (any Curvature)? { self }

  /// Writes the variables, where they may be.
  func move(to x: [Double]) throws(ObjectiveError) {
    require(x.count == count, "there are \(count) parameters; \(x.count) were given")
    packing.expand(x, into: memory.variables)
    for domain in domains {
      switch domain {
      case .positive(let place):
        let slice = packing.slices[place]
        if x[slice.range].contains(where: { $0 <= 0 }) { throw .domain("\(slice.name) is not positive") }
      case .definite(let place):
        let slice = packing.slices[place]
        let s = packing.matrices(x)[slice.name]!
        guard (try? Cholesky(s)) != nil else { throw .plan(.notPositiveDefinite(slice.name)) }
      }
    }
  }

  /// A property of a variable that holds in an open set: a step out of it is taken back.
  private enum Domain {
    case positive(Int)
    case definite(Int)
  }
}

extension Objective {
  private static func sizes(
    _ expression: Expression, _ variables: [Expression], _ data: Values<Double>
  ) throws(ObjectiveError) -> [String: Int] {
    let g = expression.graph
    let nodes = g.reachable(from: [expression.node] + variables.map(\.node)).sorted { $0.index < $1.index }
    var values = data
    do throws(EvaluationError) { try values.bindSizes(of: nodes.compactMap { g.symbol($0) }) } catch {
      throw .values(error)
    }
    return values.sizes
  }

  /// The name of a variable and the structure that its parameters have.
  private static func structure(of x: Expression) throws(ObjectiveError) -> (String, Packing.Structure) {
    guard let symbol = x.graph.symbol(x.node), symbol.role == .variable else {
      throw .parameter(name: "\(x.syntax)", reason: "it is not a free variable")
    }
    let facts = x.facts
    let kept: [(Facts, Facts, String)] = [
      (.orthogonal, [], "orthogonal"), (.binary, [], "binary"), (.stochastic, [], "stochastic"),
      (.semidefinite, .definite, "psd"), (.posdet, .definite, "posdet"), (.nonnegative, .positive, "nonnegative"),
    ]
    for (fact, open, word) in kept where facts.contains(fact) && (open.isEmpty || !facts.contains(open)) {
      throw .structure(name: symbol.name, property: word)
    }
    if x.shape.isScalar { return (symbol.name, .general) }
    let structure: Packing.Structure =
      facts.contains(.diagonal)
      ? .diagonal
      : facts.contains(.symmetric)
        ? .symmetric
        : facts.contains(.skew)
          ? .skew : facts.contains(.lower) ? .lower : facts.contains(.upper) ? .upper : .general
    return (symbol.name, structure)
  }

  /// The plan of value and derivatives that takes fewer operations: with the derivatives as rules gave them, or simplified.
  private static func cheapest(
    _ expression: Expression, _ variables: [Node], _ sizes: [String: Int], fixed: Set<String>, _ simplifying: Bool
  ) throws(ObjectiveError) -> (plan: Plan<Double>, derivatives: [Node]) {
    let g = expression.graph
    let raw: [Node]
    do throws(DerivationError) { raw = try g.gradients(of: expression.node, g.one, with: variables) } catch {
      throw .derivative(error)
    }
    let simplified = simplifying ? raw.map { g.best($0) } : raw
    let turned = [false] + variables.map { _ in true }
    do throws(PlanError) {
      var best: (plan: Plan<Double>, derivatives: [Node])?
      for candidate in simplified == raw ? [raw] : [simplified, raw] {
        let plan = try Plan<Double>(
          [expression] + candidate.map { Expression(g, $0) }, transposed: turned, sizes: sizes, fixed: fixed)
        if let known = best, known.plan.flops <= plan.flops { continue }
        best = (plan, candidate)
      }
      return best!
    } catch { throw .plan(error) }
  }
}

/// The arrays of an objective: variables, directions, gradients, data.
final class ObjectiveMemory {
  let variables: UnsafeMutablePointer<Double>
  let directions: UnsafeMutablePointer<Double>
  let gradient: UnsafeMutablePointer<Double>
  /// Where every input lies.
  var addresses: [String: UnsafePointer<Double>] = [:]
  private var data: [UnsafeMutablePointer<Double>] = []

  init(_ packing: Packing) {
    let room = Swift.max(1, packing.entryCount)
    variables = .allocate(capacity: room)
    directions = .allocate(capacity: room)
    gradient = .allocate(capacity: room)
    for array in [variables, directions, gradient] { array.initialize(repeating: 0, count: room) }
    for slice in packing.slices { addresses[slice.name] = UnsafePointer(variables + slice.offset) }
  }

  deinit {
    for array in data + [variables, directions, gradient] { array.deallocate() }
  }

  func add(_ name: String, _ value: Matrix<Double>) {
    let array = UnsafeMutablePointer<Double>.allocate(capacity: Swift.max(1, value.count))
    value.withUnsafeBufferPointer { for i in 0..<$0.count { (array + i).initialize(to: $0[i]) } }
    data.append(array)
    addresses[name] = UnsafePointer(array)
  }

  func bindInputs(_ workspace: Workspace<Double>) {
    for (name, address) in addresses { workspace.bind(input: name, to: address) }
  }
}
