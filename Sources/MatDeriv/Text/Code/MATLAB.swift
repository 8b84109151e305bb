// MATLAB and Octave: a file with one function and the local functions that it needs; vectors are columns, numbers 1 x 1.

struct MATLABDialect: Dialect {
  var reserved: Set<String> {
    [
      "break", "case", "catch", "classdef", "continue", "do", "else", "elseif", "end", "endfunction", "endif", "for",
      "function", "global", "if", "otherwise", "parfor", "persistent", "return", "spmd", "switch", "try", "until",
      "unwind_protect", "while", "result", "eye", "ones", "zeros", "size", "sum", "diag", "inv", "pinv", "det", "chol",
      "lu", "kron", "reshape", "trace", "tril", "triu", "repmat", "exp", "log", "sqrt", "abs", "sign", "sin", "cos",
      "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "max", "min", "erf", "erfc",
      "gammaln", "psi", "expm", "sqrtm", "sylvester", "eig", "svd", "toeplitz", "norm", "log1p", "expm1", "prod",
    ]
  }

  func zeros(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code { Code("zeros(\(rows.text), \(columns.text))") }
  func ones(_ rows: Code, _ columns: Code, isColumn: Bool) -> Code { Code("ones(\(rows.text), \(columns.text))") }
  func eye(_ n: Code) -> Code { Code("eye(\(n.text))") }
  func transpose(_ a: Code, isColumn: Bool) -> Code {
    if let inner = a.untransposed.first { return inner }
    var result = Code(a.at(.atom) + "'")
    result.untransposed = [a]
    return result
  }
  func hadamard(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) .* \(b.at(.sign))", .product) }
  func hadamardQuotient(_ a: Code?, _ b: Code) -> Code { Code("\(a?.at(.product) ?? "1") ./ \(b.at(.sign))", .product) }
  func power(_ a: Code, _ exponent: Code, isScalar: Bool) -> Code {
    Code("\(a.at(.atom))\(isScalar ? "^" : ".^")\(exponent.at(.atom))", .power)
  }
  func squareRoot(_ a: Code, isScalar: Bool) -> Code { Code("sqrt(\(a.text))") }
  func product(_ a: Code, _ b: Code) -> Code { Code("\(a.at(.product)) * \(b.at(.sign))", .product) }
  func dot(_ a: Code, _ b: Code) -> Code { product(transpose(a, isColumn: false), b) }
  func scaleRows(_ v: Code, _ a: Code) -> Code { hadamard(v, a) }
  func scaleColumns(_ a: Code, _ v: Code) -> Code { hadamard(a, transpose(v, isColumn: false)) }
  func rowSums(_ a: Code) -> Code { Code("sum(\(a.text), 2)") }
  func columnSums(_ a: Code) -> Code { Code("sum(\(a.text), 1)") }
  private func index(_ taken: Taken) -> String {
    switch taken {
    case .list(let list): return "[\(list.map(String.init).joined(separator: ", "))]"
    case .range(let offset, let count):
      return offset.text == "0" ? "1:\(count.text)" : "\(offset.text) + (1:\(count.text))"
    }
  }
  // Only names have indices.
  func rows(_ a: Code, _ taken: Taken, isColumn: Bool) -> Code { Code("take_rows(\(a.text), \(index(taken)))") }
  func columns(_ a: Code, _ taken: Taken) -> Code { Code("take_columns(\(a.text), \(index(taken)))") }
  func elementwise(_ function: String, _ a: Code, isScalar: Bool) -> Code { Code("\(function)(\(a.text))") }

  func factor(_ kind: WrittenFactor, _ a: Code, named name: String) -> String {
    kind == .lu ? "[\(name)_L, \(name)_U, \(name)_P] = lu(\(a.text));" : "\(name) = chol(\(a.text));"
  }
  func solve(_ kind: WrittenFactor, named name: String, _ b: Code, isTransposed: Bool) -> Code {
    let right = b.at(.sign)
    if kind == .cholesky { return Code("\(name) \\ (\(name)' \\ \(right))", .product) }
    return isTransposed
      ? Code("\(name)_P' * (\(name)_L' \\ (\(name)_U' \\ \(right)))", .product)
      : Code("\(name)_U \\ (\(name)_L \\ (\(name)_P * \(right)))", .product)
  }
  func solve(_ kind: WrittenFactor, _ a: Code, _ b: Code, isTransposed: Bool) -> Code {
    let left = isTransposed ? transpose(a, isColumn: false) : a
    return Code("\(left.at(.sign)) \\ \(b.at(.sign))", .product)
  }
  func logdet(named name: String) -> Code { Code("2 * sum(log(diag(\(name))))", .product) }
  func logdetOfDefinite(_ a: Code) -> Code { logdet(named: "chol(\(a.text))") }

  func assignment(_ name: String, _ value: Code) -> String { "\(name) = \(value.text);" }
  func size(_ argument: String, _ axis: Int) -> Code { Code("size(\(argument), \(axis + 1))") }
  func wholeQuotient(_ a: Code, _ b: Code) -> Code { divide(a, b) }

  func function(_ function: CodeFunction) -> String {
    let arguments = function.arguments.map(\.word).joined(separator: ", ")
    let columns = function.arguments.filter { $0.shape.isColumn && !$0.shape.isScalar }
    let body =
      ["% \(function.title)"] + remarks(function, vector: "").map { "% " + $0 }
      + columns.map { "\($0.word) = \($0.word)(:);" } + function.body + ["result = \(function.result.text);"]
    let main = ["function result = \(function.name)(\(arguments))"] + body.map { "  " + $0 } + ["end"]
    return ([main.joined(separator: "\n")] + function.definitions).joined(separator: "\n\n") + "\n"
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
    "lgamma": .elementwise("gammaln"), "inv": .call("inv($1)"), "pinv": .call("pinv($1)"), "adj": .call("adj($1)"),
    "det": .call("det($1)"), "logdet": .call("logdet($1)"), "tr": .call("trace($1)"), "sum": .call("sum(sum($1))"),
    "diag": .call("diag($1)"), "diagonal": .call("diag($1)"), "tril": .call("tril($1)"), "triu": .call("triu($1)"),
    "vec": .call("reshape($1, [], 1)"), "unvec": .call("reshape($1, $2, $3)"), "kron": .call("kron($1, $2)"),
    "khatri": .call("khatri($1, $2)"), "chol": .call("chol($1)'"), "softmax": .call("softmax($1)"),
    "logsumexp": .columns("logsumexp($1)"), "max": .columns("max($1, [], 1)'"), "argmax": .call("first_maximum($1)"),
    "expm": .call("expm($1)"), "sinm": .call("sinm($1)"), "cosm": .call("cosm($1)"), "sqrtm": .call("sqrtm($1)"),
    "dexpm": .call("frechet(@expm, $1, $2)"), "dsinm": .call("frechet(@sinm, $1, $2)"),
    "dcosm": .call("frechet(@cosm, $1, $2)"), "d2expm": .call("frechet(@expm, $1, $2, $3)"),
    "d2sinm": .call("frechet(@sinm, $1, $2, $3)"), "d2cosm": .call("frechet(@cosm, $1, $2, $3)"),
    "jexpm": .call("frechet_matrix(@expm, $1)"), "jsinm": .call("frechet_matrix(@sinm, $1)"),
    "jcosm": .call("frechet_matrix(@cosm, $1)"), "j2expm": .call("frechet_matrix(@expm, $1, $2)"),
    "j2sinm": .call("frechet_matrix(@sinm, $1, $2)"), "j2cosm": .call("frechet_matrix(@cosm, $1, $2)"),
    "sylvester": .call("sylvester($1, $2, $3)"), "eigmax": .call("eigmax($1)"), "eigvecmax": .call("eigvecmax($1)"),
    "eigresolvent": .call("eigresolvent($1)"), "nucnorm": .call("sum(svd($1))"), "toeplitz": .call("toeplitz($1)"),
    "toeplitzsums": .call("toeplitzsums($1)"), "toeplitzlayout": .call("toeplitzlayout($1)"), "iota": .call("(1:$1)'"),
  ]) { own, _ in own }

