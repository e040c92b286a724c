#!/usr/bin/env bash
# A small internet in namespaces: a server, and two people, each behind a router.
#
#   ada 10.1.0.2 -- 10.1.0.1 router 203.0.113.2 --+
#                                                 +-- 203.0.113.1 server
#   bob 10.2.0.2 -- 10.2.0.1 router 203.0.113.3 --+
#
# To be run by `unshare --map-root-user --net`, with how it is:
#   cone       a router gives one address to all that comes from one port behind it
#   symmetric  another address for each place that is sent to
#   filtered   like cone, and no UDP passes between the two routers
#   no-udp     like cone, and no UDP leaves ada's router
# Says which processes are where (server, ada, bob), and ends with its input.
set -euo pipefail
kind=$1
mask=masquerade
[ "$kind" != symmetric ] || mask='masquerade random,fully-random'

# A process in a network of its own; gone when this script is.
network() {
    unshare --net sleep infinity &
    made=$!
    until [ "$(readlink "/proc/$made/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
    nsenter --target "$made" --net ip link set lo up
}
trap 'kill $(jobs -p) 2>/dev/null || :' EXIT
within() {
    local place=$1
    shift
    nsenter --target "$place" --net "$@"
}

ip link set lo up
ip link add street type bridge
ip address add 203.0.113.1/24 dev street
ip link set street up

people=()
for number in 1 2; do
    network && router=$made
    network && person=$made
    people+=("$person")
    ip link add "door$number" type veth peer name out netns "$router"
    ip link set "door$number" master street up
    within "$router" ip address add "203.0.113.$((number + 1))/24" dev out
    within "$router" ip link set out up
    within "$router" ip link add in type veth peer name home netns "$person"
    within "$router" ip address add "10.$number.0.1/24" dev in
    within "$router" ip link set in up
    within "$person" ip address add "10.$number.0.2/24" dev home
    within "$person" ip link set home up
    within "$person" ip route add default via "10.$number.0.1"
    within "$router" bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    within "$router" nft -f - <<RULES
table ip router {
    chain out { type nat hook postrouting priority 100; oifname out $mask; }
    # What nobody behind it has asked for does not come in, and is not answered.
    chain pass {
        type filter hook forward priority 0;
        iifname out ct state new drop
    }
    chain come {
        type filter hook input priority 0;
        iifname out ct state new drop
    }
}
RULES
    if [ "$kind" = filtered ]; then
        within "$router" nft add rule ip router pass ip daddr "203.0.113.$((4 - number))" udp dport 1-65535 drop
    fi
    if [ "$kind" = no-udp ] && [ "$number" = 1 ]; then
        within "$router" nft add rule ip router pass oifname out udp dport 1-65535 drop
    fi
done

echo "$$ ${people[*]}"
cat >/dev/null
