// The fit as records, one number with its uncertainty on each: what spreadsheets and scripts take.
import GaussFit

extension Moments {
  /// Standard deviations, divisor n.
  var standardDeviation: [Double] { scatter.diagonal.map { ($0 / weight).squareRoot() } }
}

extension FitReport {
  /// Quantities of one column have `row` only, of two columns both, of the whole fit neither.
  var records: Table {
    var rows: [[Table.Cell]] = []
    for (name, fit) in outcome.fits {
      let group = name.map(Table.Cell.text) ?? .blank
      rows += columnRecords(fit).map { [group] + $0 }
      rows += pairRecords(fit).map { [group] + $0 }
      rows += scalars(fit).map { [group] + $0 }
    }
    if case .searched(let fit) = outcome {
      rows += records(
        fit.moments, mean: fit.gaussian.mean, covariance: fit.covariance, errors: nil, logLikelihood: fit.logLikelihood)
    }
    if case .structured(let fit) = outcome {
      rows += records(
        fit.moments, mean: fit.gaussian.mean, covariance: fit.covariance, errors: fit.covarianceStandardError,
        logLikelihood: fit.logLikelihood)
    }
    if case .incomplete(let fits) = outcome { rows += fits.flatMap(records) }
    if case .singular = outcome {
      for group in data.groups {
        rows += columnRecords(group.moments).map { [group.label.map(Table.Cell.text) ?? .blank] + $0 }
      }
    }
    if case .grouped(let grouped) = outcome {
      rows += scalars(grouped.criteria).map { [.blank] + $0 }
    }
    return Table(
      columns: [
        .text("group"), .text("quantity"), .text("row"), .text("column"), .number("value"), .number("standardError"),
        .number("lower"), .number("upper"),
      ], rows: rows)
  }

  private func ends(_ interval: Interval?) -> [Table.Cell] {
    interval.map { [.number($0.lower), .number($0.upper)] } ?? [.blank, .blank]
  }

  /// Each column by itself.
  private func columnRecords(_ moments: Moments) -> [[Table.Cell]] {
    let (mean, sd) = (moments.mean, moments.standardDeviation)
    return moments.columns.indices.map { j in
      [.text("mean"), .text(moments.columns[j]), .blank, .number(mean[j]), .blank, .blank, .blank]
    }
      + moments.columns.indices.map { j in
        [.text("standardDeviation"), .text(moments.columns[j]), .blank, .number(sd[j]), .blank, .blank, .blank]
      }
  }

  private func columnRecords(_ fit: Fit) -> [[Table.Cell]] {
    let (mean, error, sd) = (fit.mean, fit.meanStandardError, fit.standardDeviation)
    let means = fit.columns.indices.map { j in
      [.text("mean"), .text(fit.columns[j]), .blank, .number(mean[j]), .number(error[j])]
        + ends(fit.meanInterval(j, level: request.level))
    }
    let deviations = fit.columns.indices.map { j in
      [.text("standardDeviation"), .text(fit.columns[j]), .blank, .number(sd[j]), .blank]
        + ends(fit.standardDeviationInterval(j, level: request.level))
    }
    return means + deviations
  }

  private func pairRecords(_ fit: Fit) -> [[Table.Cell]] {
    let error = fit.covarianceStandardError
    let (correlation, partial) = (fit.correlation, fit.partialCorrelation)
    var rows: [[Table.Cell]] = []
    func record(_ quantity: String, _ i: Int, _ j: Int, _ rest: [Table.Cell]) {
      rows.append([.text(quantity), .text(fit.columns[i]), .text(fit.columns[j])] + rest)
    }
    for i in fit.columns.indices {
      for j in 0...i {
        record("covariance", i, j, [.number(fit.covariance[i, j]), .number(error[i, j]), .blank, .blank])
      }
    }
    if let unbiased = fit.unbiasedCovariance {
      for i in fit.columns.indices {
        for j in 0...i { record("covarianceUnbiased", i, j, [.number(unbiased[i, j]), .blank, .blank, .blank]) }
      }
    }
    for i in fit.columns.indices {
      for j in 0..<i {
        let interval = ends(fit.correlationInterval(i, j, level: request.level))
        record("correlation", i, j, [.number(correlation[i, j]), .blank] + interval)
      }
    }
    for i in fit.columns.indices {
      for j in 0..<i { record("partialCorrelation", i, j, [.number(partial[i, j]), .blank, .blank, .blank]) }
    }
    return rows
  }

  private func scalars(_ fit: Fit) -> [[Table.Cell]] {
    let condition = fit.condition
    return [scalar("rows", .count(fit.moments.rows))] + scalars(fit.criteria) + [
      scalar("logDeterminant", .number(fit.logDeterminant)), scalar("conditionRaw", .number(condition.raw)),
      scalar("conditionScaled", .number(condition.scaled)), scalar("rank", .count(fit.rank)),
    ]
  }

  private func scalars(_ criteria: Criteria) -> [[Table.Cell]] {
    [
      scalar("sampleSize", .number(criteria.sampleSize)), scalar("logLikelihood", .number(criteria.logLikelihood)),
      scalar("parameters", .count(criteria.parameters)), scalar("aic", .number(criteria.aic)),
      scalar("aicc", criteria.aicc.map(Table.Cell.number) ?? .blank), scalar("bic", .number(criteria.bic)),
    ]
  }

  private func scalar(_ quantity: String, _ value: Table.Cell) -> [Table.Cell] {
    [.text(quantity), .blank, .blank, value, .blank, .blank, .blank]
  }
}
