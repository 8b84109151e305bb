// What this program is and what it was built with: for bug reports and for reproducing a result.
import CBuildInfo
import Glibc
import JSONText
import MatDeriv

enum Version {
  static let number = "0.1.0"

  static var commit: String { String(cString: build_commit()) }

  static var line: String { "statcli \(number) (commit \(commit))" }

  /// Optional parts that are compiled in.
  static let features = ["gzip", "zstd"]

  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  static func text(json: Bool) -> String {
    if json {
      let value: JSON = [
        "schema": "statcli.version/1",
        "version": .string(number),
        "commit": .string(commit),
        "blas": ["library": .string(LinearAlgebra.libraryDescription), "threads": .integer(LinearAlgebra.threads)],
        "processors": .integer(processors),
        "features": JSON(features),
      ]
      return value.text(indented: true) + "\n"
    }
    return """
      \(line)
      BLAS      \(LinearAlgebra.libraryDescription); \(LinearAlgebra.threads) \(LinearAlgebra.threads == 1 ? "thread" : "threads") per call
      machine   \(processors) processors
      features  \(features.joined(separator: ", "))

      """
  }
}
