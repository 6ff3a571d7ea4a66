package io.calicofleet.cli.rehearse;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.release.ReleaseReader;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.release.ReleaseChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks whether the target is there before anything is started. */
final class ReleaseCheck {

    private static final List<String> ONE_OF = List.of("calico.yaml", "tigera-operator.yaml", ReleaseChart.FILE);
    private static final int NAMED = 8;

    private ReleaseCheck() {}

    /** What the executor is given: a folder as an absolute path. */
    static @Nullable String place(@Nullable String releases) {
        return releases == null || isRemote(releases)
                ? releases
                : Path.of(releases).toAbsolutePath().normalize().toString();
    }

    /**
     * Looks.
     *
     * @param releases folder or URL; null: Calico's own addresses
     * @throws CliException where the folder has no such release, or there is nothing at the address
     */
    static void check(@Nullable String releases, CalicoVersion target) {
        if (releases != null && !isRemote(releases)) {
            folder(Path.of(releases), target);
            return;
        }
        ReleaseReader reader = new ReleaseReader(releases);
        try {
            if (ONE_OF.stream().noneMatch(file -> reader.read(target, file).isPresent())) {
                throw CliException.usage(target + " is no release that was published: there is no "
                        + reader.place(target, "calico.yaml"));
            }
        } catch (CliException e) {
            throw e.exitCode() == io.calicofleet.cli.ExitCodes.UNREACHABLE
                    ? CliException.unreachable(
                            e.text() + ". Without a network, name a folder with <version>/<file>.yaml by --releases.")
                    : e;
        }
    }

    private static boolean isRemote(String place) {
        return place.matches("https?://.*");
    }

    private static void folder(Path folder, CalicoVersion target) {
        if (!Files.isDirectory(folder)) {
            throw CliException.usage("--releases is " + folder + ": a URL, or a folder with <version>/<file>.yaml");
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<CalicoVersion> versions = all.filter(Files::isDirectory)
                    .flatMap(path -> CalicoVersion.tryParse(path.getFileName().toString()).stream())
                    .sorted()
                    .toList();
            if (!versions.contains(target)) {
                throw CliException.usage("--releases " + folder + " has no " + target
                        + (versions.isEmpty()
                                ? ", nor any other release: it needs <version>/<file>.yaml"
                                : "; next to it are " + near(versions, target)));
            }
            try (Stream<Path> files = Files.list(folder.resolve(target.toString()))) {
                if (files.findAny().isEmpty()) {
                    throw CliException.usage(
                            folder.resolve(target.toString()) + " is empty: the files of the release belong there");
                }
            }
        } catch (IOException e) {
            throw CliException.usage("cannot read " + folder + ": " + e.getMessage());
        }
    }

    /** Those of the same line, or else the nearest. */
    private static String near(List<CalicoVersion> versions, CalicoVersion target) {
        return versions.stream()
                .sorted(Comparator.<CalicoVersion>comparingInt(
                                version -> Math.abs(version.minor() - target.minor()) * 1000
                                        + Math.abs(version.patch() - target.patch()))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(NAMED)
                .sorted()
                .map(CalicoVersion::toString)
                .collect(Collectors.joining(", "));
    }
}
