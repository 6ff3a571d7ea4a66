#!/bin/sh
# The prober of calico-fleet: one on each node for as long as its nodes are upgraded. It answers others over HTTP and dials
# its paths, each twice a second over a new connection. Every five seconds each path tells all it has measured so far, so
# that no line is missed. All times are hundredths of a second since this machine started: nobody sets that clock.
#
#   cf1 RUN BOOT NOW KIND TO BEGAN TRIES ANSWERS FIRST LAST LONGEST
#
# RUN is another one each time this script starts, BOOT each time the machine does. LONGEST is the longest time from one
# answer to the next where a try between them, or before the next, was lost; one that still goes on counts.
set -u
PORT=${PORT:-8099}
PEERS=${PEERS:-3}
PLAN=${PLAN:-/plan}
WWW=${WWW:-/tmp/www}
LISTEN=${LISTEN:-$PORT}
REPORT=${REPORT:-500}

now() {
    read -r up rest </proc/uptime
    t=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# Any answer over HTTP is one, an error too: the API server says 400 to whoever does not speak TLS.
dial() {
    said=$(timeout 1 wget -q -O /dev/null "http://$1/" 2>&1) && return 0
    case $said in *HTTP/1*) return 0 ;; esac
    return 1
}

ask() {
    timeout 2 nslookup -type=a "$1" >/dev/null 2>&1
}

path() { # KIND TO COMMAND...
    kind=$1 to=$2
    shift 2
    now
    began=$t seen=$t first=0 last=0 tries=0 answers=0 longest=0 failed=0 told=$t
    while :; do
        started=$t
        if "$@"; then good=1; else good=0; fi
        now
        tries=$((tries + 1))
        # A try that was not made for two seconds is as good as lost.
        [ $((started - seen)) -gt 200 ] && failed=1
        [ $good = 0 ] && failed=1
        [ $failed = 1 ] && [ $((t - seen)) -gt $longest ] && longest=$((t - seen))
        if [ $good = 1 ]; then
            answers=$((answers + 1)) failed=0 seen=$t last=$t
            [ $first = 0 ] && first=$t
        fi
        if [ $((t - told)) -ge "$REPORT" ] || [ $tries = 1 ]; then
            told=$t
            echo "cf1 $run $boot $t $kind $to $began $tries $answers $first $last $longest"
        fi
        sleep 0.5
        now
    done
}

read -r run </proc/sys/kernel/random/uuid
read -r boot </proc/sys/kernel/random/boot_id
mkdir -p "$WWW"
echo ok >"$WWW/index.html"
httpd -p "$LISTEN" -h "$WWW"

# The executor writes the plan when it knows the addresses of all probers.
until [ -s "$PLAN/peers" ]; do sleep 1; done

awk -v me="$NODE" -v most="$PEERS" '
    { line[NR] = $0; if ($1 == me) at = NR }
    END { for (i = 1; at && i <= most && i < NR; i++) print line[(at - 1 + i) % NR + 1] }' "$PLAN/peers" >"$WWW/../mine"
while read -r node addresses; do
    for address in $addresses; do
        case $address in *:*) host="[$address]" ;; *) host=$address ;; esac
        path pod-to-pod "$node/$address" dial "$host:$PORT" &
    done
done <"$WWW/../mine"
if grep -q "^$NODE " "$PLAN/peers"; then
    for address in $(cat "$PLAN/service" 2>/dev/null); do
        case $address in *:*) host="[$address]" ;; *) host=$address ;; esac
        path pod-to-service "$address" dial "$host:$PORT" &
    done
    case $KUBERNETES_SERVICE_HOST in *:*) host="[$KUBERNETES_SERVICE_HOST]" ;; *) host=$KUBERNETES_SERVICE_HOST ;; esac
    path pod-to-api "$KUBERNETES_SERVICE_HOST" dial "$host:$KUBERNETES_SERVICE_PORT" &
    domain=$(awk '$1 == "search" { for (i = 2; i <= NF; i++) if ($i ~ /^svc\./) print $i }' /etc/resolv.conf | head -n 1)
    path pod-to-dns "kubernetes.default.${domain:-svc.cluster.local}" ask "kubernetes.default.${domain:-svc.cluster.local}" &
fi
wait
while :; do sleep 3600; done
