
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'meetme' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'meetme'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'meetme' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Run the server')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Look after an installation')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'See it all work, with nothing set up')
            [CompletionResult]::new('signup', 'signup', [CompletionResultType]::ParameterValue, 'Open an account')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Log out')
            [CompletionResult]::new('whoami', 'whoami', [CompletionResultType]::ParameterValue, 'Say who is logged in, where, and with which rights')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Make and revoke app tokens: for calendar apps, cron, other machines')
            [CompletionResult]::new('event', 'event', [CompletionResultType]::ParameterValue, 'Offer events')
            [CompletionResult]::new('slot', 'slot', [CompletionResultType]::ParameterValue, 'Say when an event may be booked')
            [CompletionResult]::new('slots', 'slots', [CompletionResultType]::ParameterValue, 'List the slots of an event')
            [CompletionResult]::new('book', 'book', [CompletionResultType]::ParameterValue, 'Book a slot')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel a booking')
            [CompletionResult]::new('unbook', 'unbook', [CompletionResultType]::ParameterValue, 'Cancel a booking')
            [CompletionResult]::new('reschedule', 'reschedule', [CompletionResultType]::ParameterValue, 'Move a booking to another slot')
            [CompletionResult]::new('confirm', 'confirm', [CompletionResultType]::ParameterValue, 'Say yes to a booking that waits for it')
            [CompletionResult]::new('decline', 'decline', [CompletionResultType]::ParameterValue, 'Say no to a booking that waits for a yes')
            [CompletionResult]::new('call', 'call', [CompletionResultType]::ParameterValue, 'Join the call of a booking')
            [CompletionResult]::new('agenda', 'agenda', [CompletionResultType]::ParameterValue, 'List your bookings, as host and as guest')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Show changes as they happen')
            [CompletionResult]::new('calendar', 'calendar', [CompletionResultType]::ParameterValue, 'Book someone''s event from your calendar app')
            [CompletionResult]::new('feed', 'feed', [CompletionResultType]::ParameterValue, 'Publish open slots and bookings to calendar apps')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Take everything of your own along')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Say what is wrong with the set-up, and how to mend it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for your shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;serve' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen; port 0 takes a free one')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'How the world reaches it, such as https://meet.example; http:// and the address if left out')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Where its data is; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'A PostgreSQL database that takes the place of --data, such as postgres://meetme@10.0.0.5/meetme; many servers may share it. With sslmode=require its certificate is checked')
            [CompletionResult]::new('--bus', '--bus', [CompletionResultType]::ParameterName, 'Where the nodes of one installation hear each other, such as redis://10.0.0.5:6379')
            [CompletionResult]::new('--turn', '--turn', [CompletionResultType]::ParameterName, 'Serve STUN and TURN at ADDR (UDP), such as 203.0.113.7:3478, so that calls connect from any network')
            [CompletionResult]::new('--turn-public', '--turn-public', [CompletionResultType]::ParameterName, 'The address at which the world reaches STUN and TURN, where it is another one')
            [CompletionResult]::new('--turn-ports', '--turn-ports', [CompletionResultType]::ParameterName, 'The UDP ports that TURN relays through')
            [CompletionResult]::new('--turn-allow', '--turn-allow', [CompletionResultType]::ParameterName, 'A network that is not the internet and that TURN may relay to all the same; may be given several times')
            [CompletionResult]::new('--drain-grace', '--drain-grace', [CompletionResultType]::ParameterName, 'How many seconds to say "not ready" for before stopping, so that a proxy can look elsewhere first')
            [CompletionResult]::new('--trusted-proxy', '--trusted-proxy', [CompletionResultType]::ParameterName, 'A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be given several times')
            [CompletionResult]::new('--rate-limit', '--rate-limit', [CompletionResultType]::ParameterName, 'How much anyone may ask, such as login=20/1m: address, account, login, login-name, signup, book or invite')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Copy everything into one file while the server goes on')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Put a backup in place of nothing, as another life of the installation')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps')
            [CompletionResult]::new('user', 'user', [CompletionResultType]::ParameterValue, 'Look after accounts')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Carry everything from SQLite to PostgreSQL, or back, while no server runs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;admin;backup' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;restore' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Only see whether it can be put in place; what is there stays as it is')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;check' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;user' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List accounts, while the server goes on')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one account')
            [CompletionResult]::new('password', 'password', [CompletionResultType]::ParameterValue, 'Give an account a new password and end its log-ins')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Keep an account from being used, and end its log-ins')
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Let a disabled account be used again')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;admin;user;list' {
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only those behind this one in the alphabet')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many at most')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;user;show' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;user;password' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from stdin, up to its first line break')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;user;disable' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;user;enable' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The PostgreSQL database of `meetme serve --database`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;user;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List accounts, while the server goes on')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one account')
            [CompletionResult]::new('password', 'password', [CompletionResultType]::ParameterValue, 'Give an account a new password and end its log-ins')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Keep an account from being used, and end its log-ins')
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Let a disabled account be used again')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;admin;user;help;list' {
            break
        }
        'meetme;admin;user;help;show' {
            break
        }
        'meetme;admin;user;help;password' {
            break
        }
        'meetme;admin;user;help;disable' {
            break
        }
        'meetme;admin;user;help;enable' {
            break
        }
        'meetme;admin;user;help;help' {
            break
        }
        'meetme;admin;move' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where everything is: a directory as in `meetme serve --data`, or postgres://…')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Where it shall go: a directory, or postgres://…')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;admin;help' {
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Copy everything into one file while the server goes on')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Put a backup in place of nothing, as another life of the installation')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps')
            [CompletionResult]::new('user', 'user', [CompletionResultType]::ParameterValue, 'Look after accounts')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Carry everything from SQLite to PostgreSQL, or back, while no server runs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;admin;help;backup' {
            break
        }
        'meetme;admin;help;restore' {
            break
        }
        'meetme;admin;help;check' {
            break
        }
        'meetme;admin;help;user' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List accounts, while the server goes on')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one account')
            [CompletionResult]::new('password', 'password', [CompletionResultType]::ParameterValue, 'Give an account a new password and end its log-ins')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Keep an account from being used, and end its log-ins')
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Let a disabled account be used again')
            break
        }
        'meetme;admin;help;user;list' {
            break
        }
        'meetme;admin;help;user;show' {
            break
        }
        'meetme;admin;help;user;password' {
            break
        }
        'meetme;admin;help;user;disable' {
            break
        }
        'meetme;admin;help;user;enable' {
            break
        }
        'meetme;admin;help;move' {
            break
        }
        'meetme;admin;help;help' {
            break
        }
        'meetme;demo' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;signup' {
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'Your mail address')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The name that people read')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Your home zone, such as Europe/Berlin; this machine''s if left out')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from stdin, up to its first line break')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;login' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from stdin, up to its first line break')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;logout' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;whoami' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every log-in on this machine instead, as far as this machine knows')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;token' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make a token; it is shown once')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List your tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke a token')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;token;create' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What it may do: read, book, host, caldav, call; may be given several times')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'For a calendar app: prints its address, your username, the token and a code to scan')
            [CompletionResult]::new('--mobileconfig', '--mobileconfig', [CompletionResultType]::ParameterName, 'With `--for calendar`: write a profile that iPhones and Macs install; it holds the token')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When it ends: in 90d, 12w; never if left out')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;token;list' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;token;revoke' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;token;help' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make a token; it is shown once')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List your tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke a token')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;token;help;create' {
            break
        }
        'meetme;token;help;list' {
            break
        }
        'meetme;token;help;revoke' {
            break
        }
        'meetme;token;help;help' {
            break
        }
        'meetme;event' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Offer a new event')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List your events, or somebody''s public ones')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show an event and when it may be booked')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change an event')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete an event')
            [CompletionResult]::new('share', 'share', [CompletionResultType]::ParameterValue, 'Print the links to an event, or a text for a mail')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;event;create' {
            [CompletionResult]::new('--length', '--length', [CompletionResultType]::ParameterName, 'How long a slot is: 30m, 1h30m, or minutes')
            [CompletionResult]::new('--window', '--window', [CompletionResultType]::ParameterName, 'When it may be booked: "mon-fri 9:00-12:00"; several times, or several with `;`')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The first day; today if left out')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The last day; no end if left out')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'The zone of its days and windows; yours if left out')
            [CompletionResult]::new('--slug', '--slug', [CompletionResultType]::ParameterName, 'Its short name; from the title if left out')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'From one slot''s start to the next; the length if left out')
            [CompletionResult]::new('--buffer-before', '--buffer-before', [CompletionResultType]::ParameterName, 'Kept free before each booking')
            [CompletionResult]::new('--buffer-after', '--buffer-after', [CompletionResultType]::ParameterName, 'Kept free after each booking')
            [CompletionResult]::new('--notice', '--notice', [CompletionResultType]::ParameterName, 'How long ahead one must book: 4h, 1d')
            [CompletionResult]::new('--horizon', '--horizon', [CompletionResultType]::ParameterName, 'How many days ahead one can book: 60d, 8w')
            [CompletionResult]::new('--max-per-day', '--max-per-day', [CompletionResultType]::ParameterName, 'The most bookings on a day')
            [CompletionResult]::new('--max-per-week', '--max-per-week', [CompletionResultType]::ParameterName, 'The most bookings in a week')
            [CompletionResult]::new('--seats', '--seats', [CompletionResultType]::ParameterName, 'How many guests may share a slot')
            [CompletionResult]::new('--visibility', '--visibility', [CompletionResultType]::ParameterName, 'Who may see and book it: public, unlisted (anyone with the link) or private')
            [CompletionResult]::new('--invite', '--invite', [CompletionResultType]::ParameterName, 'An account that may see and book it while it is private; may be given several times')
            [CompletionResult]::new('--question', '--question', [CompletionResultType]::ParameterName, 'What a guest is asked; with a `*` at its end it must be answered; may be given several times')
            [CompletionResult]::new('--location', '--location', [CompletionResultType]::ParameterName, 'Where the meeting is')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Text for people')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Bookings wait for your yes')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;event;list' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;event;show' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;event;edit' {
            [CompletionResult]::new('--title', '--title', [CompletionResultType]::ParameterName, 'One line for people')
            [CompletionResult]::new('--slug', '--slug', [CompletionResultType]::ParameterName, 'A new short name; links to the old one end')
            [CompletionResult]::new('--length', '--length', [CompletionResultType]::ParameterName, 'How long a slot is; bookings keep their length')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The first day')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The last day, or none')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'The zone of its days and windows; windows keep their wall-clock times')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'From one slot''s start to the next')
            [CompletionResult]::new('--buffer-before', '--buffer-before', [CompletionResultType]::ParameterName, 'Kept free before each booking')
            [CompletionResult]::new('--buffer-after', '--buffer-after', [CompletionResultType]::ParameterName, 'Kept free after each booking')
            [CompletionResult]::new('--notice', '--notice', [CompletionResultType]::ParameterName, 'How long ahead one must book')
            [CompletionResult]::new('--horizon', '--horizon', [CompletionResultType]::ParameterName, 'How many days ahead one can book, or none')
            [CompletionResult]::new('--max-per-day', '--max-per-day', [CompletionResultType]::ParameterName, 'The most bookings on a day, or none')
            [CompletionResult]::new('--max-per-week', '--max-per-week', [CompletionResultType]::ParameterName, 'The most bookings in a week, or none')
            [CompletionResult]::new('--seats', '--seats', [CompletionResultType]::ParameterName, 'How many guests may share a slot')
            [CompletionResult]::new('--visibility', '--visibility', [CompletionResultType]::ParameterName, 'Who may see and book it: public, unlisted or private')
            [CompletionResult]::new('--invite', '--invite', [CompletionResultType]::ParameterName, 'The accounts that may see and book it while it is private; replaces the list')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Whether bookings wait for your yes')
            [CompletionResult]::new('--question', '--question', [CompletionResultType]::ParameterName, 'What a guest is asked; replaces all questions')
            [CompletionResult]::new('--location', '--location', [CompletionResultType]::ParameterName, 'Where the meeting is')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Text for people')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;event;delete' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--cancel-bookings', '--cancel-bookings', [CompletionResultType]::ParameterName, 'Cancel its bookings ahead; without this an event with bookings stays')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;event;share' {
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'A text for a mail: the next open times in two zones, that nobody can take for others')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;event;help' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Offer a new event')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List your events, or somebody''s public ones')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show an event and when it may be booked')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change an event')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete an event')
            [CompletionResult]::new('share', 'share', [CompletionResultType]::ParameterValue, 'Print the links to an event, or a text for a mail')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;event;help;create' {
            break
        }
        'meetme;event;help;list' {
            break
        }
        'meetme;event;help;show' {
            break
        }
        'meetme;event;help;edit' {
            break
        }
        'meetme;event;help;delete' {
            break
        }
        'meetme;event;help;share' {
            break
        }
        'meetme;event;help;help' {
            break
        }
        'meetme;slot' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add windows: "mon-fri 9:00-12:00"')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take a slot, a span or a window out')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the windows')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;slot;add' {
            [CompletionResult]::new('--rrule', '--rrule', [CompletionResultType]::ParameterName, 'A rule of RFC 5545 instead of words, such as "FREQ=MONTHLY;BYDAY=1TU"')
            [CompletionResult]::new('--start', '--start', [CompletionResultType]::ParameterName, 'With --rrule: when it first begins, in the event''s zone')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'With --rrule: how long it lasts')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'The last day on which it recurs')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--whole', '--whole', [CompletionResultType]::ParameterName, 'Keep each window as one slot instead of cutting it')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;slot;remove' {
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Everything up to here instead of one slot')
            [CompletionResult]::new('--window', '--window', [CompletionResultType]::ParameterName, 'A whole window, by its id or the beginning of it: see `meetme slot list`')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--earlier', '--earlier', [CompletionResultType]::ParameterName, 'When clocks show that time twice: the first one')
            [CompletionResult]::new('--later', '--later', [CompletionResultType]::ParameterName, 'When clocks show that time twice: the second one')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;slot;list' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;slot;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add windows: "mon-fri 9:00-12:00"')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take a slot, a span or a window out')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the windows')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;slot;help;add' {
            break
        }
        'meetme;slot;help;remove' {
            break
        }
        'meetme;slot;help;list' {
            break
        }
        'meetme;slot;help;help' {
            break
        }
        'meetme;slots' {
            [CompletionResult]::new('--day', '--day', [CompletionResultType]::ParameterName, 'One day: 2026-12-01, tomorrow, tue; today if left out')
            [CompletionResult]::new('--week', '--week', [CompletionResultType]::ParameterName, 'The week, Monday to Sunday, of that day; this week if left out')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From the beginning of that day on')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Up to the end of that day')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say rule by rule why a slot is or is not offered (host only)')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Only open slots')
            [CompletionResult]::new('--plain', '--plain', [CompletionResultType]::ParameterName, 'A list, also on a terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;book' {
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'When the slot starts: 2026-12-01T09:00:00Z, "2026-12-01 09:00", "tomorrow 14:00", "tue 10:00"')
            [CompletionResult]::new('--first', '--first', [CompletionResultType]::ParameterName, 'The first open slot within 31 days that fits: "weekday 9-12", "tue", "14-16"; any if left out')
            [CompletionResult]::new('--idempotency-key', '--idempotency-key', [CompletionResultType]::ParameterName, 'Repeating a command under the same key books nothing twice')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'A note to the host')
            [CompletionResult]::new('--answer', '--answer', [CompletionResultType]::ParameterName, 'An answer to the host: "QUESTION=ANSWER", or the answer alone if there is one question')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--ensure', '--ensure', [CompletionResultType]::ParameterName, 'Booked already (at that time, with --at): success, and nothing changes')
            [CompletionResult]::new('--anyway', '--anyway', [CompletionResultType]::ParameterName, 'Book although you meet somebody else then')
            [CompletionResult]::new('--earlier', '--earlier', [CompletionResultType]::ParameterName, 'When clocks show that time twice: the first one')
            [CompletionResult]::new('--later', '--later', [CompletionResultType]::ParameterName, 'When clocks show that time twice: the second one')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;cancel' {
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;unbook' {
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;reschedule' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'When the other slot starts; on a terminal a choice')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--earlier', '--earlier', [CompletionResultType]::ParameterName, 'When clocks show that time twice: the first one')
            [CompletionResult]::new('--later', '--later', [CompletionResultType]::ParameterName, 'When clocks show that time twice: the second one')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;confirm' {
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;decline' {
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;call' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Hang up after so long, such as 30s or 5m')
            [CompletionResult]::new('--picture', '--picture', [CompletionResultType]::ParameterName, 'How pictures are drawn')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'The camera: `auto`, `none`, `card`, a number, a device file, or a file with pictures')
            [CompletionResult]::new('--microphone', '--microphone', [CompletionResultType]::ParameterName, 'The microphone: `auto`, `none`, its name or a part of it')
            [CompletionResult]::new('--speaker', '--speaker', [CompletionResultType]::ParameterName, 'The speaker: `auto`, `none`, its name or a part of it')
            [CompletionResult]::new('--echo-cancel', '--echo-cancel', [CompletionResultType]::ParameterName, 'Take echo and noise out of what the microphone hears')
            [CompletionResult]::new('--exec', '--exec', [CompletionResultType]::ParameterName, 'Run a command by the shell when the other arrives')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Where files go that you take, and recordings that you begin with `r`')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'What to send instead of camera and microphone: `card` (a test card and a tone), `card:1280x720@30`, `none`, or a file (Y4M, IVF, WAV, others through ffmpeg)')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Write what comes to FILE (Matroska), readable up to its last second whatever happens')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Look whether a call could be held: the relay, STUN and TURN; join none')
            [CompletionResult]::new('--headless', '--headless', [CompletionResultType]::ParameterName, 'Without screen, camera and microphone: send --source, tell events as lines')
            [CompletionResult]::new('--plain', '--plain', [CompletionResultType]::ParameterName, 'No picture: everything in lines, and commands typed as words')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the call opens, and ring then')
            [CompletionResult]::new('--relay-only', '--relay-only', [CompletionResultType]::ParameterName, 'Send through the TURN server alone')
            [CompletionResult]::new('--loopback-only', '--loopback-only', [CompletionResultType]::ParameterName, 'Use no address but this machine''s own')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;agenda' {
            [CompletionResult]::new('--day', '--day', [CompletionResultType]::ParameterName, 'One day: 2026-12-01, tomorrow, tue; today if left out')
            [CompletionResult]::new('--week', '--week', [CompletionResultType]::ParameterName, 'The week, Monday to Sunday, of that day; this week if left out')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From the beginning of that day on')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Up to the end of that day')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Cancelled ones too')
            [CompletionResult]::new('--plain', '--plain', [CompletionResultType]::ParameterName, 'A list, also on a terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;watch' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only these kinds: booked, cancelled, rescheduled, confirmed, declined, held, released, event_created, slots_changed, windows_changed, event_changed, event_deleted')
            [CompletionResult]::new('--exec', '--exec', [CompletionResultType]::ParameterName, 'Run this for each change')
            [CompletionResult]::new('--exec-timeout', '--exec-timeout', [CompletionResultType]::ParameterName, 'How long the command may run for one change: 30s, 5m')
            [CompletionResult]::new('--cursor-file', '--cursor-file', [CompletionResultType]::ParameterName, 'Go on where the last watch with this file stopped')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after so long: 30s, 5m, 2h; with --once and no change until then, exit 7')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Read and show times in this zone instead of yours, such as Europe/Berlin')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'End after the first change')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;calendar' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Show an event''s open slots in your calendar apps')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Show them no more')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;calendar;add' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;calendar;remove' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;calendar;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Show an event''s open slots in your calendar apps')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Show them no more')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;calendar;help;add' {
            break
        }
        'meetme;calendar;help;remove' {
            break
        }
        'meetme;calendar;help;help' {
            break
        }
        'meetme;feed' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('url', 'url', [CompletionResultType]::ParameterValue, 'Print the addresses that calendar apps subscribe to')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Give the feed of your own bookings a new address; the old one ends at once')
            [CompletionResult]::new('busy', 'busy', [CompletionResultType]::ParameterValue, 'Publish when you are busy, or stop it')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write .ics files for static hosting')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;feed;url' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;feed;rotate' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--end', '--end', [CompletionResultType]::ParameterName, 'End it, without a new one')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;feed;busy' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;feed;export' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Where to write')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--stdout', '--stdout', [CompletionResultType]::ParameterName, 'Write one event to stdout instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;feed;help' {
            [CompletionResult]::new('url', 'url', [CompletionResultType]::ParameterValue, 'Print the addresses that calendar apps subscribe to')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Give the feed of your own bookings a new address; the old one ends at once')
            [CompletionResult]::new('busy', 'busy', [CompletionResultType]::ParameterValue, 'Publish when you are busy, or stop it')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write .ics files for static hosting')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;feed;help;url' {
            break
        }
        'meetme;feed;help;rotate' {
            break
        }
        'meetme;feed;help;busy' {
            break
        }
        'meetme;feed;help;export' {
            break
        }
        'meetme;feed;help;help' {
            break
        }
        'meetme;export' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this file instead of stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this file instead of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--ics', '--ics', [CompletionResultType]::ParameterName, 'As iCalendar instead of JSON')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;doctor' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--static', '--static', [CompletionResultType]::ParameterName, 'A script that knows commands and flags alone, and asks nobody')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;man' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always or never')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Whose log-in to use')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The server''s address')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the result as one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing beside the result')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes where it is asked')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tell what is going on')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'meetme;help' {
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Run the server')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Look after an installation')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'See it all work, with nothing set up')
            [CompletionResult]::new('signup', 'signup', [CompletionResultType]::ParameterValue, 'Open an account')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Log out')
            [CompletionResult]::new('whoami', 'whoami', [CompletionResultType]::ParameterValue, 'Say who is logged in, where, and with which rights')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Make and revoke app tokens: for calendar apps, cron, other machines')
            [CompletionResult]::new('event', 'event', [CompletionResultType]::ParameterValue, 'Offer events')
            [CompletionResult]::new('slot', 'slot', [CompletionResultType]::ParameterValue, 'Say when an event may be booked')
            [CompletionResult]::new('slots', 'slots', [CompletionResultType]::ParameterValue, 'List the slots of an event')
            [CompletionResult]::new('book', 'book', [CompletionResultType]::ParameterValue, 'Book a slot')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel a booking')
            [CompletionResult]::new('reschedule', 'reschedule', [CompletionResultType]::ParameterValue, 'Move a booking to another slot')
            [CompletionResult]::new('confirm', 'confirm', [CompletionResultType]::ParameterValue, 'Say yes to a booking that waits for it')
            [CompletionResult]::new('decline', 'decline', [CompletionResultType]::ParameterValue, 'Say no to a booking that waits for a yes')
            [CompletionResult]::new('call', 'call', [CompletionResultType]::ParameterValue, 'Join the call of a booking')
            [CompletionResult]::new('agenda', 'agenda', [CompletionResultType]::ParameterValue, 'List your bookings, as host and as guest')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Show changes as they happen')
            [CompletionResult]::new('calendar', 'calendar', [CompletionResultType]::ParameterValue, 'Book someone''s event from your calendar app')
            [CompletionResult]::new('feed', 'feed', [CompletionResultType]::ParameterValue, 'Publish open slots and bookings to calendar apps')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Take everything of your own along')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Say what is wrong with the set-up, and how to mend it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for your shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'meetme;help;serve' {
            break
        }
        'meetme;help;admin' {
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Copy everything into one file while the server goes on')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Put a backup in place of nothing, as another life of the installation')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look for what must never be: damage, double bookings, seats of nobody, logs with gaps')
            [CompletionResult]::new('user', 'user', [CompletionResultType]::ParameterValue, 'Look after accounts')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Carry everything from SQLite to PostgreSQL, or back, while no server runs')
            break
        }
        'meetme;help;admin;backup' {
            break
        }
        'meetme;help;admin;restore' {
            break
        }
        'meetme;help;admin;check' {
            break
        }
        'meetme;help;admin;user' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List accounts, while the server goes on')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one account')
            [CompletionResult]::new('password', 'password', [CompletionResultType]::ParameterValue, 'Give an account a new password and end its log-ins')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Keep an account from being used, and end its log-ins')
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Let a disabled account be used again')
            break
        }
        'meetme;help;admin;user;list' {
            break
        }
        'meetme;help;admin;user;show' {
            break
        }
        'meetme;help;admin;user;password' {
            break
        }
        'meetme;help;admin;user;disable' {
            break
        }
        'meetme;help;admin;user;enable' {
            break
        }
        'meetme;help;admin;move' {
            break
        }
        'meetme;help;demo' {
            break
        }
        'meetme;help;signup' {
            break
        }
        'meetme;help;login' {
            break
        }
        'meetme;help;logout' {
            break
        }
        'meetme;help;whoami' {
            break
        }
        'meetme;help;token' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make a token; it is shown once')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List your tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke a token')
            break
        }
        'meetme;help;token;create' {
            break
        }
        'meetme;help;token;list' {
            break
        }
        'meetme;help;token;revoke' {
            break
        }
        'meetme;help;event' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Offer a new event')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List your events, or somebody''s public ones')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show an event and when it may be booked')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change an event')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete an event')
            [CompletionResult]::new('share', 'share', [CompletionResultType]::ParameterValue, 'Print the links to an event, or a text for a mail')
            break
        }
        'meetme;help;event;create' {
            break
        }
        'meetme;help;event;list' {
            break
        }
        'meetme;help;event;show' {
            break
        }
        'meetme;help;event;edit' {
            break
        }
        'meetme;help;event;delete' {
            break
        }
        'meetme;help;event;share' {
            break
        }
        'meetme;help;slot' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add windows: "mon-fri 9:00-12:00"')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take a slot, a span or a window out')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the windows')
            break
        }
        'meetme;help;slot;add' {
            break
        }
        'meetme;help;slot;remove' {
            break
        }
        'meetme;help;slot;list' {
            break
        }
        'meetme;help;slots' {
            break
        }
        'meetme;help;book' {
            break
        }
        'meetme;help;cancel' {
            break
        }
        'meetme;help;reschedule' {
            break
        }
        'meetme;help;confirm' {
            break
        }
        'meetme;help;decline' {
            break
        }
        'meetme;help;call' {
            break
        }
        'meetme;help;agenda' {
            break
        }
        'meetme;help;watch' {
            break
        }
        'meetme;help;calendar' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Show an event''s open slots in your calendar apps')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Show them no more')
            break
        }
        'meetme;help;calendar;add' {
            break
        }
        'meetme;help;calendar;remove' {
            break
        }
        'meetme;help;feed' {
            [CompletionResult]::new('url', 'url', [CompletionResultType]::ParameterValue, 'Print the addresses that calendar apps subscribe to')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Give the feed of your own bookings a new address; the old one ends at once')
            [CompletionResult]::new('busy', 'busy', [CompletionResultType]::ParameterValue, 'Publish when you are busy, or stop it')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write .ics files for static hosting')
            break
        }
        'meetme;help;feed;url' {
            break
        }
        'meetme;help;feed;rotate' {
            break
        }
        'meetme;help;feed;busy' {
            break
        }
        'meetme;help;feed;export' {
            break
        }
        'meetme;help;export' {
            break
        }
        'meetme;help;doctor' {
            break
        }
        'meetme;help;completions' {
            break
        }
        'meetme;help;man' {
            break
        }
        'meetme;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
