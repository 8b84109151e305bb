// `--shrinkage`: a covariance shrunk towards a multiple of the identity, its page and its JSON.
import ArgumentParser
import GaussFit
import JSONText
import MatDeriv

struct ShrinkageFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Shrink the covariance towards a multiple of the identity, by the intensity of ledoit-wolf (from the rows) or oas; exists for any number of rows.",
      valueName: "name"))
  var shrinkage: ShrinkageChoice?

  /// What excludes shrinkage, as a sentence.
  func contradiction(_ fit: FitFlags, _ given: GivenFlags, _ compare: CompareFlags, _ data: DataFlags) -> String? {
    guard let shrinkage else { return nil }
    let flags = [
      ("--covariance", fit.covariance != .full), ("--method gradient", fit.method == .gradient),
      ("--ridge", fit.ridge != nil), ("--unbiased", fit.unbiased),
      ("--mean", given.mean != nil), ("--known-covariance", given.knownCovariance != nil),
      ("--compare", !compare.compare.isEmpty),
    ]
    if let flag = flags.first(where: \.1) { return "--shrinkage and \(flag.0) exclude each other" }
    if data.by != nil { return "--shrinkage is for all rows: fit the groups one by one" }
    if shrinkage == .ledoitWolf, data.weights != nil {
      return "--shrinkage ledoit-wolf needs rows that count once; with --weights there is --shrinkage oas"
    }
    return nil
  }
}

enum ShrinkageChoice: String, CaseIterable, ExpressibleByArgument {
  case ledoitWolf = "ledoit-wolf"
  case oas
}

/// A shrunk fit with the moments that it is of.
struct ShrunkFit {
  let moments: Moments
  let shrinkage: Shrinkage

  /// **Throws**: status 64 for Ledoit and Wolf's intensity without rows.
  init(_ choice: ShrinkageChoice, _ moments: Moments, _ data: GaussData, threads: Int) throws(Failure) {
    self.moments = moments
    do throws(GaussFitError) {
      switch choice {
      case .oas: shrinkage = try Shrinkage(oas: moments)
      case .ledoitWolf:
        guard let rows = data.groups[0].rows else { throw .testUndefined(name: "rows", reason: "") }
        let kept = data.columns.indices.filter { moments.columns.contains(data.columns[$0]) }
        shrinkage = try Shrinkage(
          ledoitWolf: kept.count == data.columns.count ? rows : rows[columns: kept], columns: moments.columns,
          threads: threads)
      }
    } catch .testUndefined {
      throw Failure(
        .usage, "--shrinkage ledoit-wolf needs rows, and a .gauss file has none left", mend: "--shrinkage oas")
    } catch .singular(let singularity) {
      throw Failure(.answeredNo, singularity.sentence, at: data.name)
    } catch { throw Failure(.badData, error.description, at: data.name) }
  }

  /// Standard errors of the mean, by the variances of the rows: shrinking is no variation of theirs.
  var meanStandardError: [Double] {
    moments.standardDeviation.map { $0 / moments.sampleSize.squareRoot() }
  }

  /// Intervals of the mean, by Student's t.
  func meanInterval(_ j: Int, level: Double) -> Interval? {
    let n = moments.sampleSize
    guard n > 1 else { return nil }
    let t = -StudentT(degreesOfFreedom: n - 1).quantile((1 - level) / 2)
    let reach = t * moments.standardDeviation[j] / (n - 1).squareRoot()
    let mean = shrinkage.gaussian.mean[j]
    return Interval(lower: mean - reach, upper: mean + reach)
  }
}

extension FitReport {
  func verdict(_ fit: ShrunkFit) -> String {
    "Gaussian with a covariance shrunk by \(Numbers.human(fit.shrinkage.intensity)) fitted to \(rowsPhrase) of "
      + "\(Numbers.counted(fit.moments.columns.count, "column"))\(droppedPhrase): log-likelihood "
      + Numbers.human(fit.shrinkage.logLikelihood)
  }

  func sections(of fit: ShrunkFit) -> [Section] {
    let (columns, s) = (fit.moments.columns, fit.shrinkage)
    let sd = s.covariance.diagonal.map { $0.squareRoot() }
    let facts = [
      ("method", s.method == .oas ? "oracle approximating shrinkage" : "Ledoit and Wolf"),
      ("intensity", "\(Numbers.human(s.intensity)), from 0 (the rows' covariance) to 1 (the target)"),
      ("target", "\(Numbers.human(s.target)) times the identity: the mean variance"),
      ("log-likelihood", Numbers.human(s.logLikelihood)),
      (
        "without",
        s.logLikelihoodWithout.map {
          "\(Numbers.human($0)), the maximum; shrinking takes \(Numbers.human($0 - s.logLikelihood))"
        }
          ?? "the covariance is singular"
      ),
      ("log determinant", Numbers.human(s.gaussian.logDeterminant)),
    ]
    let correlations =
      columns.count > 1
      ? matrix(
        "correlation", note: "of the shrunk covariance", columns,
        Matrix(rows: sd.count, columns: sd.count) { i, j in i == j ? 1 : s.covariance[i, j] / sd[i] / sd[j] }) : []
    return means(
      columns, s.gaussian.mean, fit.meanStandardError, s.covariance, fit.moments.sampleSize,
      method: "shrunk covariance", law: "Student's t, by the variances of the rows; sd: of the shrunk covariance"
    ) { fit.meanInterval($0, level: request.level) }
      + matrix("covariance", note: "divisor n, shrunk", columns, s.covariance) + correlations
      + [Section("shrinkage", [.facts(facts)])]
  }

  func warnings(of fit: ShrunkFit) -> [Warning] {
    let s = fit.shrinkage
    let effect =
      s.logLikelihoodWithout.map {
        "the log-likelihood is \(Numbers.human(s.logLikelihood)) instead of \(Numbers.human($0))"
      } ?? "without it the covariance is singular"
    return [
      Warning(
        code: "W006",
        text:
          "the covariance is shrunk by \(Numbers.human(s.intensity)) towards \(Numbers.human(s.target)) times the identity, "
          + "as asked: \(effect)")
    ]
  }

  func json(_ fit: ShrunkFit) -> JSON {
    let s = fit.shrinkage
    return [
      "structure": "full", "method": "shrinkage", "columns": JSON(fit.moments.columns),
      "rows": .integer(fit.moments.rows), "sampleSize": .number(fit.moments.sampleSize), "mean": JSON(s.gaussian.mean),
      "meanStandardError": JSON(fit.meanStandardError),
      "meanInterval": intervals(fit.moments.columns.indices.map { fit.meanInterval($0, level: request.level) }),
      "covariance": JSON(s.covariance), "logLikelihood": .number(s.logLikelihood),
      "logDeterminant": .number(s.gaussian.logDeterminant),
      "shrinkage": [
        "method": .string(s.method.rawValue), "intensity": .number(s.intensity), "target": .number(s.target),
        "logLikelihoodWithout": s.logLikelihoodWithout.map(JSON.number) ?? nil,
        "logLikelihoodChange": s.logLikelihoodChange.map(JSON.number) ?? nil,
      ],
    ]
  }
}
