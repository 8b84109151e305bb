// A singular covariance, explained: its rank, the columns that are constant, the relations between the others, too few
// rows; and what mends it, in words of the command line. This is what a fit throws instead of a repaired matrix.
import MatDeriv

/// Why the covariance of a fit does not exist.
public struct Singularity: Equatable, Sendable {
  /// A change that makes the fit possible.
  public struct Mend: Equatable, Sendable {
    /// The flags of the command line: `--exclude total`.
    public let flags: String
    /// What they do: `leave out "total"`.
    public let effect: String
  }

  public let structure: Structure
  /// Number of columns.
  public let dimension: Int
  /// Rank of their correlation matrix.
  public let rank: Int
  /// Rows of positive weight.
  public let rows: Int
  /// Groups whose means were estimated; 1 for a single sample, 0 where its mean is known.
  public let groups: Int
  public let constantColumns: [String]
  /// One relation for each column that depends on others; empty where there are too few rows to tell.
  public let relations: [Relation]
  /// The ridge that was added and did not suffice.
  public let ridge: Double?
  /// A ridge that suffices, a power of ten in the squared units of the data; nil where every variance is zero.
  public let sufficientRidge: Double?

  /// Whether the rows are too few for any covariance of this many columns.
  public let hasTooFewRows: Bool
}

extension Singularity {
  init(of sample: SampleCovariance, structure: Structure, ridge: Double?) {
    let constant = sample.constantColumns
    let varying = sample.without(constant)
    var dependence = Dependence(of: sample, among: varying)
    let tooFew = structure == .full && sample.rows - sample.estimatedMeans < varying.count
    let independent = structure == .diagonal || structure == .spherical
    if !tooFew && !independent && constant.isEmpty && dependence.dependent.isEmpty {
      // On the border, where two orders of rounding disagree: the fit was refused, so the nearest culprit is named.
      dependence = Dependence(of: sample, among: varying, suspecting: dependence.mostDependent)
    }
    hasTooFewRows = tooFew
    self.structure = structure
    self.ridge = ridge
    dimension = sample.dimension
    rank = dependence.rank
    rows = sample.rows
    groups = sample.estimatedMeans
    constantColumns = constant.map { sample.columns[$0] }
    relations = tooFew || independent ? [] : Relation.search(dependence, in: sample)
    sufficientRidge = Self.sufficientRidge(for: sample, varying, above: ridge)
  }

  /// About a hundredth of the typical variance, and enough beside the largest.
  private static func sufficientRidge(for sample: SampleCovariance, _ varying: [Int], above tried: Double?) -> Double? {
    let variances = varying.map { sample.matrix[$0, $0] }.sorted()
    guard let largest = variances.last, largest.isFinite else { return nil }
    let wanted = max(variances[variances.count / 2] / 100, largest * 1e-6, (tried ?? 0) * 10)
    let exponent = Double.log10(wanted).rounded(.up)
    return exponent < 0 ? 1 / Double.pow(10, -exponent) : Double.pow(10, exponent)
  }
}

extension Singularity {
  /// What mends it, the best first; each suffices alone.
  public var mends: [Mend] {
    var mends: [Mend] = []
    let excluded = relations.map(\.column)
    let dropping = constantColumns.isEmpty ? "" : "--drop-constant"
    let excluding = excluded.isEmpty ? "" : "--exclude " + excluded.map(shellQuoted).joined(separator: " --exclude ")
    if !hasTooFewRows && rank > 0 && !(dropping.isEmpty && excluding.isEmpty) {
      let effects =
        (constantColumns.isEmpty
          ? [] : ["leave out \(constantColumns.count == 1 ? "the constant column" : "the constant columns")"])
        + (excluded.isEmpty ? [] : ["leave out \(quotedList(excluded))"])
      mends.append(
        Mend(flags: joined(dropping, excluding), effect: effects.joined(separator: " and ")))
    }
    if let sufficientRidge {
      let value = shortDecimal(sufficientRidge, digits: 17)
      mends.append(Mend(flags: "--ridge \(value)", effect: "add \(value) to every variance"))
    }
    if rank > 0 && (structure == .full || structure == .compoundSymmetry) {
      mends.append(
        Mend(flags: joined("--covariance diag", dropping), effect: "estimate variances only, no correlations"))
    }
    return mends
  }

  private func joined(_ flags: String...) -> String { flags.filter { !$0.isEmpty }.joined(separator: " ") }
}

extension Singularity: CustomStringConvertible {
  /// One sentence: what is singular, how, and with which numbers.
  public var description: String {
    var causes: [String] = []
    if hasTooFewRows {
      let counted = rows == 1 ? "1 row" : "\(rows) rows"
      let inGroups = groups <= 1 ? "" : " in \(groups) groups"
      causes.append(
        "\(counted)\(inGroups) cannot determine the covariance of \(dimension) column\(dimension == 1 ? "" : "s"): "
          + "its rank is at most \(max(rows - groups, 0))")
    }
    if !constantColumns.isEmpty {
      let one = constantColumns.count == 1
      causes.append("column\(one ? "" : "s") \(quotedList(constantColumns)) \(one ? "is" : "are") constant")
    }
    if !relations.isEmpty {
      let shown = relations.prefix(5).map(\.description).joined(separator: ", ")
      let rest = relations.count > 5 ? " and \(relations.count - 5) relations more" : ""
      causes.append("column \(shown)\(rest)")
    }
    if causes.isEmpty { causes.append("the \(structure.rawValue) estimate has an eigenvalue of zero") }
    let tried = ridge.map { " even with the ridge \(shortDecimal($0, digits: 17))" } ?? ""
    return "covariance is singular\(tried) (rank \(rank) of \(dimension)): " + causes.joined(separator: "; ")
  }
}

/// A name as one word of a shell command.
func shellQuoted(_ name: String) -> String {
  let plain = name.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII
      && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "._-+:@%".unicodeScalars.contains(scalar))
  }
  if plain && !name.isEmpty && !name.hasPrefix("-") { return name }
  return "'" + name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
