// Files that are whole or not there: written under a temporary name in the same folder, made durable, then renamed. A killed run or a full
// disk leaves the file of before as it was.
import Glibc

/// Whole files, read and written in one piece.
public enum AtomicFile {
  /// Writes a file, or leaves the one of this name as it was.
  ///
  /// A link is followed, so that the file behind it is replaced. Devices and pipes are written directly.
  /// **Throws**: `system` with the system's reason; nothing is left behind then.
  public static func write(_ bytes: [UInt8], to path: String) throws(MLPError) {
    if let code = isSpecial(path) ? writeDirectly(bytes, to: path) : replace(path, by: bytes) {
      throw .system(path, "write it", String(cString: strerror(code)))
    }
  }

  /// The content of a file.
  ///
  /// **Throws**: `system` with the system's reason.
  public static func read(_ path: String) throws(MLPError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, "open it", String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var information = stat()
    let size = fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
    var content: [UInt8] = []
    while true {
      let start = content.count
      // One byte more than is expected shows the end.
      let room = max(size - start + 1, 1 << 16)
      content.append(contentsOf: repeatElement(0, count: room))
      let count = content.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + start, room) }
      content.removeLast(room - max(count, 0))
      if count == 0 { return content }
      if count < 0 && errno != EINTR { throw .system(path, "read it", String(cString: strerror(errno))) }
    }
  }

  private static func isSpecial(_ path: String) -> Bool {
    var information = stat()
    guard stat(path, &information) == 0 else { return false }
    let kind = information.st_mode & S_IFMT
    return kind != S_IFREG && kind != S_IFDIR
  }

  private static func writeDirectly(_ bytes: [UInt8], to path: String) -> Int32? {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return errno }
    var code = writeAll(bytes, to: descriptor)
    if close(descriptor) != 0 { code = code ?? errno }
    return code
  }

  private static func replace(_ path: String, by bytes: [UInt8]) -> Int32? {
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    let target = resolved.map { String(cString: $0) } ?? path
    var temporary = ""
    var descriptor: Int32 = -1
    repeat {
      temporary = "\(target).\(String(UInt32.random(in: 0 ... .max), radix: 36)).tmp"
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else { return errno }
    var code = writeAll(bytes, to: descriptor)
    if code == nil && fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0 { code = code ?? errno }
    if code == nil && rename(temporary, target) != 0 { code = errno }
    if code != nil {
      unlink(temporary)
      return code
    }
    return synchronizeFolder(of: target)
  }

  /// Makes the new name durable, where folders can be.
  private static func synchronizeFolder(of path: String) -> Int32? {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return fsync(descriptor) != 0 && errno == EIO ? EIO : nil
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { bytes in
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
}
