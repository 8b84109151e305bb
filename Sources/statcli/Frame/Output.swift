// Where results go. Every write is checked: a full disk must not look like success. A file appears under its name only when it is
// complete, so that a killed run never leaves half a model.
import Glibc

/// Writes to standard output, checked.
enum StandardOutput {
  static func write(_ bytes: [UInt8]) throws(Failure) {
    if let code = System.write(bytes, to: 1) {
      throw .system(.readOrWriteError, "write it", "standard output", code: code)
    }
  }

  static func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }

  /// The last chance of a file system to say that what was written did not arrive.
  static func close() throws(Failure) {
    if Glibc.close(1) != 0 && errno != EBADF {
      throw .system(.readOrWriteError, "write it", "standard output", code: errno)
    }
  }
}

/// Notes and errors; what cannot be written there cannot be told anywhere.
enum StandardError {
  static func write(_ text: String) { _ = System.write(text.utf8, to: 2) }
}

/// A file that is being made: written under a temporary name in the same folder, then renamed.
///
/// Devices and pipes are written directly.
struct OutputFile: ~Copyable {
  let path: String
  private let target: String
  private let temporary: String?
  private let replacing: Bool
  private var descriptor: Int32

  /// Claims the name.
  ///
  /// **Throws**: status 73 if the file exists and may not be replaced, or cannot be created; before any work is done.
  init(_ path: String, replacing: Bool) throws(Failure) {
    if System.isDirectory(path) { throw Failure(.cannotCreateOutput, "is a directory", at: path) }
    let special = System.isSpecial(path)
    if !special && !replacing && System.exists(path) {
      throw Failure(.cannotCreateOutput, "exists already", at: path, mend: "--force (to replace it), or another name")
    }
    let opened = special ? (path, nil, open(path, O_WRONLY | O_CLOEXEC)) : OutputFile.openBeside(path)
    guard opened.2 >= 0 else { throw .system(.cannotCreateOutput, "create it", path, code: errno) }
    self.path = path
    self.replacing = replacing
    (target, temporary, descriptor) = opened
  }

  /// Opens a file of a new name in the same folder. A link is followed, so that the file behind it is replaced, not the link.
  private static func openBeside(_ path: String) -> (target: String, temporary: String?, descriptor: Int32) {
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    let target = resolved.map { String(cString: $0) } ?? path
    var template = Array("\(target).XXXXXX.tmp".utf8CString)
    let descriptor = mkstemps(&template, 4)
    return (target, String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self), descriptor)
  }

  /// Writes a part of the content.
  mutating func append(_ bytes: [UInt8]) throws(Failure) {
    if let code = System.write(bytes, to: descriptor) {
      throw .system(.readOrWriteError, "write it", path, code: code)
    }
  }

  /// Writes the rest of the content and gives the file its name.
  ///
  /// **Throws**: status 73 if a file of this name has appeared meanwhile and may not be replaced.
  mutating func commit(_ bytes: [UInt8]) throws(Failure) {
    var code = System.write(bytes, to: descriptor)
    if let temporary, code == nil {
      let mask = umask(0)
      umask(mask)
      if fchmod(descriptor, 0o666 & ~mask) != 0 || fsync(descriptor) != 0 { code = errno }
      if close(descriptor) != 0 { code = code ?? errno }
      descriptor = -1
      if code == nil { code = giveName(temporary) }
      if code == EEXIST {
        throw Failure(
          .cannotCreateOutput, "exists: another program has written it meanwhile", at: path,
          mend: "--force (to replace it), or another name")
      }
    }
    if let code { throw .system(.readOrWriteError, "write it", path, code: code) }
  }

  /// A name that is taken stays so unless it may be replaced, also by who took it a moment ago. File systems without links have a moment's gap.
  private func giveName(_ temporary: String) -> Int32? {
    if !replacing {
      if link(temporary, target) == 0 { return nil }
      if errno == EEXIST || System.exists(target) { return EEXIST }
    }
    return rename(temporary, target) == 0 ? nil : errno
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporary { unlink(temporary) }  // gone already after a successful rename
  }
}
