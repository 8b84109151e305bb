// Moments straight from delimited text, all rows together or group by group.
import MatDeriv
import Tabular

/// What is to be summed.
public struct MomentsRequest: Sendable {
  /// The columns of the input, in the order of the result.
  public var columns: [Int]
  /// The column whose labels divide the rows into groups.
  public var groupColumn: Int?
  /// The folds that divide the rows, by their line, in the place of a column.
  public var folds: Folds?
  public var weightColumn: Int?
  public var weighting: Weighting
  public var arithmetic: ReadingPlan.Arithmetic
  public var keeping: Keeping
  public var missing: Missing

  /// What becomes of rows with missing cells.
  public enum Missing: Sendable {
    /// They are left out.
    case dropped
    /// They are grouped by which cells they have.
    case grouped
  }

  /// What is left of the rows.
  public enum Keeping: Sendable {
    /// Their moments; memory does not grow with the input.
    case moments
    /// The rows as well.
    case rows
  }

  public init(
    columns: [Int], groupColumn: Int? = nil, folds: Folds? = nil, weightColumn: Int? = nil,
    weighting: Weighting = .frequency, arithmetic: ReadingPlan.Arithmetic = .decimal, keeping: Keeping = .moments,
    missing: Missing = .dropped
  ) {
    self.columns = columns
    require(groupColumn == nil || folds == nil, "rows are divided by a column or into folds")
    self.groupColumn = groupColumn
    self.folds = folds
    self.weightColumn = weightColumn
    self.weighting = weighting
    self.arithmetic = arithmetic
    self.keeping = keeping
    self.missing = missing
  }

  var isDivided: Bool { groupColumn != nil || folds != nil }
}

/// The moments of an input.
public struct MomentsReading: Sendable {
  public struct Group: Sendable {
    /// nil where the rows were not divided; the number of a fold.
    public var label: String?
    /// Of the complete rows.
    public var moments: Moments
    /// The others, where they were grouped and there are some.
    var incomplete: IncompleteRows?
    /// The unit and the origin of each column, in which the others lie.
    var scales: [DeviationScale] = []
    /// The rows of positive weight in the order of the input, if they were to be kept.
    public var rows: Matrix<Double>?
    /// Where these rows stand in their files, if they were to be kept.
    public var places: [RowPlace]?
  }

  /// In order of first appearance; empty if no row could be used.
  public var groups: [Group]
  public var tally: ReadingTally
  /// Rows left out because their weight is zero.
  public var zeroWeightRows: Int
  /// Rows of negative weight, and one such weight: the input is wrong if there are any.
  public var negativeWeights: (rows: Int, example: Double)?
  /// Rows whose label is not valid text in the file's encoding.
  public var undecodableLabels: Int
  /// Rows without any cell, where rows with missing cells were grouped.
  public var emptyRows: Int
}

extension MomentsReading {
  /// Reads the whole input once.
  ///
  /// **Throws**: `TabularError` with everything that is wrong in the input.
  /// **Cost**: one pass over the text; d^2 numbers per group and thread.
  public init(_ input: DelimitedInput, _ request: MomentsRequest, threads: Int) throws(TabularError) {
    let plan = ReadingPlan(
      deviations: request.columns, values: request.weightColumn.map { [$0] } ?? [],
      texts: request.groupColumn.map { [$0] } ?? [], arithmetic: request.arithmetic,
      missing: request.missing == .grouped ? .staysInDeviations : .dropsRow,
      lines: request.folds == nil && request.keeping == .moments ? .unknown : .counted)
    let (result, tally) = try input.read(plan, threads: threads) { MomentsConsumer(request) }
    let scales = request.columns.map { input.deviationScale(of: $0, request.arithmetic) }
    let names = request.columns.map { input.schema.columns[$0].name }
    let weighting = request.weightColumn == nil ? Weighting.none : request.weighting
    let total = result ?? GroupedMoments()
    groups = total.labels.indices.filter { total.moments[$0].rows > 0 || total.incomplete[$0].count > 0 }.map { i in
      Group(
        label: request.isDivided ? total.labels[i] ?? "" : nil,
        moments: Moments(total.moments[i], columns: names, weighting: weighting, scales: scales),
        incomplete: total.incomplete[i].count > 0 ? total.incomplete[i] : nil, scales: scales,
        rows: request.keeping == .rows ? total.rows[i].values(scales) : nil,
        places: request.keeping == .rows ? total.rows[i].places : nil)
    }
    self.tally = tally
    zeroWeightRows = total.zeroWeights
    negativeWeights = total.negativeWeights > 0 ? (total.negativeWeights, total.negativeExample) : nil
    undecodableLabels = total.undecodableLabels
    emptyRows = total.incomplete.reduce(0) { $0 + $1.emptyRows }
  }
}

