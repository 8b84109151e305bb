// Ctrl-C during training: the first asks the loop to end behind its batch, the second ends the program at once.
import Glibc
import Synchronization

enum Interruption {
  private static let flag = Atomic<Bool>(false)
  nonisolated(unsafe) private static var text: (UnsafeMutablePointer<CChar>, Int) = (strdup(""), 0)

  /// Whether someone asked to stop.
  static var isAsked: Bool { flag.load(ordering: .relaxed) }

  static func listen() {
    let message =
      "\nstatcli: interrupted; the batch is finished and the best weights are saved (Ctrl-C again: end at once)\n"
    text = (strdup(message), message.utf8.count)
    // Made before a handler asks for it.
    flag.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Interruption.flag.exchange(true, ordering: .relaxed) { _exit(ExitStatus.interrupted.rawValue) }
        _ = Glibc.write(2, Interruption.text.0, Interruption.text.1)
      }
    }
  }
}
