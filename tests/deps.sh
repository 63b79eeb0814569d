#!/bin/sh
# What some tests need: Debian's chromium and Chinese fonts for the browser, PostgreSQL with PostGIS
# for the store. Installs them where it may, else says in one line what is missing. Always ends well:
# the tests themselves know what to skip, and with CI=true they fail instead.

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="chromium"
if command -v fc-list >/dev/null 2>&1; then
  [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
else
  missing="$missing fontconfig fonts-noto-cjk"
fi
postgis=""
for control in /usr/share/postgresql/*/extension/postgis.control; do
  version="${control#/usr/share/postgresql/}"
  [ -x "/usr/lib/postgresql/${version%%/*}/bin/pg_ctl" ] && postgis=yes
done
[ -n "$postgis" ] || missing="$missing postgresql-postgis"
missing="${missing# }"
[ -z "$missing" ] && exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo -n"
  else
    echo "tests: missing $missing; install with: apt-get install $missing"
    exit 0
  fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "tests: missing $missing, and there is no apt-get to install it with"
  exit 0
fi

echo "tests: installing $missing"
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
# One at a time: what cannot be had must not keep the others away.
failed=""
for package in $missing; do
  $sudo apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 && continue
  [ -n "$updated" ] || $sudo apt-get update -qq >/dev/null 2>&1
  updated=yes
  $sudo apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 \
    || failed="$failed $package"
done
[ -z "$failed" ] || echo "tests: could not install$failed; the tests that need it are skipped"
exit 0
