// Shapes of selections, X(rows, columns), and of assembled blocks, [A, B; C, D].

extension Inference {
  func count(_ selection: Syntax.Selection, _ size: Size, _ x: Syntax) throws(LanguageError) -> Size {
    switch selection {
    case .all: return size
    case .range(let first, let last):
      if let n = size.constant, last > n { throw failure("index \(last) exceeds the size \(n)", x) }
      return Size(last - first + 1)
    case .list(let list):
      if let n = size.constant, let beyond = list.first(where: { $0 > n }) {
        throw failure("index \(beyond) exceeds the size \(n)", x)
      }
      return Size(list.count)
    case .named(let name):
      guard let declared = declarations[name] else {
        throw failure(
          "\(name) is no declared list of indices", x, mend: "\(name): matrix(k,n), the rows of the identity to take")
      }
      guard declared.shape.columns == size || isUnknown(size) else {
        throw failure("\(name) selects among \(declared.shape.columns), but there are \(size)", x)
      }
      return declared.shape.rows
    }
  }

  mutating func assemble(_ rows: [[Syntax]], _ x: Syntax) throws(LanguageError) -> Syntax {
    var blocks: [[Syntax]] = []
    for row in rows {
      var line: [Syntax] = []
      for block in row { line.append(try infer(block)) }
      blocks.append(line)
    }
    for row in blocks {
      for block in row.dropFirst() where !unify(row[0].shape!.rows, block.shape!.rows) {
        throw conflict(
          "blocks beside each other need as many rows: \(shown(row[0])) and \(shown(block))", row[0], block)
      }
    }
    for j in blocks[0].indices {
      for row in blocks.dropFirst() where !unify(blocks[0][j].shape!.columns, row[j].shape!.columns) {
        throw conflict(
          "blocks under each other need as many columns: \(shown(blocks[0][j])) and \(shown(row[j]))", blocks[0][j],
          row[j])
      }
    }
    let height = blocks.reduce(Size(0)) { $0 + resolved($1[0].shape!.rows) }
    let width = blocks[0].reduce(Size(0)) { $0 + resolved($1.shape!.columns) }
    return Syntax(.assemble(blocks), shape: Shape(height, width), range: x.range)
  }
}
