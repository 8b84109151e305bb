// NumPy and SciPy: matrices and vectors are two-dimensional arrays, a vector n x 1; `@` multiplies, everything else goes entry by entry.

/// What NumPy and PyTorch share: Python, and arrays that broadcast.
protocol PythonDialect: Dialect {
  /// `np` or `torch`.
  var module: String { get }
  /// Modules by the prefix of what is used of them.
  var imports: [(prefix: String, statement: String)] { get }
  /// The statement that makes an array of an argument.
  func conversion(_ argument: CodeArgument) -> String
}

extension PythonDialect {
  static var keywords: Set<String> {
    [
      "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
      "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
      "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "float", "int", "max", "min", "range",
      "result", "scipy", "np", "torch",
    ]
  }

  func transpose(_ a: Code, isColumn: Bool) -> Code {
    if let inner = a.untransposed.first { return inner }
    var result = Code(a.at(.atom) + ".T")
    result.untransposed = [a]
    return result
  }

  func hadamard(_ a: Code, _ b: Code) -> Code { scale(a, b) }
  func hadamardQuotient(_ a: Code?, _ b: Code) -> Code { divide(a ?? Code("1"), b) }
  func power(_ a: Code, _ exponent: Code, isScalar: Bool) -> Code {
    Code("\(a.at(.atom)) ** \(exponent.at(.atom))", .power)
  }
  func squareRoot(_ a: Code, isScalar: Bool) -> Code { Code("\(module).sqrt(\(a.text))") }
  func product(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) @ \(b.at(.sign))", .product) }
  func scaleRows(_ v: Code, _ a: Code) -> Code { scale(v, a) }
  func scaleColumns(_ a: Code, _ v: Code) -> Code { scale(a, transpose(v, isColumn: false)) }
  func elementwise(_ function: String, _ a: Code, isScalar: Bool) -> Code { Code("\(function)(\(a.text))") }

  private func index(_ taken: Taken) -> String {
    switch taken {
    case .list(let list): return "[\(list.map { String($0 - 1) }.joined(separator: ", "))]"
    case .range(let offset, let count):
      return offset.text == "0" ? ":\(count.text)" : "\(offset.text):\(offset.text) + \(count.text)"
    }
  }
  func rows(_ a: Code, _ taken: Taken, isColumn: Bool) -> Code { Code("\(a.at(.atom))[\(index(taken)), :]") }
  func columns(_ a: Code, _ taken: Taken) -> Code { Code("\(a.at(.atom))[:, \(index(taken))]") }

  func assignment(_ name: String, _ value: Code) -> String { "\(name) = \(value.text)" }
  func size(_ argument: String, _ axis: Int) -> Code { Code("\(argument).shape[\(axis)]") }
  func wholeQuotient(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) // \(b.at(.sign))", .product) }

  func function(_ function: CodeFunction) -> String {
    let doc = ["\"\"\"\(function.title)", ""] + remarks(function, vector: ", 1-D or n x 1") + ["\"\"\""]
    let body =
      doc + function.arguments.filter { !$0.isSize }.map(conversion) + function.body
      + ["return \(function.result.text)"]
    let arguments = function.arguments.map(\.word).joined(separator: ", ")
    let main = (["def \(function.name)(\(arguments)):"] + body.map { $0.isEmpty ? "" : "    " + $0 })
      .joined(separator: "\n")
    let code = (function.definitions + [main]).joined(separator: "\n\n\n")
    let needed = imports.filter { code.contains($0.prefix) }.map(\.statement)
    return (needed.isEmpty ? "" : needed.joined(separator: "\n") + "\n\n\n") + code + "\n"
  }
}

struct NumPyDialect: PythonDialect {
  var module: String { "np" }
  var imports: [(prefix: String, statement: String)] {
    [
      ("np.", "import numpy as np"), ("scipy.linalg.", "import scipy.linalg"),
      ("scipy.special.", "import scipy.special"),
    ]
  }
  var reserved: Set<String> { Self.keywords }

  func conversion(_ argument: CodeArgument) -> String {
    let word = argument.word
    if argument.shape.isScalar { return "\(word) = float(\(word))" }
    let array = "\(word) = np.asarray(\(word), dtype=float)"
    return argument.shape.isColumn ? array + ".reshape(-1, 1)" : array
  }

