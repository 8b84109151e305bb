// Where bytes come from: a file or standard input, plain or compressed. Compression is recognised by its magic bytes,
// never by name. Reading is by blocks into the caller's buffer; nothing is mapped, so memory stays constant.
import CCompression
import Glibc
import Synchronization

/// A stream of bytes, decompressed as it is read.
final class ByteSource {
  /// The name used in messages.
  let name: String
  /// Stored bytes in all, where that is known: of a file, not of a pipe.
  let size: Int?
  /// Stored bytes read so far; other threads may look.
  let bytesRead = Atomic(0)
  private let descriptor: Int32
  private let closesDescriptor: Bool
  private var decoder: (any StreamDecoder)?
  /// Stored bytes that were read ahead to see whether they are compressed.
  private var stored = Waiting()
  /// Text that was read ahead and is handed out first.
  private var text = Waiting()

  /// Bytes that wait to be read again.
  private struct Waiting {
    var bytes: [UInt8] = []
    var offset = 0

    mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
      let count = min(bytes.count - offset, buffer.count)
      if count == 0 { return 0 }
      bytes.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
      }
      offset += count
      if offset == bytes.count { self = Waiting() }
      return count
    }
  }

  /// Opens a file; `-` is standard input.
  init(path: String) throws(TabularError) {
    name = path == "-" ? "<stdin>" : path
    if path == "-" {
      descriptor = STDIN_FILENO
      closesDescriptor = false
    } else {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      closesDescriptor = true
      guard descriptor >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { throw .notFound(path: path) }
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .unreadable(path: name, reason: "is a directory; name a file in it")
    }
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    try recogniseCompression()
  }

  /// Reads from memory.
  init(name: String, bytes: [UInt8]) throws(TabularError) {
    self.name = name
    descriptor = -1
    closesDescriptor = false
    size = bytes.count
    stored.bytes = bytes
    try recogniseCompression()
  }

  deinit {
    if closesDescriptor && descriptor >= 0 { close(descriptor) }
  }

  private func recogniseCompression() throws(TabularError) {
    var magic = [UInt8](repeating: 0, count: 6)
    var have = 0
    while have < magic.count {
      let count = try magic.withUnsafeMutableBytesTyped { buffer throws(TabularError) in
        try readStored(into: UnsafeMutableRawBufferPointer(rebasing: buffer[have...]))
      }
      if count == 0 { break }
      have += count
    }
    stored.bytes = Array(magic[..<have]) + stored.bytes[stored.offset...]
    stored.offset = 0
    if have >= 2 && magic[0] == 0x1f && magic[1] == 0x8b {
      decoder = GzipDecoder(name: name)
    } else if have >= 4 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd && magic[0] == 0x28 {
      decoder = ZstdDecoder(name: name)
    } else if have >= 3 && magic[0] == UInt8(ascii: "B") && magic[1] == UInt8(ascii: "Z")
      && magic[2] == UInt8(ascii: "h")
    {
      throw .badData(
        Diagnostic(file: name, message: "is compressed with bzip2", mend: "bunzip2 -c FILE | statcli ... -"))
    } else if have >= 6 && magic == [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] {
      throw .badData(Diagnostic(file: name, message: "is compressed with xz", mend: "xz -dc FILE | statcli ... -"))
    } else if have >= 4 && magic[..<4] == [0x50, 0x4b, 0x03, 0x04] {
      throw .badData(
        Diagnostic(
          file: name, message: "is a zip archive or a spreadsheet (.xlsx)", mend: "unzip it, or export the sheet as CSV"
        ))
    }
  }

  /// Hands text back, to be read again first.
  func pushBack(_ bytes: [UInt8]) {
    text.bytes = bytes + text.bytes[text.offset...]
    text.offset = 0
  }

  /// Fills as much of `buffer` as one read gives; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TabularError) -> Int {
    let waiting = text.take(into: buffer)
    if waiting > 0 { return waiting }
    if decoder == nil { return try readStored(into: buffer) }
    return try decoder!.decode(into: buffer) { input throws(TabularError) in try self.readStored(into: input) }
  }

  private func readStored(into buffer: UnsafeMutableRawBufferPointer) throws(TabularError) -> Int {
    let waiting = stored.take(into: buffer)
    if waiting > 0 { return waiting }
    if descriptor < 0 || buffer.isEmpty { return 0 }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 {
        bytesRead.wrappingAdd(count, ordering: .relaxed)
        return count
      }
      if errno != EINTR { throw .unreadable(path: name, reason: String(cString: strerror(errno))) }
    }
  }
}

extension [UInt8] {
  /// `withUnsafeMutableBytes` with a typed error.
  fileprivate mutating func withUnsafeMutableBytesTyped<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws(TabularError) -> Result
  ) throws(TabularError) -> Result {
    var outcome: Swift.Result<Result, TabularError>!
    withUnsafeMutableBytes { buffer in
      do throws(TabularError) { outcome = .success(try body(buffer)) } catch { outcome = .failure(error) }
    }
    return try outcome.get()
  }
}
