// What does the arithmetic, for the record: the same bits come from the same kernels.
import MatDeriv

enum Machine {
  static var library: String { LinearAlgebra.libraryDescription }

  /// Name, version and kernels: `OpenBLAS 0.3.29, Haswell kernels`.
  static var brief: String {
    let name = library.split(separator: " ").prefix(2).joined(separator: " ").prefix { $0 != "," }
    guard let comma = library.lastIndex(of: ",") else { return library }
    return String(name + library[comma...])
  }
}
