#!/bin/sh
# Writes src/embedded/secantus-requirements.txt: every package of the embedded store for Python 3.10 and newer, of
# all platforms, with the hashes of all its wheels. Needs uv (https://docs.astral.sh/uv) and the package index.
set -eu
cd "$(dirname "$0")/../src/embedded"
version=$(sed -n "s/^export const SECANTUS_VERSION = '\(.*\)';/\1/p" secantus-install.ts)
packages=$(echo "SecantusDB==$version" | uv pip compile --universal --python-version 3.10 --generate-hashes \
  --only-binary :all: --no-header --no-annotate --quiet --upgrade -)
cat > secantus-requirements.txt <<END
# The Python packages of the embedded store, with the hash of every wheel: pip picks by platform and Python version.
# Written by scripts/secantus-requirements.sh, which docs/decisions/0030-pinned-downloads.md describes.
$packages
END
