// The `.fit` file: a fitted distribution as JSON with exact doubles, for later commands and other programs.
import GaussFit
import JSONText
import MatDeriv

/// Where `--save` writes; claimed before any work is done.
struct ModelDestination: ~Copyable {
  private var destination: Destination?

  init(_ path: String?, force: Bool) throws(Failure) {
    guard let path else {
      destination = nil
      return
    }
    destination = path == "-" ? .standardOutput : .file(try OutputFile(path, replacing: force))
  }

  /// Writes the model; of a singular fit there is none, and no file appears.
  consuming func write(_ outcome: Outcome) throws(Failure) {
    let fits = outcome.fits
    guard let destination = consume destination, !outcome.isSingular else { return }
    let json: JSON = [
      "schema": "statcli.fit/1",
      "version": .string(Version.number),
      "gaussians": .array(fits.map { ModelDestination.json($0.fit, name: $0.name) }),
    ]
    try destination.write(json.utf8(indented: true) + [UInt8(ascii: "\n")])
  }

  /// `factor` is the lower Cholesky factor of `covariance`.
  private static func json(_ fit: Fit, name: String?) -> JSON {
    [
      "group": name.map(JSON.string) ?? nil,
      "columns": JSON(fit.columns),
      "sampleSize": .number(fit.sampleSize),
      "structure": .string(fit.structure.rawValue),
      "mean": JSON(fit.mean),
      "covariance": JSON(fit.covariance),
      "factor": JSON(fit.gaussian.lower),
    ]
  }
}

extension JSON {
  /// An array of rows.
  init(_ matrix: Matrix<Double>) {
    self = .array((0..<matrix.rows).map { i in .array((0..<matrix.columns).map { j in .finite(matrix[i, j]) }) })
  }
}
