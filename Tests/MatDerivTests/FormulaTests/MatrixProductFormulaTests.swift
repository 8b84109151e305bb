// M10 to M18 of the formulas: products, the gradient step, the Gaussian likelihood.
import Testing

@testable import MatDeriv

@Suite struct MatrixProductFormulaTests {
  // M10: d(u*v)/dx = du/dx*v + u*dv/dx by a scalar x, for inner and outer products.
  @Test func productsOfVectorsByScalar() throws {
    let sheet = try Sheet("a: scalar", "p: vector(n)", "q: vector(n)", "r: vector(m)")
    let (u, v, w) = ("sin(a*p)", "exp(a*q)", "tanh(a*r)")
    let (du, dv, dw) = (try sheet.derivative(u, "a"), try sheet.derivative(v, "a"), try sheet.derivative(w, "a"))
    sheet.expectSame(
      try sheet.derivative("\(u)'*\(v)", "a"), try du.transposed * sheet.read(v) + sheet.read(u).transposed * dv)
    sheet.expectSame(
      try sheet.derivative("\(u)*\(w)'", "a"), try du * sheet.read(w).transposed + sheet.read(u) * dw.transposed)
  }

  // M10: scalars by a vector, d(u*v)/dx = du/dx*v + u*dv/dx, a row.
  @Test func productOfScalarsByVector() throws {
    let sheet = try Sheet("x: vector(n)", "p: vector(n)", "C: matrix(n,n)")
    let (u, v) = ("sin(p'*x)", "x'*C*x")
    let (du, dv) = (try sheet.derivative(u, "x"), try sheet.derivative(v, "x"))
    sheet.expectSame(try sheet.derivative("\(u)*(\(v))", "x"), try du * sheet.read(v) + sheet.read(u) * dv)
    try sheet.expect("\(u)*(\(v))", by: "x", is: "cos(p'*x)*p'*(x'*C*x) + sin(p'*x)*x'*(C + C')")
  }

  // M11: d(U*V)/dx = dU/dx*V + U*dV/dx, in this order.
  @Test func productOfMatricesByScalar() throws {
    let sheet = try Sheet("a: scalar", "A: matrix(m,n)", "B: matrix(n,p)")
    let (u, v) = ("sin(a*A)", "exp(a*B)")
    let (du, dv) = (try sheet.derivative(u, "a"), try sheet.derivative(v, "a"))
    sheet.expectSame(try sheet.derivative("\(u)*\(v)", "a"), try du * sheet.read(v) + sheet.read(u) * dv)
    try sheet.expect("\(u)*\(v)", by: "a", is: "(cos(a*A).*A)*exp(a*B) + sin(a*A)*(exp(a*B).*B)")
  }

  // M12: d(u*v)/dX = du/dX*v + u*dv/dX.
  @Test func productOfScalarsByMatrix() throws {
    let sheet = try Sheet("X: matrix(n,n) invertible", "A: matrix(n,n)")
    let (u, v) = ("tr(A*X)", "logdet(X)")
    let (du, dv) = (try sheet.derivative(u, "X"), try sheet.derivative(v, "X"))
    sheet.expectSame(try sheet.derivative("\(u)*\(v)", "X"), try du * sheet.read(v) + sheet.read(u) * dv)
    try sheet.expect("\(u)*\(v)", by: "X", is: "A*logdet(X) + tr(A*X)*inv(X)")
  }

  // M13: the material sets both aside.
  @Test func productsOfVectorsByVector() throws {
    let sheet = try Sheet("x: vector(n)", "A: matrix(m,n)", "B: matrix(m,n)", "C: matrix(p,n)")
    let (u, v, w) = ("sin(A*x)", "exp(B*x)", "tanh(C*x)")
    let (du, dv, dw) = (try sheet.derivative(u, "x"), try sheet.derivative(v, "x"), try sheet.derivative(w, "x"))
    sheet.expectSame(
      try sheet.derivative("\(u)'*\(v)", "x"),
      try sheet.read(u).transposed * dv + sheet.read(v).transposed * du)
    let g = sheet.graph
    sheet.expectSame(
      try sheet.derivative("\(u)*\(w)'", "x"),
      try kron(sheet.read(w), g.eye("m")) * du + kron(g.eye("p"), sheet.read(u)) * dw)
  }

  // M14: a step against the transposed derivative has the shape of the weights and lowers regulariser plus loss.
  @Test(arguments: [
    ("w", "norm2(X*w - y)^2 + a*w'*w", "2*(X*w - y)'*X + 2*a*w'"),
    ("W", "norm2(X*W - Y)^2 + a*norm2(W)^2", "2*(X*W - Y)'*X + 2*a*W'"),
  ])
  func gradientStep(_ weights: String, _ objective: String, _ formula: String) throws {
    let sheet = try Sheet(
      "X: matrix(m,n)", "Y: matrix(m,p)", "W: matrix(n,p)", "w: vector(n)", "y: vector(m)", "a: scalar positive")
    try sheet.expect(objective, by: weights, is: formula)
    let (f, w) = (try sheet.read(objective), try sheet.read(weights))
    let step = w - Coefficient(1, over: 1000) * (try sheet.derivative(objective, weights)).transposed
    #expect(step.shape == w.shape)
    var values = try sheet.values(of: [f])
    let before = try f.value(at: values)[0, 0]
    values[weights] = try step.value(at: values)
    #expect(try f.value(at: values)[0, 0] < before)
  }

