package io.calicofleet.planner.core.preflight;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.kafka.EventJson;
import java.util.Arrays;

/** Settings of an upgrade that differ in one from those where nothing is said. */
final class UpgradeSettings {

    private UpgradeSettings() {}

    static UpgradeSpec with(String field, Object value) {
        ObjectNode settings = EventJson.mapper().valueToTree(UpgradeSpec.DEFAULT);
        if (Arrays.stream(UpgradeSpec.class.getRecordComponents())
                .noneMatch(setting -> setting.getName().equals(field))) {
            throw new AssertionError(field + " is no setting");
        }
        settings.set(field, EventJson.mapper().valueToTree(value));
        return EventJson.mapper().convertValue(settings, UpgradeSpec.class);
    }
}
