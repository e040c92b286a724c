#!/bin/sh
# Publishes the open slots of your events as a static site: one .ics file for each, and a page that lists them.
# Files that would not change are left alone, so that `rsync` or `git` has nothing to do then.
#
#   publish-feeds.sh DIR
#   */15 * * * *  publish-feeds.sh /var/www/meet && rsync -a --delete /var/www/meet/ web:/srv/meet/
set -eu

dir=${1:?usage: publish-feeds.sh DIR}
mkdir -p "$dir"
meetme --no-input --quiet feed export --dir "$dir" >/dev/null

page=$dir/index.html
{
    echo '<!doctype html><meta charset="utf-8"><title>Open slots</title><ul>'
    for feed in "$dir"/*/*.ics; do
        [ -e "$feed" ] || continue
        # Names of events hold nothing that HTML would read as its own.
        name=${feed#"$dir"/}
        echo "<li><a href=\"$name\">${name%.ics}</a></li>"
    done
    echo '</ul>'
} >"$page.new"
if cmp -s "$page.new" "$page"; then rm "$page.new"; else mv "$page.new" "$page"; fi
