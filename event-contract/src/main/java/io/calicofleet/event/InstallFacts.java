package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Where Calico is on a cluster and what it consists of, found by what refers to what.
 *
 * @param namespace the namespace of the DaemonSet that runs calico-node
 * @param workloads the workloads of Calico, further pools of nodes and those for Windows among them
 * @param blockers what has to be put right before an upgrade can begin, a sentence each with what to do
 * @param degraded the components an operator says are degraded, each with its own words
 */
public record InstallFacts(
        String namespace, List<WorkloadFact> workloads, List<String> blockers, List<String> degraded) {

    public InstallFacts {
        requireNonNull(namespace, "namespace");
        workloads = Copies.list(workloads);
        blockers = Lines.few(blockers);
        degraded = Lines.few(degraded);
    }

    /** One of which nothing is degraded. */
    public InstallFacts(String namespace, List<WorkloadFact> workloads, List<String> blockers) {
        this(namespace, workloads, blockers, List.of());
    }
}
