package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.WorkloadObservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Whether the upgrade left the network as it was: node addresses, which autodetection may find anew; IP
 * pools; how many policies and other resources there are; the workloads of Calico, rolled out.
 *
 * <p>What people do meanwhile is no fault of the upgrade: nodes that came or went and resources that were added are told, in
 * the evidence and, for policies and the like, in the reason of the verdict; they are not missed. Our own policies are not
 * counted at all.
 *
 * <p>Why an added policy does not fail the gate, though the counts are to be unchanged: what an upgrade can do to people's
 * policies is lose them (a definition that drops them, a name that nobody finds any more), and that shows as fewer. More
 * come from whoever deploys an application meanwhile, on a busy cluster all day long, and from an operator, which brings
 * policies for its own components along. To fail then would hold, or even roll back, an upgrade that is in order. A pool is
 * otherwise: calico-node makes one by itself where it takes there to be none, so a new one is missed as much as a lost one.
 *
 * <p>A workload may have moved to another namespace, as the API server does with v3.31; one that the Installation tells the
 * operator to leave out is gone rightly.
 */
final class NetworkUnchangedGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.NETWORK_UNCHANGED;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.compare(requirement, evidence, (latest, before) -> new Comparison(latest, before).verdict());
    }

    private static final class Comparison {

        private final ClusterObservation latest;
        private final NetworkBaseline before;
        private final List<String> missing = new ArrayList<>();
        private final List<String> lines = new ArrayList<>();
        private final List<String> added = new ArrayList<>();

        Comparison(ClusterObservation latest, NetworkBaseline before) {
            this.latest = latest;
            this.before = before;
        }

        GateVerdict verdict() {
            addresses();
            pools();
            counts();
            workloads();
            return missing.isEmpty()
                    ? GateVerdict.Passed.because(
                            "The network is as it was before"
                                    + (added.isEmpty()
                                            ? "."
                                            : ", but for what was added meanwhile: " + String.join(", ", added) + "."),
                            lines)
                    : GateVerdict.NotYet.missing(missing, lines);
        }

        private void addresses() {
            if (latest.calicoAddresses().isEmpty()) {
                missing.add("any observation of the addresses of the nodes");
                return;
            }
            int same = 0;
            for (var node : before.nodeAddresses().entrySet()) {
                List<String> now = latest.calicoAddresses().get(node.getKey());
                if (now == null) {
                    lines.add("node " + node.getKey() + " is gone");
                } else if (sameSet(now, node.getValue())) {
                    same++;
                } else {
                    missing.add("the address " + text(node.getValue()) + " of node " + node.getKey() + ", it has "
                            + text(now));
                }
            }
            latest.calicoAddresses().keySet().stream()
                    .filter(node -> !before.nodeAddresses().containsKey(node))
                    .forEach(node -> lines.add("node " + node + " is new"));
            lines.add(same + " of " + Basics.count(before.nodeAddresses().size(), "node")
                    + " with the address of before");
        }

        private void pools() {
            lines.add("IP pools: " + text(latest.ipPools()));
            if (!sameSet(latest.ipPools(), before.ipPools())) {
                missing.add("the IP pools " + text(before.ipPools()) + ", there are " + text(latest.ipPools()));
            }
        }

        private void counts() {
            before.counts().forEach((kind, count) -> {
                Integer now = latest.counts().get(kind);
                if (now == null) {
                    missing.add("any observation of the number of " + kind);
                    return;
                }
                lines.add(kind + ": " + now + (now.equals(count) ? "" : ", before " + count));
                if (now > count) {
                    added.add((now - count) + " " + kind);
                }
                if (now < count) {
                    missing.add((count - now) + " of " + count + " " + kind);
                }
            });
        }

        private void workloads() {
            for (String object : before.workloads()) {
                Optional<WorkloadObservation> there = latest.workloads().stream()
                        .filter(workload -> workload.object().equals(object))
                        .findFirst()
                        .or(() -> moved(object));
                if (there.isEmpty() && leftOut(object)) {
                    lines.add(object + " is gone: the Installation leaves it out");
                } else if (there.isEmpty()) {
                    missing.add(object + ", which was there before");
                } else if (!rolledOut(there.get())) {
                    missing.add("the rollout of " + there.get().object());
                }
            }
            lines.add(Basics.count(before.workloads().size(), "workload") + " before, now "
                    + latest.workloads().size());
        }

        private boolean leftOut(String object) {
            return latest.operator() != null && latest.operator().leftOut().contains(object);
        }

        private Optional<WorkloadObservation> moved(String object) {
            String kind = object.substring(0, object.indexOf(' ') + 1);
            String name = object.substring(object.lastIndexOf('/') + 1);
            return latest.workloads().stream()
                    .filter(workload -> (workload.kind() + " ").equals(kind)
                            && workload.name().equals(name))
                    .findFirst();
        }

        /** The pods gate looks closer; of a DaemonSet a campaign may expect less than all. */
        private static boolean rolledOut(WorkloadObservation workload) {
            return workload.observedGeneration() == workload.generation()
                    && workload.updated() == workload.desired()
                    && (workload.kind().equals("DaemonSet") || workload.available() == workload.desired());
        }

        private static boolean sameSet(List<String> some, List<String> others) {
            return new HashSet<>(some).equals(new HashSet<>(others));
        }

        private static String text(List<String> values) {
            return values.isEmpty() ? "none" : String.join(", ", values);
        }
    }
}
