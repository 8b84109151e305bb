// The derivation on the page, in the document and in notations: the engine's own steps, each with the rules that lead to it.
import JSONText
import MatDeriv

extension Derivation {
  /// A line for each equation, with the rules that made it of the one before.
  var section: Section {
    let lines = self.lines { $0.description }
    var indent = 0
    let rows: [[Table.Cell]] = lines.map { line in
      if !line.left.isEmpty { indent = line.left.cells }
      let rules = line.rules.map { "\($0.id): \($0.name)" }.joined(separator: "; ")
      return [.text("\(line.left.padded(right: indent)) = \(line.right)"), .text(rules)]
    }
    return Section("steps", [.table(Table(columns: [.verbatim("equation"), .verbatim("by")], rows: rows))])
  }

  /// The steps as data; equations in the language.
  var json: JSON {
    .array(
      steps.map { step in
        [
          "rules": .array(step.rules.map { ["id": .string($0.id), "name": .string($0.name)] }),
          "before": .string(step.before.text), "after": .string(step.after.text),
        ]
      })
  }

  /// Names that the steps give to parts of the expression.
  var partsJSON: JSON { .object(names.map { ($0.left.description, .string($0.right.description)) }) }

  /// An `align*` of amsmath, rules in the last column.
  var latex: String {
    let rows = lines { $0.latex }.map { line in
      let rules = line.rules.isEmpty ? "" : " && \\text{\(line.rules.map(\.id).joined(separator: ", "))}"
      return "  \(line.left) &= \(line.right)\(rules)"
    }
    return "\\begin{align*}\n" + rows.joined(separator: " \\\\\n") + "\n\\end{align*}\n"
  }
}

extension Equation {
  fileprivate var text: String { "\(left) = \(right)" }
}
