// What came of the tests: results by name, or the reason why there is none, for all rows or group by group.
import GaussFit
import MatDeriv
import Tabular

/// One test as reports show it.
struct TestEntry {
  /// The word of the JSON.
  let name: String
  /// In words, for the page.
  let title: String
  let content: Content
  /// Numbers that belong to it, by their words in the JSON.
  var details: [(name: String, value: Double)] = []

  enum Content {
    case result(TestResult)
    /// It could not be done, and why.
    case missing(String)
  }
}

/// The tests of some rows.
struct TestedRows {
  /// nil where rows were not divided.
  let label: String?
  var normality: [TestEntry] = []
  var covariance: [TestEntry] = []
  /// Of rows with missing cells.
  var missing: [TestEntry] = []
  var outliers: [Outlier] = []
  /// Where the rows stand in their files, where that is known.
  var places: [RowPlace]?
}

struct TestOutcome {
  /// All rows, or each group.
  let parts: [TestedRows]
  /// Comparisons of the groups.
  let comparisons: [TestEntry]

  /// More rows take too long for the n^2 pairs of Henze and Zirkler's test.
  static let henzeZirklerRows = 20_000

  /// **Throws**: status 1 for a singular covariance, with its reason by name.
  init(_ data: GaussData, _ request: TestRequest, incomplete: [IncompleteSample?], threads: Int) throws(Failure) {
    do throws(GaussFitError) {
      // What is singular is told at once, of all groups.
      _ = try GroupedFit(data.groups.map { ($0.label ?? "", $0.moments) })
      var parts: [TestedRows] = []
      for (group, sample) in zip(data.groups, incomplete) {
        var part = try TestedRows(group, data, request, threads: threads)
        if let sample { part.missing = [TestEntry.little(sample, threads: threads)] }
        parts.append(part)
      }
      self.parts = parts
      comparisons = data.groupedBy == nil ? [] : try TestOutcome.comparisons(data)
    } catch {
      throw TestOutcome.failure(error, data)
    }
  }

  private static func failure(_ error: GaussFitError, _ data: GaussData) -> Failure {
    let mends: [String]
    let status: ExitStatus
    switch error {
    case .singular(let singularity):
      (status, mends) = (.answeredNo, singularity.mends.map(\.flags))
    case .singularGroups(let groups) where data.groupedBy == nil:
      return failure(.singular(groups[0].singularity), data)
    case .singularGroups(let groups):
      (status, mends) = (.answeredNo, groups.flatMap { $0.singularity.mends.map(\.flags) })
    default: (status, mends) = (.badData, [])
    }
    let lines = error.description.split(separator: "\n").map { Failure.Item(location: data.name, text: String($0)) }
    // Tests know neither a ridge nor a structure.
    let possible = mends.filter { $0.hasPrefix("--exclude") }
    return Failure(status, items: lines, mends: Array(possible.prefix(1)))
  }

  private static func comparisons(_ data: GaussData) throws(GaussFitError) -> [TestEntry] {
    guard data.groups.count > 1 else { return [] }
    let groups = data.groups.map { (name: $0.label ?? "", moments: $0.moments) }
    let comparison: GroupComparison
    do throws(GaussFitError) { comparison = try GroupComparison(groups) } catch .testUndefined(_, let reason) {
      return [("covarianceEquals", "equal covariances"), ("boxM", "Box's M"), ("meanEquals", "equal means")].map {
        TestEntry(name: $0.0, title: $0.1, content: .missing(reason))
      }
    }
    let box = comparison.box
    var entries = [
      TestEntry(
        name: "covarianceEquals", title: "equal covariances, likelihood ratio",
        content: .result(comparison.equalCovariances)),
      TestEntry(
        name: "boxM", title: "equal covariances, Box's M", content: .result(box.chiSquare),
        details: [("m", box.m), ("f", box.f.statistic), ("fDf2", box.f.df2 ?? 0), ("fPValue", box.f.pValue)]),
    ]
    entries.append(
      TestEntry("meanEquals", "equal means, Wilks") { () throws(GaussFitError) in
        let wilks = try comparison.equalMeans()
        return (wilks.f, [("lambda", wilks.lambda)])
      })
    if groups.count == 2 {
      entries.append(
        TestEntry("hotelling", "equal means, Hotelling") { () throws(GaussFitError) in
          let test = try groups[0].moments.hotellingTest(against: groups[1].moments)
          return (test.result, [("tSquared", test.tSquared)])
        })
    }
    return entries
  }
}

