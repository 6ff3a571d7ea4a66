package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.HoldReason;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReportCommandTest {

    private static final String HOSTILE = "<script>alert('x')</script>\u202E\u0007\"&";

    private final FakePlanner planner = new FakePlanner();

    @TempDir
    private Path folder;

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void a_report_is_one_page_with_who_did_what_when_on_which_digest_and_why() throws IOException {
        String page = Files.readString(write("html"));

        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("Campaign calico-3-22", "Content-Security-Policy")
                .containsSubsequence(
                        "What people asked",
                        "<td>2026-11-23T09:00:00Z</td><td>ada</td><td>campaign.approved</td><td>c02</td>"
                                + "<td>0123456789abcdef</td><td>looked at it</td><td>taken</td>",
                        "<td>refused: It is running.</td>")
                .containsSubsequence(
                        "What went wrong, and what was done about it",
                        "<td>c02</td><td>step.failed</td><td>no answer</td>",
                        "<td>c02</td><td>ada: campaign.approved</td>")
                .containsSubsequence("<td>pods</td><td>passed</td><td>All run.</td><td>3 of 3 nodes</td>")
                .containsSubsequence(
                        "Written by c01 fedcba9876543210",
                        "DaemonSet kube-system/calico-node",
                        "<td>v3.21</td><td>v3.22</td>");
        assertThat(page).doesNotContain("<script", "http://", "https://", "src=", "href=");
    }

    @Test
    void nothing_that_anybody_wrote_becomes_markup_of_the_page() throws IOException {
        JsonNode hostile = hostile(report());

        String page = Files.readString(write("html", hostile));

        assertThat(page)
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\uFFFD\uFFFD&quot;&amp;")
                .doesNotContain("<script", "\u202E", "\u0007");
        assertThat(page.replaceAll("(?s)<style>.*?</style>", "").replaceAll("<!--.*?-->", ""))
                .as("every tag is one of ours")
                .doesNotContainPattern(
                        "<(?!/?(html|head|meta|title|body|h[1-3]|p|pre|table|thead|tbody|tr|th|td|!DOCTYPE)\\b)");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void a_report_that_nobody_changed_is_verified_without_a_server(String form) throws IOException {
        Path file = write(form);

        Run run = Run.of("report", "--verify", file.toString());

        assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("is as it was written");
    }

    static Stream<String> forms() {
        return Stream.of("html", "json", "zip");
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whatever_was_changed_is_named(String said, Consumer<ObjectNode> change) throws IOException {
        Path file = write("json");
        ObjectNode json = (ObjectNode) EventJson.mapper().readTree(file.toFile());
        change.accept(json);
        Files.writeString(file, json.toString());

        Run run = Run.of("report", "--verify", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out().lines()).containsExactly(said);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change(
                        "The campaign's status and document do not match their digest.",
                        json -> ((ObjectNode) json.path("campaign")).put("author", "eve")),
                change("When and by what it was made does not match its digest.", json -> json.put("madeAt", "2020")),
                change(
                        "The cluster c02 does not match its digest.",
                        json -> ((ObjectNode) json.path("clusters").get(1)).put("summary", "c02 is done.")),
                change("The cluster c01 is missing.", json -> ((ArrayNode) json.path("clusters")).remove(0)),
                change(
                        "The event at offset 11 does not match its digest.",
                        json -> ((ObjectNode) json.path("events").get(1)).put("actor", "eve")),
                change(
                        "The event at offset 99 was added.",
                        json -> ((ArrayNode) json.path("events")).addObject().put("offset", 99)),
                change(
                        "The plan of calico-3-22/c01/plan/1 fedcba9876543210 does not match its digest.",
                        json -> ((ObjectNode) json.path("plans").get(0)).put("summary", "nothing")),
                change(
                        "The list of digests does not match the digest of the report, '0'.",
                        json -> json.put("digest", "0")));
    }

    @Test
    void a_page_that_was_changed_does_not_match_the_digest_at_its_end() throws IOException {
        Path file = write("html");
        Files.writeString(file, Files.readString(file).replace("ada", "eve"));

        Run run = Run.of("report", "--verify", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out()).contains("The page does not match the digest at its end.");
    }

    @Test
    void a_file_of_an_archive_that_was_changed_or_added_is_named() throws IOException {
        Path file = write("zip");
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + file.toUri()), Map.of())) {
            Path page = zip.getPath("report.html");
            Files.writeString(page, Files.readString(page).replace("ada", "eve"));
            Files.writeString(zip.getPath("note.txt"), "all is well");
        }

        Run run = Run.of("report", "--verify", file.toString());

        assertThat(run.out().lines())
                .containsExactly(
                        "note.txt is not in SHA256SUMS.",
                        "report.html does not match its digest in SHA256SUMS.",
                        "The page does not match the digest at its end.");
    }

    @Test
    void what_is_no_report_is_a_wrong_input() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "hello");

        assertThat(Run.of("report", "--verify", file.toString()).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(Run.of("report").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private static Arguments change(String said, Consumer<ObjectNode> change) {
        return Arguments.of(said, change);
    }

    private Path write(String form) throws IOException {
        return write(form, report());
    }

    private Path write(String form, JsonNode report) {
        planner.on("GET", "/campaigns/calico-3-22/report", 200, report.toString());
        Path file = folder.resolve("report." + form);
        Run run = run("report", "calico-3-22", "-o", form, "--file", file.toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).containsPattern("its digest is [0-9a-f]{64}");
        return file;
    }

    private static ObjectNode report() throws IOException {
        ObjectNode report = (ObjectNode) EventJson.mapper().readTree("""
                {"apiVersion":"calico-fleet/v1","kind":"CampaignReport","madeAt":"2026-11-28T10:00:00Z","version":"1.0","missing":"",
                 "clusters":[],
                 "events":[
                  {"offset":10,"at":"2026-11-23T08:30:00Z","type":"step.failed","byPeople":false,"refused":"","summary":"no answer",
                   "data":{"step":"calico-3-22/c02/upgrade/1"}},
                  {"offset":11,"at":"2026-11-23T09:00:00Z","type":"campaign.approved","byPeople":true,"actor":"ada","refused":"",
                   "summary":"ada approves","data":{"cluster":"c02","digest":"0123456789abcdef","reason":"looked at it"}},
                  {"offset":12,"at":"2026-11-23T09:01:00Z","type":"cluster.retried","byPeople":true,"refused":"It is running.",
                   "summary":"","data":{}},
                  {"offset":13,"at":"2026-11-23T09:02:00Z","type":"step.judged","byPeople":false,"refused":"","summary":"",
                   "data":{"step":"calico-3-22/c01/upgrade/1","outcome":"passed",
                    "gates":[{"gate":"pods","outcome":"passed","reason":"All run.","evidence":["3 of 3 nodes"]}]}}],
                 "plans":[{"step":"calico-3-22/c01/plan/1","summary":"",
                   "plan":{"digest":"fedcba9876543210","steps":[],"writes":1,"restarts":[],"nodes":3,"madeAt":"2026-11-23T08:00:00Z"},
                   "writes":[{"step":"upgrade","action":"update","object":"DaemonSet kube-system/calico-node","more":0,"before":"a","after":"b",
                     "fields":[{"path":"spec.image","before":"v3.21","after":"v3.22"}]}]}]}""");
        report.set(
                "campaign",
                EventJson.mapper()
                        .valueToTree(Samples.campaign(CampaignPhase.HELD, Map.of("succeeded", 1, "held", 1))));
        report.withArray("clusters")
                .add(EventJson.mapper()
                        .<JsonNode>valueToTree(Samples.cluster("c01", ClusterPhase.SUCCEEDED, null, "c01 is done.")))
                .add(EventJson.mapper()
                        .<JsonNode>valueToTree(
                                Samples.cluster("c02", ClusterPhase.HELD, HoldReason.STEP_FAILED, "c02 is held.")));
        return report;
    }

    /** With hostile words wherever anybody may write what they like. */
    private static JsonNode hostile(ObjectNode report) {
        report.put("missing", HOSTILE).put("version", HOSTILE);
        ((ObjectNode) report.path("campaign")).put("reason", HOSTILE).put("author", HOSTILE);
        report.path("clusters").forEach(cluster -> ((ObjectNode) cluster).put("summary", HOSTILE));
        report.path("events").forEach(event -> {
            ((ObjectNode) event).put("summary", HOSTILE).put("actor", HOSTILE);
            ((ObjectNode) event.path("data")).put("reason", HOSTILE);
        });
        ObjectNode write = (ObjectNode) report.at("/plans/0/writes/0");
        write.put("object", HOSTILE);
        ((ObjectNode) write.at("/fields/0"))
                .put("path", HOSTILE)
                .put("before", HOSTILE)
                .put("after", HOSTILE);
        return report;
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
