// What does the arithmetic, for the record: the same bits come from the same kernels.
import MatDeriv

enum Machine {
  static var library: String { LinearAlgebra.libraryDescription }
}
