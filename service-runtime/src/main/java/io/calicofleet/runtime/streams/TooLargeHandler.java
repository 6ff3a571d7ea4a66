package io.calicofleet.runtime.streams;

import io.calicofleet.event.LogKeys;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record the broker will never take must not stop the stream: it is left out, and told. One of a changelog is never left
 * out: the state would go on here and be another after the next start. Then, and for everything else, the thread fails and
 * decides again. Who decides sees to it that neither happens, by refusing what would be too large; this is what is left where
 * the broker allows less than the topics were made with. Kafka Streams makes it by its name.
 */
public final class TooLargeHandler implements ProductionExceptionHandler {

    private static final Logger LOGGER = LoggerFactory.getLogger(TooLargeHandler.class);
    private static final String CHANGELOG = "-changelog";

    @Override
    public ProductionExceptionHandlerResponse handle(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
        if (!(exception instanceof RecordTooLargeException)) {
            return ProductionExceptionHandlerResponse.FAIL;
        }
        boolean state = record.topic().endsWith(CHANGELOG);
        LOGGER.atError()
                .addKeyValue(LogKeys.TOPIC, record.topic())
                .addKeyValue(LogKeys.REASON, exception.getMessage())
                .log(
                        state
                                ? "a record is too large for a changelog; raise max.message.bytes of that topic"
                                : "a record is too large for its topic and is left out; raise max.message.bytes of that topic");
        return state ? ProductionExceptionHandlerResponse.FAIL : ProductionExceptionHandlerResponse.CONTINUE;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // It has no settings.
    }
}
