#!/bin/sh
# Install what the tests need beside Python packages: a browser. (PostgreSQL comes as a wheel.)
set -eu
[ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && exit 0
command -v chromium >/dev/null 2>&1 && exit 0
command="apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-core"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests …"
    sh -c "DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null"
else
    echo "The browser tests need Chromium. Run this once, then 'make test' again:" >&2
    echo "  sudo sh -c '$command'" >&2
    exit 1
fi
