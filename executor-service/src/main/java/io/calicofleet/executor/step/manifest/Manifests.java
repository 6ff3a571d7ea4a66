package io.calicofleet.executor.step.manifest;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.identity.Placement;
import io.calicofleet.executor.core.move.EtcdParts;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.core.plan.Placed;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import io.calicofleet.model.release.ReleaseFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The two files an upgrade is between.
 *
 * @param installed that of the release the cluster is said to have; empty where it is not at hand. Whether it is what is
 *     installed is for {@link Planning} to prove
 * @param wanted that of the target; both in the namespace and under the names of this cluster ({@link Installed})
 * @param unsure what of them cannot be matched surely with what is here; nothing may be written while there is any
 * @param placing puts the file of another release into the same place
 * @param operator which definitions belong to the operator's file here
 */
public record Manifests(
        Optional<Placed> installed,
        Placed wanted,
        List<String> unsure,
        Function<ReleaseFile, Placed> placing,
        OperatorRelease operator) {

    /** The file that installs calicoctl into a cluster on the Kubernetes datastore. */
    static final String CALICOCTL = "calicoctl.yaml";

    /** The file that installs calicoctl into a cluster whose datastore is etcd. */
    private static final String CALICOCTL_ETCD = "calicoctl-etcd.yaml";

    public Manifests {
        requireNonNull(installed, "installed");
        requireNonNull(wanted, "wanted");
        unsure = List.copyOf(unsure);
        requireNonNull(placing, "placing");
        requireNonNull(operator, "operator");
    }

    /**
     * The manifests of the install method, proven to be of the target as far as their own images tell.
     *
     * @throws ReleaseException where the target's is not to be had, or is of another version
     */
    public static Manifests of(StepContext context) {
        InstallMethod method = require(context.parameters().installMethod(), "installMethod");
        String file = Flavours.file(
                        context.cluster(),
                        context.releases(),
                        method,
                        context.parameters().source(),
                        target(context))
                .orElseThrow(() -> new ReleaseException(
                        FailureReason.RELEASE_UNAVAILABLE,
                        "no file of a release installs Calico this way: " + method.sentence(),
                        null));
        return of(context.cluster(), context.releases(), context.parameters().source(), target(context), file)
                .proven(context);
    }

    /**
     * From the manifests for etcd to those for the Kubernetes datastore, of one release. Where etcd is is in none of the differences: it
     * is not people's to keep.
     *
     * @throws ReleaseException where one of the two is not to be had
     */
    public static Manifests toKubernetesDatastore(StepContext context) {
        ClusterApi cluster = context.cluster();
        CalicoVersion version = target(context);
        ReleaseFile from =
                target(OperatorRelease.USUAL, context.releases(), version, file(InstallMethod.MANIFEST_ETCD));
        ReleaseFile to = target(OperatorRelease.USUAL, context.releases(), version, file(InstallMethod.MANIFEST_KDD));
        BiFunction<ManifestDocuments, ManifestDocuments, Placement> placing = Installed.placing(cluster);
        Placement placement = placing.apply(from.documents(), to.documents());
        ManifestDocuments live = live(cluster, refs(List.of(placement.target(), placement.base())));
        return new Manifests(
                        Optional.of(new Placed(from, EtcdParts.asInstalled(placement.base(), live))),
                        new Placed(to, EtcdParts.kept(placement.target(), live)),
                        placement.unsure(),
                        file -> placed(file, placing),
                        OperatorRelease.USUAL)
                .proven(context);
    }

    private static String file(InstallMethod method) {
        return ReleaseFiles.manifest(method).orElseThrow(() -> new IllegalStateException("no file installs " + method));
    }

    /** The manifests of calicoctl. */
    public static Manifests ofCalicoctl(StepContext context) {
        return ofCalicoctl(
                        context.cluster(),
                        context.releases(),
                        context.parameters().installMethod(),
                        context.parameters().source(),
                        target(context))
                .proven(context);
    }

    public static Manifests ofCalicoctl(
            ClusterApi cluster,
            ReleaseSource releases,
            @Nullable InstallMethod method,
            @Nullable CalicoVersion source,
            CalicoVersion target) {
        String file = usesEtcd(method) ? CALICOCTL_ETCD : CALICOCTL;
        ReleaseFile wanted = target(OperatorRelease.USUAL, releases, target, file);
        return of(OperatorRelease.USUAL, releases, source, wanted, Installed.beside(cluster, wanted.documents()));
    }

    /** As they are at hand; what they prove is for the caller to look at. */
    public static Manifests of(
            ClusterApi cluster,
            ReleaseSource releases,
            @Nullable CalicoVersion source,
            CalicoVersion target,
            String file) {
        OperatorRelease operator =
                file.equals(OperatorRelease.FILE) ? OperatorRelease.of(cluster) : OperatorRelease.USUAL;
        ReleaseFile wanted = target(operator, releases, target, file);
        return of(
                operator,
                releases,
                source,
                wanted,
                file.equals(OperatorRelease.FILE) ? Installed.placingOperator(cluster) : Installed.placing(cluster));
    }

    private static ReleaseFile target(
            OperatorRelease operator, ReleaseSource releases, CalicoVersion target, String file) {
        return operator.read(releases, target, file)
                .orElseThrow(() -> new ReleaseException(
                        FailureReason.RELEASE_UNAVAILABLE,
                        "there is no " + target + "/" + file + " at " + releases.where(target, file)
                                + ": put it into the directory of releases",
                        null));
    }

    /** The one place where what releases say becomes what they say of this cluster. */
    private static Manifests of(
            OperatorRelease operator,
            ReleaseSource releases,
            @Nullable CalicoVersion source,
            ReleaseFile wanted,
            BiFunction<ManifestDocuments, ManifestDocuments, Placement> placing) {
        Optional<ReleaseFile> installed =
                source == null ? Optional.empty() : operator.read(releases, source, wanted.file());
        Placement placement = placing.apply(
                installed.map(ReleaseFile::documents).orElse(ManifestDocuments.EMPTY), wanted.documents());
        return new Manifests(
                installed.map(file -> new Placed(file, placement.base())),
                new Placed(wanted, placement.target()),
                placement.unsure(),
                file -> placed(file, placing),
                operator);
    }

    /** As the installed release is placed: the target has no say in that. */
    private static Placed placed(
            ReleaseFile file, BiFunction<ManifestDocuments, ManifestDocuments, Placement> placing) {
        return new Placed(
                file, placing.apply(file.documents(), ManifestDocuments.EMPTY).base());
    }

    /** The file of another release for the same install, in the same place; empty where it is not at hand. */
    Optional<Placed> read(ReleaseSource releases, CalicoVersion version, String file) {
        return operator.read(releases, version, file).map(placing);
    }

    /** Whether Calico keeps its resources in an etcd of its own. */
    public static boolean usesEtcd(StepContext context) {
        return usesEtcd(context.parameters().installMethod());
    }

    static boolean usesEtcd(@Nullable InstallMethod method) {
        return method == InstallMethod.MANIFEST_ETCD || method == InstallMethod.MANIFEST_CANAL_ETCD;
    }

    public static CalicoVersion target(StepContext context) {
        return require(context.parameters().target(), "target");
    }

    /** The version that the images of the target's files name: the target, but for releases known to be otherwise. */
    public static CalicoVersion images(StepContext context) {
        CalicoVersion images = context.parameters().targetImages();
        return images == null ? target(context) : images;
    }

    private static <T> T require(@Nullable T parameter, String name) {
        if (parameter == null) {
            throw new IllegalStateException(
                    "a step was asked for without its parameter " + name + "; this is a fault of the planner's route");
        }
        return parameter;
    }

    /** The preflight has said so before; a file can have been exchanged since. */
    private Manifests proven(StepContext context) {
        ReleaseFile file = wanted.file();
        if (!file.isOf(images(context), images(context))) {
            throw new ReleaseException(
                    FailureReason.RELEASE_UNAVAILABLE,
                    file.name() + " is not of " + target(context) + ": " + file.said() + ". Put the file there ("
                            + context.releases().where(file.release(), file.file()) + ") whose images say "
                            + images(context) + "; nothing was written",
                    null);
        }
        return this;
    }

    /** What the release the cluster is said to have says; EMPTY where its file is not at hand. */
    public ManifestDocuments source() {
        return installed.map(Placed::documents).orElse(ManifestDocuments.EMPTY);
    }

    /** What the target says. */
    public ManifestDocuments target() {
        return wanted.documents();
    }

    /** Everything an upgrade may touch, in the API version to read it in: the target's, where the target has it. */
    public List<ResourceRef> refs() {
        return refs(List.of(target(), source()));
    }

    public static List<ResourceRef> refs(List<ManifestDocuments> files) {
        Map<ObjectKey, ResourceRef> refs = new LinkedHashMap<>();
        for (ManifestDocuments documents : files) {
            documents.objects().forEach((key, object) -> refs.putIfAbsent(key, ResourceRef.of(object)));
        }
        return List.copyOf(refs.values());
    }

    /** What the cluster has of it. */
    public ManifestDocuments live(ClusterApi cluster) {
        return live(cluster, refs());
    }

    /** What the cluster has of these, a DaemonSet that we hold as its owner has it: that is no change of anybody. */
    public static ManifestDocuments live(ClusterApi cluster, List<ResourceRef> refs) {
        List<ObjectNode> found = new ArrayList<>();
        for (ResourceRef ref : refs) {
            cluster.find(ref).map(NodeHold::released).ifPresent(found::add);
        }
        return ManifestDocuments.of(found);
    }

    /** Kinds of the target that this API server does not serve, those it brings itself left out. */
    public List<String> unserved(Set<String> served) {
        return target().objects().values().stream()
                .map(object -> object.path("apiVersion").asText() + " "
                        + object.path("kind").asText())
                .distinct()
                .filter(kind -> !served.contains(kind))
                .toList();
    }
}
