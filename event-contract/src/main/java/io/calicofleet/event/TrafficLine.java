package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * The value of a record on the traffic topic, as node log shippers send it: no CloudEvents headers, one kernel log line.
 *
 * @param cluster the cluster
 * @param node the node
 * @param log the line, in any of the forms syslog, journald and /dev/kmsg give it
 */
public record TrafficLine(ClusterId cluster, String node, String log) {

    public TrafficLine {
        requireNonNull(cluster, "cluster");
        requireNonNull(node, "node");
        requireNonNull(log, "log");
    }
}
