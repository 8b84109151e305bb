// Elapsed time, for `--verbose` only: results hold no time, so that the same input gives the same bytes.

struct Stopwatch {
  private let start = ContinuousClock.now

  /// `12.3 ms`, `1.52 s`.
  var text: String {
    let elapsed = start.duration(to: .now) / .milliseconds(1)
    return elapsed < 1000 ? "\(Numbers.human(elapsed, digits: 3)) ms" : "\(Numbers.human(elapsed / 1000, digits: 3)) s"
  }
}
