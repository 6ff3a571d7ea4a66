package io.calicofleet.executor.step.hostendpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.NodeLabels;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The policy that an approval had put in place beside the temporary one, once that approval does not hold any more. It goes
 * back to what the campaign found: mostly it was not there. Known by a mark on it, which it has until the temporary policy
 * is gone, so that one that is in force for good, or of people, is let alone. A campaign that was aborted in between leaves
 * it marked; nobody confirmed that either, and since a cluster has one campaign at a time, the next one takes it back.
 *
 * @param before what the backup of the campaign has under its name; empty where that was not there, or nobody confirmed it
 */
record VoidedPolicy(Optional<ObjectNode> before) {

    private static final String MARK = "calico-fleet.io/approved-in";

    static VoidedPolicy of(StepContext context) {
        CampaignName campaign = context.step().campaign();
        ObjectKey key =
                new ObjectKey(CalicoKind.GROUP, CalicoKind.GLOBAL_NETWORK_POLICY.kind(), "", ReleaseCheck.POLICY);
        return new VoidedPolicy(context.backups()
                .of(campaign)
                .flatMap(backup -> backup.objects().getOrDefault(key, Optional.empty()))
                .filter(found -> !isIt(found)));
    }

    /** The temporary policy is gone: the one that took its place is in force for good. Returns whether that was news. */
    static boolean confirm(CalicoDatastore calico) {
        return Edits.edit(calico, CalicoKind.GLOBAL_NETWORK_POLICY, ReleaseCheck.POLICY, now -> {
            if (!isIt(now)) {
                return now;
            }
            ObjectNode confirmed = now.deepCopy();
            Json.child(Json.child(confirmed, "metadata"), "annotations").remove(MARK);
            return confirmed;
        });
    }

    /** Marks a policy that is about to be put in place. */
    static void mark(ObjectNode policy, CampaignName campaign) {
        Json.child(Json.child(policy, "metadata"), "annotations").put(MARK, campaign.value());
    }

    /** These policies once it is taken back. */
    List<ObjectNode> without(List<ObjectNode> policies) {
        if (policies.stream().noneMatch(VoidedPolicy::isIt)) {
            return policies;
        }
        List<ObjectNode> left = new ArrayList<>(policies);
        left.removeIf(VoidedPolicy::isIt);
        before.ifPresent(left::add);
        return left;
    }

    /** Takes it back, and the labels it selected by; what was changed, nothing where it is so already. */
    List<String> takeBack(ClusterApi cluster, CalicoDatastore calico) {
        List<String> changes = new ArrayList<>();
        Optional<ObjectNode> present = calico.find(CalicoKind.GLOBAL_NETWORK_POLICY, ReleaseCheck.POLICY);
        if (present.filter(VoidedPolicy::isIt).isPresent()) {
            if (before.isPresent()) {
                calico.replace(Objects.over(before.get(), present.get()));
            } else {
                calico.delete(present.get());
            }
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + ReleaseCheck.POLICY);
        }
        boolean selects = present.isPresent() && (before.isPresent() || changes.isEmpty());
        if (!selects) {
            unlabel(cluster, calico, changes);
        }
        return changes;
    }

    private static void unlabel(ClusterApi cluster, CalicoDatastore calico, List<String> changes) {
        NodeNames names = calico.nodeNames();
        for (ObjectNode endpoint : calico.list(CalicoKind.HOST_ENDPOINT)) {
            HostEndpointFact fact = HostEndpoints.fact(endpoint);
            boolean changed = HostEndpoints.labels(endpoint).containsKey(ReleaseCheck.LABEL)
                    && (fact.automatic()
                            ? NodeLabels.remove(cluster, names.inKubernetes(fact.node()), ReleaseCheck.LABEL)
                            : Edits.edit(
                                    calico,
                                    CalicoKind.HOST_ENDPOINT,
                                    fact.name(),
                                    now -> HostEndpoints.withoutLabel(now, ReleaseCheck.LABEL)));
            if (changed) {
                changes.add(ReleaseCheck.object(fact));
            }
        }
    }

    private static boolean isIt(JsonNode policy) {
        return Objects.name(policy).equals(ReleaseCheck.POLICY)
                && !Json.text(policy.at("/metadata/annotations"), MARK).isEmpty();
    }
}
