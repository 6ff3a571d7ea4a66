package io.calicofleet.planner.core.spec;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveName;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.planner.core.document.ObjectReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the waves of a campaign's document. */
final class WaveReader {

    private static final int MAX_COUNT = 1_000_000;
    private static final String CLUSTERS =
            "one of names: [a, b], matchLabels: {key: value}, count: 5, percent: 10; leave it out for everything left";

    private WaveReader() {}

    static List<WaveSpec> waves(ObjectReader root) {
        if (!root.has("waves")) {
            return CampaignDefaults.WAVES;
        }
        List<WaveSpec> waves = new ArrayList<>();
        Set<WaveName> names = new HashSet<>();
        List<ObjectReader> readers = root.objects("waves");
        if (readers.isEmpty()) {
            root.problem("waves", "has no wave.", "at least one wave, or no field 'waves' at all");
        }
        for (ObjectReader reader : readers) {
            WaveSpec wave = wave(reader);
            if (wave != null) {
                waves.add(wave);
                if (!names.add(wave.name())) {
                    reader.problem("name", "another wave is called '" + wave.name() + "' already.", "");
                }
            }
        }
        return waves;
    }

    private static @Nullable WaveSpec wave(ObjectReader reader) {
        WaveName name = reader.required("name", WaveName::of, "lower-case letters, digits and '-'");
        WaveClusters clusters = reader.has("clusters") ? clusters(reader.object("clusters")) : WaveClusters.REST;
        Quantity maxConcurrent = CampaignSpecReader.concurrency(reader);
        Quantity minSucceeded = reader.value(
                "minSucceeded", CampaignDefaults.MIN_SUCCEEDED, Quantity::parse, CampaignSpecReader.QUANTITY);
        Duration soak =
                reader.value("soak", CampaignDefaults.SOAK, CampaignSpecReader::duration, CampaignSpecReader.DURATION);
        boolean approval = reader.flag("approval", false);
        reader.finish();
        return name == null ? null : new WaveSpec(name, clusters, maxConcurrent, minSucceeded, soak, approval);
    }

    private static WaveClusters clusters(ObjectReader reader) {
        CampaignSpecReader.exactlyOne(reader, List.of("names", "matchLabels", "count", "percent"), CLUSTERS);
        List<ClusterId> names = CampaignSpecReader.names(reader);
        Map<String, String> labels = CampaignSpecReader.labels(reader);
        Integer count = reader.integer("count", 1, MAX_COUNT);
        Integer percent = reader.integer("percent", 1, 100);
        if (reader.has("names") && names.isEmpty()) {
            reader.problem("names", "names no cluster.", "at least one cluster id");
        }
        reader.finish();
        return new WaveClusters(names, labels, count, percent);
    }
}
