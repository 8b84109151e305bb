// Where fitted distributions are saved: a `.fit` file, for later commands and other programs.
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

  /// Writes the model; where there is none, as of a singular fit, no file appears.
  consuming func write(_ model: FitFile?) throws(Failure) {
    guard let destination = consume destination, let model else { return }
    try destination.write(Array(model.text.utf8))
  }
}

extension Outcome {
  /// The fitted distributions as a `.fit` file holds them, whatever way they were fitted; none where something is singular.
  ///
  /// - Parameter structure: the covariance as it was asked for.
  func distributions(structure: String) -> [FitFile.Distribution] {
    switch self {
    case .single, .grouped:
      fits.map { name, fit in
        FitFile.Distribution(
          group: name, columns: fit.columns, sampleSize: fit.sampleSize, structure: structure, gaussian: fit.gaussian,
          covariance: fit.covariance)
      }
    case .searched(let fit):
      [
        FitFile.Distribution(
          columns: fit.moments.columns, sampleSize: fit.moments.sampleSize, structure: structure,
          gaussian: fit.gaussian, covariance: fit.covariance)
      ]
    case .structured(let fit):
      [
        FitFile.Distribution(
          columns: fit.moments.columns, sampleSize: fit.moments.sampleSize, structure: structure,
          gaussian: fit.gaussian, covariance: fit.covariance)
      ]
    case .structuredGroups(let grouped):
      zip(grouped.names, grouped.fits).map { name, fit in
        FitFile.Distribution(
          group: name, columns: fit.moments.columns, sampleSize: fit.moments.sampleSize, structure: structure,
          gaussian: fit.gaussian, covariance: fit.covariance)
      }
    case .knownCovariance(let fit):
      [
        FitFile.Distribution(
          columns: fit.moments.columns, sampleSize: fit.moments.sampleSize, structure: structure,
          gaussian: fit.gaussian, covariance: fit.covariance)
      ]
    case .shrunk(let fit):
      [
        FitFile.Distribution(
          columns: fit.moments.columns, sampleSize: fit.moments.sampleSize, structure: structure,
          gaussian: fit.shrinkage.gaussian, covariance: fit.shrinkage.covariance)
      ]
    case .incomplete(let fits):
      fits.map { name, fit in
        FitFile.Distribution(
          group: name, columns: fit.sample.columns, sampleSize: fit.sample.sampleSize, structure: structure,
          gaussian: fit.gaussian, covariance: fit.covariance)
      }
    case .compared, .singular, .singularGroups: []
    }
  }

  /// The model to save; nil where there is none.
  func model(_ data: GaussData, _ request: FitRequest) -> FitFile? {
    let found = distributions(structure: request.covariance.text)
    return found.isEmpty ? nil : FitFile(found, groupedBy: data.groupedBy, version: Version.number)
  }
}

extension JSON {
  /// An array of rows.
  init(_ matrix: Matrix<Double>) {
    self = .array((0..<matrix.rows).map { i in .array((0..<matrix.columns).map { j in .finite(matrix[i, j]) }) })
  }
}
