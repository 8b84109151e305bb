// swift-format-ignore-file
// Written by Expression.code(in: .swift); see SwiftCodeTests.

import Foundation
import MatDeriv

/// pinv(X)*y
///
/// X: matrix, m x n
/// y: vector, m entries
/// result: n x 1
func leastSquares(_ X: Matrix<Double>, _ y: Matrix<Double>) throws -> Matrix<Double> {
  return try SVD(X).pseudoInverse() * y
}

/// logdet(S) + (y - X*w)'*inv(S)*(y - X*w)
///
/// y: vector, m entries
/// X: matrix, m x n
/// w: vector, n entries
/// S: matrix, m x m
/// result: number
func generalizedResidual(_ y: Matrix<Double>, _ X: Matrix<Double>, _ w: Matrix<Double>, _ S: Matrix<Double>) throws -> Double {
  let chol_S = try Cholesky(S)
  let t0 = y - X * w
  return chol_S.logDeterminant + (t0.transposed * chol_S.solve(t0))[0, 0]
}

/// 2*x*((tanh(X*x).^2 - ones(m, 1)).*(B'*(y - B*tanh(X*x))))'
///
/// x: vector, n entries
/// B: matrix, p x m
/// X: matrix, m x n
/// y: vector, p entries
/// result: n x m
func backpropagated(_ x: Matrix<Double>, _ B: Matrix<Double>, _ X: Matrix<Double>, _ y: Matrix<Double>) -> Matrix<Double> {
  let m = B.columns
  let t0 = (X * x).map { tanh($0) }
  let t1 = Matrix<Double>(rows: m, columns: 1, repeating: 1) - t0.map { pow($0, 2.0) }
  return -2.0 * (x * t1.zip(B.transposed * (y - B * t0)) { $0 * $1 }.transposed)
}

/// a*A/3 + inv(A)*x*y'*inv(A)
///
/// A: matrix, n x n
/// x: vector, n entries
/// y: vector, n entries
/// a: number
/// result: n x n
func solvedTwice(_ A: Matrix<Double>, _ x: Matrix<Double>, _ y: Matrix<Double>, _ a: Double) throws -> Matrix<Double> {
  let lu_A = try LU(A)
  return try (a * A + 3.0 * (lu_A.solve(x) * lu_A.solveTransposed(y).transposed)) / 3.0
}

/// det(A) + sum(relu(A)) + tr(expm(A))
///
/// A: matrix, n x n
/// result: number
func matrixFunctions(_ A: Matrix<Double>) throws -> Double {
  // What has no function on matrices, as an expression in X1, X2, ...
  func evaluate(_ text: String, _ x: Matrix<Double>...) throws -> Matrix<Double> {
    let names = x.indices.map { "X\($0 + 1)" }
    let declarations = zip(names, x).map { "\($0): matrix(\($1.rows),\($1.columns))" }
    let values = Values(Dictionary(uniqueKeysWithValues: zip(names, x)))
    return try Graph().parse(text, declarations).value(at: values)
  }
  func relu(_ x: Double) -> Double { max(x, 0) }
  return try LU(A).determinant + A.map { relu($0) }.columnMajor.reduce(0, +) + evaluate("expm(X1)", A).trace
}

/// kron(diag(u), X)*K(n, m)
///
/// u: vector, m entries
/// X: matrix, m x n
/// result: m*m x m*n
func weighted(_ u: Matrix<Double>, _ X: Matrix<Double>) -> Matrix<Double> {
  // K * vec(A) = vec(A') for A m x n.
  func commutation(_ m: Int, _ n: Int) -> Matrix<Double> {
    Matrix(rows: m * n, columns: m * n) { i, j in i / n == j % m && i % n == j / m ? 1 : 0 }
  }
  func kron(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: a.rows * b.rows, columns: a.columns * b.columns) { i, j in
      a[i / b.rows, j / b.columns] * b[i % b.rows, j % b.columns]
    }
  }
  let n = X.columns
  let m = u.rows
  return kron(Matrix.diagonal(u.columnMajor), X) * commutation(n, m)
}

/// n*ones(2, 1) + pick(2, 3, 3)*X*softmax(z)
///
/// X: matrix, 3 x n
/// z: vector, n entries
/// result: 2 x 1
func chosen(_ X: Matrix<Double>, _ z: Matrix<Double>) -> Matrix<Double> {
  func softmax(_ z: Matrix<Double>) -> Matrix<Double> {
    let columns = (0..<z.columns).flatMap { j in
      let top = z.column(j).max() ?? 0
      let weights = z.column(j).map { exp($0 - top) }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
    return Matrix(rows: z.rows, columns: z.columns, columnMajor: columns)
  }
  let n = X.columns
  return Double(n) * Matrix<Double>(rows: 2, columns: 1, repeating: 1) + (X * softmax(z))[rows: [1, 2]]
}
