
use builtin;
use str;

set edit:completion:arg-completer[meetme] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'meetme'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'meetme'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand serve 'Run the server'
            cand admin 'Look after an installation'
            cand demo 'See it all work, with nothing set up'
            cand signup 'Open an account'
            cand login 'Log in'
            cand logout 'Log out'
            cand whoami 'Say who is logged in, where, and with which rights'
            cand token 'Make and revoke app tokens: for calendar apps, cron, other machines'
            cand event 'Offer events'
            cand slot 'Say when an event may be booked'
            cand slots 'List the slots of an event'
            cand book 'Book a slot'
            cand cancel 'Cancel a booking'
            cand unbook 'Cancel a booking'
            cand reschedule 'Move a booking to another slot'
            cand confirm 'Say yes to a booking that waits for it'
            cand decline 'Say no to a booking that waits for a yes'
            cand call 'Join the call of a booking'
            cand agenda 'List your bookings, as host and as guest'
            cand watch 'Show changes as they happen'
            cand calendar 'Book someone''s event from your calendar app'
            cand feed 'Publish open slots and bookings to calendar apps'
            cand export 'Take everything of your own along'
            cand doctor 'Say what is wrong with the set-up, and how to mend it'
            cand completions 'Print a completion script for your shell'
            cand man 'Write manual pages'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;serve'= {
            cand --listen 'Where to listen; port 0 takes a free one'
            cand --public-url 'How the world reaches it, such as https://meet.example; http:// and the address if left out'
            cand --data 'Where its data is; `meetme` in the XDG data directory if left out'
            cand --database 'A PostgreSQL database that takes the place of --data, such as postgres://meetme@10.0.0.5/meetme; many servers may share it. With sslmode=require its certificate is checked'
            cand --bus 'Where the nodes of one installation hear each other, such as redis://10.0.0.5:6379'
            cand --turn 'Serve STUN and TURN at ADDR (UDP), such as 203.0.113.7:3478, so that calls connect from any network'
            cand --turn-public 'The address at which the world reaches STUN and TURN, where it is another one'
            cand --turn-ports 'The UDP ports that TURN relays through'
            cand --turn-allow 'A network that is not the internet and that TURN may relay to all the same; may be given several times'
            cand --drain-grace 'How many seconds to say "not ready" for before stopping, so that a proxy can look elsewhere first'
            cand --trusted-proxy 'A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be given several times'
            cand --rate-limit 'How much anyone may ask, such as login=20/1m: address, account, login, login-name, signup, book or invite'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand backup 'Copy everything into one file while the server goes on'
            cand restore 'Put a backup in place of nothing, as another life of the installation'
            cand check 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps'
            cand user 'Look after accounts'
            cand move 'Carry everything from SQLite to PostgreSQL, or back, while no server runs'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;admin;backup'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;restore'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --verify 'Only see whether it can be put in place; what is there stays as it is'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;check'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;user'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand list 'List accounts, while the server goes on'
            cand show 'Show one account'
            cand password 'Give an account a new password and end its log-ins'
            cand disable 'Keep an account from being used, and end its log-ins'
            cand enable 'Let a disabled account be used again'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;admin;user;list'= {
            cand --after 'Only those behind this one in the alphabet'
            cand --limit 'How many at most'
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;user;show'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;user;password'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --password-stdin 'Read the password from stdin, up to its first line break'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;user;disable'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;user;enable'= {
            cand --data 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out'
            cand --database 'The PostgreSQL database of `meetme serve --database`'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;user;help'= {
            cand list 'List accounts, while the server goes on'
            cand show 'Show one account'
            cand password 'Give an account a new password and end its log-ins'
            cand disable 'Keep an account from being used, and end its log-ins'
            cand enable 'Let a disabled account be used again'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;admin;user;help;list'= {
        }
        &'meetme;admin;user;help;show'= {
        }
        &'meetme;admin;user;help;password'= {
        }
        &'meetme;admin;user;help;disable'= {
        }
        &'meetme;admin;user;help;enable'= {
        }
        &'meetme;admin;user;help;help'= {
        }
        &'meetme;admin;move'= {
            cand --from 'Where everything is: a directory as in `meetme serve --data`, or postgres://…'
            cand --to 'Where it shall go: a directory, or postgres://…'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;admin;help'= {
            cand backup 'Copy everything into one file while the server goes on'
            cand restore 'Put a backup in place of nothing, as another life of the installation'
            cand check 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps'
            cand user 'Look after accounts'
            cand move 'Carry everything from SQLite to PostgreSQL, or back, while no server runs'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;admin;help;backup'= {
        }
        &'meetme;admin;help;restore'= {
        }
        &'meetme;admin;help;check'= {
        }
        &'meetme;admin;help;user'= {
            cand list 'List accounts, while the server goes on'
            cand show 'Show one account'
            cand password 'Give an account a new password and end its log-ins'
            cand disable 'Keep an account from being used, and end its log-ins'
            cand enable 'Let a disabled account be used again'
        }
        &'meetme;admin;help;user;list'= {
        }
        &'meetme;admin;help;user;show'= {
        }
        &'meetme;admin;help;user;password'= {
        }
        &'meetme;admin;help;user;disable'= {
        }
        &'meetme;admin;help;user;enable'= {
        }
        &'meetme;admin;help;move'= {
        }
        &'meetme;admin;help;help'= {
        }
        &'meetme;demo'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;signup'= {
            cand --email 'Your mail address'
            cand --name 'The name that people read'
            cand --tz 'Your home zone, such as Europe/Berlin; this machine''s if left out'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --password-stdin 'Read the password from stdin, up to its first line break'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;login'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --password-stdin 'Read the password from stdin, up to its first line break'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;logout'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;whoami'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --all 'Every log-in on this machine instead, as far as this machine knows'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;token'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand create 'Make a token; it is shown once'
            cand list 'List your tokens'
            cand revoke 'Revoke a token'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;token;create'= {
            cand --scope 'What it may do: read, book, host, caldav, call; may be given several times'
            cand --for 'For a calendar app: prints its address, your username, the token and a code to scan'
            cand --mobileconfig 'With `--for calendar`: write a profile that iPhones and Macs install; it holds the token'
            cand --expires 'When it ends: in 90d, 12w; never if left out'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;token;list'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;token;revoke'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;token;help'= {
            cand create 'Make a token; it is shown once'
            cand list 'List your tokens'
            cand revoke 'Revoke a token'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;token;help;create'= {
        }
        &'meetme;token;help;list'= {
        }
        &'meetme;token;help;revoke'= {
        }
        &'meetme;token;help;help'= {
        }
        &'meetme;event'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand create 'Offer a new event'
            cand list 'List your events, or somebody''s public ones'
            cand show 'Show an event and when it may be booked'
            cand edit 'Change an event'
            cand delete 'Delete an event'
            cand share 'Print the links to an event, or a text for a mail'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;event;create'= {
            cand --length 'How long a slot is: 30m, 1h30m, or minutes'
            cand --window 'When it may be booked: "mon-fri 9:00-12:00"; several times, or several with `;`'
            cand --from 'The first day; today if left out'
            cand --to 'The last day; no end if left out'
            cand --tz 'The zone of its days and windows; yours if left out'
            cand --slug 'Its short name; from the title if left out'
            cand --step 'From one slot''s start to the next; the length if left out'
            cand --buffer-before 'Kept free before each booking'
            cand --buffer-after 'Kept free after each booking'
            cand --notice 'How long ahead one must book: 4h, 1d'
            cand --horizon 'How many days ahead one can book: 60d, 8w'
            cand --max-per-day 'The most bookings on a day'
            cand --max-per-week 'The most bookings in a week'
            cand --seats 'How many guests may share a slot'
            cand --visibility 'Who may see and book it: public, unlisted (anyone with the link) or private'
            cand --invite 'An account that may see and book it while it is private; may be given several times'
            cand --question 'What a guest is asked; with a `*` at its end it must be answered; may be given several times'
            cand --location 'Where the meeting is'
            cand --description 'Text for people'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --confirm 'Bookings wait for your yes'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;event;list'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;event;show'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;event;edit'= {
            cand --title 'One line for people'
            cand --slug 'A new short name; links to the old one end'
            cand --length 'How long a slot is; bookings keep their length'
            cand --from 'The first day'
            cand --to 'The last day, or none'
            cand --tz 'The zone of its days and windows; windows keep their wall-clock times'
            cand --step 'From one slot''s start to the next'
            cand --buffer-before 'Kept free before each booking'
            cand --buffer-after 'Kept free after each booking'
            cand --notice 'How long ahead one must book'
            cand --horizon 'How many days ahead one can book, or none'
            cand --max-per-day 'The most bookings on a day, or none'
            cand --max-per-week 'The most bookings in a week, or none'
            cand --seats 'How many guests may share a slot'
            cand --visibility 'Who may see and book it: public, unlisted or private'
            cand --invite 'The accounts that may see and book it while it is private; replaces the list'
            cand --confirm 'Whether bookings wait for your yes'
            cand --question 'What a guest is asked; replaces all questions'
            cand --location 'Where the meeting is'
            cand --description 'Text for people'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;event;delete'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --cancel-bookings 'Cancel its bookings ahead; without this an event with bookings stays'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;event;share'= {
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --text 'A text for a mail: the next open times in two zones, that nobody can take for others'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;event;help'= {
            cand create 'Offer a new event'
            cand list 'List your events, or somebody''s public ones'
            cand show 'Show an event and when it may be booked'
            cand edit 'Change an event'
            cand delete 'Delete an event'
            cand share 'Print the links to an event, or a text for a mail'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;event;help;create'= {
        }
        &'meetme;event;help;list'= {
        }
        &'meetme;event;help;show'= {
        }
        &'meetme;event;help;edit'= {
        }
        &'meetme;event;help;delete'= {
        }
        &'meetme;event;help;share'= {
        }
        &'meetme;event;help;help'= {
        }
        &'meetme;slot'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand add 'Add windows: "mon-fri 9:00-12:00"'
            cand remove 'Take a slot, a span or a window out'
            cand list 'List the windows'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;slot;add'= {
            cand --rrule 'A rule of RFC 5545 instead of words, such as "FREQ=MONTHLY;BYDAY=1TU"'
            cand --start 'With --rrule: when it first begins, in the event''s zone'
            cand --duration 'With --rrule: how long it lasts'
            cand --until 'The last day on which it recurs'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --whole 'Keep each window as one slot instead of cutting it'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;slot;remove'= {
            cand --until 'Everything up to here instead of one slot'
            cand --window 'A whole window, by its id or the beginning of it: see `meetme slot list`'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --earlier 'When clocks show that time twice: the first one'
            cand --later 'When clocks show that time twice: the second one'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;slot;list'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;slot;help'= {
            cand add 'Add windows: "mon-fri 9:00-12:00"'
            cand remove 'Take a slot, a span or a window out'
            cand list 'List the windows'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;slot;help;add'= {
        }
        &'meetme;slot;help;remove'= {
        }
        &'meetme;slot;help;list'= {
        }
        &'meetme;slot;help;help'= {
        }
        &'meetme;slots'= {
            cand --day 'One day: 2026-12-01, tomorrow, tue; today if left out'
            cand --week 'The week, Monday to Sunday, of that day; this week if left out'
            cand --from 'From the beginning of that day on'
            cand --to 'Up to the end of that day'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --explain 'Say rule by rule why a slot is or is not offered (host only)'
            cand --open 'Only open slots'
            cand --plain 'A list, also on a terminal'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;book'= {
            cand --at 'When the slot starts: 2026-12-01T09:00:00Z, "2026-12-01 09:00", "tomorrow 14:00", "tue 10:00"'
            cand --first 'The first open slot within 31 days that fits: "weekday 9-12", "tue", "14-16"; any if left out'
            cand --idempotency-key 'Repeating a command under the same key books nothing twice'
            cand --note 'A note to the host'
            cand --answer 'An answer to the host: "QUESTION=ANSWER", or the answer alone if there is one question'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --ensure 'Booked already (at that time, with --at): success, and nothing changes'
            cand --anyway 'Book although you meet somebody else then'
            cand --earlier 'When clocks show that time twice: the first one'
            cand --later 'When clocks show that time twice: the second one'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;cancel'= {
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;unbook'= {
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;reschedule'= {
            cand --to 'When the other slot starts; on a terminal a choice'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --earlier 'When clocks show that time twice: the first one'
            cand --later 'When clocks show that time twice: the second one'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;confirm'= {
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;decline'= {
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;call'= {
            cand --for 'Hang up after so long, such as 30s or 5m'
            cand --picture 'How pictures are drawn'
            cand --camera 'The camera: `auto`, `none`, `card`, a number, a device file, or a file with pictures'
            cand --microphone 'The microphone: `auto`, `none`, its name or a part of it'
            cand --speaker 'The speaker: `auto`, `none`, its name or a part of it'
            cand --echo-cancel 'Take echo and noise out of what the microphone hears'
            cand --exec 'Run a command by the shell when the other arrives'
            cand --keep 'Where files go that you take, and recordings that you begin with `r`'
            cand --source 'What to send instead of camera and microphone: `card` (a test card and a tone), `card:1280x720@30`, `none`, or a file (Y4M, IVF, WAV, others through ffmpeg)'
            cand --record 'Write what comes to FILE (Matroska), readable up to its last second whatever happens'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --check 'Look whether a call could be held: the relay, STUN and TURN; join none'
            cand --headless 'Without screen, camera and microphone: send --source, tell events as lines'
            cand --plain 'No picture: everything in lines, and commands typed as words'
            cand --wait 'Wait until the call opens, and ring then'
            cand --relay-only 'Send through the TURN server alone'
            cand --loopback-only 'Use no address but this machine''s own'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;agenda'= {
            cand --day 'One day: 2026-12-01, tomorrow, tue; today if left out'
            cand --week 'The week, Monday to Sunday, of that day; this week if left out'
            cand --from 'From the beginning of that day on'
            cand --to 'Up to the end of that day'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --all 'Cancelled ones too'
            cand --plain 'A list, also on a terminal'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;watch'= {
            cand --only 'Only these kinds: booked, cancelled, rescheduled, confirmed, declined, held, released, event_created, slots_changed, windows_changed, event_changed, event_deleted'
            cand --exec 'Run this for each change'
            cand --exec-timeout 'How long the command may run for one change: 30s, 5m'
            cand --cursor-file 'Go on where the last watch with this file stopped'
            cand --for 'End after so long: 30s, 5m, 2h; with --once and no change until then, exit 7'
            cand --tz 'Read and show times in this zone instead of yours, such as Europe/Berlin'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --once 'End after the first change'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;calendar'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand add 'Show an event''s open slots in your calendar apps'
            cand remove 'Show them no more'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;calendar;add'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;calendar;remove'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;calendar;help'= {
            cand add 'Show an event''s open slots in your calendar apps'
            cand remove 'Show them no more'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;calendar;help;add'= {
        }
        &'meetme;calendar;help;remove'= {
        }
        &'meetme;calendar;help;help'= {
        }
        &'meetme;feed'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand url 'Print the addresses that calendar apps subscribe to'
            cand rotate 'Give the feed of your own bookings a new address; the old one ends at once'
            cand busy 'Publish when you are busy, or stop it'
            cand export 'Write .ics files for static hosting'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;feed;url'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;feed;rotate'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --end 'End it, without a new one'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;feed;busy'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;feed;export'= {
            cand --dir 'Where to write'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --stdout 'Write one event to stdout instead'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;feed;help'= {
            cand url 'Print the addresses that calendar apps subscribe to'
            cand rotate 'Give the feed of your own bookings a new address; the old one ends at once'
            cand busy 'Publish when you are busy, or stop it'
            cand export 'Write .ics files for static hosting'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;feed;help;url'= {
        }
        &'meetme;feed;help;rotate'= {
        }
        &'meetme;feed;help;busy'= {
        }
        &'meetme;feed;help;export'= {
        }
        &'meetme;feed;help;help'= {
        }
        &'meetme;export'= {
            cand -o 'Write this file instead of stdout'
            cand --output 'Write this file instead of stdout'
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --ics 'As iCalendar instead of JSON'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;doctor'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;completions'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --static 'A script that knows commands and flags alone, and asks nobody'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;man'= {
            cand --color 'When to colour: auto, always or never'
            cand --profile 'Whose log-in to use'
            cand --server 'The server''s address'
            cand --json 'Print the result as one JSON document'
            cand -q 'Print nothing beside the result'
            cand --quiet 'Print nothing beside the result'
            cand --no-input 'Ask nothing, even on a terminal'
            cand -y 'Answer yes where it is asked'
            cand --yes 'Answer yes where it is asked'
            cand -v 'Tell what is going on'
            cand --verbose 'Tell what is going on'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'meetme;help'= {
            cand serve 'Run the server'
            cand admin 'Look after an installation'
            cand demo 'See it all work, with nothing set up'
            cand signup 'Open an account'
            cand login 'Log in'
            cand logout 'Log out'
            cand whoami 'Say who is logged in, where, and with which rights'
            cand token 'Make and revoke app tokens: for calendar apps, cron, other machines'
            cand event 'Offer events'
            cand slot 'Say when an event may be booked'
            cand slots 'List the slots of an event'
            cand book 'Book a slot'
            cand cancel 'Cancel a booking'
            cand reschedule 'Move a booking to another slot'
            cand confirm 'Say yes to a booking that waits for it'
            cand decline 'Say no to a booking that waits for a yes'
            cand call 'Join the call of a booking'
            cand agenda 'List your bookings, as host and as guest'
            cand watch 'Show changes as they happen'
            cand calendar 'Book someone''s event from your calendar app'
            cand feed 'Publish open slots and bookings to calendar apps'
            cand export 'Take everything of your own along'
            cand doctor 'Say what is wrong with the set-up, and how to mend it'
            cand completions 'Print a completion script for your shell'
            cand man 'Write manual pages'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'meetme;help;serve'= {
        }
        &'meetme;help;admin'= {
            cand backup 'Copy everything into one file while the server goes on'
            cand restore 'Put a backup in place of nothing, as another life of the installation'
            cand check 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps'
            cand user 'Look after accounts'
            cand move 'Carry everything from SQLite to PostgreSQL, or back, while no server runs'
        }
        &'meetme;help;admin;backup'= {
        }
        &'meetme;help;admin;restore'= {
        }
        &'meetme;help;admin;check'= {
        }
        &'meetme;help;admin;user'= {
            cand list 'List accounts, while the server goes on'
            cand show 'Show one account'
            cand password 'Give an account a new password and end its log-ins'
            cand disable 'Keep an account from being used, and end its log-ins'
            cand enable 'Let a disabled account be used again'
        }
        &'meetme;help;admin;user;list'= {
        }
        &'meetme;help;admin;user;show'= {
        }
        &'meetme;help;admin;user;password'= {
        }
        &'meetme;help;admin;user;disable'= {
        }
        &'meetme;help;admin;user;enable'= {
        }
        &'meetme;help;admin;move'= {
        }
        &'meetme;help;demo'= {
        }
        &'meetme;help;signup'= {
        }
        &'meetme;help;login'= {
        }
        &'meetme;help;logout'= {
        }
        &'meetme;help;whoami'= {
        }
        &'meetme;help;token'= {
            cand create 'Make a token; it is shown once'
            cand list 'List your tokens'
            cand revoke 'Revoke a token'
        }
        &'meetme;help;token;create'= {
        }
        &'meetme;help;token;list'= {
        }
        &'meetme;help;token;revoke'= {
        }
        &'meetme;help;event'= {
            cand create 'Offer a new event'
            cand list 'List your events, or somebody''s public ones'
            cand show 'Show an event and when it may be booked'
            cand edit 'Change an event'
            cand delete 'Delete an event'
            cand share 'Print the links to an event, or a text for a mail'
        }
        &'meetme;help;event;create'= {
        }
        &'meetme;help;event;list'= {
        }
        &'meetme;help;event;show'= {
        }
        &'meetme;help;event;edit'= {
        }
        &'meetme;help;event;delete'= {
        }
        &'meetme;help;event;share'= {
        }
        &'meetme;help;slot'= {
            cand add 'Add windows: "mon-fri 9:00-12:00"'
            cand remove 'Take a slot, a span or a window out'
            cand list 'List the windows'
        }
        &'meetme;help;slot;add'= {
        }
        &'meetme;help;slot;remove'= {
        }
        &'meetme;help;slot;list'= {
        }
        &'meetme;help;slots'= {
        }
        &'meetme;help;book'= {
        }
        &'meetme;help;cancel'= {
        }
        &'meetme;help;reschedule'= {
        }
        &'meetme;help;confirm'= {
        }
        &'meetme;help;decline'= {
        }
        &'meetme;help;call'= {
        }
        &'meetme;help;agenda'= {
        }
        &'meetme;help;watch'= {
        }
        &'meetme;help;calendar'= {
            cand add 'Show an event''s open slots in your calendar apps'
            cand remove 'Show them no more'
        }
        &'meetme;help;calendar;add'= {
        }
        &'meetme;help;calendar;remove'= {
        }
        &'meetme;help;feed'= {
            cand url 'Print the addresses that calendar apps subscribe to'
            cand rotate 'Give the feed of your own bookings a new address; the old one ends at once'
            cand busy 'Publish when you are busy, or stop it'
            cand export 'Write .ics files for static hosting'
        }
        &'meetme;help;feed;url'= {
        }
        &'meetme;help;feed;rotate'= {
        }
        &'meetme;help;feed;busy'= {
        }
        &'meetme;help;feed;export'= {
        }
        &'meetme;help;export'= {
        }
        &'meetme;help;doctor'= {
        }
        &'meetme;help;completions'= {
        }
        &'meetme;help;man'= {
        }
        &'meetme;help;help'= {
        }
    ]
    $completions[$command]
}
