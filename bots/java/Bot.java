import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Tells when a campaign comes into another phase. What was told is kept in a file, with the positions in Kafka beside it. */
class Bot {
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[1]);
        Properties told = new Properties();
        if (Files.exists(file)) {
            try (var saved = Files.newBufferedReader(file)) {
                told.load(saved);
            }
        }
        Map<String, Object> kafka = Map.of(
                "bootstrap.servers", args[0], "isolation.level", "read_committed",
                "enable.auto.commit", "false", "auto.offset.reset", "earliest");
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(kafka, bytes, bytes)) {
            var partitions = consumer.partitionsFor(Topic.STATUS.topicName()).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(partitions);
            partitions.forEach(one -> consumer.seek(one, Long.parseLong(told.getProperty("" + one.partition(), "0"))));
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    if (EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                            && parsed.event().data() instanceof CampaignStatus status) {
                        String phase = status.phase().encode(); // the same again is no news
                        if (!phase.equals(told.setProperty("phase/" + status.campaign(), phase))) {
                            System.out.println(status.campaign() + " " + phase + ": " + status.summary());
                        }
                    }
                    told.setProperty("" + record.partition(), "" + (record.offset() + 1));
                    Path next = Path.of(file + ".new"); // all of it, or what was there before
                    try (var saved = Files.newBufferedWriter(next)) {
                        told.store(saved, null);
                    }
                    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }
}
