// Three equal views of a derivative: what becomes of dX, entry by entry, and as a matrix on vec. They differ where order exceeds two, and are
// there for all orders.

/// A way to look at a derivative.
public enum View: String, Sendable, CaseIterable {
  /// The differential: `dF = -inv(X)*dX*inv(X)`.
  case `operator`
  /// One entry by one entry: `dF(i, j)/dX(k, l) = -inv(X)(i, k)*inv(X)(l, j)`.
  case index
  /// The derivative itself: `dF/dX = -kron(inv(X)', inv(X))`.
  case vec
}

/// An equation that shows a derivative in one view.
public struct ViewEquation: Hashable, Sendable {
  /// The left side.
  public let left: Syntax
  /// The right side.
  public let right: Syntax
  /// A name in the right side and what it stands for: the matrix of which entries are taken where there is no closed form.
  public let matrix: Definition?

  /// A name in the equation, and what it stands for.
  public struct Definition: Hashable, Sendable {
    /// The name.
    public let name: Syntax
    /// What it stands for.
    public let value: Syntax
  }
}

extension ViewEquation: CustomStringConvertible {
  public var description: String {
    "\(left) = \(right)" + (matrix.map { ", \($0.name) = \($0.value)" } ?? "")
  }
}

extension Derivative {
  /// The derivative in a view.
  ///
  /// In the index view `delta(i, k)` is one where the indices agree and zero elsewhere; where no closed form is found, the entry of the matrix
  /// on vec is named.
  /// **Throws**: `noRule` as the derivative itself.
  public func equation(_ view: View) throws(DerivationError) -> ViewEquation {
    let g = expression.graph
    let names = DerivationNames(g, roots: [expression.node], variable: variable.node)
    let dx = g.differentialSymbol(of: variable.node)
    let df = Syntax(.name("d" + names.function), shape: expression.shape)
    let by = g.print(dx).syntax
    let first = Syntax(.binary(.divide, df, by), shape: nil)
    switch view {
    case .operator:
      let root: Node
      let left: Syntax
      switch form {
      case .second:
        return ViewEquation(
          left: Syntax(.call("d", [first]), shape: value.shape), right: g.product(value.node, by), matrix: nil)
      case .hessian:
        root = g.transpose(g.best(try g.gradients(of: expression.node, g.one, with: [variable.node])[0]))
        left = Syntax(.call("d", [Syntax(.transpose(first))]), shape: variable.shape)
      default:
        root = expression.node
        left = df
      }
      return ViewEquation(left: left, right: try operatorView(root, by), matrix: nil)
    case .index: return try indexView(df, by, names)
    case .vec:
      let left: Syntax
      switch form {
      case .second: left = Syntax(.binary(.divide, Syntax(.call("d", [first])), by))
      case .hessian: left = Syntax(.binary(.divide, Syntax(.call("d", [Syntax(.transpose(first))])), by))
      case .tied: left = Syntax(.call("tied", [first]))
      default: left = first
      }
      return ViewEquation(
        left: layout == .denominator ? Syntax(.transpose(left)) : left, right: value.syntax, matrix: nil)
    }
  }

  /// The derivative in numerator layout, not tied.
  var plain: Node {
    get throws(DerivationError) {
      if form == .tied { return try derivative(of: expression, wrt: variable).value.node }
      return layout == .denominator ? value.graph.transpose(value.node) : value.node
    }
  }

  /// dF as an expression in dX.
  private func operatorView(_ root: Node, _ by: Syntax) throws(DerivationError) -> Syntax {
    let g = expression.graph
    let (shape, x) = (g.shape(root), variable.shape)
    // Of order two and less the derivative stands beside dX; tr(G*dX) for matrices.
    if x.isScalar || (shape.isColumn && x.isColumn) { return g.product(try plain, by) }
    if shape.isScalar {
      let (isNegative, inner) = g.product(try plain, by).unsigned
      let whole = x.isRow ? by.times(g.print(try plain).syntax) : Syntax(.call("tr", [inner]), shape: .scalar)
      return isNegative && !x.isRow ? whole.opposite : whole
    }
    let dx = g.differentialSymbol(of: variable.node)
    return g.print(g.best(try g.differential(of: root, [variable.node: dx]))).syntax
  }

  private func indexView(_ df: Syntax, _ by: Syntax, _ names: DerivationNames) throws(DerivationError) -> ViewEquation {
    let g = expression.graph
    let x = variable.shape
    var free = names
    let (i, j, k, l) = (free.index("i"), free.index("j"), free.index("k"), free.index("l"))
    let isHessian = form == .hessian
    let f = isHessian ? x : expression.shape
    let first = Syntax(.binary(.divide, df, by))
    let above: Syntax
    switch form {
    case .hessian: above = Syntax(.call("d", [Syntax(.transpose(first))]), shape: x)
    case .second: above = Syntax(.call("d", [first]), shape: f)
    default: above = df
    }
    let rows = Index(i, f.rows)
    let columns = Index(j, f.columns)
    let (p, q) = (Index(k, x.rows), Index(l, x.columns))
    let quotient = Syntax(.binary(.divide, above.entry(rows, columns), by.entry(p, q)), shape: .scalar)
    let left = form == .tied ? Syntax(.call("tied", [quotient]), shape: .scalar) : quotient
    let entries = Entries(graph: g, differential: g.differentialSymbol(of: variable.node), row: p, column: q)
    // In numerator layout a scalar has the shape of the transposed variable, a column by a column is a matrix of its own.
    let value = layout == .denominator ? g.transpose(self.value.node) : self.value.node
    if x.isScalar { return ViewEquation(left: left, right: entries.entry(value, rows, columns), matrix: nil) }
    if f.isScalar { return ViewEquation(left: left, right: entries.entry(value, q, p), matrix: nil) }
    if f.isColumn, x.isColumn { return ViewEquation(left: left, right: entries.entry(value, rows, p), matrix: nil) }
    var root = expression.node
    if isHessian { root = g.transpose(g.best(try g.gradients(of: root, g.one, with: [variable.node])[0])) }
    let dy = try g.differential(of: root, [variable.node: entries.differential])
    for form in [g.best(dy), dy, g.expand(dy)] {
      if let right = entries.linear(form, rows, columns) { return ViewEquation(left: left, right: right, matrix: nil) }
    }
    let name = Syntax(.name(free.index("J")), shape: g.shape(value))
    let row = Index.stacked(rows, columns, f.rows)
    let column = Index.stacked(p, q, x.rows)
    guard case .name(let word) = name.form else { preconditionFailure("the matrix has a name") }
    return ViewEquation(
      left: left, right: Syntax(.call(word, [row, column]), shape: .scalar),
      matrix: ViewEquation.Definition(name: name, value: g.print(value).syntax))
  }
}
