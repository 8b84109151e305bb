// The parameters of a covariance formula: its likelihood as an objective, starts, and the derivative of the covariance itself.
// The search stands in FormulaSearch+Run.swift.
import MatDeriv

/// The likelihood of a covariance formula for one sample.
final class FormulaSearch {
  let dimension: Int
  let objective: PartialObjective
  /// Of the free parameters.
  let starts: [[Double]]
  let scaling: CovarianceFormula.Scaling
  private let value: Plan<Double>
  private let differentials: [(plan: Plan<Double>, direction: String)]
  private let data: Values<Double>
  /// A sample that was bound later.
  private var sampleMemory: UnsafeMutablePointer<Double>?

  var count: Int { objective.count }

  init(_ formula: CovarianceFormula, sample: Matrix<Double>) throws(GaussFitError) {
    let d = sample.rows
    dimension = d
    scaling = formula.scaling
    var data = Values<Double>(sizes: ["d": d])
    for (name, matrix) in formula.data { data[name] = matrix }
    do {
      let program = try Program(formula.text, Declarations(formula.declarations))
      let g = program.graph
      let written = program.expression
      let parameters = try FormulaSearch.parameters(of: program, except: Set(formula.data.keys))
      try FormulaSearch.check(written, d)
      // Searches leave the set where the formula is definite by a step that the factorization refuses, and come back.
      let sigma = g.name("the covariance", written, assuming: .definite)
      let c = g.variable("the sample covariance", written.shape.rows, written.shape.columns, .symmetric)
      data["the sample covariance"] = sample
      // Derivatives are compiled as rules give them: simplifying took most of the time.
      let whole = try Objective(
        (logdet(sigma) + tr(inv(sigma) * c)) / g.constant(2), wrt: parameters, data: data, simplifying: false)
      let sizes = whole.sizes
      data.sizes = sizes
      objective = PartialObjective(
        whole, free: FormulaSearch.free(whole.packing, formula), base: [Double](repeating: 0, count: whole.count))
      value = try Plan([written], sizes: sizes)
      differentials = try parameters.map { x in
        let name = "the change of \(x.syntax)"
        let dx = g.variable(name, x.shape.rows, x.shape.columns)
        return (try Plan([try jvp(of: written, wrt: x, dx)], sizes: sizes), name)
      }
    } catch let error as GaussFitError {
      throw error
    } catch {
      throw .formula(formula.text, "\(error)")
    }
    self.data = data
    starts = FormulaSearch.starts(formula, sample, objective.whole.packing).map(objective.reduced)
  }

  deinit { sampleMemory?.deallocate() }

  var packing: Packing { objective.whole.packing }

  /// Takes another sample of the same columns.
  func bind(_ sample: Matrix<Double>) {
    let memory = sampleMemory ?? .allocate(capacity: sample.count)
    sampleMemory = memory
    for (i, value) in sample.columnMajor.enumerated() { memory[i] = value }
    objective.whole.bind("the sample covariance", to: UnsafePointer(memory))
  }

  /// The parameters that the formula leaves free.
  private static func free(_ packing: Packing, _ formula: CovarianceFormula) -> [Int] {
    packing.slices.flatMap { slice in
      guard let pattern = formula.patterns[slice.name] else { return Array(slice.range) }
      return Array(zip(slice.range, slice.places).filter { pattern[$0.1.row, $0.1.column] != 0 }.map(\.0))
    }
  }

  private static func parameters(of program: Program, except data: Set<String>) throws(GaussFitError) -> [Expression] {
    let defined = Set(program.definitions.map(\.name))
    let names = program.names.filter { !defined.contains($0) && !data.contains($0) }
    guard !names.isEmpty else { throw .formula("\(program.expression.syntax)", "it has no parameter") }
    return names.map { program.variable($0)! }
  }

