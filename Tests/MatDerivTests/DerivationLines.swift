// Checks lines of derivations by numbers, twice: the expression behind each line, and its text as a reader would type it in again, with every
// differential in it bound to its directional derivative.

@testable import MatDeriv

/// One point and one direction at which all lines of a derivation are compared.
struct DerivationLines {
  let derivation: Derivation
  let derivative: Derivative
  let program: Program
  let declarations: [String]
  let values: Values<Double>
  let direction: Matrix<Double>

  /// What is wrong; nil if every line holds. Throws where the point lies outside the domain.
  func failure(_ tolerance: Double = 1e-7) throws -> String? {
    for step in derivation.steps {
      for isText in [false, true] {
        let before = try value(step.before, asText: isText)
        let after = try value(step.after, asText: isText)
        guard before.columnMajor.allSatisfy(\.isFinite), after.columnMajor.allSatisfy(\.isFinite) else { return nil }
        guard try holds(step, before, after, asText: isText, tolerance) else {
          return
            "\(isText ? "text" : "expression"): \(step.before.left) = \(step.before.right) against \(step.after.left) = \(step.after.right) (\(step.rules.map(\.id)))\n\(derivation.text)\n\(before) \(after)"
        }
      }
    }
    return nil
  }

  private func holds(
    _ step: Derivation.Step, _ before: Matrix<Double>, _ after: Matrix<Double>, asText isText: Bool, _ tolerance: Double
  ) throws -> Bool {
    let (old, new) = (step.before.left, step.after.left)
    if old == new { return isClose(after, before, tolerance) }
    switch new.form {
    case .transpose: return isClose(after, Matrix(before.transposed), tolerance)
    case .call("vec", _): return isClose(after, Matrix(column: before.columnMajor), tolerance)
    case .call("tied", _):
      // Entry (i,j) is the change when all entries tied to it move by one.
      let basis = Graph.tangentBasis(
        direction.rows, direction.columns, program.graph.structure(of: derivative.variable.node))
      return basis.allSatisfy { e in
        let change = trace(before, e)
        return (0..<e.columns).allSatisfy { j in
          (0..<e.rows).allSatisfy { i in
            e[i, j] != 1 || Swift.abs(after[j, i] - change) < tolerance * (1 + Swift.abs(change))
          }
        }
      }
    case .call("d", _):
      let moved = try step.before.expression.differential(derivative.variable, values, direction)
      return isClose(after, moved, tolerance)
    case .binary(.divide, _, _):
      // D0: the derivative times the differential is the line before.
      if direction.count == 1 { return isClose(direction[0, 0] * after, before, tolerance) }
      if before.count == 1, after.rows == direction.columns, after.columns == direction.rows {
        return isClose(Matrix(column: [trace(after, direction)]), before, tolerance)
      }
      return isClose(after * Matrix(column: direction.columnMajor), before, tolerance)
    default: return false
    }
  }

  private func trace(_ d: Matrix<Double>, _ x: Matrix<Double>) -> Double {
    (0..<x.columns).reduce(0) { s, j in (0..<x.rows).reduce(s) { $0 + d[j, $1] * x[$1, j] } }
  }

  private func value(_ line: Equation, asText: Bool) throws -> Matrix<Double> {
    asText
      ? try value(line.right)
      : try line.expression.value(at: values, moving: derivative.variable, along: direction)
  }

  // MARK: Text

  /// The text with names for differentials, parsed again.
  private func value(_ line: Syntax) throws -> Matrix<Double> {
    var differentials: [(name: String, of: Syntax)] = []
    let plain = named(line, &differentials)
    var bound = values
    var declarations = self.declarations
    for (name, part) in differentials {
      let z = try parse(part, declarations)
      let value: Matrix<Double>
      if part == derivative.variable.syntax {
        value = direction
      } else if let variable = z.variable(derivative.variable.syntax.description) {
        value = try z.expression.differential(variable, values, direction)
      } else {
        value = 0 * (try z.expression.value(at: values))
      }
      bound[name] = value
      declarations.append("\(name): matrix(\(z.expression.shape.rows), \(z.expression.shape.columns))")
    }
    return try parse(plain, declarations).expression.value(at: bound)
  }

