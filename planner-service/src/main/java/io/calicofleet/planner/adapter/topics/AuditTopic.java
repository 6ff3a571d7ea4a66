package io.calicofleet.planner.adapter.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.port.AuditReader;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The audit, from the topic itself. */
public final class AuditTopic implements AuditReader {

    private final TopicReader reader;

    /** Reads by this, which marks what is not signed. */
    public AuditTopic(TopicReader reader) {
        this.reader = reader;
    }

    @Override
    public void read(@Nullable Instant since, Consumer<Kept> taker) {
        reader.read(Topic.AUDIT, since, record -> taker.accept(kept(record)));
    }

    private static Kept kept(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), UTF_8));
        }
        Sent sent = new Sent(
                record.partition(),
                record.offset(),
                String.valueOf(record.key()),
                headers,
                record.value() == null ? "" : new String(record.value(), UTF_8));
        Received received = EventCodec.read(record.headers(), record.value());
        if (received instanceof Received.Parsed parsed && parsed.event().data() instanceof AuditRecorded said) {
            return said.writer().equals(record.key())
                    ? new Kept(said, null, sent)
                    : new Kept(null, "its key is not its writer", sent);
        }
        String why = received instanceof Received.Unreadable wrong ? wrong.reason() : "it is no audit record";
        return new Kept(null, why, sent);
    }
}
