#!/usr/bin/env bash
# language.sh SECONDS: builds the parser of the language with libFuzzer and runs it from the expressions of the tests.
# Findings are written to .build/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
build=.build/fuzz
mkdir -p "$build/language"
swift build -c release --package-path Fuzz/Language --scratch-path "$build/language-build" \
  -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library -Xlinker -lstdc++
python3 - Tests/MatDerivTests/Fixtures/identities.json "$build/language" <<'PYTHON'
import json, pathlib, sys

for identity in json.load(open(sys.argv[1]))["identities"]:
    declarations = [f"{name}: {text}" for name, text in identity["vars"].items()]
    pathlib.Path(sys.argv[2], identity["id"]).write_text("\n".join([identity["expr"], *declarations]))
PYTHON
printf '%s\n' '"where"' '"vector("' '"matrix("' '" spd"' '"logdet("' '"softmax("' '", rows)"' '".*"' '"./"' '".^"' '"eye("' > "$build/language.dict"
ASAN_OPTIONS=detect_leaks=0 "$build/language-build/release/LanguageFuzz" -max_total_time="$seconds" -max_len=512 -timeout=10 \
  -dict="$build/language.dict" -print_final_stats=1 -artifact_prefix="$build/" "$build/language"
