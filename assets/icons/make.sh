#!/usr/bin/env bash
# Makes the icons of the desktop app, src-tauri/icons, from lucy.svg. Needs `npm ci` in ui/ for Tauri's icon writer.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../src-tauri/icons
tauri=$here/../../ui/node_modules/.bin/tauri
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

"$tauri" icon "$here/lucy.svg" --output "$made/all"
"$tauri" icon "$here/lucy.svg" --output "$made/sizes" --png 16 --png 32 --png 48 --png 64 --png 128 --png 256 --png 512
# macOS draws icons with a margin of about a tenth on each side.
sed 's/viewBox="0 0 512 512"/viewBox="-62 -62 636 636"/' "$here/lucy.svg" > "$made/macos.svg"
"$tauri" icon "$made/macos.svg" --output "$made/macos"

mkdir -p "$out"
cp "$made"/sizes/*.png "$made/all/icon.ico" "$out"
cp "$made/macos/icon.icns" "$out/icon.icns"
