// The library underneath: which BLAS it is and how many threads it may use.
// It is cut here because both are properties of the process, not of a matrix.
internal import CLinearAlgebra
import Glibc

/// The BLAS and LAPACK library that all products and factorizations run on.
public enum LinearAlgebra {
  private static let started: Void = openblas_set_num_threads(1)

  /// Ends the threads that OpenBLAS started when it was loaded.
  ///
  /// They spin for tens of milliseconds before they sleep: a core less for whoever works meanwhile. OpenBLAS ends them before a fork by
  /// the function used here, and starts them again when a call may use more than one thread. For programs, at their very
  /// start: no other thread may be inside a routine. Does nothing where OpenBLAS was built without threads.
  public static func endIdleThreads() {
    start()
    typealias Shutdown = @convention(c) () -> Int32
    if let shutdown = dlsym(nil, "blas_thread_shutdown_") { _ = unsafeBitCast(shutdown, to: Shutdown.self)() }
  }

  /// Sets the default number of threads, the first time any routine is asked for.
  static func start() { _ = started }

  /// Threads that one BLAS or LAPACK call may use, for the whole process.
  ///
  /// The default is 1, whatever the environment says. OpenBLAS on its own takes every core and wakes its threads for
  /// products so small that handing out the work takes longer than the work: many small products run slower on two
  /// threads than on one. Work that is cut into blocks above BLAS wants one thread below as well, and the order of the
  /// sums inside a product, hence its last bits, may depend on this number. Raise it for a few large factorizations.
  ///
  /// **Domain**: at least 1; OpenBLAS may grant fewer than asked for. Not to be changed while another thread is inside a
  /// product. Code that calls CBLAS by itself reads this property first, so that the default holds there too.
  public static var threads: Int {
    get {
      start()
      return Int(openblas_get_num_threads())
    }
    set {
      require(newValue >= 1, "the number of BLAS threads must be at least 1; it was set to \(newValue)")
      start()
      openblas_set_num_threads(blasInteger(newValue))
    }
  }

  /// Name, version, build options and processor kernels of the library, for `--version` and bug reports.
  public static var libraryDescription: String {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    let kernels = String(cString: openblas_get_corename())
    let build = words.filter { $0 != kernels }.joined(separator: " ")
    return "\(build), \(kernels) kernels"
  }
}
