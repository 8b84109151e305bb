// What the sanitizers are told in builds that have them (`make sanitize`).
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/// Swift keeps bits of its own in pointers, which leak detection then does not follow.
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }
#endif
#if __has_feature(thread_sanitizer)
/// The standard library writes a count of zero into the one array that all empty arrays share.
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) { return "race:_swiftEmptyArrayStorage\n"; }
#endif
#endif
