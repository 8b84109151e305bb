// The three views of a derivative that `--view` chooses from: what becomes of dX, entry by entry, and the matrix on vec.
import ArgumentParser
import JSONText
import MatDeriv

extension View: ExpressibleByArgument {}

extension ViewEquation {
  /// The view in LaTeX.
  var latex: String {
    "\(left.latex) = \(right.latex)" + (matrix.map { ", \\quad \($0.name.latex) = \($0.value.latex)" } ?? "")
  }

  func json(_ view: View) -> JSON {
    [
      "name": .string(view.rawValue), "left": .string(left.description), "right": .string(right.description),
      "matrix": matrix.map { ["name": .string($0.name.description), "value": .string($0.value.description)] } ?? nil,
    ]
  }

  /// What the words of an index view mean, where it uses them.
  var explanation: String? {
    right.words.contains("delta") ? "delta(i, k) is 1 where i = k, and 0 elsewhere" : nil
  }
}

extension Syntax {
  /// The functions that are called in it.
  fileprivate var words: Set<String> {
    switch form {
    case .number, .name: []
    case .negate(let x), .transpose(let x), .select(let x, _, _): x.words
    case .binary(_, let a, let b): a.words.union(b.words)
    case .call(let word, let arguments): arguments.reduce([word]) { $0.union($1.words) }
    case .assemble(let rows): rows.joined().reduce([]) { $0.union($1.words) }
    }
  }
}
