// Reading an input with several workers: each takes the next block, finds its separators, reads its rows and hands the
// result to the tree of merges. Only the cutting of blocks is serial.
import CKernels
import Dispatch

extension DelimitedInput {
  /// The unit and origin in which a column's deviations come.
  public func deviationScale(of column: Int, _ arithmetic: ReadingPlan.Arithmetic) -> DeviationScale {
    let description = schema.columns[column]
    return arithmetic == .decimal
      ? DeviationScale(origin: description.origin, places: description.decimalPlaces)
      : DeviationScale(origin: 0, places: 0)
  }

  /// Reads the whole input once; an input can be read only once.
  ///
  /// **Throws**: `TabularError` with all problems of the pass.
  /// **Cost**: one pass; memory for one block and one chunk per thread, and what the consumer holds.
  public func read<Consumer: ChunkConsumer>(
    _ plan: ReadingPlan, threads: Int, consumer makeConsumer: @Sendable () -> Consumer
  ) throws(TabularError) -> (result: Consumer.Partial?, tally: ReadingTally) {
    try read(plan, threads: threads, blockSize: blockSize(for: plan), consumer: makeConsumer)
  }

  /// The same with blocks of a given size, which the tests choose so that every place of a file becomes an edge.
  func read<Consumer: ChunkConsumer>(
    _ plan: ReadingPlan, threads: Int, blockSize: Int, consumer makeConsumer: @Sendable () -> Consumer
  ) throws(TabularError) -> (result: Consumer.Partial?, tally: ReadingTally) {
    let merge = PairwiseMerge<Consumer.Partial> { Consumer.merge(&$0, with: $1) }
    let tally = try run(plan, threads: threads, blockSize: blockSize, consumer: makeConsumer) { partial, index in
      if let partial { merge.deposit(partial, index: index) }
      return .goOn
    }
    return (merge.total(), tally)
  }

  /// Reads the whole input once and hands on what became of each block in the order of the input, as soon as it is there.
  ///
  /// Of an input in which something is wrong what comes before the block in question may have been handed on.
  /// **Throws**: `TabularError` with all problems of the pass.
  /// **Cost**: one pass; memory for a few blocks and what became of them per thread, however long the input is.
  /// - Parameter sink: called by one thread at a time; after `stop` it is not called again, and reading ends.
  public func read<Consumer: ChunkConsumer>(
    _ plan: ReadingPlan, threads: Int, consumer makeConsumer: @Sendable () -> Consumer,
    inOrder sink: @escaping @Sendable (Consumer.Partial) -> Continuation
  ) throws(TabularError) -> ReadingTally {
    try read(plan, threads: threads, blockSize: blockSize(for: plan), consumer: makeConsumer, inOrder: sink)
  }

  /// The same with blocks of a given size.
  func read<Consumer: ChunkConsumer>(
    _ plan: ReadingPlan, threads: Int, blockSize: Int, consumer makeConsumer: @Sendable () -> Consumer,
    inOrder sink: @escaping @Sendable (Consumer.Partial) -> Continuation
  ) throws(TabularError) -> ReadingTally {
    let delivery = OrderedDelivery<Consumer.Partial>(window: 2 * threads + 2, to: sink)
    return try run(plan, threads: threads, blockSize: blockSize, consumer: makeConsumer) { partial, index in
      delivery.deposit(partial, index: index)
    }
  }

  /// The workers' pass over the input.
  private func run<Consumer: ChunkConsumer>(
    _ plan: ReadingPlan, threads: Int, blockSize: Int, consumer makeConsumer: @Sendable () -> Consumer,
    deposit: @Sendable (Consumer.Partial?, Int) -> Continuation
  ) throws(TabularError) -> ReadingTally {
    let queue = Lock(BlockQueue(input: self, blockSize: blockSize, lines: plan.lines))
    let outcomes = Lock<[WorkerOutcome]>([])
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      var worker = Worker(input: self, plan: plan, blockSize: blockSize)
      let outcome = worker.run(queue: queue, consumer: makeConsumer(), deposit: deposit)
      outcomes.withLock { $0.append(outcome) }
    }
    let all = outcomes.withLock { $0 }
    let failure = queue.withLock { $0.failure }
    try throwProblems(all, failure)
    var tally = ReadingTally()
    for outcome in all { tally.add(outcome.tally) }
    return tally
  }

  /// Blocks are large enough that merging results of d x d numbers costs little beside making them. They follow from
  /// the file and the plan alone, never from the number of threads.
  private func blockSize(for plan: ReadingPlan) -> Int {
    let rows = plan.deviations.count  // as many as there are columns
    return min(max(1 << 18, rows * schema.bytesPerRecord), 1 << 24)
  }

  private func throwProblems(_ outcomes: [WorkerOutcome], _ failure: BlockQueue.Failure?) throws(TabularError) {
    var linesOfBlocks: [[Int: Int]] = files.map { _ in [:] }
    for outcome in outcomes {
      for (place, lines) in outcome.lines { linesOfBlocks[place.file][place.block] = lines }
    }
    let lineOf = { (file: Int, block: Int) -> Int in
      1 + self.files[file].schema.headerLines + (0..<block).reduce(0) { $0 + (linesOfBlocks[file][$1] ?? 0) }
    }
    var groups = ProblemLog.groups(outcomes.map(\.problems), lineOf: lineOf)
    if let failure {
      switch failure.reason {
      case .input(let error):
        if groups.isEmpty { throw error }
      case .record(let record):
        groups.append(
          DiagnosticGroup(
            shown: [
              Diagnostic(
                file: files[failure.file].source.name, line: lineOf(failure.file, record.block) + record.lines,
                message: record.message, mend: record.mend, excerpt: ProblemLog.printable(record.text, limit: 120))
            ], total: 1))
      }
    }
    if !groups.isEmpty { throw .badData(groups) }
  }
}

/// The blocks of all files, one after the other. One worker at a time uses it.
struct BlockQueue {
  struct Failure {
    let file: Int
    let reason: BlockFailure
  }

  private let input: DelimitedInput
  private let blockSize: Int
  private let lines: ReadingPlan.Lines
  private var file = 0
  private var reader: BlockReader?
  private var nextOrdinal = 0
  private(set) var failure: Failure?

  init(input: DelimitedInput, blockSize: Int, lines: ReadingPlan.Lines) {
    self.input = input
    self.lines = lines
    self.blockSize = blockSize
  }

  /// Fills `block` with the next records of the input: the file they are from and their place in the whole sequence.
  mutating func next(into block: Block) -> (file: Int, ordinal: Int)? {
    while failure == nil && file < input.files.count {
      let current = input.files[file]
      var reader =
        self.reader
        ?? BlockReader(
          current.source, dialect: current.schema.dialect, blockSize: blockSize, offset: current.schema.headerBytes,
          line: lines == .counted ? current.schema.headerLines + 1 : nil)
      do throws(BlockFailure) {
        if try reader.next(into: block) {
          self.reader = reader
          nextOrdinal += 1
          return (file, nextOrdinal - 1)
        }
      } catch {
        failure = Failure(file: file, reason: error)
        return nil
      }
      self.reader = nil
      file += 1
    }
    return nil
  }
}

/// What a worker leaves behind besides its share of the result.
struct WorkerOutcome: @unchecked Sendable {
  // Safe to send: the worker is done with it.
  struct Place: Hashable {
    let file: Int
    let block: Int
  }

  var tally = ReadingTally()
  var lines: [Place: Int] = [:]
  let problems: ProblemLog
}
