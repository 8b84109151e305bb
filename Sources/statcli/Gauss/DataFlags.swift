// Which rows and columns a Gaussian is made of: the flags that `fit` and `moments` share.
import ArgumentParser
import GaussFit

struct DataFlags: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("A Gaussian for each value of this column.", valueName: "column"))
  var by: String?

  @Option(name: .long, help: ArgumentHelp("Weight rows by this column.", valueName: "column"))
  var weights: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "frequency: a weight w stands for w equal rows; reliability: it is proportional to the row's precision (default: frequency).",
      valueName: "kind"))
  var weightKind: WeightKind?

  /// All rows, together and without weights.
  static let none = try! DataFlags.parse([])

  func validate() throws {
    if weightKind != nil && weights == nil { throw ValidationError("--weight-kind needs --weights COLUMN") }
  }

  var weighting: Weighting { weightKind == .reliability ? .reliability : .frequency }
}

enum WeightKind: String, CaseIterable, ExpressibleByArgument {
  case frequency, reliability
}
