package io.calicofleet.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.local.LocalKeys;
import io.calicofleet.event.AuditLeftOut;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Event;
import io.calicofleet.event.Identity;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.Attestor;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.SigningProducer;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.Asked;
import io.calicofleet.planner.core.audit.AuditChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuditCommandTest {

    private final FakePlanner planner = new FakePlanner();
    private final SigningKey key = SigningKey.generate();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void who_asked_for_what_is_a_table() {
        planner.on("GET", "/audit?since=2026-11-29T10:00:00Z", 200, audit(2).toString());
        planner.on("GET", "/audit", 200, audit(2).toString());
        Run run = run("audit");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("AT ", "ada", "local-token", "10.0.0.1", "202", "ada did 0", "ada did 1");
        assertThat(run("audit", "--since", "soon").err()).contains("neither a time such as");
    }

    @Test
    void what_has_no_record_is_told_with_the_one_that_counts_it() {
        ObjectNode audit = audit(1);
        ObjectNode record = (ObjectNode) records(audit).get(0).path("record");
        record.put("unwritten", 31)
                .putArray("leftOut")
                .addPOJO(new AuditLeftOut(null, "GET /api/v1/summary", 401, 30))
                .addPOJO(new AuditLeftOut("bob", "others", 0, 1));
        planner.on("GET", "/audit", 200, audit.toString());
        assertThat(run("audit").out())
                .contains("ada did 0 (31 more before it without a record: 30 x GET /api/v1/summary (401, nobody known),"
                        + " 1 x others (bob))");
    }

    @Test
    void what_is_as_it_was_written_is_right_and_what_was_not_checked_is_said() {
        planner.on("GET", "/audit", 200, audit(3).toString());
        Run run = run("audit", "verify");
        assertThat(run.out()).isEqualTo("""
                3 records in 1 chains: none was removed, changed or moved.
                Signatures were not checked here: that takes --trusted-keys. 3 of 3 records have one.
                """);
        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void signatures_are_checked_here_by_a_file_of_trusted_keys_without_a_planner(@TempDir Path folder)
            throws IOException {
        Run run = verify(folder, audit(3), Sender.PLANNER, key);
        assertThat(run.out()).isEqualTo("""
                3 records in 1 chains: none was removed, changed or moved.
                3 of 3 records have a signature that counts, checked here.
                """);
        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void a_whole_chain_that_another_key_has_signed_does_not_count_whatever_the_export_says(@TempDir Path folder)
            throws IOException {
        Run stranger = verify(folder, audit(3), Sender.PLANNER, SigningKey.generate());
        assertThat(stranger.out())
                .startsWith(
                        "the record at partition 0, offset 0, and 2 after it, do not count: it is signed by the key "
                                + key.id() + ", which is not trusted here\n")
                .endsWith("0 of 3 records have a signature that counts, checked here.\n");
        assertThat(stranger.exitCode()).isEqualTo(ExitCodes.FAILED);
        Run verifier = verify(folder, audit(3), Sender.VERIFIER, key);
        assertThat(verifier.out()).contains("its signature is not one of verifier's key " + key.id());
        assertThat(verifier.exitCode()).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void one_that_was_changed_with_all_digests_after_it_has_no_signature_that_counts(@TempDir Path folder)
            throws IOException {
        ObjectNode audit = audit(3);
        ObjectNode forged = audit(3);
        ObjectNode last = (ObjectNode) records(audit).get(2).path("sent");
        last.put("value", records(forged).get(2).at("/sent/value").asText().replace("ada did 2", "eve did 2"));
        Run run = verify(folder, audit, Sender.PLANNER, key);
        assertThat(run.out())
                .startsWith("the record at partition 0, offset 2 does not count: it is not what planner's key "
                        + key.id() + " signed\n")
                .endsWith("2 of 3 records have a signature that counts, checked here.\n");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void one_without_a_signature_is_named(@TempDir Path folder) throws IOException {
        ObjectNode audit = audit(2);
        ((ObjectNode) records(audit).get(1).at("/sent/headers")).remove("ce_attestation");
        assertThat(verify(folder, audit, Sender.PLANNER, key).out())
                .startsWith("the record at partition 0, offset 1 does not count: it is not signed\n");
        Run unchecked =
                run("audit", "verify", "--file", folder.resolve("audit.json").toString());
        assertThat(unchecked.out()).endsWith("1 of 2 records have one.\n");
    }

    @Test
    void a_file_of_trusted_keys_that_cannot_be_used_is_an_error(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("keys.yaml"), "keys: []");
        Run run = run("audit", "verify", "--trusted-keys", file.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("has no keys");
    }

    private Run verify(Path folder, ObjectNode audit, Sender sender, SigningKey trusted) throws IOException {
        Path file = Files.writeString(folder.resolve("audit.json"), audit.toString());
        Path keys = Files.writeString(
                folder.resolve("trusted-keys.yaml"),
                "keys:\n" + LocalKeys.entry(sender, List.of(), trusted.publicKey()));
        return Run.of("audit", "verify", "--file", file.toString(), "--trusted-keys", keys.toString());
    }

    @Test
    void the_first_that_is_wrong_is_named(@TempDir Path folder) throws IOException {
        ObjectNode audit = audit(4);
        records(audit).remove(1);
        Path file = Files.writeString(folder.resolve("audit.json"), audit.toString());
        Run run = run("audit", "verify", "--file", file.toString());
        assertThat(run.out()).startsWith("record 1 of w1 is missing\n3 records in 1 chains: 1 wrong.\n");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void one_whose_text_was_changed_is_found_whatever_is_shown_of_it() {
        ObjectNode audit = audit(3);
        ObjectNode sent = (ObjectNode) records(audit).get(1).path("sent");
        sent.put("value", sent.path("value").asText().replace("ada did 1", "eve did 1"));
        planner.on("GET", "/audit", 200, audit.toString());
        assertThat(run("audit", "verify").out()).startsWith("record 2 of w1 does not follow the one before it");
    }

    @Test
    void one_that_the_planner_says_does_not_count_is_named() {
        ObjectNode audit = audit(1);
        ((ObjectNode) records(audit).get(0)).put("problem", "it is not signed");
        planner.on("GET", "/audit", 200, audit.toString());
        Run run = run("audit", "verify");
        assertThat(run.out()).startsWith("the record at partition 0, offset 0 does not count: it is not signed\n");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void a_part_of_the_audit_is_not_verified() {
        planner.on("GET", "/audit", 200, audit(1).put("everything", false).toString());
        assertThat(run("audit", "verify").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }

    private static ArrayNode records(ObjectNode audit) {
        return (ArrayNode) audit.path("records");
    }

    /** As a planner with {@code key} has sent it, each record signed alone. */
    private ObjectNode audit(int length) {
        ObjectNode audit = EventJson.mapper().createObjectNode();
        audit.put("everything", true).put("whole", true);
        ArrayNode records = audit.putArray("records");
        Instant now = InstantSource.system().instant();
        AuditChain chain = AuditChain.begin("w1", now, List.of());
        Identity ada = new Identity("ada", "ada", null, "local-token", List.of("admin"));
        MockProducer<String, byte[]> sent =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        SigningProducer<String, byte[]> producer = SigningProducer.untilFlush(sent, new Attestor(Sender.PLANNER, key));
        for (int i = 0; i < length; i++) {
            AuditRecorded record = chain.next(
                    new Asked(ada, "10.0.0.1", "POST /x", null, null, null, 202, "ada did " + i), now, List.of());
            var unused = producer.send(
                    EventCodec.record(Event.of("w1/" + i, "/calico-fleet/planner", now, "ada", null, record)));
            producer.flush();
            ObjectNode one = records.addObject();
            one.set("record", EventJson.mapper().valueToTree(record));
            one.set("sent", sent(sent.history().getLast(), i));
            chain = chain.with(record, Digests.sha256(EventJson.write(record)));
        }
        return audit;
    }

    private static ObjectNode sent(ProducerRecord<String, byte[]> record, int offset) {
        ObjectNode sent = EventJson.mapper().createObjectNode();
        sent.put("partition", 0).put("offset", offset).put("key", record.key());
        // As REST sends them: in no order of its own, with what the planner notes beside.
        Map<String, String> headers = new TreeMap<>(Map.of("refused", "by a planner that trusts nobody"));
        record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        sent.set("headers", EventJson.mapper().valueToTree(headers));
        return sent.put("value", new String(record.value(), UTF_8));
    }
}
