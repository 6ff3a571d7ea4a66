package io.calicofleet.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.release.ReleaseReader;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.model.release.ReleaseChart;
import io.calicofleet.model.release.ReleaseFiles;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether the files that an upgrade of this fleet would read can be had from here, whole and of that release. */
final class ReleaseLook {

    private static final String PART = "releases";

    private final FleetClient client;
    private final @Nullable String releases;
    private final CalicoVersion target;
    private final List<String> allowed;

    /**
     * A look.
     *
     * @param client by whom it is known how Calico is installed; where that is not known, calico.yaml stands for all
     * @param releases where they are; null: where Calico publishes them
     * @param allowed the executor's setting; empty: any host
     */
    ReleaseLook(FleetClient client, @Nullable String releases, CalicoVersion target, List<String> allowed) {
        this.client = client;
        this.releases = releases;
        this.target = target;
        this.allowed = List.copyOf(allowed);
    }

    Seen look() {
        ReleaseReader reader = new ReleaseReader(releases);
        Outgoing outgoing = new Outgoing(allowed, "executor.allowed-hosts");
        List<Finding> findings = new ArrayList<>();
        List<String> had = new ArrayList<>();
        for (String file : files()) {
            String place = reader.place(target, file);
            try {
                if (place.matches("https?://.*")) {
                    outgoing.check(URI.create(place));
                }
                if (reader.read(target, file).isPresent()) {
                    had.add(file);
                } else {
                    findings.add(Finding.bad(
                            PART,
                            place + " is not there",
                            "Name a release that is there with --target, or put its files where --releases says"));
                }
            } catch (IOException e) {
                findings.add(Finding.bad(
                        PART,
                        String.valueOf(e.getMessage()),
                        "Name the host in executor.allowed-hosts, or mirror the files: executor.releases"));
            } catch (CliException e) {
                findings.add(Finding.bad(PART, e.text(), remedy(e.text(), place)));
            }
        }
        if (!had.isEmpty()) {
            findings.addFirst(Finding.ok(
                    PART,
                    String.join(", ", had) + " of " + target + " can be had from "
                            + (releases == null ? "where Calico publishes it" : releases)));
        }
        return Seen.of(findings);
    }

    private static String remedy(String said, String place) {
        if (!place.matches("https?://.*")) {
            return "See the folder, and who may read it";
        }
        return said.contains("PKIX")
                ? "A proxy opens TLS on the way: give its authority to the executor's Java"
                        + " (JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=FILE), or mirror the files: executor.releases"
                : "Where there is a proxy, Java is told by"
                        + " JAVA_TOOL_OPTIONS=-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT, not by HTTPS_PROXY;"
                        + " or mirror the files: executor.releases";
    }

    /** The file of each way Calico is installed here. */
    private Set<String> files() {
        Set<String> files = new TreeSet<>();
        try {
            for (JsonNode cluster : client.list("/clusters")) {
                String method = cluster.path("installMethod").asText("");
                if (!method.isEmpty()) {
                    ReleaseFiles.of(InstallMethod.parse(method)).stream()
                            .findFirst()
                            .ifPresent(file ->
                                    files.add(method.equals(InstallMethod.HELM.encode()) ? ReleaseChart.FILE : file));
                }
            }
        } catch (ServerUnreachableException | RequestRefusedException | IllegalArgumentException e) {
            // The planner is looked at elsewhere; the usual file tells whether anything can be had at all.
            files.clear();
        }
        return files.isEmpty() ? Set.of("calico.yaml") : files;
    }
}
