// Derivations as they are printed. The texts were looked at by a person: each line follows from the one before by the rules beside it.
import Testing

@testable import MatDeriv

/// A derivation to be printed.
struct DerivationExample: Sendable {
  enum Kind { case first, second, tied, denominator }

  var expression: String
  var declarations: [String]
  var variable: String
  var kind: Kind = .first

  func text() throws -> String {
    let program = try Program(expression, Declarations(declarations))
    let x = try #require(program.variable(variable))
    let f = program.expression
    let answer: Derivative
    switch kind {
    case .first: answer = try derivative(of: f, wrt: x)
    case .second: answer = try hessian(of: f, wrt: x)
    case .tied: answer = try derivative(of: f, wrt: x, convention: .tied)
    case .denominator: answer = try derivative(of: f, wrt: x, layout: .denominator)
    }
    return try answer.derivation(of: program.syntax).text
  }

  static let all: [DerivationExample] = [
    DerivationExample(
      expression: "logdet(S) + tr(inv(S)*C)", declarations: ["S: spd(d)", "C: spd(d)"], variable: "S"),
    DerivationExample(
      expression: "tr(A*X'*B*X*C)",
      declarations: ["X: matrix(m,n)", "A: matrix(p,n)", "B: matrix(m,m)", "C: matrix(n,p)"], variable: "X"),
    DerivationExample(
      expression: "-y'*log(p) where p = softmax(a2), a2 = W2*h, h = sigmoid(a1), a1 = W1*x",
      declarations: ["W1: matrix(k,n)", "W2: matrix(m,k)", "y: vector(m)", "x: vector(n)"], variable: "W1"),
    DerivationExample(
      expression: "(y - X*w)'*(y - X*w)", declarations: ["X: matrix(m,n)", "y: vector(m)"], variable: "w"),
    DerivationExample(expression: "inv(X)", declarations: ["X: matrix(n,n) invertible"], variable: "X"),
    DerivationExample(expression: "det(X)", declarations: ["X: matrix(n,n)"], variable: "X"),
    DerivationExample(expression: "A*x", declarations: ["A: matrix(m,n)"], variable: "x"),
    DerivationExample(expression: "exp(a^2)", declarations: [], variable: "a"),
    DerivationExample(
      expression: "inv(A + a*B)", declarations: ["A: matrix(n,n) invertible", "B: matrix(n,n)"], variable: "a"),
    DerivationExample(expression: "x'*A*x", declarations: ["A: matrix(n,n)"], variable: "x", kind: .second),
    DerivationExample(
      expression: "logdet(X)", declarations: ["X: matrix(n,n) invertible"], variable: "X", kind: .second),
    DerivationExample(expression: "tr(S*A*S)", declarations: ["S: spd(n)", "A: matrix(n,n)"], variable: "S"),
    DerivationExample(expression: "logdet(S)", declarations: ["S: spd(n)"], variable: "S", kind: .tied),
    DerivationExample(expression: "tr(A*X)", declarations: ["X: matrix(m,n)"], variable: "X", kind: .denominator),
    DerivationExample(
      expression: "norm2(tanh(A*X*B + C)) + sum(tanh(A*X*B + C))",
      declarations: ["A: matrix(m,n)", "B: matrix(p,q)", "X: matrix(n,p)", "C: matrix(m,q)"], variable: "X"),
    DerivationExample(expression: "X*A*X'", declarations: ["A: matrix(n,n)", "X: matrix(m,n)"], variable: "X"),
    DerivationExample(
      expression: "tr(A) + 0*tr(C)", declarations: ["A: matrix(n,n)", "C: matrix(n,n)"], variable: "C"),
    DerivationExample(expression: "x", declarations: ["x: vector(n)"], variable: "x"),
    DerivationExample(expression: "exp(a^2)", declarations: [], variable: "a", kind: .second),
  ]
}

@Suite struct DerivationTextTests {
  @Test(arguments: DerivationExample.all.indices) func derivationsAreWritten(_ place: Int) throws {
    #expect(try DerivationExample.all[place].text() == Self.texts[place])
  }

