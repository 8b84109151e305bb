// Merges the results of blocks two by two, in an order that depends on their numbers alone: whichever worker is
// faster, the same bits come out; and rounding errors grow with the logarithm of the number of blocks.

/// A binary tree of results that are merged as soon as both halves are there.
public final class PairwiseMerge<Partial: Sendable>: Sendable {
  private struct Node: Hashable {
    let level: Int
    let index: Int
  }

  private let waiting = Lock<[Node: Partial]>([:])
  private let merge: @Sendable (inout Partial, Partial) -> Void

  public init(_ merge: @escaping @Sendable (inout Partial, Partial) -> Void) {
    self.merge = merge
  }

  /// Takes the result of block `index`.
  public func deposit(_ partial: consuming Partial, index: Int) {
    var node = Node(level: 0, index: index)
    var value = partial
    // What is merged has one owner at a time, so that large results change in place.
    while var other = exchange(&value, at: node) {
      if node.index.isMultiple(of: 2) {
        merge(&value, other)
      } else {
        merge(&other, value)
        swap(&value, &other)
      }
      node = Node(level: node.level + 1, index: node.index / 2)
    }
  }

  /// The sibling's result, if it waits; else `value` is left to wait for it.
  private func exchange(_ value: inout Partial, at node: Node) -> Partial? {
    waiting.withLock { waiting in
      if let other = waiting.removeValue(forKey: Node(level: node.level, index: node.index ^ 1)) { return other }
      waiting[node] = value
      return nil
    }
  }

  /// The result of all blocks; nil if there were none.
  public func total() -> Partial? {
    // What waits are the complete subtrees, the largest first.
    let rest = waiting.withLock { $0 }.sorted { $0.key.level > $1.key.level }
    guard var value = rest.last?.value else { return nil }
    for node in rest.dropLast().reversed() {
      var earlier = node.value
      merge(&earlier, value)
      value = earlier
    }
    return value
  }
}
