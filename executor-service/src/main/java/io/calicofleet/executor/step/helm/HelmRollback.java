package io.calicofleet.executor.step.helm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way back of a Helm release: chart and values of the revision in the backup, which its Secret holds, are deployed
 * again as a new revision. Where the release has moved to another namespace, it moves back. Definitions (CRDs) stay new.
 *
 * <p>It knows that it is done by the newest revision being deployed with that chart and those values, and being a new one
 * where the release had moved; the Secrets in the namespace it had moved to go after that.
 */
public final class HelmRollback {

    /** Never deleted: what is in them would go, too. */
    private static final Set<String> STAYING =
            Set.of("Namespace", "CustomResourceDefinition", "Installation", "APIServer");

    private final Backup backup;
    private final HelmRelease before;
    private final ObjectNode secret;

    private HelmRollback(Backup backup, HelmRelease before, ObjectNode secret) {
        this.backup = requireNonNull(backup, "backup");
        this.before = requireNonNull(before, "before");
        this.secret = requireNonNull(secret, "secret");
    }

    /** What a backup of a Helm release holds: the Secret of its revision first, and what the release is made of. */
    public static List<ResourceRef> toBackUp(ClusterApi cluster) {
        HelmRelease release = HelmFound.in(cluster, Optional.empty()).current();
        Set<ResourceRef> refs = new LinkedHashSet<>();
        refs.add(HelmFound.secret(release.namespace(), release.name(), release.revision()));
        refs.addAll(HelmFound.objects(release.manifest()));
        return List.copyOf(refs);
    }

    /** The way back a backup has; empty where Calico was not installed by Helm. */
    public static Optional<HelmRollback> of(Backup backup) {
        return backup.objects().values().stream()
                .flatMap(Optional::stream)
                .flatMap(secret -> HelmRelease.of(secret).stream()
                        .filter(release -> release.chart().equals(HelmChart.TIGERA_OPERATOR))
                        .filter(release -> release.status().equals(HelmRelease.DEPLOYED))
                        .map(release -> new HelmRollback(backup, release, secret)))
                .max(Comparator.comparingInt(rollback -> rollback.before.revision()));
    }

    /** Whether the restore leaves an object of the backup to Helm, or to us. */
    public static boolean isHelms(Map.Entry<ObjectKey, Optional<ObjectNode>> object) {
        return object.getKey().kind().equals("Secret") && object.getKey().name().startsWith("sh.helm.release.v1.");
    }

    /**
     * Deploys it again.
     *
     * @param changes what it changes is added to it
     * @return the failure, of which the first is found before anything is changed; empty where it is deployed again
     */
    public Optional<StepOutcome> run(StepContext context, List<String> changes) {
        ClusterApi cluster = context.cluster();
        Optional<String> unavailable = cluster.helm().unavailable();
        if (unavailable.isPresent()) {
            return failed(FailureReason.UNEXPECTED_STATE, unavailable.get(), changes);
        }
        Optional<HelmChart> chart = before.rebuilt(node -> Yaml.write(List.of(node)));
        if (chart.isEmpty()) {
            return failed(
                    FailureReason.ROLLBACK_REFUSED,
                    "the chart of " + before
                            + " has dependencies, and a release does not keep those: use helm rollback",
                    changes);
        }
        List<HelmHistory> elsewhere = elsewhere(cluster);
        List<HelmHistory> all = new ArrayList<>(elsewhere);
        all.add(here(cluster));
        for (HelmHistory history : all) {
            Optional<String> busy = HelmAttempt.clear(
                    context, history, changes, backup.campaign(), context.step().campaign());
            if (busy.isPresent()) {
                return failed(FailureReason.UNEXPECTED_STATE, busy.get(), changes);
            }
        }
        for (HelmHistory history : elsewhere) {
            history.current().ifPresent(moved -> moveBack(cluster, moved, changes));
        }
        if (Edits.create(cluster, Objects.creatable(secretOf(cluster)))) {
            changes.add(ResourceRef.of(secret).object());
        }
        // Back in the namespace it had moved from there is the revision of before; Helm has not looked at it yet.
        boolean only = here(cluster)
                .newest()
                .filter(newest -> newest.revision() == before.revision())
                .isPresent();
        if (!isBack(here(cluster)) || (only && !elsewhere.isEmpty())) {
            HelmAttempt.remember(context, before.namespace(), before.name(), here(cluster), before.chartVersion());
            cluster.helm()
                    .upgrade(new HelmCall(
                            before.name(),
                            before.namespace(),
                            chart.get(),
                            before.values(),
                            cluster.version(),
                            HelmCall.OURS + "back to revision " + before.revision()));
            changes.add("Helm release " + before.namespace() + "/" + before.name());
        }
        if (!isBack(here(cluster))) {
            return failed(
                    FailureReason.UNEXPECTED_STATE,
                    "helm says that it is done, but its history does not show " + before.chartVersion()
                            + " as deployed",
                    changes);
        }
        elsewhere(cluster).forEach(history -> forget(cluster, history, changes));
        return Optional.empty();
    }

