// Pieces of code, with how tightly they bind, so that brackets stand only where they are needed.

/// The text of an expression in a programming language.
struct Code {
  enum Binding: Int, Comparable {
    case sum, product, sign, power, atom
    static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
  }

  var text: String
  var binding: Binding
  /// What this is the transpose of, if that is how it is written.
  var untransposed: [Code] = []
  /// Whether Swift has it as a promise of a transpose, which products take and nothing else does.
  var isPromise = false

  init(_ text: String, _ binding: Binding = .atom) {
    self.text = text
    self.binding = binding
  }

  func at(_ least: Binding) -> String { binding < least ? "(\(text))" : text }

  /// The names in it.
  static func words(_ text: String) -> Set<String> {
    Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
  }
}

/// How a matrix is factored for solves.
enum WrittenFactor: String {
  case lu
  /// Of matrices that were declared positive definite.
  case cholesky
}

/// Rows or columns that are taken.
enum Taken {
  /// From 1.
  case list([Int])
  /// So many behind the offset.
  case range(offset: Code, count: Code)
}

/// An argument of a function that is written.
struct CodeArgument {
  /// The name in the expression, and in the code.
  var name: String
  var word: String
  var shape: Shape
  /// Whether it is a size and no variable.
  var isSize: Bool
}

/// A function with what surrounds it.
struct CodeProgram {
  var text: String
  var arguments: [CodeArgument]
}

/// What a dialect makes a function of.
struct CodeFunction {
  var name: String
  /// What it computes, in the language of expressions.
  var title: String
  var arguments: [CodeArgument]
  var shape: Shape
  /// Statements, the sizes first.
  var body: [String]
  var result: Code
  /// Definitions of other functions that it needs.
  var definitions: [String]
}
