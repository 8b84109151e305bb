// One line on standard error that tells how far a training is: only for a person at a terminal, only when it takes longer than a second,
// at most ten times a second, and gone when it is done.
import MLP

final class TrainingLine {
  private let isShown: Bool
  private let options: TrainingOptions
  private let style: Style
  private let start = ContinuousClock.now
  private var last = Duration.zero
  private var isVisible = false

  init(_ options: TrainingOptions, quiet: Bool, color: ColorChoice) {
    isShown = !quiet && System.isTerminal(2)
    self.options = options
    style = Terminal(descriptor: 2, color: color).style
  }

  /// - Parameters:
  ///   - epoch: the one that is going on, from 1.
  ///   - done: the share of it that is over.
  func update(epoch: Int, done: Double, loss: Double) {
    guard isShown else { return }
    let elapsed = start.duration(to: .now)
    guard elapsed >= .seconds(1), elapsed - last >= .milliseconds(100) else { return }
    last = elapsed
    isVisible = true
    let text = TrainingLine.text(
      epoch: epoch, done: done, loss: loss, options: options, seconds: elapsed / .seconds(1), style: style)
    StandardError.write("\r\(text)\(ProgressLine.clearRest)")
  }

  /// The same for folds of a cross-validation.
  func update(fold: Int, of folds: Int, loss: Double) {
    guard isShown else { return }
    let elapsed = start.duration(to: .now)
    guard elapsed >= .seconds(1), elapsed - last >= .milliseconds(100) else { return }
    last = elapsed
    isVisible = true
    StandardError.write("\rfold \(fold) of \(folds)  loss \(EpochTable.loss(loss))\(ProgressLine.clearRest)")
  }

  func clear() {
    guard isVisible else { return }
    isVisible = false
    StandardError.write("\r\(ProgressLine.clearRest)")
  }

  /// ` 18/100 ━━━━━━━━━━━━━━━━━━━━━━━━ 41 %  loss 0.0117  ETA 0:01`, with the share of the epoch.
  static func text(
    epoch: Int, done: Double, loss: Double, options: TrainingOptions, seconds: Double, style: Style
  ) -> String {
    let width = 24
    let filled = Int(done * Double(width))
    let bar =
      String(repeating: style.unicode ? "━" : "=", count: filled)
      + style.paint(String(repeating: style.unicode ? "─" : "-", count: width - filled), .faint)
    let share = (Double(epoch - 1) + done) / Double(options.epochs)
    var left = share > 0 ? seconds * (1 - share) / share : 0
    if let time = options.time { left = min(left, max(0, time - seconds)) }
    let whole = Int(left.rounded(.up))
    let eta =
      whole >= 3600
      ? "\(whole / 3600):\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
      : "\(whole / 60):\(twoDigits(whole % 60))"
    return "\(String(epoch).padded(left: 3))/\(options.epochs) \(bar) \(Int(100 * done)) %  loss "
      + "\(EpochTable.loss(loss))  ETA \(eta)"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
