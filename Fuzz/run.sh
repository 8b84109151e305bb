#!/usr/bin/env bash
# Builds the reader with libFuzzer and the address sanitizer, and runs it for SECONDS (600) from the malformed files.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_TO_RUN:-600}
build=.build/fuzz
mkdir -p "$build/corpus"
for file in fields.c rows.c; do
  clang -c -O2 -g -fsanitize=address,fuzzer-no-link -I Sources/CKernels/include "Sources/CKernels/$file" -o "$build/$file.o"
done
clang++ -c -O2 -g -std=c++17 -fsanitize=address,fuzzer-no-link -I Sources/CKernels/include Sources/CKernels/cells.cpp \
  -o "$build/cells.o"
swiftc -O -g -parse-as-library -swift-version 6 -module-name Tabular -sanitize=fuzzer,address \
  -Xcc -fmodule-map-file=Fuzz/module.modulemap -Xcc -fmodule-map-file=Sources/CCompression/module.modulemap \
  Sources/Tabular/*.swift Fuzz/ReaderFuzz.swift "$build"/*.o -lz -lzstd -lstdc++ -o "$build/reader"
python3 Fuzz/seed.py Tests/TabularTests/Fixtures "$build/corpus"
ASAN_OPTIONS=detect_leaks=0 "$build/reader" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
  -artifact_prefix="$build/" "$build/corpus"
