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
      "covariance": JSON(fit.covariance), "logLikelihood": .number(fit.logLikelihood),
      "iterations": .integer(fit.iterations), "evaluations": .integer(fit.evaluations),
      "gradientNorm": .number(fit.gradientNorm), "converged": .bool(fit.converged), "reason": .string(fit.reason),
      "likelihood": .string(fit.likelihood.text), "derivatives": JSON(fit.likelihood.derivatives),
    ]
  }

  func json(_ fit: StructuredFit) -> JSON {
    let criteria = fit.criteria
    return [
      "structure": .string(request.covariance.text), "formula": .string(fit.formula.text), "method": "gradient",
      "columns": JSON(fit.moments.columns), "rows": .integer(fit.moments.rows),
      "sampleSize": .number(fit.moments.sampleSize), "mean": JSON(fit.gaussian.mean),
      "covariance": JSON(fit.covariance), "covarianceStandardError": JSON(fit.covarianceStandardError),
      "estimates": .object(
        fit.parameters.map { ($0.name, ["value": JSON($0.value), "standardError": JSON($0.standardError)]) }),
      "logLikelihood": .number(fit.logLikelihood), "parameters": .integer(fit.parameterCount),
      "aic": .number(criteria.aic), "aicc": criteria.aicc.map(JSON.number) ?? nil, "bic": .number(criteria.bic),
      "starts": ["tried": .integer(fit.starts.tried), "agreed": .integer(fit.starts.agreed)],
      "iterations": .integer(fit.iterations), "evaluations": .integer(fit.evaluations),
      "gradientNorm": .number(fit.gradientNorm), "converged": .bool(fit.converged),
      "identified": .bool(fit.isIdentified), "reason": .string(fit.reason),
    ]
  }

  /// Mean and covariance, one number on each record.
  func records(
    _ moments: Moments, mean: [Double], covariance: Matrix<Double>, errors: Matrix<Double>?, logLikelihood: Double
  ) -> [[Table.Cell]] {
    let (columns, n) = (moments.columns, moments.sampleSize)
    var rows: [[Table.Cell]] = columns.indices.map { j in
      let error = (covariance[j, j] / n).squareRoot()
      return [.blank, .text("mean"), .text(columns[j]), .blank, .number(mean[j]), .number(error), .blank, .blank]
    }
    for i in columns.indices {
      for j in 0...i {
        let error = errors.map { Table.Cell.number($0[i, j]) } ?? .blank
        rows.append([
          .blank, .text("covariance"), .text(columns[i]), .text(columns[j]), .number(covariance[i, j]), error, .blank,
          .blank,
        ])
      }
    }
    rows.append([.blank, .text("logLikelihood"), .blank, .blank, .number(logLikelihood), .blank, .blank, .blank])
    return rows
  }
}
