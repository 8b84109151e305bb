// Wrong Swift code stops the program, in release builds too: `precondition` would stop without its sentence there.

/// Stops the program with the sentence that tells why, unless the condition holds.
@inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
