// Which rows train and which judge: by class, so that every class is in both, or by the row's number alone.

/// Rows for training and for validation, each in the order of the table.
public struct Split: Sendable, Equatable {
  public var training: [Int32]
  public var validation: [Int32]

  public init(training: [Int32], validation: [Int32] = []) {
    self.training = training
    self.validation = validation
  }
}

extension Split {
  /// All rows train.
  public init(all table: Table) { self.init(training: Array(0..<Int32(table.rows))) }

  /// A share of the rows, chosen at random, judges. Of every class it is the same share, to within a row; a class of one row stays
  /// in training.
  ///
  /// - Parameter rows: the rows that are divided, all unless they are given.
  /// **Domain**: 0 < share < 1.
  public init(_ table: Table, rows: [Int32]? = nil, validation share: Double, seed: UInt64) {
    precondition(share > 0 && share < 1, "the share of validation lies between 0 and 1; it was \(share)")
    let draws = Draws(seed: seed)
    var judges: [Int32] = []
    let rows = rows ?? Array(0..<Int32(table.rows))
    let groups = Split.groups(table, rows)
    let wanted = (Double(rows.count) * share).rounded()
    // Largest remainders: the shares of all classes add up to the share of all rows.
    let quotas = groups.map { Double($0.count) * share }
    var taken = zip(groups, quotas).map { group, quota in group.count < 2 ? 0 : min(Int(quota), group.count - 1) }
    let order = groups.indices.sorted {
      (quotas[$1] - quotas[$1].rounded(.down), $0) < (quotas[$0] - quotas[$0].rounded(.down), $1)
    }
    for g in order where Double(taken.reduce(0, +)) < wanted && taken[g] + 1 < groups[g].count { taken[g] += 1 }
    for (g, group) in groups.enumerated() {
      var members = group
      draws.shuffle(&members, place: g, .split)
      judges += members.prefix(taken[g])
    }
    let chosen = Set(judges)
    self.init(training: rows.filter { !chosen.contains($0) }, validation: judges.sorted())
  }

  /// Folds for cross-validation, stratified by class: each row judges once.
  public static func folds(_ table: Table, count: Int, seed: UInt64, repetition: Int = 0) -> [Split] {
    precondition(count >= 2, "there are at least two folds; there were to be \(count)")
    let draws = Draws(seed: seed)
    var fold = [Int](repeating: 0, count: table.rows)
    // Classes are dealt out one after the other, so that folds differ by a row at most, in each class and in all.
    var next = 0
    for (g, group) in groups(table, Array(0..<Int32(table.rows))).enumerated() {
      var members = group
      draws.shuffle(&members, epoch: repetition, place: g, .folds)
      for row in members {
        fold[Int(row)] = next % count
        next += 1
      }
    }
    return (0..<count).map { f in
      let rows = 0..<Int32(table.rows)
      return Split(training: rows.filter { fold[Int($0)] != f }, validation: rows.filter { fold[Int($0)] == f })
    }
  }

  /// Rows by class; all rows together where numbers are predicted.
  private static func groups(_ table: Table, _ rows: [Int32]) -> [[Int32]] {
    guard case .classes(_, let labels, let names) = table.targets else { return [rows] }
    var groups = [[Int32]](repeating: [], count: names.count)
    for row in rows { groups[Int(labels[Int(row)])].append(row) }
    return groups
  }
}
