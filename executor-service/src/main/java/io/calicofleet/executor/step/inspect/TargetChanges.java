package io.calicofleet.executor.step.inspect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeEffect;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.diff.Dangers;
import io.calicofleet.model.release.diff.ReleaseChange;
import io.calicofleet.model.release.diff.ReleaseNotes;
import io.calicofleet.model.release.diff.Touching;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the target changes for a cluster, by the files of both releases and the objects that are there.
 *
 * @param facts what the preflight judges and {@code releases diff --cluster} shows, what blocks first
 * @param notes the same in a few sentences
 */
record TargetChanges(List<ReleaseChangeFact> facts, List<String> notes) {

    /** Nothing; both releases, or what is here, are not at hand. */
    static final TargetChanges NONE = new TargetChanges(List.of(), List.of());

    /** A message is not to grow without end: of the changes that only touch the cluster, so many are told. */
    private static final int MOST = 500;

    private static final Pattern MINOR = Pattern.compile("v?1\\.(\\d{1,4}).*");

    TargetChanges {
        facts = List.copyOf(facts);
        notes = List.copyOf(notes);
    }

    /**
     * Compares.
     *
     * @param compared what was compared before
     * @param live the objects of the install
     * @param snapshot everything that was read
     * @param dryRun what the upgrade would write
     */
    static TargetChanges of(
            StepContext context,
            ReleaseComparisons compared,
            Installation installation,
            Manifests manifests,
            ManifestDocuments live,
            ClusterSnapshot snapshot,
            List<ObjectNode> objects,
            MergePlan dryRun) {
        CalicoVersion source = installation.oldestVersion();
        CalicoVersion target = context.parameters().target();
        if (source == null
                || target == null
                || source.equals(target)
                || manifests.source().objects().isEmpty()) {
            return NONE;
        }
        List<ReleaseChange> touching = new Touching(live, manifests.source(), objects)
                .of(compared.between(manifests.source(), manifests.target()));
        List<ReleaseChangeFact> facts = new ArrayList<>();
        Dangers.of(
                        target,
                        manifests.source(),
                        manifests.target(),
                        touching,
                        cluster(live, objects, dryRun, minor(snapshot.kubernetesVersion())))
                .forEach(danger -> facts.add(new ReleaseChangeFact(
                        danger.blocks() ? ChangeEffect.BLOCKS : ChangeEffect.WARNS, danger.sentence())));
        touching.stream()
                .limit(MOST)
                .forEach(change -> facts.add(new ReleaseChangeFact(ChangeEffect.TELLS, change.toString())));
        return new TargetChanges(
                facts, ReleaseNotes.of(source, target, manifests.wanted().file().file(), touching));
    }

    private static Dangers.Cluster cluster(
            ManifestDocuments live, List<ObjectNode> objects, MergePlan dryRun, OptionalInt minor) {
        Map<ObjectKey, ObjectNode> writes = new HashMap<>();
        Set<ObjectKey> undecided = new HashSet<>();
        for (MergedObject object : dryRun.objects()) {
            ObjectNode write = object.write();
            if (write != null) {
                writes.put(object.key(), write);
            }
            if (!object.conflicts().isEmpty()) {
                undecided.add(object.key());
            }
        }
        return new Dangers.Cluster(live, Dangers.afterwards(live, writes), undecided, objects, minor);
    }

    private static OptionalInt minor(String version) {
        Matcher matcher = MINOR.matcher(version);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