  func zeros(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code {
    Code("np.zeros((\(rows.text), \(columns.text)))")
  }
  func ones(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code { Code("np.ones((\(rows.text), \(columns.text)))") }
  func eye(_ n: Code) -> Code { Code("np.eye(\(n.text))") }
  func dot(_ a: Code, _ b: Code) -> Code { Code("np.vdot(\(a.text), \(b.text))") }
  func rowSums(_ a: Code) -> Code { Code("np.sum(\(a.text), axis=1, keepdims=True)") }
  func columnSums(_ a: Code) -> Code { Code("np.sum(\(a.text), axis=0, keepdims=True)") }
  func entry(_ a: Code) -> Code { Code(a.at(.atom) + ".item()") }

  func factor(_ kind: WrittenFactor, _ a: Code, named name: String) -> String {
    "\(name) = scipy.linalg.\(kind == .lu ? "lu_factor" : "cho_factor")(\(a.text))"
  }
  func solve(_ kind: WrittenFactor, named name: String, _ b: Code, isTransposed: Bool) -> Code {
    kind == .cholesky
      ? Code("scipy.linalg.cho_solve(\(name), \(b.text))")
      : Code("scipy.linalg.lu_solve(\(name), \(b.text)\(isTransposed ? ", trans=1" : ""))")
  }
  func solve(_ kind: WrittenFactor, _ a: Code, _ b: Code, isTransposed: Bool) -> Code {
    kind == .cholesky
      ? Code("scipy.linalg.cho_solve(scipy.linalg.cho_factor(\(a.text)), \(b.text))")
      : Code("np.linalg.solve(\(isTransposed ? transpose(a, isColumn: false).text : a.text), \(b.text))")
  }
  func logdet(named name: String) -> Code { Code("2 * np.sum(np.log(np.diag(\(name)[0])))", .product) }
  func logdetOfDefinite(_ a: Code) -> Code {
    Code("2 * np.sum(np.log(np.diag(np.linalg.cholesky(\(a.text)))))", .product)
  }

  var spellings: [String: Spelling] { Self.table }
  var definitions: [String: String] { Self.functions }

  private static let table: [String: Spelling] = elementwise([
    "exp": "np.exp", "log": "np.log", "abs": "np.abs", "sign": "np.sign", "sin": "np.sin", "cos": "np.cos",
    "tan": "np.tan", "asin": "np.arcsin", "acos": "np.arccos", "atan": "np.arctan", "sinh": "np.sinh",
    "cosh": "np.cosh", "tanh": "np.tanh", "asinh": "np.arcsinh", "acosh": "np.arccosh", "atanh": "np.arctanh",
    "relu": "relu", "step": "step", "sigmoid": "scipy.special.expit", "softplus": "softplus", "silu": "silu",
    "gelu": "gelu", "elu": "elu", "log1p": "np.log1p", "expm1": "np.expm1", "erf": "scipy.special.erf",
    "erfc": "scipy.special.erfc", "lgamma": "scipy.special.gammaln", "digamma": "scipy.special.digamma",
    "trigamma": "trigamma",
  ]).merging([
    "inv": .call("np.linalg.inv($1)"), "pinv": .call("np.linalg.pinv($1)"), "adj": .call("adj($1)"),
    "det": .call("np.linalg.det($1)"), "logdet": .call("np.linalg.slogdet($1)[1]"), "tr": .call("np.trace($1)"),
    "sum": .call("np.sum($1)"), "diag": .call("np.diagflat($1)"), "diagonal": .call("np.diag($1).reshape(-1, 1)"),
    "tril": .call("np.tril($1)"), "triu": .call("np.triu($1)"), "vec": .call("np.reshape($1, (-1, 1), order=\"F\")"),
    "unvec": .call("np.reshape($1, ($2, $3), order=\"F\")"), "kron": .call("np.kron($1, $2)"),
    "khatri": .call("scipy.linalg.khatri_rao($1, $2)"), "chol": .call("np.linalg.cholesky($1)"),
    "softmax": .call("scipy.special.softmax($1, axis=0)"),
    "logsumexp": .columns("scipy.special.logsumexp($1, axis=0).reshape(-1, 1)"),
    "max": .columns("np.max($1, axis=0).reshape(-1, 1)"), "argmax": .call("first_maximum($1)"),
    "expm": .call("scipy.linalg.expm($1)"), "sinm": .call("scipy.linalg.sinm($1)"),
    "cosm": .call("scipy.linalg.cosm($1)"), "sqrtm": .call("np.real(scipy.linalg.sqrtm($1))"),
    "dexpm": .call("frechet(scipy.linalg.expm, $1, $2)"), "dsinm": .call("frechet(scipy.linalg.sinm, $1, $2)"),
    "dcosm": .call("frechet(scipy.linalg.cosm, $1, $2)"), "d2expm": .call("frechet(scipy.linalg.expm, $1, $2, $3)"),
    "d2sinm": .call("frechet(scipy.linalg.sinm, $1, $2, $3)"),
    "d2cosm": .call("frechet(scipy.linalg.cosm, $1, $2, $3)"),
    "jexpm": .call("frechet_matrix(scipy.linalg.expm, $1)"), "jsinm": .call("frechet_matrix(scipy.linalg.sinm, $1)"),
    "jcosm": .call("frechet_matrix(scipy.linalg.cosm, $1)"),
    "j2expm": .call("frechet_matrix(scipy.linalg.expm, $1, $2)"),
    "j2sinm": .call("frechet_matrix(scipy.linalg.sinm, $1, $2)"),
    "j2cosm": .call("frechet_matrix(scipy.linalg.cosm, $1, $2)"),
    "sylvester": .call("scipy.linalg.solve_sylvester($1, $2, $3)"), "eigmax": .call("eigmax($1)"),
    "eigvecmax": .call("eigvecmax($1)"), "eigresolvent": .call("eigresolvent($1)"),
    "nucnorm": .call("np.linalg.norm($1, \"nuc\")"), "toeplitz": .call("scipy.linalg.toeplitz(np.ravel($1))"),
    "toeplitzsums": .call("toeplitzsums($1)"), "toeplitzlayout": .call("toeplitzlayout($1)"),
    "iota": .call("np.arange(1.0, $1 + 1).reshape(-1, 1)"),
  ]) { own, _ in own }

  private static let functions: [String: String] = [
    "relu": "def relu(x):\n    return np.maximum(x, 0)",
    "step": "def step(x):\n    return np.where(np.asarray(x) > 0, 1.0, 0.0)",
    "softplus": "def softplus(x):\n    return np.logaddexp(x, 0)",
    "silu": "def silu(x):\n    return x * scipy.special.expit(x)",
    "gelu": "def gelu(x):\n    return x * scipy.special.ndtr(x)",
    "elu": "def elu(x):\n    return np.maximum(x, 0) + np.expm1(np.minimum(x, 0))",
    "trigamma": "def trigamma(x):\n    return scipy.special.polygamma(1, x)",
    "commutation": #"""
    def commutation(m, n):
        """K with K @ vec(A) = vec(A.T) for A m x n."""
        return np.eye(m * n)[np.arange(m * n).reshape(n, m).ravel(order="F"), :]
    """#,
    "adj": #"""
    def adj(X):
        """The adjugate, of singular matrices too."""
        U, s, Vt = np.linalg.svd(X)
        cofactors = [np.prod(np.delete(s, i)) for i in range(len(s))]
        return np.linalg.det(U @ Vt) * (Vt.T * cofactors) @ U.T
    """#,
    "first_maximum": #"""
    def first_maximum(Z):
        P = np.zeros_like(Z)
        P[np.argmax(Z, axis=0), np.arange(Z.shape[1])] = 1
        return P
    """#,
    "frechet": #"""
    def frechet(f, X, *directions):
        """The derivative of a matrix function in one direction or in two."""
        n = X.shape[0]
        for k, E in enumerate(directions):
            E = np.kron(np.eye(2**k), E)
            X = np.block([[X, E], [np.zeros_like(X), X]])
        return f(X)[:n, -n:]
    """#,
    "frechet_matrix": #"""
    def frechet_matrix(f, X, *directions):
        """The matrix of the derivative on vec."""
        n = X.shape[0]
        units = np.eye(n * n).reshape(n * n, n, n)
        return np.column_stack([frechet(f, X, *directions, E.T).ravel(order="F") for E in units])
    """#,
    "eigmax": "def eigmax(X):\n    return np.linalg.eigvalsh((X + X.T) / 2)[-1]",
    "eigvecmax": #"""
    def eigvecmax(X):
        v = np.linalg.eigh((X + X.T) / 2)[1][:, -1:]
        return v * np.sign(v[np.argmax(np.abs(v))])
    """#,
    "eigresolvent": #"""
    def eigresolvent(X):
        """pinv(c * I - X) for the largest eigenvalue c."""
        values, V = np.linalg.eigh((X + X.T) / 2)
        return (V[:, :-1] / (values[-1] - values[:-1])) @ V[:, :-1].T
    """#,
    "toeplitzsums": #"""
    def toeplitzsums(X):
        n = X.shape[0]
        sums = [np.trace(X, k) + (np.trace(X, -k) if k else 0) for k in range(n)]
        return np.array(sums).reshape(-1, 1)
    """#,
    "toeplitzlayout": #"""
    def toeplitzlayout(n):
        i, j = np.indices((n, n))
        return np.eye(n)[np.abs(i - j).ravel(), :]
    """#,
  ]
}
