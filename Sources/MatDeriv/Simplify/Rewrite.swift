// The names of all rewrites. A test switches each off by itself: answers may grow longer, never wrong.

/// A named rewrite.
enum Rewrite: String, CaseIterable, Sendable {
  // Structure.
  case declaredSymmetry
  // Neighbours in a product.
  case inverseCancels, pseudoInverse, projector, orthogonal, diagonalProduct, diagonalTimesVector
  case kroneckerProduct, kroneckerVec, kroneckerKhatri, khatriGram, khatriDiagonal, khatriVector
  case kroneckerAbsorbs, commutationRight, commutationCancels, commutationVec, commutationKhatri, vecDot
  case choleskyProduct, softmaxDiagonal
  // Elementwise products.
  case eyeHadamard, rankOneHadamard, vecHadamard, binarySquare, broadcastHadamard
  // Scalars.
  case dotOfHadamard
  // Sums.
  case commonFactors, expandSums
}
