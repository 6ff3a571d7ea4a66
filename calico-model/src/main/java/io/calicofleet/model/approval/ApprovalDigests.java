package io.calicofleet.model.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.model.Digests;
import java.time.Duration;
import java.time.Instant;

/**
 * Digests of what people approve: SHA-256 of its JSON, in hexadecimal. Fields are in the order of the alphabet, and those that say nothing (null, false,
 * 0, empty) are left out, so that a release that knows more fields finds the same digest where they are not used.
 */
public final class ApprovalDigests {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .addModule(new SimpleModule()
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

    private ApprovalDigests() {}

    /** Of what a campaign is to do. */
    public static String of(CampaignSpec spec) {
        return digest(spec);
    }

    /** Of what an approval is of. */
    public static String of(ApprovalSubject subject) {
        return digest(subject);
    }

    private static String digest(Object told) {
        JsonNode tree = JSON.valueToTree(told);
        leaveOutNothing(tree);
        return Digests.sha256(tree.toString());
    }

    private static void leaveOutNothing(JsonNode tree) {
        tree.forEach(ApprovalDigests::leaveOutNothing);
        if (tree instanceof ObjectNode object) {
            object.properties().removeIf(field -> isNothing(field.getValue()));
        }
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.doubleValue() == 0)
                || (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.textValue().isEmpty());
    }
}
