#!/bin/sh
# Starts Calmony Desktop from wherever this folder was unpacked; nothing is installed.
#   ./start.sh                opens the window, ./start.sh --help says with what
#   ./start.sh --add-to-menu  adds it to your menu, ./start.sh --remove-from-menu removes it
set -eu
here=$(dirname "$(readlink -f "$0")")
id=com.calmony.Desktop
data=${XDG_DATA_HOME:-$HOME/.local/share}

refresh() {
    for tool in "update-desktop-database $data/applications" "update-mime-database $data/mime"; do
        ! command -v "${tool%% *}" >/dev/null || ${tool} || true
    done
}

case ${1-} in
--add-to-menu)
    mkdir -p "$data"
    cp -r "$here/share/." "$data/"
    # In a desktop entry a path with spaces stands in quotes.
    sed -i "s|^Exec=calmony-desktop|Exec=\"$here/calmony-desktop\"|" "$data/applications/$id.desktop"
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
        echo "Calmony Desktop needs these libraries of your system: "$missing >&2
        exit 1
    fi
    exec "$here/calmony-desktop" "$@"
    ;;
esac
