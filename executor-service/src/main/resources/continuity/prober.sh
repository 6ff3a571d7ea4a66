#!/bin/sh
# The prober of calico-fleet: on each node for as long as its nodes are upgraded. ROLE says which of three a pod is: `pod`
# and, in the network of its host, `host` dial their paths, each twice a second, and answer others; `peer` only answers. Every
# five seconds each path tells all it has measured so far, so that no line is missed. All times are hundredths of a second
# since this machine started: nobody sets that clock.
#
#   cf1 RUN BOOT NOW KIND CONNECTION TO BEGAN TRIES ANSWERS FIRST LAST LONGEST BREAKS
#
# RUN is another one each time this script starts, BOOT each time the machine does. LONGEST is the longest time from one
# answer to the next where a try between them, or before the next, was lost; one that still goes on counts. CONNECTION is `new`
# or `kept`; BREAKS is how many times a kept one was lost that had answered.
set -u
trap '' PIPE
ROLE=${ROLE:-pod}
PORT=${PORT:-8099}
HOST_PORT=${HOST_PORT:-$PORT}
PEERS=${PEERS:-3}
HOSTS=${HOSTS:-2}
PLAN=${PLAN:-/plan}
WWW=${WWW:-/tmp/www}
LISTEN=${LISTEN:-$PORT}
REPORT=${REPORT:-500}
# A kept connection that is silent for so long is taken to be lost: whom it led to may not be there to say so.
SILENT=${SILENT:-6000}

now() {
    read -r up rest </proc/uptime
    t=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# Any answer over HTTP is one, an error too: the API server says 400 to whoever does not speak TLS.
dial() { # ADDRESS PORT
    case $1 in *:*) said="[$1]" ;; *) said=$1 ;; esac
    said=$(timeout 1 wget -q -O /dev/null "http://$said:$2/" 2>&1) && return 0
    case $said in *HTTP/1*) return 0 ;; esac
    return 1
}

ask() { # NAME
    timeout 2 nslookup -type=a "$1" >/dev/null 2>&1
}

# One line on the connection that is kept, and the same line back. The other end is a POST to httpd that never ends.
say() { # ADDRESS PORT
    [ -n "$line" ] || open "$1" "$2"
    word=$((word + 1))
    now
    asked=$t
    if echo "$word" >&3; then
        while read -t 1 -r back <&4; do
            [ "$back" = "$word" ] || continue
            heard=1 spoke=$t
            return 0
        done 
    fi
    now
    # A read that failed before its second was over: it is closed. What never answered is tried anew each time.
    if [ $((t - asked)) -lt 90 ] || [ $heard = 0 ] || [ $((t - spoke)) -gt "$SILENT" ]; then
        [ $heard = 1 ] && breaks=$((breaks + 1))
        shut
    fi
    return 1
} 2>/dev/null

open() { # ADDRESS PORT
    read -r line </proc/sys/kernel/random/uuid
    line=$WWW/../$line
    heard=0
    mkfifo "$line.in" "$line.out"
    nc "$1" "$2" <"$line.in" >"$line.out" &
    speaker=$!
    exec 3>"$line.in" 4<"$line.out"
    rm "$line.in" "$line.out"
    printf 'POST /cgi-bin/echo HTTP/1.1\r\nContent-Length: 2000000000\r\n\r\n' >&3
}

shut() {
    exec 3>&- 4<&-
    kill "$speaker"
    wait "$speaker"
    line=
}

path() { # KIND CONNECTION TO COMMAND...
    kind="$1 $2" to=$3
    shift 3
    line='' word=0 breaks=0
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
            echo "cf1 $run $boot $t $kind $to $began $tries $answers $first $last $longest $breaks"
        fi
        sleep 0.5
        now
    done
}

# Over new connections to each address of a node; to that of the first node of its kind over a kept one too.
paths() { # KIND PORT; lines of NODE ADDRESS...
    kept=1
    while read -r node addresses; do
        for address in $addresses; do
            path "$1" new "$node/$address" dial "$address" "$2" &
            [ $kept = 0 ] || path "$1" kept "$node/$address" say "$address" "$2" &
        done
        kept=0
    done
}

# The lines of the nodes after this one, in the order of their names.
after() { # FILE MOST
    awk -v me="$NODE" -v most="$2" '
        { line[NR] = $0; if ($1 == me) at = NR }
        END { for (i = 1; at && i <= most && i < NR; i++) print line[(at - 1 + i) % NR + 1] }' "$PLAN/$1"
}

own() { # FILE
    awk -v me="$NODE" '$1 == me' "$PLAN/$1"
}

read -r run </proc/sys/kernel/random/uuid
read -r boot </proc/sys/kernel/random/boot_id
mkdir -p "$WWW/cgi-bin"
echo ok >"$WWW/index.html"
printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\nexec cat\n' >"$WWW/cgi-bin/echo"
chmod 755 "$WWW/cgi-bin/echo"
httpd -p "$LISTEN" -h "$WWW" || exit 1

# The executor writes the plan when it knows the addresses of all pods.
[ "$ROLE" = peer ] || until [ -s "$PLAN/peers" ]; do sleep 1; done

case $ROLE in
pod)
    after peers "$PEERS" >"$WWW/../others"
    own near >"$WWW/../near"
    paths pod-to-pod "$PORT" <"$WWW/../others"
    paths pod-to-pod-same-node "$PORT" <"$WWW/../near"
    if [ -n "$(own peers)" ]; then
        for address in $(cat "$PLAN/service"); do
            path pod-to-service new "$address" dial "$address" "$PORT" &
            path pod-to-service kept "$address" say "$address" "$PORT" &
        done
        path pod-to-api new "$KUBERNETES_SERVICE_HOST" dial "$KUBERNETES_SERVICE_HOST" "$KUBERNETES_SERVICE_PORT" &
        domain=$(awk '$1 == "search" { for (i = 2; i <= NF; i++) if ($i ~ /^svc\./) print $i }' /etc/resolv.conf | head -n 1)
        name=kubernetes.default.${domain:-svc.cluster.local}
        path pod-to-dns new "$name" ask "$name" &
    fi
    ;;
host)
    # Beside the next node's pod, its own one: as the kubelet dials it.
    { after peers 1; own peers; } >"$WWW/../pods"
    after hosts "$HOSTS" >"$WWW/../others"
    paths host-to-pod "$PORT" <"$WWW/../pods"
    paths host-to-host "$HOST_PORT" <"$WWW/../others"
    ;;
esac
wait
while :; do sleep 3600; done