extension MomentsReading.Group {
  /// Whether some rows lack cells.
  public var hasMissingCells: Bool { incomplete != nil }

  /// All rows of the group, by pattern.
  ///
  /// **Throws**: `allMissing`, `constantColumns`.
  public func incompleteSample() throws(GaussFitError) -> IncompleteSample {
    try IncompleteSample(
      moments, incomplete ?? IncompleteRows(columns: moments.columns.count),
      origin: scales.map { DoubleDouble(significand: $0.origin, scale: $0.places) },
      unit: scales.map { DoubleDouble.powerOfTen[$0.places] })
  }
}

/// The moments of the groups of a part of the rows.
struct GroupedMoments: Sendable {
  var labels: [String?] = []
  var moments: [PartialMoments] = []
  /// As many as there are groups; empty where rows are not kept.
  var rows: [KeptRows] = []
  /// As many as there are groups.
  var incomplete: [IncompleteRows] = []
  var zeroWeights = 0
  var negativeWeights = 0
  var negativeExample = 0.0
  var undecodableLabels = 0

  mutating func merge(_ other: GroupedMoments) {
    if labels == other.labels {
      for i in moments.indices {
        moments[i].merge(other.moments[i])
        rows[i].append(other.rows[i])
        incomplete[i].append(other.incomplete[i])
      }
    } else {
      var place: [String?: Int] = [:]
      for (i, label) in labels.enumerated() { place[label] = i }
      for (k, label) in other.labels.enumerated() {
        if let i = place[label] {
          moments[i].merge(other.moments[k])
          rows[i].append(other.rows[k])
          incomplete[i].append(other.incomplete[k])
        } else {
          place[label] = labels.count
          labels.append(label)
          moments.append(other.moments[k])
          rows.append(other.rows[k])
          incomplete.append(other.incomplete[k])
        }
      }
    }
    if negativeWeights == 0 { negativeExample = other.negativeExample }
    zeroWeights += other.zeroWeights
    negativeWeights += other.negativeWeights
    undecodableLabels += other.undecodableLabels
  }
}

/// Sums chunks of text that has become numbers.
struct MomentsConsumer: ChunkConsumer {
  private let request: MomentsRequest
  private let columns: Int
  private let scratch: Accumulator.Scratch
  private var accumulators: [Accumulator] = []
  private var kept: [KeptRows] = []
  private var incomplete: [IncompleteRows] = []
  private var labels = LabelIndex()
  private var current = GroupedMoments()
  /// Groups in the order of their first appearance in the current block.
  private var order: [Int] = []
  private var isInBlock: [Bool] = []
  // Rows of one group, moved together.
  private var gathered: [Double] = []
  private var gatheredWeights: [Double] = []
  private var rowsOfGroup: [[Int]] = []

  init(_ request: MomentsRequest) {
    self.request = request
    columns = request.columns.count
    scratch = Accumulator.Scratch(columns: columns, capacity: 512)
  }

  mutating func consume(_ chunk: borrowing Chunk) {
    let places = request.keeping == .rows ? chunk.places : []
    if !request.isDivided && request.weightColumn == nil && chunk.incompleteRows == 0 {
      if order.isEmpty { enter(0) }
      accumulators[0].add(chunk.numbers, stride: chunk.stride, rows: chunk.rows)
      if request.keeping == .rows {
        kept[0].append(chunk.numbers, stride: chunk.stride, places: places)
      }
      return
    }
    divide(chunk)
    for group in rowsOfGroup.indices where !rowsOfGroup[group].isEmpty {
      var rows = rowsOfGroup[group]
      gather(chunk, rows)
      if chunk.incompleteRows > 0 {
        rows = setAside(rows, of: group)
        if rows.isEmpty { continue }
        gather(chunk, rows)
      }
      let weighted = request.weightColumn != nil
      gathered.withUnsafeBufferPointer { x in
        gatheredWeights.withUnsafeBufferPointer { w in
          accumulators[group].add(
            x.baseAddress!, stride: rows.count, rows: rows.count, weights: weighted ? w.baseAddress : nil)
          if request.keeping == .rows {
            kept[group].append(x.baseAddress!, stride: rows.count, places: rows.map { places[$0] })
          }
        }
      }
    }
  }

