// The text of generated code: whole functions read by a person, shared parts, solves, names; and a file of Swift that the tests compile.
import Foundation
import Testing

@testable import MatDeriv

@Suite struct CodeTextTests {
  private func code(_ text: String, _ language: Language, _ declarations: String...) throws -> String {
    try Program(text, Declarations(declarations)).expression.code(in: language, named: "f")
  }

  /// The statements behind the last docstring.
  private func body(_ text: String, _ declarations: String...) throws -> [String] {
    let code = try Program(text, Declarations(declarations)).expression.code(in: .numpy, named: "f")
    return code.components(separatedBy: "\"\"\"").last!.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.contains("np.asarray(") && !$0.contains("float(") }
  }

  @Test func numpy() throws {
    #expect(
      try code("a*relu(X'*y) + inv(X'*S*X)*X'*S*y", .numpy, "X: matrix(m,n)", "S: matrix(m,m) spd", "y: vector(m)")
        == #"""
        import numpy as np


        def relu(x):
            return np.maximum(x, 0)


        def f(a, X, y, S):
            """a*relu(X'*y) + inv(X'*S*X)*X'*S*y

            a: number
            X: matrix, m x n
            y: vector, m entries, 1-D or n x 1
            S: matrix, m x m
            result: n x 1
            """
            a = float(a)
            X = np.asarray(X, dtype=float)
            y = np.asarray(y, dtype=float).reshape(-1, 1)
            S = np.asarray(S, dtype=float)
            return a * relu(X.T @ y) + np.linalg.solve(X.T @ S @ X, X.T @ (S @ y))

        """#)
  }

  @Test func matlab() throws {
    #expect(
      try code("softmax(W*x)./n", .matlab, "W: matrix(n,m)") == """
        function result = f(W, x)
          % softmax(W*x)/n
          % W: matrix, n x m
          % x: vector, m entries
          % result: n x 1
          x = x(:);
          n = size(W, 1);
          result = softmax(W * x) / n;
        end

        function P = softmax(Z)
          E = exp(Z - max(Z, [], 1));
          P = E ./ sum(E, 1);
        end

        """)
  }

  @Test func julia() throws {
    #expect(
      try code("logdet(S)*sum(exp(x)) + u'*inv(S)*u", .julia, "S: matrix(n,n) spd", "u: vector(n)", "x: vector(m)")
        == #"""
        using LinearAlgebra

        """
        logdet(S)*sum(exp(x)) + u'*inv(S)*u

        S: matrix, n x n
        x: vector, m entries
        u: vector, n entries
        result: number
        """
        function f(S, x, u)
            x = Base.vec(x)
            u = Base.vec(u)
            chol_S = cholesky(Symmetric(S))
            return logdet(chol_S) * sum(exp.(x)) + dot(u, chol_S \ u)
        end

        """#)
  }

  @Test func pytorch() throws {
    let text = try code("X(1:2, :)*erf(a*x)", .pytorch, "X: matrix(m,n)", "x: vector(n)")
    #expect(text.hasPrefix("import torch\n\n\ndef f(X, a, x):\n"))
    #expect(text.hasSuffix("    return X[[0, 1], :] @ torch.special.erf(a * x)\n"))
  }

  @Test func sharedPartsAreComputedOnce() throws {
    #expect(
      try body("exp(A*x - b*y)'*B*exp(A*x - b*y)", "A: matrix(n,n)", "x: vector(n)", "y: vector(n)", "B: matrix(n,n)")
        == ["t0 = np.exp(A @ x - b * y)", "return np.vdot(t0, B @ t0)"])
    #expect(try body("norm2(A*x)^2", "A: matrix(m,n)", "x: vector(n)") == ["t0 = A @ x", "return np.vdot(t0, t0)"])
    #expect(
      try body("z'*B*z + z'*y where z = A*x", "A: matrix(m,n)", "x: vector(n)", "y: vector(m)", "B: matrix(m,m)")
        == ["z = A @ x", "return np.vdot(z, B @ z) + np.vdot(y, z)"])
  }

  @Test func sharedPartsAreNotWrittenOut() throws {
    // Every step uses the last one twice.
    let g = Graph()
    var x = g.variable("x", "n")
    for _ in 0..<40 {
      let next = tanh(x) .* sin(x)
      x = next
    }
    for language in Language.allCases {
      let lines = try x.code(in: language).split(separator: "\n")
      #expect(lines.count < 100 && lines.allSatisfy { $0.count < 120 })
    }
  }

  @Test func solvesStandForInverses() throws {
    let a = "A: matrix(n,n) invertible"
    #expect(try body("inv(A)*B", a, "B: matrix(n,m)") == ["return np.linalg.solve(A, B)"])
    #expect(try body("B*inv(A)", a, "B: matrix(m,n)") == ["return np.linalg.solve(A.T, B.T).T"])
    #expect(try body("inv(A)'*x", a, "x: vector(n)") == ["return np.linalg.solve(A.T, x)"])
    #expect(try body("inv(A)", a) == ["return np.linalg.inv(A)"])
    #expect(
      try body("inv(A)*x*y'*inv(A)", a, "x: vector(n)", "y: vector(n)") == [
        "lu_A = scipy.linalg.lu_factor(A)",
        "return scipy.linalg.lu_solve(lu_A, x) @ scipy.linalg.lu_solve(lu_A, y, trans=1).T",
      ])
  }

  @Test func productsEndInVectors() throws {
    #expect(
      try body("A*B*x", "A: matrix(m,n)", "B: matrix(n,m)", "x: vector(m)") == ["return A @ (B @ x)"])
    #expect(
      try body("diag(u)*A*ones(n,1)", "u: vector(m)", "A: matrix(m,n)")
        == ["return u * np.sum(A, axis=1, keepdims=True)"])
  }

  @Test func sizesComeFromArguments() throws {
    #expect(try body("n*x", "x: vector(n)") == ["n = x.shape[0]", "return n * x"])
    #expect(
      try body("m*unvec(x, m, n)*A", "x: vector(m*n)", "A: matrix(n,n)")
        == ["n = A.shape[0]", "m = x.shape[0] // n", "return m * (np.reshape(x, (m, n), order=\"F\") @ A)"])
    let open = try code("ones(p,q)", .numpy)
    #expect(open.contains("def f(p, q):") && open.contains("p: size, a whole number"))
  }

  @Test func namesThatALanguageHasAreOthers() throws {
    let text = try code("lambda*np", .numpy, "lambda: scalar", "np: vector(n)")
    #expect(text.contains("def f(lambda_, np_):"))
    #expect(try code("end*x", .julia, "end: scalar", "x: vector(n)").contains("function f(end_, x)"))
  }

  @Test func whatALanguageLacksIsAnError() throws {
    let vocabulary = Vocabulary(adding: [Doubled()])
    let expression = try Program("doubled(x)", vocabulary: vocabulary).expression
    #expect(try expression.code(in: .numpy).contains("def doubled(x):\n    return 2 * x\n\n\ndef derivative(x):"))
    #expect(throws: CodeError.noCounterpart(primitive: "doubled", language: .julia)) { try expression.code(in: .julia) }
    #expect(
      CodeError.noCounterpart(primitive: "doubled", language: .julia).description
        == "julia has no counterpart of doubled")
  }

  @Test(arguments: Language.allCases) func everyPrimitiveHasACounterpart(_ language: Language) throws {
    for primitive in Primitives.all {
      let word = primitive is DiagOf ? "diagonal" : primitive.name
      #expect(
        (primitive.spelling(in: language) ?? language.dialect.spellings[word]) != nil,
        "\(primitive.name) in \(language)")
    }
  }
}
