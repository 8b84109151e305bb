// Numbers for labels: equal cells get equal numbers, in order of first appearance.

/// Maps the text of cells to 0, 1, 2, ... Cells are compared as bytes first, so that a label is decoded once.
public struct LabelIndex: Sendable {
  /// The labels met, in order; nil where the bytes were not valid in the encoding.
  public private(set) var labels: [String?] = []
  private var numberOfBytes: [[UInt8]: Int] = [:]
  private var numberOfText: [String?: Int] = [:]
  private var recent: [UInt8] = []
  private var recentNumber = -1

  public init() {}

  /// The number of the label in a cell of a chunk.
  public mutating func number(_ chunk: borrowing Chunk, row: Int, column: Int) -> Int {
    let bytes = chunk.bytes(row: row, column: column)
    // Files are often sorted by group: most cells repeat the one before.
    if recentNumber >= 0 && bytes.elementsEqual(recent) { return recentNumber }
    recent = Array(bytes)
    if let known = numberOfBytes[recent] {
      recentNumber = known
    } else {
      let text = chunk.text(row: row, column: column)
      if let known = numberOfText[text] {
        recentNumber = known
      } else {
        recentNumber = labels.count
        numberOfText[text] = recentNumber
        labels.append(text)
      }
      numberOfBytes[recent] = recentNumber
    }
    return recentNumber
  }
}
