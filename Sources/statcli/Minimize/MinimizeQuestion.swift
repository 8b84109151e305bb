// What is to be minimised: the expression with its data as an objective, and the parameters to start from.
import MatDeriv

struct MinimizeQuestion {
  let question: DerivQuestion
  let values: MinimizeValues
  let objective: Objective
  /// The parameters to start from.
  let start: [Double]

  init(
    _ input: ExpressionInput, _ expression: ExpressionFlags, _ flags: MinimizeFlags, _ reader: MinimizeValues.Reader
  ) throws(Failure) {
    let data = try Assignment.all(flags.data, flag: "--data")
    let start = try Assignment.all(flags.start, flag: "--start")
    let question = try DerivQuestion(input, expression, given: Set(data.map(\.name)))
    let program = question.program
    guard program.expression.shape.isScalar else {
      throw Failure(
        .usage, "only a scalar can be minimised; \(program.syntax) is \(program.expression.shape)",
        mend: "sum(\(program.syntax))", "norm2(\(program.syntax))^2")
    }
    for (name, _) in question.variables {
      if program.definitions.contains(where: { $0.name == name }) {
        throw Failure(
          .usage, "\(name) is a part named by where, and follows from other names: it cannot be minimised over",
          mend: "--wrt \(question.occurring.first { name in !data.contains { $0.name == name } } ?? "x")")
      }
      if question.absent.contains(name) {
        throw Failure(.usage, "\(name) does not occur in the expression: there is nothing to minimise over")
      }
    }
    self.question = question
    values = try MinimizeValues(question, data: data, start: start, reader)
    do throws(ObjectiveError) {
      objective = try Objective(
        program.expression, wrt: question.variables.map(\.expression), data: values.values)
    } catch {
      throw MinimizeQuestion.failure(error)
    }
    self.start = try MinimizeQuestion.parameters(objective, values, question)
  }

  /// The start as parameters. Mirrored entries that differ by rounding, as the check of values lets them, are averaged.
  private static func parameters(
    _ objective: Objective, _ values: MinimizeValues, _ question: DerivQuestion
  ) throws(Failure) -> [Double] {
    var matrices: [String: Matrix<Double>] = [:]
    for (name, variable) in question.variables {
      let matrix = values.values[name]!
      matrices[name] = variable.facts.contains(.symmetric) ? 0.5 * (matrix + Matrix(matrix.transposed)) : matrix
    }
    do throws(ObjectiveError) { return try objective.packing.parameters(matrices) } catch {
      throw Failure(.badData, error.description, at: "--start")
    }
  }

  private static func failure(_ error: ObjectiveError) -> Failure {
    switch error {
    case .derivative(let error): return Failure(.answeredNo, "there is no derivative: \(error)")
    case .plan(.size(let name)), .values(.size(let name)): return DerivQuestion.sizesMissing([name])
    case .structure, .parameter, .notScalar: return Failure(.usage, error.description)
    default: return Failure(.badData, error.description)
    }
  }
}
