// The list of all primitives: one line each.

/// The primitives that the language knows.
public enum Primitives {
  public static let all: [any Primitive] = [
    Inv(), Pinv(), Adj(), Det(), LogDet(), Tr(), Sum(), Diag(), DiagOf(), Tril(), Triu(), Vec(), Kron(), Khatri(), Chol(),
    Exp(), Log(), Abs(), Sign(),
  ]
}
