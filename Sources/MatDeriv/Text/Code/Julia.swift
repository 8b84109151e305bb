// Julia with LinearAlgebra: vectors are `Vector`s, numbers are numbers, functions of numbers go entry by entry with a dot.

struct JuliaDialect: Dialect {
  var reserved: Set<String> {
    [
      "baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false",
      "finally", "for", "function", "global", "if", "import", "in", "isa", "let", "local", "macro", "module", "mutable",
      "quote", "return", "struct", "true", "try", "using", "where", "while", "I", "size", "sum", "dot", "diag", "diagm",
      "inv", "pinv", "det", "logdet", "logabsdet", "tr", "kron", "vec", "reshape", "ones", "zeros", "tril", "triu",
      "cholesky", "lu", "Symmetric", "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan",
      "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "log1p", "expm1", "erf", "erfc", "loggamma", "digamma",
      "trigamma", "sylvester", "eigmax", "eigen", "svdvals", "svd", "maximum", "only", "max", "min", "Matrix", "prod",
    ]
  }

  func zeros(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code {
    Code(isColumn ? "zeros(\(rows.text))" : "zeros(\(rows.text), \(columns.text))")
  }
  func ones(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code {
    Code(isColumn ? "ones(\(rows.text))" : "ones(\(rows.text), \(columns.text))")
  }
  func eye(_ n: Code) -> Code { Code("Matrix(1.0I, \(n.text), \(n.text))") }
  func transpose(_ a: Code, isColumn: Bool) -> Code {
    if let inner = a.untransposed.first { return inner }
    // A row that became a matrix of one row is a vector again.
    if isColumn { return Code("vec(\(a.text))") }
    var result = Code(a.at(.atom) + "'")
    result.untransposed = [a]
    return result
  }
  func hadamard(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) .* \(b.at(.sign))", .product) }
  func hadamardQuotient(_ a: Code?, _ b: Code) -> Code { Code("\(a?.at(.product) ?? "1") ./ \(b.at(.sign))", .product) }
  func power(_ a: Code, _ exponent: Code, isScalar: Bool) -> Code {
    Code("\(a.at(.atom))\(isScalar ? "^" : " .^ ")\(exponent.at(.atom))", .power)
  }
  func squareRoot(_ a: Code, isScalar: Bool) -> Code { elementwise("sqrt", a, isScalar: isScalar) }
  func product(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) * \(b.at(.sign))", .product) }
  func dot(_ a: Code, _ b: Code) -> Code { Code("dot(\(a.text), \(b.text))") }
  func scaleRows(_ v: Code, _ a: Code) -> Code { hadamard(v, a) }
  func scaleColumns(_ a: Code, _ v: Code) -> Code { hadamard(a, transpose(v, isColumn: false)) }
  func rowSums(_ a: Code) -> Code { Code("vec(sum(\(a.text), dims=2))") }
  func columnSums(_ a: Code) -> Code { Code("sum(\(a.text), dims=1)") }
  private func index(_ taken: Taken) -> String {
    switch taken {
    case .list(let list): return "[\(list.map(String.init).joined(separator: ", "))]"
    case .range(let offset, let count):
      return offset.text == "0" ? "1:\(count.text)" : "(\(offset.text)) .+ (1:\(count.text))"
    }
  }
  func rows(_ a: Code, _ taken: Taken, isColumn: Bool) -> Code {
    Code("\(a.at(.atom))[\(index(taken))\(isColumn ? "" : ", :")]")
  }
  func columns(_ a: Code, _ taken: Taken) -> Code { Code("\(a.at(.atom))[:, \(index(taken))]") }
  func elementwise(_ function: String, _ a: Code, isScalar: Bool) -> Code {
    Code("\(function)\(isScalar ? "" : ".")(\(a.text))")
  }
  func entry(_ a: Code) -> Code { Code("only(\(a.text))") }

  func factor(_ kind: WrittenFactor, _ a: Code, named name: String) -> String {
    "\(name) = \(kind == .lu ? "lu(\(a.text))" : "cholesky(Symmetric(\(a.text)))")"
  }
  func solve(_ kind: WrittenFactor, named name: String, _ b: Code, isTransposed: Bool) -> Code {
    Code("\(name)\(isTransposed && kind == .lu ? "'" : "") \\ \(b.at(.sign))", .product)
  }
  func solve(_ kind: WrittenFactor, _ a: Code, _ b: Code, isTransposed: Bool) -> Code {
    if kind == .cholesky { return Code("cholesky(Symmetric(\(a.text))) \\ \(b.at(.sign))", .product) }
    let left = isTransposed ? transpose(a, isColumn: false) : a
    return Code("\(left.at(.sign)) \\ \(b.at(.sign))", .product)
  }
  func logdet(named name: String) -> Code { Code("logdet(\(name))") }
  func logdetOfDefinite(_ a: Code) -> Code { Code("logdet(cholesky(Symmetric(\(a.text))))") }

  func assignment(_ name: String, _ value: Code) -> String { "\(name) = \(value.text)" }
  func size(_ argument: String, _ axis: Int) -> Code { Code("size(\(argument), \(axis + 1))") }
  func wholeQuotient(_ a: Code, _ b: Code) -> Code { Code("div(\(a.text), \(b.text))") }

  func function(_ function: CodeFunction) -> String {
    let arguments = function.arguments.map(\.word).joined(separator: ", ")
    let doc = ["\"\"\"", function.title, ""] + remarks(function, vector: "") + ["\"\"\""]
    let columns = function.arguments.filter { $0.shape.isColumn && !$0.shape.isScalar }
    let body =
      columns.map { "\($0.word) = Base.vec(\($0.word))" } + function.body + ["return \(function.result.text)"]
    let main = doc + ["function \(function.name)(\(arguments))"] + body.map { "    " + $0 } + ["end"]
    let code = (function.definitions + [main.joined(separator: "\n")]).joined(separator: "\n\n")
    let special = Code.words(code).intersection(["erf", "erfc", "loggamma", "digamma", "trigamma"])
    let modules = special.isEmpty ? "using LinearAlgebra" : "using LinearAlgebra, SpecialFunctions"
    return modules + "\n\n" + code + "\n"
  }

  var spellings: [String: Spelling] { Self.table }
  var definitions: [String: String] { Self.functions }

  private static let table: [String: Spelling] = elementwise(
    Dictionary(
      uniqueKeysWithValues: [
        "exp", "log", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
        "acosh", "atanh", "relu", "step", "sigmoid", "softplus", "silu", "gelu", "elu", "log1p", "expm1", "erf", "erfc",
        "digamma", "trigamma",
      ].map { ($0, $0) })
  ).merging([
    "lgamma": .elementwise("loggamma"), "inv": .call("inv($1)"), "pinv": .call("pinv($1)"), "adj": .call("adj($1)"),
    "det": .call("det($1)"), "logdet": .call("logabsdet($1)[1]"), "tr": .call("tr($1)"), "sum": .call("sum($1)"),
    "diag": .call("diagm($1)"), "diagonal": .call("diag($1)"), "tril": .call("tril($1)"), "triu": .call("triu($1)"),
    "vec": .call("vec($1)"), "unvec": .call("reshape($1, $2, $3)"), "kron": .call("kron($1, $2)"),
    "khatri": .call("khatri($1, $2)"), "chol": .call("Matrix(cholesky(Symmetric($1)).L)"),
    "softmax": .call("softmax($1)"), "logsumexp": .columns("logsumexp($1)"),
    "max": .columns("vec(maximum($1, dims=1))"), "argmax": .call("first_maximum($1)"), "expm": .call("exp($1)"),
    "sinm": .call("sin($1)"), "cosm": .call("cos($1)"), "sqrtm": .call("real(sqrt($1))"),
    "dexpm": .call("frechet(exp, $1, $2)"), "dsinm": .call("frechet(sin, $1, $2)"),
    "dcosm": .call("frechet(cos, $1, $2)"), "d2expm": .call("frechet(exp, $1, $2, $3)"),
    "d2sinm": .call("frechet(sin, $1, $2, $3)"), "d2cosm": .call("frechet(cos, $1, $2, $3)"),
    "jexpm": .call("frechet_matrix(exp, $1)"), "jsinm": .call("frechet_matrix(sin, $1)"),
    "jcosm": .call("frechet_matrix(cos, $1)"), "j2expm": .call("frechet_matrix(exp, $1, $2)"),
    "j2sinm": .call("frechet_matrix(sin, $1, $2)"), "j2cosm": .call("frechet_matrix(cos, $1, $2)"),
    // Julia's solves A*X + X*B + C = 0.
    "sylvester": .call("sylvester($1, $2, -($3))"), "eigmax": .call("eigmax(Symmetric(($1 + ($1)') / 2))"),
    "eigvecmax": .call("eigvecmax($1)"), "eigresolvent": .call("eigresolvent($1)"),
    "nucnorm": .call("sum(svdvals($1))"), "toeplitz": .call("toeplitz($1)"),
    "toeplitzsums": .call("toeplitzsums($1)"), "toeplitzlayout": .call("toeplitzlayout($1)"),
    "iota": .call("collect(1.0:$1)"),
  ]) { own, _ in own }

  private static let functions: [String: String] = [
    "relu": "relu(x) = max(x, zero(x))",
    "step": "step(x) = x > 0 ? 1.0 : 0.0",
    "sigmoid": "sigmoid(x) = 1 / (1 + exp(-x))",
    "softplus": "softplus(x) = max(x, 0) + log1p(exp(-abs(x)))",
    "silu": "silu(x) = x / (1 + exp(-x))",
    "gelu": "gelu(x) = x * erfc(-x / sqrt(2)) / 2",
    "elu": "elu(x) = x > 0 ? x : expm1(x)",
    "commutation": """
    # K * vec(A) = vec(A') for A m x n
    commutation(m, n) = Matrix(1.0I, m * n, m * n)[Base.vec(permutedims(reshape(1:(m * n), m, n))), :]
    """,
    "adj": """
    # the adjugate, of singular matrices too
    function adj(X)
        U, s, V = svd(X)
        c = [prod(s[[1:(i - 1); (i + 1):end]]) for i in eachindex(s)]
        return det(U * V') * (V .* c') * U'
    end
    """,
    "khatri": "khatri(A, B) = reduce(hcat, [kron(A[:, j], B[:, j]) for j in axes(A, 2)])",
    "softmax": """
    function softmax(Z)
        E = exp.(Z .- maximum(Z, dims=1))
        return E ./ sum(E, dims=1)
    end
    """,
    "logsumexp": """
    function logsumexp(Z)
        top = maximum(Z, dims=1)
        return Base.vec(top .+ log.(sum(exp.(Z .- top), dims=1)))
    end
    """,
    "first_maximum": """
    function first_maximum(Z)
        P = zeros(size(Z))
        P[argmax(Z, dims=1)] .= 1
        return P
    end
    """,
    "frechet": """
    # the derivative of a matrix function in one direction or in two
    function frechet(f, X, directions...)
        n = size(X, 1)
        for (k, E) in enumerate(directions)
            X = [X kron(Matrix(1.0I, 2^(k - 1), 2^(k - 1)), E); zero(X) X]
        end
        return f(X)[1:n, (end - n + 1):end]
    end
    """,
    "frechet_matrix": """
    # the matrix of the derivative on vec
    function frechet_matrix(f, X, directions...)
        n = size(X, 1)
        unit(k) = reshape([i == k ? 1.0 : 0.0 for i in 1:(n^2)], n, n)
        return reduce(hcat, [Base.vec(frechet(f, X, directions..., unit(k))) for k in 1:(n^2)])
    end
    """,
    "eigvecmax": """
    function eigvecmax(X)
        v = eigen(Symmetric((X + X') / 2)).vectors[:, end]
        return v * sign(v[argmax(abs.(v))])
    end
    """,
    "eigresolvent": """
    # pinv(c * I - X) for the largest eigenvalue c
    function eigresolvent(X)
        values, V = eigen(Symmetric((X + X') / 2))
        return (V[:, 1:(end - 1)] ./ (values[end] .- values[1:(end - 1)])') * V[:, 1:(end - 1)]'
    end
    """,
    "toeplitz": "toeplitz(v) = [v[abs(i - j) + 1] for i in eachindex(v), j in eachindex(v)]",
    "toeplitzsums": """
    function toeplitzsums(X)
        n = size(X, 1)
        return [sum(diag(X, k)) + (k > 0 ? sum(diag(X, -k)) : 0.0) for k in 0:(n - 1)]
    end
    """,
    "toeplitzlayout": """
    toeplitzlayout(n) = [abs((r - 1) % n - div(r - 1, n)) == j - 1 ? 1.0 : 0.0 for r in 1:(n^2), j in 1:n]
    """,
  ]
}
