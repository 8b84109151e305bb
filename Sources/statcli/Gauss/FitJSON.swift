// The JSON of a fit, "statcli.gauss/1": stable keys, arrays in the order of `columns`, matrices as arrays of rows, null for what does
// not exist.
import GaussFit
import JSONText
import MatDeriv

extension FitReport {
  var json: JSON {
    var groups: [(String, JSON)] = []
    let fit: JSON
    switch outcome {
    case .single(let single): fit = json(single)
    case .searched(let searched): fit = json(searched)
    case .structured(let structured): fit = json(structured)
    case .incomplete(let fits) where data.groupedBy == nil: fit = json(fits[0].fit)
    case .incomplete(let fits):
      fit = nil
      groups = fits.map { ($0.name ?? "", json($0.fit)) }
    case .grouped(let grouped):
      fit = json(grouped)
      groups = zip(grouped.names, grouped.fits).map { ($0, json($1)) }
    case .singular(let singularity):
      fit = json(singularity, data.groupedBy == nil ? data.groups[0].moments : nil)
    case .singularGroups(let singular, let fits):
      fit = nil
      groups = data.groups.compactMap { group in
        let name = group.label ?? ""
        if let fit = fits.first(where: { $0.name == name })?.fit { return (name, json(fit)) }
        return singular.first { $0.group == name }.map { (name, json($0.singularity, group.moments)) }
      }
    }
    return [
      "schema": "statcli.gauss/1", "command": .string(command), "version": .string(Version.number), "data": dataJSON,
      "fit": fit, "groups": .object(groups), "tests": .object([]),
      "warnings": .array(
        warnings.map { warning in
          ["code": .string(warning.code), "text": .string(warning.text), "mend": warning.mend.map(JSON.string) ?? nil]
        }),
    ]
  }

  private var dataJSON: JSON {
    let used = fittedColumns
    return [
      "files": JSON(data.files),
      "rowsRead": .integer(data.rowsRead),
      "rowsUsed": .integer(data.rowsUsed),
      "rowsDropped": .integer(data.rowsDropped),
      "dropped": .array(data.dropped.map { ["reason": .string($0.reason), "rows": .integer($0.rows)] }),
      "weight": .number(data.weight),
      "weights": data.weightedBy.map(JSON.string) ?? nil,
      "weighting": .string(data.groups[0].moments.weighting.rawValue),
      "by": data.groupedBy.map(JSON.string) ?? nil,
      "columns": JSON(used.map { data.columns[$0] }),
      "ignored": .array(ignored.map { ["name": .string($0.name), "reason": .string($0.reason)] }),
      "missing": data.missing.isEmpty ? nil : .array(used.map { .integer(data.missing[$0]) }),
    ]
  }

  private func json(_ fit: Fit) -> JSON {
    let condition = fit.condition
    let intervals = (0..<fit.dimension).map { fit.meanInterval($0, level: request.level) }
    return [
      "structure": .string(fit.structure.rawValue),
      "method": "closedForm",
      "columns": JSON(fit.columns),
      "rows": .integer(fit.moments.rows),
      "sampleSize": .number(fit.sampleSize),
      "degreesOfFreedom": .number(fit.degreesOfFreedom),
      "mean": JSON(fit.mean),
      "meanStandardError": JSON(fit.meanStandardError),
      "meanInterval": [
        "level": .number(request.level), "lower": .array(intervals.map { $0.map { .finite($0.lower) } ?? nil }),
        "upper": .array(intervals.map { $0.map { .finite($0.upper) } ?? nil }),
      ],
      "covariance": JSON(fit.covariance),
      "covarianceStandardError": JSON(fit.covarianceStandardError),
      "covarianceUnbiased": fit.unbiasedCovariance.map { JSON($0) } ?? nil,
      "standardDeviation": JSON(fit.standardDeviation),
      "correlation": JSON(fit.correlation),
      "partialCorrelation": JSON(fit.partialCorrelation),
      "logLikelihood": .number(fit.logLikelihood),
      "parameters": .integer(fit.parameters),
      "aic": .number(fit.aic),
      "aicc": fit.aicc.map(JSON.number) ?? nil,
      "bic": .number(fit.bic),
      "logDeterminant": .number(fit.logDeterminant),
      "condition": ["raw": .finite(condition.raw), "scaled": .finite(condition.scaled)],
      "rank": .integer(fit.rank),
      "ridge": fit.ridge.map { ridge in
        [
          "value": .number(ridge.value), "logLikelihoodWithout": ridge.logLikelihoodWithout.map(JSON.number) ?? nil,
        ]
      } ?? nil,
      "droppedColumns": JSON(fit.droppedColumns),
    ]
  }

  private func json(_ grouped: GroupedFit) -> JSON {
    [
      "structure": .string(grouped.pooling == .tied ? "tied" : request.structure.rawValue),
      "method": "closedForm",
      "sampleSize": .number(grouped.sampleSize),
      "logLikelihood": .number(grouped.logLikelihood),
      "parameters": .integer(grouped.parameters),
      "aic": .number(grouped.aic),
      "aicc": grouped.aicc.map(JSON.number) ?? nil,
      "bic": .number(grouped.bic),
      "covariance": grouped.pooling == .tied ? JSON(grouped.fits[0].covariance) : nil,
      "covarianceUnbiased": grouped.pooling == .tied ? grouped.fits[0].unbiasedCovariance.map { JSON($0) } ?? nil : nil,
    ]
  }

  /// What exists without an invertible covariance; the keys of a fit that do not are left out.
  private func json(_ singularity: Singularity, _ moments: Moments?) -> JSON {
    let estimates: [(String, JSON)] =
      moments.map { moments in
        [
          ("columns", JSON(moments.columns)), ("mean", JSON(moments.mean)),
          ("standardDeviation", JSON(moments.standardDeviation)),
          ("covariance", JSON(moments.scatter * (1 / moments.weight))),
        ]
      } ?? []
    let reasons: [(String, JSON)] = [
      ("structure", .string(singularity.structure.rawValue)),
      ("singular", true),
      ("text", .string(singularity.description)),
      ("rank", .integer(singularity.rank)),
      ("dimension", .integer(singularity.dimension)),
      ("rows", .integer(singularity.rows)),
      ("constantColumns", JSON(singularity.constantColumns)),
      ("relations", .array(singularity.relations.map { JSON.relation($0) })),
      ("mends", .array(singularity.mends.map { ["flags": .string($0.flags), "effect": .string($0.effect)] })),
    ]
    return .object(reasons + estimates)
  }
}

extension JSON {
  fileprivate static func relation(_ relation: Relation) -> JSON {
    [
      "column": .string(relation.column),
      "terms": .array(relation.terms.map { ["column": .string($0.column), "coefficient": .number($0.coefficient)] }),
      "constant": relation.constant.map(JSON.finite) ?? nil,
    ]
  }
}
