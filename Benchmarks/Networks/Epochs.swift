// Epochs of a training as anybody would run it, by the clock at their ends: order, batches, steps, what is kept for the way back.
import Foundation
import MLP

/// Samples, and a network for them.
struct Epochs {
  let table: Table
  let hidden: [Layer]
  let threads: Int

  /// - Parameter sizes: of all layers, inputs and outputs included.
  init(samples: String, classes: String, sizes: [Int], threads: Int) throws {
    func read<Number>(_ path: String, _: Number.Type) throws -> [Number] {
      try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { Array($0.bindMemory(to: Number.self)) }
    }
    let (x, y) = (try read(samples, Float.self), try read(classes, Int32.self))
    let d = sizes[0]
    precondition(x.count == y.count * d, "\(x.count) numbers are not \(y.count) samples of \(d)")
    table = Table(
      columns: (0..<d).map { "p\($0)" }, rows: y.indices.map { row in (0..<d).map { Double(x[row * d + $0]) } },
      labels: y.map(String.init))
    hidden = sizes.dropFirst().dropLast().map { Layer($0) }
    self.threads = threads
  }

  /// Seconds of an epoch, medians.
  struct Seconds: Encodable {
    var processor: Double
    var wall: Double
  }

  struct Figures: Encodable {
    var batch: Int
    /// The mean loss of all samples after three epochs.
    var loss: Double
    var epoch: Seconds
  }

  /// Adam and L2 as the peers have them, inputs as they are, all samples for training.
  private func training(batch: Int, epochs: Int) -> Training {
    var training = Training(hidden: hidden)
    training.scaling = .none
    training.validation = 0
    training.options.batch = batch
    training.options.epochs = epochs
    training.options.l2 = 1e-4
    training.options.patience = nil
    training.options.threads = threads
    return training
  }

  func time(batch: Int) throws -> Figures {
    let checked = try training(batch: batch, epochs: 3).run(on: table)
    let judged = Evaluation(checked.model, table, rows: Array(0..<Int32(table.rows)))
    let watch = Stopwatch()
    _ = try training(batch: batch, epochs: 1_000_000_000).run(on: table) { event in
      if case .epoch = event { watch.epochIsOver() } else { .goOn }
    }
    return Figures(batch: batch, loss: judged.classes!.logLoss, epoch: watch.seconds)
  }
}

/// Seven batches of epochs of at least a twentieth of a second, three where an epoch takes longer than half of one, after three epochs that are
/// not timed.
private final class Stopwatch {
  private var epochs = 0
  /// Epochs of a batch; nothing until it is known how long one takes.
  private var size = 0
  private var walls: [Double] = []
  private var processor: [Double] = []
  private var start = (wall: 0.0, processor: 0.0)

  func epochIsOver() -> TrainingAnswer {
    epochs += 1
    let now = (wall: seconds(CLOCK_MONOTONIC), processor: seconds(CLOCK_PROCESS_CPUTIME_ID))
    if size > 0 {
      guard epochs == size else { return .goOn }
      walls.append((now.wall - start.wall) / Double(size))
      processor.append((now.processor - start.processor) / Double(size))
      if walls.count == (walls[0] < 0.5 ? 7 : 3) { return .stop }
    } else if epochs == 3 {
      size = max(1, Int((0.05 / (now.wall - start.wall)).rounded(.up)))
    } else {
      start = now
      return .goOn
    }
    epochs = 0
    start = now
    return .goOn
  }

  var seconds: Epochs.Seconds {
    Epochs.Seconds(processor: processor.sorted()[processor.count / 2], wall: walls.sorted()[walls.count / 2])
  }

  private func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
