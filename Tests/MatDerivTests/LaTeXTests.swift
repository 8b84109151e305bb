// Expressions in LaTeX: every construct once, the formulas read by a person; every primitive prints.
import Testing

@testable import MatDeriv

@Suite struct LaTeXTests {
  static let declarations = [
    "W1: matrix(p,n)", "W2: matrix(q,p)", "b1: vector(p)", "mu: vector(n)", "x_obs: vector(n)", "theta1: scalar",
    "Sigma: matrix(n,n) spd", "dX: matrix(n,n)", "Q: matrix(n,n)", "R: matrix(m,n)", "o: matrix(k,n)", "rate: scalar",
  ]

  private func check(_ cases: [(String, String)]) throws {
    for (text, latex) in cases {
      let program = try Program(text, Declarations(LaTeXTests.declarations))
      #expect(program.syntax.latex == latex, "\(text)")
    }
  }

  @Test func names() throws {
    try check(
      [
        ("W1*mu", #"W_{1} \boldsymbol{\mu}"#), ("theta1*x_obs", #"\theta_{1} \mathbf{x}_{\mathrm{obs}}"#),
        ("Sigma*x", #"\Sigma \mathbf{x}"#), ("rate*a", #"\mathit{rate} a"#),
        ("tr(inv(Q)*dX*Q)", #"\operatorname{tr}(Q^{-1} \, \mathrm{d}X \, Q)"#), ("dX'*Q", #"(\mathrm{d}X)^{\top} Q"#),
      ])
    let differential = Syntax(.call("d", [Syntax(.binary(.multiply, Syntax(.name("A")), Syntax(.name("X"))))]))
    #expect(differential.latex == #"\mathrm{d}(A X)"#)
  }

  @Test func scripts() throws {
    try check([
      ("R'", #"R^{\top}"#), ("(A*B)'", #"(A B)^{\top}"#), ("inv(Q)", "Q^{-1}"), ("inv(A*X)", "(A X)^{-1}"),
      ("inv(Q)'", #"Q^{-\top}"#), ("inv(Q')", #"Q^{-\top}"#), ("inv(Q)^2", "Q^{-2}"), ("Q'^2", #"(Q^{\top})^{2}"#),
      ("W1'", #"W_{1}^{\top}"#), ("(A + B)^2", "(A + B)^{2}"), ("pinv(R)", "R^{+}"), ("sqrtm(Sigma)", #"\Sigma^{1/2}"#),
      ("inv(sqrtm(R'*R))*R'", #"(R^{\top} R)^{-1/2} R^{\top}"#), ("expm(Q)", #"\mathrm{e}^{Q}"#),
      ("a^(-1/2)", "a^{-1/2}"), ("(-a)^2", "(-a)^{2}"), ("x.^2", #"\mathbf{x}^{\odot 2}"#),
      ("sqrt(x)", #"\mathbf{x}^{\odot 1/2}"#), ("sqrt(a)", #"\sqrt{a}"#),
      ("A*inv(B + a/b*C)*x", #"A \left( B + \frac{a}{b} C \right)^{-1} \mathbf{x}"#),
    ])
  }

  @Test func products() throws {
    try check([
      ("A.*B", #"A \odot B"#), ("x./(y.*z)", #"\mathbf{x} \oslash (\mathbf{y} \odot \mathbf{z})"#),
      ("(A*x).*(B*y)", #"(A \mathbf{x}) \odot (B \mathbf{y})"#), ("A*(x.*y)", #"A (\mathbf{x} \odot \mathbf{y})"#),
      ("2*x.*y", #"2 \mathbf{x} \odot \mathbf{y}"#), ("kron(A, B)*C", #"(A \otimes B) C"#),
      ("kron(A*B, eye(n))", #"(A B) \otimes I_{n}"#), ("kron(A, B).*C", #"(A \otimes B) \odot C"#),
      ("khatri(A, B)", #"A \ast B"#), ("(x'*A*x)*y", #"(\mathbf{x}^{\top} A \mathbf{x}) \mathbf{y}"#),
      ("2*x'*y", #"2 \mathbf{x}^{\top} \mathbf{y}"#), ("2*3*a", #"2 \cdot 3 a"#),
      ("-x'*A", #"-\mathbf{x}^{\top} A"#), ("a*-b", "a (-b)"),
    ])
  }

  @Test func sumsAndFractions() throws {
    try check([
      ("a - (b - c)", "a - (b - c)"), ("a + (b + c)", "a + b + c"), ("-(a + b)", "-(a + b)"), ("a/b", #"\frac{a}{b}"#),
      ("-a/b", #"-\frac{a}{b}"#), ("a/b/c", #"\frac{a}{b c}"#), ("0.5*x'*A", #"\frac{1}{2} \mathbf{x}^{\top} A"#),
      ("0.3*a", "0.3 a"), ("1e-7*a", #"1 \times 10^{-7} a"#), ("pi*a", #"\pi a"#),
      ("1.1283791670955126*exp(-a^2)", #"\frac{2}{\sqrt{\pi}} \exp(-a^{2})"#),
      ("tr((A + B)/2)", #"\operatorname{tr}\left( \frac{A + B}{2} \right)"#),
      (
        "2*(x'*A*x)*x'/(x'*x)^2",
        #"\frac{2 (\mathbf{x}^{\top} A \mathbf{x}) \mathbf{x}^{\top}}{(\mathbf{x}^{\top} \mathbf{x})^{2}}"#
      ),
    ])
  }

  @Test func words() throws {
    try check([
      ("det(Q)", #"\det(Q)"#), ("logdet(Sigma)", #"\log\lvert \det(\Sigma) \rvert"#),
      ("norm2(x)^2", #"\lVert \mathbf{x} \rVert_{2}^{2}"#),
      ("norm1(x)", #"\lVert \mathbf{x} \rVert_{1}"#), ("norm2(R)", #"\lVert R \rVert_{F}"#),
      ("nucnorm(R)", #"\lVert R \rVert_{\ast}"#), ("abs(a)", #"\lvert a \rvert"#),
      ("abs(R)", #"\operatorname{abs}(R)"#),
      ("exp(x)", #"\exp(\mathbf{x})"#), ("asin(x)", #"\arcsin(\mathbf{x})"#), ("sigmoid(x)", #"\sigma(\mathbf{x})"#),
      ("trigamma(a)", #"\psi^{\prime}(a)"#), ("lgamma(a)", #"\log(\Gamma(a))"#),
      ("diag(x)", #"\operatorname{diag}(\mathbf{x})"#),
      ("vec(R)", #"\operatorname{vec}(R)"#), ("eigmax(Sigma)", #"\lambda_{\mathrm{max}}(\Sigma)"#),
      ("dexpm(Q, A)", #"L_{\mathrm{exp}}(Q, A)"#), ("d2expm(A, Q, B)", #"L_{\mathrm{exp}}^{(2)}(A, Q, B)"#),
    ])
  }

  @Test func sizesAxesAndSelection() throws {
    try check([
      ("eye(n)", "I_{n}"), ("eye(n*n)", "I_{n^{2}}"), ("eye(m*n)", "I_{m n}"), ("ones(n,1)", #"\mathbf{1}_{n}"#),
      ("ones(1,n)", #"\mathbf{1}_{n}^{\top}"#),
      ("ones(m,n)", #"\mathbf{1}_{m \times n}"#), ("zeros(m,n)", #"\mathbf{0}_{m \times n}"#), ("K(m,n)", "K_{m, n}"),
      ("vector(1,n)", #"\mathbf{1}_{n}"#), ("iota(n)", #"(1, \dots, n)^{\top}"#),
      ("sum(x)", #"\mathbf{1}^{\top} \mathbf{x}"#),
      ("sum(R)", #"\mathbf{1}^{\top} R \mathbf{1}"#), ("sum(x)*y", #"(\mathbf{1}^{\top} \mathbf{x}) \mathbf{y}"#),
      ("sum(R, rows)", #"R \mathbf{1}"#), ("mean(R, columns)", #"\frac{1}{m} \mathbf{1}^{\top} R"#),
      ("softmax(R, rows)", #"\operatorname{softmax}_{\mathrm{rows}}(R)"#), ("Q(o,o)", "Q_{o, o}"),
      ("Q(1:3, [1, 2])", #"Q_{1:3, \{1, 2\}}"#), ("W1(2, :)", "(W_{1})_{2, :}"), ("mu(3)", #"\boldsymbol{\mu}_{3}"#),
      ("[A, B; C, D]'", #"\begin{bmatrix} A & B \\ C & D \end{bmatrix}^{\top}"#),
    ])
  }

  @Test func everyPrimitivePrints() throws {
    for primitive in Primitives.all {
      let arguments = (primitive.signatures.first?.arguments ?? []).enumerated().map { i, shape in
        Syntax(.name("X\(i + 1)"), shape: shape)
      }
      let syntax = Syntax(primitive.syntax(arguments))
      #expect(syntax.latex.contains("X") || syntax.latex.contains(#"\mathbf{X}"#), "\(primitive.name): \(syntax.latex)")
      #expect(syntax.latex.count { $0 == "{" } == syntax.latex.count { $0 == "}" }, "\(syntax.latex)")
    }
  }

  @Test func ownPrimitivesUseTheirNotation() throws {
    let vocabulary = Vocabulary(adding: [Doubled()])
    let program = try Program("doubled(x) + doubled(y)", vocabulary: vocabulary)
    #expect(program.syntax.latex(vocabulary) == #"\mathbf{x}^{\ast} + \mathbf{y}^{\ast}"#)
    #expect(program.syntax.latex == #"\operatorname{doubled}(\mathbf{x}) + \operatorname{doubled}(\mathbf{y})"#)
  }
}

/// A primitive of an application with a notation and a spelling of its own.
struct Doubled: ElementwisePrimitive {
  var name: String { "doubled" }
  func formula(_ arguments: [Formula]) -> Formula { arguments[0].raised(to: "∗") }
  func spelling(in language: Language) -> Spelling? {
    language == .numpy ? .elementwise("doubled", definition: "def doubled(x):\n    return 2 * x") : nil
  }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? { nil }
  func value<Element: Scalar>(_ x: Element) -> Element { 2 * x }
  var examples: [Example] { [] }
}
