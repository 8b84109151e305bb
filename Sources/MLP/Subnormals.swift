// Training goes faster where subnormal numbers count as zero; every thread has its own mode.
import CKernels
import MatDeriv

enum Subnormals {
  /// Sets the mode on the calling thread and on those of the team; returns what the caller's was.
  static func flush(_ team: ThreadTeam?) -> Bool {
    let before = sk_flush_subnormals(true)
    team?.run { _ in _ = sk_flush_subnormals(true) }
    return before
  }

  static func restore(_ before: Bool) { _ = sk_flush_subnormals(before) }
}
