# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_meetme_global_optspecs
    string join \n json q/quiet no-input y/yes color= profile= server= v/verbose h/help V/version
end

function __fish_meetme_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_meetme_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_meetme_using_subcommand
    set -l cmd (__fish_meetme_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c meetme -n "__fish_meetme_needs_command" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_needs_command" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_needs_command" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_needs_command" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_needs_command" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_needs_command" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_needs_command" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_needs_command" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c meetme -n "__fish_meetme_needs_command" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "serve" -d 'Run the server'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "admin" -d 'Look after an installation'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "demo" -d 'See it all work, with nothing set up'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "signup" -d 'Open an account'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "login" -d 'Log in'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "logout" -d 'Log out'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "whoami" -d 'Say who is logged in, where, and with which rights'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "token" -d 'Make and revoke app tokens: for calendar apps, cron, other machines'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "event" -d 'Offer events'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "slot" -d 'Say when an event may be booked'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "slots" -d 'List the slots of an event'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "book" -d 'Book a slot'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "cancel" -d 'Cancel a booking'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "unbook" -d 'Cancel a booking'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "reschedule" -d 'Move a booking to another slot'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "confirm" -d 'Say yes to a booking that waits for it'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "decline" -d 'Say no to a booking that waits for a yes'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "call" -d 'Join the call of a booking'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "agenda" -d 'List your bookings, as host and as guest'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "watch" -d 'Show changes as they happen'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "calendar" -d 'Book someone\'s event from your calendar app'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "feed" -d 'Publish open slots and bookings to calendar apps'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "export" -d 'Take everything of your own along'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "doctor" -d 'Say what is wrong with the set-up, and how to mend it'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "completions" -d 'Print a completion script for your shell'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "man" -d 'Write manual pages'
complete -c meetme -n "__fish_meetme_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l listen -d 'Where to listen; port 0 takes a free one' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l public-url -d 'How the world reaches it, such as https://meet.example; http:// and the address if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l data -d 'Where its data is; `meetme` in the XDG data directory if left out' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l database -d 'A PostgreSQL database that takes the place of --data, such as postgres://meetme@10.0.0.5/meetme; many servers may share it. With sslmode=require its certificate is checked' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l bus -d 'Where the nodes of one installation hear each other, such as redis://10.0.0.5:6379' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l turn -d 'Serve STUN and TURN at ADDR (UDP), such as 203.0.113.7:3478, so that calls connect from any network' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l turn-public -d 'The address at which the world reaches STUN and TURN, where it is another one' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l turn-ports -d 'The UDP ports that TURN relays through' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l turn-allow -d 'A network that is not the internet and that TURN may relay to all the same; may be given several times' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l drain-grace -d 'How many seconds to say "not ready" for before stopping, so that a proxy can look elsewhere first' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l trusted-proxy -d 'A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be given several times' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l rate-limit -d 'How much anyone may ask, such as login=20/1m: address, account, login, login-name, signup, book or invite' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand serve" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -f -a "backup" -d 'Copy everything into one file while the server goes on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -f -a "restore" -d 'Put a backup in place of nothing, as another life of the installation'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -f -a "check" -d 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -f -a "user" -d 'Look after accounts'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -f -a "move" -d 'Carry everything from SQLite to PostgreSQL, or back, while no server runs'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and not __fish_seen_subcommand_from backup restore check user move help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l data -d 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l database -d 'The PostgreSQL database of `meetme serve --database`' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from backup" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l data -d 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l database -d 'The PostgreSQL database of `meetme serve --database`' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l verify -d 'Only see whether it can be put in place; what is there stays as it is'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from restore" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l data -d 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l database -d 'The PostgreSQL database of `meetme serve --database`' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -f -a "list" -d 'List accounts, while the server goes on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -f -a "show" -d 'Show one account'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -f -a "password" -d 'Give an account a new password and end its log-ins'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -f -a "disable" -d 'Keep an account from being used, and end its log-ins'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -f -a "enable" -d 'Let a disabled account be used again'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from user" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l from -d 'Where everything is: a directory as in `meetme serve --data`, or postgres://…' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l to -d 'Where it shall go: a directory, or postgres://…' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from move" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "backup" -d 'Copy everything into one file while the server goes on'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Put a backup in place of nothing, as another life of the installation'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "check" -d 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "user" -d 'Look after accounts'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "move" -d 'Carry everything from SQLite to PostgreSQL, or back, while no server runs'
complete -c meetme -n "__fish_meetme_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand demo" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand demo" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand demo" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand demo" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l email -d 'Your mail address' -r
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l name -d 'The name that people read' -r
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l tz -d 'Your home zone, such as Europe/Berlin; this machine\'s if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l password-stdin -d 'Read the password from stdin, up to its first line break'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand signup" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand login" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand login" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand login" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand login" -l password-stdin -d 'Read the password from stdin, up to its first line break'
complete -c meetme -n "__fish_meetme_using_subcommand login" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand login" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand login" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand login" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand login" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand login" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand login" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand logout" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand logout" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand logout" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand logout" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -l all -d 'Every log-in on this machine instead, as far as this machine knows'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand whoami" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -f -a "create" -d 'Make a token; it is shown once'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -f -a "list" -d 'List your tokens'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -f -a "revoke" -d 'Revoke a token'
complete -c meetme -n "__fish_meetme_using_subcommand token; and not __fish_seen_subcommand_from create list revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l scope -d 'What it may do: read, book, host, caldav, call; may be given several times' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l for -d 'For a calendar app: prints its address, your username, the token and a code to scan' -r -f -a "calendar\t'A calendar app'"
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l mobileconfig -d 'With `--for calendar`: write a profile that iPhones and Macs install; it holds the token' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l expires -d 'When it ends: in 90d, 12w; never if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from revoke" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a token; it is shown once'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "list" -d 'List your tokens'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revoke a token'
complete -c meetme -n "__fish_meetme_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "create" -d 'Offer a new event'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "list" -d 'List your events, or somebody\'s public ones'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "show" -d 'Show an event and when it may be booked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "edit" -d 'Change an event'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "delete" -d 'Delete an event'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "share" -d 'Print the links to an event, or a text for a mail'
complete -c meetme -n "__fish_meetme_using_subcommand event; and not __fish_seen_subcommand_from create list show edit delete share help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l length -d 'How long a slot is: 30m, 1h30m, or minutes' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l window -d 'When it may be booked: "mon-fri 9:00-12:00"; several times, or several with `;`' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l from -d 'The first day; today if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l to -d 'The last day; no end if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l tz -d 'The zone of its days and windows; yours if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l slug -d 'Its short name; from the title if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l step -d 'From one slot\'s start to the next; the length if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l buffer-before -d 'Kept free before each booking' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l buffer-after -d 'Kept free after each booking' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l notice -d 'How long ahead one must book: 4h, 1d' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l horizon -d 'How many days ahead one can book: 60d, 8w' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l max-per-day -d 'The most bookings on a day' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l max-per-week -d 'The most bookings in a week' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l seats -d 'How many guests may share a slot' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l visibility -d 'Who may see and book it: public, unlisted (anyone with the link) or private' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l invite -d 'An account that may see and book it while it is private; may be given several times' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l question -d 'What a guest is asked; with a `*` at its end it must be answered; may be given several times' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l location -d 'Where the meeting is' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l description -d 'Text for people' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l confirm -d 'Bookings wait for your yes'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l title -d 'One line for people' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l slug -d 'A new short name; links to the old one end' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l length -d 'How long a slot is; bookings keep their length' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l from -d 'The first day' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l to -d 'The last day, or none' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l tz -d 'The zone of its days and windows; windows keep their wall-clock times' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l step -d 'From one slot\'s start to the next' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l buffer-before -d 'Kept free before each booking' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l buffer-after -d 'Kept free after each booking' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l notice -d 'How long ahead one must book' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l horizon -d 'How many days ahead one can book, or none' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l max-per-day -d 'The most bookings on a day, or none' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l max-per-week -d 'The most bookings in a week, or none' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l seats -d 'How many guests may share a slot' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l visibility -d 'Who may see and book it: public, unlisted or private' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l invite -d 'The accounts that may see and book it while it is private; replaces the list' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l confirm -d 'Whether bookings wait for your yes' -r -f -a "true\t''
false\t''"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l question -d 'What a guest is asked; replaces all questions' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l location -d 'Where the meeting is' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l description -d 'Text for people' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -l cancel-bookings -d 'Cancel its bookings ahead; without this an event with bookings stays'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from delete" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l text -d 'A text for a mail: the next open times in two zones, that nobody can take for others'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from share" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "create" -d 'Offer a new event'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "list" -d 'List your events, or somebody\'s public ones'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an event and when it may be booked'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change an event'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete an event'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "share" -d 'Print the links to an event, or a text for a mail'
complete -c meetme -n "__fish_meetme_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -f -a "add" -d 'Add windows: "mon-fri 9:00-12:00"'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -f -a "remove" -d 'Take a slot, a span or a window out'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -f -a "list" -d 'List the windows'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and not __fish_seen_subcommand_from add remove list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l rrule -d 'A rule of RFC 5545 instead of words, such as "FREQ=MONTHLY;BYDAY=1TU"' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l start -d 'With --rrule: when it first begins, in the event\'s zone' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l duration -d 'With --rrule: how long it lasts' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l until -d 'The last day on which it recurs' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l whole -d 'Keep each window as one slot instead of cutting it'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l until -d 'Everything up to here instead of one slot' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l window -d 'A whole window, by its id or the beginning of it: see `meetme slot list`' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l earlier -d 'When clocks show that time twice: the first one'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l later -d 'When clocks show that time twice: the second one'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add windows: "mon-fri 9:00-12:00"'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take a slot, a span or a window out'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the windows'
complete -c meetme -n "__fish_meetme_using_subcommand slot; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l day -d 'One day: 2026-12-01, tomorrow, tue; today if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l week -d 'The week, Monday to Sunday, of that day; this week if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l from -d 'From the beginning of that day on' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l to -d 'Up to the end of that day' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l explain -d 'Say rule by rule why a slot is or is not offered (host only)'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l open -d 'Only open slots'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l plain -d 'A list, also on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand slots" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand book" -l at -d 'When the slot starts: 2026-12-01T09:00:00Z, "2026-12-01 09:00", "tomorrow 14:00", "tue 10:00"' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l first -d 'The first open slot within 31 days that fits: "weekday 9-12", "tue", "14-16"; any if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l idempotency-key -d 'Repeating a command under the same key books nothing twice' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l note -d 'A note to the host' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l answer -d 'An answer to the host: "QUESTION=ANSWER", or the answer alone if there is one question' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand book" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand book" -l ensure -d 'Booked already (at that time, with --at): success, and nothing changes'
complete -c meetme -n "__fish_meetme_using_subcommand book" -l anyway -d 'Book although you meet somebody else then'
complete -c meetme -n "__fish_meetme_using_subcommand book" -l earlier -d 'When clocks show that time twice: the first one'
complete -c meetme -n "__fish_meetme_using_subcommand book" -l later -d 'When clocks show that time twice: the second one'
complete -c meetme -n "__fish_meetme_using_subcommand book" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand book" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand book" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand book" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand book" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand book" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand book" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand cancel" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand unbook" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l to -d 'When the other slot starts; on a terminal a choice' -r
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l earlier -d 'When clocks show that time twice: the first one'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l later -d 'When clocks show that time twice: the second one'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand reschedule" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand confirm" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand decline" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand decline" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand decline" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand decline" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand decline" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l for -d 'Hang up after so long, such as 30s or 5m' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l picture -d 'How pictures are drawn' -r -f -a "auto\t'As the terminal can'
blocks\t'Half blocks'
ascii\t'Characters of ASCII'
kitty\t'Kitty\'s graphics'
sixel\t'Sixels'"
complete -c meetme -n "__fish_meetme_using_subcommand call" -l camera -d 'The camera: `auto`, `none`, `card`, a number, a device file, or a file with pictures' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l microphone -d 'The microphone: `auto`, `none`, its name or a part of it' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l speaker -d 'The speaker: `auto`, `none`, its name or a part of it' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l echo-cancel -d 'Take echo and noise out of what the microphone hears' -r -f -a "on\t'Yes'
off\t'No'"
complete -c meetme -n "__fish_meetme_using_subcommand call" -l exec -d 'Run a command by the shell when the other arrives' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l keep -d 'Where files go that you take, and recordings that you begin with `r`' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand call" -l source -d 'What to send instead of camera and microphone: `card` (a test card and a tone), `card:1280x720@30`, `none`, or a file (Y4M, IVF, WAV, others through ffmpeg)' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l record -d 'Write what comes to FILE (Matroska), readable up to its last second whatever happens' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand call" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand call" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand call" -l check -d 'Look whether a call could be held: the relay, STUN and TURN; join none'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l headless -d 'Without screen, camera and microphone: send --source, tell events as lines'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l plain -d 'No picture: everything in lines, and commands typed as words'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l wait -d 'Wait until the call opens, and ring then'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l relay-only -d 'Send through the TURN server alone'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l loopback-only -d 'Use no address but this machine\'s own'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand call" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand call" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand call" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand call" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand call" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c meetme -n "__fish_meetme_using_subcommand call" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l day -d 'One day: 2026-12-01, tomorrow, tue; today if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l week -d 'The week, Monday to Sunday, of that day; this week if left out' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l from -d 'From the beginning of that day on' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l to -d 'Up to the end of that day' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l all -d 'Cancelled ones too'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l plain -d 'A list, also on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand agenda" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l only -d 'Only these kinds: booked, cancelled, rescheduled, confirmed, declined, held, released, event_created, slots_changed, windows_changed, event_changed, event_deleted' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l exec -d 'Run this for each change' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l exec-timeout -d 'How long the command may run for one change: 30s, 5m' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l cursor-file -d 'Go on where the last watch with this file stopped' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l for -d 'End after so long: 30s, 5m, 2h; with --once and no change until then, exit 7' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l tz -d 'Read and show times in this zone instead of yours, such as Europe/Berlin' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l once -d 'End after the first change'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand watch" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -f -a "add" -d 'Show an event\'s open slots in your calendar apps'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -f -a "remove" -d 'Show them no more'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and not __fish_seen_subcommand_from add remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "add" -d 'Show an event\'s open slots in your calendar apps'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Show them no more'
complete -c meetme -n "__fish_meetme_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -f -a "url" -d 'Print the addresses that calendar apps subscribe to'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -f -a "rotate" -d 'Give the feed of your own bookings a new address; the old one ends at once'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -f -a "busy" -d 'Publish when you are busy, or stop it'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -f -a "export" -d 'Write .ics files for static hosting'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and not __fish_seen_subcommand_from url rotate busy export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from url" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -l end -d 'End it, without a new one'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from rotate" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from busy" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l dir -d 'Where to write' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l stdout -d 'Write one event to stdout instead'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "url" -d 'Print the addresses that calendar apps subscribe to'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Give the feed of your own bookings a new address; the old one ends at once'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "busy" -d 'Publish when you are busy, or stop it'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write .ics files for static hosting'
complete -c meetme -n "__fish_meetme_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand export" -s o -l output -d 'Write this file instead of stdout' -r -F
complete -c meetme -n "__fish_meetme_using_subcommand export" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand export" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand export" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand export" -l ics -d 'As iCalendar instead of JSON'
complete -c meetme -n "__fish_meetme_using_subcommand export" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand export" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand export" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand export" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand export" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand export" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand export" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand completions" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand completions" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand completions" -l static -d 'A script that knows commands and flags alone, and asks nobody'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand completions" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand man" -l color -d 'When to colour: auto, always or never' -r -f -a "auto\t'On terminals, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c meetme -n "__fish_meetme_using_subcommand man" -l profile -d 'Whose log-in to use' -r
complete -c meetme -n "__fish_meetme_using_subcommand man" -l server -d 'The server\'s address' -r
complete -c meetme -n "__fish_meetme_using_subcommand man" -l json -d 'Print the result as one JSON document'
complete -c meetme -n "__fish_meetme_using_subcommand man" -s q -l quiet -d 'Print nothing beside the result'
complete -c meetme -n "__fish_meetme_using_subcommand man" -l no-input -d 'Ask nothing, even on a terminal'
complete -c meetme -n "__fish_meetme_using_subcommand man" -s y -l yes -d 'Answer yes where it is asked'
complete -c meetme -n "__fish_meetme_using_subcommand man" -s v -l verbose -d 'Tell what is going on'
complete -c meetme -n "__fish_meetme_using_subcommand man" -s h -l help -d 'Print help'
complete -c meetme -n "__fish_meetme_using_subcommand man" -s V -l version -d 'Print version'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "serve" -d 'Run the server'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "admin" -d 'Look after an installation'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "demo" -d 'See it all work, with nothing set up'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "signup" -d 'Open an account'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "login" -d 'Log in'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "logout" -d 'Log out'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "whoami" -d 'Say who is logged in, where, and with which rights'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "token" -d 'Make and revoke app tokens: for calendar apps, cron, other machines'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "event" -d 'Offer events'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "slot" -d 'Say when an event may be booked'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "slots" -d 'List the slots of an event'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "book" -d 'Book a slot'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "cancel" -d 'Cancel a booking'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "reschedule" -d 'Move a booking to another slot'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "confirm" -d 'Say yes to a booking that waits for it'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "decline" -d 'Say no to a booking that waits for a yes'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "call" -d 'Join the call of a booking'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "agenda" -d 'List your bookings, as host and as guest'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "watch" -d 'Show changes as they happen'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "calendar" -d 'Book someone\'s event from your calendar app'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "feed" -d 'Publish open slots and bookings to calendar apps'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "export" -d 'Take everything of your own along'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "doctor" -d 'Say what is wrong with the set-up, and how to mend it'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "completions" -d 'Print a completion script for your shell'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "man" -d 'Write manual pages'
complete -c meetme -n "__fish_meetme_using_subcommand help; and not __fish_seen_subcommand_from serve admin demo signup login logout whoami token event slot slots book cancel reschedule confirm decline call agenda watch calendar feed export doctor completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "backup" -d 'Copy everything into one file while the server goes on'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "restore" -d 'Put a backup in place of nothing, as another life of the installation'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "check" -d 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "user" -d 'Look after accounts'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "move" -d 'Carry everything from SQLite to PostgreSQL, or back, while no server runs'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "create" -d 'Make a token; it is shown once'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "list" -d 'List your tokens'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "revoke" -d 'Revoke a token'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "create" -d 'Offer a new event'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "list" -d 'List your events, or somebody\'s public ones'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "show" -d 'Show an event and when it may be booked'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "edit" -d 'Change an event'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "delete" -d 'Delete an event'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "share" -d 'Print the links to an event, or a text for a mail'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from slot" -f -a "add" -d 'Add windows: "mon-fri 9:00-12:00"'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from slot" -f -a "remove" -d 'Take a slot, a span or a window out'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from slot" -f -a "list" -d 'List the windows'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from calendar" -f -a "add" -d 'Show an event\'s open slots in your calendar apps'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from calendar" -f -a "remove" -d 'Show them no more'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "url" -d 'Print the addresses that calendar apps subscribe to'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "rotate" -d 'Give the feed of your own bookings a new address; the old one ends at once'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "busy" -d 'Publish when you are busy, or stop it'
complete -c meetme -n "__fish_meetme_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "export" -d 'Write .ics files for static hosting'
