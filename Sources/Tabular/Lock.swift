// A value that one thread at a time may touch. The lock is that of pthreads, which thread sanitizers know; they do not see Synchronization's
// Mutex and report what it guards.
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A value behind a lock.
package final class Lock<State>: @unchecked Sendable {
  // Touched by the holder of the lock alone.
  private var state: State
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init(_ state: State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Waits for the lock, and gives it back when the body ends.
  package func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure)
    -> Result
  {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }
}
