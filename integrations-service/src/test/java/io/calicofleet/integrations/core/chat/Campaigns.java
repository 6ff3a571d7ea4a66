package io.calicofleet.integrations.core.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Event;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.Explanation.Used;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Campaigns for tests, made of the contract's sample. */
public final class Campaigns {

    /** When all of them were created. */
    public static final Instant TIME = Instant.parse("2026-11-29T16:00:00Z");

    private static final Path SAMPLE =
            Path.of("../event-contract/src/test/resources/samples/v1/campaign.status/minimal.json");

    private Campaigns() {}

    /** One in that phase. */
    public static CampaignStatus status(String name, String phase, String summary) {
        return status(name, phase, summary, json -> {});
    }

    /** The same with differences. */
    static CampaignStatus status(String name, String phase, String summary, Consumer<ObjectNode> differences) {
        try {
            String text = Files.readString(SAMPLE).replace("restore-eu-west-1", name);
            ObjectNode json = (ObjectNode) EventJson.mapper().readTree(text);
            json.put("phase", phase)
                    .put("summary", summary)
                    .put("updatedAt", Instant.now().toString())
                    .put("clusters", 3);
            differences.accept(json);
            return EventJson.read(json.toString().getBytes(UTF_8), CampaignStatus.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings of one that changes a field. */
    static UpgradeSpec changing() {
        UpgradeSpec usual = UpgradeSpec.DEFAULT;
        return new UpgradeSpec(
                usual.onGateFailure(),
                false,
                false,
                usual.migrationDeadline(),
                null,
                usual.maxConcurrentRestarts(),
                usual.restartDeadline(),
                usual.untestedKubernetes(),
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                ChangeSpec.ofFelix(List.of(new FieldSetting("logSeverityScreen", "\"Warning\""))));
    }

    /** Its event. */
    public static Event<CampaignStatus> event(CampaignStatus status, int number) {
        return Event.of(status.campaign() + "/status/" + number, "/calico-fleet/planner", TIME, null, null, status);
    }

    /** What waits for an approval. */
    public static Waiting waiting(String name, String digest, boolean passkey) {
        return new Waiting(
                new ApprovalSubject(
                        "before all",
                        CampaignName.of(name),
                        TIME,
                        Procedure.UPGRADE,
                        null,
                        "d".repeat(64),
                        "c".repeat(64),
                        null),
                digest,
                passkey,
                null);
    }

    /** Why it is where it is. */
    public static Explanation explanation(String name, Reason... reasons) {
        return new Explanation(
                CampaignName.of(name),
                null,
                name + " goes on.",
                null,
                new Used(0, 1),
                new Used(0, 1),
                List.of(reasons));
    }

    /** A reason. */
    public static Reason reason(String rule, String sentence, EndedBy by) {
        return new Reason(
                rule,
                "a rule",
                List.of(),
                0,
                sentence,
                TIME,
                List.of(),
                List.of(),
                "Somebody does something.",
                by,
                List.of());
    }
}