extension TestedRows {
  init(
    _ group: GaussData.Group, _ data: GaussData, _ request: TestRequest, threads: Int
  ) throws(GaussFitError) {
    let moments = group.moments
    label = group.label
    places = group.places
    if let rows = group.rows {
      try testNormality(Normality(rows: rows, columns: moments.columns, threads: threads))
    } else {
      let reason = data.hasRows ? "weights do not say how rows are distributed" : "a .gauss file has no rows"
      normality = TestEntry.normality.map { TestEntry(name: $0.0, title: $0.1, content: .missing(reason)) }
    }
    covariance = [
      TestEntry("sphericity", "sphericity") { () throws(GaussFitError) in (try moments.sphericityTest(), []) },
      TestEntry("independence", "independence") { () throws(GaussFitError) in (try moments.independenceTest(), []) },
    ]
    if let given = request.covariance {
      covariance.append(
        TestEntry("covariance", "the given covariance") { () throws(GaussFitError) in
          (try moments.covarianceTest(equals: given), [])
        })
    }
    if let blocks = request.blocks {
      covariance.append(
        TestEntry("blocks", "independent blocks") { () throws(GaussFitError) in (try moments.blocksTest(blocks), []) })
    }
    if let mean = request.mean {
      covariance.append(
        TestEntry("hotelling", "mean, Hotelling") { () throws(GaussFitError) in
          let test = try moments.hotellingTest(mean: mean)
          return (test.result, [("tSquared", test.tSquared)])
        })
    }
  }

  private mutating func testNormality(_ sample: Normality) throws(GaussFitError) {
    let mardia = sample.mardia()
    var skewness = [("b1", mardia.b1)]
    if let small = mardia.skewnessSmallSample {
      skewness += [("smallSampleStatistic", small.statistic), ("smallSamplePValue", small.pValue)]
    }
    var kurtosis = [("b2", mardia.b2)]
    if let small = mardia.kurtosisSmallSample {
      kurtosis += [("smallSampleStatistic", small.statistic), ("smallSamplePValue", small.pValue)]
    }
    let titles = TestEntry.normality.map(\.1)
    normality = [
      TestEntry(
        name: "mardiaSkewness", title: titles[0], content: .result(mardia.skewness), details: skewness),
      TestEntry(name: "mardiaKurtosis", title: titles[1], content: .result(mardia.kurtosis), details: kurtosis),
      sample.rows <= TestOutcome.henzeZirklerRows
        ? TestEntry(name: "henzeZirkler", title: titles[2], content: .result(sample.henzeZirkler()))
        : TestEntry(
          name: "henzeZirkler", title: titles[2],
          content: .missing("it compares all pairs of rows; at most \(TestOutcome.henzeZirklerRows) rows are taken")),
      TestEntry("doornikHansen", titles[3]) { () throws(GaussFitError) in (try sample.doornikHansen(), []) },
      TestEntry("royston", titles[4]) { () throws(GaussFitError) in (try sample.royston().result, []) },
    ]
    outliers = (try? sample.outliers()) ?? []
  }
}

extension TestEntry {
  /// Names and titles of the tests of normality, in their order.
  static let normality = [
    ("mardiaSkewness", "Mardia, skewness"), ("mardiaKurtosis", "Mardia, kurtosis"), ("henzeZirkler", "Henze-Zirkler"),
    ("doornikHansen", "Doornik-Hansen"), ("royston", "Royston"),
  ]

  /// Little's test, of all rows.
  static func little(_ sample: IncompleteSample, threads: Int) -> TestEntry {
    TestEntry("littleMCAR", "missing completely at random, Little") { () throws(GaussFitError) in
      if sample.weighting == .reliability {
        throw GaussFitError.testUndefined(name: "littleMCAR", reason: "with reliability weights it has no law")
      }
      let fit = try IncompleteFit(sample, detail: .estimates, threads: threads)
      guard let result = LittleTest(fit, threads: threads).result else {
        throw GaussFitError.testUndefined(name: "littleMCAR", reason: "all rows have the same columns")
      }
      return (result, [("patterns", Double(sample.patterns.count))])
    }
  }

  /// A test that may have no meaning for the data.
  init(
    _ name: String, _ title: String, _ test: () throws(GaussFitError) -> (TestResult, [(name: String, value: Double)])
  ) {
    self.name = name
    self.title = title
    do throws(GaussFitError) {
      let (result, details) = try test()
      content = .result(result)
      self.details = details
    } catch .testUndefined(_, let reason) {
      content = .missing(reason)
    } catch {
      content = .missing(error.description)
    }
  }
}
