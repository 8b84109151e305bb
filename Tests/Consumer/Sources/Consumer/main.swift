import GaussFit
import MatDeriv

let s: Matrix<Double> = [[4, 2], [2, 3]]
print(try Cholesky(s).logDeterminant)
