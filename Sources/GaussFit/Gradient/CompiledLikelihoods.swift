// Compiled likelihoods that wait for the next sample of their size: derivation and compilation take longer than the search of ten columns.
import MatDeriv
import Tabular

/// The likelihood of complete rows as an objective, with data that can be exchanged.
final class CompiledLikelihood: @unchecked Sendable {
  // Safe to send: one owner at a time takes it out of the store and puts it back.
  let objective: Objective
  private let covariance: UnsafeMutablePointer<Double>
  private let mean: UnsafeMutablePointer<Double>
  private let dimension: Int

  fileprivate init(_ key: Key) {
    let d = key.dimension
    var data = Values<Double>(sizes: ["d": d])
    data["C"] = .identity(d)
    data["b"] = Matrix(rows: d, columns: 1, repeating: 0)
    // The text is part of this program, and all its data are there.
    let program = try! Program(key.isByCovariance ? GaussianLikelihood.byCovariance : GaussianLikelihood.byFactor)
    objective = try! Objective(program, wrt: [key.isByCovariance ? "S" : "K", "m"], data: data, simplifying: false)
    dimension = d
    covariance = .allocate(capacity: max(1, d * d))
    mean = .allocate(capacity: max(1, d))
  }

  deinit {
    covariance.deallocate()
    mean.deallocate()
  }

  /// Gives it the data of a sample.
  func bind(_ sample: StandardizedSample) {
    covariance.initialize(from: sample.covariance.columnMajor, count: dimension * dimension)
    mean.initialize(from: sample.mean, count: dimension)
    objective.bind("C", to: UnsafePointer(covariance))
    objective.bind("b", to: UnsafePointer(mean))
  }

  fileprivate struct Key: Hashable {
    let dimension: Int
    let isByCovariance: Bool
  }

  private static let waiting = Lock<[Key: CompiledLikelihood]>([:])
  /// What is kept takes some arrays of this order.
  private static let mostColumns = 64

  /// One that waits, or a new one.
  static func take(dimension: Int, isByCovariance: Bool) -> CompiledLikelihood {
    let key = Key(dimension: dimension, isByCovariance: isByCovariance)
    return waiting.withLock { $0.removeValue(forKey: key) } ?? CompiledLikelihood(key)
  }

  /// Puts it where the next sample of this size finds it.
  func release(isByCovariance: Bool) {
    guard dimension <= CompiledLikelihood.mostColumns else { return }
    let key = Key(dimension: dimension, isByCovariance: isByCovariance)
    CompiledLikelihood.waiting.withLock { $0[key] = self }
  }
}
