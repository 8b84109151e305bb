// Successive halving: the rounds are those of the algorithm, what goes on is the better third, and what is printed can be trained again.
import Testing

@testable import MLP

private func table() -> Table {
  var rows: [[Double]] = []
  var labels: [String] = []
  for i in 0..<120 {
    let (a, b) = (Double(i % 13) - 6, Double((i * i) % 17) - 8)
    rows.append([a, b])
    labels.append(a * b > 3 ? "yes" : "no")
  }
  return Table(columns: ["a", "b"], rows: rows, labels: labels)
}

private var base: Training {
  var training = Training(hidden: [Layer(8)])
  training.options.epochs = 9
  training.validation = 0.2
  return training
}

@Suite struct TuningTests {
  @Test func rounds() throws {
    let tuning = try Tuning(base, on: table(), count: 5)
    #expect(tuning.rounds.map(\.epochs) == [1, 3, 9] && tuning.rounds.map(\.trials.count) == [5, 2, 1])
    for (round, next) in zip(tuning.rounds, tuning.rounds.dropFirst()) {
      #expect(round.trials.map(\.loss) == round.trials.map(\.loss).sorted())
      #expect(Set(next.trials.map(\.number)) == Set(round.trials.prefix(next.trials.count).map(\.number)))
      #expect(round.trials.allSatisfy { $0.model == nil && $0.epochs == round.epochs })
    }
    #expect(Set(tuning.rounds[0].trials.map(\.number)) == [1, 2, 3, 4, 5])
    let first = try #require(tuning.rounds[0].trials.first { $0.number == 1 })
    #expect(first.training.hidden == base.hidden && first.training.options.usedRate == base.options.usedRate)
    #expect(tuning.best.model != nil)
  }

  /// One round more for each factor of three, as Jamieson and Talwalkar have it: 27, 9, 3, 1.
  @Test func drawnSettings() {
    let drawn = (1..<200).map { base.sampled($0) }
    #expect(drawn.allSatisfy { (3e-4...2e-2).contains($0.options.usedRate) && (0...1e-2).contains($0.options.l2!) })
    #expect(Set(drawn.map { $0.hidden.count }) == [1, 2, 3] && Set(drawn.map { $0.hidden[0].width }).count == 4)
    #expect(base.sampled(7).options == base.sampled(7).options && base.sampled(7).hidden == base.sampled(7).hidden)
    var other = base
    other.options.seed = 1
    #expect(other.sampled(7).options.usedRate != base.sampled(7).options.usedRate)
    // Two significant digits are read back as they are printed.
    #expect(drawn.allSatisfy { String($0.options.usedRate).filter(\.isNumber).drop { $0 == "0" }.count <= 4 })
  }

  @Test func threadsAndRepetition() throws {
    let (alone, shared) = (try Tuning(base, on: table(), count: 4), try Tuning(base, on: table(), count: 4, threads: 3))
    #expect(alone.rounds.map { $0.trials.map(\.loss) } == shared.rounds.map { $0.trials.map(\.loss) })
    let again = try alone.best.training.run(on: table())
    #expect(again.model.members == alone.best.model?.members)
  }

  @Test func noRowsThatJudge() {
    var training = base
    training.validation = 0
    #expect(throws: MLPError.self) { try Tuning(training, on: table(), count: 3) }
  }
}
