// The text of a `.fit` file to distributions, and the refusal of everything that is none, by the name of the member that is wrong.
import JSONText
import MatDeriv

extension FitFile {
  /// Reads the text of a `.fit` file.
  ///
  /// **Throws**: `notAFit` with the place in the text, or the member that is missing, does not fit or cannot be: a factor that is none, or not that of
  /// the covariance; groups named twice, or of different columns.
  /// **Cost**: d^3 for the comparison of factor and covariance.
  public init(parsing bytes: [UInt8]) throws(GaussFitError) {
    guard !bytes.isEmpty else { throw .notAFit("it is empty") }
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw .notAFit(error.description) }
    guard json.objectValue != nil else { throw .notAFit("it is JSON, but not an object") }
    guard let schema = json["schema"]?.stringValue else { throw .notAFit("it has no \"schema\"") }
    guard schema == Self.schema else {
      throw .notAFit("its schema is \"\(schema)\"; this version reads \"\(Self.schema)\"")
    }
    guard let members = json["gaussians"] else { throw .notAFit("it has no \"gaussians\"") }
    guard let values = members.arrayValue else { throw .notAFit("\"gaussians\" is not an array") }
    guard !values.isEmpty else { throw .notAFit("\"gaussians\" is empty") }
    var read: [(Distribution, prior: Double?)] = []
    for (number, value) in values.enumerated() {
      read.append(try Self.distribution(value, where: values.count == 1 ? "" : " of Gaussian \(number + 1)"))
    }
    let distributions = read.map(\.0)
    let groupedBy = try Self.groupedBy(json, distributions)
    let priors = try Self.priors(read.map(\.prior), groupedBy)
    self.init(distributions, groupedBy: groupedBy, priors: priors, version: json["version"]?.stringValue)
  }

  private static func groupedBy(_ json: JSON, _ distributions: [Distribution]) throws(GaussFitError) -> String? {
    let names = distributions.compactMap(\.group)
    guard let member = json["groupedBy"], member != .null else {
      if let name = names.first { throw .notAFit("it has the group \"\(name)\", but no \"groupedBy\"") }
      guard distributions.count == 1 else {
        throw .notAFit("\"gaussians\" has \(distributions.count) entries without groups")
      }
      return nil
    }
    guard let groupedBy = member.stringValue else { throw .notAFit("\"groupedBy\" is not a name") }
    guard names.count == distributions.count else {
      throw .notAFit(
        "it is grouped by \"\(groupedBy)\", but \(distributions.count - names.count) of its Gaussians have no \"group\""
      )
    }
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw .notAFit("\"group\" names \"\(twice)\" twice")
    }
    if let other = distributions.first(where: { $0.columns != distributions[0].columns }) {
      throw .notAFit(
        "\"columns\" of group \"\(other.group ?? "")\" are others than those of group \"\(distributions[0].group ?? "")\""
      )
    }
    return groupedBy
  }

  private static func priors(_ priors: [Double?], _ groupedBy: String?) throws(GaussFitError) -> [Double]? {
    let stated = priors.compactMap(\.self)
    guard groupedBy != nil, !stated.isEmpty else { return nil }
    guard stated.count == priors.count else { throw .notAFit("some of its groups have no \"prior\"") }
    let sum = stated.reduce(0, +)
    guard abs(sum - 1) <= slack else { throw .notAFit("\"prior\" of its groups adds up to \(sum), not to 1") }
    return stated
  }

  /// How far sums and products may disagree by rounding.
  private static let slack = 0x1p-30

  private static func distribution(
    _ json: JSON, where place: String
  ) throws(GaussFitError) -> (Distribution, prior: Double?) {
    func fail(_ key: String, _ reason: String) -> GaussFitError { .notAFit("\"\(key)\"\(place) \(reason)") }
    func member<T>(_ key: String, _ kind: String, _ read: (JSON) -> T?) throws(GaussFitError) -> T {
      guard let value = json[key] else { throw .notAFit("it has no \"\(key)\"\(place)") }
      guard let typed = read(value) else { throw fail(key, "is not \(kind)") }
      return typed
    }
    func positive(_ value: JSON) -> Double? { value.doubleValue.flatMap { $0 > 0 ? $0 : nil } }
    guard json.objectValue != nil else { throw .notAFit("an entry of \"gaussians\" is not an object") }
    let columns = try member("columns", "an array of names") { $0.stringsValue }
    let d = columns.count
    guard d > 0 else { throw fail("columns", "is empty") }
    guard Set(columns).count == d else { throw fail("columns", "names a column twice") }
    let sampleSize = try member("sampleSize", "a positive number", positive)
    let structure = try member("structure", "a text") { $0.stringValue }
    var group: String?
    if let value = json["group"], value != JSON.null {
      guard let name = value.stringValue else { throw fail("group", "is not a name") }
      group = name
    }
    var prior: Double?
    if json["prior"] != nil { prior = try member("prior", "a positive number", positive) }
    let mean = try member("mean", "an array of numbers") { $0.doublesValue }
    guard mean.count == d else { throw fail("mean", "has \(mean.count) entries for \(d) columns") }
    let covariance = try matrix("covariance", d, try member("covariance", "an array of rows", rows), fail)
    let factor = try matrix("factor", d, try member("factor", "an array of rows", rows), fail)
    for j in 0..<d {
      guard factor[j, j] > 0 else { throw fail("factor", "has \(factor[j, j]) on its diagonal, in row \(j + 1)") }
      guard covariance[j, j] > 0 else {
        throw fail("covariance", "has the variance \(covariance[j, j]) in row \(j + 1)")
      }
      for i in 0..<j where factor[i, j] != 0 {
        throw fail("factor", "is not lower triangular: row \(i + 1), column \(j + 1) is \(factor[i, j])")
      }
      for i in 0..<j where covariance[i, j] != covariance[j, i] {
        throw fail("covariance", "is not symmetric: row \(i + 1), column \(j + 1)")
      }
    }
    let gaussian = Gaussian(mean: mean, lower: factor)
    let product = factor * factor.transposed
    for j in 0..<d {
      for i in j..<d {
        let size = covariance[i, i].squareRoot() * covariance[j, j].squareRoot()
        guard abs(product[i, j] - covariance[i, j]) <= slack * size else {
          throw fail(
            "factor",
            "is not that of \"covariance\": row \(i + 1), column \(j + 1) is \(covariance[i, j]) there, and "
              + "\(product[i, j]) by the factor")
        }
      }
    }
    return (
      Distribution(
        group: group, columns: columns, sampleSize: sampleSize, structure: structure, gaussian: gaussian,
        covariance: covariance), prior
    )
  }

  private static func rows(_ json: JSON) -> [[Double]]? {
    guard let values = json.arrayValue else { return nil }
    let rows = values.compactMap(\.doublesValue)
    return rows.count == values.count ? rows : nil
  }

  private static func matrix(
    _ key: String, _ d: Int, _ rows: [[Double]], _ fail: (String, String) -> GaussFitError
  ) throws(GaussFitError) -> Matrix<Double> {
    guard rows.count == d else { throw fail(key, "has \(rows.count) rows for \(d) columns") }
    for (i, row) in rows.enumerated() where row.count != d {
      throw fail(key, "has \(row.count) entries in row \(i + 1) for \(d) columns")
    }
    return Matrix(rowArrays: rows)
  }
}
