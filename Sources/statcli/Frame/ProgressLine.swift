// One line on standard error that tells how far reading is: only for a person at a terminal, only when it takes longer
// than a second, and gone when reading is done.
import Dispatch
import Tabular

enum ProgressLine {
  /// Runs `body`, which reads `input`, and shows meanwhile how far it is.
  static func during<Result>(
    _ input: DelimitedInput, quiet: Bool, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard !quiet && System.isTerminal(2) else { return try body() }
    let timer = DispatchSource.makeTimerSource(queue: .global())
    let start = ContinuousClock.now
    timer.schedule(deadline: .now() + 1, repeating: 0.2)
    timer.setEventHandler {
      let (bytes, total) = input.progress
      let seconds = start.duration(to: .now) / .seconds(1)
      StandardError.write("\r" + text(bytes: bytes, total: total, seconds: seconds) + clearRest)
    }
    timer.resume()
    defer {
      timer.cancel()
      if start.duration(to: .now) >= .seconds(1) { StandardError.write("\r" + clearRest) }
    }
    return try body()
  }

  /// Clears from the cursor to the end of the line.
  static let clearRest = "\u{1B}[K"

  /// `reading  45 %  1.2 of 2.6 GB  530 MB/s  3 s left`.
  static func text(bytes: Int, total: Int?, seconds: Double) -> String {
    let rate = Double(bytes) / seconds
    let speed = "\(Numbers.human(rate / 1e6, digits: 3)) MB/s"
    guard let total, total > 0 else { return "reading  \(gigabytes(bytes)) GB  \(speed)" }
    let percent = Int(100 * Double(bytes) / Double(total))
    let left = rate > 0 ? Int((Double(total - bytes) / rate).rounded(.up)) : 0
    return "reading  \(percent) %  \(gigabytes(bytes)) of \(gigabytes(total)) GB  \(speed)  \(left) s left"
  }

  private static func gigabytes(_ bytes: Int) -> String { Numbers.human(Double(bytes) / 1e9, digits: 3) }
}
