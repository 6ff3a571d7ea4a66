package io.calicofleet.model.image;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a registry of people's names what a publisher calls otherwise.
 *
 * @param kind what of the published name is in it
 * @param prefix what comes before, such as {@code reg.example:5000/mirror}
 * @param start what the last part of the name starts with, such as {@code mirrored-}; mostly empty
 */
record ImageLayout(Kind kind, String prefix, String start) {

    /** From the one that says the most of where an image is from to the one that says the least. */
    enum Kind {
        /** {@code reg/docker.io/calico/node}. */
        HOST_AND_PATH,
        /** {@code reg/calico/node}. */
        PATH,
        /** {@code reg/calico-node}. */
        DASHED,
        /** {@code reg/calico_node}. */
        UNDERSCORED,
        /** {@code reg/node}. */
        NAME
    }

    /** What flannel's image was called, in their order. */
    private static final List<String> FLANNEL = List.of("flannel/flannel", "flannelcni/flannel", "coreos/flannel");

    private static final List<String> HOSTS = List.of("docker.io", "quay.io");

    ImageLayout {
        requireNonNull(kind, "kind");
        requireNonNull(prefix, "prefix");
        requireNonNull(start, "start");
    }

    /**
     * Every layout by which {@code has} is what {@code published} names; most telling first, empty where none is.
     *
     * @param proven whether that is its name in the release that is installed; else it may have had another one there
     */
    static Set<ImageLayout> between(ImageReference published, boolean proven, ImageReference has) {
        Set<ImageLayout> layouts = new LinkedHashSet<>();
        String location = has.fullLocation();
        List<String> paths = proven ? List.of(path(published)) : names(published);
        List<String> hosts = proven ? List.of(host(published)) : HOSTS;
        for (Kind kind : Kind.values()) {
            for (String path : paths) {
                if (kind == Kind.HOST_AND_PATH) {
                    hosts.stream()
                            .map(host -> "/" + host + "/" + path)
                            .filter(location::endsWith)
                            .forEach(end -> layouts.add(new ImageLayout(kind, cut(location, end), "")));
                } else if (kind == Kind.PATH) {
                    if (location.endsWith("/" + path)) {
                        layouts.add(new ImageLayout(kind, cut(location, "/" + path), ""));
                    }
                } else if (location.endsWith(flat(kind, path))) {
                    int slash = location.lastIndexOf('/');
                    String start = cut(location.substring(slash + 1), flat(kind, path));
                    layouts.add(new ImageLayout(kind, location.substring(0, slash), start));
                }
            }
        }
        return layouts;
    }

    /** Where it has what is published there. */
    String locationOf(ImageReference published) {
        String full = published.fullLocation();
        String path = path(published);
        return switch (kind) {
            case HOST_AND_PATH -> prefix + "/" + full;
            case PATH -> prefix + "/" + path;
            case DASHED, UNDERSCORED, NAME -> prefix + "/" + start + flat(kind, path);
        };
    }

    /** What an image is called, in whatever registry it is published: the same for all names flannel had. */
    static String identity(ImageReference published) {
        String path = path(published);
        return FLANNEL.contains(path) ? FLANNEL.getFirst() : path;
    }

    /** Which name of flannel's a location ends with; empty where it says no folder of it. */
    static Optional<String> flannel(String location) {
        return FLANNEL.stream().filter(name -> location.endsWith("/" + name)).findFirst();
    }

    private static List<String> names(ImageReference published) {
        String path = path(published);
        return FLANNEL.contains(path) ? FLANNEL : List.of(path);
    }

    private static String host(ImageReference published) {
        String full = published.fullLocation();
        return full.substring(0, full.indexOf('/'));
    }

    private static String path(ImageReference published) {
        String full = published.fullLocation();
        return full.substring(full.indexOf('/') + 1);
    }

    private static String flat(Kind kind, String path) {
        return switch (kind) {
            case DASHED -> path.replace('/', '-');
            case UNDERSCORED -> path.replace('/', '_');
            case NAME -> path.substring(path.lastIndexOf('/') + 1);
            case HOST_AND_PATH, PATH -> path;
        };
    }

    private static String cut(String text, String end) {
        return text.substring(0, text.length() - end.length());
    }
}
