// One line on standard error that tells how far a minimisation is: only for a person at a terminal, only when it takes longer than a second, and
// gone when it is done.
import MatDeriv

final class IterationLine {
  private let isShown: Bool
  private var last = Duration.zero

  init(quiet: Bool) { isShown = !quiet && System.isTerminal(2) }

  func update(_ progress: Progress) {
    guard isShown, progress.elapsed >= .seconds(1), progress.elapsed - last >= .milliseconds(200) else { return }
    last = progress.elapsed
    let value = Numbers.human(progress.value)
    let norm = Numbers.human(progress.gradientNorm, digits: 2)
    StandardError.write("\riteration \(progress.iteration)  value \(value)  gradient \(norm)\(ProgressLine.clearRest)")
  }

  func clear() { if last > .zero { StandardError.write("\r\(ProgressLine.clearRest)") } }
}
