// The table of a training, line by line while it goes on: each epoch, or of many in a pipe those at 1, 2, 5, 10, 20, 50, ... with the best.
import Glibc
import MLP

struct EpochTable {
  private let isOfClasses: Bool
  private let isJudged: Bool
  /// Rows of training.
  private let rows: Int
  /// Times and rates differ from run to run: they are for a person who watches.
  private let showsTime: Bool
  private let showsAll: Bool
  private let style: Style
  private var best: (epoch: Int, line: String)?
  private var last: (epoch: Int, line: String)?
  private var printed = 0

  /// Epochs of which a pipe gets all lines.
  private static let mostLines = 40

  init(_ question: TrainQuestion, terminal: Terminal) {
    isOfClasses = question.isOfClasses
    isJudged = !question.split.validation.isEmpty
    rows = question.split.training.count
    showsTime = terminal.isTerminal
    showsAll = terminal.isTerminal || question.options.epochs <= EpochTable.mostLines
    style = terminal.style
  }

  var header: String {
    var cells = ["epoch".padded(left: 7), "loss".padded(left: 10)]
    if isJudged {
      cells += ["val loss".padded(left: 10), (isOfClasses ? "accuracy" : "R2").padded(left: 9)]
    }
    cells.append("lr".padded(left: 9))
    if showsTime { cells += ["rows/s".padded(left: 9), "time".padded(left: 8)] }
    return style.paint(cells.joined(separator: " "), .heading)
  }

  /// The lines to print behind an epoch.
  mutating func lines(_ epoch: TrainingRecord.Epoch, isBest: Bool) -> [String] {
    let text = line(epoch, isBest: isBest)
    if isBest { best = (epoch.epoch, text) }
    last = (epoch.epoch, text)
    guard showsAll || EpochTable.isLandmark(epoch.epoch) else { return [] }
    return unprinted
  }

  /// The best and the last epoch at the end, where they are not printed.
  mutating func rest() -> [String] {
    let lines = unprinted
    (best, last, printed) = (nil, nil, 0)
    return lines
  }

  private var unprinted: [String] {
    mutating get {
      let lines = [best, last].compactMap(\.self).filter { $0.epoch > printed }
      printed = last?.epoch ?? printed
      return lines.count == 2 && lines[0].epoch == lines[1].epoch ? [lines[0].line] : lines.map(\.line)
    }
  }

  /// 1, 2, 5, 10, 20, 50, ...
  private static func isLandmark(_ epoch: Int) -> Bool {
    var digits = epoch
    while digits.isMultiple(of: 10) { digits /= 10 }
    return [1, 2, 5].contains(digits)
  }

  private func line(_ epoch: TrainingRecord.Epoch, isBest: Bool) -> String {
    var cells = [String(epoch.epoch).padded(left: 7), EpochTable.loss(epoch.loss).padded(left: 10)]
    if isJudged {
      let score = epoch.validationScore.map { isOfClasses ? Numbers.fixed(100 * $0, 2) + "%" : Numbers.fixed($0, 4) }
      cells += [
        (epoch.validationLoss.map(EpochTable.loss) ?? "").padded(left: 10), (score ?? "").padded(left: 9),
      ]
    }
    cells.append(Numbers.human(epoch.rate, digits: 3).padded(left: 9))
    if showsTime {
      let rate = epoch.seconds > 0 ? Int(Double(rows) / epoch.seconds) : 0
      cells += [String(rate).padded(left: 9), (Numbers.fixed(epoch.seconds, 2) + "s").padded(left: 8)]
    }
    return cells.joined(separator: " ") + (isBest && isJudged ? "  *" : "")
  }

  /// Four places, or four digits of what is too large or small for that.
  static func loss(_ value: Double) -> String {
    value.magnitude >= 1e-3 && value.magnitude < 1e5 ? Numbers.fixed(value, 4) : Numbers.human(value, digits: 4)
  }
}

extension Numbers {
  /// So many places behind the point.
  static func fixed(_ value: Double, _ places: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    let count = withVaList([places, value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
    return String(decoding: buffer[..<Int(count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// A share as `97.3 %`.
  static func percent(_ share: Double, _ places: Int32 = 1) -> String { fixed(100 * share, places) + " %" }
}
