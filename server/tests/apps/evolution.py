"""Evolution's data server as a guest's calendar app, inside a D-Bus session of its own.

Usage: dbus-run-session -- python3 evolution.py SERVER USER PASSWORD, then commands on standard input, a line each:
`discover`, `open HREF`, `await COUNT`, `list`, `put UID START` (an hour, in UTC), `move UID START`, `remove UID`,
`refresh`. Each is answered with one line of JSON: {"ok": ...} or {"error": ...}.
"""

import json
import sys
import urllib.parse

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
from gi.repository import ECal, EDataServer, GLib, GObject  # noqa: E402

# In seconds; the test that asks waits for a minute.
PATIENCE = 50

server, user, password = sys.argv[1:4]
place = urllib.parse.urlsplit(server)
credentials = EDataServer.NamedParameters.new()
credentials.set(EDataServer.SOURCE_CREDENTIAL_USERNAME, user)
credentials.set(EDataServer.SOURCE_CREDENTIAL_PASSWORD, password)
registry = EDataServer.SourceRegistry.new_sync(None)
client = None
told = []


def source_of(path):
    """A calendar at this path, as one sets it up in Evolution."""
    source = EDataServer.Source.new(None, None)
    source.set_display_name(path)
    source.set_parent("caldav-stub")
    calendar = source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR)
    calendar.set_backend_name("caldav")
    auth = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
    auth.set_host(place.hostname)
    auth.set_port(place.port)
    auth.set_user(user)
    auth.set_method("plain/password")
    auth.set_remember_password(False)
    source.get_extension(EDataServer.SOURCE_EXTENSION_SECURITY).set_method("none")
    source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
    source.get_extension(EDataServer.SOURCE_EXTENSION_REFRESH).set_enabled(False)
    webdav = source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND)
    webdav.set_resource_path(path)
    return source


def wait(done):
    """Lets the session work until something holds; it is looked at ten times a second, and after every event."""
    context = GLib.MainContext.default()
    late = GLib.get_monotonic_time() + PATIENCE * 1_000_000
    ticks = GLib.timeout_add(100, lambda: True)
    while not done():
        if GLib.get_monotonic_time() > late:
            raise TimeoutError("it did not happen in time")
        context.iteration(True)
    GLib.source_remove(ticks)


def discover():
    source = source_of("/")
    kinds = EDataServer.WebDAVDiscoverSupports.EVENTS
    found = EDataServer.webdav_discover_sources_sync(source, server, kinds, credentials, None)
    listed = next(part for part in found if isinstance(part, list) and part and hasattr(part[0], "href"))
    return sorted(urllib.parse.urlsplit(one.href).path for one in listed)


def open_calendar(path):
    global client
    source = source_of(path)
    registry.commit_source_sync(source, None)
    wait(lambda: registry.ref_source(source.get_uid()) is not None)
    source = registry.ref_source(source.get_uid())
    # The backend asks for the password over the bus, so the session has to work while it connects.
    answer = lambda *_: source.invoke_authenticate(credentials, None, None)
    source.connect("credentials-required", answer)
    made = []
    ECal.Client.connect(source, ECal.ClientSourceType.EVENTS, 0, None, lambda _, result: made.append(result))
    wait(lambda: made)
    client = ECal.Client.connect_finish(made[0])
    GObject.Object.connect(client, "backend-error", lambda _, message: told.append(message))
    answer()
    wait(lambda: source.get_connection_status() == EDataServer.SourceConnectionStatus.CONNECTED)
    return source.get_connection_status().value_nick


def entries():
    _, comps = client.get_object_list_sync("#t", None)
    return sorted(f"{one.get_uid()} {one.get_dtstart().as_ical_string()} {one.get_summary()}" for one in comps)


def await_entries(count):
    """Waits until the copy has so many entries: the backend fills it behind one's back, and forgets that it was asked
    to while it is still opening. So it is asked again now and then."""
    asked = GLib.get_monotonic_time()

    def there():
        nonlocal asked
        if len(entries()) == int(count):
            return True
        if GLib.get_monotonic_time() > asked + 2_000_000:
            client.refresh_sync(None)
            asked = GLib.get_monotonic_time()
        return False

    wait(there)
    return entries()


def entry(uid, start):
    text = (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{start}\r\n"
        "DURATION:PT1H\r\nSUMMARY:Talk\r\nEND:VEVENT\r\n"
    )
    return ECal.Component.new_from_string(text).get_icalcomponent()


def put(uid, start):
    done = client.create_object_sync(entry(uid, start), ECal.OperationFlags.NONE, None)
    return done[-1] if isinstance(done, tuple) else done


def move(uid, start):
    _, there = client.get_object_sync(uid, None, None)
    comp = there.clone()
    whole = ECal.Component.new_from_icalcomponent(comp)
    value = ECal.Component.new_from_string(
        f"BEGIN:VEVENT\r\nUID:x\r\nDTSTART:{start}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    )
    whole.set_dtstart(value.get_dtstart())
    whole.set_dtend(value.get_dtend())
    client.modify_object_sync(
        whole.get_icalcomponent(), ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None
    )
    return True


def remove(uid):
    client.remove_object_sync(uid, None, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)
    return True


def refresh():
    client.refresh_sync(None)
    errors = list(told)
    told.clear()
    return errors


COMMANDS = {
    "discover": discover,
    "open": open_calendar,
    "await": await_entries,
    "list": entries,
    "put": put,
    "move": move,
    "remove": remove,
    "refresh": refresh,
}

for line in sys.stdin:
    name, *arguments = line.split()
    try:
        answer = {"ok": COMMANDS[name](*arguments)}
    except GLib.Error as error:
        answer = {"error": error.message, "domain": error.domain, "code": error.code}
    except Exception as error:  # whatever went wrong is what the test reads
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
