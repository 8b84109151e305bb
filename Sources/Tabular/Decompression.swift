// gzip (also of several members) and zstd (also of several frames), as streams. A stream that is cut short or
// followed by something else is an error: what is missing cannot be told from what was read.
import CCompression

/// Turns stored bytes into text, as much as asked for.
protocol StreamDecoder {
  mutating func decode(
    into output: UnsafeMutableRawBufferPointer,
    more: (UnsafeMutableRawBufferPointer) throws(TabularError) -> Int
  ) throws(TabularError) -> Int
}

/// Stored bytes waiting to be decoded.
private final class InputBuffer {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
  var range = 0..<0

  deinit { bytes.deallocate() }

  /// Makes sure that something is there; false at the end of the input.
  func refill(_ more: (UnsafeMutableRawBufferPointer) throws(TabularError) -> Int) throws(TabularError) -> Bool {
    if range.isEmpty { range = 0..<(try more(bytes)) }
    return !range.isEmpty
  }
}

private func damaged(_ name: String, _ what: String) -> TabularError {
  .badData(Diagnostic(file: name, message: what, mend: "fetch or compress the file again"))
}

struct GzipDecoder: StreamDecoder {
  private final class State {
    var stream = z_stream()
    deinit { inflateEnd(&stream) }
  }

  private let name: String
  private let state = State()
  private let input = InputBuffer()
  private var insideMember = true

  init(name: String) {
    self.name = name
    // 16 + 15: a gzip header, the largest window.
    inflateInit2_(&state.stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  mutating func decode(
    into output: UnsafeMutableRawBufferPointer,
    more: (UnsafeMutableRawBufferPointer) throws(TabularError) -> Int
  ) throws(TabularError) -> Int {
    var written = 0
    while written == 0 {
      guard try input.refill(more) else {
        if insideMember { throw damaged(name, "the gzip stream is cut short") }
        return 0
      }
      if !insideMember {
        guard input.bytes[input.range.lowerBound] == 0x1f else {
          throw damaged(name, "something that is not gzip follows the end of the gzip stream")
        }
        inflateReset(&state.stream)
        insideMember = true
      }
      state.stream.next_in = input.bytes.baseAddress!.advanced(by: input.range.lowerBound)
        .assumingMemoryBound(to: UInt8.self)
      state.stream.avail_in = UInt32(input.range.count)
      state.stream.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
      state.stream.avail_out = UInt32(clamping: output.count)
      let code = inflate(&state.stream, Z_NO_FLUSH)
      written = min(output.count, Int(UInt32.max)) - Int(state.stream.avail_out)
      input.range = (input.range.upperBound - Int(state.stream.avail_in))..<input.range.upperBound
      switch code {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: insideMember = false
      default: throw damaged(name, "the gzip stream is damaged")
      }
    }
    return written
  }
}

struct ZstdDecoder: StreamDecoder {
  private final class State {
    let stream = ZSTD_createDStream()
    deinit { ZSTD_freeDStream(stream) }
  }

  private let name: String
  private let state = State()
  private let input = InputBuffer()
  private var insideFrame = true

  init(name: String) { self.name = name }

  mutating func decode(
    into output: UnsafeMutableRawBufferPointer,
    more: (UnsafeMutableRawBufferPointer) throws(TabularError) -> Int
  ) throws(TabularError) -> Int {
    while true {
      let inputIsThere = try input.refill(more)
      if !inputIsThere && !insideFrame { return 0 }
      var from = ZSTD_inBuffer(src: input.bytes.baseAddress, size: input.range.upperBound, pos: input.range.lowerBound)
      var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      let code = ZSTD_decompressStream(state.stream, &to, &from)
      if ZSTD_isError(code) != 0 { throw damaged(name, "the zstd stream is damaged") }
      let progressed = from.pos > input.range.lowerBound || to.pos > 0
      input.range = from.pos..<input.range.upperBound
      insideFrame = code != 0
      if to.pos > 0 { return to.pos }
      if !inputIsThere && !progressed { throw damaged(name, "the zstd stream is cut short") }
    }
  }
}
