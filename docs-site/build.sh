#!/bin/sh
# Builds the pages of the project as a site, docs-site/target/site; a link or an anchor that leads nowhere fails. Where there is no
# Node.js, or its packages cannot be had, it says so in one line.
set -eu
cd "$(dirname "$0")"
mkdir -p target

skip() {
  echo "docs-site: not built: $1" >&2
  exit 0
}

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "there is no Node.js with npm here"
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  if ! npm ci --prefer-offline --no-audit --no-fund --fetch-retries=2 --fetch-timeout=60000 >target/npm.log 2>&1; then
    rm -rf node_modules
    skip "its packages cannot be had, see docs-site/target/npm.log"
  fi
fi
if ! npm run --silent build >target/build.log 2>&1; then
  cat target/build.log >&2
  echo "docs-site: the site cannot be built" >&2
  exit 1
fi
echo "docs-site: built, docs-site/target/site"
