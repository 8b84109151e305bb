// What is known of a matrix beyond its shape: declared for symbols, derived for everything else. Never read off values.

/// Known properties of an expression. A missing property is not denied, only not known.
public struct Facts: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Equal to the transpose.
  public static let symmetric = Facts(rawValue: 1 << 0)
  /// The negative of the transpose.
  public static let skew = Facts(rawValue: 1 << 1)
  /// Zero off the diagonal.
  public static let diagonal = Facts(rawValue: 1 << 2)
  /// Zero above the diagonal.
  public static let lower = Facts(rawValue: 1 << 3)
  /// Zero below the diagonal.
  public static let upper = Facts(rawValue: 1 << 4)
  /// The transpose is the inverse.
  public static let orthogonal = Facts(rawValue: 1 << 5)
  /// An inverse exists.
  public static let invertible = Facts(rawValue: 1 << 6)
  /// Symmetric with eigenvalues of at least zero.
  public static let semidefinite = Facts(rawValue: 1 << 7)
  /// Symmetric with positive eigenvalues.
  public static let definite = Facts(rawValue: 1 << 8)
  /// A positive determinant.
  public static let posdet = Facts(rawValue: 1 << 9)
  /// Every entry is at least zero.
  public static let nonnegative = Facts(rawValue: 1 << 10)
  /// Every entry is greater than zero.
  public static let positive = Facts(rawValue: 1 << 11)
  /// Every entry is 1 or -1.
  public static let binary = Facts(rawValue: 1 << 12)
  /// Every column sums to one.
  public static let stochastic = Facts(rawValue: 1 << 13)
  /// The columns are linearly independent.
  public static let fullColumnRank = Facts(rawValue: 1 << 14)
  /// No entry is zero.
  public static let nonzero = Facts(rawValue: 1 << 15)

  /// The words of declarations.
  public static let words: [(word: String, facts: Facts)] = [
    ("symmetric", .symmetric), ("spd", .definite), ("psd", .semidefinite), ("diagonal", .diagonal),
    ("lower", .lower), ("upper", .upper), ("skew", .skew), ("orthogonal", .orthogonal),
    ("invertible", .invertible), ("posdet", .posdet), ("positive", .positive), ("nonnegative", .nonnegative),
    ("binary", .binary), ("stochastic", .stochastic), ("fullrank", .fullColumnRank),
  ]

  /// With everything that follows from these properties alone.
  public var closed: Facts {
    var facts = self
    if facts.contains(.definite) { facts.formUnion([.semidefinite, .invertible, .posdet, .fullColumnRank]) }
    if facts.contains(.semidefinite) { facts.insert(.symmetric) }
    if facts.contains(.diagonal) { facts.formUnion([.symmetric, .lower, .upper]) }
    if facts.contains(.lower), facts.contains(.upper) { facts.formUnion([.diagonal, .symmetric]) }
    if facts.contains(.posdet) || facts.contains(.orthogonal) { facts.insert(.invertible) }
    if facts.contains(.invertible) { facts.insert(.fullColumnRank) }
    if facts.contains(.positive) { facts.formUnion([.nonnegative, .nonzero]) }
    if facts.contains(.binary) { facts.insert(.nonzero) }
    return facts
  }
}
