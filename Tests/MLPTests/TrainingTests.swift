// What training promises: the same bits for any number of threads and after a stop, the best weights on every way out, divergence undone.
import MatDeriv
import Testing

@testable import MLP

@Suite struct TrainingTests {
  /// Two interleaved arcs of points and noise, in three classes.
  static func table(rows: Int = 400, inputs: Int = 20, classes: Int = 3) -> Table {
    var numbers = TestNumbers(5)
    let cells = (0..<rows).map { i in
      numbers.array(inputs).enumerated().map { c, u in u + (c % classes == i % classes ? 1.1 : 0) }
    }
    return Table(
      columns: (0..<inputs).map { "x\($0)" }, rows: cells, labels: (0..<rows).map { "class \($0 % classes)" })
  }

  private func training(_ change: (inout Training) -> Void = { _ in }) -> Training {
    var training = Training(hidden: [Layer(128), Layer(64, .tanh)])
    training.options.epochs = 4
    training.options.batch = 64
    change(&training)
    return training
  }

  @Test(arguments: Optimizer.allCases)
  func threadsDoNotChangeABit(_ optimizer: Optimizer) throws {
    let table = Self.table()
    let hashes = try [1, 2, 4].map { threads in
      try training {
        $0.options.threads = threads
        $0.options.optimizer = optimizer
        $0.options.rate = optimizer == .lbfgs ? nil : 1e-3
        if optimizer == .adam {
          $0.hidden[0].dropout = 0.3
          $0.hidden[1].normalization = .batch
          $0.options.clipNorm = 0.5
        }
      }.run(on: table).model.members[0].fingerprint
    }
    #expect(Set(hashes).count == 1)
  }

  @Test func everyNetworkLearns() throws {
    let outcome = try training { $0.options.epochs = 30 }.run(on: Self.table())
    #expect(outcome.evaluation!.classes!.accuracy > 0.8)
    #expect(outcome.model.record.epochs.count == 30 || outcome.ending == .patience(10))
  }

  @Test func bestWeightsAreRestoredOnEveryWayOut() throws {
    let table = Self.table()
    // Trained on few rows at a high rate, the loss of validation gets worse again.
    for stop in [Int.max, 9] {
      var seen = 0
      let outcome = try training {
        $0.options.epochs = 25
        $0.options.rate = 0.01
        $0.options.patience = stop == .max ? 3 : nil
        $0.calibrates = false
      }.run(on: table) { event in
        if case .epoch = event { seen += 1 }
        return seen == stop ? .stop : .goOn
      }
      let record = outcome.model.record
      let best = record.epochs.min { $0.validationLoss! < $1.validationLoss! }!
      #expect(record.bestEpoch == best.epoch)
      #expect(abs(outcome.evaluation!.classes!.logLoss - best.validationLoss!) < 1e-5)
      #expect(outcome.ending == (stop == 9 ? .stopped : .patience(3)))
    }
  }

  @Test func divergenceIsUndone() throws {
    var rates: [Double] = []
    let outcome = try training {
      $0.options.optimizer = .sgd
      $0.options.rate = 1e18
      $0.options.epochs = 2
      $0.options.patience = nil
    }.run(on: Self.table()) { event in
      if case .recovered(_, let rate) = event { rates.append(rate) }
      return .goOn
    }
    #expect(!rates.isEmpty)
    #expect(rates.first == 5e17)
    #expect(outcome.model.members[0].matrices.allSatisfy { $0.value.columnMajor.allSatisfy(\.isFinite) })
  }

  @Test func labelsOfOneClassAreRefused() {
    let table = Table(columns: ["x"], rows: [[1], [2]], labels: ["a", "a"], target: "kind")
    #expect(throws: MLPError.oneClass("a", column: "kind")) { try Training().run(on: table) }
  }

  @Test func classWeightsBalance() throws {
    let rows = (0..<90).map { [Double($0 % 7), Double($0 % 5)] }
    let table = Table(columns: ["x", "y"], rows: rows, labels: (0..<90).map { $0 < 10 ? "rare" : "common" })
    let weights = training { $0.options.classWeights = .balanced }.rowWeights(table, Split(all: table))!
    #expect(abs(weights[..<10].reduce(0, +) - weights[10...].reduce(0, +)) < 1e-4)
    #expect(abs(weights.reduce(0, +) - 90) < 1e-4)
  }

  /// A penalty, weights of rows, smoothing and all of L-BFGS at once: the gradient at the end is small.
  @Test func lbfgsConverges() throws {
    let outcome = try training {
      $0.options.optimizer = .lbfgs
      $0.options.l2 = 0.01
      $0.options.epochs = 500
      $0.options.patience = nil
      $0.hidden = [Layer(8, .tanh)]
      $0.validation = 0
    }.run(on: Self.table(rows: 120))
    #expect(outcome.ending == .converged)
  }

  @Test func regression() throws {
    var numbers = TestNumbers(9)
    let rows = (0..<500).map { _ in numbers.array(3) }
    let table = Table(columns: ["a", "b", "c"], rows: rows, values: rows.map { 1000 + 50 * ($0[0] * $0[1] + $0[2]) })
    let outcome = try training { $0.options.epochs = 60 }.run(on: table)
    #expect(outcome.evaluation!.numbers!.r2! > 0.95)
  }

  @Test func ensemblesAverage() throws {
    let table = Self.table()
    let outcome = try training { $0.ensemble = 3 }.run(on: table)
    #expect(outcome.model.members.count == 3)
    #expect(Set(outcome.model.members.map(\.fingerprint)).count == 3)
    let row = (0..<20).map { Double($0) / 10 - 1 }
    let parts = outcome.model.members.map { member in
      var one = outcome.model
      one.members = [member]
      return Predictor(one).predict(row)
    }
    let together = Predictor(outcome.model).predict(row)
    for k in 0..<3 { #expect(abs(together[k] - (parts[0][k] + parts[1][k] + parts[2][k]) / 3) < 1e-15) }
  }

  /// A row has the same bits alone and among others.
  @Test func predictionsDoNotDependOnTheirCompany() throws {
    let outcome = try training().run(on: Self.table())
    let predictor = Predictor(outcome.model)
    var numbers = TestNumbers(4)
    let rows = (0..<150).map { _ in numbers.array(20) }
    let columns = (0..<20).flatMap { c in rows.map { $0[c] } }
    let all = predictor.predict(numbers: columns, stride: 150, rows: 150)
    for i in [0, 63, 64, 149] { #expect(predictor.predict(rows[i]) == Array(all[3 * i..<3 * i + 3])) }
  }

  /// Folded, a normalized layer gives what the evaluation of training gave.
  @Test func batchNormalizationIsFolded() throws {
    let outcome = try training {
      $0.hidden = [Layer(32, .relu, normalization: .batch), Layer(16, .tanh, normalization: .batch)]
      $0.options.epochs = 6
      $0.calibrates = false
    }.run(on: Self.table())
    #expect(outcome.model.network.hidden.allSatisfy { $0.normalization == .none })
    let best = outcome.model.record.epochs[outcome.model.record.bestEpoch! - 1]
    #expect(abs(outcome.evaluation!.classes!.logLoss - best.validationLoss!) < 1e-5)
  }
}
