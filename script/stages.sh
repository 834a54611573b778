# The stages of script/test, in reading order: what each needs, and what it runs. Sourced by script/test.
# A stage is a function that prints what it does, one line a test, and ends with 0 if all is well. Runners
# whose lines script/count.py can add up: ctest with cmocka, node:test, Python's unittest, and 'ok NAME' or
# 'not ok NAME' at the start of a line.

# Side by side: the first lane needs the processor, the second one waits for the network at first. Whoever is done first
# helps with what is left of the second, which need no build of the first.
MAIN_STAGES=(repo generated format build page build-clang build-checked tidy unit)
SIDE_STAGES=(install web games golden)
# These measure time, so nothing runs beside them.
ALONE_STAGES=(e2e bots bench)
STAGES=("${MAIN_STAGES[@]}" "${SIDE_STAGES[@]}" "${ALONE_STAGES[@]}")

# stage_needs NAME: its purposes in packages.txt.
stage_needs() {
  case $1 in
    repo) echo python repo ;;
    generated) echo server python clang web ;;
    format) echo format web repo ;;
    build) echo server play unit ;;
    build-clang | tidy) echo server play unit clang repo ;;
    build-checked) echo server play unit ;;
    unit) echo server play unit python ;;
    golden) echo server clang ;;
    games) echo server play unit clang python ;;
    web) echo web ;;
    install) echo root python repo ;;
    page) echo server play unit web python browser ;;
    e2e) echo server play unit web python browser examples ;;
    bots) echo server play unit python ;;
    bench) echo server play unit python bench ;;
  esac
}

# The rules of the tree itself: who includes whom, that links resolve, that docs are complete.
stage_repo() { python3 -m unittest discover -v -s tests/repo -p '*_test.py'; }

# What is generated and committed is what would be generated now.
stage_generated() {
  attempt "tables and docs/protocol.md" common/schema/generate.py --check
  attempt "WebAssembly module" script/wasm --check
  build release tickbox-server "${RELEASE[@]}" || attempt_failed=1
  attempt "docs/options.md" options_are_fresh
  report
}

options_are_fresh() { build/release/tickbox-server --help-markdown | diff -u docs/options.md -; }

stage_format() {
  attempt "formatted sources" script/format --check
  report
}

RELEASE=(-DCMAKE_BUILD_TYPE=Release)
stage_build() { build release all "${RELEASE[@]}"; }
stage_build_clang() { build clang all -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang; }
stage_build_checked() { build sanitize all -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTICKBOX_SANITIZE=ON; }

stage_tidy() {
  build clang all -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang || return 1
  tracked '*.c' ':!:*/gen/*' | xargs -P "$(nproc)" -n 1 script/tidy build/clang
}

# Every unit test, with AddressSanitizer, UBSan and leak detection; and a thousand evenings as released, which with the
# sanitizers would take minutes. --deep plays a hundred hours of matches, and plants defects for the simulation to find.
stage_unit() {
  stage_build_checked && build release test_simulation "${RELEASE[@]}" || return 1
  ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 \
    ctest --test-dir build/sanitize --no-tests=error -j "$(nproc)" --timeout 120
  local status=$?
  cat build/sanitize/Testing/Temporary/LastTest.log
  if [ "${TEST_DEEP:-0}" = 1 ]; then
    timeout 3600 tests/unit/evenings build/release/test_simulation --hours 100 || status=1
    timeout 1800 tests/unit/planted || status=1
  else
    timeout 300 tests/unit/evenings build/release/test_simulation || status=1
  fi
  return $status
}

stage_golden() { tests/golden/run; }

# The game of docs/write-a-game.md: grown from the page in a copy of the tree, tested, and played by bots.
stage_games() { timeout 900 python3 tests/games/page_test.py -v; }

stage_web() {
  npm run lint && npm test
}

stage_install() { as_root tests/install/run; }

# Pages in Chromium against a release server.
stage_page() {
  build release all "${RELEASE[@]}" && TICKBOX_BUILD=$ROOT/build/release npm run page
}

# Real processes. Those that measure time run as released, the others with the sanitizers; --deep runs all as both.
# Two lanes side by side, as they mostly wait for clocks and sockets; beside 'lag', which claims most about time, the one
# that does least.
E2E_RELEASED=(lag lab sdl together examples match)
E2E_CHECKED=(bots polling edge reconnect sdl_rooms)
stage_e2e() {
  build release all "${RELEASE[@]}" && stage_build_checked || return 1
  local logs=build/test-logs/e2e released=("${E2E_RELEASED[@]}") checked=("${E2E_CHECKED[@]}") lane name status=0
  if [ "${TEST_DEEP:-0}" = 1 ]; then
    released+=("${E2E_CHECKED[@]}")
    checked+=("${E2E_RELEASED[@]}")
  fi
  for name in tests/e2e/test_*.py; do
    name=${name#tests/e2e/test_}
    [[ " ${E2E_RELEASED[*]} ${E2E_CHECKED[*]} " == *" ${name%.py} "* ]] || { echo "not ok $name is in neither list"; status=1; }
  done
  mkdir -p "$logs"
  run_e2e release "${released[@]}" >"$logs/release.log" 2>&1 &
  lane=$!
  run_e2e sanitize "${checked[@]}" >"$logs/sanitize.log" 2>&1 || status=1
  wait "$lane" || status=1
  cat "$logs/release.log" "$logs/sanitize.log"
  return $status
}

# run_e2e BUILD NAME...
run_e2e() {
  local build=$1 name status=0
  shift
  for name in "$@"; do
    echo "--- tests/e2e/test_$name.py, build/$build, $(date +%T)"
    TICKBOX_BUILD=$ROOT/build/$build timeout 600 python3 "tests/e2e/test_$name.py" || { echo "not ok tests/e2e/test_$name.py"; status=1; }
  done
  return $status
}

stage_bots() {
  build release all "${RELEASE[@]}" && TICKBOX_BUILD=$ROOT/build/release timeout 300 python3 tests/e2e/bots_acceptance.py -v
}

# Not the bench's figures, which want a quiet machine: that it measures what it promises.
stage_bench() {
  build release all "${RELEASE[@]}" && TICKBOX_BUILD=$ROOT/build/release timeout 120 python3 tests/bench/bench_test.py -v
}

# attempt NAME COMMAND...: one test of a stage; report: the stage's status.
attempt_failed=0
attempt() {
  local name=$1
  shift
  if "$@"; then echo "ok $name"; else echo "not ok $name"; attempt_failed=1; fi
}
report() { return $attempt_failed; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
