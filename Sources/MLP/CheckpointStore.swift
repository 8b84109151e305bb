// Training that can be taken up to the bit: all arrays and counters of a trainer in one file, written whole or not at all.
import JSONText
import MatDeriv

/// A file that training is kept in on its way.
public struct CheckpointStore: Sendable {
  /// The file; of an ensemble, the member's number stands behind it.
  public var path: String
  /// Epochs from one checkpoint to the next.
  public var every: Int
  /// Whether training is taken up from the file, if it is there.
  public var resumes: Bool

  /// The file of a network of an ensemble, from 0.
  public func path(ofMember member: Int) -> String { member == 0 ? path : "\(path).\(member + 1)" }

  public init(path: String, every: Int = 10, resumes: Bool = false) {
    precondition(every >= 1, "checkpoints are at least one epoch apart; they were to be \(every)")
    self.path = path
    self.every = every
    self.resumes = resumes
  }
}
