// Moments as text: a `.gauss` file, JSON with exact doubles, so that parts of a data set can be summed up on different
// machines and combined. Text in, text out; files and their names are the caller's.
import JSONText
import MatDeriv

/// What a `.gauss` file holds: the moments of all rows, and of groups of them where rows were grouped.
public struct MomentsFile: Sendable, Equatable {
  /// The moments of the rows of one group.
  public struct Group: Sendable, Equatable {
    /// What the rows of the group have in the column that they are grouped by.
    public let name: String
    public let moments: Moments

    /// A group of this name.
    public init(name: String, moments: Moments) {
      self.name = name
      self.moments = moments
    }
  }

  /// The `schema` of the files that this version writes and reads.
  public static let schema = "statcli.moments/1"

  /// The moments of all rows.
  public let moments: Moments
  /// The column that the rows were grouped by.
  public let groupedBy: String?
  /// The groups, in the order in which they first appeared; empty without ``groupedBy``.
  public let groups: [Group]

  /// Moments of all rows and of groups of them.
  ///
  /// **Shapes**: traps if groups are given without the column that they are of.
  public init(_ moments: Moments, groupedBy: String? = nil, groups: [Group] = []) {
    require(groupedBy != nil || groups.isEmpty, "\(groups.count) groups need the name of the column they are of")
    self.moments = moments
    self.groupedBy = groupedBy
    self.groups = groups
  }

  /// The file's text: JSON, ending in a line break.
  public var text: String { json.text(indented: true) + "\n" }

  var json: JSON {
    var members: [(String, JSON)] = [("schema", .string(Self.schema))]
    members += Self.members(of: moments)
    if let groupedBy {
      members.append(("groupedBy", .string(groupedBy)))
      members.append(("groups", .object(groups.map { ($0.name, .object(Self.members(of: $0.moments))) })))
    }
    return .object(members)
  }

  private static func members(of moments: Moments) -> [(String, JSON)] {
    let d = moments.columns.count
    return [
      ("columns", JSON(moments.columns)),
      ("weighting", .string(moments.weighting.rawValue)),
      ("rows", .integer(moments.rows)),
      ("weight", .number(moments.weight)),
      ("squaredWeight", .number(moments.squaredWeight)),
      ("shift", .array(moments.shift.map { JSON([$0.high, $0.low]) })),
      ("meanDeviation", JSON(moments.meanDeviation)),
      // the lower triangle, row after row
      ("scatter", .array((0..<d).map { i in JSON((0...i).map { moments.scatter[i, $0] }) })),
    ]
  }
}

// MARK: Combining

