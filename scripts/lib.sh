# shellcheck shell=bash
# What the scripts share: where the project is, messages, packages, BLAS, building. Sourced, never run.
set -euo pipefail

# The project's folder, whatever the present one is.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# Stops with a message: what failed, then hints.
die() {
  say "error: $1"
  shift
  local hint
  for hint in "$@"; do say "  $hint"; done
  exit 1
}

# Runs a command quietly; on failure shows all it said. The log stays in build/<name>.log. Usage: quietly NAME COMMAND...
quietly() {
  local name=$1
  shift
  local log="$project/build/$name.log"
  mkdir -p "$project/build"
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "$name failed: $*" "the messages above are also in $log"
  fi
}

# Names of the packages in the given groups of the list.
packages_of() {
  local group
  for group in "$@"; do
    awk -v wanted="[$group]" '/^#/ || NF == 0 { next } /^\[/ { inside = ($0 == wanted); next } inside' \
      "$project/scripts/packages.txt"
  done
}

# Of the packages in the given groups, those that are not installed.
missing_packages() {
  local -a wanted
  mapfile -t wanted < <(packages_of "$@")
  { dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true; } |
    awk -v wanted="${wanted[*]}" '
      $2 == "installed" { have[$1] = 1 }
      END { n = split(wanted, name, " "); for (i = 1; i <= n; i++) if (!(name[i] in have)) print name[i] }'
}

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root: $*" "run the script as root, install sudo, or ask your administrator"
  fi
}

# Installs what is missing of the given groups, and makes OpenBLAS the BLAS; quick when nothing is to do.
install_packages() {
  command -v apt-get >/dev/null ||
    die "the packages of scripts/packages.txt are for Debian 12, and this machine has no apt-get" \
      "install their like by your system's means, then call cmake --preset release"
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" -gt 0 ]; then
    say "installing ${#missing[@]} packages: ${missing[*]}"
    quietly apt-update as_root apt-get update -q
    quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends "${missing[@]}"
  fi
  choose_openblas
}

# Makes the OpenMP build of OpenBLAS what libblas.so.3, liblapack.so.3 and libopenblas.so.0, which the first two call, mean,
# and checks that it is so: two pools of threads would get in each other's way.
choose_openblas() {
  local machine library name wanted
  machine=$(gcc -print-multiarch)
  for library in libblas.so.3 liblapack.so.3 libopenblas.so.0; do
    name=$library-$machine
    wanted=/usr/lib/$machine/openblas-openmp/$library
    [ "$(readlink -f "/usr/lib/$machine/$library")" = "$(readlink -f "$wanted")" ] && continue
    say "making OpenBLAS (OpenMP) the system's $library"
    as_root update-alternatives --quiet --set "$name" "$wanted" ||
      die "could not make OpenBLAS the system's $library" "see: update-alternatives --display $name"
    [ "$(readlink -f "/usr/lib/$machine/$library")" = "$(readlink -f "$wanted")" ] ||
      die "/usr/lib/$machine/$library is still not OpenBLAS (OpenMP)" "see: update-alternatives --display $name"
  done
}

# Compilers to run at once: one per core, as far as memory allows (libtorch's headers take about 1.5 GB each).
build_jobs() {
  local cores gigabytes
  cores=$(nproc)
  gigabytes=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
  local fit=$((gigabytes * 2 / 3))
  [ "$fit" -lt 1 ] && fit=1
  echo $((fit < cores ? fit : cores))
}

# configure PRESET [cmake arguments]
configure() {
  local preset=$1
  shift
  (cd "$project" && quietly "configure-$preset" cmake --preset "$preset" "$@")
}

# compile PRESET [targets]: builds a configured preset with as many jobs as fit.
compile() (
  local preset=$1
  shift
  local -a targets=()
  [ $# -eq 0 ] || targets=(--target "$@")
  local -a build=(cmake --build --preset "$preset" -j "$(build_jobs)" "${targets[@]}")
  cd "$project"
  if [ -t 2 ]; then
    "${build[@]}" >&2 || die "building failed"
  else
    quietly "build-$preset" "${build[@]}"
  fi
)

# C++ sources under version control: --all, or those that differ from a commit (--since COMMIT; an empty COMMIT means all).
sources_of() {
  if [ "$1" = --since ] && [ -n "$2" ]; then
    git -C "$project" diff --name-only --diff-filter=d "$2" -- '*.cpp' '*.hpp'
  else
    git -C "$project" ls-files '*.cpp' '*.hpp'
  fi
}

# The commit that this change is compared with: where it left main or, on main itself, what stood there twelve hours before
# its last commit. Empty when that cannot be told (a shallow clone, a young history).
previous_landing() {
  local main head
  head=$(git -C "$project" rev-parse HEAD)
  for main in origin/main main; do
    main=$(git -C "$project" merge-base "$main" HEAD 2>/dev/null) || continue
    [ "$main" != "$head" ] && echo "$main" && return
  done
  git -C "$project" rev-list -1 --before=$(($(git -C "$project" log -1 --format=%ct) - 12 * 3600)) HEAD
}
