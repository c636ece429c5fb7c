#!/usr/bin/env bash
# Collect the strings of the screens (update) or compile the translations that the ZIP carries (release).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in
    update)
        # The sources come before -ts: what follows it is taken for .ts files.
        mapfile -d '' -t sources < <(find plugin -name '*.py' -print0 | sort -z)
        pylupdate5 -noobsolete "${sources[@]}" -ts i18n/sigma_communes_fr.ts 2>/dev/null
        ;;
    release)
        release=$(command -v lrelease || echo /usr/lib/qt5/bin/lrelease)
        "$release" -silent i18n/sigma_communes_fr.ts -qm i18n/sigma_communes_fr.qm
        ;;
    *) echo "usage: tools/translations.sh update|release" >&2; exit 2 ;;
esac
