#!/bin/sh
# Ouvre le livre. Avec Python, les notebooks se rejouent ; sans lui, le livre se lit depuis la clé.
cd "$(dirname "$0")" || exit 1
if command -v python3 >/dev/null 2>&1; then exec python3 demarrer.py "$@"; fi
exec open livre/index.html
