package io.calicofleet.simulator.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The files of the release a demo cluster has at first. Changed ones are made once, however many clusters have them. */
final class DemoRelease {

    private final Path releases;
    private final String version;
    private final Map<String, String> known = new HashMap<>();

    /**
     * A release.
     *
     * @param releases the directory of releases, a folder for each
     * @param version the one that is installed, such as {@code v3.13.4}
     */
    DemoRelease(Path releases, String version) {
        this.releases = releases;
        this.version = version;
    }

    /** A file of this release. */
    String file(String name) {
        return file(version, name);
    }

    /** A file of another release. */
    String file(String otherVersion, String name) {
        return known.computeIfAbsent(otherVersion + "/" + name, path -> {
            try {
                return Files.readString(releases.resolve(path));
            } catch (IOException e) {
                throw new UncheckedIOException("there is no " + releases.resolve(path), e);
            }
        });
    }

    /** A file of this release with changes. */
    String changed(String name, LocalChanges changes) {
        String key = version + "/" + name + " " + changes;
        String made = known.get(key);
        if (made == null) {
            made = changes.applyTo(file(name));
            known.put(key, made);
        }
        return made;
    }
}
