package io.calicofleet.model.image;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.WorkloadObservation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells the images of Calico, whose tags are its version, from those that run beside them: flannel's, and those of
 * people.
 *
 * <p>An image is Calico's by what it is called, in whatever registry: {@code reg/mirror/calico/node},
 * {@code reg/calico-node}, {@code reg/node} with a prefix. What runs in one of Calico's main containers is taken for
 * Calico's under any name, since nothing else can run there; in its other containers only where the name fits, since people
 * have containers of such names, too.
 */
public final class CalicoImages {

    private static final Set<String> MAIN =
            Set.of("calico-node", "calico-kube-controllers", "calico-typha", "calico-apiserver", "calico-webhooks");

    /** What the image of any other container of Calico has in its name, whatever people made of the rest. */
    private static final Map<String, String> OTHERS = Map.of(
            "install-cni", "cni",
            "upgrade-ipam", "cni",
            "flexvol-driver", "flexvol",
            "mount-bpffs", "node",
            "ebpf-bootstrap", "node",
            "calico-csi", "csi",
            "csi-node-driver-registrar", "node-driver-registrar");

    private static final Set<String> COMPONENTS = Set.of(
            "node",
            "node-windows",
            "cni",
            "cni-windows",
            "kube-controllers",
            "typha",
            "pod2daemon-flexvol",
            "apiserver",
            "csi",
            "node-driver-registrar",
            "webhooks",
            "goldmane",
            "whisker",
            "whisker-backend",
            "calico");

    /** What a component is called where a registry has no folders; the second is Rancher's. */
    private static final List<String> FLAT = List.of("calico-", "mirrored-calico-");

    /** Where Calico, flannel and the operator publish what their manifests name. */
    private static final List<String> PUBLISHED = List.of(
            "docker.io/calico/",
            "quay.io/calico/",
            "quay.io/coreos/flannel",
            "quay.io/coreos/etcd",
            "docker.io/flannelcni/flannel",
            "docker.io/flannel/flannel",
            "quay.io/tigera/operator");

    /** A tag may name a build of the release. */
    private static final Set<String> BUILDS = Set.of("amd64", "arm64", "ppc64le", "s390x", "fips");

    private static final Pattern BEFORE_A_RELEASE = Pattern.compile("(^|[^a-z])(alpha|beta|rc|pre|dev|ea)([^a-z]|$)");

    private CalicoImages() {}

    /** Whether a container runs an image of Calico. */
    public static boolean isCalico(String container, String image) {
        if (MAIN.contains(container)) {
            return true;
        }
        ImageReference reference = ImageReference.parse(image);
        String name = reference.shortName().toLowerCase(Locale.ROOT);
        String needed = OTHERS.get(container);
        if (needed != null && (name.contains("calico") || name.contains(needed))) {
            return true;
        }
        String[] path = reference.location().split("/", -1);
        boolean ofCalico = path.length > 1 && path[path.length - 2].equals("calico");
        return (ofCalico && COMPONENTS.contains(name))
                || FLAT.stream()
                        .anyMatch(
                                start -> name.startsWith(start) && COMPONENTS.contains(name.substring(start.length())));
    }

    /** Whether it is calicoctl's, {@code calico/ctl} in whatever registry: of a release of Calico, but not part of it. */
    public static boolean isCalicoctl(String image) {
        ImageReference reference = ImageReference.parse(image);
        String name = reference.shortName();
        return name.equals("calicoctl")
                || name.equals("calico-ctl")
                || (name.equals("ctl") && reference.location().contains("calico"));
    }

    /** Whether the image comes from where its publisher has it, not from a registry of people's. */
    public static boolean isPublished(ImageReference image) {
        String location = image.fullLocation();
        return PUBLISHED.stream()
                .anyMatch(home -> home.endsWith("/") ? location.startsWith(home) : location.equals(home));
    }

    /**
     * What its publisher calls an image, without the registry: {@code calico/node}, {@code flannel/flannel}, {@code tigera/operator}.
     *
     * @return without a folder where that of its publisher is not known; empty where it is not known to be an image of Calico, flannel or the operator
     */
    public static Optional<String> publishedAs(String container, ImageReference image) {
        String location = image.fullLocation();
        String name = image.shortName().toLowerCase(Locale.ROOT);
        if (isPublished(image)) {
            return Optional.of(location.substring(location.indexOf('/') + 1));
        }
        if (container.equals(ImageMove.OPERATOR)) {
            return Optional.of("tigera/operator");
        }
        if (isCalico(container, image.toString())) {
            return COMPONENTS.stream()
                    .filter(name::endsWith)
                    .max(Comparator.comparing(String::length))
                    .map("calico/"::concat);
        }
        return image.lastWord().equals("flannel")
                ? Optional.of(ImageLayout.flannel(location).orElse("flannel"))
                : Optional.empty();
    }

    /** The version that the tag of {@code image} names; empty where it names none, as latest and master do. */
    public static Optional<CalicoVersion> version(String image) {
        return CalicoVersion.tryParse(ImageReference.parse(image).tag());
    }

    /** Whether the tag of {@code image} says {@code target}, or a build of it. */
    public static boolean isOf(String image, CalicoVersion target) {
        return version(image)
                .filter(version -> version.equals(target)
                        || (target.preRelease().isEmpty()
                                && isBuild(version)
                                && release(version).equals(target)))
                .isPresent();
    }

    /** Whether the version names a build of a release, such as fips or arm64. */
    static boolean isBuild(CalicoVersion version) {
        return BUILDS.contains(version.preRelease().toLowerCase(Locale.ROOT));
    }

    /**
     * The release that something of this version was installed as: of a build, whoever made it, the one it was built from,
     * such as v3.22.5 of v3.22.5-rancher1. What comes before a release is one of its own.
     */
    public static CalicoVersion builtFrom(CalicoVersion version) {
        boolean before = BEFORE_A_RELEASE
                .matcher(version.preRelease().toLowerCase(Locale.ROOT))
                .find();
        return version.preRelease().isEmpty() || before ? version : release(version);
    }

    /** The release it is a build of. */
    static CalicoVersion release(CalicoVersion version) {
        return CalicoVersion.of(version.major(), version.minor(), version.patch());
    }

    /** The images of Calico in the template of a workload. */
    public static List<String> ofTemplate(WorkloadObservation workload) {
        return workload.templateImages().stream()
                .filter(image -> isCalico(image.container(), image.image()))
                .map(ContainerImages::image)
                .toList();
    }
}
