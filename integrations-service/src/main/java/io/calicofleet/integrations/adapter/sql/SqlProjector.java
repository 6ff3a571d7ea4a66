package io.calicofleet.integrations.adapter.sql;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes what topics say into tables, from their beginning on. Where it is stands in the database too, and changes in one transaction with the
 * rows: whatever ends it, nothing is missing and nothing is there twice. Of several one writes; the others wait until it is gone.
 */
public final class SqlProjector implements AutoCloseable {

    /** What is read; each key of them is on one partition, so that its newest record comes last. */
    public static final List<Topic> TOPICS = List.of(Topic.CLUSTERS, Topic.STATUS, Topic.VERDICTS);

    private static final Logger LOGGER = LoggerFactory.getLogger(SqlProjector.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);
    private static final int PORTION = 1000;

    private final Database database;
    private final Map<String, Object> config;
    private final IntConsumer projected;
    private final Duration again;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("sql").daemon().unstarted(this::run);
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private volatile String trouble = "it has not begun yet";
    private volatile boolean stopped = true;

    /**
     * Starts nothing yet.
     *
     * @param consumers settings of Kafka's consumers of events
     * @param projected told of how many records were written, once they are committed
     * @param again how long after a failure it is tried again
     */
    public SqlProjector(Database database, Map<String, Object> consumers, IntConsumer projected, Duration again) {
        this.database = requireNonNull(database, "database");
        this.projected = requireNonNull(projected, "projected");
        this.again = requireNonNull(again, "again");
        this.config = new HashMap<>(consumers);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "integrations-sql");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What Kafka has deleted before it was read cannot be read any more: on with what there is.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, PORTION);
    }

    /** Begins; comes back at once. */
    public void start() {
        thread.start();
    }

    /** Why nothing is written at this moment; empty where it is. */
    public String trouble() {
        return trouble;
    }

    /** Whether what happens does not come into the database; not where another one writes it. */
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public void close() {
        stopping.countDown();
        KafkaConsumer<String, byte[]> opened = consumer;
        if (opened != null) {
            opened.wakeup();
        }
        try {
            thread.join(CLOSED_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return stopping.getCount() == 0;
    }

    private void run() {
        try {
            do {
                try {
                    project();
                } catch (WakeupException expected) {
                    LOGGER.atDebug().log("the projection into SQL stops");
                } catch (SQLException | KafkaException e) {
                    waits("it cannot be written: " + firstLine(e), Level.WARN, null);
                    stopped = true;
                } catch (Throwable fault) {
                    // A bug, or no memory. It must not end the thread, for then nothing would be written any more and
                    // nobody told; and trying again harms nothing, since nothing is committed by halves.
                    waits(
                            "it stopped by a fault of its own, which the log has: "
                                    + fault.getClass().getName(),
                            Level.ERROR,
                            fault);
                    stopped = true;
                }
            } while (!stopping.await(again.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            stopping.countDown();
        }
    }

    private void waits(String why, Level level, @Nullable Throwable cause) {
        if (!why.equals(trouble)) {
            LOGGER.atLevel(level)
                    .addKeyValue(LogKeys.REASON, why)
                    .setCause(cause)
                    .log("the projection into SQL waits");
        }
        trouble = why;
    }

    private void project() throws SQLException {
        try (Connection connection = database.connect()) {
            if (!Database.isWriter(connection)) {
                waits("another one writes into " + database, Level.WARN, null);
                stopped = false;
                return;
            }
            database.migrate();
            try (KafkaConsumer<String, byte[]> opened =
                    new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                begin(opened, connection);
                LOGGER.atInfo().addKeyValue("database", database).log("what happens is written into SQL");
                trouble = "";
                stopped = false;
                while (!isClosing()) {
                    ConsumerRecords<String, byte[]> records = opened.poll(POLL);
                    if (!records.isEmpty()) {
                        write(records, opened, connection);
                    } else if (!connection.isValid((int) CLOSED_WITHIN.toSeconds())) {
                        throw new SQLException("the connection is gone");
                    }
                }
            } finally {
                consumer = null;
            }
        }
    }

    /** Goes on where the database says; at the beginning of what it has read nothing of. */
    private static void begin(KafkaConsumer<String, byte[]> opened, Connection connection) throws SQLException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic topic : TOPICS) {
            opened.partitionsFor(topic.topicName())
                    .forEach(found -> partitions.add(new TopicPartition(found.topic(), found.partition())));
        }
        opened.assign(partitions);
        opened.seekToBeginning(partitions);
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT topic, partition, next_offset FROM positions");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                TopicPartition partition = new TopicPartition(row.getString(1), row.getInt(2));
                if (partitions.contains(partition)) {
                    opened.seek(partition, row.getLong(3));
                }
            }
        }
        connection.commit();
    }

    /** All of them but those the database cannot hold, and where it goes on after them, or nothing. */
    private void write(
            ConsumerRecords<String, byte[]> records, KafkaConsumer<String, byte[]> opened, Connection connection)
            throws SQLException {
        Rows rows = new Rows(connection);
        try {
            for (ConsumerRecord<String, byte[]> record : records) {
                put(record, rows);
            }
        } catch (SQLException e) {
            if (!isOfData(e)) {
                throw e;
            }
            connection.rollback();
            putEach(records, rows, connection);
        }
        for (TopicPartition partition : records.partitions()) {
            rows.position(partition.topic(), partition.partition(), opened.position(partition));
        }
        connection.commit();
        projected.accept(records.count());
    }

    private static void put(ConsumerRecord<String, byte[]> record, Rows rows) throws SQLException {
        switch (EventCodec.read(record.headers(), record.value())) {
            case Received.Parsed parsed -> rows.put(parsed.event());
            case Received.Tombstone tombstone ->
                rows.delete(Topic.find(record.topic()).orElseThrow(), record.key());
            case Received.Unreadable unreadable -> leftOut(record, unreadable.reason(), "nobody can read");
        }
    }

    /** One by one, so that a record the database cannot hold takes no other with it. */
    private static void putEach(ConsumerRecords<String, byte[]> records, Rows rows, Connection connection)
            throws SQLException {
        for (ConsumerRecord<String, byte[]> record : records) {
            Savepoint before = connection.setSavepoint();
            try {
                put(record, rows);
                connection.releaseSavepoint(before);
            } catch (SQLException e) {
                if (!isOfData(e)) {
                    throw e;
                }
                connection.rollback(before);
                // Not the database's sentence: it repeats the value.
                leftOut(record, "SQLState " + e.getSQLState(), "the database cannot hold");
            }
        }
    }

    /** Whether the values are at fault, which no other try changes: data exception, constraint violation, limit exceeded. */
    private static boolean isOfData(SQLException e) {
        return String.valueOf(e.getSQLState()).matches("(22|23|54)...");
    }

    private static void leftOut(ConsumerRecord<String, byte[]> record, String reason, String why) {
        LOGGER.atWarn()
                .addKeyValue(LogKeys.TOPIC, record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue(LogKeys.REASON, reason)
                .log("a record that {} is left out", why);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
}
