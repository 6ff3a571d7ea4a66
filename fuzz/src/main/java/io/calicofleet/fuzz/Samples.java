package io.calicofleet.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.EventType;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The samples of the event contract, of today and of before, and its campaign files: what wrong input is made of. */
public final class Samples {

    /** What samples are about; each use is about something of its own. */
    private static final List<String> CAMPAIGNS =
            List.of("calico-3-22", "restore-c02-20261123100000", "restore-eu-west-1", "bench", "drill");

    private static final List<String> CLUSTERS =
            List.of("eu-west-1", "eu-west-2", "us-east-2", "drill-00001", "c02", "c01");

    private final Map<Topic, List<Sample>> byTopic = new EnumMap<>(Topic.class);
    private final List<JsonNode> campaignFiles;

    /**
     * One.
     *
     * @param type its event; null: a line of traffic, which is none
     * @param data the payload
     */
    public record Sample(@Nullable EventType type, JsonNode data) {}

    /**
     * Those of the project in {@code home}.
     *
     * @throws UncheckedIOException where they are not there, or cannot be read
     */
    public Samples(Path home) {
        Path contract = home.resolve("event-contract/src/test/resources");
        for (Path file : files(contract.resolve("samples"), ".json")) {
            String kind = name(file.getParent());
            Optional<EventType> type = Stream.of(EventType.values())
                    .filter(each -> each.shortName().equals(kind))
                    .findFirst();
            Topic topic = type.map(EventType::topic).orElse(Topic.TRAFFIC);
            Sample sample = new Sample(type.orElse(null), read(file, EventJson.mapper()));
            List<Sample> all = byTopic.computeIfAbsent(topic, none -> new ArrayList<>());
            // Small ones more often: what is large takes long and says little more.
            int times = file.toString().endsWith("minimal.json") ? 3 : 1;
            for (int i = 0; i < times; i++) {
                all.add(sample);
            }
        }
        campaignFiles = files(contract.resolve("campaign-files/valid"), ".yaml").stream()
                .map(file -> read(file, new YAMLMapper()))
                .toList();
    }

    /** Any of that topic. */
    public Sample any(Topic topic, Random random) {
        List<Sample> all = byTopic.getOrDefault(topic, List.of());
        if (all.isEmpty()) {
            throw new IllegalStateException("there is no sample of " + topic);
        }
        return all.get(random.nextInt(all.size()));
    }

    /** Any campaign file. */
    public JsonNode campaignFile(Random random) {
        return campaignFiles.get(random.nextInt(campaignFiles.size()));
    }

    /** A copy that is about this campaign and cluster. */
    public static JsonNode about(JsonNode node, String campaign, String cluster) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                node.properties()
                        .forEach(entry -> copy.set(entry.getKey(), about(entry.getValue(), campaign, cluster)));
                yield copy;
            }
            case ARRAY -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                node.forEach(element -> copy.add(about(element, campaign, cluster)));
                yield copy;
            }
            case STRING -> TextNode.valueOf(about(node.textValue(), campaign, cluster));
            default -> node;
        };
    }

    private static String about(String text, String campaign, String cluster) {
        if (CLUSTERS.contains(text)) {
            return cluster;
        }
        if (CAMPAIGNS.contains(text)) {
            return campaign;
        }
        int slash = text.indexOf('/');
        if (slash > 0 && CAMPAIGNS.contains(text.substring(0, slash))) {
            int next = text.indexOf('/', slash + 1);
            return campaign + "/" + cluster + (next < 0 ? "" : text.substring(next));
        }
        return text;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the samples of the event contract are not there", e);
        }
    }

    private static JsonNode read(Path file, ObjectMapper mapper) {
        try {
            return mapper.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String name(@Nullable Path path) {
        Path last = path == null ? null : path.getFileName();
        return last == null ? "" : last.toString();
    }
}
