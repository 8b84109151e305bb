// The notations in which a derivative alone is printed, one line for each variable.
import ArgumentParser
import MatDeriv

enum Notation: String, CaseIterable, ExpressibleByArgument {
  case text, json

  /// Extensions of file names that mean the notation.
  init?(extensionOf path: String) {
    return nil
  }
}

extension DerivAnswer {
  /// The derivatives alone, a line for each.
  func text(in notation: Notation) -> String {
    results.map { $0.derivative.value.syntax.description + "\n" }.joined()
  }
}
