# What the scripts share: which packages are missing, asking for them, building. Sourced, never run.
# Reads script/packages.txt. Plain enough for the bash 3.2 that some systems still have.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
EX_UNAVAILABLE=69

say() { printf '%s\n' "$*" >&2; }

# have FIND: true if this system has what a row of packages.txt looks for.
have() {
  local what=${1#*:}
  case $1 in
    cmd:*) command -v "$what" >/dev/null ;;
    pc:*) pkg-config --exists "$what" 2>/dev/null ;;
    hdr:/*) [ -e "$what" ] ;;
    hdr:*) [ -e "/usr/include/$what" ] || echo "#include <$what>" | cc -E - >/dev/null 2>&1 ;;
    deb:*) ! command -v dpkg-query >/dev/null || dpkg-query -W -f '${db:Status-Status}' "$what" 2>/dev/null | grep -q '^installed' ;;
    *) say "packages.txt: what is $1?"; exit 70 ;;
  esac
}

# rows PURPOSE...: the rows of packages.txt for these purposes.
rows() {
  local purpose
  for purpose in "$@"; do
    grep -E "^$purpose +" "$ROOT/script/packages.txt" || { say "packages.txt has no '$purpose'"; exit 70; }
  done
}

# column NUMBER: one column of the missing rows on stdin, as one line without repetitions.
column() { awk -v at="$1" '$at != "-" && !seen[$at]++ { printf "%s%s", gap, $at; gap = " " }'; }

# missing PURPOSE...: the rows whose find fails.
missing() {
  local line
  rows "$@" | while read -r line; do
    # shellcheck disable=SC2086 # the second word of the row
    set -- $line
    have "$2" </dev/null || printf '%s\n' "$line"
  done
}

# For systems whose packages we do not install ourselves. $1: the missing rows.
name_packages_elsewhere() {
  say "This system has no apt, so please install what is missing and start again:"
  say "  Fedora:  sudo dnf install $(column 4 <<<"$1")"
  say "  Arch:    sudo pacman -S $(column 5 <<<"$1")"
  say "  macOS:   brew install $(column 6 <<<"$1")"
  say "  Windows: install WSL2 ('wsl --install -d Debian'), open Debian, and start this script there"
}

give_up_for_administrator() {
  say "Please ask the administrator of this machine to run:"
  say "  apt-get install --no-install-recommends $1"
  exit $EX_UNAVAILABLE
}

# Sets AS_ROOT to what stands before a command to run it as root. False if that is not possible.
become_root() {
  AS_ROOT=()
  [ "$(id -u)" = 0 ] && return 0
  AS_ROOT=(sudo)
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }
}

apt_get() {
  ${AS_ROOT[@]+"${AS_ROOT[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" </dev/null >&2
}

# install_packages YES PACKAGES: asks unless YES is 1, then installs by apt.
install_packages() {
  local answer
  command -v sudo >/dev/null || [ "$(id -u)" = 0 ] || give_up_for_administrator "$2"
  if [ "$1" != 1 ]; then
    printf 'Install them now by apt? [y/N] ' >&2
    read -r answer || answer=
    case $answer in [yY]*) ;; *) say ""; give_up_for_administrator "$2" ;; esac
  fi
  become_root || give_up_for_administrator "$2"
  apt_get update || say "apt-get update failed; trying with the package lists that are here."
  # shellcheck disable=SC2086 # a list of words
  apt_get install -y --no-install-recommends $2 || give_up_for_administrator "$2"
}

# need YES PURPOSE...: returns when everything for these purposes is there; otherwise ends with 69.
need() {
  local yes=$1 lack packages
  shift
  lack=$(missing "$@")
  [ -z "$lack" ] && return
  if ! command -v apt-get >/dev/null; then
    name_packages_elsewhere "$lack"
    exit $EX_UNAVAILABLE
  fi
  packages=$(column 3 <<<"$lack")
  say "Missing: $packages"
  install_packages "$yes" "$packages"
  lack=$(missing "$@")
  [ -z "$lack" ] && return
  say "Still missing after the installation: $(column 2 <<<"$lack")"
  exit $EX_UNAVAILABLE
}

# build DIRECTORY TARGET [CMAKE-OPTION...]: builds a target below build/; does nothing if it is fresh.
build() {
  local directory=$ROOT/build/$1 target=$2
  shift 2
  # A checkout that was moved or copied cannot use its old build.
  if [ -e "$directory/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$directory/CMakeCache.txt"; then
    rm -rf "$directory"
  fi
  [ -e "$directory/build.ninja" ] || cmake -S "$ROOT" -B "$directory" -G Ninja "$@" >&2 || return 1
  cmake --build "$directory" --target "$target" >&2
}

# install_modules: the web client's development tools, unless they are the ones that the lock file names. Not by
# 'npm ci': it refuses a lock file that was made where biome's packages for other systems could not be had.
install_modules() {
  [ "$ROOT/node_modules/.package-lock.json" -nt "$ROOT/package-lock.json" ] ||
    npm --prefix "$ROOT" install --no-save --no-audit --no-fund >&2
}

# tracked PATTERN...: the files that git knows, whoever owns the checkout.
tracked() { git -C "$ROOT" -c safe.directory='*' ls-files "$@"; }
