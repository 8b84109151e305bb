// Moments of rows that are in memory.
import Dispatch
import MatDeriv
import Synchronization
import Tabular

extension Moments {
  /// The moments of the rows of a matrix.
  ///
  /// **Shapes**: `rows` is n x d, one observation a row; `weights` has n entries.
  /// **Domain**: finite entries; weights finite and not negative, a row of weight zero counts as absent.
  /// **Cost**: n d (d + 1) flops in one pass over the matrix; the result has the same bits for any number of threads.
  public init(
    rows x: Matrix<Double>, columns: [String], weights: [Double]? = nil, weighting: Weighting? = nil, threads: Int = 1
  ) {
    require(x.columns == columns.count, "\(columns.count) column names for a matrix of \(x.rows) x \(x.columns)")
    require(weights == nil || weights!.count == x.rows, "\(weights?.count ?? 0) weights for \(x.rows) rows")
    let d = x.columns
    let total: PartialMoments?
    if let weights {
      let used = weights.indices.filter { weights[$0] > 0 }
      let kept = Matrix(rows: used.count, columns: d) { i, j in x[used[i], j] }
      total = Moments.sum(kept, used.map { weights[$0] }, threads)
    } else {
      total = Moments.sum(x, nil, threads)
    }
    self.init(
      total ?? PartialMoments(columns: d), columns: columns,
      weighting: weights == nil ? .none : weighting ?? .frequency,
      scales: Array(repeating: DeviationScale(origin: 0, places: 0), count: d))
  }

  private static func sum(_ x: Matrix<Double>, _ weights: [Double]?, _ threads: Int) -> PartialMoments? {
    let (n, d) = (x.rows, x.columns)
    // dsyrk wants long chunks; the tiles want chunks that stay in the cache.
    let chunk = d < Accumulator.blasColumns ? 512 : 1024
    let blockRows = max(16 * chunk, (2 * d + chunk - 1) / chunk * chunk)
    let blocks = (n + blockRows - 1) / blockRows
    let merge = PairwiseMerge<PartialMoments> { $0.merge($1) }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, blocks))) { _ in
      let accumulator = Accumulator(scratch: .init(columns: d, capacity: chunk), centring: .free)
      while true {
        let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if block >= blocks { break }
        x.withUnsafeBufferPointer { values in
          for start in stride(from: block * blockRows, to: min(n, (block + 1) * blockRows), by: chunk) {
            let rows = min(chunk, n - start)
            weights.withUnsafeOptionalPointer { weights in
              accumulator.add(
                values.baseAddress! + start, stride: n, rows: rows, weights: weights.map { $0 + start })
            }
          }
        }
        merge.deposit(accumulator.finishBlock(), index: block)
      }
    }
    return merge.total()
  }
}

extension [Double]? {
  fileprivate func withUnsafeOptionalPointer(_ body: (UnsafePointer<Double>?) -> Void) {
    switch self {
    case nil: body(nil)
    case let values?: values.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
