package io.calicofleet.executor.step.helm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldChange;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmPatch;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.executor.core.merge.ManifestMerge;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What people changed of a release's objects, with kubectl or by a post-renderer, that Helm would put away without a word:
 * of a built-in kind it sets whatever the chart names ({@link HelmPatch}), and it deletes what only the revision before has.
 * What people changed is told by what the chart of that revision makes of its values, not by the manifest it keeps, which
 * has been through the post-renderer.
 */
final class HelmLosses {

    private static final String CHANGED =
            "Somebody changed it past the values, with kubectl or a post-renderer, and Helm would put what the chart"
                    + " says in its place. Give it as a value of the release where the chart has one for it, then retry;"
                    + " or let it go.";

    private static final String ADDED =
            "It is of the release and its chart does not have it, so a post-renderer added it, and Helm would delete"
                    + " it. Apply it apart from the release (annotated helm.sh/resource-policy: keep), then retry; or let"
                    + " it go.";

    private static final List<OnConflict> LET_GO = List.of(OnConflict.TAKE_NEW);
    private static final String KEPT = "helm.sh/resource-policy";
    private static final String HOOK = "helm.sh/hook";

    private HelmLosses() {}

    /**
     * Looks for them; nothing is written. What may not be read is left out: the access reviews tell.
     *
     * @param call the upgrade
     * @param rendered what it makes of the chart
     */
    static List<FieldConflict> find(ClusterApi cluster, HelmFound found, HelmCall call, String rendered) {
        ManifestDocuments stored = documents(found.current().manifest());
        ManifestDocuments after = documents(rendered);
        List<ObjectNode> live = new ArrayList<>();
        Stream.concat(after.objects().values().stream(), stored.objects().values().stream())
                .map(ResourceRef::of)
                .distinct()
                .forEach(ref -> find(cluster, ref).ifPresent(live::add));
        ManifestDocuments before = found.moves() ? ManifestDocuments.EMPTY : stored;
        Optional<HelmChart> chart = found.current().rebuilt(node -> Yaml.write(List.of(node)));
        return of(
                installed(cluster, found, call, chart),
                before,
                ManifestDocuments.of(live),
                after,
                key -> chart.isEmpty() || has(chart.get(), key));
    }

    /**
     * Those among these objects.
     *
     * @param installed what the chart of the revision that counts makes of its values
     * @param before the manifest that Helm compares with; EMPTY where it adopts the objects
     * @param live the objects as they are
     * @param after what the new chart makes of the values
     * @param charts whether the chart of the revision has an object, be it for other clusters than this one
     */
    static List<FieldConflict> of(
            ManifestDocuments installed,
            ManifestDocuments before,
            ManifestDocuments live,
            ManifestDocuments after,
            Predicate<ObjectKey> charts) {
        List<FieldConflict> lost = new ArrayList<>();
        for (MergedObject merged :
                ManifestMerge.plan(installed, live, after, OnConflict.KEEP_MINE).objects()) {
            ObjectKey key = merged.key();
            Optional<ObjectNode> now = live.find(key);
            Optional<ObjectNode> next = after.find(key);
            if (now.isPresent() && next.isPresent()) {
                ObjectNode wanted = merged.write() == null ? now.get() : merged.write();
                ObjectNode helms = HelmPatch.of(before.find(key).orElse(null), now.get(), next.get());
                Differences.changes(wanted, helms).stream()
                        .filter(change -> isPeoples(merged, change))
                        .map(change -> new FieldConflict(
                                key.object(), change.path(), "", change.before(), change.after(), CHANGED, LET_GO))
                        .forEach(lost::add);
            }
        }
        before.keys().stream()
                .filter(key -> installed.find(key).isEmpty()
                        && !charts.test(key)
                        && after.find(key).isEmpty()
                        && live.find(key)
                                .filter(object -> object.at("/metadata/annotations")
                                        .path(KEPT)
                                        .isMissingNode())
                                .isPresent())
                .map(key ->
                        new FieldConflict(key.object(), "metadata.name", "", '"' + key.name() + '"', "", ADDED, LET_GO))
                .forEach(lost::add);
        return lost;
    }

    /** What Helm and whoever runs it mark objects with is theirs. */
    private static boolean isPeoples(MergedObject merged, FieldChange change) {
        return !change.path().startsWith("metadata")
                && Stream.concat(
                                merged.customisations().stream().map(found -> found.path()),
                                merged.resolved().stream().map(FieldConflict::path))
                        .anyMatch(path ->
                                path.startsWith(change.path()) || change.path().startsWith(path));
    }

    /** Whether a template names it: some are only for clusters with kinds that rendering does not know of. */
    private static boolean has(HelmChart chart, ObjectKey key) {
        return chart.files().entrySet().stream()
                .filter(file -> file.getKey().startsWith("templates/"))
                .map(file -> new String(file.getValue(), UTF_8))
                .anyMatch(text -> text.contains("kind: " + key.kind()) && text.contains(key.name()));
    }

    /** Of a chart that cannot be put together or rendered any more it is the manifest that was kept. */
    private static ManifestDocuments installed(
            ClusterApi cluster, HelmFound found, HelmCall call, Optional<HelmChart> chart) {
        HelmRelease current = found.current();
        if (chart.isPresent()) {
            try {
                return documents(cluster.helm()
                        .template(new HelmCall(
                                found.name(),
                                current.namespace(),
                                chart.get(),
                                current.values(),
                                call.kubernetesVersion(),
                                "")));
            } catch (ClusterException e) {
                // It was rendered once, with another Kubernetes or another Helm.
            }
        }
        return documents(current.manifest());
    }

    private static ManifestDocuments documents(String manifest) {
        return ManifestDocuments.of(HelmFound.documents(manifest).stream()
                .filter(document ->
                        document.at("/metadata/annotations").path(HOOK).isMissingNode())
                .toList());
    }

    private static Optional<ObjectNode> find(ClusterApi cluster, ResourceRef ref) {
        try {
            return cluster.find(ref);
        } catch (ClusterException e) {
            if (e.problem() == Problem.FORBIDDEN) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
