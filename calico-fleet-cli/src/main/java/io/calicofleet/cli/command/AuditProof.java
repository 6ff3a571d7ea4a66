package io.calicofleet.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.AuditTrail;
import io.calicofleet.planner.core.audit.AuditTrail.Kept;
import io.calicofleet.planner.core.audit.AuditTrail.Wrong;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What can be proven of an audit, from its records as they were sent. What they are shown as is not looked at.
 *
 * @param wrong what is wrong with it
 * @param records how many can be read
 * @param chains of how many planners' starts
 * @param whole whether it is all that is kept
 * @param signatures what is known of signatures; a sentence
 */
record AuditProof(List<String> wrong, int records, long chains, boolean whole, String signatures) {

    AuditProof {
        wrong = List.copyOf(wrong);
        requireNonNull(signatures, "signatures");
    }

    /**
     * Proves what can be.
     *
     * @param trusted whose signatures count; null: signatures are not looked at
     */
    static AuditProof of(JsonNode records, boolean whole, @Nullable TrustedKeys trusted, Instant now) {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        List<Kept> kept = new ArrayList<>();
        int signed = 0;
        int counting = 0;
        for (JsonNode one : records) {
            Sent sent = Sent.of(one);
            signed += sent.isSigned() ? 1 : 0;
            Optional<String> problem =
                    trusted == null ? Optional.ofNullable(one.path("problem").textValue()) : sent.problem(trusted);
            counting += problem.isEmpty() ? 1 : 0;
            problem.or(() -> sent.read(kept))
                    .ifPresent(why -> refused.computeIfAbsent(why, any -> new ArrayList<>())
                            .add("partition " + one.at("/sent/partition").asText() + ", offset "
                                    + one.at("/sent/offset").asText()));
        }
        List<String> wrong = new ArrayList<>();
        refused.forEach((why, places) -> wrong.add("the record at " + places.getFirst()
                + (places.size() == 1
                        ? " does not count: "
                        : ", and " + (places.size() - 1) + " after it, do not count: ")
                + why));
        AuditTrail.check(kept, whole, now, Topic.LONG_RETENTION).stream()
                .map(Wrong::toString)
                .forEach(wrong::add);
        return new AuditProof(
                wrong,
                kept.size(),
                kept.stream().map(one -> one.record().writer()).distinct().count(),
                whole,
                trusted == null
                        ? "Signatures were not checked here: that takes --trusted-keys. " + signed + " of "
                                + records.size() + " records have one."
                        : counting + " of " + records.size() + " records have a signature that counts, checked here.");
    }

    /** Whether nothing is wrong. */
    boolean holds() {
        return wrong.isEmpty();
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(wrong);
        lines.add(records + " records in " + chains + " chains: "
                + (wrong.isEmpty()
                        ? "none was removed, changed or moved" + (whole ? "." : " since the first of them.")
                        : wrong.size() + " wrong."));
        lines.add(signatures);
        return lines;
    }

    /** A record as it was sent. */
    private record Sent(String key, Headers headers, String value) {

        static Sent of(JsonNode one) {
            Map<String, String> headers = new TreeMap<>();
            one.at("/sent/headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            return new Sent(
                    one.at("/sent/key").asText(),
                    EventCodec.attributes(headers),
                    one.at("/sent/value").asText());
        }

        boolean isSigned() {
            return headers.lastHeader("ce_attestation") != null;
        }

        Optional<String> problem(TrustedKeys trusted) {
            return trusted.problem(null, Topic.AUDIT.topicName(), key.getBytes(UTF_8), value.getBytes(UTF_8), headers);
        }

        /** Why it cannot be read; empty where it can, and is then among {@code kept}. */
        Optional<String> read(List<Kept> kept) {
            Received received = EventCodec.read(headers, value.getBytes(UTF_8));
            if (received instanceof Received.Parsed parsed && parsed.event().data() instanceof AuditRecorded said) {
                kept.add(new Kept(said, Digests.sha256(value.getBytes(UTF_8))));
                return said.writer().equals(key) ? Optional.empty() : Optional.of("its key is not its writer");
            }
            return Optional.of(
                    received instanceof Received.Unreadable unreadable
                            ? "it cannot be read: " + unreadable.reason()
                            : "it is no audit record");
        }
    }
}
