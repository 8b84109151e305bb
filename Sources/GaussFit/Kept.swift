// A result that takes long and is asked for more than once.
import Tabular

/// A value that is made when it is first asked for; copies of its owner share it.
final class Kept<Value: Sendable>: Sendable {
  private let value = Lock<Value?>(nil)

  func value(_ make: () -> Value) -> Value {
    if let known = value.withLock({ $0 }) { return known }
    let made = make()
    value.withLock { $0 = made }
    return made
  }
}
