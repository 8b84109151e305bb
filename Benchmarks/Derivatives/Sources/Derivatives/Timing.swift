// Seconds of one run, as the median of batches: a batch is long enough for the clock, and the medians leave out what disturbed a few of them.

struct Timing: Encodable {
  var median: Double
  var min: Double
  var max: Double
  var runs: Int

  init(_ batches: [Double], runs: Int) {
    let sorted = batches.sorted()
    median = sorted[sorted.count / 2]
    min = sorted[0]
    max = sorted[sorted.count - 1]
    self.runs = runs
  }
}

/// Times functions in turn, seven batches of each, of at least a twentieth of a second.
func time(_ functions: [() throws -> Void]) throws -> [Timing] {
  var counts: [Int] = []
  for function in functions {
    try function()
    var count = 1
    while true {
      let once = try seconds(count, function)
      if once >= 0.01 {
        count = Swift.max(1, Int((0.05 * Double(count) / once).rounded(.up)))
        break
      }
      count *= 4
    }
    counts.append(count)
  }
  var batches = [[Double]](repeating: [], count: functions.count)
  for _ in 0..<7 {
    for (i, function) in functions.enumerated() {
      batches[i].append(try seconds(counts[i], function) / Double(counts[i]))
    }
  }
  return zip(batches, counts).map { Timing($0, runs: $1) }
}

func time(_ function: @escaping () throws -> Void) throws -> Timing { try time([function])[0] }

func seconds(_ count: Int = 1, _ function: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  return try clock.measure { for _ in 0..<count { try function() } } / .seconds(1)
}
