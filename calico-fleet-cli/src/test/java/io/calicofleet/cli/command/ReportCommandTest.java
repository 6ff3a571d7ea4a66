package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.cli.local.LocalKeys;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.Envelope;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.model.Digests;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    private static final SigningKey KEY = SigningKey.generate();

    @TempDir
    private Path folder;

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

    @Test
    void a_statement_is_on_the_page_and_in_the_archive_and_counts_where_its_key_is_trusted() throws IOException {
        String page = Files.readString(write("html", signed()));
        assertThat(page)
                .contains("<td>Result</td><td>succeeded, at 2026-11-23T09:30:00Z</td>")
                .contains("<td>Did packets flow</td><td>Longest gap of 12 paths: 0.4 s.</td>")
                .contains("<td>Signed with</td><td>the planner&#39;s key " + KEY.id() + "</td>");
        for (String form : List.of("json", "zip")) {
            Path file = write(form, signed());

            Run run = verify(file);
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCodes.OK);
            assertThat(run.out()).contains("1 statement counts");
            assertThat(verify(file, "--cluster", "5f3c").out())
                    .contains(
                            "says of cluster c01 (UID 5f3c) in campaign calico-3-22: succeeded, from v3.13.4 to v3.22.5")
                    .contains("Longest gap of 12 paths: 0.4 s.");
            assertThat(Run.of("report", "--verify", file.toString()).out())
                    .contains("Signatures were not checked: that takes --trusted-keys.");
        }
        try (FileSystem zip = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("report.zip").toUri()), Map.of())) {
            Path alone =
                    Files.write(folder.resolve("c01.json"), Files.readAllBytes(zip.getPath("statements/c01.json")));
            assertThat(verify(alone).exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(verify(alone, "--cluster", "c01").exitCode()).isEqualTo(ExitCodes.OK);
            Run other = verify(alone, "--cluster", "c02");
            assertThat(other.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(other.out().strip()).isEqualTo("The statement is of cluster c01 (UID 5f3c), not of c02.");
            assertThat(Run.of("report", "--verify", alone.toString()).exitCode())
                    .isEqualTo(ExitCodes.USAGE);
        }
    }

    @Test
    void a_statement_of_another_key_or_part_or_of_none_does_not_count() throws IOException {
        Path file = write("json", signed());
        SigningKey other = SigningKey.generate();

        assertThat(refusal(file, Sender.PLANNER, other))
                .isEqualTo("The statement of c01 does not count: it is signed by the key " + KEY.id()
                        + ", which is not trusted here.");
        assertThat(refusal(file, Sender.EXECUTOR, KEY))
                .isEqualTo("The statement of c01 does not count: it is signed by executor's key " + KEY.id()
                        + "; what counts here is what the planner signed.");
        Path unsigned = write("json", signed(null, statement("c01")));
        assertThat(verify(unsigned).out().strip()).isEqualTo("The statement of c01 does not count: it is not signed.");
        Path page = write("html", signed());
        assertThat(verify(page).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(verify(page).err()).contains("is a page, which has no signatures");
    }

    /** Whoever can write a report can write its digests anew, and cannot sign. */
    @ParameterizedTest
    @MethodSource("forgeries")
    void whatever_is_forged_of_a_statement_is_told_though_the_digests_are_right(
            String said, UnaryOperator<ObjectNode> change) throws IOException {
        Path file = write("json", change.apply(signed()));

        Run run = verify(file);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out().strip()).isEqualTo(said);
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(
                forgery(
                        "The statement of c01 does not count: its signature is not one of planner's key KEY.",
                        report -> {
                            ObjectNode envelope = (ObjectNode) report.at("/statements/0/envelope");
                            byte[] payload = Base64.getDecoder()
                                    .decode(envelope.path("payload").asText());
                            payload[payload.length - 3] ^= 1;
                            envelope.put("payload", Base64.getEncoder().encodeToString(payload));
                        }),
                forgery(
                        "There is no statement of c01, which is succeeded.",
                        report -> report.withArray("statements").remove(0)),
                forgery(
                        "There are two statements of c01.",
                        report -> report.withArray("statements").add(report.at("/statements/0"))),
                forgery(
                        "The statement of c01 says that it is succeeded, from v3.13.4 to v3.22.5; the report says failed, from v3.13.4 to"
                                + " v3.22.5.",
                        report -> ((ObjectNode) report.at("/clusters/0")).put("phase", "failed")),
                forgery(
                        "The statement of c01 is of campaign calico-3-22, created at 2026-11-23T08:00:00Z, and this report of calico-3-23,"
                                + " created at 2026-11-23T08:00:00Z.",
                        report -> ((ObjectNode) report.path("campaign")).put("campaign", "calico-3-23")));
    }

    private static Arguments forgery(String said, Consumer<ObjectNode> change) {
        return Arguments.of(said.replace("KEY", KEY.id()), (UnaryOperator<ObjectNode>) report -> {
            change.accept(report);
            return report;
        });
    }

    @Test
    void a_statement_of_another_cluster_is_not_taken_for_that_of_this_one() throws IOException {
        ObjectNode report = signed();
        ((ObjectNode) report.at("/statements/0")).set("envelope", envelope(KEY, statement("c09")));
        assertThat(verify(write("json", report)).out().strip())
                .isEqualTo("The statement of c01 is one of cluster c09 (UID 5f3c).");

        ObjectNode subject = statement("c01");
        ((ObjectNode) subject.at("/subject/0")).put("name", "c02");
        assertThat(verify(write("json", signed(KEY, subject))).out().strip())
                .isEqualTo("The statement of c01 does not count: its subject is not the cluster it speaks of.");
        ObjectNode other = statement("c01");
        other.put("predicateType", "https://calicofleet.io/attestation/records/v1");
        assertThat(verify(write("json", signed(KEY, other))).out().strip())
                .isEqualTo(
                        "The statement of c01 does not count: it says something else than what was done to a cluster.");
    }

    private Run verify(Path file, String... more) throws IOException {
        return verify(file, Sender.PLANNER, KEY, more);
    }

    private Run verify(Path file, Sender sender, SigningKey trusted, String... more) throws IOException {
        Path keys = Files.writeString(
                folder.resolve("trusted.yaml"), "keys:\n" + LocalKeys.entry(sender, List.of("*"), trusted.publicKey()));
        List<String> all =
                new ArrayList<>(List.of("report", "--verify", file.toString(), "--trusted-keys", keys.toString()));
        all.addAll(List.of(more));
        return Run.of(all.toArray(String[]::new));
    }

    private String refusal(Path file, Sender sender, SigningKey trusted) throws IOException {
        Run run = verify(file, sender, trusted);
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        return run.out().strip();
    }

    private static ObjectNode signed() throws IOException {
        return signed(KEY, statement("c01"));
    }

    private static ObjectNode signed(@Nullable SigningKey by, ObjectNode statement) throws IOException {
        ObjectNode report = report();
        report.put("signedBy", by == null ? "" : by.id());
        report.putArray("statements").addObject().put("cluster", "c01").set("envelope", envelope(by, statement));
        ((ObjectNode) report.path("campaign")).put("createdAt", "2026-11-23T08:00:00Z");
        ((ObjectNode) report.at("/clusters/0")).put("source", "v3.13.4").put("target", "v3.22.5");
        return report;
    }

    private static JsonNode envelope(@Nullable SigningKey by, ObjectNode statement) throws IOException {
        return EventJson.mapper().readTree(Envelope.of(EventJson.write(statement), by));
    }

    private static ObjectNode statement(String cluster) throws IOException {
        return (ObjectNode) EventJson.mapper().readTree("""
                {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"%s","digest":{"sha256":"%s"}}],
                 "predicateType":"https://calicofleet.io/attestation/cluster-outcome/v1",
                 "predicate":{"campaign":"calico-3-22","createdAt":"2026-11-23T08:00:00Z","procedure":"upgrade","cluster":"%s","uid":"5f3c",
                  "wave":"all","result":"succeeded","said":"done","from":"v3.13.4","to":"v3.22.5","finishedAt":"2026-11-23T09:30:00Z",
                  "kept":{"found":0,"changes":[],"decisions":[]},
                  "continuity":{"asked":true,"said":"Longest gap of 12 paths: 0.4 s.","verdicts":[]},
                  "protection":{"inspected":false,"hostEndpoints":0,"allInterfaces":[],"needingProtection":0,"automatic":0,"counts":{},
                   "verdicts":[]},"steps":[],"approvals":[],"asked":[]}}""".formatted(cluster, Digests.sha256("5f3c"), cluster));
    }

    private Path write(String form) throws IOException {
        return write(form, report());
    }

    private Path write(String form, JsonNode report) throws IOException {
        Path file = folder.resolve("report." + form);
        Files.deleteIfExists(file);
        try (FakePlanner planner = new FakePlanner()) {
            planner.on("GET", "/campaigns/calico-3-22/report", 200, report.toString());
            Run run = planner.run("report", "calico-3-22", "-o", form, "--file", file.toString());
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
            assertThat(run.out()).containsPattern("its digest is [0-9a-f]{64}");
        }
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
}
