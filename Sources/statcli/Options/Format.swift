// The formats of a result and how one is chosen.
import ArgumentParser

enum Format: String, CaseIterable, ExpressibleByArgument {
  case table, csv, tsv, jsonl, json, markdown, latex

  var meaning: String {
    switch self {
    case .table: "the page for people"
    case .csv: "one record per number, with a header"
    case .tsv: "the same, separated by tabs"
    case .jsonl: "the same, one JSON object per line"
    case .json: "the whole answer as one JSON document with a schema field"
    case .markdown: "the page as Markdown"
    case .latex: "the page as LaTeX (booktabs)"
    }
  }

  /// Extensions of file names that mean the format.
  var extensions: [String] {
    switch self {
    case .table: ["txt"]
    case .csv: ["csv"]
    case .tsv: ["tsv"]
    case .jsonl: ["jsonl", "ndjson"]
    case .json: ["json"]
    case .markdown: ["md", "markdown"]
    case .latex: ["tex"]
    }
  }

  var helpLine: String {
    "  \(rawValue.padded(right: 9)) \(extensions.map { "." + $0 }.joined(separator: " ").padded(right: 15)) \(meaning)"
  }

  init?(extensionOf path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    let suffix = path[dot...].dropFirst().lowercased()
    guard let format = Format.allCases.first(where: { $0.extensions.contains(suffix) }) else { return nil }
    self = format
  }
}