    private void moveBack(ClusterApi cluster, HelmRelease moved, List<String> changes) {
        changes.addAll(HelmOwnership.move(
                cluster,
                before.name(),
                moved.namespace(),
                before.namespace(),
                List.of(before.manifest(), moved.manifest())));
        // What only the newer chart is made of: no revision of the older would ever remove it.
        Set<ResourceRef> older = Set.copyOf(HelmFound.objects(before.manifest()));
        for (ResourceRef ref : HelmFound.objects(moved.manifest())) {
            if (!older.contains(ref) && !STAYING.contains(ref.kind())) {
                cluster.find(ref)
                        .filter(object -> HelmFound.isOwned(object, before.namespace(), before.name()))
                        .ifPresent(object -> {
                            cluster.delete(object);
                            changes.add(ref.object());
                        });
            }
        }
    }

    /** The Secret in the backup, unless a newer revision is there: that one follows on its own. */
    private ObjectNode secretOf(ClusterApi cluster) {
        return here(cluster)
                .current()
                .flatMap(release ->
                        cluster.find(HelmFound.secret(release.namespace(), release.name(), release.revision())))
                .orElse(secret);
    }

    private static void forget(ClusterApi cluster, HelmHistory history, List<String> changes) {
        for (HelmRelease revision : history.revisions()) {
            ResourceRef ref = HelmFound.secret(revision.namespace(), revision.name(), revision.revision());
            if (Edits.delete(cluster, ref)) {
                changes.add(ref.object());
            }
        }
    }

    private boolean isBack(HelmHistory history) {
        return history.newest()
                .filter(release -> release.status().equals(HelmRelease.DEPLOYED))
                .filter(release -> release.chartVersion().equals(before.chartVersion()))
                .filter(release -> release.values().equals(before.values()))
                .isPresent();
    }

    private HelmHistory here(ClusterApi cluster) {
        return HelmHistory.of(secrets(cluster), before.namespace(), before.name());
    }

    /** Where the upgrade has moved the release to: only an older chart is ever moved, so all others are its. */
    private List<HelmHistory> elsewhere(ClusterApi cluster) {
        List<ObjectNode> secrets = secrets(cluster);
        return secrets.stream()
                .flatMap(found -> HelmRelease.of(found).stream())
                .filter(release -> release.chart().equals(HelmChart.TIGERA_OPERATOR))
                .map(HelmRelease::namespace)
                .distinct()
                .filter(namespace -> !namespace.equals(before.namespace()))
                .map(namespace -> HelmHistory.of(secrets, namespace, before.name()))
                .toList();
    }

    private List<ObjectNode> secrets(ClusterApi cluster) {
        return cluster.list(Kinds.CORE, "Secret", "", "owner=helm,name=" + before.name());
    }

    private static Optional<StepOutcome> failed(FailureReason reason, String message, List<String> changes) {
        return Optional.of(new StepOutcome.Failed(reason, message, changes));
    }
}
