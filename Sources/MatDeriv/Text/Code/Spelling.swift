// How primitives are called in a programming language.

/// A primitive in a programming language.
public struct Spelling: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    case elementwise
    case call
    case columns
  }

  let form: Form
  let template: String
  let definition: String?

  /// A function of a number, or of every entry of an array, as the language has it.
  /// - Parameter definition: the text of the function, where the language does not have it.
  public static func elementwise(_ function: String, definition: String? = nil) -> Spelling {
    Spelling(form: .elementwise, template: function, definition: definition)
  }

  /// A call with `$1`, `$2` in the places of the arguments: `np.linalg.slogdet($1)[1]`; `@1` where an argument that is no name or
  /// call needs brackets.
  public static func call(_ template: String, definition: String? = nil) -> Spelling {
    Spelling(form: .call, template: template, definition: definition)
  }

  /// A call that gives one value for each column, as a column.
  public static func columns(_ template: String, definition: String? = nil) -> Spelling {
    Spelling(form: .columns, template: template, definition: definition)
  }
}