  /// Lists the rows of each group, without those that have no weight.
  private mutating func divide(_ chunk: borrowing Chunk) {
    for group in rowsOfGroup.indices { rowsOfGroup[group].removeAll(keepingCapacity: true) }
    for row in 0..<chunk.rows {
      if request.weightColumn != nil {
        let weight = chunk.numbers[columns * chunk.stride + row]
        if weight == 0 {
          current.zeroWeights += 1
          continue
        }
        if weight < 0 {
          if current.negativeWeights == 0 { current.negativeExample = weight }
          current.negativeWeights += 1
          continue
        }
      }
      let group =
        request.folds?.fold(ofRow: chunk.line(row: row), file: chunk.file)
        ?? (request.groupColumn == nil ? 0 : labels.number(chunk, row: row, column: 0))
      while rowsOfGroup.count <= group { rowsOfGroup.append([]) }
      if request.groupColumn != nil && labels.labels[group] == nil {
        current.undecodableLabels += 1
        continue
      }
      if rowsOfGroup[group].isEmpty && !(group < isInBlock.count && isInBlock[group]) { enter(group) }
      rowsOfGroup[group].append(row)
    }
  }

  /// Takes the gathered rows that lack a cell out; the others are returned.
  private mutating func setAside(_ rows: [Int], of group: Int) -> [Int] {
    let weighted = request.weightColumn != nil
    let complete = gathered.withUnsafeBufferPointer { x in
      gatheredWeights.withUnsafeBufferPointer { w in
        incomplete[group].append(
          x.baseAddress!, stride: rows.count, rows: rows.count, weights: weighted ? w.baseAddress : nil)
      }
    }
    return complete.map { rows[$0] }
  }

  /// Notes that a group has a row in the current block.
  private mutating func enter(_ group: Int) {
    order.append(group)
    while isInBlock.count <= group { isInBlock.append(false) }
    isInBlock[group] = true
    while accumulators.count <= group {
      accumulators.append(
        Accumulator(scratch: scratch, centring: request.arithmetic == .decimal ? .wholeUnits : .free))
      kept.append(KeptRows(columns: request.keeping == .rows ? columns : 0))
      incomplete.append(IncompleteRows(columns: columns))
    }
  }

  private mutating func gather(_ chunk: borrowing Chunk, _ rows: [Int]) {
    gathered.removeAll(keepingCapacity: true)
    gatheredWeights.removeAll(keepingCapacity: true)
    for column in 0..<columns {
      let from = chunk.numbers + column * chunk.stride
      for row in rows { gathered.append(from[row]) }
    }
    if request.weightColumn != nil {
      let from = chunk.numbers + columns * chunk.stride
      for row in rows { gatheredWeights.append(from[row]) }
    }
  }

  mutating func finishBlock() -> GroupedMoments {
    var finished = current
    current = GroupedMoments()
    // Groups are numbered by their first appearance to this worker; what is handed on depends on the block alone.
    for group in order {
      finished.labels.append(
        request.folds != nil ? String(group) : request.groupColumn == nil ? nil : labels.labels[group])
      finished.moments.append(accumulators[group].finishBlock())
      finished.rows.append(kept[group])
      kept[group] = KeptRows(columns: request.keeping == .rows ? columns : 0)
      finished.incomplete.append(incomplete[group])
      incomplete[group] = IncompleteRows(columns: columns)
    }
    for group in order { isInBlock[group] = false }
    order.removeAll(keepingCapacity: true)
    return finished
  }

  static func merge(_ partial: inout GroupedMoments, with later: GroupedMoments) {
    partial.merge(later)
  }
}
