#!/bin/sh
# Packs dist/Calmony Desktop.app as a .dmg: build_dmg.sh VERSION
#   CODESIGN_IDENTITY  signs it: "Developer ID Application: …"; PyInstaller has signed the app with it
#   NOTARY_PROFILE     notarizes it: the name that `xcrun notarytool store-credentials` was given
set -eu
cd "$(dirname "$0")/../../.."
version=$1
app="dist/Calmony Desktop.app"
target="dist/calmony-desktop-$version-macos-$(uname -m).dmg"

notarize() {
    xcrun notarytool submit "$1" --keychain-profile "$NOTARY_PROFILE" --wait
}

if [ -n "${CODESIGN_IDENTITY-}" ]; then
    codesign --verify --deep --strict "$app"
    if [ -n "${NOTARY_PROFILE-}" ]; then
        # The app carries its own ticket, for whoever copies it to a machine without a network.
        ditto -c -k --keepParent "$app" build/notarize.zip
        notarize build/notarize.zip
        xcrun stapler staple "$app"
    fi
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
rm -f "$target"
hdiutil create -volname "Calmony Desktop" -srcfolder "$folder" -fs HFS+ -format ULMO "$target"

if [ -n "${CODESIGN_IDENTITY-}" ]; then
    codesign --sign "$CODESIGN_IDENTITY" --timestamp "$target"
    if [ -n "${NOTARY_PROFILE-}" ]; then
        notarize "$target"
        xcrun stapler staple "$target"
    fi
fi
echo "$target"
