// The few calls of the C library that the program needs, so that start-up does not pay for Foundation.
import Glibc

enum System {
  /// The value of an environment variable; nil where it is unset or empty.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  static func message(of code: Int32) -> String { String(cString: strerror(code)) }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether `path` names something that is neither a regular file nor a directory: a device, a pipe.
  static func isSpecial(_ path: String) -> Bool {
    var information = stat()
    guard stat(path, &information) == 0 else { return false }
    let kind = information.st_mode & S_IFMT
    return kind != S_IFREG && kind != S_IFDIR
  }

  /// Whether two paths name the same regular file, `-` being standard input.
  static func isSameFile(_ path: String, _ other: String) -> Bool {
    guard let one = identity(path), let two = identity(other) else { return false }
    return one == two
  }

  /// Device and inode of a regular file.
  private static func identity(_ path: String) -> [UInt64]? {
    var information = stat()
    guard (path == "-" ? fstat(0, &information) : stat(path, &information)) == 0,
      information.st_mode & S_IFMT == S_IFREG
    else { return nil }
    return [UInt64(information.st_dev), UInt64(information.st_ino)]
  }

  static func isDirectory(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Writes all of `bytes`, or returns the error number.
  static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> Int32? {
    let buffer = ContiguousArray(bytes)
    return buffer.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return errno }
        written += count
      }
      return nil
    }
  }

  /// The first bytes of a file; none if it cannot be read.
  static func head(of path: String, bytes count: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var content = [UInt8](repeating: 0, count: count)
    let read = content.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress!, count) }
    return Array(content.prefix(max(read, 0)))
  }

  /// The whole content of a file, `-` being standard input.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    let name = path == "-" ? "standard input" : path
    guard descriptor >= 0 else { throw .system(.inputMissing, "open it", name, code: errno) }
    defer { if path != "-" { close(descriptor) } }
    var content: [UInt8] = []
    let size = 1 << 18
    while true {
      let start = content.count
      content.append(contentsOf: repeatElement(0, count: size))
      let count = content.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + start, size) }
      content.removeLast(size - max(count, 0))
      if count == 0 { return content }
      if count < 0 && errno != EINTR { throw .system(.readOrWriteError, "read it", name, code: errno) }
    }
  }

  /// What a signal that means a defect of the program prints; C text, because a signal handler may only call `write`.
  nonisolated(unsafe) private static var crashText: (UnsafeMutablePointer<CChar>, Int) = (strdup(""), 0)

  /// What happens when a reader of our output has gone away.
  enum BrokenPipe {
    /// The program ends quietly.
    case fatal
    /// Writing fails.
    case tolerated
  }

  static func setBrokenPipe(_ meaning: BrokenPipe) { signal(SIGPIPE, meaning == .fatal ? SIG_DFL : SIG_IGN) }

  /// A broken pipe ends the program quietly, and a trap says that it is our fault and ends with its own status.
  static func installSignalHandlers() {
    signal(SIGPIPE, SIG_DFL)
    let failure = Failure.internalError("the program reached a state that it takes to be impossible")
    let text = failure.text(style: Style(colour: false, unicode: false))
    crashText = (strdup(text), text.utf8.count)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE] {
      signal(number) { _ in
        _ = Glibc.write(2, System.crashText.0, System.crashText.1)
        _exit(ExitStatus.internalError.rawValue)
      }
    }
  }
}
