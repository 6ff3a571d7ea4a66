package io.calicofleet.planner.core.spec;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.PasskeyUse;
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
        for (int i = 0; i < waves.size(); i++) {
            if (i == readers.size() - 1 && waves.get(i).approved(ApprovalTime.AFTER)) {
                readers.get(i).problem("approval.when", "nothing comes after the last wave.", "before");
            }
            ApprovalSpec rule = waves.get(i).approvalRule();
            if (rule != null
                    && !rule.by().isEmpty()
                    && rule.by().stream().distinct().count() < rule.quorum()) {
                readers.get(i).problem("approval.quorum", "is more than there are names in 'by'.", "");
            }
        }
        return waves;
    }

    private static final int MAX_QUORUM = 20;
    private static final int LONGEST_NAME = 200;

    private static @Nullable WaveSpec wave(ObjectReader reader) {
        WaveName name = reader.required("name", WaveName::of, "lower-case letters, digits and '-'");
        WaveClusters clusters = reader.has("clusters") ? clusters(reader.object("clusters")) : WaveClusters.REST;
        Quantity maxConcurrent = CampaignSpecReader.concurrency(reader);
        Quantity minSucceeded = reader.value(
                "minSucceeded", CampaignDefaults.MIN_SUCCEEDED, Quantity::parse, CampaignSpecReader.QUANTITY);
        Duration soak =
                reader.value("soak", CampaignDefaults.SOAK, CampaignSpecReader::duration, CampaignSpecReader.DURATION);
        ObjectReader budget = reader.object("failureBudget");
        Quantity maxFailures = budget.value("maxFailures", Quantity::parse, CampaignSpecReader.QUANTITY);
        budget.finish();
        ApprovalSpec rule = reader.isObject("approval") ? approval(reader.object("approval")) : null;
        boolean approval = rule != null || (!reader.isObject("approval") && reader.flag("approval", false));
        reader.finish();
        return name == null
                ? null
                : new WaveSpec(
                        name,
                        clusters,
                        maxConcurrent,
                        minSucceeded,
                        soak,
                        approval,
                        maxFailures == null ? null : new FailureBudget(maxFailures),
                        rule);
    }

    private static ApprovalSpec approval(ObjectReader reader) {
        ApprovalTime when =
                reader.choice("when", ApprovalTime.BEFORE, List.of(ApprovalTime.values()), ApprovalTime::encode);
        List<String> by = reader.values("by", WaveReader::person, "names of people");
        if (reader.isEmptyList("by")) {
            reader.problem("by", "names nobody, so nobody may approve.", "at least one name; left out, anybody may");
        }
        Integer quorum = reader.integer("quorum", 1, MAX_QUORUM);
        boolean notAuthor = reader.flag("notAuthor", false);
        Duration validFor = reader.value("validFor", CampaignSpecReader::bounded, CampaignSpecReader.DEADLINE);
        PasskeyUse passkey = reader.has("passkey")
                ? reader.choice("passkey", PasskeyUse.OPTIONAL, List.of(PasskeyUse.values()), PasskeyUse::encode)
                : null;
        reader.finish();
        return new ApprovalSpec(
                when,
                by,
                quorum == null ? 1 : quorum,
                notAuthor,
                validFor,
                passkey == PasskeyUse.REQUIRED ? passkey : null);
    }

    private static String person(String text) {
        if (text.isBlank() || text.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("is empty or too long.");
        }
        return text.strip();
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
