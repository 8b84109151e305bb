// What is written in other languages by the tests: the derivatives of all reference identities, and examples of all primitives.

@testable import MatDeriv

extension CodeCase {
  /// The derivatives of the reference identities.
  static func identities(_ language: Language) throws -> [CodeCase] {
    try Identity.all.enumerated().map { i, identity in
      let program = try identity.program()
      let answer = try identity.answer(program)
      return try CodeCase(
        identity.id, answer.value, in: language, named: "identity_\(i)", sizes: program.declarations.sizes)
    }
  }

  /// Every primitive, in its examples and in those that have none.
  static func primitives(_ language: Language) throws -> [CodeCase] {
    var examples = Primitives.all.flatMap(\.examples)
    examples += Unvec("m", "n").examples + Iota(n: "n").examples + Toeplitz.Layout(n: "n").examples
    examples += Pick(indices: [1], n: "n").examples + Block(offset: 0, k: "n", n: "n").examples
    for word in ["expm", "sinm", "cosm"] {
      examples += [
        Example("j\(word)(X)", "X: matrix(n,n)"), Example("j2\(word)(X, A)", "X: matrix(n,n)", "A: matrix(n,n)"),
      ]
    }
    examples += [
      Example("eigresolvent(S)", "S: matrix(n,n) symmetric"), Example("digamma(a)", "a: scalar positive"),
      Example("logsumexp(Z, rows)", "Z: matrix(m,n)"), Example("softmax(Z, rows)", "Z: matrix(m,n)"),
      Example("mean(X, columns)", "X: matrix(m,n)"), Example("log(n)*eye(n)*X", "X: matrix(n,n)"),
      Example("X(2:3, :)*Y(:, [1, 3])", "X: matrix(4,n)", "Y: matrix(n,3)"), Example("ones(p,q)"),
      Example("diag(x)*X*diag(y)", "x: vector(m)", "X: matrix(m,n)", "y: vector(n)"),
      Example(
        "sqrt(n)*x + a^b*y./z", "x: vector(n)", "a: scalar positive", "b: scalar", "y: vector(n)", "z: vector(n)"),
      Example("u'*inv(S)*u + logdet(S) + tr(inv(S)*A)", "u: vector(n)", "S: matrix(n,n) spd", "A: matrix(n,n)"),
      Example("A*inv(B)*C*inv(B)'", "A: matrix(m,n)", "B: matrix(n,n) invertible", "C: matrix(n,n)"),
      Example("z'*z + sum(z) where z = W*x + b", "W: matrix(m,n)", "x: vector(n)", "b: vector(m)"),
      Example("lambda*x + np*sum(max(y, columns))", "lambda: scalar", "x: vector(n)", "np: vector(n)", "y: vector(n)"),
      Example("1.5e-7*X - X'/3", "X: matrix(n,n)"), Example("zeros(m,n) + a*X", "X: matrix(m,n)", "a: scalar"),
    ]
    return try examples.enumerated().map { i, example in
      let expression = try Graph().parse(example.expression, example.declarations)
      return try CodeCase(example.expression, expression, in: language, named: "example_\(i)", sizes: ["p": 2, "q": 3])
    }
  }
}
