// Networks with weights written by hand, so that pages of them are the same on every processor; no training is behind them.
import Foundation
import JSONText
import MLP
import MatDeriv

enum HandmadeModels {
  /// Classes a and b of the plane: sigmoid-like through two relu neurons, |x - y| apart. Probabilities are softened by a temperature of 2.
  static let plane = Model(
    network: Network(inputs: 2, hidden: [Layer(2, .relu)], outputs: 2),
    encoder: Encoder([
      .number(name: "x", centre: 1, factor: 0.5, fill: 1), .number(name: "y", centre: 2, factor: 1, fill: 2.5),
    ]), target: .classes(column: "kind", names: ["a", "b"]),
    members: [
      Parameters([
        ("W1", matrix([[1, -1], [-1, 1]])), ("W2", matrix([[2, -2], [-2, 2]])), ("b1", matrix([[0], [0.5]])),
        ("b2", matrix([[0], [0.25]])),
      ])
    ], precision: .double, temperature: 2, record: record)

  /// A number from a number and a category.
  static let line = Model(
    network: Network(
      inputs: 3, hidden: [Layer(2, .sigmoid)], outputs: 1, outputActivation: .sigmoid, loss: .squaredError),
    encoder: Encoder([
      .number(name: "x", centre: 0, factor: 1, fill: 0), .category(name: "kind", values: ["new", "old"]),
    ]), target: .number(column: "price", centre: 10, factor: 0.125),
    members: [
      Parameters([
        ("W1", matrix([[1, 0.5, -0.5], [-1, 0, 1]])), ("W2", matrix([[2, -1]])), ("b1", matrix([[0], [0]])),
        ("b2", matrix([[-0.5]])),
      ])
    ], precision: .double)

  /// The species of iris by the petals: three kinks, at the places where the species part.
  static let iris = Model(
    network: Network(inputs: 4, hidden: [Layer(3, .relu)], outputs: 3),
    encoder: Encoder(
      ["Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"].map {
        .number(name: $0, centre: 0, factor: 1, fill: 0)
      }), target: .classes(column: "Species", names: ["setosa", "versicolor", "virginica"]),
    members: [
      Parameters([
        ("W1", matrix([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 0]])),
        ("W2", matrix([[-8, 0, 0], [0, 0, 0], [0, 10, 5]])), ("b1", matrix([[-2.5], [-1.6], [-4.8]])),
        ("b2", matrix([[2], [0], [-1]])),
      ])
    ], precision: .double)

  /// The same by the widths of petals alone.
  static let petal = {
    var model = iris
    model.members[0].matrices[1].value = matrix([[-8, 0, 0], [0, 0, 0], [0, 10, 0]])
    return model
  }()

  private static var record: TrainingRecord {
    var record = TrainingRecord()
    record.epochs = (1...3).map { epoch in
      TrainingRecord.Epoch(
        epoch: epoch, loss: 1 / Double(epoch), validationLoss: 1.5 / Double(epoch), validationScore: 0.5, rate: 0.125,
        seconds: 0.25)
    }
    record.bestEpoch = 3
    record.ending = "all epochs done"
    record.command = "statcli mlp train kinds.csv"
    record.version = "0.1.0"
    record.library = "a BLAS"
    record.seed = 42
    record.rows = 90
    record.validationRows = 10
    record.fingerprint = "0123456789abcdef"
    record.settings = [("optimizer", .string("adam")), ("lr", .number(0.125))]
    return record
  }

  private static func matrix(_ rows: [[Double]]) -> Matrix<Double> {
    Matrix(rows: rows.count, columns: rows[0].count) { rows[$0][$1] }
  }

  static func write(to scratch: Scratch) throws {
    for (name, model) in [("plane", plane), ("line", line), ("species", iris), ("other", petal)] {
      try Data(model.fileBytes).write(to: scratch.folder.appending(path: name + ".mlp"))
    }
  }
}

private let kinds = "name,x,y,kind\none,1,2,a\ntwo,3,1,a\nthree,-1,4,b\nfour,NA,3,b\nfive,2,,a\nsix,0,0,c\nseven,5,5,\n"
private let prices = "kind,x,price\nold,1,12\nnew,2,15\nused,0,9\nold,-1,7.5\n,0.5,11\n"

let networkCases: [GoldenCase] = [
  GoldenCase("mlp-predict", "mlp predict plane.mlp k.csv --proba --top 1 --keep name", files: ["k.csv": kinds]),
  GoldenCase("mlp-predict-json", "mlp predict line.mlp p.csv --json", files: ["p.csv": prices]),
  GoldenCase("mlp-predict-table", "mlp predict plane.mlp k.csv --format table", files: ["k.csv": kinds]),
  GoldenCase("mlp-predict-no-column", "mlp predict plane.mlp n.csv", files: ["n.csv": "X,z\n1,2\n3,4\n"]),
  GoldenCase("mlp-evaluate", "mlp evaluate plane.mlp k.csv", files: ["k.csv": kinds]),
  GoldenCase("mlp-evaluate-json", "mlp evaluate plane.mlp k.csv --json", files: ["k.csv": kinds]),
  GoldenCase("mlp-evaluate-iris", "mlp evaluate species.mlp iris.csv --require-accuracy 0.97"),
  GoldenCase("mlp-evaluate-numbers", "mlp evaluate line.mlp p.csv", files: ["p.csv": prices]),
  GoldenCase("mlp-info", "mlp info plane.mlp"),
  GoldenCase("mlp-info-json", "mlp info line.mlp --json"),
  GoldenCase("mlp-info-other", "mlp info iris.csv"),
  GoldenCase("mlp-explain", "mlp explain plane.mlp"),
  GoldenCase("mlp-explain-textbook", "mlp explain line.mlp"),
  GoldenCase("mlp-explain-steps", "mlp explain plane.mlp --wrt W1 --steps"),
  GoldenCase("mlp-explain-latex", "mlp explain plane.mlp --emit latex"),
  GoldenCase("mlp-compare", "mlp compare species.mlp other.mlp iris.csv"),
  GoldenCase("mlp-compare-json", "mlp compare line.mlp line.mlp p.csv --json", files: ["p.csv": prices]),
  GoldenCase("help-mlp-predict", "help mlp predict"),
  GoldenCase("help-mlp-evaluate", "help mlp evaluate"),
  GoldenCase("help-mlp-explain", "help mlp explain"),
]
