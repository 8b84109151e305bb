// The JSON of fits that were searched for, with the keys of other fits where they mean the same, and their records.
import GaussFit
import JSONText
import MatDeriv

extension FitReport {
  func json(_ fit: GradientFit) -> JSON {
    [
      "structure": "full", "method": "gradient", "optimizer": .string(fit.optimizer.rawValue),
      "columns": JSON(fit.moments.columns), "rows": .integer(fit.moments.rows),
      "sampleSize": .number(fit.moments.sampleSize), "mean": JSON(fit.gaussian.mean),
      "meanInterval": intervals(fit.moments.columns.indices.map { fit.meanInterval($0, level: request.level) }),
      "covariance": JSON(fit.covariance), "logLikelihood": .number(fit.logLikelihood),
      "iterations": .integer(fit.iterations), "evaluations": .integer(fit.evaluations),
      "gradientNorm": .number(fit.gradientNorm), "converged": .bool(fit.converged), "reason": .string(fit.reason),
      "likelihood": .string(fit.likelihood.text), "derivatives": JSON(fit.likelihood.derivatives),
    ]
  }

  func json(_ fit: StructuredFit) -> JSON {
    let criteria = fit.criteria
    return [
      "structure": .string(request.covariance.text), "formula": .string(fit.formula.text),
      "method": fit.formula.isClosed ? "closedForm" : "gradient",
      "columns": JSON(fit.moments.columns), "rows": .integer(fit.moments.rows),
      "sampleSize": .number(fit.moments.sampleSize), "mean": JSON(fit.gaussian.mean),
      "meanSource": .string(fit.meanSource.rawValue), "meanStandardError": JSON(fit.meanStandardError),
      "meanInterval": intervals(fit.moments.columns.indices.map { fit.meanInterval($0, level: request.level) }),
      "covariance": JSON(fit.covariance), "covarianceStandardError": JSON(fit.covarianceStandardError),
      "estimates": .object(
        fit.parameters.map { ($0.name, ["value": JSON($0.value), "standardError": JSON($0.standardError)]) }),
      "logLikelihood": .number(fit.logLikelihood), "parameters": .integer(fit.parameterCount),
      "aic": .number(criteria.aic), "aicc": criteria.aicc.map(JSON.number) ?? nil, "bic": .number(criteria.bic),
      "starts": ["tried": .integer(fit.starts.tried), "agreed": .integer(fit.starts.agreed)],
      "iterations": .integer(fit.iterations), "evaluations": .integer(fit.evaluations),
      "gradientNorm": .number(fit.gradientNorm), "converged": .bool(fit.converged),
      "identified": fit.isIdentified.map(JSON.bool) ?? nil, "reason": .string(fit.reason),
    ]
  }

  /// Intervals of the mean, null where there are none.
  func intervals(_ intervals: [Interval?]) -> JSON {
    [
      "level": .number(request.level), "lower": .array(intervals.map { $0.map { .finite($0.lower) } ?? nil }),
      "upper": .array(intervals.map { $0.map { .finite($0.upper) } ?? nil }),
    ]
  }

  /// Mean and covariance, one number on each record.
  func records(
    _ moments: Moments, group: String? = nil, mean: [Double], intervals: [Interval?], covariance: Matrix<Double>,
    errors: Matrix<Double>?, logLikelihood: Double
  ) -> [[Table.Cell]] {
    let (columns, n) = (moments.columns, moments.sampleSize)
    let label = group.map(Table.Cell.text) ?? .blank
    var rows: [[Table.Cell]] = columns.indices.map { j in
      let error = (covariance[j, j] / n).squareRoot()
      let ends = intervals[j].map { [Table.Cell.number($0.lower), .number($0.upper)] } ?? [.blank, .blank]
      return [label, .text("mean"), .text(columns[j]), .blank, .number(mean[j]), .number(error)] + ends
    }
    for i in columns.indices {
      for j in 0...i {
        let error = errors.map { Table.Cell.number($0[i, j]) } ?? .blank
        rows.append([
          label, .text("covariance"), .text(columns[i]), .text(columns[j]), .number(covariance[i, j]), error, .blank,
          .blank,
        ])
      }
    }
    rows.append([label, .text("logLikelihood"), .blank, .blank, .number(logLikelihood), .blank, .blank, .blank])
    return rows
  }
}
