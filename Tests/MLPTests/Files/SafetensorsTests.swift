// The format itself: layout to the byte, every defect of a header with its numbers, half precision against its definition.
import Foundation
import Testing

@testable import MLP

@Suite struct SafetensorsTests {
  /// A file with this header and so many bytes of data.
  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(UInt64(header.utf8.count))
    return bytes + Array(header.utf8) + Array(repeating: 0, count: data)
  }

  private func reason(_ bytes: [UInt8]) -> String {
    #expect(throws: FileDefect.self) { try Safetensors(parsing: bytes) }?.reason ?? ""
  }

  @Test func layout() throws {
    let tensors = Safetensors(
      [
        .init(name: "b", shape: [1, 2], values: .single([1, -2])), .init(name: "a", shape: [], values: .double([0.5])),
      ],
      metadata: [("k", "\"")])
    let header =
      #"{"__metadata__":{"k":"\""},"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(tensors.bytes == file(padded) + [0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    let read = try Safetensors(parsing: tensors.bytes)
    #expect(
      read.tensors.map(\.name) == ["a", "b"] && read["b"]?.values == .single([1, -2]) && read.metadata[0] == ("k", "\"")
    )
    #expect(try Safetensors(parsing: file("{}")) == Safetensors())
  }

  @Test func types() throws {
    let header =
      #"{"h":{"dtype":"F16","shape":[6],"data_offsets":[0,12]},"i":{"dtype":"I64","shape":[1],"data_offsets":[16,24]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]}}"#
    let data: [UInt8] = [
      // 1, -2, the largest 65504, the least 2^-24, -infinity, 1/3 rounded
      0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00, 0x00, 0xFC, 0x55, 0x35,
      // 3.140625, -0
      0x49, 0x40, 0x00, 0x80, 1, 0, 0, 0, 0, 0, 0, 0,
    ]
    let read = try Safetensors(parsing: file(header) + data)
    #expect(read.tensors.map(\.name) == ["h", "b", "i"])
    #expect(read["h"]?.values == .single([1, -2, 65504, 0x1p-24, -.infinity, 0.333251953125]))
    #expect(read["b"]?.values == .single([3.140625, -0]))
    #expect(read["i"]?.values == .unread(type: "I64"))
    #expect(Float(half: 0x7E00).isNaN)
  }

  @Test func defects() {
    #expect(reason([]) == "it is empty")
    #expect(reason([1, 0, 0]) == "it is truncated: it ends after 3 of the 8 bytes that tell the length of its header")
    #expect(reason([0, 0, 0, 0, 0, 0, 0, 0]) == "its header has no bytes")
    #expect(reason([9, 0, 0, 0, 0, 0, 0, 0, 0x7B]) == "it is truncated: its header has 9 bytes, and 1 are there")
    #expect(
      reason([0, 0, 0, 0, 1, 0, 0, 0, 0x7B])
        == "it is no safetensors file: a header of 4294967296 bytes, where at most 100000000 are allowed")
    #expect(reason(file("[]")) == "it is no safetensors file: its header does not begin with {")
    #expect(reason(file(#"{"a":1}"#)) == "its header has no object for tensor \"a\"")
    #expect(reason(file(#"{"a":"#)) == "its header is damaged: the text ends where a value is expected in column 6")
    #expect(reason(file(#"{"__metadata__":{"a":1}}"#)) == "its metadata \"a\" is not a text")
    #expect(reason(file(#"{"__metadata__":[]}"#)) == "its __metadata__ is not an object")
    func one(_ members: String, data: Int = 4) -> String { reason(file("{\"a\":{\(members)}}", data: data)) }
    #expect(one(#""shape":[1],"data_offsets":[0,4]"#) == "tensor \"a\" has no \"dtype\"")
    #expect(one(#""dtype":"F99","shape":[1],"data_offsets":[0,4]"#) == "tensor \"a\" has the unknown dtype \"F99\"")
    #expect(one(#""dtype":"F32","data_offsets":[0,4]"#) == "tensor \"a\" has no array \"shape\"")
    #expect(one(#""dtype":"F32","shape":[1],"offsets":[0,4]"#).hasPrefix("tensor \"a\" has \"offsets\" in the header"))
    #expect(
      one(#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#) == "\"shape\" of tensor \"a\" are no whole numbers")
    #expect(
      one(#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#)
        == "\"data_offsets\" of tensor \"a\" are not a first and a last byte")
    #expect(
      one(#""dtype":"F32","shape":[2,3],"data_offsets":[0,4]"#)
        == "tensor \"a\" of shape 2 x 3 and dtype F32 takes 24 bytes, but its data_offsets hold 4")
    #expect(
      one(#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#)
        == "tensor \"a\" of shape 4294967296 x 4294967296 has more bytes than can be")
    let good = #""dtype":"F32","shape":[1],"data_offsets":[0,4]"#
    #expect(one(good, data: 3) == "it is truncated: its tensors have 4 bytes, and 3 are there")
    #expect(one(good, data: 6) == "2 bytes behind its last tensor belong to none")
    #expect(
      reason(file("{\"a\":{\(good)},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[2,5]}}", data: 5))
        == "its tensors \"a\" and \"b\" overlap at byte 2 of the data")
    #expect(
      reason(file("{\"a\":{\(good)},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[6,9]}}", data: 9))
        == "bytes 4 to 6 of its data belong to no tensor")
    #expect(
      reason(file("{\"a\":{\(good)},\"a\":{\(good)}}", data: 4))
        .hasPrefix("its header is damaged: key \"a\" stands twice in one object"))
  }

  @Test func foreignFiles() {
    let foreign: [([UInt8], String)] = [
      (Array("PK\u{3}\u{4}........".utf8), "a zip archive, such as PyTorch, Keras and NumPy write"),
      ([0x80, 4, 0x95, 1, 2, 3, 4, 5, 6, 7], "a Python pickle"),
      ([0x80, 2, 0x7D, 0x71, 0, 0, 0, 0, 0, 0], "a Python pickle"),
      (Array("{\n  \"schema\": \"statcli.moments/1\"".utf8), "JSON"), (Array("a,b,c,d\n1,2,3,4\n".utf8), "text"),
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "a file compressed by gzip"),
      ([8, 8, 0x12, 7] + Array("skl2onnx".utf8), "an ONNX model"),
    ]
    for (bytes, kind) in foreign { #expect(reason(bytes) == "it is \(kind), not a safetensors file") }
  }
}
