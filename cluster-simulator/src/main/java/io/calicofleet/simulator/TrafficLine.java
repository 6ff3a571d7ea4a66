package io.calicofleet.simulator;

/**
 * A kernel log line as a node's log shipper sends it.
 *
 * @param cluster the cluster
 * @param node the node
 * @param log the line
 */
public record TrafficLine(String cluster, String node, String log) {}
