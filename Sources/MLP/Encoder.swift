// From the cells of a table to the inputs of a network: what was decided on the rows of training, stored with the model.

/// How the columns of a table become inputs.
public struct Encoder: Sendable, Equatable {
  /// A column that is read.
  public enum Column: Sendable, Equatable {
    /// A number x as (x - centre)*factor; a missing one as if it were `fill`.
    case number(name: String, centre: Double, factor: Double, fill: Double)
    /// A text as one input for each of these values: 1 for its own, 0 for others; a text that is none of them has zeros.
    case category(name: String, values: [String])

    /// The name in the header.
    public var name: String {
      switch self {
      case .number(let name, _, _, _), .category(let name, _): name
      }
    }

    /// Inputs that the column becomes.
    public var width: Int { if case .category(_, let values) = self { values.count } else { 1 } }
  }

  /// The columns: numbers first, then categories, each in the order of the table; inputs follow in this order.
  public var columns: [Column]

  public init(_ columns: [Column]) { self.columns = columns }

  /// Inputs of a row.
  public var width: Int { columns.reduce(0) { $0 + $1.width } }
  /// Columns of numbers.
  public var numbers: Int { columns.count { $0.width == 1 && $0.isNumber } }
  /// Names of the inputs: a category's are `column=value`.
  public var inputNames: [String] {
    columns.flatMap { column in
      switch column {
      case .number(let name, _, _, _): [name]
      case .category(let name, let values): values.map { "\(name)=\($0)" }
      }
    }
  }
}

extension Encoder.Column {
  var isNumber: Bool { if case .number = self { true } else { false } }
}

/// What is predicted, and how outputs of a network are read.
public enum Target: Sendable, Equatable {
  /// One of these classes, in the order of the outputs.
  case classes(column: String, names: [String])
  /// A number: an output o stands for centre + o/factor.
  case number(column: String, centre: Double, factor: Double)

  /// The name in the header.
  public var column: String {
    switch self {
    case .classes(let column, _), .number(let column, _, _): column
    }
  }

  /// The classes; nil for a number.
  public var classes: [String]? { if case .classes(_, let names) = self { names } else { nil } }
}
