#!/bin/sh
# What the browser tests need: Debian's chromium and Chinese fonts. Installs them where it may,
# else says in one line what is missing. Always ends well: the tests themselves know what to skip.

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="chromium"
if command -v fc-list >/dev/null 2>&1; then
  [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
else
  missing="$missing fontconfig fonts-noto-cjk"
fi
missing="${missing# }"
[ -z "$missing" ] && exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo -n"
  else
    echo "browser tests: missing $missing; install with: apt-get install $missing"
    exit 0
  fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "browser tests: missing $missing, and there is no apt-get to install it with"
  exit 0
fi

echo "browser tests: installing $missing"
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # several words on purpose
if ! { $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 \
  || { $sudo apt-get update -qq >/dev/null 2>&1 \
    && $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; }; }; then
  echo "browser tests: could not install $missing; those tests are skipped"
fi
exit 0
