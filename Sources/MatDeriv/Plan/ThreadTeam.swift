// Threads that work on one step of a plan together, and wait for each other between steps. Steps are short: waiting is spinning first,
// sleeping only when nothing comes for a while.
import Glibc
import Synchronization

/// Some threads, the caller's among them. `run` gives each of them the same work with its own number.
public final class ThreadTeam: @unchecked Sendable {
  public let count: Int
  private var threads: [pthread_t] = []
  private let generation = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let isEnding = Atomic<Bool>(false)
  /// What to do in this generation. Written by the caller before the generation begins, read by all after that.
  private nonisolated(unsafe) var work: (@Sendable (Int) -> Void)?

  /// - Parameter count: threads, at least one; no more than there are processors to run them.
  public init(count: Int) {
    require(count >= 1, "a team has at least one thread; this one was to have \(count)")
    self.count = count
    for number in 1..<Swift.max(count, 1) {
      let start = Unmanaged.passRetained(Start(team: self, number: number))
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { context in
          let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
          start.team.serve(start.number)
          return nil
        }, start.toOpaque())
      require(error == 0, "a thread could not be started: error \(error)")
      threads.append(thread)
    }
  }

  /// Ends the threads. To be called once, by the owner; the team keeps itself alive until then.
  public func end() {
    isEnding.store(true, ordering: .releasing)
    generation.wrappingAdd(1, ordering: .releasing)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private final class Start {
    let team: ThreadTeam
    let number: Int
    init(team: ThreadTeam, number: Int) {
      self.team = team
      self.number = number
    }
  }

  private func serve(_ number: Int) {
    var seen = 0
    while true {
      seen += 1
      ThreadTeam.wait { generation.load(ordering: .acquiring) >= seen }
      if isEnding.load(ordering: .acquiring) { return }
      work!(number)
      finished.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Runs the work once on every thread and returns when all are done.
  public func run(_ work: @escaping @Sendable (Int) -> Void) {
    if count == 1 {
      work(0)
      return
    }
    self.work = work
    finished.store(0, ordering: .relaxed)
    generation.wrappingAdd(1, ordering: .releasing)
    work(0)
    let others = count - 1
    ThreadTeam.wait { finished.load(ordering: .acquiring) == others }
  }

  /// Spins for some microseconds, then gives the processor away between looks.
  static func wait(_ condition: () -> Bool) {
    var looks = 0
    while !condition() {
      looks += 1
      if looks > 20_000 { usleep(50) } else if looks > 2000 { sched_yield() }
    }
  }
}

/// Where threads meet: each waits until all have come.
final class Barrier: @unchecked Sendable {
  private let count: Int
  private let arrived = Atomic<Int>(0)
  private let round = Atomic<Int>(0)

  init(_ count: Int) { self.count = count }

  func meet() {
    if count == 1 { return }
    let own = round.load(ordering: .acquiring)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      round.wrappingAdd(1, ordering: .releasing)
    } else {
      ThreadTeam.wait { round.load(ordering: .acquiring) != own }
    }
  }
}
