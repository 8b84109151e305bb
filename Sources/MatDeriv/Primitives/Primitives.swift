// The list of all primitives: one line each.

/// The primitives that the language knows.
public enum Primitives {
  /// One instance of each, or one for each function of a family.
  public static let all: [any Primitive] = [
    Inv(), Pinv(), Adj(), Det(), LogDet(), Tr(), Sum(), Diag(), DiagOf(), Tril(), Triu(), Vec(), Kron(), Khatri(),
    Chol(),
    Exp(), Log(), Abs(), Sign(), Sin(), Cos(), Tan(), Asin(), Acos(), Atan(), Sinh(), Cosh(), Tanh(), Asinh(), Acosh(),
    Atanh(),
    Relu(), Step(), Sigmoid(), Softplus(), Silu(), Gelu(), Elu(), Log1p(), Expm1(), Erf(), Erfc(), LogGamma(),
    Digamma(), Trigamma(),
    Softmax(), LogSumExp(), Max(), ArgMax(), MatrixFunction(.exponential), MatrixFunction(.sine),
    MatrixFunction(.cosine),
    Frechet(.exponential), Frechet(.sine), Frechet(.cosine), Frechet(.exponential, order: 2), Frechet(.sine, order: 2),
    Frechet(.cosine, order: 2), FrechetMatrix(.exponential), FrechetMatrix(.sine), FrechetMatrix(.cosine),
    FrechetMatrix(.exponential, order: 2), FrechetMatrix(.sine, order: 2), FrechetMatrix(.cosine, order: 2), Sqrtm(),
    Sylvester(),
    EigMax(), EigVecMax(), EigResolvent(), NucNorm(), Toeplitz(), Toeplitz.Sums(),
  ]
}
