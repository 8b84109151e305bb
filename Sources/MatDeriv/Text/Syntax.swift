// Expressions as they are written: the tree that the parser makes of text and that every printer starts from. It keeps the order and
// the spelling that a reader sees; the graph keeps neither.

/// An expression as it is written. Compared by form alone; shape and place are remarks.
public struct Syntax: Sendable {
  public indirect enum Form: Hashable, Sendable {
    case number(Coefficient)
    case name(String)
    case negate(Syntax)
    case transpose(Syntax)
    case binary(Operator, Syntax, Syntax)
    case call(String, [Syntax])
    /// `X(rows, columns)`
    case select(Syntax, Selection, Selection)
    /// `[A B; C D]`, by rows.
    case assemble([[Syntax]])
  }

  public enum Operator: String, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case hadamard = ".*"
    case hadamardDivide = "./"
    case power = "^"
    case hadamardPower = ".^"
  }

  /// Rows or columns that are taken: indices from 1.
  public enum Selection: Hashable, Sendable {
    /// `:`
    case all
    /// `2:5`, both ends included.
    case range(Int, Int)
    /// `[1,3,4]`, or a single `3`.
    case list([Int])
    /// The named list of indices, declared as `o: index(k, n)`: k positions among n.
    case named(String)
  }

  public var form: Form
  /// Rows and columns, where known.
  public var shape: Shape?
  /// Where it stood in the text: offsets in UTF-8.
  public var range: Range<Int>?
  /// Numbers, names, operators and calls in it.
  public let nodes: Int
  /// The hash of the form, kept: trees share parts, and a walk would visit them as often as they are written.
  private let digest: Int

  public init(_ form: Form, shape: Shape? = nil, range: Range<Int>? = nil) {
    self.form = form
    self.shape = shape
    self.range = range
    let count =
      switch form {
      case .number, .name: 1
      case .negate(let x), .transpose(let x): 1 + x.nodes
      case .binary(_, let a, let b): 1 + a.nodes + b.nodes
      case .call(_, let arguments): arguments.reduce(1) { $0 + $1.nodes }
      case .select(let x, _, _): 3 + x.nodes
      case .assemble(let rows): rows.joined().reduce(1) { $0 + $1.nodes }
      }
    // Shared parts count as often as they are written, which may be 2^200 times.
    nodes = Swift.min(count, 1 << 40)
    digest = form.hashValue
  }
}

extension Syntax: Hashable {
  public static func == (a: Syntax, b: Syntax) -> Bool {
    a.nodes == b.nodes && a.digest == b.digest && a.form == b.form
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