  private static let logLikelihood =
    "-m*d/2*log(2*pi) - m/2*logdet(S) - 1/2*tr((X - ones(m,1)*mu')*inv(S)*(X - ones(m,1)*mu')')"

  private let rows: Matrix<Double> = [[1, 2], [3, -1], [0.5, 0.25], [-2, 4], [1.5, 1]]

  // M15
  @Test func gaussianLogLikelihood() throws {
    let sheet = try Sheet("X: matrix(m,d)", "mu: vector(d)", "S: matrix(d,d) spd")
    let value = try sheet.read(Self.logLikelihood).value(
      at: Values(["X": rows, "mu": [[0.5], [1]], "S": [[2, 0.5], [0.5, 1]]]))
    // Each row by itself, with the inverse and the determinant of a 2 x 2 matrix written out.
    let (p, q, r, determinant) = (2.0, 0.5, 1.0, 1.75)
    let sum = (0..<5).reduce(0.0) { total, i in
      let (x, y) = (rows[i, 0] - 0.5, rows[i, 1] - 1)
      let distance = (r * x * x - 2 * q * x * y + p * y * y) / determinant
      return total - Double.log(2 * Double.pi) - Double.log(determinant) / 2 - distance / 2
    }
    #expect(abs(value[0, 0] - sum) < 1e-13 * abs(sum))
  }

  // M16: inv(S) for any invertible S, and for a symmetric one; the tied convention counts mirrored entries together.
  @Test func logDeterminant() throws {
    try Sheet("S: matrix(d,d) posdet").expect("log(det(S))", by: "S", is: "inv(S)")
    try Sheet("S: matrix(d,d) invertible").expect("logdet(S)", by: "S", is: "inv(S)")
    let symmetric = try Sheet("S: matrix(d,d) spd")
    try symmetric.expect("log(det(S))", by: "S", is: "inv(S)")
    try symmetric.expect("log(det(S))", by: "S", is: "2*inv(S) - diag(diag(inv(S)))", convention: .tied)
  }

  // M17
  @Test func quadraticFormOfTheInverse() throws {
    try Sheet("x: vector(d)", "S: matrix(d,d) invertible")
      .expect("x'*inv(S)*x", by: "S", is: "-inv(S)*x*x'*inv(S)")
    try Sheet("x: vector(d)", "S: matrix(d,d) spd").expect("x'*inv(S)*x", by: "S", is: "-inv(S)*x*x'*inv(S)")
  }

  // M18: the first for symmetric S, as a covariance is; the second for any.
  @Test func scores() throws {
    let sheet = try Sheet("X: matrix(m,d)", "mu: vector(d)", "S: matrix(d,d) spd", where: "R = X - ones(m,1)*mu'")
    let l = "-m*d/2*log(2*pi) - m/2*logdet(S) - 1/2*tr(R*inv(S)*R')"
    try sheet.expect(l, by: "mu", is: "ones(1,m)*R*inv(S)")
    try sheet.expect(l, by: "S", is: "-m/2*inv(S) + 1/2*inv(S)*R'*R*inv(S)")
    let free = try Sheet("X: matrix(m,d)", "mu: vector(d)", "S: matrix(d,d) invertible")
    try free.expect(
      Self.logLikelihood, by: "S",
      is: "-m/2*inv(S) + 1/2*inv(S)*(X - ones(m,1)*mu')'*(X - ones(m,1)*mu')*inv(S)")
  }

  // M18: both vanish at the mean of the rows and 1/m times the scatter about it.
  @Test func scoresVanishAtTheClosedForm() throws {
    let sheet = try Sheet("X: matrix(m,d)", "mu: vector(d)", "S: matrix(d,d) spd")
    let mean = Matrix<Double>(rows: 2, columns: 1) { j, _ in (0..<5).reduce(0) { $0 + rows[$1, j] } / 5 }
    let scatter = Matrix<Double>(rows: 2, columns: 2) { j, k in
      (0..<5).reduce(0) { $0 + (rows[$1, j] - mean[j, 0]) * (rows[$1, k] - mean[k, 0]) } / 5
    }
    for name in ["mu", "S"] {
      let score = try sheet.derivative(Self.logLikelihood, name)
      let there = try score.value(at: Values(["X": rows, "mu": mean, "S": scatter]))
      let elsewhere = try score.value(at: Values(["X": rows, "mu": [[0.5], [1]], "S": [[2, 0.5], [0.5, 1]]]))
      #expect(there.norm(.maximum) < 1e-13 && elsewhere.norm(.maximum) > 0.1)
    }
  }
}
