// gzip and zstd by their magic bytes: whole, in several members, cut short, followed by something else.
import CCompression
import Testing

@testable import Tabular

@Suite struct CompressionTests {
  static let text = Array(("a,b\n" + (0..<5000).map { "\($0),\($0 * 7 % 13)\n" }.joined()).utf8)

  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    var input = bytes
    let count = output.count
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(count)
        deflate(&stream, Z_FINISH)
      }
    }
    let written = count - Int(stream.avail_out)
    deflateEnd(&stream)
    return Array(output[..<written])
  }

  static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let written = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output[..<written])
  }

  @Test func compressedReadsAsPlain() throws {
    let plain = try textRows(CompressionTests.text)
    let half = CompressionTests.text.count / 2
    let parts = (Array(CompressionTests.text[..<half]), Array(CompressionTests.text[half...]))
    for stored in [
      CompressionTests.gzip(CompressionTests.text), CompressionTests.gzip(parts.0) + CompressionTests.gzip(parts.1),
      CompressionTests.zstd(CompressionTests.text), CompressionTests.zstd(parts.0) + CompressionTests.zstd(parts.1),
    ] {
      let read = try textRows(stored)
      #expect(read.names == plain.names)
      #expect(read.rows == plain.rows)
    }
  }

  @Test func damageIsAnError() {
    let gzip = CompressionTests.gzip(CompressionTests.text)
    let zstd = CompressionTests.zstd(CompressionTests.text)
    let cases: [([UInt8], String)] = [
      (Array(gzip.dropLast(20)), "test.csv: the gzip stream is cut short"),
      (gzip + Array("more".utf8), "test.csv: something that is not gzip follows the end of the gzip stream"),
      (Array(zstd.dropLast(20)), "test.csv: the zstd stream is cut short"),
    ]
    for (bytes, message) in cases {
      #expect { try textRows(bytes) } throws: { "\($0)" == message }
    }
  }
}