  /// A function of one line.
  private static func short(_ head: String, _ value: String) -> String { "function y = \(head)\n  y = \(value);\nend" }

  private static let functions: [String: String] = [
    "relu": short("relu(x)", "max(x, 0)"), "step": short("step(x)", "double(x > 0)"),
    "sigmoid": short("sigmoid(x)", "1 ./ (1 + exp(-x))"),
    "softplus": short("softplus(x)", "max(x, 0) + log1p(exp(-abs(x)))"),
    "silu": short("silu(x)", "x ./ (1 + exp(-x))"), "gelu": short("gelu(x)", "x .* erfc(-x / sqrt(2)) / 2"),
    "elu": short("elu(x)", "max(x, 0) + expm1(min(x, 0))"), "digamma": short("digamma(x)", "psi(x)"),
    "trigamma": short("trigamma(x)", "psi(1, x)"), "take_rows": short("take_rows(A, i)", "A(i, :)"),
    "take_columns": short("take_columns(A, j)", "A(:, j)"),
    "logdet": """
    function y = logdet(X)
      % log(abs(det(X))), without overflow
      [~, U, ~] = lu(X);
      y = sum(log(abs(diag(U))));
    end
    """,
    "commutation": """
    function K = commutation(m, n)
      % K * vec(A) = vec(A') for A m x n
      I = eye(m * n);
      K = I(reshape(reshape(1:m * n, m, n)', [], 1), :);
    end
    """,
    "adj": """
    function Y = adj(X)
      % the adjugate, of singular matrices too
      [U, S, V] = svd(X);
      s = diag(S);
      n = numel(s);
      c = ones(1, n);
      for i = 1:n
        c(i) = prod(s([1:i - 1, i + 1:n]));
      end
      Y = det(U * V') * (V .* c) * U';
    end
    """,
    "khatri": """
    function C = khatri(A, B)
      C = zeros(size(A, 1) * size(B, 1), size(A, 2));
      for j = 1:size(A, 2)
        C(:, j) = kron(A(:, j), B(:, j));
      end
    end
    """,
    "softmax": """
    function P = softmax(Z)
      E = exp(Z - max(Z, [], 1));
      P = E ./ sum(E, 1);
    end
    """,
    "logsumexp": """
    function y = logsumexp(Z)
      top = max(Z, [], 1);
      y = (top + log(sum(exp(Z - top), 1)))';
    end
    """,
    "first_maximum": """
    function P = first_maximum(Z)
      [~, i] = max(Z, [], 1);
      P = zeros(size(Z));
      P(sub2ind(size(Z), i, 1:size(Z, 2))) = 1;
    end
    """,
    "sinm": """
    function Y = sinm(X)
      n = size(X, 1);
      E = expm([zeros(n), -X; X, zeros(n)]);
      Y = E(n + 1:end, 1:n);
    end
    """,
    "cosm": """
    function Y = cosm(X)
      n = size(X, 1);
      E = expm([zeros(n), -X; X, zeros(n)]);
      Y = E(1:n, 1:n);
    end
    """,
    "frechet": """
    function Y = frechet(f, X, varargin)
      % the derivative of a matrix function in one direction or in two
      n = size(X, 1);
      for k = 1:numel(varargin)
        X = [X, kron(eye(2^(k - 1)), varargin{k}); zeros(size(X)), X];
      end
      Y = f(X);
      Y = Y(1:n, end - n + 1:end);
    end
    """,
    "frechet_matrix": """
    function J = frechet_matrix(f, X, varargin)
      % the matrix of the derivative on vec
      n = size(X, 1);
      J = zeros(n^2);
      for k = 1:n^2
        E = zeros(n);
        E(k) = 1;
        J(:, k) = reshape(frechet(f, X, varargin{:}, E), [], 1);
      end
    end
    """,
    "eigmax": short("eigmax(X)", "max(eig((X + X') / 2))"),
    "eigvecmax": """
    function v = eigvecmax(X)
      [V, D] = eig((X + X') / 2);
      [~, k] = max(diag(D));
      v = V(:, k);
      [~, i] = max(abs(v));
      v = v * sign(v(i));
    end
    """,
    "eigresolvent": """
    function R = eigresolvent(X)
      % pinv(c * I - X) for the largest eigenvalue c
      [V, D] = eig((X + X') / 2);
      d = diag(D);
      [c, k] = max(d);
      V(:, k) = [];
      d(k) = [];
      R = (V ./ (c - d')) * V';
    end
    """,
    "toeplitzsums": """
    function s = toeplitzsums(X)
      n = size(X, 1);
      s = zeros(n, 1);
      for k = 1:n
        s(k) = sum(diag(X, k - 1)) + (k > 1) * sum(diag(X, 1 - k));
      end
    end
    """,
    "toeplitzlayout": """
    function T = toeplitzlayout(n)
      I = eye(n);
      T = I(reshape(toeplitz(1:n), [], 1), :);
    end
    """,
  ]
}
