// The flags about an expression that every command has which takes one: its names, where it stands, its sizes.
import ArgumentParser

struct ExpressionFlags: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "The variables, or parts named by where: X,mu. May be left out if there is only one.", valueName: "names"))
  var wrt: [String] = []

  @Option(
    name: .customLong("let"), parsing: .singleValue,
    help: ArgumentHelp(
      "Declare a name: 'S: spd(d)', 'X: matrix(n,d)', 'a: scalar positive', 'n: dim(3)'; or name a part: 'z = W*x'. May be repeated.",
      valueName: "declaration"))
  var declarations: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Read the expression from a file; lines may declare and name parts.", valueName: "file"))
  var file: String?

  @Option(
    name: .customLong("size"), parsing: .singleValue,
    help: ArgumentHelp("The value of a named size: n=1000, n=10k. May be repeated.", valueName: "name=count"))
  var sizes: [NamedCount] = []

  /// The names of --wrt, each once.
  var wanted: [String] {
    var names: [String] = []
    for name in wrt.flatMap({ $0.split(separator: ",").map { $0.trimmed } }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  /// The definitions among what --let says.
  var definitions: [String] { declarations.filter(ExpressionFlags.isDefinition) }

  /// `z = W*x` defines, `S: spd(d)` declares.
  static func isDefinition(_ text: String) -> Bool { text.contains("=") && !text.prefix { $0 != "=" }.contains(":") }
}

/// A size and its value: `n=1000`.
struct NamedCount: ExpressibleByArgument, Equatable {
  let name: String
  let value: Int

  init?(argument: String) {
    let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
    guard sides.count == 2, !sides[0].isEmpty, let count = Count(argument: sides[1]) else { return nil }
    name = sides[0]
    value = count.value
  }
}
