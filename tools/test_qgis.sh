#!/usr/bin/env bash
# The plugin's tests under another QGIS: test_qgis.sh VERSION [what goes to pytest]
# A Debian that has that QGIS is made once in a folder (debootstrap, 2 GB); each run copies the sources into it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
VERSION=${1:?usage: tools/test_qgis.sh 3.40|3.44 [what goes to pytest]}
shift
case "$VERSION" in
    3.40) SUITE=trixie BACKPORTS= ;;
    3.44) SUITE=trixie BACKPORTS=trixie-backports ;;
    *) echo "No Debian with QGIS $VERSION is known here: 3.40 or 3.44." >&2; exit 2 ;;
esac
DEBIAN=${SIGMA_DEBIAN_MIRROR:-http://deb.debian.org/debian}
HOUSE=${SIGMA_CHROOTS:-$PWD/.chroots}/$VERSION
say() { printf '\033[1m[test-qgis %s]\033[0m %s\n' "$VERSION" "$*" >&2; }
[ "$(id -u)" = 0 ] || exec sudo --preserve-env=SIGMA_CHROOTS,SIGMA_DEBIAN_MIRROR,PIP_CERT,PIP_INDEX_URL,http_proxy,https_proxy,no_proxy "$0" "$VERSION" "$@"

within() {
    # /proc and /sys of this machine; nothing else of it, but for the way to the registries.
    chroot "$HOUSE" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
        ${PIP_CERT:+PIP_CERT="$PIP_CERT"} ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} "$@"
}

if [ ! -e "$HOUSE/.ready" ]; then
    say "making a Debian $SUITE with QGIS $VERSION in $HOUSE"
    rm -rf --one-file-system "$HOUSE"
    mkdir -p "$(dirname "$HOUSE")"
    debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$HOUSE" "$DEBIAN" >&2
    if [ -n "$BACKPORTS" ]; then
        echo "deb $DEBIAN $BACKPORTS main" > "$HOUSE/etc/apt/sources.list.d/backports.list"
        printf 'Package: *qgis*\nPin: release n=%s\nPin-Priority: 900\n' "$BACKPORTS" > "$HOUSE/etc/apt/preferences.d/qgis"
    fi
    # The certificates this machine trusts: registries may be reached through a proxy that has its own.
    cp /etc/ssl/certs/ca-certificates.crt "$HOUSE/etc/ssl/certs/ca-certificates.crt"
    within apt-get update -qq
    within apt-get install -y -qq --no-install-recommends \
        qgis python3-qgis qgis-providers python3-venv git >&2
    touch "$HOUSE/.ready"
fi

for each in proc sys dev; do mountpoint -q "$HOUSE/$each" || mount --rbind --make-rslave "/$each" "$HOUSE/$each"; done
trap 'for each in dev sys proc; do umount -l -R "$HOUSE/$each" || true; done' EXIT

SOURCES=$HOUSE/root/sigma_communes
say "copying the sources"
mkdir -p "$SOURCES"
# Environments stay there; the sources are those of now, with what is not committed yet and the built models.
find "$SOURCES" -mindepth 1 -maxdepth 1 ! -name '.venv-*' -exec rm -rf {} +
{ git ls-files --cached --others --exclude-standard -z; find resources/model resources/privacy -type f -print0; } |
    sort -zu | while IFS= read -r -d '' path; do if [ -e "$path" ]; then printf '%s\0' "$path"; fi; done |
    tar --create --null --files-from=- | tar --extract --directory "$SOURCES"
say "$(within python3 -c 'import qgis.core; print("QGIS", qgis.core.Qgis.QGIS_VERSION)') on $(within python3 --version)"
within bash -c 'cd /root/sigma_communes && ./dev test plugin "$@"' - "$@"
