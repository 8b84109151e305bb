// `statcli help language`: the language of expressions on one page; docs/language.md tells all of it.

extension Topic {
  static let languageText = """
    The language of expressions, for statcli deriv.

    Names      a-g scalars, h-z columns, capitals matrices, by their first letter; sizes follow from use.
               --let 'S: matrix(d,d) spd' declares: scalar, vector(n), matrix(m,n), dim(3) and attributes:
               symmetric spd psd diagonal lower upper skew orthogonal invertible posdet fullrank
               positive nonnegative binary stochastic. 'S: spd(d)' is short for a square matrix.
               pi is the number; names of sizes stand for numbers too.
    Operators  '  ^ .^  -  * / .* ./  + -    from tight to loose; X^2 is X*X, X.^2 entry by entry.
               Scalars scale; a scalar is added to a matrix as a*ones(m,n), a column as x*ones(1,n).
    Matrices   inv tr det logdet adj pinv chol sqrtm expm sinm cosm sylvester
               vec unvec diag tril triu kron khatri K toeplitz
               eigmax eigvecmax nucnorm norm1 norm2 (of a matrix: entrywise, Frobenius)
    Entries    exp log sqrt abs sign sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
               log1p expm1 erf erfc lgamma digamma trigamma
               relu step sigmoid softplus silu gelu elu
    Along      sum mean max logsumexp softmax: of all or of each column; sum(X, rows), softmax(Z, columns).
    Constants  eye(n) ones(m,n) zeros(m,n) vector(c,n) iota(n)
    Parts      X(1:3, :), x(2), [A, B; C, D]; the name before the bracket has to be declared.
    Where      "z'*z where z = W*x + b": parts with names, with respect to which --wrt may ask.
               In a file (--file) each on a line of its own; # begins a comment.

    The derivative is in numerator layout: df = tr((df/dX)*dX), so that df/dX has the shape of X'. What has an order
    of three and more is the matrix J with d vec(F) = J*d vec(X).

    """
}