  private func parse(_ x: Syntax, _ declarations: [String]) throws -> Program {
    var definitions = program.definitions.map { "\($0.name) = \($0.syntax)" }
    let given = Set(program.definitions.map(\.name))
    definitions += derivation.names.filter { !given.contains($0.left.description) }.map { "\($0.left) = \($0.right)" }
    let text = "\(x)" + (definitions.isEmpty ? "" : " where " + definitions.joined(separator: ", "))
    var declarations = declarations
    for (size, value) in values.sizes where !declarations.contains(where: { $0.hasPrefix("\(size):") }) {
      declarations.append("\(size): dim(\(value))")
    }
    // The variable is to be known even where it does not occur.
    for name in program.names where !declarations.contains(where: { $0.hasPrefix("\(name):") }) && !given.contains(name)
    {
      guard let shape = program.variable(name)?.shape else { continue }
      declarations.append("\(name): matrix(\(shape.rows), \(shape.columns))")
    }
    return try Program(text, Declarations(declarations))
  }

  /// d(...) and dX become names of their own.
  private func named(_ x: Syntax, _ found: inout [(name: String, of: Syntax)]) -> Syntax {
    func note(_ part: Syntax) -> Syntax {
      let name = "differential\(found.firstIndex { $0.of == part } ?? found.count)"
      if !found.contains(where: { $0.of == part }) { found.append((name, part)) }
      return Syntax(.name(name), shape: x.shape)
    }
    switch x.form {
    case .number: return x
    case .name(let name):
      guard name.hasPrefix("d"), name.count > 1, program.variable(name) == nil else {
        return x
      }
      let inner = String(name.dropFirst())
      let isKnown = program.variable(inner) != nil || derivation.names.contains { $0.left.description == inner }
      return isKnown ? note(Syntax(.name(inner))) : x
    case .negate(let a): return Syntax(.negate(named(a, &found)), shape: x.shape)
    case .transpose(let a): return Syntax(.transpose(named(a, &found)), shape: x.shape)
    case .binary(let op, let a, let b):
      let left = named(a, &found)
      return Syntax(.binary(op, left, named(b, &found)), shape: x.shape)
    case .call("d", let arguments): return note(arguments[0])
    case .call(let word, let arguments):
      var parts: [Syntax] = []
      for argument in arguments { parts.append(named(argument, &found)) }
      return Syntax(.call(word, parts), shape: x.shape)
    case .select, .assemble: return x
    }
  }
}

extension Expression {
  /// The directional derivative, by forward mode.
  func differential(_ variable: Expression, _ values: Values<Double>, _ direction: Matrix<Double>) throws -> Matrix<
    Double
  > {
    let dx = graph.differentialSymbol(of: variable.node)
    let dy = Expression(graph, try graph.differential(of: node, [variable.node: dx]))
    return try dy.value(at: values, moving: variable, along: direction)
  }
}

extension Derivation {
  /// Checks all lines at random admissible points, and both ends: the first line is a differential, the last is the derivative.
  func failure(_ program: Program, _ declarations: [String], _ derivative: Derivative, sizes: [String: Int]) throws
    -> String?
  {
    let g = program.graph
    guard let first = steps.first, let last = steps.last else { return "no steps" }
    guard case .differential(let root) = g.symbol(first.before.expression.node)?.role,
      root == derivative.expression.node
    else { return "starts with \(first.before.right)" }
    guard last.after.expression == derivative.value else {
      return "ends with \(last.after.right), the derivative is \(derivative.value.syntax)"
    }
    let roots = derivative.parts
    let sizes = g.testSizes(of: roots, given: sizes)
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<20 {
      var values = try g.admissibleValues(of: roots, sizes: sizes, using: &generator)
      let x = derivative.variable
      if case .definition(let value) = g.symbol(x.node)?.role {
        values[g.symbol(x.node)!.name] = try Expression(g, value).value(at: values)
      }
      let m = x.shape.rows.value(sizes)!
      let n = x.shape.columns.value(sizes)!
      var direction = Matrix<Double>(rows: m, columns: n, repeating: 0)
      for e in Graph.tangentBasis(m, n, g.structure(of: x.node)) { direction += generator.normal() * e }
      do {
        guard try derivative.conditions.allSatisfy({ try $0.holds(at: values) }) else { continue }
        let lines = DerivationLines(
          derivation: self, derivative: derivative, program: program, declarations: declarations, values: values,
          direction: direction)
        return try lines.failure()
      } catch let error as EvaluationError {
        guard case .domain = error else { return "\(error)\n\(text)" }
      }
    }
    return nil
  }
}
