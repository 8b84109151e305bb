// On which line of its file a row stands: counted within a block while it is read, and from the first line when all blocks are known.
import CKernels

/// A block of an input.
public struct BlockPlace: Hashable, Sendable {
  public let file: Int
  /// Its number in the file, from 0.
  public let block: Int
}

/// A row's place in its file, by physical lines.
public struct RowPlace: Hashable, Sendable {
  public let file: Int
  /// From 1; of a record of several lines the first.
  public let line: Int

  public init(file: Int, line: Int) {
    self.file = file
    self.line = line
  }
}

/// Lines of a block that were counted so far.
public struct LineCount: Sendable {
  fileprivate var offset = 0
  fileprivate var lines = 0

  public init() {}
}

extension Chunk {
  /// Lines of the block before each of the rows.
  ///
  /// - Parameter count: goes on from chunk to chunk; a new one for each block.
  public func linesBefore(_ count: inout LineCount) -> [Int] {
    (0..<rows).map { row in
      let start = Int(starts[row])
      count.lines += ck_count(block.text + count.offset, start - count.offset, dialect.lineEnding.terminator)
      count.offset = start
      return count.lines
    }
  }
}

/// The first line of each block.
public struct LinesOfBlocks: Sendable, Equatable {
  private var firsts: [BlockPlace: Int] = [:]

  init() {}

  /// - Parameters:
  ///   - lines: how many lines each block has, as the workers found them.
  ///   - headers: lines of each file before its first block.
  init(_ lines: [[BlockPlace: Int]], headers: [Int]) {
    var next = headers.map { $0 + 1 }
    let all = lines.flatMap { $0.map { (place: $0.key, lines: $0.value) } }
    for block in all.sorted(by: { ($0.place.file, $0.place.block) < ($1.place.file, $1.place.block) }) {
      firsts[block.place] = next[block.place.file]
      next[block.place.file] += block.lines
      ends[block.place.file] = next[block.place.file]
    }
    for (file, header) in headers.enumerated() where ends[file] == nil { ends[file] = header + 1 }
  }

  /// The line on which a block begins; of a block that was not read, the line behind the last.
  public func first(of place: BlockPlace) -> Int { firsts[place] ?? ends[place.file] ?? 1 }

  private var ends: [Int: Int] = [:]
}
