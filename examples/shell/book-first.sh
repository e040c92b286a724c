#!/bin/sh
# Books the first free slot that fits, for cron: however often it runs, you have one booking.
#
#   book-first.sh EVENT [WORDS]
#   0 7 * * 1  MEETME_TOKEN_FILE=$HOME/.cron-token book-first.sh ada/chat "weekday 9-12"
#
# The token: meetme token create cron --scope read,book >~/.cron-token && chmod 600 ~/.cron-token
set -u

event=${1:?usage: book-first.sh EVENT [WORDS]}
words=${2:-any}
# The same key says "the same booking": this one holds for a week.
key=book-first:$event:$(date +%G-W%V)
pause=${BOOK_FIRST_PAUSE:-60}

for attempt in 1 2 3; do
    meetme --no-input --quiet book "$event" --first "$words" --ensure --idempotency-key "$key"
    status=$?
    case $status in
        0) exit 0 ;;
        7) echo "nothing that fits is free; look again next time" >&2 && exit 7 ;;
        8) echo "the server is away and nothing was done; try again next time" >&2 && exit 8 ;;
        # Nobody knows whether it was done. Under the same key it is never done twice.
        75) [ "$attempt" -lt 3 ] && sleep "$pause" ;;
        *) exit "$status" ;;
    esac
done
echo "still unknown whether it is booked: look with \`meetme agenda\`" >&2
exit 75
