// How a derivative is written before its equals sign, and what its parts are called in words.
import MatDeriv

extension DerivQuestion {
  /// The expression and its definitions, as they were read.
  var expressionFacts: [(String, String)] {
    [("of", program.syntax.description)] + program.definitions.map { ("where", "\($0.name) = \($0.syntax)") }
  }

  /// The letter of the expression: f, or another one where the expression has an f itself; its own name where it is but a name.
  var function: String {
    if case .name(let name) = program.syntax.form { return name }
    let taken = Set(program.names)
    let shape = program.expression.shape
    let letters = shape.isColumn || shape.isRow ? ["f", "g", "h", "y"] : ["F", "G", "H", "Y"]
    return letters.first { !taken.contains($0) } ?? "d"
  }
}

extension DerivAnswer {
  var function: String { question.function }

  /// `df/dX`, `d vec(F)/d vec(X)'`, `d2f/dx dx'`.
  func symbol(of result: Result) -> String {
    let derivative = result.derivative
    let name = result.name
    func stacked(_ name: String, _ shape: Shape) -> String { shape.isColumn ? name : " vec(\(name))" }
    let below = stacked(name, derivative.variable.shape)
    switch derivative.form {
    case .numerator, .tied: return "d\(function)/d\(name)"
    case .second: return "d2\(function)/d\(name)2"
    case .hessian: return "d2\(function)/d\(below) d\(below)'"
    case .vecjac:
      let above = stacked(function, derivative.expression.shape)
      return derivative.layout == .numerator ? "d\(above)/d\(below)'" : "d\(above)'/d\(below)"
    }
  }

  /// `scalar by matrix`.
  func kind(of derivative: Derivative) -> String {
    func word(_ shape: Shape) -> String {
      shape.isScalar ? "scalar" : shape.isColumn ? "vector" : shape.isRow ? "row" : "matrix"
    }
    let kind = "\(word(derivative.expression.shape)) by \(word(derivative.variable.shape))"
    return derivative.form == .hessian || derivative.form == .second ? "\(kind), second derivative" : kind
  }

  /// `S, d x d, spd`.
  func described(_ result: Result) -> String {
    let variable = result.derivative.variable
    var words =
      [result.name, variable.shape.isScalar ? "scalar" : variable.shape.description] + variable.facts.attributes
    if let definition = question.program.definitions.first(where: { $0.name == result.name }) {
      words.append("named by \(definition.name) = \(definition.syntax)")
    }
    if result.name == question.chosenAlone { words.append("the only variable") }
    return words.joined(separator: ", ")
  }

  func layout(of derivative: Derivative) -> String {
    switch (derivative.form, derivative.layout) {
    case (.hessian, _): "rows and columns by the entries of the variable, column after column"
    case (.second, _): "the shape of the expression"
    case (.vecjac, .numerator): "numerator: rows by the entries of the expression, columns by those of the variable"
    case (.vecjac, .denominator): "denominator: rows by the entries of the variable, columns by those of the expression"
    case (_, .numerator): "numerator"
    case (_, .denominator): "denominator: the transpose of the numerator layout"
    }
  }

  /// What the derivative by a structured matrix means; nil for others.
  func convention(of result: Result) -> String? {
    let derivative = result.derivative
    guard let word = derivative.structure.attributes.first else { return nil }
    let name = result.name
    if derivative.convention == .tied {
      return "tied: entry (i,j) is the change when all entries tied to \(name)(i,j) move together"
    }
    let product = derivative.layout == .numerator ? "(d\(function)/d\(name))" : "(d\(function)/d\(name))'"
    return "projected: d\(function) = tr(\(product)*d\(name)) for every \(word) d\(name)"
  }
}

extension Facts {
  /// The words of declarations that say all of this, without those that follow from others.
  var attributes: [String] {
    let known = Facts.words.filter { self.contains($0.facts) }
    return known.filter { word in
      !known.contains { other in
        other.facts.closed != word.facts.closed && other.facts.closed.isSuperset(of: word.facts.closed)
      }
    }.map(\.word)
  }
}
