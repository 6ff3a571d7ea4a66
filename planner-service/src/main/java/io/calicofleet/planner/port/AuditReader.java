package io.calicofleet.planner.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.AuditRecorded;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What people asked for, as it is kept. */
public interface AuditReader {

    /**
     * Reads what is kept up to now; the records of a writer come in the order in which they are kept.
     *
     * @param since an hour before it, or the beginning for null
     * @throws TopicUnavailableException where it cannot be read now
     */
    void read(@Nullable Instant since, Consumer<Kept> taker);

    /**
     * A record as it is kept.
     *
     * @param record what it says; null where it cannot be read, or its signature does not count
     * @param problem why not; null where it can
     * @param sent what was sent
     */
    record Kept(@Nullable AuditRecorded record, @Nullable String problem, Sent sent) {
        public Kept {
            requireNonNull(sent, "sent");
        }
    }

    /**
     * The record on Kafka, with all that its digest and its signature are over.
     *
     * @param partition where it is
     * @param offset where it is there
     * @param key its key
     * @param headers its headers in their order, with the signature
     * @param value its value, to the letter
     */
    record Sent(int partition, long offset, String key, Map<String, String> headers, String value) {
        public Sent {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }
}
