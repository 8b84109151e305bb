// The JSON of a fit of data with missing cells, with the keys of other fits where they mean the same, and its records.
import GaussFit
import JSONText
import MatDeriv

extension FitReport {
  func json(_ fit: IncompleteFit) -> JSON {
    let criteria = fit.criteria
    return [
      "structure": "full", "method": "observedLikelihood", "columns": JSON(fit.sample.columns),
      "rows": .integer(fit.sample.rows), "sampleSize": .number(fit.sample.sampleSize),
      "mean": JSON(fit.gaussian.mean), "meanStandardError": fit.meanStandardError.map { JSON($0) } ?? nil,
      "covariance": JSON(fit.covariance),
      "covarianceStandardError": fit.covarianceStandardError.map { JSON($0) } ?? nil,
      "askedStandardErrors": fit.askedStandardErrors.map { asked in
        [
          "columns": JSON(asked.columns.map { fit.sample.columns[$0] }), "mean": JSON(asked.mean),
          "covariance": JSON(asked.covariance),
        ]
      } ?? nil,
      "standardDeviation": JSON(fit.covariance.diagonal.map { $0.squareRoot() }),
      "correlation": JSON(fit.gaussian.correlation), "partialCorrelation": JSON(fit.gaussian.partialCorrelation),
      "logLikelihood": .number(fit.logLikelihood), "parameters": .integer(fit.parameters),
      "aic": .number(criteria.aic), "aicc": criteria.aicc.map(JSON.number) ?? nil, "bic": .number(criteria.bic),
      "logDeterminant": .number(fit.gaussian.logDeterminant), "start": .string(fit.start.rawValue),
      "steps": .integer(fit.steps), "iterations": .integer(fit.iterations),
      "gradientNorm": fit.score.map(JSON.number) ?? nil, "converged": .bool(fit.converged),
      "worstFractionMissing": fit.worstFractionMissing.map(JSON.number) ?? nil,
      "monotone": .bool(fit.sample.isMonotone), "emptyRows": .integer(fit.sample.emptyRows),
      "patterns": .array(
        fit.sample.patterns.map { pattern in
          ["rows": .integer(pattern.rows), "missing": JSON(pattern.missing.map { fit.sample.columns[$0] })]
        }),
    ]
  }

  func records(_ incomplete: Outcome.Incomplete) -> [[Table.Cell]] {
    let fit = incomplete.fit
    let columns = fit.sample.columns
    let group = incomplete.name.map(Table.Cell.text) ?? .blank
    let z = StandardNormal().quantile(0.5 + request.level / 2)
    func record(_ quantity: String, _ row: String?, _ column: String?, _ value: Double, _ error: Double?) -> [Table
      .Cell]
    {
      [
        group, .text(quantity), row.map(Table.Cell.text) ?? .blank, column.map(Table.Cell.text) ?? .blank,
        .number(value), error.map(Table.Cell.number) ?? .blank,
        error.map { .number(value - z * $0) } ?? .blank, error.map { .number(value + z * $0) } ?? .blank,
      ]
    }
    var rows = columns.indices.map {
      record("mean", columns[$0], nil, fit.gaussian.mean[$0], fit.meanStandardError?[$0])
    }
    for i in columns.indices {
      for j in 0...i {
        rows.append(
          record("covariance", columns[i], columns[j], fit.covariance[i, j], fit.covarianceStandardError?[i, j]))
      }
    }
    let criteria = fit.criteria
    let scalars = [
      ("sampleSize", fit.sample.sampleSize), ("logLikelihood", fit.logLikelihood),
      ("parameters", Double(fit.parameters)), ("aic", criteria.aic), ("bic", criteria.bic),
    ]
    return rows + scalars.map { record($0.0, nil, nil, $0.1, nil) }
  }
}
