#!/usr/bin/env bash
# run.sh SECONDS: builds the reader with libFuzzer and the address sanitizer, and runs it from the malformed files.
# Findings are written to .build/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
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
