package io.calicofleet.executor.step.manifest;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.core.merge.Leftovers;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.plan.BaseProof;
import io.calicofleet.executor.core.plan.Basis;
import io.calicofleet.executor.core.plan.Placed;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import io.calicofleet.model.release.ReleaseFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads what the cluster has, proves what is installed, and makes the plan: the same for an inspection, which only tells
 * it, and for the step that carries it out.
 *
 * @param manifests the two files
 * @param live the objects of both as the cluster has them
 * @param basis what is proven to be installed
 * @param used the files of releases that the proof went by
 * @param plan what is to be done
 */
public record Planning(Manifests manifests, ManifestDocuments live, Basis basis, List<ReleaseFile> used, Plan plan) {

    private static final ResourceRef CLUSTER = new ResourceRef(Kinds.CORE, "Namespace", "", Kinds.KUBE_SYSTEM);

    public Planning {
        requireNonNull(manifests, "manifests");
        requireNonNull(live, "live");
        requireNonNull(basis, "basis");
        used = List.copyOf(used);
        requireNonNull(plan, "plan");
    }

    /** The plan of a step for what is there now; nothing is written. */
    public static Planning of(StepContext context, Manifests manifests) {
        return of(context, manifests, live -> Optional.empty());
    }

    /**
     * The same where one object has an origin that is taken for granted.
     *
     * @param assumed what that object was, should nothing prove it
     */
    public static Planning of(
            StepContext context, Manifests manifests, Function<ManifestDocuments, Optional<ObjectNode>> assumed) {
        ClusterApi cluster = context.cluster();
        ReleaseSource releases = context.releases();
        String file = manifests.wanted().file().file();
        ManifestDocuments first = manifests.live(cluster);
        List<ReleaseFile> kept = kept(context, first);
        List<Placed> candidates = new ArrayList<>(manifests.installed().stream().toList());
        List<String> looked = new ArrayList<>();
        for (CalicoVersion version : versions(context.parameters(), first, file)) {
            if (candidates.stream().noneMatch(known -> known.file().release().equals(version))) {
                Optional<Placed> found = manifests.read(releases, version, file);
                found.ifPresent(candidates::add);
                if (found.isEmpty()) {
                    looked.add(version + "/" + file + " (looked for at " + releases.where(version, file) + ")");
                }
            }
        }
        List<Placed> brought = kept.stream().map(manifests.placing()).toList();
        List<Placed> flavours = flavours(context, manifests, candidates);
        ManifestDocuments live = more(cluster, first, candidates, brought, flavours);
        Basis proven = new BaseProof(live, manifests.wanted(), candidates, brought, flavours, looked).prove();
        Basis known = assumed.apply(live)
                .filter(object -> proven.isUnknown(ObjectKey.of(object)))
                .map(proven::assuming)
                .orElse(proven);
        Basis withLeftovers = known.with(Leftovers.in(
                known.documents(), live, manifests.target(), older -> leftBehind(manifests, releases, older, file)));
        Basis basis = withLeftovers.with(possible(cluster, withLeftovers.documents(), live));
        Plan plan = Plan.of(
                basis,
                only(live, manifests, basis),
                manifests.wanted(),
                requireNonNullElse(context.parameters().onConflict(), OnConflict.HOLD),
                requireNonNullElse(context.parameters().withoutBase(), OnConflict.HOLD),
                context.parameters().answers(),
                cluster.find(CLUSTER)
                        .map(namespace -> namespace.at("/metadata/uid").asText())
                        .orElse(""));
        List<ReleaseFile> used = candidates.stream()
                .map(Placed::file)
                .filter(candidate -> basis.digests().contains(candidate.digest()))
                .toList();
        return new Planning(manifests, live, basis, used, plan);
    }

    /** Whether nothing is known of what the plan would change, and nobody has said how to go on without. */
    public boolean isHeldWithoutBase() {
        return !basis.isProven() && plan.withoutBase() == OnConflict.HOLD && changesUnknown();
    }

    private boolean changesUnknown() {
        return plan.changes().stream().map(object -> object.merged().key()).anyMatch(basis::isUnknown)
                || plan.merge().objects().stream().anyMatch(object -> isOpen(object) && basis.isUnknown(object.key()));
    }

    private static boolean isOpen(MergedObject object) {
        return !object.conflicts().isEmpty();
    }

    /** What the files prove, for an inspection to tell. */
    public ReleaseFacts facts(ReleaseSource releases) {
        ReleaseFile target = manifests.wanted().file();
        return new ReleaseFacts(
                target.name(),
                releases.where(target.release(), target.file()),
                List.copyOf(target.versions()),
                target.unversioned(),
                target.operator().orElse(null),
                basis.file(),
                basis.isProven() || !changesUnknown() ? List.of() : basis.why());
    }

