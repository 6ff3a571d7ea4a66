package io.calicofleet.planner.core.replay;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.StepId;
import io.calicofleet.event.WaveStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * In what a campaign at one time differs from itself at another.
 *
 * @param about the campaign, {@code wave NAME}, or a cluster
 * @param what of it
 * @param then as it was; empty where it was not
 * @param now as it is later; empty where it is not
 */
public record Change(String about, String what, String then, String now) {

    /**
     * All that differs, the campaign first, then its waves, then its clusters by id. What a later time alone makes differ is left out.
     *
     * @param then the campaign; null: there was none
     * @param now the same later; null: there is none any more
     */
    public static List<Change> between(
            @Nullable CampaignStatus then,
            Collection<ClusterStatus> thenClusters,
            @Nullable CampaignStatus now,
            Collection<ClusterStatus> nowClusters) {
        List<Change> changes = new ArrayList<>();
        if (then == null || now == null) {
            CampaignStatus one = then == null ? now : then;
            if (one != null) {
                add(changes, one.campaign().value(), "phase", phase(then), phase(now));
            }
        } else {
            String name = now.campaign().value();
            add(changes, name, "phase", phase(then), phase(now));
            add(changes, name, "reason", then.reason(), now.reason());
            add(changes, name, "failures", then.failures(), now.failures());
            add(changes, name, "stop", then.stop(), now.stop());
            for (int i = 0; i < now.waves().size() && i < then.waves().size(); i++) {
                wave(changes, then.waves().get(i), now.waves().get(i));
            }
        }
        Map<ClusterId, ClusterStatus> before = byId(thenClusters);
        Map<ClusterId, ClusterStatus> after = byId(nowClusters);
        Map<ClusterId, ClusterStatus> all = new TreeMap<>(before);
        all.putAll(after);
        all.keySet().forEach(id -> cluster(changes, id.value(), before.get(id), after.get(id)));
        return changes;
    }

    private static void wave(List<Change> changes, WaveStatus then, WaveStatus now) {
        String about = "wave " + now.name();
        add(changes, about, "started", then.startedAt(), now.startedAt());
        add(changes, about, "finished", then.finishedAt(), now.finishedAt());
        add(changes, about, "waits for", then.waitsFor(), now.waitsFor());
        add(
                changes,
                about,
                "approvals",
                then.approvals().size(),
                now.approvals().size());
    }

    private static void cluster(
            List<Change> changes, String id, @Nullable ClusterStatus then, @Nullable ClusterStatus now) {
        both(changes, id, "phase", then, now, ClusterStatus::phase);
        both(changes, id, "step", then, now, ClusterStatus::step);
        if (then != null && now != null && Objects.equals(then.step(), now.step())) {
            add(changes, id, "done", done(then), done(now));
        }
        both(changes, id, "held for", then, now, ClusterStatus::holdReason);
        both(changes, id, "steps done", then, now, status -> status.steps().size());
    }

    private static void both(
            List<Change> changes,
            String id,
            String what,
            @Nullable ClusterStatus then,
            @Nullable ClusterStatus now,
            Function<ClusterStatus, @Nullable Object> of) {
        add(changes, id, what, then == null ? null : of.apply(then), now == null ? null : of.apply(now));
    }

    private static String done(ClusterStatus status) {
        return status.done() + " of " + status.total() + " " + status.unit();
    }

    private static String phase(@Nullable CampaignStatus status) {
        return status == null ? "" : status.phase().encode();
    }

    private static void add(
            List<Change> changes, String about, String what, @Nullable Object then, @Nullable Object now) {
        if (!Objects.equals(then, now)) {
            changes.add(new Change(about, what, text(then), text(now)));
        }
    }

    private static String text(@Nullable Object value) {
        return value == null
                ? ""
                : value instanceof StepId step ? step.kind() + "/" + step.ordinal() : value.toString();
    }

    private static Map<ClusterId, ClusterStatus> byId(Collection<ClusterStatus> clusters) {
        Map<ClusterId, ClusterStatus> byId = new TreeMap<>();
        clusters.forEach(cluster -> byId.put(cluster.cluster(), cluster));
        return byId;
    }
}