extension MomentsFile {
  /// The moments of the rows of both, group by group; groups keep the order in which they first appear.
  ///
  /// **Throws**: `differentColumns`, `differentWeighting`, `differentGroups` if they are not grouped by the same column.
  public func merging(_ other: MomentsFile) throws(GaussFitError) -> MomentsFile {
    guard groupedBy == other.groupedBy else { throw .differentGroups(groupedBy, other.groupedBy) }
    let merged = try moments.merging(other.moments)
    var groups = self.groups
    var places = Dictionary(groups.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for group in other.groups {
      if let place = places[group.name] {
        groups[place] = Group(name: group.name, moments: try groups[place].moments.merging(group.moments))
      } else {
        places[group.name] = groups.count
        groups.append(group)
      }
    }
    return MomentsFile(merged, groupedBy: groupedBy, groups: groups)
  }

  /// The moments of the rows that are not in `part`, group by group; groups of which no row is left are left out.
  ///
  /// **Throws**: `differentColumns`, `differentWeighting`, `differentGroups`; `notAPart` if `part` has a group, or more of one, than is here.
  public func subtracting(_ part: MomentsFile) throws(GaussFitError) -> MomentsFile {
    guard groupedBy == part.groupedBy else { throw .differentGroups(groupedBy, part.groupedBy) }
    var rest = moments
    try rest.subtract(part.moments)
    let taken = Dictionary(part.groups.map { ($0.name, $0.moments) }, uniquingKeysWith: { first, _ in first })
    let names = Set(groups.map(\.name))
    if let foreign = part.groups.first(where: { !names.contains($0.name) && $0.moments.rows > 0 }) {
      throw .notAPart("group \"\(foreign.name)\" is not among those that it is to be taken from")
    }
    var left: [Group] = []
    for group in groups {
      var moments = group.moments
      do throws(GaussFitError) {
        if let part = taken[group.name] { try moments.subtract(part) }
      } catch .notAPart(let reason) {
        throw .notAPart("group \"\(group.name)\": \(reason)")
      }
      if moments.rows > 0 { left.append(Group(name: group.name, moments: moments)) }
    }
    return MomentsFile(rest, groupedBy: left.isEmpty ? nil : groupedBy, groups: left)
  }
}

// MARK: Reading

extension MomentsFile {
  /// Reads the text of a `.gauss` file.
  ///
  /// **Throws**: `notMoments` with the place in the text, or the member that is missing, does not fit or cannot be: of
  /// impossible weights, of rows that scatter where there is one, of groups that do not add up to the whole.
  public init(parsing bytes: [UInt8]) throws(GaussFitError) {
    guard !bytes.isEmpty else { throw .notMoments("it is empty") }
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw .notMoments(error.description) }
    guard json.objectValue != nil else { throw .notMoments("it is JSON, but not an object") }
    guard let schema = json["schema"]?.stringValue else { throw .notMoments("it has no \"schema\"") }
    guard schema == Self.schema else {
      throw .notMoments("its schema is \"\(schema)\"; this version reads \"\(Self.schema)\"")
    }
    moments = try Self.moments(json, where: "")
    let groupedBy = json["groupedBy"]?.stringValue
    var groups: [Group] = []
    if let members = json["groups"] {
      guard let members = members.objectValue else { throw .notMoments("\"groups\" is not an object") }
      guard groupedBy != nil else { throw .notMoments("it has \"groups\" but no \"groupedBy\"") }
      for (name, value) in members {
        let group = try Self.moments(value, where: " of group \"\(name)\"")
        try moments.requireSameColumns(as: group)
        groups.append(Group(name: name, moments: group))
      }
    }
    if let groupedBy {
      guard !groups.isEmpty else { throw .notMoments("it is grouped by \"\(groupedBy)\", but has no groups") }
      try Self.requireSum(groups.map(\.moments), moments)
    }
    self.groupedBy = groupedBy
    self.groups = groups
  }

  /// Every row is in one group.
  private static func requireSum(_ groups: [Moments], _ all: Moments) throws(GaussFitError) {
    let rows = groups.reduce(0.0) { $0 + Double($1.rows) }
    guard rows == Double(all.rows) else {
      throw .notMoments("the rows of its groups add up to \(Int(rows)), but \"rows\" is \(all.rows)")
    }
    for (key, part) in [("weight", \Moments.weight), ("squaredWeight", \Moments.squaredWeight)] {
      let sum = groups.reduce(0) { $0 + $1[keyPath: part] }
      let stated = all[keyPath: part]
      guard abs(sum - stated) <= slack * stated else {
        throw .notMoments("\"\(key)\" of its groups adds up to \(sum), but \"\(key)\" is \(stated)")
      }
    }
  }

  /// How far sums may disagree by rounding, and by what subtraction has left of it.
  private static let slack = 0x1p-20

