// A batch of training: rows in the order of the epoch, shifted images, masks of dropout. Each sample's numbers follow from the seed, the
// epoch and the row alone, so threads may fill any part.
import CKernels
import MatDeriv

struct BatchFiller<Element: Scalar>: Sendable {
  let samples: Samples<Element>
  let network: Network
  let options: TrainingOptions
  let draws: Draws
  /// The side of square images that are shifted; 0 for none.
  let side: Int
  /// What a shifted image shows where it has no pixel: the lowest value of all.
  let background: Element

  /// Fills the samples `part` of the batch that begins at `first` in the order of an epoch.
  @_specialize(exported:false,where Element == Float)
  @_specialize(exported:false,where Element == Double)
  func fill(
    _ batch: CompiledNetwork<Element>, _ order: UnsafePointer<Int32>, first: Int, part: Range<Int>, epoch: Int,
    scratch: UnsafeMutablePointer<Element>
  ) {
    let (d, k) = (network.inputs, network.outputs)
    let smoothing = Element(options.labelSmoothing ?? 0)
    let isOfClasses = network.loss.isOfClasses
    let ahead = 4
    for j in part {
      let row = Int(order[first + j])
      if j + ahead < part.upperBound { samples.prefetch(Int(order[first + j + ahead])) }
      let x = batch.x + j * d
      if side == 0 {
        samples.encode(row, into: x)
      } else {
        samples.encode(row, into: scratch)
        shift(scratch, into: x, row: row, epoch: epoch)
      }
      let w = samples.weights.map { Element($0[row]) } ?? 1
      if let weights = batch.w { weights[j] = w }
      // Weighted losses of classes have the weight in the targets.
      samples.writeTarget(row, smoothing: smoothing, weight: isOfClasses ? w : 1, into: batch.y! + j * k)
    }
    for (layer, mask) in batch.masks { drop(layer, mask, part, position: first, epoch: epoch) }
  }

  /// Moves an image by up to `options.shift` pixels in either direction.
  private func shift(
    _ from: UnsafeMutablePointer<Element>, into to: UnsafeMutablePointer<Element>, row: Int, epoch: Int
  ) {
    let reach = UInt32(2 * options.shift + 1)
    let words = draws.block(row, epoch: epoch, .shift)
    let (dx, dy) = (Int(words.0 % reach) - options.shift, Int(words.1 % reach) - options.shift)
    for r in 0..<side {
      for c in 0..<side {
        let (source, column) = (r - dy, c - dx)
        let isInside = source >= 0 && source < side && column >= 0 && column < side
        to[r * side + c] = isInside ? from[source * side + column] : background
      }
    }
  }

  /// Writes 1/(1 - p) where a neuron stays and 0 where it is left out.
  private func drop(
    _ layer: Int, _ mask: UnsafeMutableBufferPointer<Element>, _ part: Range<Int>, position: Int, epoch: Int
  ) {
    let width = network.hidden[layer - 1].width
    let p = network.hidden[layer - 1].dropout
    let bound = UInt32(min(p * 0x1p32, 0x1p32 - 1))
    let kept = Element(1 / (1 - p))
    let blocks = (width + 3) / 4
    for j in part {
      let column = mask.baseAddress! + j * width
      for block in 0..<blocks {
        let words = draws.block((position + j) * blocks + block, epoch: epoch, place: layer, .dropout)
        let i = 4 * block
        column[i] = words.0 < bound ? 0 : kept
        if i + 1 < width { column[i + 1] = words.1 < bound ? 0 : kept }
        if i + 2 < width { column[i + 2] = words.2 < bound ? 0 : kept }
        if i + 3 < width { column[i + 3] = words.3 < bound ? 0 : kept }
      }
    }
  }
}
