#!/bin/sh
# Starts Calmony Desktop from wherever this folder was unpacked; nothing is installed.
#   ./start.sh                opens the window, ./start.sh --help says with what
#   ./start.sh --add-to-menu  adds it to your menu, ./start.sh --remove-from-menu removes it
set -eu
here=$(dirname "$(readlink -f "$0")")
id=com.calmony.Desktop
data=${XDG_DATA_HOME:-$HOME/.local/share}

refresh() {
    ! command -v update-desktop-database >/dev/null || update-desktop-database "$data/applications" || true
    ! command -v update-mime-database >/dev/null || update-mime-database "$data/mime" || true
}

# $1 as a quoted argument of Exec=: what quotes do not protect has a backslash before it, each
# backslash of an entry is two, and % begins a field code.
quoted() {
    printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\\\\\/g; s/["`$]/\\\\&/g; s/%/%%/g')"
}

# From a menu there is nobody who would read what is printed.
complain() {
    echo "$1" >&2
    [ -t 2 ] || ! command -v notify-send >/dev/null || notify-send "Calmony Desktop" "$1" || true
}

case ${1-} in
--add-to-menu)
    mkdir -p "$data"
    cp -r "$here/share/." "$data/"
    start=$(quoted "$here/start.sh") awk '
        sub(/^Exec=calmony-desktop/, "") { $0 = "Exec=" ENVIRON["start"] $0 } { print }
    ' "$here/share/applications/$id.desktop" >"$data/applications/$id.desktop"
    refresh
    echo "Calmony Desktop is in your menu now."
    ;;
--remove-from-menu)
    (cd "$here/share" && find . -type f) | while read -r file; do rm -f "$data/$file"; done
    refresh
    echo "Calmony Desktop is out of your menu; your records stay."
    ;;
*)
    missing=$(LD_LIBRARY_PATH="$here/_internal" ldd "$here"/_internal/PySide6/Qt/plugins/platforms/libqxcb.so |
        sed -n 's/^[[:space:]]*\(.*\) => not found$/\1/p' | sort -u)
    if [ -n "$missing" ]; then
        complain "Calmony Desktop needs these libraries of your system: $(echo $missing)"
        exit 1
    fi
    exec "$here/calmony-desktop" "$@"
    ;;
esac
