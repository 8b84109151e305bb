// Seconds of one run, as the median of batches: a batch is long enough for the clock, and the medians leave out what disturbed a few of them.
// Processor time is taken beside them: the difference is what others took of the core meanwhile.
import Foundation

struct Timing: Encodable {
  var median: Double
  var min: Double
  var max: Double
  /// Processor time, the median.
  var processor: Double
  var runs: Int

  init(_ batches: [(wall: Double, processor: Double)], runs: Int) {
    let walls = batches.map(\.wall).sorted()
    median = walls[walls.count / 2]
    min = walls[0]
    max = walls[walls.count - 1]
    processor = batches.map(\.processor).sorted()[batches.count / 2]
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
  var batches = [[(wall: Double, processor: Double)]](repeating: [], count: functions.count)
  for _ in 0..<7 {
    for (i, function) in functions.enumerated() {
      let before = processorSeconds()
      let wall = try seconds(counts[i], function)
      let count = Double(counts[i])
      batches[i].append((wall: wall / count, processor: (processorSeconds() - before) / count))
    }
  }
  return zip(batches, counts).map { Timing($0, runs: $1) }
}

func time(_ function: @escaping () throws -> Void) throws -> Timing { try time([function])[0] }

func seconds(_ count: Int = 1, _ function: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  return try clock.measure { for _ in 0..<count { try function() } } / .seconds(1)
}

/// Processor time of this process so far.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
