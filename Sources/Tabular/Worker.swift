// One worker of a reading: a block, a chunk of columns, a consumer.
import CKernels

/// Rows of a chunk: its columns stay in the second-level cache for up to about a hundred columns.
private let chunkRows = 512

struct Worker {
  private let input: DelimitedInput
  private let plan: ReadingPlan
  private let block: Block
  private let stride = chunkRows + 8  // not a power of two: columns would meet in the same cache sets
  private let notation: Notation

  init(input: DelimitedInput, plan: ReadingPlan, blockSize: Int) {
    self.input = input
    self.plan = plan
    block = Block(capacity: blockSize + 1)
    notation = Notation(input.schema.dialect)
  }

  /// Takes blocks until there are none.
  /// - Parameter deposit: takes what became of a block, with the block's place in the sequence; nil where something in it is wrong.
  mutating func run<Consumer: ChunkConsumer>(
    queue: Lock<BlockQueue>, consumer: Consumer, deposit: (Consumer.Partial?, Int) -> Continuation
  ) -> WorkerOutcome {
    var consumer = consumer
    var outcome = WorkerOutcome(problems: ProblemLog(schema: input.schema))
    let numberColumns = plan.deviations.count + plan.values.count
    let numbers = UnsafeMutablePointer<Double>.allocate(capacity: max(1, numberColumns) * stride)
    let spans = UnsafeMutablePointer<ck_span>.allocate(capacity: (spanColumns + 1) * stride)
    let lines = UnsafeMutablePointer<Int>.allocate(capacity: stride)
    let columnCount = numberColumns + spanColumns + plan.probes.count
    // Four counts for each column: missing cells, and what the others are.
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: 4 * columnCount)
    counts.initialize(repeating: 0, count: 4 * columnCount)
    var tally = ck_tally()
    tally.missing = counts
    tally.integers = counts + columnCount
    tally.decimals = counts + 2 * columnCount
    tally.texts = counts + 3 * columnCount
    defer {
      numbers.deallocate()
      spans.deallocate()
      lines.deallocate()
      counts.deallocate()
    }
    let columns = input.files.map(kernelColumns)
    while let place = queue.withLock({ [block] in $0.next(into: block) }) {
      let file = input.files[place.file]
      let found = block.separators(file.schema.dialect)
      outcome.lines[WorkerOutcome.Place(file: place.file, block: block.number)] = found.lines
      outcome.tally.bytes += block.length
      outcome.problems.file = place.file
      outcome.problems.fileName = file.source.name
      outcome.problems.block = block
      outcome.problems.names = file.schema.names
      var cursor = ck_cursor(text: block.text, ends: block.ends, count: found.count, next: 0, start: 0)
      var counter = LineCounter(block: block, terminator: file.schema.dialect.lineEnding.terminator)
      columns[place.file].withUnsafeBufferPointer { columns in
        var kernel = kernelPlan(file.schema, columns, Unmanaged.passUnretained(outcome.problems).toOpaque())
        while true {
          let start = cursor.start
          let before = tally.incomplete - tally.left_out
          let rows = ck_read_rows(&kernel, &cursor, &tally, numbers, spans, stride, chunkRows)
          if rows == 0 && (plan.lines == .unknown || cursor.start == start) { break }
          if plan.lines == .counted {
            for row in 0..<rows { lines[row] = counter.line(at: Int(spans[(spanColumns - 1) * stride + row].start)) }
          }
          consumer.consume(
            Chunk(
              rows: rows, incompleteRows: tally.incomplete - tally.left_out - before, numbers: numbers, stride: stride,
              file: place.file, spans: spans, block: block, dialect: file.schema.dialect, plan: plan, lines: lines,
              extent: min(start, block.textLength)..<min(cursor.start, block.textLength)))
        }
      }
      let partial = consumer.finishBlock()
      if deposit(outcome.problems.isEmpty ? partial : nil, place.ordinal) == .stop { break }
    }
    outcome.problems.block = nil
    outcome.tally.records = tally.records
    outcome.tally.incomplete = tally.incomplete
    outcome.tally.leftOut = tally.left_out
    outcome.tally.padded = tally.padded
    outcome.tally.dropped = tally.dropped
    outcome.tally.missing = Array(UnsafeBufferPointer(start: counts, count: columnCount))
    let probes = { [plan] (kind: Int) in
      Array(UnsafeBufferPointer(start: counts + (kind + 1) * columnCount - plan.probes.count, count: plan.probes.count))
    }
    outcome.tally.integers = probes(1)
    outcome.tally.decimals = probes(2)
    outcome.tally.labels = probes(3)
    return outcome
  }

  /// Columns of texts and of places, and the first field, where lines are counted from.
  private var spanColumns: Int { plan.texts.count + plan.places.count + (plan.lines == .counted ? 1 : 0) }

  /// The plan's columns with their places in one file.
  private func kernelColumns(_ file: DelimitedInput.OpenFile) -> [ck_column] {
    let deviations = plan.deviations.enumerated().map { slot, column in
      var kernel = ck_column()
      let scale = input.deviationScale(of: column, plan.arithmetic)
      kernel.kind = plan.arithmetic == .decimal ? ck_column_deviation : ck_column_value
      kernel.field = UInt32(file.fields[column])
      kernel.slot = UInt32(slot)
      kernel.scale = Int32(scale.places)
      kernel.shift = scale.origin
      kernel.shift_high = ck_decimal_to_double(scale.origin, Int32(scale.places))
      let unit = Double.powerOfTen(scale.places)
      kernel.shift_low = Double(scale.origin).addingProduct(-kernel.shift_high, unit) / unit
      return kernel
    }
    let values = plan.values.enumerated().map { slot, column in
      var kernel = ck_column()
      kernel.kind = ck_column_value
      kernel.field = UInt32(file.fields[column])
      kernel.slot = UInt32(plan.deviations.count + slot)
      return kernel
    }
    let texts = plan.texts.enumerated().map { slot, column in
      var kernel = ck_column()
      kernel.kind = ck_column_text
      kernel.field = UInt32(file.fields[column])
      kernel.slot = UInt32(slot)
      return kernel
    }
    let starts = plan.lines == .counted ? [UInt32(0)] : []
    let places = (plan.places.map { UInt32(file.fields[$0]) } + starts).enumerated().map { slot, field in
      var kernel = ck_column()
      kernel.kind = ck_column_place
      kernel.field = field
      kernel.slot = UInt32(plan.texts.count + slot)
      return kernel
    }
    let probes = plan.probes.map { column in
      var kernel = ck_column()
      kernel.kind = ck_column_probe
      kernel.field = UInt32(file.fields[column])
      return kernel
    }
    return deviations + values + texts + places + probes
  }

  private func kernelPlan(
    _ schema: Schema, _ columns: UnsafeBufferPointer<ck_column>, _ problems: UnsafeMutableRawPointer
  ) -> ck_plan {
    var kernel = ck_plan()
    kernel.dialect = schema.dialect.kernel
    kernel.notation = notation.kernel
    kernel.fields = UInt32(schema.fields)
    kernel.columns = columns.baseAddress
    kernel.column_count = columns.count
    kernel.ragged =
      switch schema.dialect.ragged {
      case .pad: ck_ragged_pad
      case .error: ck_ragged_error
      case .drop: ck_ragged_drop
      }
    kernel.missing =
      switch plan.missing {
      case .dropsRow: ck_missing_drops_row
      case .stays, .staysInDeviations: ck_missing_stays
      case .refused: ck_missing_refused
      }
    kernel.optional_columns = plan.missing == .staysInDeviations ? plan.deviations.count : columns.count
    kernel.context = problems
    kernel.report = { context, problem in
      Unmanaged<ProblemLog>.fromOpaque(context!).takeUnretainedValue().note(problem)
    }
    return kernel
  }
}

/// Counts lines from one place of a block to the next.
private struct LineCounter {
  let block: Block
  let terminator: UInt8
  private var offset = 0
  private var line: Int

  init(block: Block, terminator: UInt8) {
    self.block = block
    self.terminator = terminator
    line = block.firstLine
  }

  /// The line of a place behind the last one.
  mutating func line(at place: Int) -> Int {
    line += ck_count(block.text + offset, place - offset, terminator)
    offset = place
    return line
  }
}
