// Derivatives of random expressions against finite differences. STATKIT_RANDOM=20000 runs so many; without it a few hundred.
import Foundation
import Synchronization
import Testing

@testable import MatDeriv

@Suite struct RandomExpressionTests {
  @Test func derivativesOfRandomExpressionsAreRight() async {
    let environment = ProcessInfo.processInfo.environment
    let count = UInt64(environment["STATKIT_RANDOM"] ?? "") ?? 400
    let first = UInt64(environment["STATKIT_RANDOM_FIRST"] ?? "") ?? 1
    let run = RandomRun(first..<(first + count), isTraced: environment["STATKIT_RANDOM_TRACE"] != nil)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2 { group.addTask { run.work() } }
    }
    let tally = run.tally.withLock { $0 }
    for failure in tally.wrong { Issue.record("\(failure)") }
    #expect(tally.skipped * 10 <= Int(count), "\(tally.skipped) of \(count) were given up: \(tally.reasons)")
    if environment["STATKIT_RANDOM"] != nil {
      FileHandle.standardError.write(
        Data("right \(tally.right), skipped \(tally.skipped) \(tally.reasons), slowest \(tally.slowest)\n".utf8))
    }
  }
}

/// A range of seeds worked through by several threads.
final class RandomRun: Sendable {
  struct Tally {
    var right = 0
    var skipped = 0
    var reasons: [String: Int] = [:]
    var slowest = (seconds: 0.0, text: "")
    var wrong: [String] = []
  }

  let tally = Mutex(Tally())
  private let next: Atomic<UInt64>
  private let end: UInt64
  private let isTraced: Bool

  init(_ seeds: Range<UInt64>, isTraced: Bool) {
    next = Atomic(seeds.lowerBound)
    end = seeds.upperBound
    self.isTraced = isTraced
  }

  func work() {
    while true {
      let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard seed < end else { return }
      let expression = RandomExpression(seed: seed)
      let text = "seed \(seed), \(expression)"
      if isTraced { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
      let outcome = expression.outcome()
      tally.withLock {
        switch outcome {
        case .right(let seconds):
          $0.right += 1
          if seconds > $0.slowest.seconds { $0.slowest = (seconds, text) }
          // So long is no matter of the machine: something grows without end.
          if seconds > 60 { $0.wrong.append("\(text): \(seconds) s") }
        case .skipped(let reason):
          $0.skipped += 1
          $0.reasons[reason, default: 0] += 1
        case .wrong(let reason): $0.wrong.append("\(text): \(reason)")
        }
      }
    }
  }
}
