// The run of a minimisation, what it leaves, and what is to be said about it.
import MatDeriv

struct MinimizeAnswer {
  let question: MinimizeQuestion
  let flags: MinimizeFlags
  let result: MinimizationResult
  /// The variables where the search ended, in the order of the question.
  let minimizer: [(name: String, value: Matrix<Double>)]
  /// What is known of the search after each iteration; empty unless it is asked for.
  let trace: [Progress]
  let method: any MinimizationMethod
  /// What the Hessian is where the search converged; nil where nobody looked or there is none.
  let definiteness: Definiteness?
  /// By how much the value would still fall, where that is not little beside the value: the gradient is small because all is small there.
  let remaining: Double?

  /// The most parameters for which the Hessian is looked at by methods that do not need it.
  static let mostForHessian = 500

  init(_ question: MinimizeQuestion, _ flags: MinimizeFlags, quiet: Bool) throws(Failure) {
    self.question = question
    self.flags = flags
    let method = flags.method.method(rate: flags.rate?.value)
    self.method = method
    let line = IterationLine(quiet: quiet)
    var trace: [Progress] = []
    var first: Double?
    do throws(MinimizationError) {
      result = try minimize(question.objective, from: question.start, by: method, until: flags.rules) { progress in
        first = first ?? progress.value
        if flags.trace != nil { trace.append(progress) }
        line.update(progress)
        return .proceed
      }
    } catch {
      line.clear()
      throw MinimizeAnswer.failure(error, question)
    }
    line.clear()
    self.trace = trace
    let isSmall = question.objective.count <= MinimizeAnswer.mostForHessian
    let hessian = result.converged && isSmall ? try? question.objective.hessian(at: result.x) : nil
    let scaled = hessian.flatMap { ScaledHessian($0) }
    definiteness = scaled?.definiteness
    remaining = MinimizeAnswer.remaining(scaled, definiteness, result, first ?? result.value)
    let matrices = question.objective.packing.matrices(result.x)
    minimizer = question.question.variables.map { ($0.name, matrices[$0.name]!) }
  }

  /// Whether this is a minimum: the gradient vanishes, and no curvature that was seen says otherwise.
  var isMinimum: Bool {
    if case .indefinite = definiteness { return false }
    if remaining != nil { return false }
    return result.converged
  }

  /// A gradient below its tolerance is no minimum where the value still falls by a good part of itself, and not only by what rounding left of where
  /// it began.
  private static func remaining(
    _ hessian: ScaledHessian?, _ definiteness: Definiteness?, _ result: MinimizationResult, _ first: Double
  ) -> Double? {
    guard case .definite = definiteness, let decrease = hessian?.remainingDecrease(gradient: result.gradient) else {
      return nil
    }
    return decrease > 1e-6 * result.value.magnitude && decrease > 1e-12 * first.magnitude ? decrease : nil
  }

  var warnings: [Warning] {
    var warnings = question.question.program.notes.map { Warning(code: "W203", text: $0) } + question.values.warnings
    if !result.converged {
      warnings.append(
        Warning(code: "W301", text: "the minimisation did not converge: \(result.reason.description)", mend: mend))
    }
    // What the Hessian is at the answer, Newton notes for itself, with all digits.
    let notes = result.notes.filter { !$0.hasPrefix("the Hessian at the answer") }
    warnings += notes.map { Warning(code: "W302", text: $0) }
    switch definiteness {
    case .indefinite(let smallest):
      let text = "the Hessian where the gradient vanishes has a negative eigenvalue, \(Numbers.human(smallest))"
      warnings.append(Warning(code: "W302", text: text, mend: "another --start"))
    case .singular:
      warnings.append(
        Warning(code: "W302", text: "the Hessian at the minimum is singular, or nearly: other points may be as good"))
    case .definite, nil: break
    }
    if let remaining {
      warnings.append(
        Warning(
          code: "W301",
          text:
            "the gradient is below its tolerance, and yet the value would fall by \(Numbers.human(remaining, digits: 2)) and more: the function is flat "
            + "there or has no minimum", mend: "--tolerance \(Numbers.human(flags.rules.gradient * 1e-6))"))
    }
    return warnings
  }

  /// What might help where it did not converge.
  private var mend: String? {
    switch result.reason {
    case .iterations: "--max-iterations \(10 * max(1, flags.rules.iterations))"
    case .noProgress where result.gradientNorm > 0 && result.gradientNorm < 1e-3:
      "--tolerance \(Numbers.human(MinimizeAnswer.powerOfTen(above: result.gradientNorm)))"
    case .notFinite, .unbounded, .noProgress:
      flags.method.hasRate ? "--method lbfgs, or a smaller --rate" : "another --start"
    default: nil
    }
  }

  private static func powerOfTen(above x: Double) -> Double {
    var power = 1.0
    while power / 10 > x { power /= 10 }
    return power
  }

  private static func failure(_ error: MinimizationError, _ question: MinimizeQuestion) -> Failure {
    let first = question.question.variables[0]
    let form = first.expression.shape.isScalar ? "\(first.name)=1" : "\(first.name)=start.csv"
    return Failure(.badData, error.description, mend: "--start \(form) (another point)")
  }

  /// The trace as CSV.
  var traceCSV: String {
    Records.csv(
      Table(
        columns: ["iteration", "value", "gradientNorm", "evaluations"].map { .number($0) },
        rows: trace.map {
          [.count($0.iteration), .number($0.value), .number($0.gradientNorm), .count($0.evaluations)]
        }))
  }
}
