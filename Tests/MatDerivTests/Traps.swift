// Programs that must stop: each runs in a process of its own, and its last words are compared.
import Testing

/// What a stopped process wrote to standard error.
func lastWords(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}
