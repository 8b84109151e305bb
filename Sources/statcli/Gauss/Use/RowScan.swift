// The pass of a verb over the rows of a table: what became of each block is handed on in the order of the file.
import Tabular

/// Reads a table once, with its progress told.
///
/// - Parameter sink: takes what the consumer made of a block; one call at a time, in order, until it says `stop`.
func scanRows<Consumer: ChunkConsumer & Sendable>(
  _ input: DelimitedInput, _ plan: ReadingPlan, threads: Int, quiet: Bool, _ consumer: Consumer,
  inOrder sink: @escaping @Sendable (Consumer.Partial) -> Continuation
) throws(Failure) {
  _ = try ProgressLine.during(input, quiet: quiet) { () throws(Failure) in
    try reading { () throws(TabularError) in
      try input.read(plan, threads: threads, consumer: { consumer }, inOrder: sink)
    }
  }
}
