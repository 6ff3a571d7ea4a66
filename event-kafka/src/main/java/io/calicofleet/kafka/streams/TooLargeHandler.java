package io.calicofleet.kafka.streams;

import io.calicofleet.event.LogKeys;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record the broker will never take must not stop the stream: it is left out. Everything else fails the thread, which
 * then decides again. Kafka Streams makes it by its name.
 */
public final class TooLargeHandler implements ProductionExceptionHandler {

    private static final Logger LOGGER = LoggerFactory.getLogger(TooLargeHandler.class);

    @Override
    public ProductionExceptionHandlerResponse handle(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
        if (!(exception instanceof RecordTooLargeException)) {
            return ProductionExceptionHandlerResponse.FAIL;
        }
        LOGGER.atError()
                .addKeyValue(LogKeys.TOPIC, record.topic())
                .addKeyValue(LogKeys.REASON, exception.getMessage())
                .log("a record is too large for its topic and is left out");
        return ProductionExceptionHandlerResponse.CONTINUE;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // It has no settings.
    }
}
