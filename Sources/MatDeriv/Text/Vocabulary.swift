// The words of the language: every primitive by its name, and words that are written with others.

/// A word: how shapes follow, and what it becomes.
struct Word: Sendable {
  var name: String
  var signatures: [Signature]
  /// What its value needs.
  var domain: @Sendable (_ x: [Expression]) -> [Condition]
  var build: @Sendable (_ g: Graph, _ x: [Expression]) -> Expression

  init(
    _ name: String, _ signatures: [Signature],
    domain: @escaping @Sendable (_ x: [Expression]) -> [Condition] = { _ in [] },
    build: @escaping @Sendable (_ g: Graph, _ x: [Expression]) -> Expression
  ) {
    self.name = name
    self.signatures = signatures
    self.domain = domain
    self.build = build
  }
}

/// All words, with further primitives where an application defines its own.
public struct Vocabulary: Sendable {
  private var words: [String: [Word]] = [:]
  /// The primitives that have words, an application's own included.
  public let primitives: [any Primitive]

  /// The standard words.
  public static let standard = Vocabulary()

  /// The standard words, and those of an application's own primitives.
  public init(adding own: [any Primitive] = []) {
    primitives = Primitives.all + own
    for primitive in primitives
    where !primitive.signatures.isEmpty && primitive.parameters.isEmpty || primitive is DiagOf {
      let word = Word(
        primitive.name, primitive.signatures, domain: { primitive.domain($0) },
        build: { g, x in Expression(g, g.apply(primitive, x.map(\.node))) })
      words[primitive.name, default: []].append(word)
    }
    for word in Vocabulary.derived { words[word.name, default: []].append(word) }
  }

  func words(_ name: String) -> [Word] { words[name] ?? [] }

  /// Words whose arguments are sizes.
  static let sized = ["eye", "ones", "zeros", "vector", "K", "unvec", "iota", "pick", "block", "toeplitzlayout"]
  /// Words that take `rows` or `columns` as a second argument.
  static let axial = ["sum", "mean", "softmax", "logsumexp", "max"]

  /// Words of other languages.
  static let otherWords = [
    "trace": "tr", "ln": "log", "transpose": "the postfix '", "inverse": "inv", "norm": "norm2", "dot": "x'*y",
    "cholesky": "chol",
    "identity": "eye", "determinant": "det", "slogdet": "logdet", "logistic": "sigmoid", "kronecker": "kron",
    "frobenius": "norm2",
  ]

  /// All names, for suggestions.
  var names: [String] { (Array(words.keys) + Vocabulary.sized + Vocabulary.axial).sorted() }

  private static let derived: [Word] = [
    Word("norm1", ["m,n -> 1,1"]) { _, x in sum(abs(x[0])) },
    Word("norm2", ["m,n -> 1,1"]) { g, x in
      g.prefersNorm = true
      return norm2(x[0])
    },
    Word(
      "sqrt", ["m,n -> m,n"], domain: { [Condition(.nonnegative, $0[0])] },
      build: { _, x in x[0] .** Coefficient(1, over: 2) }),
    Word("mean", ["m,n -> 1,1"]) { g, x in sum(x[0]) / g.number(of: x[0].shape.count) },
    Word("diag", ["1,n -> n,n"]) { _, x in diag(x[0]) },
  ]
}

/// The Euclidean norm of a vector, the Frobenius norm of a matrix: the square root of x'*x or of tr(X'*X).
public func norm2(_ x: Expression) -> Expression {
  let x = x.shape.isRow ? x.transposed : x
  return (x.shape.isColumn ? x.transposed * x : tr(x.transposed * x)) .** Coefficient(1, over: 2)
}

/// The sum of absolute entries.
public func norm1(_ x: Expression) -> Expression { sum(abs(x)) }

/// The square root of every entry.
public func sqrt(_ x: Expression) -> Expression { x .** Coefficient(1, over: 2) }
