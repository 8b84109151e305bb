// A text with its declarations as an expression in a graph: parsed, shapes found, lowered.

/// An expression that was written down, with the definitions of its where clause.
public struct Program {
  /// The graph that holds the expression.
  public let graph: Graph
  /// The expression as it was written, with shapes.
  public let syntax: Syntax
  /// The expression in normal form.
  public let expression: Expression
  /// The names defined in the where clause, in its order, as they were written.
  public let definitions: [(name: String, syntax: Syntax, expression: Expression)]
  /// Names whose letter promises a column or a matrix and that the operators made less, as sentences.
  public let notes: [String]
  /// All declarations, those in the text included.
  public let declarations: Declarations

  /// Reads a text: an expression, then `where` with definitions and declarations, or these on lines of their own.
  ///
  /// **Throws**: the first thing that is wrong, with its place.
  public init(
    _ text: String, _ declarations: Declarations = Declarations(), vocabulary: Vocabulary = .standard,
    in graph: Graph = Graph()
  ) throws(LanguageError) {
    var declarations = declarations
    // Declared names select when they are called, so declarations come first.
    var names = Set(declarations.items.map(\.name))
    var first = try Parser(text, variables: names)
    let items = try first.program()
    for case .declaration(let declaration, let place) in items {
      do throws(LanguageError) { try declarations.add(declaration) } catch {
        var moved = error
        moved.range = (error.range.lowerBound + place)..<(error.range.upperBound + place)
        moved.text = text
        throw moved
      }
    }
    for case .definition(let name, _, _) in items { names.insert(name) }
    names.formUnion(declarations.items.map(\.name))
    var parser = try Parser(text, variables: names)
    var inference = Inference(text, declarations, vocabulary)
    var main: Syntax?
    var order: [(name: String, range: Range<Int>)] = []
    for item in try parser.program() {
      switch item {
      case .declaration: break
      case .definition(let name, let range, let value):
        if inference.definitions[name] != nil || declarations[name] != nil {
          throw LanguageError(
            "\(name) has two meanings: it is \(declarations[name] != nil ? "declared" : "defined") already", in: text,
            at: range)
        }
        inference.definitions[name] = value
        order.append((name, range))
      case .expression(let value):
        guard main == nil else {
          throw LanguageError(
            "a second expression", in: text, at: value.range ?? 0..<0,
            mend: "one expression, then where name = expression")
        }
        main = value
      }
    }
    guard let main else { throw LanguageError("there is no expression", in: text, at: 0..<0, mend: "tr(X'*A)") }
    inference.noteSizes(main)
    for value in inference.definitions.values { inference.noteSizes(value) }
    var tree = try inference.infer(main)
    for (name, range) in order { _ = try inference.definition(name, range) }
    inference.nameUnknowns()
    tree = inference.resolvedShapes(tree)
    let lowering = Lowering(text: text, graph: graph, inference: inference)
    expression = try lowering.lower(tree)
    syntax = tree
    var defined: [(String, Syntax, Expression)] = []
    for (name, range) in order {
      let value = inference.resolvedShapes(try inference.definition(name, range))
      defined.append((name, value, try lowering.named(name, range)))
    }
    // Definitions are part of the expression.
    graph.writtenConditions[expression.node, default: []] += lowering.needs.conditions
    definitions = defined
    notes = inference.shrunken
    self.graph = graph
    self.declarations = declarations
  }

  /// The variable or named intermediate of this name; nil if the text has none.
  public func variable(_ name: String) -> Expression? {
    guard let node = graph.symbol(named: name) else { return nil }
    switch graph.symbol(node)!.role {
    case .variable, .definition: return Expression(graph, node)
    case .differential, .constant: return nil
    }
  }

  /// The names of variables and definitions, in the order of the text.
  public var names: [String] {
    graph.symbols.compactMap {
      switch $0.role {
      case .variable, .definition: $0.name
      case .differential, .constant: nil
      }
    }
  }
}

extension Graph {
  /// The expression that a text stands for.
  public func parse(_ text: String, _ declarations: [String] = []) throws(LanguageError) -> Expression {
    try Program(text, Declarations(declarations), in: self).expression
  }
}
