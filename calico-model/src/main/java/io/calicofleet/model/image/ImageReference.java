package io.calicofleet.model.image;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * The reference of a container image, taken apart: where it comes from and which one it is.
 *
 * @param location registry and repository as written, such as {@code calico/node} or {@code reg.example:5000/calico/node}
 * @param tag the tag; empty where there is none
 * @param digest the digest, such as {@code sha256:...}; empty where there is none
 */
public record ImageReference(String location, String tag, String digest) {

    private static final Set<String> DOCKER_HUB = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

    public ImageReference {
        requireNonNull(location, "location");
        requireNonNull(tag, "tag");
        requireNonNull(digest, "digest");
    }

    /** Takes a reference apart. */
    public static ImageReference parse(String reference) {
        String[] parts = reference.split("@", 2);
        String digest = parts.length == 2 ? parts[1] : "";
        int colon = parts[0].lastIndexOf(':');
        return colon <= parts[0].lastIndexOf('/')
                ? new ImageReference(parts[0], "", digest)
                : new ImageReference(parts[0].substring(0, colon), parts[0].substring(colon + 1), digest);
    }

    /** The location with its registry written out: {@code calico/node} comes from {@code docker.io/calico/node}. */
    public String fullLocation() {
        int slash = location.indexOf('/');
        String first = slash < 0 ? "" : location.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (!hasRegistry) {
            return "docker.io/" + (slash < 0 ? "library/" : "") + location;
        }
        return DOCKER_HUB.contains(first) ? "docker.io" + location.substring(slash) : location;
    }

    /** The last part of the location: {@code node}. */
    public String shortName() {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** {@code flannel}, be the image called so, {@code coreos-flannel} or {@code acme_flannel}. */
    public String lastWord() {
        String name = shortName();
        return name.substring(Math.max(name.lastIndexOf('-'), name.lastIndexOf('_')) + 1);
    }

    /** Tag and digest as they follow the location. */
    public String version() {
        return (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }

    /** Whether the image may be another one tomorrow, for which Kubernetes pulls always. */
    public boolean isLatest() {
        return digest.isEmpty() && (tag.isEmpty() || tag.equals("latest"));
    }

    /** The same image from somewhere else. */
    public ImageReference at(String otherLocation) {
        return new ImageReference(otherLocation, tag, digest);
    }

    /** The reference with registry and tag written out: two references of one form name the same image. */
    public String canonical() {
        String written = tag.isEmpty() && digest.isEmpty() ? ":latest" : version();
        return fullLocation() + written;
    }

    @Override
    public String toString() {
        return location + version();
    }
}
