#!/bin/sh
# build.sh page|check: builds the page, or checks its sources and runs its fast tests; called by Maven. Where there is no Node, or its
# packages cannot be had, it says so in one line and the build goes on: the planner then answers that the page was not built.
set -eu
cd "$(dirname "$0")"
mkdir -p target

skip() {
  echo "web-page: not $1: $2" >&2
  exit 0
}

# Two builds of one clone take turns: both would fill node_modules.
if command -v flock >/dev/null 2>&1; then
  exec 9>.lock
  flock 9
fi

# Has what was done come after all it was done of?
is_done() {
  [ -f "target/$1.stamp" ] &&
    [ -z "$(find src package.json package-lock.json api-schemas.json vite.config.ts tsconfig.json build.sh \
      ../event-contract/src/main/resources/schemas -newer "target/$1.stamp" -print 2>/dev/null | head -n 1)" ]
}

what=$1
case $what in
  page) [ -f target/classes/calico-fleet-page/index.html ] && is_done page && exit 0; done_word="built" ;;
  check) is_done check && exit 0; done_word="checked" ;;
  *) echo "build.sh page|check" >&2; exit 2 ;;
esac
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "$done_word" "there is no Node.js with npm here"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  skip "$done_word" "Node.js is $(node --version), and 20.19 or later is needed"
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  if ! npm ci --prefer-offline --no-audit --no-fund --fetch-retries=2 --fetch-timeout=60000 >target/npm.log 2>&1; then
    rm -rf node_modules
    skip "$done_word" "its packages cannot be had, see web-page/target/npm.log"
  fi
  touch node_modules/.package-lock.json
fi
case $what in
  page) script=build ;;
  check) [ -f target/generated/schemas.d.ts ] || npm run --silent types >/dev/null; script=check ;;
esac
touch "target/$what.begun"
if ! npm run --silent $script >"target/$what.log" 2>&1; then
  cat "target/$what.log" >&2
  exit 1
fi
mv "target/$what.begun" "target/$what.stamp"
