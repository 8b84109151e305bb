// "Did you mean": the word of a list that a mistyped word most resembles.

enum Similar {
  /// The candidate with the fewest typing errors from `word`, if they are few for its length.
  ///
  /// **Source**: optimal string alignment distance (insertions, deletions, substitutions, swaps of neighbours), case ignored.
  static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().unicodeScalars)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let limit = min((best?.distance ?? Int.max) - 1, max(1, (max(typed.count, candidate.count) + 1) / 3))
      let distance = distance(typed, Array(candidate.lowercased().unicodeScalars))
      if distance <= limit { best = (candidate, distance) }
    }
    return best?.candidate
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var older: [Int] = []
    var old = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(old[j + 1] + 1, row[j] + 1, old[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
        row.append(cost)
      }
      (older, old) = (old, row)
    }
    return old[b.count]
  }
}
