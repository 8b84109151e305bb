// Expressions as functions of programming languages, complete and ready to run: imports, definitions of what the language lacks, arguments
// with their shapes, shared parts computed once, solves instead of inverses.

/// A language that code is written in.
public enum Language: String, CaseIterable, Sendable {
  /// This library: `Matrix<Double>`.
  case swift
  /// NumPy and SciPy.
  case numpy
  /// Julia, with its standard library of linear algebra.
  case julia
  /// MATLAB and Octave.
  case matlab
  /// PyTorch, in double precision.
  case pytorch

  var dialect: any Dialect {
    switch self {
    case .swift: SwiftDialect()
    case .numpy: NumPyDialect()
    case .julia: JuliaDialect()
    case .matlab: MATLABDialect()
    case .pytorch: PyTorchDialect()
    }
  }
}

/// Why an expression cannot be written in a language.
public enum CodeError: Error, Hashable, Sendable {
  /// The language has nothing for the primitive.
  case noCounterpart(primitive: String, language: Language)
}

extension CodeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noCounterpart(let primitive, let language): "\(language.rawValue) has no counterpart of \(primitive)"
    }
  }
}

extension Expression {
  /// A function of this language that computes the expression; it runs as printed.
  ///
  /// Its arguments are the variables in the order of their appearance, then sizes that no argument tells. Vectors may come in
  /// the usual forms of the language (one-dimensional or n x 1) and leave as n x 1, in Julia as `Vector`; scalars are numbers.
  /// Parts that are used twice and names of a where clause become local variables.
  ///
  /// **Throws**: `noCounterpart`.
  public func code(in language: Language, named name: String = "derivative") throws(CodeError) -> String {
    try program(in: language, named: name).text
  }

  func program(in language: Language, named name: String) throws(CodeError) -> CodeProgram {
    let dialect = language.dialect
    let counting = CodeWriter(self, language, dialect, counted: nil)
    _ = try counting.value(node)
    let writer = CodeWriter(self, language, dialect, counted: counting)
    return try writer.program(named: name)
  }
}
