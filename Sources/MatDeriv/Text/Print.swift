// The best print of a node, memoised.
struct Print {
  var syntax: Syntax
  var cost: Int
}
