// Answers of a model for the rows of a chunk: what predict, evaluate and compare have in common.
import JSONText
import MLP
import Tabular

/// A model that takes chunks. A copy that has not seen a chunk is independent of the original.
struct ChunkPredictor: Sendable {
  /// What was noticed about cells.
  struct Gaps: Sendable {
    /// Missing cells of each column of the model.
    var missing: [Int]
    /// Texts of each column that the model does not know.
    var unknown: [Int]
    /// Rows whose answer is no number.
    var unanswered = 0

    init(columns: Int) {
      missing = Array(repeating: 0, count: columns)
      unknown = missing
    }

    mutating func merge(_ later: Gaps) {
      unanswered += later.unanswered
      for c in missing.indices {
        missing[c] += later.missing[c]
        unknown[c] += later.unknown[c]
      }
    }
  }

  let model: MLP.Model
  /// Positions of the model's columns among the numbers and the texts of the plan.
  private let numbers: [Int]
  private let texts: [Int]
  private let spellings: Set<String>
  /// Values of each category by their text.
  private let codes: [[String: Int32]]
  private var labels: [LabelIndex]
  /// The code of each label met; -1 for missing ones, -2 for unknown ones.
  private var known: [[Int32]]
  /// Made by the thread that uses it.
  nonisolated(unsafe) private var predictor: Predictor?
  private(set) var gaps: Gaps

  init(_ model: MLP.Model, numbers: [Int], texts: [Int], missing spellings: some Sequence<String>) {
    self.model = model
    self.numbers = numbers
    self.texts = texts
    self.spellings = Set(spellings)
    codes = model.encoder.columns.compactMap { column in
      guard case .category(_, let values) = column else { return nil }
      return Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0.element, Int32($0.offset)) })
    }
    labels = Array(repeating: LabelIndex(), count: texts.count)
    known = Array(repeating: [], count: texts.count)
    gaps = Gaps(columns: model.encoder.columns.count)
  }

  /// Answers for all rows, row after row.
  mutating func predict(_ chunk: borrowing Chunk) -> [Double] {
    if predictor == nil { predictor = Predictor(model) }
    var categories: [Int32] = []
    categories.reserveCapacity(texts.count * chunk.rows)
    for t in texts.indices { for row in 0..<chunk.rows { categories.append(code(chunk, row: row, category: t)) } }
    for (c, n) in numbers.enumerated() {
      let column = chunk.numbers + n * chunk.stride
      for row in 0..<chunk.rows where column[row].isNaN { gaps.missing[c] += 1 }
    }
    // A model's columns follow each other in the plan unless another model shares some of them.
    let isInPlace = numbers.indices.allSatisfy { numbers[$0] == numbers[0] + $0 }
    let (stride, rows) = (chunk.stride, chunk.rows)
    if isInPlace, texts.isEmpty {
      return predictor!.predict(numbers: chunk.numbers + numbers[0] * stride, stride: stride, rows: rows)
    }
    let cells = numbers.flatMap { n in UnsafeBufferPointer(start: chunk.numbers + n * stride, count: rows) }
    return cells.withUnsafeBufferPointer { cells in
      categories.withUnsafeBufferPointer { categories in
        withUnsafePointer(to: Double.nan) { nothing in
          predictor!.predict(
            numbers: cells.baseAddress ?? nothing, categories: categories.baseAddress, stride: rows, rows: rows)
        }
      }
    }
  }

  private mutating func code(_ chunk: borrowing Chunk, row: Int, category t: Int) -> Int32 {
    let number = labels[t].number(chunk, row: row, column: texts[t])
    while known[t].count <= number {
      let text = labels[t].labels[known[t].count]
      let isMissing = text.map { $0.isEmpty || spellings.contains($0) } ?? true
      known[t].append(isMissing ? -1 : codes[t][text!] ?? -2)
    }
    let code = known[t][number]
    if code == -1 { gaps.missing[numbers.count + t] += 1 }
    if code == -2 { gaps.unknown[numbers.count + t] += 1 }
    return max(code, -1)
  }

  /// What was noticed since the last time.
  mutating func takeGaps() -> Gaps {
    defer { gaps = Gaps(columns: gaps.missing.count) }
    // Texts that are all different are forgotten, so that memory does not grow with the rows.
    for t in labels.indices where labels[t].labels.count > 10_000 {
      labels[t] = LabelIndex()
      known[t] = []
    }
    return gaps
  }
}

extension ChunkPredictor.Gaps {
  /// What is told of filled cells and of texts that the model does not know.
  func warnings(_ model: MLP.Model) -> [Warning] {
    let names = model.encoder.columns.map(\.name)
    func list(_ counts: [Int]) -> (columns: String, cells: Int)? {
      let found = names.indices.filter { counts[$0] > 0 }
      if found.isEmpty { return nil }
      let shown = found.prefix(5).map { "\"\(names[$0])\" (\(counts[$0]))" }.joined(separator: ", ")
      let rest = found.count > 5 ? " and \(found.count - 5) more" : ""
      return (shown + rest, counts.reduce(0, +))
    }
    var warnings: [Warning] = []
    if let (columns, cells) = list(missing) {
      warnings.append(
        Warning(
          code: "W411",
          text: "\(Numbers.counted(cells, "missing cell")) filled with what the model keeps for them (see mlp info): "
            + columns))
    }
    if let (columns, cells) = list(unknown) {
      warnings.append(
        Warning(
          code: "W412",
          text: "\(Numbers.counted(cells, "text")) that the model has not seen, taken as no category: \(columns)"))
    }
    if unanswered > 0 {
      warnings.append(
        Warning(
          code: "W015",
          text:
            "\(Numbers.counted(unanswered, "row")) without an answer: cells beyond the range of \(model.precision == .single ? "single" : "double") precision"
        ))
    }
    return warnings
  }

  func json(_ model: MLP.Model) -> (missing: JSON, unknown: JSON) {
    let names = model.encoder.columns.map(\.name)
    func object(_ counts: [Int]) -> JSON {
      .object(names.indices.filter { counts[$0] > 0 }.map { (names[$0], .integer(counts[$0])) })
    }
    return (object(missing), object(unknown))
  }
}
