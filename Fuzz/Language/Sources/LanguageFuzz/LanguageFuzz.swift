// The language under libFuzzer: whatever the text is, it is refused with a place inside the text, or its
// tree prints to text that parses to the same tree.

import MatDeriv

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(LanguageError) {
    let program = try Program(text)
    let printed = program.syntax.description
    do throws(LanguageError) {
      let again = try Program(printed, program.declarations)
      precondition(again.syntax.description == printed, "\(printed) became \(again.syntax)")
    } catch {
      // Definitions are not part of the tree; without them the text may mean something else.
      precondition(!program.definitions.isEmpty || text.contains(":"), "\(printed): \(error)")
    }
  } catch {
    precondition(error.range.lowerBound >= 0 && error.range.upperBound <= error.text.utf8.count + 1, "\(error)")
    precondition(!error.description.isEmpty)
  }
  return 0
}

// The package manager gives the program a main function of this name, so libFuzzer's own is not linked; this starts its driver.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

@_cdecl("LanguageFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments) { fuzz($0, $1) }
}