  private static func check(_ written: Expression, _ d: Int) throws(GaussFitError) {
    let sizes = ["d": d]
    let (rows, columns) = (written.shape.rows.value(sizes), written.shape.columns.value(sizes))
    guard written.shape.rows == written.shape.columns, rows == nil || (rows == d && columns == d) else {
      throw .formula("\(written.syntax)", "it is \(written.shape); the covariance of \(d) columns is \(d) x \(d)")
    }
  }

  // MARK: Starts

  /// The guesses of the formula, or points near zero from a fixed seed.
  private static func starts(
    _ formula: CovarianceFormula, _ sample: Matrix<Double>, _ packing: Packing
  ) -> [[Double]] {
    if let guesses = formula.starts {
      return guesses(sample).compactMap { try? packing.parameters($0) }
    }
    // What a parameter is measured in is not known: numbers, standard deviations or variances.
    let variance = sample.trace / Double(sample.rows)
    return [0.1, 1, variance.squareRoot(), variance].enumerated().flatMap { round, size in
      [false, true].map { isRandom in
        let noise = Gaussian(mean: [0], lower: [[0.5]]).sample(rows: packing.count, seed: UInt64(round)).columnMajor
        return start(packing, size, isRandom ? noise : noise.map { _ in 0 })
      }
    }
  }

  /// Square matrices as a multiple of the identity, all else as one number, and noise upon it.
  private static func start(_ packing: Packing, _ size: Double, _ noise: [Double]) -> [Double] {
    var x = noise.map { size * (1 + $0) }
    for slice in packing.slices where slice.rows == slice.columns && slice.rows > 1 {
      var unit = [Double](repeating: 0, count: packing.count)
      for q in slice.range {
        unit[q] = 1
        let isDiagonal = packing.matrices(unit)[slice.name]!.diagonal.contains(1)
        unit[q] = 0
        x[q] = isDiagonal ? size : 0.1 * size * noise[q]
      }
    }
    return x
  }

  // MARK: Values

  private func values(_ x: [Double]) -> Values<Double> {
    var values = data
    for (name, matrix) in packing.matrices(objective.expanded(x)) { values[name] = matrix }
    return values
  }

  /// The formula at these parameters.
  func covariance(_ x: [Double]) -> Matrix<Double> { try! value.run(values(x))[0] }

  /// The derivative of entries of the covariance by the parameters, a differential for each: only the entries on and below the diagonal that
  /// some parameter changes.
  func jacobian(_ x: [Double]) -> (entries: [(row: Int, column: Int)], derivatives: Matrix<Double>) {
    var columns: [[Double]] = []
    columns.reserveCapacity(count)
    var unit = [Double](repeating: 0, count: objective.whole.count)
    var arguments = values(x)
    let free = Set(objective.free)
    for (slice, differential) in zip(packing.slices, differentials) {
      for q in slice.range where free.contains(q) {
        unit[q] = 1
        arguments[differential.direction] = packing.matrices(unit)[slice.name]!
        unit[q] = 0
        columns.append(try! differential.plan.run(arguments)[0].columnMajor)
      }
      arguments[differential.direction] = packing.matrices(unit)[slice.name]!
    }
    let d = dimension
    var entries: [(row: Int, column: Int)] = []
    for j in 0..<d { for i in j..<d where columns.contains(where: { $0[i + j * d] != 0 }) { entries.append((i, j)) } }
    let derivatives = Matrix<Double>(rows: count, columns: entries.count) { q, e in
      columns[q][entries[e].row + entries[e].column * d]
    }
    return (entries, derivatives)
  }

  /// The parameters by name, with standard errors of the free ones.
  func parameters(_ x: [Double], _ errors: [Double]) -> [StructuredFit.Parameter] {
    let (values, all) = (packing.matrices(objective.expanded(x)), objective.deviations(errors))
    let (deviations, free) = (packing.matrices(all), Set(objective.free))
    return packing.slices.map { slice in
      StructuredFit.Parameter(
        name: slice.name, value: values[slice.name]!, standardError: deviations[slice.name]!,
        entries: zip(slice.range, slice.places).filter { free.contains($0.0) }.map { ($0.1.row, $0.1.column) })
    }
  }
}
