package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Identity;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.Asked;
import io.calicofleet.planner.core.audit.AuditChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuditCommandTest {

    private final FakePlanner planner = new FakePlanner();

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
    void what_is_as_it_was_written_is_right() {
        planner.on("GET", "/audit", 200, audit(3).toString());
        Run run = run("audit", "verify");
        assertThat(run.out()).isEqualTo("3 records in 1 chains: none was removed, changed or moved.\n");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void the_first_that_is_wrong_is_named(@TempDir Path folder) throws IOException {
        ObjectNode audit = audit(4);
        records(audit).remove(1);
        Path file = Files.writeString(folder.resolve("audit.json"), audit.toString());
        Run run = run("audit", "verify", "--file", file.toString());
        assertThat(run.out()).isEqualTo("record 1 of w1 is missing\n3 records in 1 chains: 1 wrong.\n");
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
    void one_whose_signature_does_not_count_is_named() {
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

    private static ObjectNode audit(int length) {
        ObjectNode audit = EventJson.mapper().createObjectNode();
        audit.put("everything", true).put("whole", true);
        ArrayNode records = audit.putArray("records");
        Instant now = InstantSource.system().instant();
        AuditChain chain = AuditChain.begin("w1", now, List.of());
        Identity ada = new Identity("ada", "ada", null, "local-token", List.of("admin"));
        for (int i = 0; i < length; i++) {
            AuditRecorded record =
                    chain.next(new Asked(ada, "10.0.0.1", "POST /x", null, null, null, 202, "ada did " + i), now, 0);
            byte[] value = EventJson.write(record);
            ObjectNode one = records.addObject();
            one.set("record", EventJson.mapper().valueToTree(record));
            one.putObject("sent")
                    .put("partition", 0)
                    .put("offset", i)
                    .put("value", new String(value, StandardCharsets.UTF_8));
            chain = chain.with(record, Digests.sha256(value));
        }
        return audit;
    }
}
