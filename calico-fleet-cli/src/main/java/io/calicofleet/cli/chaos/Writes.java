package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.History.ClusterLog;
import io.calicofleet.cli.chaos.History.Kept;
import io.calicofleet.cli.chaos.History.Write;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether clusters were written to only by whom they belonged to, and once. Which step a write is of, the journal in the
 * cluster tells: it names the step before that writes, and one lease at a time lets steps write.
 */
final class Writes {

    /** The journal, the lease, backups and plans. */
    private static final String OURS = "calico-fleet";

    /** What its runs call themselves, before who they are in a lease. */
    private static final String EXECUTOR = "calico-fleet/";

    private static final String LEASE = "kube-system/calico-fleet";

    private static final String JOURNAL = "configmaps kube-system/calico-fleet";

    /** A host endpoint is labelled for the protection and, once what was approved is in place, relabelled in one step. */
    private static final Map<String, Integer> MORE_THAN_ONCE =
            Map.of("hostendpoints.crd.projectcalico.org", 2, "tigerastatuses.operator.tigera.io", 2);

    /** The same in etcd, by a part of the key. */
    private static final String ETCD_HOST_ENDPOINTS = "/hostendpoints/";

    private static final String HELM_RELEASE = "sh.helm.release.v1.";

    private Writes() {}

    /** A write with an effect, and what the journal said before it. */
    private record Journalled(Write write, @Nullable StepId step, long epoch, boolean running) {}

    /** Each write is of a step that runs, that was asked for under the grant whose epoch is the newest, while that grant lasted. */
    static List<Finding> underAClaim(History history) {
        List<Finding> findings = new ArrayList<>();
        Map<ClusterId, List<Kept<ClaimGranted>>> grants = Claims.grants(history);
        history.clusters().forEach((cluster, log) -> {
            List<Kept<StepRequested>> requests = history.of(StepRequested.class, cluster);
            Set<String> told = new LinkedHashSet<>();
            for (Journalled write : effects(log)) {
                String wrong = wrong(history, cluster, write, requests, grants.getOrDefault(cluster, List.of()));
                if (wrong != null && told.add(wrong)) {
                    findings.add(Finding.of(cluster, wrong, line(write.write())));
                }
            }
        });
        return findings;
    }

    private static @Nullable String wrong(
            History history,
            ClusterId cluster,
            Journalled write,
            List<Kept<StepRequested>> requests,
            List<Kept<ClaimGranted>> grants) {
        StepId step = write.step();
        if (step == null || !write.running()) {
            return "is written to though no step runs; the last one was " + step;
        }
        Optional<Kept<StepRequested>> request =
                requests.stream().filter(one -> one.data().step().equals(step)).findFirst();
        if (request.isEmpty()) {
            return "is written to by " + step + ", which nobody asked for";
        }
        Long epoch = request.get().data().parameters().epoch();
        if (epoch == null || epoch < write.epoch()) {
            return "is written to by " + step + " of epoch " + epoch + " though epoch " + write.epoch()
                    + " has begun there";
        }
        Optional<Kept<ClaimGranted>> grant = grants.stream()
                .filter(one ->
                        one.data().epoch() == epoch && one.data().campaign().equals(step.campaign()))
                .findFirst();
        if (grant.isEmpty()) {
            return "is written to by " + step + " under epoch " + epoch + ", which was not granted to its campaign";
        }
        if (leftOut(history, step)) {
            // A person ended the claim: the step that ran may end, the next one's epoch ends it at the latest.
            return null;
        }
        Optional<Instant> released = history.of(ClaimReleased.class, cluster).stream()
                .filter(release -> release.data().campaign().equals(step.campaign())
                        && release.data().attempt() >= grant.get().data().attempt())
                .map(Kept::time)
                .findFirst();
        return released.filter(write.write().at()::isAfter).isPresent()
                ? "is written to by " + step + " after its campaign released the cluster at " + released.get()
                : null;
    }

    private static boolean leftOut(History history, StepId step) {
        return history.all(ClusterStatus.class)
                .anyMatch(status -> status.data().campaign().equals(step.campaign())
                        && status.data().cluster().equals(step.cluster())
                        && (status.data().phase() == ClusterPhase.SKIPPED
                                || status.data().phase() == ClusterPhase.ABORTED));
    }