  /// Lines in another notation come from the same data.
  @Test func linesInAnyNotation() throws {
    let program = try Program("tr(A*X)", Declarations(["X: matrix(m,n)"]))
    let answer = try derivative(of: program.expression, wrt: try #require(program.variable("X")))
    let lines = try answer.derivation(of: program.syntax).lines { "<\($0)>" }
    #expect(lines.map(\.left) == ["<f>", "<df>", "<df/dX>"])
    #expect(lines.map(\.right) == ["<tr(A*X)>", "<tr(A*dX)>", "<A>"])
    #expect(lines.map { $0.rules.map(\.id) } == [[], ["D4", "D2"], ["D0"]])
  }

  static let texts = [
    """
    f = logdet(S) + tr(inv(S)*C)
    df = d(logdet(S)) + d(tr(inv(S)*C))           D1
       = tr(inv(S)*dS) + tr(d(inv(S))*C)          M16, D4, D2
       = tr(inv(S)*dS) - tr(inv(S)*dS*inv(S)*C)   D5
       = tr(inv(S)*dS) - tr(inv(S)*C*inv(S)*dS)   D12
       = tr((inv(S) - inv(S)*C*inv(S))*dS)        D11
    df/dS = inv(S) - inv(S)*C*inv(S)              D0, projection
    """,
    """
    f = tr(A*X'*B*X*C)
    df = tr(d(A*X'*B*X*C))                      D4
       = tr(A*dX'*B*X*C + A*X'*B*dX*C)          D2, D3
       = tr(A*dX'*B*X*C) + tr(A*X'*B*dX*C)      D11
       = tr(B*X*C*A*dX') + tr(C*A*X'*B*dX)      D12
       = tr(A'*C'*X'*B'*dX) + tr(C*A*X'*B*dX)   D10
       = tr((C*A*X'*B + A'*C'*X'*B')*dX)        D11
    df/dX = C*A*X'*B + A'*C'*X'*B'              D0
    """,
    """
    f = -y'*log(p)
    a1 = W1*x
    h = sigmoid(a1)
    a2 = W2*h
    p = softmax(a2)
    df = -y'*(1./p.*dp)                                           D2, D8
       = -(y./p)'*dp                                              D13
       = -(y./p)'*(diag(p) - p*p')*da2                            R3
       = (sum(y)*p' - y')*da2                                     collect
       = (sum(y)*p' - y')*W2*dh                                   D2
       = (sum(y)*p' - y')*W2*(-h.*(h - ones(k, 1)).*da1)          D8
       = (h.*(h - ones(k, 1)).*(W2'*(y - sum(y)*p)))'*da1         D13
       = (h.*(h - ones(k, 1)).*(W2'*(y - sum(y)*p)))'*dW1*x       D2
       = tr(x*(h.*(h - ones(k, 1)).*(W2'*(y - sum(y)*p)))'*dW1)   D9, D12
    df/dW1 = x*(h.*(h - ones(k, 1)).*(W2'*(y - sum(y)*p)))'       D0
    """,
    """
    f = (y - X*w)'*(y - X*w)
    df = d(y - X*w)'*(y - X*w) + (y - X*w)'*d(y - X*w)   D2, D3
       = (-X*dw)'*(y - X*w) + (y - X*w)'*(-X*dw)         D1, D2
       = 2*(y - X*w)'*(-X*dw)                            D9, D10, D11
       = 2*(X*w - y)'*X*dw                               collect
    df/dw = 2*(X*w - y)'*X                               D0
    """,
    """
    F = inv(X)
    dF = -inv(X)*dX*inv(X)                     D5
    vec(dF) = -kron(inv(X)', inv(X))*vec(dX)   vec
    dF/dX = -kron(inv(X)', inv(X))             D0
    """,
    """
    f = det(X)
    df = tr(adj(X)*dX)   D6
    df/dX = adj(X)       D0
    """,
    """
    f = A*x
    df = A*dx   D2
    df/dx = A   D0
    """,
    """
    f = exp(a^2)
    df = exp(a^2)*d(a^2)     D8
       = exp(a^2)*(2*a*da)   R1
       = 2*a*exp(a^2)*da     collect
    df/da = 2*a*exp(a^2)     D0
    """,
    """
    F = inv(A + a*B)
    dF = -inv(A + a*B)*d(A + a*B)*inv(A + a*B)   D5
       = -inv(A + a*B)*da*B*inv(A + a*B)         D1, D2
       = -inv(A + a*B)*B*inv(A + a*B)*da         collect
    dF/da = -inv(A + a*B)*B*inv(A + a*B)         D0
    """,
    """
    f = x'*A*x
    df = dx'*A*x + x'*A*dx        D2, D3
       = x'*A'*dx + x'*A*dx       D9, D10
       = (x'*A + x'*A')*dx        D11
       = x'*(A + A')*dx           collect
    df/dx = x'*(A + A')           D0
    (df/dx)' = (A + A')*x         D3
    d((df/dx)') = d((A + A')*x)   second
                = (A + A')*dx     D2
    d((df/dx)')/dx = A + A'       D0
    """,
    """
    f = logdet(X)
    df = tr(inv(X)*dX)                                          M16
    df/dX = inv(X)                                              D0
    (df/dX)' = inv(X)'                                          D3
    d((df/dX)') = d(inv(X)')                                    second
                = (-inv(X)*dX*inv(X))'                          D3, D5
    vec(d((df/dX)')) = -kron(inv(X), inv(X)')*K(n, n)*vec(dX)   vec
    d((df/dX)')/dX = -kron(inv(X), inv(X)')*K(n, n)             D0
    """,
    """
    f = tr(S*A*S)
    df = tr(d(S^2*A))                         D4
       = tr(dS*S*A + S*dS*A)                  D2
       = tr(dS*S*A) + tr(S*dS*A)              D11
       = tr(S*A*dS) + tr(A*S*dS)              D12
       = tr((S*A + A*S)*dS)                   D11
       = tr((S*A + A*S + S*A' + A'*S)/2*dS)   projection
       = tr((S*(A + A') + (A + A')*S)/2*dS)   collect
    df/dS = (S*(A + A') + (A + A')*S)/2       D0
    """,
    """
    f = logdet(S)
    df = tr(inv(S)*dS)                            M16
    df/dS = inv(S)                                D0
    tied(df/dS) = 2*inv(S) - diag(diag(inv(S)))   tied
    """,
    """
    f = tr(A*X)
    df = tr(A*dX)   D4, D2
    df/dX = A       D0
    (df/dX)' = A'   M7
    """,
    """
    f = norm2(R) + sum(R)
    R = tanh(A*X*B + C)
    df = d(sum(R)) + d(norm2(R))                                               D1
       = sum(dR) + 0.5/norm2(R)*d(norm2(R)^2)                                  D1, R1
       = sum(dR) + 0.5/norm2(R)*tr(d(R*R'))                                    D4
       = sum(dR) + 0.5/norm2(R)*tr(dR*R' + R*dR')                              D2, D3
       = tr(ones(q, m)*dR) + tr(0.5/norm2(R)*dR*R') + tr(0.5/norm2(R)*R*dR')   D14, D11
       = tr(ones(q, m)*dR) + tr(0.5*R'/norm2(R)*dR) + tr(0.5*R'/norm2(R)*dR)   D12, D10
       = tr((ones(q, m) + R'/norm2(R))*dR)                                     D11
       = tr((ones(q, m) + R'/norm2(R))*(-(R.^2 - ones(m, q)).*d(A*X*B + C)))   D8
       = tr((ones(q, m) + R'/norm2(R))*(-(R.^2 - ones(m, q)).*(A*dX*B)))       D1, D2
       = tr(((ones(m, q) - R.^2).*(ones(m, q) + R/norm2(R)))'*A*dX*B)          D13
       = tr(B*((ones(m, q) - R.^2).*(ones(m, q) + R/norm2(R)))'*A*dX)          D12
    df/dX = B*((ones(m, q) - R.^2).*(ones(m, q) + R/norm2(R)))'*A              D0
    """,
    """
    F = X*A*X'
    dF = dX*A*X' + X*A*dX'                                               D2, D3
    vec(dF) = (kron(eye(m), X*A)*K(m, n) + kron(X*A', eye(m)))*vec(dX)   vec
    dF/dX = kron(eye(m), X*A)*K(m, n) + kron(X*A', eye(m))               D0
    """,
    """
    f = tr(A) + 0*tr(C)
    df = 0                M8
    df/dC = zeros(n, n)   D0
    """,
    """
    f = x
    df/dx = eye(n)   D0
    """,
    """
    f = exp(a^2)
    df = exp(a^2)*d(a^2)                                 D8
       = exp(a^2)*(2*a*da)                               R1
       = 2*a*exp(a^2)*da                                 collect
    df/da = 2*a*exp(a^2)                                 D0
    d(df/da) = d(2*a*exp(a^2))                           second
             = 2*exp(a^2)*da + 2*a*d(exp(a^2))           D2
             = 2*exp(a^2)*da + 2*a*(exp(a^2)*d(a^2))     D8
             = 2*exp(a^2)*da + 2*a*(exp(a^2)*(2*a*da))   R1
             = exp(a^2)*(2 + 4*a^2)*da                   collect
    d(df/da)/da = exp(a^2)*(2 + 4*a^2)                   D0
    """,
  ]
}
