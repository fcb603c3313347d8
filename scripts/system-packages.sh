#!/bin/sh
# Install what the tests need beside Python packages: a browser, and a library of its driver. (PostgreSQL comes as a wheel.)
set -eu
packages="chromium fonts-noto-core libatomic1"
has_driver_library() { [ -n "$(ls /usr/lib/*/libatomic.so.1 2>/dev/null)" ]; }
has_browser() { { [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ]; } || command -v chromium >/dev/null 2>&1; }

has_browser && has_driver_library && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing $packages for the browser tests …"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
else
    echo "The browser tests need Chromium. Run this once, then 'make test' again:" >&2
    echo "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends $packages'" >&2
    exit 1
fi