    /**
     * While a run of an executor holds the lease of a cluster no other run of one writes there, but what was on its way when the
     * lease was taken from it: an API server cannot be asked to refuse that. A run that gave the lease up itself has nothing on its way.
     */
    static List<Finding> byOneExecutor(History history) {
        List<Finding> findings = new ArrayList<>();
        history.clusters().forEach((cluster, log) -> {
            String holder = "";
            String lost = "";
            for (Write write : log.writes()) {
                if (write.code() >= 300 || write.dryRun()) {
                    continue;
                }
                if (write.resource().startsWith("leases") && write.object().equals(LEASE)) {
                    String next = run(write.values().getOrDefault("holderIdentity", ""));
                    lost = next.isEmpty() || next.equals(holder) ? lost : holder;
                    holder = next;
                } else if (write.userAgent().startsWith(EXECUTOR)) {
                    String writer = write.userAgent().substring(EXECUTOR.length());
                    if (!writer.equals(holder) && !writer.equals(lost)) {
                        findings.add(Finding.of(
                                cluster,
                                "is written to by " + writer + " while " + (holder.isEmpty() ? "nobody" : holder)
                                        + " has its lease",
                                line(write)));
                    }
                    lost = writer.equals(lost) ? "" : lost;
                }
            }
        });
        return findings;
    }

    /** Within a step no object is changed twice, and no Helm release gets two revisions. */
    static List<Finding> once(History history) {
        List<Finding> findings = new ArrayList<>();
        Set<StepId> canaries = history.all(StepRequested.class)
                .filter(request -> request.data().parameters().canaryNodes() != null)
                .map(request -> request.data().step())
                .collect(Collectors.toSet());
        history.clusters().forEach((cluster, log) -> {
            Map<String, List<Journalled>> byEffect = new TreeMap<>();
            for (Journalled write : effects(log)) {
                String object = write.write().object();
                boolean revision = object.contains(HELM_RELEASE);
                if (revision && !write.write().verb().equals("create")) {
                    continue; // what becomes of a revision is written into it
                }
                String effect = write.step() + ": "
                        + (revision
                                ? "new revision of " + object.substring(0, object.lastIndexOf(".v"))
                                : write.write().verb() + " " + write.write().resource() + " " + object);
                byEffect.computeIfAbsent(effect, any -> new ArrayList<>()).add(write);
            }
            byEffect.forEach((effect, writes) -> {
                if (writes.size() > mostTimes(writes.getFirst(), canaries)) {
                    findings.add(new Finding(
                            cluster.value(),
                            writes.size() + " times: " + effect,
                            writes.stream()
                                    .map(Journalled::write)
                                    .map(Writes::line)
                                    .toList()));
                }
            });
        });
        return findings;
    }

    /** A lease names the run, and the cluster as which it has it. */
    private static String run(String holder) {
        int end = holder.indexOf(' ');
        return end < 0 ? holder : holder.substring(0, end);
    }

    /** With canary nodes the DaemonSet of calico-node is held, written, and let go. */
    private static int mostTimes(Journalled journalled, Set<StepId> canaries) {
        Write write = journalled.write();
        StepId step = journalled.step();
        if (step != null && canaries.contains(step) && write.resource().equals("daemonsets.apps")) {
            return 3;
        }
        return write.object().contains(ETCD_HOST_ENDPOINTS) ? 2 : MORE_THAN_ONCE.getOrDefault(write.resource(), 1);
    }

    /** What changed something of the cluster, each with the step that ran. */
    private static List<Journalled> effects(ClusterLog log) {
        List<Journalled> effects = new ArrayList<>();
        Map<String, String> versions = new HashMap<>();
        StepId step = null;
        long epoch = 0;
        boolean running = false;
        for (Write write : log.writes()) {
            if (write.code() >= 300 || write.dryRun()) {
                continue;
            }
            String key = write.resource() + " " + write.object();
            boolean changed = !write.version().equals(versions.put(key, write.version()))
                    || write.version().isEmpty();
            if (key.equals(JOURNAL)) {
                String named = write.values().get("step");
                step = named == null ? null : StepId.parse(named);
                epoch = Long.parseLong(write.values().getOrDefault("epoch", "0"));
                running = "started".equals(write.values().get("state"));
            } else if (changed && !bookkeeping(write) && !write.userAgent().equals(SimulatedFleet.PERSON)) {
                effects.add(new Journalled(write, step, epoch, running));
            }
        }
        return effects;
    }

    private static boolean bookkeeping(Write write) {
        String name = write.object().substring(write.object().indexOf('/') + 1);
        return write.resource().startsWith("leases") || (name.startsWith(OURS) && !isPolicy(write));
    }

    private static boolean isPolicy(Write write) {
        return write.resource().contains("polic");
    }

    private static String line(Write write) {
        return write.at() + " " + write.verb() + " " + write.resource() + " " + write.object() + " (" + write.code()
                + ", version " + write.version() + ")";
    }
}
