// A file is the old one or the new one, and nothing else is left in its folder.
import Foundation
import Testing

@testable import MLP

@Suite struct AtomicFileTests {
  @Test func replacing() throws {
    try withFolder { folder in
      let path = folder.appending(path: "f").path
      let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      for bytes in [[], large, [1, 2, 3]] {
        try AtomicFile.write(bytes, to: path)
        #expect(try AtomicFile.read(path) == bytes)
      }
      let link = folder.appending(path: "link").path
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "f")
      try AtomicFile.write([9], to: link)
      #expect(try AtomicFile.read(path) == [9])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["f", "link"])
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "f")
    }
  }

  @Test func failures() throws {
    try withFolder { folder in
      let taken = folder.appending(path: "folder").path
      try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: false)
      #expect(throws: MLPError.system(taken, "write it", "Is a directory")) { try AtomicFile.write([1], to: taken) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
      let lost = folder.appending(path: "lost/f").path
      #expect(throws: MLPError.system(lost, "write it", "No such file or directory")) {
        try AtomicFile.write([1], to: lost)
      }
    }
    #expect(throws: MLPError.system("/dev/full", "write it", "No space left on device")) {
      try AtomicFile.write([1], to: "/dev/full")
    }
    #expect(throws: MLPError.system("/proc/mlp", "write it", "No such file or directory")) {
      try AtomicFile.write([1], to: "/proc/mlp")
    }
  }
}
