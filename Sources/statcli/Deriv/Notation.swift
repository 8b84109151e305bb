// The notations in which a derivative alone is printed: a formula on a line for each variable, or a function for each in a programming language.
import ArgumentParser
import MatDeriv

enum Notation: String, CaseIterable, ExpressibleByArgument {
  case text, latex, mathml, swift, numpy, julia, matlab, pytorch, json
  /// The schedule of routines that computes it, a report of its own.
  case plan

  /// The notation that the extension of a file name stands for.
  init?(extensionOf path: String) {
    let suffix = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
    switch suffix {
    case "tex": self = .latex
    case "mml", "mathml": self = .mathml
    case "swift": self = .swift
    case "py": self = .numpy
    case "jl": self = .julia
    case "m": self = .matlab
    default: return nil
    }
  }

  /// The language of code; nil for formulas.
  var language: Language? { Language(rawValue: rawValue) }
}

extension DerivAnswer {
  /// The derivatives alone, or their derivations.
  ///
  /// **Throws**: status 1 where a language lacks a function.
  func text(in notation: Notation) throws(Failure) -> String {
    guard let language = notation.language else {
      return results.map { result in
        let written = result.derivative.value.syntax
        if let view = result.view { return (notation == .latex ? view.latex : view.description) + "\n" }
        if let derivation = result.derivation {
          return notation == .latex ? derivation.latex : derivation.text + "\n"
        }
        switch notation {
        case .latex: return written.latex + "\n"
        case .mathml: return written.mathML + "\n"
        default: return written.description + "\n"
        }
      }.joined()
    }
    var functions: [String] = []
    for (index, result) in results.enumerated() {
      do throws(CodeError) {
        functions.append(try result.derivative.value.code(in: language, named: functionName(index)))
      } catch {
        throw Failure(.answeredNo, "the derivative with respect to \(result.name) cannot be written: \(error)")
      }
    }
    return DerivAnswer.file(functions, language)
  }

  /// `derivative`, or `derivative_X` where there are several.
  private func functionName(_ index: Int) -> String {
    if results.count == 1 { return "derivative" }
    let name = results[index].name
    return name.utf8.allSatisfy { $0 < 0x80 } ? "derivative_\(name)" : "derivative_\(index + 1)"
  }

  /// The functions as one file: what they need is imported once, and a file of MATLAB defines each function once.
  static func file(_ functions: [String], _ language: Language) -> String {
    if language == .matlab {
      var known: [Substring] = []
      for function in functions.flatMap({ $0.split(separator: "\n\n") }) {
        let body = function.hasSuffix("\n") ? function.dropLast() : function
        if !known.contains(body) { known.append(body) }
      }
      return known.joined(separator: "\n\n") + "\n"
    }
    var imports: [Substring] = []
    var bodies: [String] = []
    for function in functions {
      var lines = function.split(separator: "\n", omittingEmptySubsequences: false)[...]
      while let line = lines.first, line.isEmpty || line.hasPrefix("import ") || line.hasPrefix("using ") {
        if !line.isEmpty, !imports.contains(line) { imports.append(line) }
        lines.removeFirst()
      }
      bodies.append(lines.joined(separator: "\n"))
    }
    let gap = language == .numpy || language == .pytorch ? "\n\n" : "\n"
    let head = imports.isEmpty ? "" : imports.joined(separator: "\n") + "\n" + gap
    return head + bodies.joined(separator: gap)
  }
}
