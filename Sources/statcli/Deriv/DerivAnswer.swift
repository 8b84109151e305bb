// The answer: a derivative for each variable, its check and its value where they were asked for, and the exit status that follows.
import MatDeriv

struct DerivAnswer {
  /// All that is known about one variable.
  struct Result {
    let name: String
    let derivative: Derivative
    /// How it came about; where it is asked for.
    var derivation: Derivation?
    /// The derivative as --view shows it.
    var view: ViewEquation?
    /// The comparison with finite differences.
    var check: CheckResult?
    /// The value of the derivative at the given values.
    var value: Matrix<Double>?
  }

  let question: DerivQuestion
  private(set) var results: [Result] = []
  /// The value of the expression at the given values.
  private(set) var value: Matrix<Double>?
  private(set) var warnings: [Warning] = []

  init(_ question: DerivQuestion, _ flags: DerivFlags, withSteps: Bool) throws(Failure) {
    self.question = question
    for note in question.program.notes { warnings.append(Warning(code: "W203", text: note)) }
    for name in question.absent {
      warnings.append(
        Warning(code: "W201", text: "\(name) does not occur in the expression: the derivative is zero"))
    }
    let derivatives = try DerivAnswer.derivatives(question, flags)
    for (variable, derivative) in zip(question.variables, derivatives) {
      var result = Result(name: variable.name, derivative: derivative)
      do throws(DerivationError) {
        if withSteps {
          result.derivation = try derivative.derivation(of: question.program.syntax, avoiding: question.declaredNames)
        }
        if let view = flags.view { result.view = try derivative.equation(view) }
      } catch {
        throw DerivAnswer.failure(error, question)
      }
      results.append(result)
    }
    if !flags.at.isEmpty { try evaluate(try ValuesInput(flags.at, question.program)) }
    if flags.check {
      for index in results.indices { results[index].check = try DerivAnswer.check(results[index], question.sizes) }
    }
  }

  private static func derivatives(_ question: DerivQuestion, _ flags: DerivFlags) throws(Failure) -> [Derivative] {
    let expression = question.program.expression
    let variables = question.variables.map(\.expression)
    do throws(DerivationError) {
      guard flags.hessian else {
        return try MatDeriv.derivatives(
          of: expression, wrt: variables, layout: flags.layout, convention: flags.convention)
      }
      var result: [Derivative] = []
      for variable in variables { result.append(try hessian(of: expression, wrt: variable)) }
      return result
    } catch {
      throw failure(error, question)
    }
  }

  /// Whether every derivative that was checked is confirmed.
  var holds: Bool { results.allSatisfy { $0.check?.holds ?? true } && conditionsHold }

  /// Whether the values that were given meet all conditions.
  private var conditionsHold = true

  private mutating func evaluate(_ input: ValuesInput) throws(Failure) {
    let program = question.program
    for name in input.unused {
      warnings.append(Warning(code: "W202", text: "\(name) has a value and does not occur in the expression"))
    }
    let values = try input.values(for: question)
    value = try DerivAnswer.value(of: program.expression, "the expression", values, results.map(\.derivative))
    for index in results.indices {
      let derivative = results[index].derivative
      results[index].value = try DerivAnswer.value(
        of: derivative.value, "the derivative with respect to \(results[index].name)", values, [derivative])
    }
    checkConditions(values)
  }

  /// A number may come out where the derivative does not exist, at a kink or a double eigenvalue.
  private mutating func checkConditions(_ values: Values<Double>) {
    var seen: [Condition] = []
    for condition in results.flatMap(\.derivative.conditions) where !seen.contains(condition) {
      seen.append(condition)
      if (try? condition.holds(at: values)) ?? true { continue }
      conditionsHold = false
      warnings.append(
        Warning(
          code: "W204",
          text: "at these values the condition \"\(condition.description)\" does not hold: there is no derivative"))
    }
  }

  /// The value, if it exists: nothing that is not finite leaves the program.
  private static func value(
    of expression: Expression, _ name: String, _ values: Values<Double>, _ derivatives: [Derivative]
  ) throws(Failure) -> Matrix<Double> {
    var conditions: [String] = []
    for condition in derivatives.flatMap(\.conditions).map(\.description) where !conditions.contains(condition) {
      conditions.append(condition)
    }
    let needs = conditions.isEmpty ? "" : "; needed: \(conditions.joined(separator: "; "))"
    let value: Matrix<Double>
    do throws(EvaluationError) { value = try expression.value(at: values) } catch {
      throw ValuesInput.failure(error, needs)
    }
    guard value.columnMajor.allSatisfy({ $0.isFinite }) else {
      throw Failure(.badData, "\(name) has no finite value there\(needs)", at: "--at")
    }
    return value
  }

  private static func check(_ result: Result, _ sizes: [String: Int]) throws(Failure) -> CheckResult {
    do throws(EvaluationError) {
      return try result.derivative.check(sizes: sizes)
    } catch {
      throw Failure(.answeredNo, "the derivative with respect to \(result.name) cannot be checked: \(error)")
    }
  }

  private static func failure(_ error: DerivationError, _ question: DerivQuestion) -> Failure {
    let names = question.variables.map(\.name).joined(separator: ", ")
    switch error {
    case .notTied:
      return Failure(
        .usage, "\(error)", mend: "--let '\(question.variables[0].name): symmetric(n)'", "--convention projected")
    case .noHessian: return Failure(.usage, "\(error)", mend: "leave out --hessian for the first derivative")
    default: return Failure(.answeredNo, "there is no derivative with respect to \(names): \(error)")
    }
  }
}

extension Condition {
  /// `X invertible`, `det(X) > 0`.
  var description: String {
    let text = self.text
    return "\(text.subject) \(text.predicate)"
  }
}

extension CheckResult {
  /// What was found, as a clause.
  var summary: String {
    if let failure { return "failed: \(failure)" }
    let error =
      "largest relative error \(Numbers.human(relativeError, digits: 2)) at \(Numbers.counted(points, "random point"))"
    return holds ? "\(error)" : "failed: \(error), tolerance \(Numbers.human(tolerance, digits: 2))"
  }
}