  private static func moments(_ json: JSON, where place: String) throws(GaussFitError) -> Moments {
    func fail(_ key: String, _ reason: String) -> GaussFitError { .notMoments("\"\(key)\"\(place) \(reason)") }
    func member<T>(_ key: String, _ kind: String, _ read: (JSON) -> T?) throws(GaussFitError) -> T {
      guard let value = json[key] else { throw .notMoments("it has no \"\(key)\"\(place)") }
      guard let typed = read(value) else { throw fail(key, "is not \(kind)") }
      return typed
    }
    let columns = try member("columns", "an array of names") { $0.stringsValue }
    let d = columns.count
    guard d > 0 else { throw fail("columns", "is empty") }
    guard Set(columns).count == d else { throw fail("columns", "names a column twice") }
    let weighting = try member("weighting", "none, frequency or reliability") { value in
      value.stringValue.flatMap { Weighting(rawValue: $0) }
    }
    let rows = try member("rows", "a whole number of rows") { value in value.integerValue.flatMap { $0 >= 0 ? $0 : nil }
    }
    func nonnegative(_ key: String) throws(GaussFitError) -> Double {
      try member(key, "a number from 0 on") { value in value.doubleValue.flatMap { $0 >= 0 ? $0 : nil } }
    }
    let weight = try nonnegative("weight")
    let squaredWeight = try nonnegative("squaredWeight")
    guard (rows == 0) == (weight == 0) else { throw fail("weight", "is \(weight) for \(rows) rows") }
    guard weighting != .none || weight == Double(rows) else {
      throw fail("weight", "is \(weight), but \(rows) rows without weights weigh \(rows)")
    }
    guard rows <= 1 << 53 else { throw fail("rows", "is \(rows); counts beyond 2^53 are not exact as doubles") }
    try requireWeights(rows, weight, squaredWeight, weighting) { fail("squaredWeight", $0) }
    func sized<T>(_ key: String, _ values: [T]) throws(GaussFitError) -> [T] {
      guard values.count == d else { throw fail(key, "has \(values.count) entries for \(d) columns") }
      return values
    }
    let shift = try sized("shift", try member("shift", "an array of [high, low]") { Self.pairs($0) })
    let meanDeviation = try sized(
      "meanDeviation", try member("meanDeviation", "an array of numbers") { $0.doublesValue })
    let triangle = try sized("scatter", try member("scatter", "an array of rows") { Self.rowsOfNumbers($0) })
    for (i, row) in triangle.enumerated() {
      guard row.count == i + 1 else {
        throw fail("scatter", "has \(row.count) entries in row \(i + 1); its lower triangle has \(i + 1)")
      }
      guard row[i] >= 0 else { throw fail("scatter", "has the negative sum of squares \(row[i]) in row \(i + 1)") }
      // One row lies at its mean, but for the rounding of its deviation.
      let size = abs(shift[i].rounded) + abs(meanDeviation[i])
      guard rows > 1 || row[i].squareRoot() <= slack * weight.squareRoot() * size else {
        let counted = rows == 1 ? "1 row" : "no rows"
        throw fail("scatter", "has the sum of squares \(row[i]) in row \(i + 1); \(counted) cannot scatter")
      }
      for j in 0..<i {
        // |t_ij| <= sqrt(t_ii t_jj), but for rounding
        guard abs(row[j]) <= row[i].squareRoot() * triangle[j][j].squareRoot() * (1 + slack) else {
          throw fail("scatter", "has a correlation beyond 1 in row \(i + 1), column \(j + 1)")
        }
      }
    }
    return Moments(
      columns: columns, weighting: weighting, rows: rows, weight: weight, squaredWeight: squaredWeight, shift: shift,
      meanDeviation: meanDeviation, scatter: Matrix(rows: d, columns: d) { triangle[max($0, $1)][min($0, $1)] })
  }

  /// `w^2 / rows <= sum w_i^2 <= w^2`, by roots; weights whose squares leave the normal range are not asked.
  private static func requireWeights(
    _ rows: Int, _ weight: Double, _ squaredWeight: Double, _ weighting: Weighting, fail: (String) -> GaussFitError
  ) throws(GaussFitError) {
    guard weighting != .none || squaredWeight == Double(rows) else {
      throw fail("is \(squaredWeight), but the squared weights of \(rows) rows without weights sum to \(rows)")
    }
    guard rows > 0 else {
      guard squaredWeight == 0 else { throw fail("is \(squaredWeight) for 0 rows") }
      return
    }
    if max(weight * weight, squaredWeight) < 0x1p-900 { return }
    let least = weight / Double(rows).squareRoot()
    let root = squaredWeight.squareRoot()
    guard root >= least * (1 - slack), root <= weight * (1 + slack) else {
      throw fail(
        "is \(squaredWeight), but for \(rows) rows of weight \(weight) it lies between \(least * least) "
          + "and \(weight * weight)")
    }
  }

  private static func pairs(_ json: JSON) -> [DoubleDouble]? {
    guard let pairs = rowsOfNumbers(json), pairs.allSatisfy({ $0.count == 2 }) else { return nil }
    return pairs.map { DoubleDouble(sum: $0[0], $0[1]) }
  }

  private static func rowsOfNumbers(_ json: JSON) -> [[Double]]? {
    guard let rows = json.arrayValue else { return nil }
    var read: [[Double]] = []
    for row in rows {
      guard let values = row.doublesValue else { return nil }
      read.append(values)
    }
    return read
  }
}
