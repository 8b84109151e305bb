// From a report to the stream or file that the flags ask for. The one place where formats, warnings and exit status meet.
import JSONText

/// What is done with the answer of a command.
struct Publisher {
  let flags: OutputFlags
  private let terminal: Terminal
  private let format: Format

  init(_ flags: OutputFlags) {
    self.flags = flags
    format = flags.chosenFormat
    terminal =
      flags.file == nil
      ? Terminal(descriptor: 1, color: flags.color)
      : Terminal(isTerminal: false, windowWidth: nil, color: .never)
  }

  /// Claims the file of the result before any work is done.
  func claim() throws(Failure) -> Destination {
    guard let file = flags.file else { return .standardOutput }
    return .file(try OutputFile(file, replacing: flags.force))
  }

  /// Tells warnings before long work begins.
  func announce(_ warnings: [Warning]) throws(Failure) { tell(try told(warnings)) }

  /// Writes the report where it belongs and tells the warnings that the reader would not see otherwise.
  ///
  /// - Parameter announced: those that were told already.
  func publish(
    _ report: Report, to destination: consuming Destination, announced: [Warning] = []
  ) throws(Failure) -> ExitStatus {
    var report = report
    report.warnings = try told(report.warnings)
    // On a terminal the page itself tells them.
    let told = format == .table && report.bare == nil && flags.file == nil && terminal.isTerminal
    if !told { tell(report.warnings.filter { !announced.contains($0) }) }
    try destination.write(bytes(report))
    tellFile()
    return report.status
  }

  /// Ends a result that was written while it was made.
  func finish(_ rows: RowStream, _ warnings: [Warning]) throws(Failure) -> ExitStatus {
    tell(try told(warnings))
    try rows.finish()
    tellFile()
    return .success
  }

  /// The warnings that are not silenced.
  ///
  /// **Throws**: status 65 if there are any and they count as errors.
  private func told(_ warnings: [Warning]) throws(Failure) -> [Warning] {
    let told = warnings.filter { !flags.silence.contains($0.code) }
    if flags.warnAsError, let first = told.first {
      throw Failure(
        .badData, items: told.map { Failure.Item(text: "\($0.text) [\($0.code)]") },
        mends: [first.mend, "--silence \(first.code)"].compactMap(\.self))
    }
    return told
  }

  private func tell(_ warnings: [Warning]) {
    guard !flags.quiet else { return }
    let style = Terminal(descriptor: 2, color: flags.color).style
    for warning in warnings { StandardError.write(warning.text(style: style)) }
  }

  private func tellFile() {
    if let file = flags.file, !flags.quiet, !System.isSpecial(file) {
      StandardError.write("statcli: wrote \(file.printable)\n")
    }
  }

  private func bytes(_ report: Report) -> [UInt8] {
    if let bare = report.bare { return Array(bare.utf8) }
    return switch format {
    case .table: Array(Page(terminal: terminal).render(report).utf8)
    case .markdown: Array(Markdown.render(report).utf8)
    case .latex: Array(LaTeX.render(report).utf8)
    case .csv: Array(Records.csv(report.records()).utf8)
    case .tsv: Array(Records.tsv(report.records()).utf8)
    case .jsonl: Array(Records.jsonl(report.records()).utf8)
    case .json: report.json().utf8(indented: true) + [UInt8(ascii: "\n")]
    }
  }
}

enum Destination: ~Copyable {
  case standardOutput
  case file(OutputFile)

  consuming func write(_ bytes: [UInt8]) throws(Failure) {
    switch consume self {
    case .standardOutput: try StandardOutput.write(bytes)
    case .file(var file): try file.commit(bytes)
    }
  }
}
