// Where a trained network is saved: asked for before training, written at its end.
import MLP

struct ModelFile {
  /// The file; nil where nothing is saved or standard output takes the model.
  let path: String?
  /// Whether there is to be a model.
  let isWanted: Bool
  private let force: Bool

  /// What became of a model.
  struct Saved {
    var bytes: Int
    /// The file; nil for standard output.
    var path: String?
    /// Why it is not the file that was asked for.
    var clash: Failure?
  }

  /// - Parameter output: the name given; without one the data's with `.mlp`, in the folder at hand.
  /// **Throws**: status 64 if standard input has no name to make one of; 73 if the file exists or cannot be created.
  init(_ output: String?, paths: [String], isSaved: Bool, force: Bool) throws(Failure) {
    isWanted = isSaved
    self.force = force
    if isSaved, output == "-", System.isTerminal(1) {
      throw Failure(.usage, "a model is no text for a terminal", mend: "-o model.mlp")
    }
    guard isSaved, output != "-" else {
      path = nil
      return
    }
    guard let name = output ?? ModelFile.name(for: paths[0]) else {
      throw Failure(
        .usage, "the model of standard input needs a name", mend: "-o model.mlp", "-o - (to standard output)")
    }
    // Claimed and let go, so that an interruption leaves nothing behind.
    _ = try OutputFile(name, replacing: force)
    path = name
  }

  /// `digits.mlp` for `data/digits.csv.gz`; nil for standard input.
  static func name(for path: String) -> String? {
    guard path != "-", let file = path.split(separator: "/").last else { return nil }
    return (file.split(separator: ".").first.map(String.init) ?? "model") + ".mlp"
  }

  /// Writes the model; beside the file that was asked for, if that has appeared meanwhile: nothing is lost.
  func write(_ model: MLP.Model) throws(Failure) -> Saved {
    let bytes = model.fileBytes
    guard let path else {
      try StandardOutput.write(bytes)
      return Saved(bytes: bytes.count)
    }
    var clash: Failure?
    for number in 1... {
      let name = number == 1 ? path : ModelFile.beside(path, number)
      do throws(Failure) {
        var file = try OutputFile(name, replacing: force)
        try file.commit(bytes)
        return Saved(bytes: bytes.count, path: name, clash: clash)
      } catch {
        // Whoever else writes here has taken the name since training began.
        guard error.status == .cannotCreateOutput, System.exists(name), !System.isDirectory(name), number < 100 else {
          throw error
        }
        clash = Failure(
          .cannotCreateOutput,
          "another program has written it meanwhile; this model is in \(ModelFile.beside(path, number + 1))",
          at: path, mend: "-o another.mlp", "--force (to replace it)")
      }
    }
    throw .internalError("no name is free beside \(path)")
  }

  /// `digits-2.mlp` for `digits.mlp`.
  private static func beside(_ path: String, _ number: Int) -> String {
    path.hasSuffix(".mlp") ? "\(path.dropLast(4))-\(number).mlp" : "\(path)-\(number)"
  }
}
