// Results that several threads make out of order, handed on in order: what is early waits, and whoever is too far ahead waits with it, so that memory
// does not grow with the number of results.
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether more is wanted.
public enum Continuation: Sendable {
  case goOn, stop
}

/// Hands on the elements of a sequence in their order, whichever is there first.
public final class OrderedDelivery<Element: Sendable>: @unchecked Sendable {
  // All that changes is touched under the mutex.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let advanced: UnsafeMutablePointer<pthread_cond_t>
  private let window: Int
  private let sink: @Sendable (Element) -> Continuation
  private var waiting: [Int: Element?] = [:]
  private var next = 0
  private var isDelivering = false
  /// Nothing is handed on any more: an element is not there, or the sink wants none.
  private var isOver = false
  private var isRefused = false

  /// - Parameters:
  ///   - window: how many elements may wait.
  ///   - sink: called by one thread at a time.
  public init(window: Int, to sink: @escaping @Sendable (Element) -> Continuation) {
    self.window = max(1, window)
    self.sink = sink
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    advanced = .allocate(capacity: 1)
    advanced.initialize(to: pthread_cond_t())
    pthread_cond_init(advanced, nil)
  }

  deinit {
    pthread_cond_destroy(advanced)
    pthread_mutex_destroy(mutex)
    advanced.deallocate()
    mutex.deallocate()
  }

  /// Takes element `index`; nil says that it does not exist, and that nothing behind it is to be handed on.
  ///
  /// Waits while the element is farther ahead than the window; indices must be taken up in order by the threads that make the elements.
  /// - Returns: `stop` once the sink has said so.
  public func deposit(_ element: Element?, index: Int) -> Continuation {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isOver && index >= next + window { pthread_cond_wait(advanced, mutex) }
    if isOver { return isRefused ? .stop : .goOn }
    waiting[index] = .some(element)
    if isDelivering { return .goOn }
    isDelivering = true
    while !isOver, let first = waiting.removeValue(forKey: next) {
      if let first {
        pthread_mutex_unlock(mutex)
        let answer = sink(first)
        pthread_mutex_lock(mutex)
        isRefused = answer == .stop
        isOver = isRefused
      } else {
        isOver = true
      }
      next += 1
      if isOver { waiting = [:] }
      pthread_cond_broadcast(advanced)
    }
    isDelivering = false
    return isRefused ? .stop : .goOn
  }

  /// Makes elements 0..<count on several threads and hands them on in order.
  public static func run(
    count: Int, threads: Int, make: @Sendable (Int) -> Element, to sink: @escaping @Sendable (Element) -> Continuation
  ) {
    let delivery = OrderedDelivery(window: 2 * threads + 2, to: sink)
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count || delivery.deposit(make(index), index: index) == .stop { break }
      }
    }
  }
}