    /** The releases to look for: the one that was found first, and those the images name now. */
    private static List<CalicoVersion> versions(StepParameters parameters, ManifestDocuments live, String file) {
        Set<CalicoVersion> versions = new LinkedHashSet<>();
        if (parameters.source() != null) {
            versions.add(parameters.source());
        }
        // An operator's images have numbers of its own.
        if (!file.equals(OperatorRelease.FILE)) {
            versions.addAll(BaseProof.versions(live));
        }
        versions.remove(parameters.target());
        return List.copyOf(versions);
    }

    /** The files that were brought here before; asked for only where an object says that one was. */
    private static List<ReleaseFile> kept(StepContext context, ManifestDocuments live) {
        if (live.objects().values().stream()
                .noneMatch(object -> PlanMark.of(object).isPresent())) {
            return List.of();
        }
        try {
            return context.plans().releases();
        } catch (ClusterException e) {
            if (e.problem() == Problem.FORBIDDEN) {
                return List.of(); // the access reviews tell what is missing
            }
            throw e;
        }
    }

    /** What an older release says, some of whose objects may be left; one that is not at hand proves nothing. */
    private static Optional<ManifestDocuments> leftBehind(
            Manifests manifests, ReleaseSource releases, CalicoVersion older, String file) {
        try {
            return manifests
                    .read(releases, older, file)
                    .filter(found -> found.file().isOf(older, older))
                    .map(Placed::documents);
        } catch (ReleaseException e) {
            return Optional.empty(); // it stays then, and is told
        }
    }

    /**
     * The files of the same releases for other ways to install on the same datastore; those that cannot be read are left out.
     * Which datastore it is is known of calico-node itself.
     */
    private static List<Placed> flavours(StepContext context, Manifests manifests, List<Placed> candidates) {
        String file = manifests.wanted().file().file();
        boolean etcd = Manifests.usesEtcd(context);
        List<String> others = Arrays.stream(InstallMethod.values())
                .filter(method -> method != InstallMethod.OPERATOR && Manifests.usesEtcd(method) == etcd)
                .flatMap(method -> ReleaseFiles.flavours(method).stream())
                .toList();
        List<Placed> flavours = new ArrayList<>();
        if (!others.contains(file)) {
            return flavours;
        }
        for (Placed candidate : candidates) {
            for (String other : others) {
                if (!other.equals(file)) {
                    try {
                        manifests
                                .read(context.releases(), candidate.file().release(), other)
                                .ifPresent(flavours::add);
                    } catch (ReleaseException e) {
                        // Nobody asked for it.
                    }
                }
            }
        }
        return flavours;
    }

    private static ManifestDocuments more(
            ClusterApi cluster,
            ManifestDocuments first,
            List<Placed> candidates,
            List<Placed> brought,
            List<Placed> flavours) {
        List<ManifestDocuments> files = new ArrayList<>();
        List.of(candidates, brought, flavours).forEach(list -> list.forEach(file -> files.add(file.documents())));
        Map<ObjectKey, ObjectNode> all = new LinkedHashMap<>(first.objects());
        for (ResourceRef ref : Manifests.refs(files)) {
            if (!all.containsKey(ref.key()) && !Kinds.CRD.equals(ref.kind())) {
                cluster.find(ref).ifPresent(found -> all.put(ref.key(), found));
            }
        }
        return new ManifestDocuments(all);
    }

    /**
     * What the installed release says without objects that cannot have come of it: what is not there, and of a version that
     * this API server does not serve, was never made. Nobody has deleted it.
     */
    private static ManifestDocuments possible(ClusterApi cluster, ManifestDocuments base, ManifestDocuments live) {
        Map<ObjectKey, ObjectNode> absent = new LinkedHashMap<>(base.objects());
        absent.keySet().removeIf(key -> live.find(key).isPresent());
        if (absent.isEmpty()) {
            return base;
        }
        Set<String> served = cluster.servedKinds();
        Map<ObjectKey, ObjectNode> made = new LinkedHashMap<>(base.objects());
        absent.forEach((key, object) -> {
            ResourceRef ref = ResourceRef.of(object);
            if (!served.contains(ref.apiVersion() + " " + ref.kind())) {
                made.remove(key);
            }
        });
        return new ManifestDocuments(made);
    }

    /** What the plan is about: not what only other ways to install have. */
    private static ManifestDocuments only(ManifestDocuments live, Manifests manifests, Basis basis) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>(live.objects());
        objects.keySet()
                .removeIf(key -> manifests.target().find(key).isEmpty()
                        && basis.documents().find(key).isEmpty());
        return new ManifestDocuments(objects);
    }
}
