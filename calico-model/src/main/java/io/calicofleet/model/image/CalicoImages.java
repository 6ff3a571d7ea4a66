package io.calicofleet.model.image;

import io.calicofleet.event.CalicoVersion;
import java.util.Locale;
import java.util.Set;

/** Tells the images of Calico, whose tags are its version, from others that run beside them, such as flannel's. */
public final class CalicoImages {

    private static final Set<String> CONTAINERS = Set.of(
            "calico-node",
            "calico-kube-controllers",
            "calico-typha",
            "install-cni",
            "upgrade-ipam",
            "flexvol-driver",
            "mount-bpffs",
            "ebpf-bootstrap");
    private static final Set<String> REPOSITORIES = Set.of(
            "node",
            "cni",
            "kube-controllers",
            "typha",
            "pod2daemon-flexvol",
            "apiserver",
            "csi",
            "node-driver-registrar");

    /** A tag may name a build of the release. */
    private static final Set<String> BUILDS = Set.of("", "amd64", "arm64", "ppc64le", "s390x", "fips");

    private CalicoImages() {}

    /**
     * Whether a container runs an image of Calico: it is one of Calico's own containers, or its image is called as
     * Calico's are, in whatever registry.
     */
    public static boolean isCalico(String container, String image) {
        if (CONTAINERS.contains(container)) {
            return true;
        }
        String[] path = ImageReference.parse(image).location().split("/", -1);
        String name = path[path.length - 1];
        boolean ofCalico = path.length > 1 && path[path.length - 2].equals("calico");
        return (ofCalico && REPOSITORIES.contains(name))
                || (name.startsWith("calico-") && REPOSITORIES.contains(name.substring("calico-".length())));
    }

    /** Whether the tag of {@code image} says {@code target}, or a build of it. */
    public static boolean isOf(String image, CalicoVersion target) {
        return CalicoVersion.ofImage(image)
                .filter(version -> version.equals(target)
                        || (target.preRelease().isEmpty()
                                && version.line().equals(target.line())
                                && version.patch() == target.patch()
                                && BUILDS.contains(version.preRelease().toLowerCase(Locale.ROOT))))
                .isPresent();
    }
}
