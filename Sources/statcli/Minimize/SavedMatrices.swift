// The files that a minimisation leaves besides its report: claimed before any work is done.
import MatDeriv

/// A file that may not be asked for.
struct OptionalFile: ~Copyable {
  private var destination: Destination?

  init(_ path: String?, force: Bool) throws(Failure) {
    guard let path else {
      destination = nil
      return
    }
    destination = .file(try OutputFile(path, replacing: force))
  }

  mutating func write(_ text: String) throws(Failure) {
    guard let destination = destination.take() else { return }
    try destination.write(Array(text.utf8))
  }
}

/// The minimisers that `--save` asks for.
struct SavedMatrices {
  /// Holds the claim until it is written.
  private final class Claim {
    let name: String
    var file: OptionalFile

    init(_ name: String, _ path: String, force: Bool) throws(Failure) {
      self.name = name
      file = try OptionalFile(path, force: force)
    }
  }

  private var claims: [Claim] = []

  mutating func claim(_ name: String, _ path: String, force: Bool) throws(Failure) {
    if path == "-" {
      throw Failure(
        .usage, "--save \(name)=-: standard output holds the report", mend: "--format csv (every entry, one a line)")
    }
    claims.append(try Claim(name, path, force: force))
  }

  /// **Throws**: status 64 for a name that is not minimised over.
  func require(_ variables: [String]) throws(Failure) {
    for claim in claims where !variables.contains(claim.name) {
      throw Failure(
        .usage, "--save \(claim.name)=...: the variables are \(variables.joined(separator: ", "))",
        mend: "--save \(variables[0])=\(variables[0]).csv")
    }
  }

  func write(_ answer: MinimizeAnswer) throws(Failure) {
    for claim in claims {
      guard let (name, matrix) = answer.minimizer.first(where: { $0.name == claim.name }) else { continue }
      let columns = matrix.columns == 1 ? [name] : (1...max(1, matrix.columns)).map { "\(name)\($0)" }
      try claim.file.write(MatrixFile.csv(matrix, columns: columns))
    }
  }
}
