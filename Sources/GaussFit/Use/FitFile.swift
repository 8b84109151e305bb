// Fitted distributions as text: a `.fit` file, JSON with exact doubles, for later commands and other programs. Text in, text out; files and their names
// are the caller's. Reading stands in FitFile+Reading.swift.
import JSONText
import MatDeriv

/// What a `.fit` file holds: one fitted Gaussian, or one for each group of rows.
public struct FitFile: Sendable, Equatable {
  /// A fitted Gaussian with the names of its columns.
  public struct Distribution: Sendable, Equatable {
    /// The group; nil where rows were not grouped.
    public let group: String?
    public let columns: [String]
    /// Sample size of the fit.
    public let sampleSize: Double
    /// The form of the covariance: a word or a formula, as it was asked for.
    public let structure: String
    public let gaussian: Gaussian
    public let covariance: Matrix<Double>

    /// **Shapes**: as many columns as the distribution has; traps otherwise.
    /// - Parameter covariance: as it was estimated; nil: that of the factor.
    public init(
      group: String? = nil, columns: [String], sampleSize: Double, structure: String, gaussian: Gaussian,
      covariance: Matrix<Double>? = nil
    ) {
      require(
        columns.count == gaussian.dimension, "\(columns.count) names for \(gaussian.dimension) columns of a Gaussian")
      self.group = group
      self.columns = columns
      self.sampleSize = sampleSize
      self.structure = structure
      self.gaussian = gaussian
      self.covariance = covariance ?? gaussian.covariance
    }
  }

  /// The `schema` of the files that this version writes and reads.
  public static let schema = "statcli.fit/1"

  /// The column that the rows were grouped by.
  public let groupedBy: String?
  /// One distribution without groups, or one for each; all of the same columns.
  public let distributions: [Distribution]
  /// The share of each group among all rows; 1 where there are none. Sums to 1 but for rounding.
  public let priors: [Double]
  /// The version of the program that wrote the file.
  public let version: String?

  /// **Shapes**: traps for no distribution, different columns, names of groups that are not there or stand twice, priors that are not positive.
  /// - Parameter priors: nil: in proportion to the sample sizes.
  public init(
    _ distributions: [Distribution], groupedBy: String? = nil, priors: [Double]? = nil, version: String? = nil
  ) {
    let names = distributions.compactMap(\.group)
    require(!distributions.isEmpty, "a .fit file holds at least one distribution")
    require(
      groupedBy == nil ? distributions.count == 1 : names.count == distributions.count,
      "\(distributions.count) distributions need groups and the name of their column")
    require(Set(names).count == names.count, "groups are named twice: \(names)")
    require(
      distributions.allSatisfy { $0.columns == distributions[0].columns },
      "all groups of a .fit file have one list of columns")
    require(
      priors == nil || priors!.count == distributions.count && priors!.allSatisfy { $0 > 0 },
      "each of \(distributions.count) groups needs a positive prior")
    self.distributions = distributions
    self.groupedBy = groupedBy
    let total = distributions.reduce(0) { $0 + $1.sampleSize }
    self.priors = priors ?? (groupedBy == nil ? [1] : distributions.map { $0.sampleSize / total })
    self.version = version
  }

  public var columns: [String] { distributions[0].columns }

  /// The groups as a mixture, with their priors or with equal weights.
  public func mixture(_ weights: MixtureWeights = .priors) -> Mixture {
    Mixture(
      distributions.map(\.gaussian), weights: weights == .priors ? priors : distributions.map { _ in 1 })
  }

  /// The file's text: JSON, ending in a line break.
  public var text: String { json.text(indented: true) + "\n" }

  private var json: JSON {
    var members: [(String, JSON)] = [("schema", .string(Self.schema))]
    if let version { members.append(("version", .string(version))) }
    if let groupedBy { members.append(("groupedBy", .string(groupedBy))) }
    members.append(
      ("gaussians", .array(zip(distributions, priors).map { Self.json($0, prior: groupedBy == nil ? nil : $1) })))
    return .object(members)
  }

  /// `factor` is the lower Cholesky factor of `covariance`.
  private static func json(_ distribution: Distribution, prior: Double?) -> JSON {
    var members: [(String, JSON)] = [("group", distribution.group.map(JSON.string) ?? nil)]
    if let prior { members.append(("prior", .number(prior))) }
    members += [
      ("columns", JSON(distribution.columns)),
      ("sampleSize", .number(distribution.sampleSize)),
      ("structure", .string(distribution.structure)),
      ("mean", JSON(distribution.gaussian.mean)),
      ("covariance", rows(distribution.covariance)),
      ("factor", rows(distribution.gaussian.lower)),
    ]
    return .object(members)
  }

  private static func rows(_ matrix: Matrix<Double>) -> JSON {
    .array((0..<matrix.rows).map { JSON(matrix.row($0)) })
  }
}

/// The weights of the groups of a fit, where it is taken as a mixture. The raw values are the words of the command line.
public enum MixtureWeights: String, Sendable, CaseIterable {
  /// The priors of the file: shares of the sample, unless it was conditioned.
  case priors = "sizes"
  case equal
}
