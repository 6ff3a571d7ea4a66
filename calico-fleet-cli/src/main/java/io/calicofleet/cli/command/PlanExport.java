package io.calicofleet.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedManifest;
import io.calicofleet.model.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Writes what others are to bring to each cluster, as {@code DIRECTORY/CLUSTER/FILE}: to be committed where they have it from. A file that is there is
 * replaced; the same plan writes the same files.
 */
final class PlanExport {

    /** What comes from elsewhere does not choose where it goes. */
    private static final Pattern FILE = Pattern.compile("[a-z0-9][a-z0-9.-]{0,99}");

    private final Terminal terminal;
    private final Path directory;

    PlanExport(Terminal terminal, Path directory) {
        this.terminal = terminal;
        this.directory = directory;
    }

    /**
     * Writes the files of all clusters that have one.
     *
     * @param made the plan of a cluster that has one
     * @return the exit code: failed where a cluster has none that should
     */
    int write(List<ClusterStatus> clusters, Function<ClusterStatus, PlanMade> made) {
        Table table = Table.of("CLUSTER", "FILE", "LEFT OUT");
        int files = 0;
        int missing = 0;
        for (ClusterStatus cluster : clusters) {
            String id = cluster.cluster().value();
            ClusterPlan plan = cluster.plan();
            PlannedManifest manifest = plan == null ? null : made.apply(cluster).manifest();
            if (manifest != null) {
                files++;
                table.row(id, write(cluster, manifest).toString(), String.join("; ", manifest.leftOut()));
            } else if (plan != null && plan.writes() == 0) {
                table.row(id, "none", "there is nothing to bring");
            } else {
                missing++;
                table.row(id, "none", plan == null ? cluster.summary() : "its executor brings all of it");
            }
        }
        table.print(terminal);
        if (files == 0 && missing > 0) {
            terminal.errorLine("Only a campaign that says apply: external leaves the release to others.");
        }
        return missing == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private Path write(ClusterStatus cluster, PlannedManifest manifest) {
        String id = cluster.cluster().value();
        if (!FILE.matcher(manifest.file()).matches() || !FILE.matcher(id).matches()) {
            throw CliException.failed("the file of " + id + " is called " + manifest.file()
                    + ", which cannot be the name of one; nothing more was written");
        }
        Path file = directory.resolve(id).resolve(manifest.file());
        try {
            String text = text(manifest);
            if (!Digests.sha256(text).equals(manifest.digest())) {
                throw CliException.failed(
                        "the file of " + id + " is not what its digest says; nothing more was written. Plan it again");
            }
            Files.createDirectories(directory.resolve(id));
            Files.writeString(file, text);
        } catch (IOException | IllegalArgumentException e) {
            throw CliException.failed(file + " cannot be written: " + e.getMessage());
        }
        return file;
    }

    private static String text(PlannedManifest manifest) throws IOException {
        byte[] packed = Base64.getDecoder().decode(manifest.gzip());
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return new String(gzip.readAllBytes(), UTF_8);
        }
    }
}
