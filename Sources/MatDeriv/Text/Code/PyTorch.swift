// PyTorch in double precision: two-dimensional tensors, numbers as tensors without dimensions, so that gradients flow through the code.

struct PyTorchDialect: PythonDialect {
  var module: String { "torch" }
  var imports: [(prefix: String, statement: String)] { [("torch.", "import torch")] }
  var reserved: Set<String> { Self.keywords }

  func conversion(_ argument: CodeArgument) -> String {
    let word = argument.word
    let tensor = "\(word) = torch.as_tensor(\(word), dtype=torch.float64)"
    return argument.shape.isScalar || !argument.shape.isColumn ? tensor : tensor + ".reshape(-1, 1)"
  }

  func lifted(_ constant: Code) -> Code { Code("torch.as_tensor(\(constant.text), dtype=torch.float64)") }
  private func filled(_ word: String, _ rows: Code, _ columns: Code) -> Code {
    Code("torch.\(word)(\(rows.text), \(columns.text), dtype=torch.float64)")
  }
  func zeros(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code { filled("zeros", rows, columns) }
  func ones(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code { filled("ones", rows, columns) }
  func eye(_ n: Code) -> Code { Code("torch.eye(\(n.text), dtype=torch.float64)") }
  func dot(_ a: Code, _ b: Code) -> Code { Code("torch.sum(\(a.at(.product)) * \(b.at(.sign)))") }
  func rowSums(_ a: Code) -> Code { Code("torch.sum(\(a.text), dim=1, keepdim=True)") }
  func columnSums(_ a: Code) -> Code { Code("torch.sum(\(a.text), dim=0, keepdim=True)") }
  func entry(_ a: Code) -> Code { Code(a.at(.atom) + ".squeeze()") }

  func factor(_ kind: WrittenFactor, _ a: Code, named name: String) -> String {
    "\(name) = torch.linalg.\(kind == .lu ? "lu_factor" : "cholesky")(\(a.text))"
  }
  func solve(_ kind: WrittenFactor, named name: String, _ b: Code, isTransposed: Bool) -> Code {
    kind == .cholesky
      ? Code("torch.cholesky_solve(\(b.text), \(name))")
      : Code("torch.linalg.lu_solve(*\(name), \(b.text)\(isTransposed ? ", adjoint=True" : ""))")
  }
  func solve(_ kind: WrittenFactor, _ a: Code, _ b: Code, isTransposed: Bool) -> Code {
    kind == .cholesky
      ? Code("torch.cholesky_solve(\(b.text), torch.linalg.cholesky(\(a.text)))")
      : Code("torch.linalg.solve(\(isTransposed ? transpose(a, isColumn: false).text : a.text), \(b.text))")
  }
  func logdet(named name: String) -> Code { Code("2 * torch.sum(torch.log(torch.diagonal(\(name))))", .product) }
  func logdetOfDefinite(_ a: Code) -> Code { logdet(named: "torch.linalg.cholesky(\(a.text))") }

  var spellings: [String: Spelling] { Self.table }
  var definitions: [String: String] { Self.functions }

  private static let table: [String: Spelling] = elementwise([
    "exp": "torch.exp", "log": "torch.log", "abs": "torch.abs", "sign": "torch.sign", "sin": "torch.sin",
    "cos": "torch.cos", "tan": "torch.tan", "asin": "torch.asin", "acos": "torch.acos", "atan": "torch.atan",
    "sinh": "torch.sinh", "cosh": "torch.cosh", "tanh": "torch.tanh", "asinh": "torch.asinh", "acosh": "torch.acosh",
    "atanh": "torch.atanh", "relu": "torch.relu", "step": "step", "sigmoid": "torch.sigmoid", "softplus": "softplus",
    "silu": "torch.nn.functional.silu", "gelu": "torch.nn.functional.gelu", "elu": "torch.nn.functional.elu",
    "log1p": "torch.log1p", "expm1": "torch.expm1", "erf": "torch.special.erf", "erfc": "torch.special.erfc",
    "lgamma": "torch.special.gammaln", "digamma": "torch.special.digamma", "trigamma": "trigamma",
  ]).merging([
    "inv": .call("torch.linalg.inv($1)"), "pinv": .call("torch.linalg.pinv($1)"), "adj": .call("adj($1)"),
    "det": .call("torch.linalg.det($1)"), "logdet": .call("torch.linalg.slogdet($1)[1]"),
    "tr": .call("torch.trace($1)"), "sum": .call("torch.sum($1)"), "diag": .call("torch.diag(torch.flatten($1))"),
    "diagonal": .call("torch.diag($1).reshape(-1, 1)"), "tril": .call("torch.tril($1)"),
    "triu": .call("torch.triu($1)"), "vec": .call("vec($1)"), "unvec": .call("unvec($1, $2, $3)"),
    "kron": .call("kron($1, $2)"), "khatri": .call("khatri($1, $2)"),
    "chol": .call("torch.linalg.cholesky($1)"), "softmax": .call("torch.softmax($1, dim=0)"),
    "logsumexp": .columns("torch.logsumexp($1, dim=0).reshape(-1, 1)"),
    "max": .columns("torch.amax($1, dim=0).reshape(-1, 1)"), "argmax": .call("first_maximum($1)"),
    "expm": .call("torch.linalg.matrix_exp($1)"), "sinm": .call("sinm($1)"), "cosm": .call("cosm($1)"),
    "sqrtm": .call("sqrtm($1)"), "dexpm": .call("frechet(torch.linalg.matrix_exp, $1, $2)"),
    "dsinm": .call("frechet(sinm, $1, $2)"), "dcosm": .call("frechet(cosm, $1, $2)"),
    "d2expm": .call("frechet(torch.linalg.matrix_exp, $1, $2, $3)"), "d2sinm": .call("frechet(sinm, $1, $2, $3)"),
    "d2cosm": .call("frechet(cosm, $1, $2, $3)"), "jexpm": .call("frechet_matrix(torch.linalg.matrix_exp, $1)"),
    "jsinm": .call("frechet_matrix(sinm, $1)"), "jcosm": .call("frechet_matrix(cosm, $1)"),
    "j2expm": .call("frechet_matrix(torch.linalg.matrix_exp, $1, $2)"),
    "j2sinm": .call("frechet_matrix(sinm, $1, $2)"), "j2cosm": .call("frechet_matrix(cosm, $1, $2)"),
    "sylvester": .call("sylvester($1, $2, $3)"), "eigmax": .call("eigmax($1)"), "eigvecmax": .call("eigvecmax($1)"),
    "eigresolvent": .call("eigresolvent($1)"), "nucnorm": .call("torch.linalg.matrix_norm($1, \"nuc\")"),
    "toeplitz": .call("toeplitz($1)"), "toeplitzsums": .call("toeplitzsums($1)"),
    "toeplitzlayout": .call("toeplitzlayout($1)"),
    "iota": .call("torch.arange(1, $1 + 1, dtype=torch.float64).reshape(-1, 1)"),
  ]) { own, _ in own }

  private static let functions: [String: String] = [
    "step": "def step(x):\n    return (x > 0).to(torch.float64)",
    "softplus": "def softplus(x):\n    return torch.logaddexp(x, torch.zeros_like(x))",
    "trigamma": "def trigamma(x):\n    return torch.special.polygamma(1, x)",
    "vec": "def vec(X):\n    return X.T.reshape(-1, 1)",
    "unvec": "def unvec(x, m, n):\n    return x.reshape(n, m).T",
    // torch.kron refuses some strides.
    "kron": """
    def kron(A, B):
        return (A[:, None, :, None] * B[None, :, None, :]).reshape(A.shape[0] * B.shape[0], -1)
    """,
    "khatri": """
    def khatri(A, B):
        return (A[:, None, :] * B[None, :, :]).reshape(-1, A.shape[1])
    """,
    "commutation": #"""
    def commutation(m, n):
        """K times the stacked columns of A (m x n) are those of A.T."""
        order = torch.arange(m * n).reshape(n, m).T.reshape(-1)
        return torch.eye(m * n, dtype=torch.float64)[order, :]
    """#,
    "adj": #"""
    def adj(X):
        """The adjugate, of singular matrices too."""
        U, s, Vt = torch.linalg.svd(X)
        n = len(s)
        others = torch.where(torch.eye(n, dtype=torch.bool), torch.ones(n, n, dtype=X.dtype), s.expand(n, n))
        return torch.linalg.det(U @ Vt) * (Vt.T * torch.prod(others, dim=1)) @ U.T
    """#,
    "first_maximum": """
    def first_maximum(Z):
        return torch.nn.functional.one_hot(torch.argmax(Z, dim=0), Z.shape[0]).T.to(Z.dtype)
    """,
    "sinm": """
    def sinm(X):
        Z = torch.zeros_like(X)
        n = X.shape[0]
        return torch.linalg.matrix_exp(torch.cat([torch.cat([Z, -X], 1), torch.cat([X, Z], 1)]))[n:, :n]
    """,
    "cosm": """
    def cosm(X):
        Z = torch.zeros_like(X)
        n = X.shape[0]
        return torch.linalg.matrix_exp(torch.cat([torch.cat([Z, -X], 1), torch.cat([X, Z], 1)]))[:n, :n]
    """,
    "sqrtm": #"""
    def sqrtm(X):
        """The product form of the Denman-Beavers iteration."""
        eye = torch.eye(X.shape[0], dtype=X.dtype)
        M, root = X, X
        for _ in range(100):
            inverse = torch.linalg.inv(M)
            root = root @ (eye + inverse) / 2
            M = (eye + (M + inverse) / 2) / 2
            if torch.linalg.matrix_norm(M - eye) <= 2e-15 * X.shape[0]:
                break
        return root
    """#,
    "frechet": #"""
    def frechet(f, X, *directions):
        """The derivative of a matrix function in one direction or in two."""
        n = X.shape[0]
        for k, E in enumerate(directions):
            E = kron(torch.eye(2**k, dtype=X.dtype), E)
            X = torch.cat([torch.cat([X, E], 1), torch.cat([torch.zeros_like(X), X], 1)])
        return f(X)[:n, -n:]
    """#,
    "frechet_matrix": #"""
    def frechet_matrix(f, X, *directions):
        """The matrix of the derivative on stacked columns."""
        n = X.shape[0]
        units = torch.eye(n * n, dtype=X.dtype).reshape(n * n, n, n)
        return torch.stack([frechet(f, X, *directions, E.T).T.reshape(-1) for E in units], 1)
    """#,
    "sylvester": #"""
    def sylvester(A, B, C):
        """X with A @ X + X @ B = C."""
        m, n = C.shape
        I, J = torch.eye(m, dtype=C.dtype), torch.eye(n, dtype=C.dtype)
        x = torch.linalg.solve(kron(J, A) + kron(B.T, I), C.T.reshape(-1, 1))
        return x.reshape(n, m).T
    """#,
    "eigmax": "def eigmax(X):\n    return torch.linalg.eigvalsh((X + X.T) / 2)[-1]",
    "eigvecmax": """
    def eigvecmax(X):
        v = torch.linalg.eigh((X + X.T) / 2)[1][:, -1:]
        return v * torch.sign(v[torch.argmax(torch.abs(v))])
    """,
    "eigresolvent": #"""
    def eigresolvent(X):
        """pinv(c * I - X) for the largest eigenvalue c."""
        values, V = torch.linalg.eigh((X + X.T) / 2)
        return (V[:, :-1] / (values[-1] - values[:-1])) @ V[:, :-1].T
    """#,
    "toeplitz": """
    def toeplitz(v):
        i = torch.arange(v.shape[0])
        return v.reshape(-1)[torch.abs(i[:, None] - i[None, :])]
    """,
    "toeplitzsums": """
    def toeplitzsums(X):
        n = X.shape[0]
        sums = [torch.diagonal(X, k).sum() + (torch.diagonal(X, -k).sum() if k else 0) for k in range(n)]
        return torch.stack(sums).reshape(-1, 1)
    """,
    "toeplitzlayout": """
    def toeplitzlayout(n):
        i = torch.arange(n)
        return torch.eye(n, dtype=torch.float64)[torch.abs(i[:, None] - i[None, :]).reshape(-1), :]
    """,
  ]
}
