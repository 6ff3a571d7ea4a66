package io.calicofleet.executor.step;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.identity.Placement;
import io.calicofleet.executor.core.merge.Leftovers;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ReleaseException;
import io.calicofleet.executor.core.step.ReleaseSource;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two manifests an upgrade is between.
 *
 * @param source as released; EMPTY where it is not at hand: then the last-applied annotations are the base
 * @param target the target's; both in the namespace and under the names of this cluster ({@link Installed})
 * @param unsure what of them cannot be matched surely with what is here; nothing may be written while there is any
 */
record Manifests(ManifestDocuments source, ManifestDocuments target, List<String> unsure) {

    /** The file that installs calicoctl into a cluster on the Kubernetes datastore. */
    static final String CALICOCTL = "calicoctl.yaml";

    /** The file that installs calicoctl into a cluster whose datastore is etcd. */
    private static final String CALICOCTL_ETCD = "calicoctl-etcd.yaml";

    Manifests {
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        unsure = List.copyOf(unsure);
    }

    /** Two manifests that need no place of their own. */
    Manifests(ManifestDocuments source, ManifestDocuments target) {
        this(source, target, List.of());
    }

    /**
     * The manifests of the install method.
     *
     * @throws ReleaseException where the target's is not to be had
     */
    static Manifests of(StepContext context) {
        return of(
                context.cluster(), context.releases(), context.parameters().source(), target(context), file(context));
    }

    /** The same with what earlier releases left in the cluster. */
    static Manifests withLeftovers(StepContext context) {
        Manifests manifests = of(context);
        return manifests.withLeftovers(
                context.cluster(),
                manifests.live(context.cluster()),
                context.releases(),
                target(context),
                file(context));
    }

    /** The manifests of a file, as this cluster's. */
    static Manifests of(
            ClusterApi cluster,
            ReleaseSource releases,
            @Nullable CalicoVersion source,
            CalicoVersion target,
            String file) {
        Manifests released = of(releases, source, target, file);
        return file.equals(OperatorRelease.FILE)
                ? released
                : released.placed(Installed.place(cluster, released.source, released.target));
    }

    /** The manifests of calicoctl. */
    static Manifests ofCalicoctl(StepContext context) {
        return ofCalicoctl(
                context.cluster(),
                context.releases(),
                context.parameters().installMethod(),
                context.parameters().source(),
                target(context));
    }

    static Manifests ofCalicoctl(
            ClusterApi cluster,
            ReleaseSource releases,
            @Nullable InstallMethod method,
            @Nullable CalicoVersion source,
            CalicoVersion target) {
        Manifests released = of(releases, source, target, usesEtcd(method) ? CALICOCTL_ETCD : CALICOCTL);
        return released.placed(Installed.placeBeside(cluster, released.source, released.target));
    }

    private Manifests placed(Placement placement) {
        return new Manifests(placement.base(), placement.target(), placement.unsure());
    }

    private static Manifests of(
            ReleaseSource releases, @Nullable CalicoVersion source, CalicoVersion target, String file) {
        ManifestDocuments wanted = read(releases, target, file)
                .orElseThrow(() -> new ReleaseException(
                        FailureReason.RELEASE_UNAVAILABLE,
                        "there is no " + target + "/" + file + ": put it into the directory of releases",
                        null));
        Optional<ManifestDocuments> base = source == null ? Optional.empty() : read(releases, source, file);
        return new Manifests(base.orElse(ManifestDocuments.EMPTY), wanted);
    }

    /** A file of a release; that of the operator with its definitions, which later releases have apart. */
    private static Optional<ManifestDocuments> read(ReleaseSource releases, CalicoVersion version, String file) {
        return file.equals(OperatorRelease.FILE)
                ? OperatorRelease.manifest(releases, version)
                : releases.manifest(version, file);
    }

    /** Whether Calico keeps its resources in an etcd of its own. */
    static boolean usesEtcd(StepContext context) {
        return usesEtcd(context.parameters().installMethod());
    }

    private static boolean usesEtcd(@Nullable InstallMethod method) {
        return method == InstallMethod.MANIFEST_ETCD || method == InstallMethod.MANIFEST_CANAL_ETCD;
    }

    static CalicoVersion target(StepContext context) {
        return require(context.parameters().target(), "target");
    }

    private static <T> T require(@Nullable T parameter, String name) {
        if (parameter == null) {
            throw new IllegalStateException(
                    "a step was asked for without its parameter " + name + "; this is a fault of the planner's route");
        }
        return parameter;
    }

    /** Everything an upgrade may touch, in the API version to read it in: the target's, where the target has it. */
    List<ResourceRef> refs() {
        Map<ObjectKey, ResourceRef> refs = new LinkedHashMap<>();
        for (ManifestDocuments documents : List.of(target, source)) {
            documents.objects().forEach((key, object) -> refs.putIfAbsent(key, ResourceRef.of(object)));
        }
        return List.copyOf(refs.values());
    }

    /** What the cluster has of it. */
    ManifestDocuments live(ClusterApi cluster) {
        List<ObjectNode> found = new ArrayList<>();
        for (ResourceRef ref : refs()) {
            cluster.find(ref).ifPresent(found::add);
        }
        return ManifestDocuments.of(found);
    }

    /** The manifests cut down to one object. */
    Manifests only(ObjectKey key) {
        return new Manifests(only(source, key), only(target, key), unsure);
    }

    /**
     * The same with what earlier releases left behind as part of what was installed, so that it goes where it is as it
     * was. A release that is not at hand proves nothing.
     *
     * @param file the file that installs Calico
     */
    Manifests withLeftovers(
            ClusterApi cluster,
            ManifestDocuments live,
            ReleaseSource releases,
            CalicoVersion version,
            String file) {
        return from(Leftovers.in(source, live, target, older -> {
            try {
                return Optional.of(of(cluster, releases, older, version, file).source());
            } catch (ReleaseException e) {
                return Optional.empty(); // it stays then, and is told
            }
        }));
    }

    /** The file that installs Calico by this method. */
    private static String file(StepContext context) {
        InstallMethod method = require(context.parameters().installMethod(), "installMethod");
        return new Installation(method, List.of(), null, null)
                .manifestFile()
                .orElseThrow(() -> new ReleaseException(
                        FailureReason.RELEASE_UNAVAILABLE,
                        "no file of a release installs Calico this way: " + method.sentence(),
                        null));
    }

    /** The same with another idea of what was installed. */
    Manifests from(ManifestDocuments otherSource) {
        return new Manifests(otherSource, target, unsure);
    }

    private static ManifestDocuments only(ManifestDocuments documents, ObjectKey key) {
        return documents
                .find(key)
                .map(object -> new ManifestDocuments(Map.of(key, object)))
                .orElse(ManifestDocuments.EMPTY);
    }

    /** Kinds of the target that this API server does not serve, those it brings itself left out. */
    List<String> unserved(Set<String> served) {
        return target.objects().values().stream()
                .map(object -> object.path("apiVersion").asText() + " "
                        + object.path("kind").asText())
                .distinct()
                .filter(kind -> !served.contains(kind))
                .toList();
    }
}
