// What the stream at the other end can show: its width, colours, characters beyond ASCII.
import ArgumentParser
import Glibc

enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

/// A stream to a person or to a program.
struct Terminal: Equatable {
  let isTerminal: Bool
  /// Cells in a line; nil where lines may be of any length, as in a pipe.
  let width: Int?
  let style: Style

  /// **Source**: no-color.org, force-color.org; a variable that is set but empty counts as unset.
  init(
    isTerminal: Bool, windowWidth: Int?, color: ColorChoice, environment: (String) -> String? = System.environment
  ) {
    self.isTerminal = isTerminal
    let columns = environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    width = isTerminal ? max(40, columns ?? windowWidth ?? 80) : nil
    let colour =
      switch color {
      case .always: true
      case .never: false
      case .auto:
        if environment("NO_COLOR") != nil {
          false
        } else if environment("FORCE_COLOR") != nil {
          true
        } else {
          isTerminal && environment("TERM") != "dumb"
        }
      }
    let locale = environment("LC_ALL") ?? environment("LC_CTYPE") ?? environment("LANG") ?? "C"
    let charset = locale.lowercased()
    style = Style(colour: colour, unicode: charset.contains("utf-8") || charset.contains("utf8"))
  }

  init(descriptor: Int32, color: ColorChoice) {
    var window = winsize()
    let isTerminal = System.isTerminal(descriptor)
    let known = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
    self.init(isTerminal: isTerminal, windowWidth: known ? Int(window.ws_col) : nil, color: color)
  }
}

/// Colours and symbols. Colour is never the only signal, and each symbol has an ASCII stand-in.
struct Style: Equatable {
  var colour: Bool
  var unicode: Bool

  enum Tone: String {
    case heading = "1"
    case success = "32"
    case warning = "33"
    case failure = "31"
    case hint = "36"
    case faint = "2"
  }

  func paint(_ text: String, _ tone: Tone) -> String {
    colour && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
  }

  var rule: String { unicode ? "─" : "-" }
  var ellipsis: String { unicode ? "…" : "..." }
  var times: String { unicode ? "×" : "x" }
}
