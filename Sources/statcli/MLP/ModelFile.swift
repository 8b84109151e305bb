// Where a trained network is saved: asked for before training, written at its end.
import MLP

struct ModelFile {
  /// The file; nil where nothing is saved or standard output takes the model.
  let path: String?
  /// Whether there is to be a model.
  let isWanted: Bool

  /// - Parameter output: the name given; without one the data's with `.mlp`, in the folder at hand.
  /// **Throws**: status 64 if standard input has no name to make one of; 73 if the file exists or cannot be created.
  init(_ output: String?, paths: [String], isSaved: Bool, force: Bool) throws(Failure) {
    isWanted = isSaved
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

  /// Writes the model.
  ///
  /// - Returns: the bytes of the file.
  func write(_ model: MLP.Model) throws(Failure) -> Int {
    let bytes = model.fileBytes
    if let path {
      var file = try OutputFile(path, replacing: true)
      try file.commit(bytes)
    } else {
      try StandardOutput.write(bytes)
    }
    return bytes.count
  }
}
