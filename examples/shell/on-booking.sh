#!/bin/sh
# Runs something whenever somebody books, moves or cancels a meeting with you.
#
#   on-booking.sh                 watches until it is told to stop; a supervisor may start it again at any time
#
# It writes one line for each into ON_BOOKING_LOG. Put what you want to happen in its place: `notify-send`, a mail, a
# light. What failed once is not run again; what was not run yet is, also after a restart.
set -eu

log=${ON_BOOKING_LOG:-$HOME/meetings.log}

if [ "${1:-}" = handle ]; then
    # Called by the watch: the change is in the environment, and as JSON on stdin.
    # A `reset` says that changes may have been missed.
    [ "$MEETME_CHANGE_KIND" = reset ] && exec meetme --no-input agenda >>"$log"
    echo "$MEETME_CHANGE_KIND $MEETME_CHANGE_EVENT at $MEETME_CHANGE_START by $MEETME_CHANGE_GUEST" >>"$log"
    exit
fi

exec meetme --no-input --quiet watch ${ON_BOOKING_EVENT:+"$ON_BOOKING_EVENT"} \
    --only booked,rescheduled,cancelled \
    --cursor-file "${ON_BOOKING_PLACE:-$HOME/.on-booking}" \
    --exec "'$0' handle"
