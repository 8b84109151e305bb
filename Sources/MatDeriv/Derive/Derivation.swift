// How a derivative came about, line by line: equations between differentials, each true, each with the rules that lead to it. Text, LaTeX and the
// numerical checks read the same data.

/// A line: what is derived, and what it equals.
public struct Equation {
  /// `df`, `vec(dF)`, `df/dX`.
  public let left: Syntax
  /// As it is written, factors where the rules left them.
  public let right: Syntax
  /// The right side as an expression in normal form; differentials are symbols in it.
  public let expression: Expression
}

/// A derivative made step by step.
public struct Derivation {
  /// What rules make of one line.
  public struct Step {
    /// The rules that lead from one line to the next.
    public let rules: [Rule]
    /// The line before.
    public let before: Equation
    /// The line that the rules make of it.
    public let after: Equation
  }

  /// The function that is differentiated, as `f = ...`.
  public let function: Equation
  /// Names of its parts, each as `p = ...`: those that the user gave, and new ones for large parts that occur more than once.
  public let names: [Equation]
  /// The lines, each with the rules that lead to it.
  public let steps: [Step]

  /// A line in some notation; the left side is empty where it is that of the line before.
  public struct Line: Hashable, Sendable {
    /// The left side; empty where it is that of the line before.
    public var left: String
    /// The right side.
    public var right: String
    /// The rules that lead to the line.
    public var rules: [Rule]
  }

  /// The lines in any notation: `lines { $0.description }` is the language itself.
  public func lines(_ write: (Syntax) -> String) -> [Line] {
    var result = ([function] + names).map { Line(left: write($0.left), right: write($0.right), rules: []) }
    var left: Syntax?
    for step in steps {
      result.append(
        Line(
          left: step.after.left == left ? "" : write(step.after.left), right: write(step.after.right), rules: step.rules
        ))
      left = step.after.left
    }
    return result
  }

  /// The lines, aligned, identifiers of rules to their right.
  public var text: String {
    let lines = self.lines { $0.description }
    var indent = 0
    let bodies = lines.map { line -> String in
      if !line.left.isEmpty { indent = line.left.count }
      return line.left + String(repeating: " ", count: indent - line.left.count) + " = " + line.right
    }
    // A very long line does not push all rules to the right.
    let column = zip(bodies, lines).reduce(0) {
      $1.1.rules.isEmpty || $1.0.count > Derivation.width ? $0 : Swift.max($0, $1.0.count)
    }
    return zip(bodies, lines).map { body, line in
      if line.rules.isEmpty { return body }
      let gap = Swift.max(column - body.count, 0) + 3
      return body + String(repeating: " ", count: gap) + line.rules.map(\.id).joined(separator: ", ")
    }.joined(separator: "\n")
  }

  private static let width = 90
}

extension Derivative {
  /// The steps that lead to this derivative. Made when asked for.
  ///
  /// - Parameter written: how the user wrote the expression, if that is to be shown.
  ///
  /// **Throws**: `noRule` as the derivative itself.
  /// **Cost**: several times that of the derivative; nothing of it is on the way to the derivative.
  public func derivation(of written: Syntax? = nil) throws(DerivationError) -> Derivation {
    var builder = try DerivationBuilder(self, written)
    try builder.build()
    return builder.derivation
  }
}

extension Rule {
  static let definition = Rule("D0", "df = tr(D*dX) defines D")
  static let scalarTrace = Rule("D9", "a scalar is its trace")
  static let transposedTrace = Rule("D10", "tr(A') = tr(A)")
  static let traceOfSum = Rule("D11", "tr(A + B) = tr(A) + tr(B)")
  static let cyclic = Rule("D12", "tr(A*B) = tr(B*A)")
  static let exchange = Rule("D13", "tr(A'*(B.*C)) = tr((A.*B)'*C)")
  static let sumOfProducts = Rule("D14", "sum(u.*v) = u'*v")
  static let collect = Rule("collect", "terms collected and factored")
  static let expand = Rule("expand", "products of sums written out")
  static let projection = Rule("projection", "dX has the structure of X, so only that part of D counts")
  static let tied = Rule("tied", "tied entries move together")
  static let vec = Rule("vec", "vec(A*B*C) = kron(C', A)*vec(B)")
  static let constant = Rule("M8", "the derivative of a constant is zero")
  static let denominatorLayout = Rule("M7", "denominator layout is the transpose")
  static let second = Rule("second", "the derivative is differentiated again")
}
